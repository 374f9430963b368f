"""Naming a session that is not simply archived: it waits, it is planned, it is archived twice."""

import json

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.transcript import USER, Entry, Span
from git_ticketer.ops import planned, session_list
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage import archives
from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.sessions import SAID, archive, plan

NAME = "sessions/2026-11-22-claude-code-eaeb9111b1c6.yaml"
FIRST, SECOND = (f".tickets/PROJ-{number}/{NAME}" for number in (1, 2))
DANA = "Dana <dana@example.com>"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A repository with three tickets."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    for number in (1, 2, 3):
        put(empty_repo, number, f"ticket {number}")
    return empty_repo


@pytest.fixture
def spool(repo: GitRepo) -> GitRepo:
    """The spool of the repository as a place where sessions are put, with one."""
    found = GitRepo(repo.git_dir / "ticketer/pending", repo.environ)
    archive(found, "chat-1", 1)
    return found


def opened(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


def refused(repo: GitRepo, *words: str) -> tuple[int, str]:
    """How a command of sessions failed."""
    done = repo.ticket("session", *words)
    assert done.out == ""
    return done.code, done.err


def test_what_waits_is_read_and_says_so(repo: GitRepo, spool: GitRepo) -> None:
    done = repo.ticket("session", "show", "chat")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        "session     chat-1\n"
        "ticket      PROJ-1\n"
        "waits       in the git dir, it is not archived yet\n"
        "agent       claude-code 2.1.12\n"
    )
    shown = json.loads(repo.ticket("session", "show", "chat-1", "--json").out)
    assert (shown["state"], shown["path"]) == ("pending", f"{spool.path}/{FIRST}")


def test_what_waits_is_taken_up_again(repo: GitRepo, spool: GitRepo) -> None:
    done = repo.ticket("session", "resume", "chat-1")

    assert (done.code, done.out) == (0, "claude --resume chat-1\n")


def test_what_waits_is_moved_in_the_spool_and_leaves_nothing_behind(
    repo: GitRepo, spool: GitRepo
) -> None:
    done = repo.ticket("session", "move", "chat-1", "2")

    assert (done.code, done.out, done.err) == (0, "PROJ-2  session chat-1, still waits\n", "")
    assert [p.name for p in spool.path.rglob("*.yaml")] == [NAME.partition("/")[2]]
    stored = archives.waiting(opened(repo).worktree).stored(SECOND)
    assert (stored.header.ticket, stored.header.spans) == (
        "PROJ-2",
        (Span(TicketId("PROJ-2"), 1, 3),),
    )
    assert not list(repo.path.glob(".tickets/*/*/*.yaml"))


def test_of_what_waits_nothing_is_said_in_the_repository(repo: GitRepo, spool: GitRepo) -> None:
    waits = "error: session chat-1 waits in the git dir, it is not archived yet\n"
    hint = "hint: git ticket archive --pending\n"

    assert refused(repo, "review", "chat-1", "-m", "Good") == (1, waits + hint)
    assert refused(repo, "move", "chat-1", "2", "-m", "It is") == (1, waits + hint)
    repo.write(".tickets/config.yaml", "prefix: PROJ\narchive: local\n")
    reason = "the team keeps archives out of the repository (archive: local)"
    assert refused(repo, "review", "chat-1") == (
        1,
        f"error: a review is a file of the repository: {reason}\n"
        "hint: git ticket session list --pending\n",
    )
    assert not list(repo.path.glob(".tickets/*/*/*.yaml"))


def test_what_begins_alike_here_and_in_the_spool_is_not_guessed(
    repo: GitRepo, spool: GitRepo
) -> None:
    archive(repo, "chat-10", 1)

    assert refused(repo, "show", "chat") == (
        4,
        "error: session chat: several sessions begin with it: chat-1, chat-10\n"
        "hint: git ticket session list\n",
    )
    assert repo.ticket("session", "show", "chat-1").out.startswith("session     chat-1\n")


@pytest.mark.parametrize("words", [["show"], ["review"], ["resume"], ["move", "PROJ-2"]])
def test_a_planned_session_says_that_it_is_planned(repo: GitRepo, words: list[str]) -> None:
    uid = plan(repo, 5, 1, "Code review")

    done = refused(repo, words[0], uid, *words[1:])

    reason = f"error: session {uid} is planned: Code review\n"
    assert done == (3, f"{reason}hint: git ticket archive --plan {uid}\n")


def test_a_plan_that_a_session_fulfilled_is_that_session_and_of_no_other(repo: GitRepo) -> None:
    uid = plan(repo, 5, 1, "Code review")
    archive(repo, "chat-1", 1, plan=uid)

    assert repo.ticket("session", "show", uid).out.startswith("session     chat-1\n")
    work = opened(repo)
    assert planned.find(work, uid, "chat-1") == planned.find(work, uid)
    with pytest.raises(planned.AlreadyFulfilled) as caught:
        planned.find(work, uid, "chat-2")
    assert caught.value.message == f"planned session {uid} is session chat-1 already"
    assert caught.value.hint == "git ticket session show chat-1"


@pytest.mark.parametrize("words", [["show"], ["review"], ["resume"], ["move", "PROJ-3"]])
def test_a_session_that_is_archived_twice_is_not_guessed(repo: GitRepo, words: list[str]) -> None:
    for number in (1, 2):
        archive(repo, "chat-1", number)

    assert refused(repo, words[0], "chat-1", *words[1:]) == (
        4,
        "error: session chat-1 is archived under PROJ-1 and PROJ-2\n"
        "hint: git ticket session move chat-1 PROJ-1\n",
    )


def test_each_of_two_archives_is_read_by_its_file(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1)
    archive(repo, "chat-1", 2, SAID[:1])

    shown = [repo.ticket("session", "show", path).out for path in (FIRST, f"./{SECOND}")]

    assert ["ticket      PROJ-1" in shown[0], "mauve" in shown[0]] == [True, True]
    assert ["ticket      PROJ-2" in shown[1], "mauve" in shown[1]] == [True, False]


@pytest.mark.parametrize("longer", [1, 2])
def test_a_move_makes_one_archive_of_two_and_loses_nothing(repo: GitRepo, longer: int) -> None:
    for number in (1, 2):
        archive(repo, "chat-1", number, SAID if number == longer else SAID[:1])

    done = repo.ticket("session", "move", "chat-1", "PROJ-1")

    assert (done.code, done.out) == (0, "PROJ-1  session chat-1, archived under PROJ-2\n")
    assert [path.is_file() for path in (repo.path / FIRST, repo.path / SECOND)] == [False, True]
    rows = [session_list.of_ticket(opened(repo), TicketId(f"PROJ-{n}")).listed for n in (1, 2)]
    assert [(o.ticket, o.moved_from, o.moved_to, o.records) for (o,) in rows] == [
        ("PROJ-1", "PROJ-2", "", 3),
        ("PROJ-1", "PROJ-2", "PROJ-1", 3),
    ]
    assert "mauve" in repo.ticket("session", "show", "chat-1").out
    assert repo.ticket("lint").code == 0


def test_two_archives_that_differ_are_both_kept(repo: GitRepo) -> None:
    archive(repo, "chat-1", 1)
    archive(repo, "chat-1", 2, [*SAID[:2], Entry(USER, text="Something else")])

    assert refused(repo, "move", "chat-1", "PROJ-1") == (
        1,
        f"error: {FIRST} and {SECOND}: neither holds all that the other does\n"
        f"hint: git diff --no-index {FIRST} {SECOND}\n",
    )
    assert [path.is_file() for path in (repo.path / FIRST, repo.path / SECOND)] == [True, True]


def test_an_archive_whose_transcript_is_broken_is_not_called_missing(repo: GitRepo) -> None:
    path = archive(repo, "chat-1", 1)
    path.write_text(path.read_text(encoding="utf-8").replace("role: tool", "role: ?"), "utf-8")

    code, said = refused(repo, "show", "chat-1")

    assert (code, said.startswith(f"error: {FIRST}:")) == (1, True)
