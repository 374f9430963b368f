"""Two tickets under one id, made in two clones: the younger gets a new one, nothing is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.ops import known, renumber
from git_ticketer.ops.branches import collisions
from git_ticketer.ops.moving import Renumbered
from git_ticketer.ops.renumber import AlreadyRenumbered, NothingToRenumber, SeveralOthers
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage.numbers import Taken
from git_ticketer.storage.tickets import NoSuchTicket
from git_ticketer.storage.yamlfile import BadFile
from tests.support.git import GitRepo

OLDER, YOUNGER, THIRD = (f"01JD8Z6W5T3K9QG4R7M2XV1B0{end}" for end in "ABC")
DATES = {
    OLDER: "2026-11-22T09:00:00Z",
    YOUNGER: "2026-11-22T09:00:05Z",
    THIRD: "2026-11-23T09:00:00Z",
}
SESSION = "sessions/2026-11-22-claude-code-0123456789ab.yaml"


def ticket(uid: str, id: str = "PROJ-5", *, title: str = "", more: str = "") -> str:
    title = title or {OLDER: "Older", YOUNGER: "Younger"}.get(uid, "Third")
    head = f"uid: {uid}\n\nid: {id}\n\n{more}title: {title}\n\ncreated: {DATES[uid]}\n"
    return head + "\nx_own: kept  # by hand\n"


def moved(uid: str, id: str, *aliases: str, title: str = "") -> str:
    """A ticket as a renumber writes it."""
    names = "".join(f"- {alias}\n" for alias in aliases)
    return ticket(uid, id, title=title, more=f"aliases:\n{names}\n")


def comment(uid: str, id: str = "PROJ-5", words: str = "hello") -> str:
    return f"ticket: {id}\n\nticket_uid: {uid}\n\nauthor: D <d@e>\n\ntext: {words}\n"


def own(uid: str, id: str = "PROJ-5") -> dict[str, str]:
    """A ticket's files: one comment and one session, by path below its folder."""
    return {
        "ticket.yaml": ticket(uid, id),
        f"comments/{uid[:-1]}Z{uid[-1]}.yaml"[:42]: comment(uid, id),
        f"{SESSION[:-5]}{uid[-1].lower()}.yaml": comment(uid, id, "a session"),
    }


def put(repo: GitRepo, id: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        repo.write(f".tickets/{id}/{name}", text)


def commit(repo: GitRepo, message: str = "change") -> None:
    repo.git("add", "--all", ".tickets")
    repo.git("commit", "--quiet", "-m", message)


def contents(repo: GitRepo) -> dict[str, str]:
    """Every file in the folders of tickets."""
    top = repo.path / ".tickets"
    files = sorted(path for path in top.rglob("*") if path.is_file() and path.parent != top)
    return {str(path.relative_to(top)): path.read_text(encoding="utf-8") for path in files}


def under(id: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{id}/{name}": text for name, text in files.items()}


def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


def run(repo: GitRepo, id: str = "PROJ-5", **options: str) -> Renumbered:
    return renumber.renumber(work(repo), id, **options)


def separate(winner: str, loser: str) -> dict[str, str]:
    """What both tickets' files are after the loser went to PROJ-6."""
    gone = {name: text.replace("PROJ-5", "PROJ-6") for name, text in own(loser).items()}
    gone["ticket.yaml"] = moved(loser, "PROJ-6", "PROJ-5")
    return {**under("PROJ-5", own(winner)), **under("PROJ-6", gone)}


@pytest.fixture
def clones(empty_repo: GitRepo) -> Callable[[str, str], GitRepo]:
    """`main` has one PROJ-5 and is checked out, `theirs` has another, as a clone pushed it."""

    def make(mine: str, theirs: str) -> GitRepo:
        empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
        commit(empty_repo, "first")
        for branch, uid in (("theirs", theirs), ("main", mine)):
            empty_repo.git("switch", "--quiet", *(["-c"] if branch != "main" else []), branch)
            put(empty_repo, "PROJ-5", own(uid))
            commit(empty_repo, f"work of {uid[-1]}\n\nTicket: PROJ-5\nTicket-Uid: {uid}")
        return empty_repo

    return make


BOTH_WAYS = pytest.mark.parametrize(
    ("mine", "theirs"), [(OLDER, YOUNGER), (YOUNGER, OLDER)], ids=["mine stays", "mine moves"]
)


@BOTH_WAYS
@pytest.mark.parametrize("ref", [None, "theirs"])
def test_the_younger_of_two_branches_gets_the_new_id_with_all_it_has(
    clones: Callable[[str, str], GitRepo], mine: str, theirs: str, ref: str | None
) -> None:
    repo = clones(mine, theirs)
    done = run(repo, **({"ref": ref} if ref else {}))
    found = separate(OLDER, YOUNGER)
    assert contents(repo) == found
    assert (done.old, done.new, done.uid, done.keeper) == ("PROJ-5", "PROJ-6", YOUNGER, OLDER)
    assert done.source == ("theirs" if theirs == YOUNGER else "work tree")
    assert repo.git("diff", "--cached", "--name-only") == ""


@BOTH_WAYS
@pytest.mark.parametrize("work_file", ["markers", "ours", "theirs", "broken"])
def test_the_younger_of_a_conflict_gets_the_new_id_whatever_the_file_looks_like(
    clones: Callable[[str, str], GitRepo], mine: str, theirs: str, work_file: str
) -> None:
    repo = clones(mine, theirs)
    assert repo.attempt("merge", "--quiet", "theirs").code == 1
    left = {"ours": ticket(mine), "theirs": ticket(theirs), "broken": "uid: [\n"}
    if work_file in left:
        repo.write(".tickets/PROJ-5/ticket.yaml", left[work_file])
    stages = repo.git("ls-files", "--stage")
    done = run(repo)
    assert contents(repo) == separate(OLDER, YOUNGER)
    assert (done.uid, done.keeper, done.source) == (YOUNGER, OLDER, "conflict")
    assert done.stage == (".tickets/PROJ-6", ".tickets/PROJ-5")
    assert repo.git("ls-files", "--stage") == stages
    repo.git("add", "--all", "--", *done.stage)
    repo.git("commit", "--quiet", "-m", "merged")
    assert collisions(work(repo).worktree) == []


@pytest.mark.parametrize("way", ["rebase", "cherry-pick"])
def test_a_conflict_of_a_replay_is_separated_too(
    clones: Callable[[str, str], GitRepo], way: str
) -> None:
    repo = clones(YOUNGER, OLDER)
    assert repo.attempt(way, "theirs").code == 1
    run(repo)
    assert contents(repo) == separate(OLDER, YOUNGER)


def test_what_was_edited_while_the_conflict_was_open_is_kept(
    clones: Callable[[str, str], GitRepo],
) -> None:
    repo = clones(YOUNGER, OLDER)
    repo.attempt("merge", "--quiet", "theirs")
    repo.write(".tickets/PROJ-5/ticket.yaml", ticket(YOUNGER, title="Edited"))
    run(repo)
    found = contents(repo)
    assert found["PROJ-6/ticket.yaml"] == moved(YOUNGER, "PROJ-6", "PROJ-5", title="Edited")
    assert found["PROJ-5/ticket.yaml"] == ticket(OLDER)


def test_uncommitted_edits_of_mine_go_with_it(clones: Callable[[str, str], GitRepo]) -> None:
    repo = clones(YOUNGER, OLDER)
    repo.write(".tickets/PROJ-5/ticket.yaml", ticket(YOUNGER, title="Edited"))
    run(repo)
    expected = moved(YOUNGER, "PROJ-6", "PROJ-5", title="Edited")
    assert contents(repo)["PROJ-6/ticket.yaml"] == expected


def test_doing_it_twice_changes_nothing_more(clones: Callable[[str, str], GitRepo]) -> None:
    repo = clones(OLDER, YOUNGER)
    run(repo)
    before = contents(repo)
    done = run(repo)
    assert (done.new, done.written, done.removed) == ("PROJ-6", (), ())
    assert contents(repo) == before
    with pytest.raises(AlreadyRenumbered):
        run(repo, to="PROJ-9")


def test_what_came_to_the_other_branch_later_is_moved_and_the_rest_is_said(
    clones: Callable[[str, str], GitRepo],
) -> None:
    repo = clones(OLDER, YOUNGER)
    run(repo)
    commit(repo, "renumbered")
    repo.git("switch", "--quiet", "theirs")
    late = f"comments/{THIRD}.yaml"
    put(repo, "PROJ-5", {"ticket.yaml": ticket(YOUNGER, title="New"), late: comment(YOUNGER)})
    commit(repo, "later")
    repo.git("switch", "--quiet", "main")
    repo.attempt("merge", "--quiet", "theirs")
    done = run(repo)
    assert contents(repo) == {
        **separate(OLDER, YOUNGER),
        f"PROJ-6/{late}": comment(YOUNGER, "PROJ-6"),
    }
    assert [tuple(one) for one in done.differing] == [("title", "Younger", "New")]


def test_commits_and_tickets_that_carry_the_old_id_are_named(
    clones: Callable[[str, str], GitRepo],
) -> None:
    repo = clones(OLDER, YOUNGER)
    repo.write(".tickets/config.yaml", "prefix: PROJ\ntrailers:\n  uid: Ticket-Uid\n")
    for id, more in (("PROJ-1", "parent: PROJ-5\n\n"), ("PROJ-2", "links: [blocks proj-5]\n\n")):
        put(repo, id, {"ticket.yaml": ticket(THIRD, id, more=more)})
    put(repo, "PROJ-3", {"ticket.yaml": ticket(THIRD, "PROJ-3", more="parent: PROJ-55\n\n")})
    mine, theirs = (repo.git("rev-parse", "--short", ref) for ref in ("main", "theirs"))
    commit(repo, "not PROJ-5\n\nTicket: PROJ-55")
    done = run(repo)
    assert done.pointing == ("PROJ-1", "PROJ-2")
    assert {tuple(one) for one in done.commits} == {
        (mine, "work of A", (OLDER,)),
        (theirs, "work of B", (YOUNGER,)),
    }


def test_every_old_tag_is_still_resolved_or_said_to_be_ambiguous(
    clones: Callable[[str, str], GitRepo],
) -> None:
    repo = clones(YOUNGER, OLDER)
    repo.attempt("merge", "--quiet", "theirs")
    done = run(repo)
    repo.git("add", "--all", "--", *done.stage)
    repo.git("commit", "--quiet", "-m", "merged")
    workspace = work(repo)
    assert known.tagged(workspace, "PROJ-5", OLDER).tickets == ("PROJ-5",)
    assert known.tagged(workspace, "PROJ-5", YOUNGER).tickets == ("PROJ-6",)
    plain = known.tagged(workspace, "PROJ-5")
    assert (plain.tickets, plain.ambiguous) == (("PROJ-5", "PROJ-6"), True)
    assert known.resolve(workspace, "PROJ-5").uid == OLDER


def test_a_file_that_does_not_say_whose_it_is_stays(clones: Callable[[str, str], GitRepo]) -> None:
    repo = clones(YOUNGER, OLDER)
    odd = f"comments/{THIRD}.yaml"
    put(repo, "PROJ-5", {odd: "text: whose?\n", "notes.txt": "mine\n"})
    done = run(repo)
    assert done.left == (f".tickets/PROJ-5/{odd}",)
    expected = {f"PROJ-5/{odd}": "text: whose?\n", "PROJ-5/notes.txt": "mine\n"}
    assert contents(repo) == {**separate(OLDER, YOUNGER), **expected}


def test_a_ticket_without_a_rival_moves_only_to_an_id_that_is_named(
    empty_repo: GitRepo,
) -> None:
    put(empty_repo, "PROJ-5", own(OLDER))
    commit(empty_repo)
    with pytest.raises(NothingToRenumber) as caught:
        run(empty_repo)
    assert caught.value.message == "only one ticket has the id PROJ-5, on all branches"
    with pytest.raises(Taken):
        run(empty_repo, to="PROJ-3")
    done = run(empty_repo, to="PROJ-9")
    gone = {name: text.replace("PROJ-5", "PROJ-9") for name, text in own(OLDER).items()}
    gone["ticket.yaml"] = moved(OLDER, "PROJ-9", "PROJ-5")
    assert contents(empty_repo) == under("PROJ-9", gone)
    assert (done.keeper, done.stage) == ("", (".tickets/PROJ-9", ".tickets/PROJ-5"))
    assert not (empty_repo.path / ".tickets/PROJ-5").exists()
    assert known.resolve(work(empty_repo), "PROJ-5").id == "PROJ-9"


def test_a_second_renumber_keeps_all_former_ids(empty_repo: GitRepo) -> None:
    put(empty_repo, "PROJ-5", own(OLDER))
    run(empty_repo, to="PROJ-8")
    run(empty_repo, "PROJ-8", to="OTHER-1")
    expected = moved(OLDER, "OTHER-1", "PROJ-5", "PROJ-8")
    assert contents(empty_repo)["OTHER-1/ticket.yaml"] == expected


def test_a_copied_folder_becomes_a_ticket_of_its_own(empty_repo: GitRepo) -> None:
    put(empty_repo, "PROJ-5", own(OLDER))
    put(empty_repo, "PROJ-7", own(OLDER))
    done = run(empty_repo)
    fresh = contents(empty_repo)["PROJ-7/ticket.yaml"].split("\n")[0].removeprefix("uid: ")
    assert fresh not in (OLDER, "")
    assert (done.new, done.uid, done.keeper) == ("PROJ-7", fresh, OLDER)
    copy = {
        name: text.replace("PROJ-5", "PROJ-7").replace(OLDER, fresh)
        for name, text in own(OLDER).items()
    }
    assert contents(empty_repo) == {**under("PROJ-5", own(OLDER)), **under("PROJ-7", copy)}


@pytest.mark.parametrize("named", ["PROJ-5", "PROJ-7"])
def test_a_folder_that_was_renamed_by_hand_keeps_its_uid_and_remembers_its_id(
    empty_repo: GitRepo, named: str
) -> None:
    put(empty_repo, "PROJ-7", own(OLDER, "PROJ-5"))
    done = run(empty_repo, named)
    assert (done.old, done.new, done.keeper) == ("PROJ-5", "PROJ-7", "")
    expected = {name: text.replace("PROJ-5", "PROJ-7") for name, text in own(OLDER).items()}
    expected["ticket.yaml"] = moved(OLDER, "PROJ-7", "PROJ-5")
    assert contents(empty_repo) == under("PROJ-7", expected)


def test_a_ticket_that_is_not_there_offers_near_ones_only_by_its_error(
    empty_repo: GitRepo,
) -> None:
    with pytest.raises(NoSuchTicket):
        run(empty_repo, "PROJ-5")
    empty_repo.write(".tickets/PROJ-5/ticket.yaml", "uid: [\n")
    with pytest.raises(BadFile):
        run(empty_repo, "PROJ-5")


def test_the_same_ticket_on_another_branch_is_no_rival(empty_repo: GitRepo) -> None:
    put(empty_repo, "PROJ-5", own(OLDER))
    commit(empty_repo)
    empty_repo.git("branch", "topic")
    put(empty_repo, "PROJ-5", {"ticket.yaml": ticket(OLDER, title="Edited")})
    with pytest.raises(NothingToRenumber) as caught:
        run(empty_repo, ref="topic")
    assert caught.value.message == "only one ticket has the id PROJ-5, also on topic"


def test_several_rivals_are_named_and_one_must_be_chosen(
    clones: Callable[[str, str], GitRepo],
) -> None:
    repo = clones(OLDER, YOUNGER)
    repo.git("switch", "--quiet", "-c", "third", "main~1")
    put(repo, "PROJ-5", own(THIRD))
    commit(repo)
    repo.git("switch", "--quiet", "main")
    with pytest.raises(SeveralOthers) as caught:
        run(repo)
    assert set(caught.value.refs) == {"theirs", "third"}
    assert run(repo, ref="third").uid == THIRD


def test_a_link_in_the_place_of_a_folder_is_refused(
    clones: Callable[[str, str], GitRepo], tmp_path: Path
) -> None:
    repo = clones(OLDER, YOUNGER)
    (tmp_path / "outside").mkdir()
    (repo.path / ".tickets/PROJ-6").symlink_to(tmp_path / "outside")
    done = run(repo)
    assert done.new == "PROJ-7"
    assert list((tmp_path / "outside").iterdir()) == []
