"""Our hooks started by pre-commit: the same commits as with our own hook files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import pre_commit
from tests.support.git import GitRepo

REQUIRED = "error: this repository requires a ticket for every commit, and none was decided"


@pytest.fixture
def empty_repo(empty_repo: GitRepo) -> GitRepo:
    """A repository where whoever runs the tests in a terminal is not asked."""
    return GitRepo(empty_repo.path, {**empty_repo.environ, "GIT_TERMINAL_PROMPT": "0"})


@pytest.fixture
def managed(empty_repo: GitRepo) -> GitRepo:
    """A repository whose hooks are pre-commit's alone, with ours in its configuration."""
    empty_repo.commit("first")
    pre_commit.configure(empty_repo)
    pre_commit.install(empty_repo)
    return empty_repo


def attach(repo: GitRepo, ticket: str) -> str:
    """Attach a ticket and return the trailers that commits now carry."""
    assert repo.ticket("attach", ticket).code == 0
    return f"Ticket: {ticket}\nTicket-Session: {repo.ticket('session', 'info').out.split()[1]}"


def messages(repo: GitRepo, count: int) -> list[str]:
    """The messages of the newest commits."""
    return [repo.message(f"HEAD~{i}") for i in range(count)]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-m", "subject"], id="message"),
        pytest.param(["-m", "subject", "--no-verify"], id="no-verify"),
        pytest.param(["-m", "subject", "--edit"], id="message-edited"),
        pytest.param(["-t", "template"], id="template"),
        pytest.param(["-v"], id="editor"),
    ],
)
def test_a_new_commit_is_tagged(managed: GitRepo, options: list[str]) -> None:
    trailers = attach(managed, "PROJ-1")
    managed.write("template", "area:\n")
    editor = "sed -i.old -e '1s/.*/subject/'"

    managed.git("commit", "-q", "--allow-empty", *options, GIT_EDITOR=editor)

    assert managed.message() == f"subject\n\n{trailers}\n"


def test_a_commit_that_opted_out_or_is_undecided_stays_as_it_is(managed: GitRepo) -> None:
    assert managed.commit("undecided") == "undecided\n"
    assert managed.journal()[-1][7] == "undecided, not asked: GIT_TERMINAL_PROMPT forbids it"
    assert managed.ticket("attach", "--none").code == 0
    assert managed.commit("opted out") == "opted out\n"


@pytest.mark.slow
def test_old_commits_keep_their_message_byte_for_byte(managed: GitRepo) -> None:
    first = attach(managed, "PROJ-1")
    managed.git("checkout", "-qb", "topic")
    for name in ("a", "b"):
        managed.write(name, name)
        managed.git("add", name)
        managed.git("commit", "-qm", name)
    managed.git("checkout", "-q", "main")
    managed.commit("on main")
    attach(managed, "PROJ-2")
    kept = [f"b\n\n{first}\n", f"a\n\n{first}\n"]

    managed.git("cherry-pick", "topic~", "topic")
    assert messages(managed, 2) == kept
    managed.git("reset", "-q", "--hard", "HEAD~2")
    managed.git("checkout", "-q", "topic")
    managed.git("rebase", "-q", "main")
    assert messages(managed, 2) == kept
    managed.git("rebase", "-q", "-f", "--interactive", "main", GIT_SEQUENCE_EDITOR=":")
    assert messages(managed, 2) == kept
    managed.git("commit", "-q", "--amend", "--no-edit")
    assert messages(managed, 2) == kept
    managed.git("checkout", "-q", "main")
    managed.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    assert managed.message() == "Merge branch 'topic'\n"
    managed.git("revert", "--no-edit", "topic")
    assert managed.tickets() == []


@pytest.mark.slow
def test_a_squash_merge_takes_the_tickets_of_what_it_squashes(managed: GitRepo) -> None:
    managed.git("checkout", "-qb", "topic")
    for ticket in ("PROJ-1", "PROJ-2"):
        attach(managed, ticket)
        managed.write(ticket, ticket)
        managed.git("add", ticket)
        managed.git("commit", "-qm", ticket)
    managed.git("checkout", "-q", "main")
    attach(managed, "PROJ-3")

    managed.git("merge", "-q", "--squash", "topic")
    managed.git("commit", "-q", "--no-edit")

    assert sorted(managed.tickets()) == ["PROJ-1", "PROJ-2"]


@pytest.mark.parametrize("top", ["", "files: ^src/\n"], ids=["plain", "files-filter"])
def test_an_editor_left_empty_aborts_the_commit(empty_repo: GitRepo, top: str) -> None:
    empty_repo.commit("first")
    pre_commit.configure(empty_repo, top=top)
    pre_commit.install(empty_repo)
    attach(empty_repo, "PROJ-1")
    before = empty_repo.git("rev-parse", "HEAD")

    done = empty_repo.attempt("commit", "--allow-empty", GIT_EDITOR="true")

    assert (done.code, empty_repo.git("rev-parse", "HEAD")) == (1, before)
    assert done.err.endswith("Aborting commit due to empty commit message.\n")


@pytest.mark.parametrize("top", ["files: ^src/\n", "exclude: ^.git/\n"], ids=["files", "exclude"])
def test_a_hook_that_is_called_without_the_message_file_still_tags(
    empty_repo: GitRepo, top: str
) -> None:
    empty_repo.commit("first")
    pre_commit.configure(empty_repo, top=top)
    linked = empty_repo.worktree(empty_repo.path.parent / "linked", "topic")
    pre_commit.install(empty_repo)

    for worktree, ticket in ((empty_repo, "PROJ-1"), (linked, "PROJ-2")):
        trailers = attach(worktree, ticket)
        assert worktree.commit("subject") == f"subject\n\n{trailers}\n"


def test_a_linked_worktree_has_its_own_ticket(managed: GitRepo) -> None:
    linked = managed.worktree(managed.path.parent / "linked", "topic")
    attach(managed, "PROJ-1")
    attach(linked, "PROJ-2")

    managed.commit()
    linked.commit()

    assert (managed.tickets(), linked.tickets()) == (["PROJ-1"], ["PROJ-2"])


@pytest.mark.parametrize("top", ["", "files: ^src/\n"], ids=["plain", "files-filter"])
def test_a_required_decision_is_enforced_before_any_command_of_ours_ran(
    empty_repo: GitRepo, top: str
) -> None:
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\nrequire: true\n")
    empty_repo.git("add", ".tickets")
    empty_repo.commit("first")
    pre_commit.configure(empty_repo, top=top)
    pre_commit.install(empty_repo)
    before = empty_repo.git("rev-parse", "HEAD")

    refused = empty_repo.attempt("commit", "--allow-empty", "-m", "subject")

    assert (refused.code, empty_repo.git("rev-parse", "HEAD")) == (1, before)
    assert REQUIRED in (refused.out + refused.err).splitlines()
    empty_repo.commit("tagged", GIT_TICKET="PROJ-1")
    assert empty_repo.tickets() == ["PROJ-1"]
    assert empty_repo.commit("opted out", GIT_TICKET="none") == "opted out\n"
    empty_repo.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "past the check")
    assert empty_repo.message() == "past the check\n"


@pytest.mark.slow
def test_a_required_decision_stops_neither_merge_nor_rebase(managed: GitRepo) -> None:
    managed.git("checkout", "-qb", "topic")
    managed.commit("on topic")
    managed.git("checkout", "-q", "main")
    managed.commit("on main")
    managed.write(".tickets/config.yaml", "prefix: PROJ\nrequire: true\n")
    managed.git("add", ".tickets")
    managed.git("commit", "-qm", "require", GIT_TICKET="none")
    assert managed.attempt("commit", "--allow-empty", "-m", "refused").code == 1

    managed.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    assert managed.message() == "Merge branch 'topic'\n"
    managed.git("checkout", "-q", "topic")
    managed.git("rebase", "-q", "main~")
    assert managed.message() == "on topic\n"


def break_state(repo: GitRepo) -> None:
    """Put a file where the live state would be."""
    (repo.git_dir / "ticketer").write_text("", encoding="utf-8")


def garble_state(repo: GitRepo) -> None:
    """Make every file of the live state unreadable as what it is."""
    attach(repo, "PROJ-1")
    for path in (repo.git_dir / "ticketer").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00\xff\n")


def leave_state(repo: GitRepo) -> None:
    """Change nothing."""
    assert not (repo.git_dir / "ticketer" / "current").exists()


@pytest.mark.slow
@pytest.mark.parametrize("prepare", [leave_state, break_state, garble_state])
def test_no_checkout_fails_whatever_state_we_are_in(
    empty_repo: GitRepo, prepare: Callable[[GitRepo], None], tmp_path: Path
) -> None:
    empty_repo.write("file", "one\n")
    empty_repo.git("add", "file")
    empty_repo.commit("first")
    pre_commit.configure(empty_repo)
    empty_repo.git("branch", "topic")
    pre_commit.install(empty_repo)
    prepare(empty_repo)
    empty_repo.write("file", "two\n")

    codes = [
        empty_repo.attempt(*command).code
        for command in (
            ("checkout", "-q", "topic"),
            ("switch", "-q", "-c", "new"),
            ("checkout", "-q", "--detach"),
            ("checkout", "-q", "main"),
            ("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked"),
            ("bisect", "start", "HEAD", "HEAD~"),
            ("bisect", "reset"),
        )
    ]

    assert codes == [0] * 7
    assert (empty_repo.path / "file").read_text(encoding="utf-8") == "two\n"


def test_a_commit_is_made_where_our_state_is_broken(managed: GitRepo) -> None:
    attach(managed, "PROJ-1")
    for path in (managed.git_dir / "ticketer").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00\xff\n")

    assert managed.commit("subject") == "subject\n"
