"""Who is asked: every situation of a terminal behind a hook, each of which must end by itself."""

import sys

import pytest

from tests.support.git import GitRepo
from tests.support.terminal import Terminal, terminal

COMMIT = ("git", "commit", "--allow-empty", "-qm", "subject")
LINE = "git commit --allow-empty -qm subject"
HINT = (
    "hint: this commit has no ticket; decide with: git ticket attach PROJ-123"
    "  or: git ticket attach --none\n"
)
RAW = """\
import subprocess, sys, termios, tty
before = termios.tcgetattr(0)
tty.setraw(0)
code = subprocess.call(sys.argv[1:])
termios.tcsetattr(0, termios.TCSANOW, before)
sys.exit(code)
"""
DETACHED = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], start_new_session=True))"

BACKGROUND = ("sh", "-c", f"set -m; {LINE} & wait $!")
HELD_RAW = (sys.executable, "-c", RAW, *COMMIT)
WITHOUT_TERMINAL = (sys.executable, "-c", DETACHED, *COMMIT)

AGENT_VARIABLES = (
    "AI_AGENT",
    "AMP_CURRENT_THREAD_ID",
    "AUGMENT_AGENT",
    "CLAUDECODE",
    "CLAUDE_CODE_SESSION_ID",
    "CODEX_CI",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "COPILOT_AGENT_SESSION_ID",
    "COPILOT_CLI",
    "CURSOR_AGENT",
    "CURSOR_CONVERSATION_ID",
    "GEMINI_CLI",
    "GEMINI_SESSION_ID",
    "GOOSE_TERMINAL",
    "OPENCODE",
    "OPENCODE_SESSION_ID",
    "PI_CODING_AGENT",
)


def reason(repo: GitRepo) -> str:
    """Why the last commit has no ticket, by the journal."""
    kind, note = repo.journal()[-1][1], repo.journal()[-1][7]
    assert kind == "untagged", repo.journal()
    return note


def answer(shown: Terminal) -> None:
    """Answer the question, and see the command end well."""
    shown.expect("ticket> ")
    shown.send("PROJ-7\n")
    assert shown.wait() == 0, shown.seen


def end_without_question(repo: GitRepo, shown: Terminal) -> str:
    """See the command end well and unasked with an untagged commit; return the reason."""
    assert shown.wait() == 0, shown.seen
    assert "ticket> " not in shown.seen
    assert repo.message() == "subject\n"
    return reason(repo)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(COMMIT, id="job-of-a-shell"),
        pytest.param(("sh", "-c", f"{LINE}; exit $?"), id="script-in-a-shell"),
        pytest.param(("sh", "-c", f"{LINE} </dev/null"), id="stdin-redirected"),
        pytest.param(("sh", "-c", f"{LINE} >/dev/null"), id="stdout-redirected"),
        pytest.param(
            ("sh", "-c", "echo subject | git commit --allow-empty -qF -"), id="message-piped-in"
        ),
        pytest.param((*COMMIT, "--no-verify"), id="no-verify"),
    ],
)
def test_a_person_in_front_of_the_command_is_asked(repo: GitRepo, command: tuple[str, ...]) -> None:
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        answer(shown)

    assert repo.message().startswith("subject\n\nTicket: PROJ-7\nTicket-Session: ")


@pytest.mark.parametrize(
    ("command", "leader", "why"),
    [
        pytest.param(BACKGROUND, True, "run in the background", id="background"),
        pytest.param(
            ("sh", "-c", f"{LINE} 2>/dev/null"), True, "stderr is not a terminal", id="stderr-file"
        ),
        pytest.param(
            ("sh", "-c", f"{LINE} 2>&1 | cat"), True, "stderr is not a terminal", id="stderr-pipe"
        ),
        pytest.param(COMMIT, False, "run on a private terminal", id="private-terminal"),
        pytest.param(
            ("sh", "-c", f"{LINE}; exit $?"), False, "run on a private terminal", id="private-shell"
        ),
        pytest.param(HELD_RAW, True, "another program holds the terminal", id="held-raw"),
        pytest.param(WITHOUT_TERMINAL, True, "no terminal", id="setsid"),
    ],
)
def test_a_commit_that_nobody_can_answer_ends_by_itself_without_a_question(
    repo: GitRepo, command: tuple[str, ...], leader: bool, why: str
) -> None:
    with terminal(*command, folder=repo.path, environ=repo.environ, leader=leader) as shown:
        found = end_without_question(repo, shown)

    assert found == f"undecided, not asked: {why}"


def test_a_commit_that_is_not_asked_about_says_how_to_decide(repo: GitRepo) -> None:
    with terminal(*COMMIT, folder=repo.path, environ=repo.environ, leader=False) as shown:
        assert shown.wait() == 0

    assert shown.seen == HINT


@pytest.mark.parametrize("variable", ["CI", *AGENT_VARIABLES])
def test_a_commit_of_an_agent_or_of_ci_is_not_asked_about(repo: GitRepo, variable: str) -> None:
    environ = {**repo.environ, variable: "1"}
    with terminal(*COMMIT, folder=repo.path, environ=environ) as shown:
        found = end_without_question(repo, shown)

    assert found == "undecided, not asked: run by an agent or CI"


@pytest.mark.parametrize("variable", ["CI", "CLAUDECODE", "CODEX_THREAD_ID"])
def test_an_empty_variable_of_an_agent_or_of_ci_means_a_person(
    repo: GitRepo, variable: str
) -> None:
    environ = {**repo.environ, variable: ""}
    with terminal(*COMMIT, folder=repo.path, environ=environ) as shown:
        answer(shown)

    assert repo.tickets() == ["PROJ-7"]


def test_a_person_who_named_the_session_is_asked(repo: GitRepo) -> None:
    environ = {**repo.environ, "GIT_TICKET_SESSION": "mine"}
    with terminal(*COMMIT, folder=repo.path, environ=environ) as shown:
        answer(shown)

    assert repo.trailers() == "Ticket: PROJ-7\nTicket-Session: mine"


@pytest.mark.parametrize("value", ["0", "false", "FALSE", "no", "off"])
def test_git_terminal_prompt_switched_off_as_git_reads_it_forbids_the_question(
    repo: GitRepo, value: str
) -> None:
    environ = {**repo.environ, "GIT_TERMINAL_PROMPT": value}
    with terminal(*COMMIT, folder=repo.path, environ=environ) as shown:
        found = end_without_question(repo, shown)

    assert found == "undecided, not asked: GIT_TERMINAL_PROMPT forbids it"


@pytest.mark.parametrize("value", ["1", "true"])
def test_git_terminal_prompt_switched_on_leaves_the_question(repo: GitRepo, value: str) -> None:
    environ = {**repo.environ, "GIT_TERMINAL_PROMPT": value}
    with terminal(*COMMIT, folder=repo.path, environ=environ) as shown:
        answer(shown)

    assert repo.tickets() == ["PROJ-7"]


def test_prompt_never_asks_nobody(repo: GitRepo) -> None:
    repo.git("config", "ticketer.prompt", "never")

    with terminal(*COMMIT, folder=repo.path, environ=repo.environ) as shown:
        found = end_without_question(repo, shown)

    assert found == "undecided, not asked: ticketer.prompt is never"


@pytest.mark.parametrize(
    ("command", "leader", "extra"),
    [
        pytest.param(COMMIT, False, {}, id="private-terminal"),
        pytest.param(COMMIT, True, {"CI": "1"}, id="ci"),
        pytest.param(COMMIT, True, {"CLAUDECODE": "1"}, id="agent"),
        pytest.param(("sh", "-c", f"{LINE} 2>/dev/null"), True, {}, id="stderr-file"),
    ],
)
def test_prompt_always_asks_wherever_an_answer_is_possible(
    repo: GitRepo, command: tuple[str, ...], leader: bool, extra: dict[str, str]
) -> None:
    repo.git("config", "ticketer.prompt", "always")

    environ = {**repo.environ, **extra}
    with terminal(*command, folder=repo.path, environ=environ, leader=leader) as shown:
        answer(shown)

    assert repo.tickets() == ["PROJ-7"]


@pytest.mark.parametrize(
    ("command", "extra", "why"),
    [
        pytest.param(BACKGROUND, {}, "run in the background", id="background"),
        pytest.param(HELD_RAW, {}, "another program holds the terminal", id="held-raw"),
        pytest.param(WITHOUT_TERMINAL, {}, "no terminal", id="setsid"),
        pytest.param(
            COMMIT, {"GIT_TERMINAL_PROMPT": "0"}, "GIT_TERMINAL_PROMPT forbids it", id="variable"
        ),
    ],
)
def test_prompt_always_never_asks_where_the_commit_would_hang(
    repo: GitRepo, command: tuple[str, ...], extra: dict[str, str], why: str
) -> None:
    repo.git("config", "ticketer.prompt", "always")

    environ = {**repo.environ, **extra}
    with terminal(*command, folder=repo.path, environ=environ) as shown:
        found = end_without_question(repo, shown)

    assert found == f"undecided, not asked: {why}"


@pytest.mark.parametrize(
    "options",
    [
        pytest.param("-am subject", id="all"),
        pytest.param("-m subject file", id="path"),
        pytest.param("-m subject --include file", id="include"),
    ],
)
def test_a_commit_from_a_subdirectory_is_asked_about_and_takes_the_files_it_was_told(
    repo: GitRepo, options: str
) -> None:
    repo.write("sub/file", "one\n")
    repo.git("add", "sub/file")
    repo.git("commit", "-qm", "file")
    repo.write("sub/file", "two\n")

    with terminal(
        "sh", "-c", f"git commit -q {options}", folder=repo.path / "sub", environ=repo.environ
    ) as shown:
        answer(shown)

    assert repo.tickets() == ["PROJ-7"]
    assert repo.git("show", "HEAD:sub/file") == "two"
    assert repo.git("status", "--porcelain") == ""
    assert not (repo.git_dir / "index.lock").exists()


def test_a_background_commit_of_all_files_ends_and_leaves_no_lock(repo: GitRepo) -> None:
    repo.write("file", "one\n")
    repo.git("add", "file")
    repo.git("commit", "-qm", "file")
    repo.write("file", "two\n")

    command = ("sh", "-c", "set -m; git commit -qam subject & wait $!")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        found = end_without_question(repo, shown)

    assert found == "undecided, not asked: run in the background"
    assert repo.git("status", "--porcelain") == ""
    assert not (repo.git_dir / "index.lock").exists()


@pytest.mark.parametrize(
    ("command", "leader", "extra"),
    [
        pytest.param(
            ("sh", "-c", "set -m; git checkout -q topic & wait $!"), True, {}, id="background"
        ),
        pytest.param(("git", "checkout", "-q", "topic"), False, {}, id="private-terminal"),
        pytest.param(("git", "checkout", "-q", "topic"), True, {"CI": "1"}, id="ci"),
        pytest.param(
            (sys.executable, "-c", RAW, "git", "checkout", "-q", "topic"), True, {}, id="held-raw"
        ),
    ],
)
def test_a_branch_switch_that_nobody_can_answer_ends_by_itself_and_says_nothing(
    repo: GitRepo, command: tuple[str, ...], leader: bool, extra: dict[str, str]
) -> None:
    repo.git("branch", "topic")

    environ = {**repo.environ, **extra}
    with terminal(*command, folder=repo.path, environ=environ, leader=leader) as shown:
        assert shown.wait() == 0

    assert shown.seen == ""
    assert repo.git("symbolic-ref", "--short", "HEAD") == "topic"
