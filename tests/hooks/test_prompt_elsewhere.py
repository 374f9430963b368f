"""The question under `require`, after a branch switch and in `git ticket attach`; hostile text."""

import pytest

from tests.support.git import GitRepo
from tests.support.terminal import terminal

COMMIT = ("git", "commit", "--allow-empty", "-qm", "subject")
REFUSED = (
    "error: this repository requires a ticket for every commit, and none was decided\n"
    "hint: git ticket attach PROJ-123, or git ticket attach --none;"
    " --no-verify commits anyway\n"
)
HOSTILE = "\x1b]0;evil\x07\x1b[31m\u009b31m\u202egpj.exe"


@pytest.fixture
def branched(repo: GitRepo) -> GitRepo:
    """The repository on a branch named after a ticket with the team's prefix."""
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    repo.git("add", ".tickets")
    repo.git("commit", "-qm", "configure")
    repo.git("checkout", "-qb", "feature/proj-3-avatar")
    return repo


@pytest.fixture
def strict(branched: GitRepo) -> GitRepo:
    """The same where the team requires a decision."""
    branched.write(".tickets/config.yaml", "prefix: PROJ\nrequire: true\n")
    branched.git("commit", "-qam", "require", GIT_TICKET="none")
    return branched


def decision(repo: GitRepo) -> str:
    """What the session has decided, as `git ticket` says it."""
    return repo.ticket("status").out.splitlines()[0]


def test_where_a_decision_is_required_no_skip_is_offered_or_taken(strict: GitRepo) -> None:
    with terminal(*COMMIT, folder=strict.path, environ=strict.environ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send("s\n")
        shown.expect("not a ticket id, such as PROJ-123: s\n")
        shown.expect("ticket> ", times=2)
        shown.send("\n")
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is this commit for?\n"
        "  1  PROJ-3  this branch\n"
        "  Enter: PROJ-3, a number or an id, n: none for this session\n"
        "ticket> "
    )
    assert strict.tickets() == ["PROJ-3"]


def test_where_a_decision_is_required_an_opt_out_is_one(strict: GitRepo) -> None:
    with terminal(*COMMIT, folder=strict.path, environ=strict.environ) as shown:
        shown.expect("ticket> ")
        shown.send("n\n")
        assert shown.wait() == 0

    assert strict.message() == "subject\n"


def test_where_a_decision_is_required_no_answer_refuses_the_commit(strict: GitRepo) -> None:
    before = strict.git("rev-parse", "HEAD")

    with terminal(*COMMIT, folder=strict.path, environ=strict.environ) as shown:
        shown.expect("ticket> ")
        shown.send("\x04")
        assert shown.wait() == 1

    assert shown.seen.endswith("\nno answer: nothing was decided\n" + REFUSED)
    assert strict.git("rev-parse", "HEAD") == before


def test_control_characters_that_were_typed_never_come_back(branched: GitRepo) -> None:
    command = ("sh", "-c", "stty -echo; git commit --allow-empty -qm subject")
    with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        before = shown.seen
        shown.send(HOSTILE + "\n")
        shown.expect("ticket> ", times=2)
        after = shown.seen.removeprefix(before)
        shown.send("\n")
        assert shown.wait() == 0

    assert after == ("not a ticket id, such as PROJ-123: ?]0;evil??[31m?31m?gpj.exe\nticket> ")
    assert branched.tickets() == ["PROJ-3"]


def test_a_hostile_answer_is_never_stored(branched: GitRepo) -> None:
    typed = "PROJ-7\x1b[31m"
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        for times in (2, 3, 4):
            shown.send(typed + "\n")
            if times < 4:
                shown.expect("ticket> ", times=times)
        assert shown.wait() == 0

    state = b"".join(
        p.read_bytes() for p in (branched.git_dir / "ticketer").rglob("*") if p.is_file()
    )
    assert branched.message() == "subject\n"
    assert b"\x1b" not in state


def test_a_branch_name_with_format_characters_is_shown_without_them(repo: GitRepo) -> None:
    repo.git("branch", "x\u202egpj")
    command = ("git", "checkout", "-q", "x\u202egpj")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send("s\n")
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is the work on x?gpj for?\n"
        "  a ticket id, n: none for this session, s: decide later\n"
        "ticket> "
    )


def test_a_branch_switch_asks_and_enter_takes_the_ticket_of_the_branch(
    branched: GitRepo,
) -> None:
    branched.git("checkout", "-q", "main")
    command = ("git", "checkout", "-q", "feature/proj-3-avatar")
    with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send("\n")
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is the work on feature/proj-3-avatar for?\n"
        "  1  PROJ-3  this branch\n"
        "  Enter: PROJ-3, a number or an id, n: none for this session, s: decide later\n"
        "ticket> "
    )
    assert branched.commit("subject").startswith("subject\n\nTicket: PROJ-3\n")


def test_deciding_later_at_a_branch_switch_leaves_the_question_to_the_commit(
    branched: GitRepo,
) -> None:
    branched.git("checkout", "-q", "main")
    line = "git checkout -q - && git commit --allow-empty -qm subject"
    with terminal("sh", "-c", line, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send("s\n")
        shown.expect("Which ticket is this commit for?")
        shown.expect("ticket> ", times=2)
        shown.send("\n")
        assert shown.wait() == 0

    assert branched.tickets() == ["PROJ-3"]


def test_ctrl_c_at_a_branch_switch_leaves_the_branch_switched_and_nothing_decided(
    branched: GitRepo,
) -> None:
    branched.git("checkout", "-q", "main")
    command = ("git", "checkout", "-q", "feature/proj-3-avatar")
    with terminal(*command, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.interrupt()
        shown.wait()

    assert branched.git("symbolic-ref", "--short", "HEAD") == "feature/proj-3-avatar"
    assert branched.git("status", "--porcelain") == ""
    assert not (branched.git_dir / "index.lock").exists()
    with terminal(*COMMIT, folder=branched.path, environ=branched.environ) as shown:
        shown.expect("Which ticket is this commit for?")


@pytest.mark.parametrize(
    ("typed", "ticket"),
    [
        pytest.param("\n", "PROJ-3", id="enter"),
        pytest.param("1\n", "PROJ-3", id="number"),
        pytest.param("proj-7\n", "PROJ-7", id="id"),
    ],
)
def test_attach_without_an_id_asks_on_a_terminal(
    branched: GitRepo, typed: str, ticket: str
) -> None:
    with terminal(
        "git", "ticket", "attach", folder=branched.path, environ=branched.environ
    ) as shown:
        shown.expect("ticket> ")
        screen = shown.seen
        shown.send(typed)
        assert shown.wait() == 0

    assert screen == (
        "Which ticket is this session for?\n"
        "  1  PROJ-3  this branch\n"
        "  Enter: PROJ-3, a number or an id, n: none for this session\n"
        "ticket> "
    )
    assert branched.commit("subject").startswith(f"subject\n\nTicket: {ticket}\n")


def test_attach_without_an_id_takes_an_opt_out(branched: GitRepo) -> None:
    with terminal(
        "git", "ticket", "attach", folder=branched.path, environ=branched.environ
    ) as shown:
        shown.expect("ticket> ")
        shown.send("n\n")
        assert shown.wait() == 0

    assert branched.commit("subject") == "subject\n"
    assert branched.journal()[-1][7] == "opted out"


@pytest.mark.parametrize("typed", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_attach_that_is_not_answered_ends_as_interrupted_and_decides_nothing(
    branched: GitRepo, typed: str
) -> None:
    before = decision(branched)

    with terminal(
        "git", "ticket", "attach", folder=branched.path, environ=branched.environ
    ) as shown:
        shown.expect("ticket> ")
        shown.send(typed)
        shown.wait()

    assert "associated" not in shown.seen
    assert "Traceback" not in shown.seen
    assert decision(branched) == before
    assert branched.commit("subject") == "subject\n"


@pytest.mark.parametrize("typed", ["\x03", "\x04"], ids=["ctrl-c", "ctrl-d"])
def test_attach_that_is_not_answered_exits_130(branched: GitRepo, typed: str) -> None:
    with terminal("git-ticket", "attach", folder=branched.path, environ=branched.environ) as shown:
        shown.expect("ticket> ")
        shown.send(typed)
        assert shown.wait() == 130


def test_attach_without_an_id_off_a_terminal_is_a_usage_error(branched: GitRepo) -> None:
    done = branched.ticket("attach")

    assert (done.code, done.out, done.err) == (
        2,
        "",
        "error: ticket_id is required: git ticket attach ID, or --none\n"
        "hint: git ticket attach -h\n",
    )
