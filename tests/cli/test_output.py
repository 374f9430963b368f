"""What reaches a terminal or a pipe: colour, control characters, exit codes, closed pipes."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import git_ticketer
from tests.support.git import GitRepo, Result, create
from tests.support.terminal import terminal

PACKAGE = Path(git_ticketer.__file__).parent
HOSTILE = "x\x1b[31m\x1b]0;t\x07\u202eevil\u2066\x9b2J\x85\x7fy"
IN_A_REF = "x\u202eevil\u2066\x9b2J\x85y"  # git refuses ASCII control characters in a ref

COLOURS = [
    ({}, None, True),
    ({}, "auto", True),
    ({}, "always", True),
    ({}, "never", False),
    ({}, "false", False),
    ({"NO_COLOR": "1"}, None, False),
    ({"NO_COLOR": ""}, None, True),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, None, False),
    ({"TERM": "dumb"}, None, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, None, True),
    ({"FORCE_COLOR": "1"}, "never", True),
]
PIPED = [
    ({}, None, False),
    ({}, "auto", False),
    ({}, "always", True),
    ({"FORCE_COLOR": "1"}, None, True),
    ({"CLICOLOR_FORCE": "1"}, None, True),
    ({"CLICOLOR_FORCE": "0"}, None, False),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, "always", False),
]
ANSWER, ERROR = "git ticket hooks status", "git ticket attach nonsense"


def named(case: object) -> str:
    words = [f"{k}={v}" for k, v in case.items()] if isinstance(case, dict) else [str(case)]
    return " ".join(words) or "default"


def configure(repo: GitRepo, colour: str | None) -> None:
    if colour is not None:
        repo.git("config", "color.ui", colour)


@pytest.mark.parametrize(
    "script",
    [ANSWER, ERROR, f"{ANSWER} 2>/dev/null", f"{ERROR} >/dev/null"],
    ids=["answer", "error", "answer alone", "error alone"],
)
@pytest.mark.parametrize(("more", "ui", "coloured"), COLOURS, ids=named)
def test_a_terminal_is_coloured_as_git_and_the_user_want(
    empty_repo: GitRepo, script: str, more: dict[str, str], ui: str | None, coloured: bool
) -> None:
    configure(empty_repo, ui)
    whole = {**empty_repo.environ, "TERM": "xterm", **more}
    with terminal("sh", "-c", script, folder=empty_repo.path, environ=whole) as shown:
        shown.wait()

    assert ("\x1b[" in shown.seen) is coloured, shown.seen


@pytest.mark.parametrize(("more", "ui", "coloured"), PIPED, ids=named)
def test_a_pipe_is_coloured_only_where_that_is_forced(
    empty_repo: GitRepo, more: dict[str, str], ui: str | None, coloured: bool
) -> None:
    configure(empty_repo, ui)
    answer = empty_repo.run(*ANSWER.split(), **{"TERM": "xterm", **more})
    error = empty_repo.run(*ERROR.split(), **{"TERM": "xterm", **more})

    assert ("\x1b[" in answer.out, "\x1b[" in error.err) == (coloured, coloured)


def test_a_json_document_is_never_coloured(repo: GitRepo) -> None:
    for command in (["status"], ["hooks", "status"], ["doctor"], ["attach", "nonsense"]):
        done = repo.ticket(*command, "--json", FORCE_COLOR="1")
        assert json.loads(done.out)["schema"] == 1


@pytest.fixture
def hostile(tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository whose folder, branch, commit, state and logs hold control characters."""
    repo = create(tmp_path / HOSTILE / "repo", environ)
    repo.git("switch", "-qc", f"PROJ-1-{IN_A_REF}")
    repo.ticket("hooks", "install")
    repo.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", input=f"{HOSTILE}\r")
    repo.ticket("attach", "PROJ-1")
    message = f"{HOSTILE}\rtitle\n\nTicket: PROJ-1 {HOSTILE}\n"
    repo.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", input=message)
    state = repo.git_dir / "ticketer"
    (state / f"sessions/{IN_A_REF}.corrupt-1").write_text("", encoding="utf-8")
    for name in ("hook.log", "journal"):
        with (state / name).open("a", encoding="utf-8") as file:
            file.write(f"{HOSTILE}\n")
    return repo


def shown_raw(done: Result) -> set[str]:
    """The characters of an output that a terminal would obey instead of showing them."""
    return {c for c in done.out + done.err if c != "\n" and not c.isprintable()}


COMMANDS = [
    "",
    "status",
    "status --json",
    "status --fields @",
    "session info",
    "attach PROJ-2",
    "attach PROJ-2 --amend",
    "attach --none",
    "attach --clear",
    "attach --resume",
    "attach @",
    "attach --@",
    "detach",
    "init --prefix OWN",
    "init --prefix @",
    "hooks install",
    "hooks status",
    "hooks uninstall",
    "doctor",
    "demo",
    "help @",
    "@",
    "completion @",
    "completion zsh --install",
    "man --install",
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda text: text or "no command")
def test_control_characters_from_outside_are_shown_not_obeyed(
    hostile: GitRepo, command: str, tmp_path: Path
) -> None:
    words = [word.replace("@", HOSTILE) for word in command.split()]
    folder = str(tmp_path / HOSTILE)

    done = hostile.ticket(*words, XDG_DATA_HOME=folder, TMPDIR=folder)

    assert shown_raw(done) == set()
    assert done.code in (0, 1, 2), done.err


def test_what_is_hostile_is_shown_in_full_as_escapes(hostile: GitRepo) -> None:
    first = hostile.ticket("doctor").out.partition("\n")[0]

    escaped = HOSTILE.encode("unicode_escape").decode()
    assert first.partition("worktree ")[2] == str(hostile.path).replace(HOSTILE, escaped)


@pytest.mark.parametrize(
    "more",
    [{"GIT_TICKET": HOSTILE}, {"GIT_TICKET_SESSION": HOSTILE}, {"CODEX_THREAD_ID": HOSTILE}],
    ids=named,
)
@pytest.mark.parametrize("command", ["status", "attach PROJ-1", "doctor"])
def test_a_hostile_environment_is_an_error_that_is_shown_not_obeyed(
    repo: GitRepo, more: dict[str, str], command: str
) -> None:
    done = repo.ticket(*command.split(), **more)

    assert shown_raw(done) == set()
    assert done.code in (1, 2), done.err


@pytest.mark.parametrize(
    "text",
    [f'prefix: "{HOSTILE}"', f"require: {IN_A_REF}", f"? {HOSTILE}: [", "a: \x00"],
    ids=["prefix", "boolean", "syntax", "nul"],
)
def test_a_hostile_team_configuration_is_an_error_that_is_shown_not_obeyed(
    repo: GitRepo, text: str
) -> None:
    repo.write(".tickets/config.yaml", text)
    done = repo.ticket("status")

    assert shown_raw(done) == set()
    assert (done.code, done.out) == (1, "")


def test_a_hostile_setting_of_git_is_an_error_that_is_shown_not_obeyed(repo: GitRepo) -> None:
    repo.git("config", "ticketer.prompt", HOSTILE)
    done = repo.ticket("status")

    assert shown_raw(done) == set()
    assert (done.code, done.out) == (1, "")


@pytest.mark.parametrize("decision", ["--clear", "--none", "PROJ-2"])
def test_the_hooks_show_control_characters_and_do_not_obey_them(
    hostile: GitRepo, decision: str
) -> None:
    hostile.ticket("attach", decision)
    hostile.ticket("init", "--prefix", "PROJ")

    committed = hostile.attempt("commit", "-qm", "next", "--allow-empty")
    switched = hostile.attempt("switch", "-qc", f"PROJ-3-{IN_A_REF}")

    assert (committed.code, switched.code) == (0, 0)
    assert shown_raw(committed) | shown_raw(switched) == set()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("status", 0),
        ("attach PROJ-1", 0),
        ("attach", 2),
        ("attach nonsense", 2),
        ("attach PROJ-1 --none", 2),
        ("nonsense", 2),
        ("attach --resume", 3),
    ],
)
def test_the_exit_code_says_how_a_command_ended(repo: GitRepo, command: str, code: int) -> None:
    done = repo.ticket(*command.split())

    assert done.code == code
    assert (done.err.count("error: "), done.out == "") == ((0, False) if code == 0 else (1, True))


def test_outside_of_a_repository_is_an_error(repo: GitRepo, tmp_path: Path) -> None:
    outside = GitRepo(tmp_path, repo.environ)
    done = outside.ticket("status")

    told = f"error: not in a git repository: {tmp_path}\nhint: git init, or cd into a repository\n"
    assert (done.code, done.out, done.err) == (1, "", told)


def test_ctrl_c_at_the_question_ends_with_130_and_stores_nothing(repo: GitRepo) -> None:
    command = ("git-ticket", "attach")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        shown.interrupt()
        assert shown.wait() == 130

    assert "error" not in shown.seen
    assert repo.ticket("status").out.startswith("No ticket associated\n")


@pytest.fixture
def damaged(repo: GitRepo, tmp_path: Path) -> GitRepo:
    """The repository, with an installation of ours from which a file is missing."""
    ignored = shutil.ignore_patterns("__pycache__", "forecast.py")
    shutil.copytree(PACKAGE, tmp_path / "site" / PACKAGE.name, ignore=ignored)
    (tmp_path / "reports").mkdir()
    more = {"PYTHONPATH": str(tmp_path / "site"), "TMPDIR": str(tmp_path / "reports")}
    return GitRepo(repo.path, {**repo.environ, **more})


def test_a_bug_ends_with_70_and_names_a_report(damaged: GitRepo) -> None:
    done = damaged.ticket("status", "--fields", "private")

    (report,) = Path(damaged.environ["TMPDIR"]).iterdir()
    text = report.read_text("utf-8")
    assert (done.code, done.out) == (70, "")
    assert re.sub(r"a bug: .*", "a bug: ...", done.err) == (
        f"error: a bug: ...\nhint: please report {report}\n"
    )
    assert text.startswith(f"git-ticketer {git_ticketer.__version__}, Python ")
    assert "Traceback" in text
    assert "private" not in text


def test_a_bug_asked_for_json_answers_in_json(damaged: GitRepo) -> None:
    done = damaged.ticket("status", "--json")

    answer = json.loads(done.out)
    (report,) = Path(damaged.environ["TMPDIR"]).iterdir()
    assert (done.code, answer["success"]) == (70, False)
    assert answer["hint"] == f"please report {report}"


def test_a_folder_that_is_gone_is_an_error_and_no_bug(repo: GitRepo) -> None:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec git-ticket "$@"'
    for command in ("status", "doctor", "attach PROJ-1"):
        done = repo.run("sh", "-c", script, "sh", *command.split())
        assert (done.code, "a bug" in done.out + done.err) == (1, False)


LONG = ["-h", "status", "doctor", "man", "completion bash", "help attach", "--version"]


@pytest.mark.parametrize("command", [*LONG, "attach nonsense --json"])
def test_a_reader_that_has_left_is_no_trouble(repo: GitRepo, command: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        ["git-ticket", *command.split()],
        cwd=repo.path,
        env=repo.environ,
        stdout=write,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(write)

    told = [line for line in done.stderr.splitlines() if not line.startswith(("error", "hint"))]
    assert told == []
    # Done, or ended by SIGPIPE as git itself; the error of a command stays its own.
    assert done.returncode in ((2, -13) if "nonsense" in command else (0, -13))


@pytest.mark.parametrize("command", ["-h", "status", "--version"])
def test_a_closed_output_is_no_bug(repo: GitRepo, command: str) -> None:
    done = repo.run("sh", "-c", f"exec git-ticket {command} >&-")

    assert (done.code, done.err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["-h", "status", "--version"])
def test_an_output_that_is_full_is_an_error_and_no_bug(repo: GitRepo, command: str) -> None:
    done = repo.run("sh", "-c", f"exec git-ticket {command} >/dev/full")

    assert done.code == 1
    assert re.fullmatch(r"error: (?!a bug).*No space left on device\n(hint: .*\n)?", done.err)
