"""The question itself: what it offers, what each answer does, and what stays undone without one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_ticketer.lean import undecided
from git_ticketer.lean.clock import from_text
from tests.support.git import GitRepo
from tests.support.terminal import Terminal, terminal

COMMIT = ("git", "commit", "--allow-empty", "-qm", "subject")
LINE = "git commit --allow-empty -qm"
QUESTION = "Which ticket is this commit for?"
UNANSWERED = "undecided, not asked: an earlier question was not answered"
ASK = """\
import os, sys
from git_ticketer.lean import ask
fd = os.open("/dev/tty", os.O_RDWR)
answer = ask.ask(fd, "Which?", [], seconds=float(sys.argv[1]), skip="")
print("choice:", answer.choice, answer.ticket)
"""


@pytest.fixture
def branched(repo: GitRepo) -> GitRepo:
    """The repository on a branch named after a ticket with the team's prefix."""
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    repo.git("add", ".tickets")
    repo.git("commit", "-qm", "configure")
    repo.git("checkout", "-qb", "feature/proj-3-avatar")
    return repo


@pytest.fixture
def asked(branched: GitRepo) -> Iterator[Terminal]:
    """A commit on that branch, at the moment it asks."""
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        yield shown


def session_file(repo: GitRepo) -> Path:
    """The file of the unannounced session."""
    state = repo.git_dir / "ticketer"
    return state / "sessions" / (state / "current").read_text(encoding="utf-8").strip()


def session_values(repo: GitRepo) -> dict[str, str]:
    """The lines of that file."""
    lines = session_file(repo).read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def store(repo: GitRepo, **values: str) -> None:
    """Write other values into that file."""
    changed = {**session_values(repo), **values}
    text = "".join(f"{key} {value}\n" for key, value in changed.items())
    session_file(repo).write_text(text, encoding="utf-8")


def decision(repo: GitRepo) -> str:
    """What the session has decided; `undecided` where it never did."""
    return session_values(repo).get("decision", "undecided")


def test_the_question_offers_branch_then_last_here_then_recent(branched: GitRepo) -> None:
    other = branched.worktree(branched.path.parent / "other", "else")
    assert branched.ticket("attach", "PROJ-5").code == 0
    branched.git("checkout", "-q", "main")
    assert branched.ticket("attach", "PROJ-4").code == 0
    assert other.ticket("attach", "PROJ-6").code == 0
    assert other.ticket("attach", "PROJ-8").code == 0
    assert branched.ticket("attach", "--clear").code == 0
    branched.git("checkout", "-q", "feature/proj-3-avatar")

    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send("4\n")
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is this commit for?\n"
        "  1  PROJ-3  this branch\n"
        "  2  PROJ-5  last on this branch\n"
        "  3  PROJ-4  last used here\n"
        "  4  PROJ-8  recent\n"
        "  5  PROJ-6  recent\n"
        "  Enter: PROJ-3, a number or an id, n: none for this session, s: skip this commit\n"
        "ticket> "
    )
    assert branched.tickets() == ["PROJ-8"]


def test_the_question_offers_each_ticket_once_and_five_at_most(branched: GitRepo) -> None:
    for number in (9, 8, 7, 6, 5, 4, 3):
        assert branched.ticket("attach", f"PROJ-{number}").code == 0
    assert branched.ticket("attach", "--clear").code == 0

    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")

    offered = [line.split()[1] for line in shown.seen.splitlines()[1:-2]]
    assert offered == ["PROJ-3", "PROJ-4", "PROJ-5", "PROJ-6", "PROJ-7"]


def test_after_an_idle_end_enter_takes_the_last_ticket_again(repo: GitRepo) -> None:
    assert repo.ticket("attach", "PROJ-5").code == 0
    first = session_values(repo)["id"]
    store(repo, active="2026-01-01T00:00:00Z")

    with terminal(*COMMIT, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("  1  PROJ-5  last on this branch\n")
        shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0

    again = session_values(repo)["id"]
    assert again != first
    assert repo.trailers() == f"Ticket: PROJ-5\nTicket-Session: {again}"


@pytest.mark.parametrize(
    ("typed", "ticket"),
    [
        pytest.param("\n", "PROJ-3", id="enter-takes-the-first"),
        pytest.param("1\n", "PROJ-3", id="number"),
        pytest.param("proj-007\n", "PROJ-7", id="id-in-lower-case"),
        pytest.param("  PROJ-7 \n", "PROJ-7", id="id-between-blanks"),
        pytest.param("PROJ-9\x7f7\n", "PROJ-7", id="id-corrected"),
        pytest.param("EXT-1\n", "EXT-1", id="foreign-id"),
    ],
)
def test_an_answer_tags_the_commit_and_the_next_ones_without_another_question(
    branched: GitRepo, asked: Terminal, typed: str, ticket: str
) -> None:
    asked.send(typed)
    assert asked.wait() == 0
    trailers = f"Ticket: {ticket}\nTicket-Session: {session_values(branched)['id']}"

    assert branched.message() == f"subject\n\n{trailers}\n"
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        assert shown.wait() == 0
    assert QUESTION not in shown.seen
    assert branched.trailers() == trailers


def test_an_opt_out_leaves_this_commit_and_the_next_alone_without_a_word(
    branched: GitRepo, asked: Terminal
) -> None:
    asked.send("n\n")
    assert asked.wait() == 0

    assert branched.message() == "subject\n"
    assert decision(branched) == "opted-out"
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        assert shown.wait() == 0
    assert (shown.seen, branched.message()) == ("", "subject\n")


def test_a_skip_counts_for_one_commit_and_the_next_asks_again(
    branched: GitRepo, asked: Terminal
) -> None:
    asked.send("s\n")
    assert asked.wait() == 0
    assert "hint:" not in asked.seen
    assert (branched.message(), decision(branched)) == ("subject\n", "undecided")

    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0
    assert branched.tickets() == ["PROJ-3"]


@pytest.mark.parametrize("typed", ["what", "0", "2", "PROJ", "PROJ-", "PROJ-1-x", "UTF8", "-"])
def test_an_answer_without_meaning_is_asked_for_again(
    branched: GitRepo, asked: Terminal, typed: str
) -> None:
    asked.send(typed + "\n")
    asked.expect(f"not a ticket id, such as PROJ-123: {typed}\n")
    asked.expect("ticket> ", times=2)
    asked.send("PROJ-7\n")

    assert asked.wait() == 0
    assert branched.tickets() == ["PROJ-7"]


def test_enter_means_nothing_where_nothing_is_offered(repo: GitRepo) -> None:
    with terminal(*COMMIT, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send("\n")
        shown.expect("ticket> ", times=2)
        shown.send("PROJ-7\n")
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is this commit for?\n"
        "  a ticket id, n: none for this session, s: skip this commit\n"
        "ticket> "
    )
    assert repo.tickets() == ["PROJ-7"]


def test_after_three_answers_without_meaning_the_commit_is_made_undecided(
    branched: GitRepo, asked: Terminal
) -> None:
    for times in (1, 2, 3):
        asked.expect("ticket> ", times=times)
        asked.send("what\n")

    assert asked.wait() == 0
    assert asked.seen.endswith("\nno answer: nothing was decided\n")
    assert (branched.message(), decision(branched)) == ("subject\n", "undecided")


@pytest.mark.parametrize("typed", ["\x04", "PROJ\x04\x04"], ids=["empty-line", "half-a-line"])
def test_the_end_of_input_leaves_the_commit_undecided_and_quiet_for_ten_minutes(
    branched: GitRepo, asked: Terminal, typed: str
) -> None:
    asked.send(typed)
    assert asked.wait() == 0

    values = session_values(branched)
    assert (branched.message(), decision(branched)) == ("subject\n", "undecided")
    assert int(values["quiet_until"]) - from_text(values["active"]) == 600
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        assert shown.wait() == 0
    assert shown.seen == (
        "hint: this commit has no ticket; decide with: git ticket attach PROJ-3"
        "  or: git ticket attach --none\n"
    )
    assert branched.journal()[-1][7] == UNANSWERED


def test_after_the_ten_quiet_minutes_the_question_comes_again(
    branched: GitRepo, asked: Terminal
) -> None:
    asked.send("\x04")
    assert asked.wait() == 0
    store(branched, quiet_until=str(from_text(session_values(branched)["active"]) - 1))

    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0
    assert branched.tickets() == ["PROJ-3"]


@pytest.mark.parametrize("typed", ["", "PROJ-7"], ids=["nothing", "a-line-without-end"])
def test_a_question_that_nobody_answers_ends_by_itself(repo: GitRepo, typed: str) -> None:
    command = (sys.executable, "-c", ASK, "0.3")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        shown.send(typed)
        assert shown.wait() == 0

    assert shown.seen.endswith("\nno answer: nothing was decided\nchoice: silent None\n")


def test_an_answer_is_waited_for_a_minute_and_ten_seconds_under_pre_commit() -> None:
    assert undecided.seconds({}) == 60
    assert undecided.seconds({b"PRE_COMMIT": b"1"}) == 10


def test_ctrl_c_aborts_the_commit_and_changes_nothing(branched: GitRepo) -> None:
    branched.write("file", "one\n")
    branched.git("add", "file")
    branched.git("commit", "-qm", "file", GIT_TICKET="none")
    branched.write("file", "two\n")
    branched.git("add", "file")
    branched.write("file", "three\n")
    branched.write("new", "untracked\n")

    def everything() -> tuple[str, ...]:
        index, status = branched.git("ls-files", "-s"), branched.git("status", "--porcelain")
        file = (branched.path / "file").read_text(encoding="utf-8")
        return branched.git("rev-parse", "HEAD"), index, status, file

    before = everything()
    for command in (("git", "commit", "-m", "subject"), ("git", "commit", "-am", "subject")):
        with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
            shown.expect("ticket> ")
            shown.interrupt()
            assert shown.wait() != 0

        assert everything() == before
        assert not (branched.git_dir / "index.lock").exists()
        assert decision(branched) == "undecided"


def test_after_ctrl_c_the_next_commit_asks_again(branched: GitRepo, asked: Terminal) -> None:
    asked.interrupt()
    assert asked.wait() != 0

    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0
    assert branched.tickets() == ["PROJ-3"]


def test_what_was_typed_before_the_question_is_no_answer_to_it(branched: GitRepo) -> None:
    command = ("sh", "-c", f"echo ready; read go; {LINE} subject")
    with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ready")
        shown.send("go\nPROJ-9\n")
        shown.expect("ticket> ")
        shown.send("PROJ-7\n")
        assert shown.wait() == 0

    assert branched.tickets() == ["PROJ-7"]


def test_two_commits_in_a_row_ask_once(branched: GitRepo) -> None:
    command = ("sh", "-c", f"{LINE} one && {LINE} two")
    with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0

    assert shown.seen.count(QUESTION) == 1
    assert [branched.tickets(name) for name in ("HEAD", "HEAD~")] == [["PROJ-3"], ["PROJ-3"]]


def test_an_id_of_ours_that_is_not_there_must_be_typed_twice(branched: GitRepo) -> None:
    branched.write(".tickets/PROJ-7/ticket.yaml", "id: PROJ-7\n")
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("PROJ-70\n")
        shown.expect("PROJ-70 is not in this work tree; type it again to take it")
        shown.send("PROJ-7\n")
        assert shown.wait() == 0
    assert branched.tickets() == ["PROJ-7"]


@pytest.mark.parametrize("answers", [["PROJ-70", "PROJ-70"], ["OTHER-70"], [""]], ids=str)
def test_an_id_that_is_meant_or_foreign_or_offered_is_taken(
    branched: GitRepo, answers: list[str]
) -> None:
    branched.write(".tickets/PROJ-7/ticket.yaml", "id: PROJ-7\n")
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        for times, answer in enumerate(answers, 1):
            shown.expect("ticket> ", times=times)
            shown.send(f"{answer}\n")
        assert shown.wait() == 0
    assert branched.tickets() == [answers[-1] or "PROJ-3"]
