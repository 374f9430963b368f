"""What a branch changes in tickets, and what only other branches have."""

from pathlib import Path

import pytest

from git_ticketer.model.changes import FieldChange
from git_ticketer.ops import branches, difference
from git_ticketer.ops.difference import Difference, TicketChange
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.refs import NoSuchRef
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0B"
SESSION = "sessions/2026-11-22-claude-code-0123456789ab.yaml"


def ticket(id: str, *, uid: str = UID, title: str = "One", status: str = "planned") -> str:
    return f"uid: {uid}\n\nid: {id}\n\ntitle: {title}\n\nstatus: {status}\n"


def comment(words: str) -> str:
    return f"ticket: PROJ-1\n\nticket_uid: {UID}\n\nauthor: D <d@e>\n\ntext: {words}\n"


def put(repo: GitRepo, id: str, text: str, name: str = "ticket.yaml") -> None:
    repo.write(f".tickets/{id}/{name}", text)


def commit(repo: GitRepo) -> None:
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "change")


def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


def run(repo: GitRepo, range: str = "") -> Difference:
    return difference.difference(work(repo), range)


def found(repo: GitRepo, range: str = "") -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The ids with their changed fields."""
    return [
        (one.id, [(f.field, f.before, f.after) for f in one.fields])
        for one in run(repo, range).tickets
    ]


@pytest.fixture
def topic(empty_repo: GitRepo) -> GitRepo:
    """`main` has PROJ-1; `topic`, checked out, changed its status; then `main` its title."""
    put(empty_repo, "PROJ-1", ticket("PROJ-1"))
    commit(empty_repo)
    empty_repo.git("switch", "--quiet", "-c", "topic")
    put(empty_repo, "PROJ-1", ticket("PROJ-1", status="done"))
    commit(empty_repo)
    empty_repo.git("switch", "--quiet", "main")
    put(empty_repo, "PROJ-1", ticket("PROJ-1", title="Two"))
    commit(empty_repo)
    empty_repo.git("switch", "--quiet", "topic")
    return empty_repo


STATUS = ("status", "planned", "done")
TITLE = ("title", "Two", "One")


@pytest.mark.parametrize(
    ("range", "fields"),
    [
        ("", [STATUS]),
        ("main...topic", [STATUS]),
        ("main...", [STATUS]),
        ("...main", [("title", "One", "Two")]),
        ("main..topic", [TITLE, STATUS]),
        ("main..", [TITLE, STATUS]),
        ("main", [TITLE, STATUS]),
        ("topic..main", [("title", "One", "Two"), ("status", "done", "planned")]),
    ],
    ids=lambda value: value if isinstance(value, str) and value else "",
)
def test_a_range_is_read_as_git_diff_reads_it(
    topic: GitRepo, range: str, fields: list[tuple[str, str, str]]
) -> None:
    assert found(topic, range) == [("PROJ-1", fields)]


@pytest.mark.parametrize("range", ["HEAD", "topic..topic", "topic..."])
def test_where_nothing_differs_nothing_is_found(topic: GitRepo, range: str) -> None:
    assert run(topic, range).tickets == ()


@pytest.mark.parametrize("range", ["nothing", "main..nothing", "--output=x", "main..--output=x"])
def test_a_range_of_something_else_is_refused(topic: GitRepo, range: str) -> None:
    with pytest.raises(NoSuchRef):
        run(topic, range)
    assert not (topic.path / "x").exists()


def test_what_is_not_committed_counts_staged_or_not_tracked_or_not(topic: GitRepo) -> None:
    put(topic, "PROJ-1", ticket("PROJ-1", title="Staged", status="done"))
    topic.git("add", ".tickets")
    put(topic, "PROJ-2", ticket("PROJ-2", uid=OTHER))
    before = topic.git("status", "--porcelain=v2")
    expected = TicketChange(
        id=run(topic, "HEAD").tickets[0].id,
        title="Staged",
        status="done",
        fields=(FieldChange("title", "One", "Staged"),),
    )
    [changed, created] = run(topic, "HEAD").tickets
    assert changed == expected
    assert (created.id, created.title, created.status, created.created) == (
        "PROJ-2",
        "One",
        "planned",
        True,
    )
    assert topic.git("status", "--porcelain=v2") == before


def test_ignored_tickets_count_too(topic: GitRepo) -> None:
    topic.write(".gitignore", ".tickets/PROJ-2\n")
    put(topic, "PROJ-2", ticket("PROJ-2", uid=OTHER))
    assert [one.id for one in run(topic, "HEAD").tickets] == ["PROJ-2"]


def test_a_file_that_was_only_touched_does_not_differ(topic: GitRepo) -> None:
    put(topic, "PROJ-1", ticket("PROJ-1", status="done"))
    assert run(topic, "HEAD").tickets == ()


def test_comments_and_sessions_that_were_added_are_found(topic: GitRepo) -> None:
    names = [UID.replace("B0A", end) for end in ("B02", "B01")]
    for name in names:
        put(topic, "PROJ-1", comment(name[-3:]), f"comments/{name}.yaml")
    put(topic, "PROJ-1", "id: x\n", SESSION)
    commit(topic)
    for range in ("topic~1..topic", "topic~1"):
        [one] = run(topic, range).tickets
        assert [c.text for c in one.comments] == ["B01", "B02"]
        assert one.sessions == (f".tickets/PROJ-1/{SESSION}",)
        assert (one.created, one.removed, one.fields) == (False, False, ())


def test_a_removed_ticket_and_another_under_its_id_are_told_apart(topic: GitRepo) -> None:
    put(topic, "PROJ-1", ticket("PROJ-1", uid=OTHER, title="Other"))
    commit(topic)
    [replaced] = run(topic, "topic~1..").tickets
    assert (replaced.replaced, replaced.created, replaced.title) == (True, False, "Other")
    (topic.path / ".tickets/PROJ-1/ticket.yaml").unlink()
    [removed] = run(topic, "HEAD").tickets
    assert (removed.removed, removed.title) == (True, "Other")


def test_a_broken_file_is_named_and_the_others_are_shown(topic: GitRepo) -> None:
    put(topic, "PROJ-1", "<<<<<<< x\nuid: a\n=======\n>>>>>>> y\n")
    put(topic, "PROJ-2", ticket("PROJ-2", uid=OTHER))
    [broken, good] = run(topic, "HEAD").tickets
    assert [error.message for error in broken.problems] == [
        ".tickets/PROJ-1/ticket.yaml:1: a merge conflict"
    ]
    assert good.created


def test_a_ticket_in_a_conflict_is_one_row(topic: GitRepo) -> None:
    put(topic, "PROJ-1", ticket("PROJ-1", title="Three", status="done"))
    commit(topic)
    assert topic.attempt("merge", "--quiet", "main").code == 1
    [one] = run(topic, "HEAD").tickets
    assert [error.reason for error in one.problems] == ["a merge conflict"]


def test_on_the_default_branch_the_base_is_its_upstream(topic: GitRepo, tmp_path: Path) -> None:
    topic.git("switch", "--quiet", "main")
    topic.git("clone", "--quiet", str(topic.path), str(tmp_path / "clone"))
    clone = GitRepo(tmp_path / "clone", topic.environ)
    put(clone, "PROJ-1", ticket("PROJ-1", title="Mine"))
    commit(clone)
    assert found(clone) == [("PROJ-1", [("title", "Two", "Mine")])]
    clone.git("branch", "--unset-upstream")
    assert run(clone).tickets == ()
    clone.git("switch", "--quiet", "-c", "side")
    assert found(clone) == [("PROJ-1", [("title", "Two", "Mine")])]


def test_before_the_first_commit_every_ticket_is_new(empty_repo: GitRepo) -> None:
    put(empty_repo, "PROJ-1", ticket("PROJ-1"))
    assert [(one.id, one.created) for one in run(empty_repo).tickets] == [("PROJ-1", True)]


def test_branches_with_nothing_in_common_can_be_compared(topic: GitRepo) -> None:
    topic.git("switch", "--quiet", "--orphan", "alone")
    put(topic, "PROJ-3", ticket("PROJ-3"))
    commit(topic)
    assert [(one.id, one.created) for one in run(topic).tickets] == [("PROJ-3", True)]


def test_a_linked_folder_is_not_read(topic: GitRepo, tmp_path: Path) -> None:
    workspace = work(topic)
    (topic.path / ".tickets").rename(tmp_path / "moved")
    (topic.path / ".tickets").symlink_to(tmp_path / "moved")
    with pytest.raises(LeadsOutside):
        difference.difference(workspace, "main")


def test_tickets_that_only_other_branches_have_come_with_one_of_them(topic: GitRepo) -> None:
    for name, id in (("b", "PROJ-12"), ("a", "PROJ-3")):
        topic.git("switch", "--quiet", "-c", name, "main")
        put(topic, id, ticket(id, uid=OTHER, title=name))
        commit(topic)
    topic.git("update-ref", "refs/remotes/origin/b", "b")
    topic.git("switch", "--quiet", "topic")
    good, bad = branches.elsewhere(work(topic).worktree)
    assert [(ref, one.id, one.title) for ref, one in good] == [
        ("a", "PROJ-3", "a"),
        ("b", "PROJ-12", "b"),
    ]
    assert bad == []


def test_a_broken_ticket_of_another_branch_is_named_with_the_branch(topic: GitRepo) -> None:
    topic.git("switch", "--quiet", "-c", "a", "main")
    put(topic, "PROJ-3", "uid: [\n")
    commit(topic)
    topic.git("switch", "--quiet", "topic")
    good, bad = branches.elsewhere(work(topic).worktree)
    assert good == []
    assert [error.path for error in bad] == ["a:.tickets/PROJ-3/ticket.yaml"]


def test_many_branches_with_the_same_tickets_cost_no_more_processes(
    topic: GitRepo, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    counts = []
    for more in (0, 40):
        for number in range(more):
            topic.git("branch", f"b{number}", "main")
        workspace = open_workspace(str(topic.path), {**topic.environ, "GIT_TRACE": str(log)})
        log.write_text("", encoding="utf-8")
        assert branches.elsewhere(workspace.worktree) == ([], [])
        counts.append(log.read_text(encoding="utf-8").count("built-in: git"))
    assert counts[0] == counts[1] <= 5
