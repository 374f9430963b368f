"""Bad input and bad places: one error line with a hint, the right exit code, also as JSON."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

PATTERN = "PREFIX-NUMBER: a letter, up to 31 letters, digits or _, -, a number from 1"


def _refused(done: Result, code: int) -> tuple[str, str]:
    """The error and the hint of a command that must say one line of each and nothing else."""
    lines = done.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["error", "hint"], done.err
    assert (done.code, done.out) == (code, "")
    return lines[0].removeprefix("error: "), lines[1].removeprefix("hint: ")


def _refused_as_json(repo: GitRepo, error: str, hint: str, code: int, *command: str) -> None:
    done = repo.ticket(*command, "--json")

    assert done.code == code
    assert json.loads(done.out) == {
        "schema": 1,
        "success": False,
        "error": error,
        "hint": hint,
    }


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "PROJ",
            "PROJ-",
            "-1",
            "PROJ-0",
            "PROJ-1x",
            "PROJ 1",
            "PROJ-1 ",
            " PROJ-1",
            "PROJ-1\n",
        ),
        *("PROJ-1\r", "../../etc/passwd", "PROJ-../1", "1PROJ-1", "PROJ-1234567890123", "PROJ--1"),
        *("PROJ-\u0661", "\uff30ROJ-1", "PROJ-1\u202e", "A" * 33 + "-1", "\x1b[31m", "PRÖJ-1"),
    ],
    ids=ascii,
)
def test_a_malformed_id_is_named_with_the_pattern(repo: GitRepo, text: str) -> None:
    done = repo.ticket("attach", "--", text)

    assert _refused(done, 2) == (
        f"not a ticket id: {text[:80]!a} (expected {PATTERN})",
        "git ticket list",
    )
    assert json.loads(repo.ticket("status", "--json").out)["decision"] == "undecided"


def test_a_malformed_id_is_an_error_as_json_too(repo: GitRepo) -> None:
    error = f"not a ticket id: 'x' (expected {PATTERN})"
    _refused_as_json(repo, error, "git ticket list", 2, "attach", "x")


@pytest.mark.parametrize("text", ["x", "PROJ-1\n", "\udcff", "../PROJ-1"], ids=ascii)
def test_a_git_ticket_that_is_no_id_is_named(repo: GitRepo, text: str) -> None:
    expected = (
        f"GIT_TICKET is not a ticket id: {text!a} (expected {PATTERN})",
        "unset GIT_TICKET",
    )

    assert _refused(repo.ticket("status", GIT_TICKET=text), 2) == expected


@pytest.mark.parametrize("variable", ["GIT_TICKET_SESSION", "CLAUDE_CODE_SESSION_ID"])
@pytest.mark.parametrize("text", ["../x", "a b", "a\nb", "x" * 65, "\udcff"], ids=ascii)
def test_an_announced_session_that_is_no_id_is_named(
    repo: GitRepo, variable: str, text: str
) -> None:
    error, hint = _refused(repo.ticket("status", **{variable: text}), 2)

    assert f"not a session id: {text[:80]!a} (expected a letter or digit" in error
    assert variable in error
    assert variable in hint


@pytest.mark.parametrize(
    "command", [("status",), ("attach", "PROJ-1"), ("session", "info"), ("detach",)], ids=" ".join
)
def test_outside_of_a_repository_every_command_says_so(
    tmp_path: Path, environ: dict[str, str], command: tuple[str, ...]
) -> None:
    nowhere = GitRepo(tmp_path, {**environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    expected = (f"not in a git repository: {tmp_path}", "git init, or cd into a repository")

    assert _refused(nowhere.ticket(*command), 1) == expected
    _refused_as_json(nowhere, *expected, 1, *command)


def test_a_bare_repository_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    bare = GitRepo(tmp_path, environ)
    bare.git("init", "--quiet", "--bare", ".")

    error, _ = _refused(bare.ticket("status"), 1)
    assert error == f"a bare repository has no work tree: {tmp_path}"


def test_inside_the_git_folder_is_named(repo: GitRepo) -> None:
    inside = GitRepo(repo.git_dir, repo.environ)

    error, hint = _refused(inside.ticket("status"), 1)
    assert error == f"inside a git dir, not in a worktree: {repo.git_dir}"
    assert hint == "cd to your files"


def test_a_repository_of_somebody_else_is_named(repo: GitRepo) -> None:
    done = repo.run("git-ticket", "status", GIT_TEST_ASSUME_DIFFERENT_OWNER="1")

    error, _ = _refused(done, 1)
    assert error == f"git refuses it, its owner is somebody else: {repo.path}"


def test_a_folder_that_is_gone_is_one_error(repo: GitRepo) -> None:
    gone = repo.path / "gone"
    script = f"mkdir '{gone}' && cd '{gone}' && rmdir '{gone}' && exec git-ticket status"
    done = repo.run("sh", "-c", script)

    assert (done.code, done.out) == (1, "")
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == ["error", "hint"]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("prefix: PROJ\nrequire: yes\n", ":2", "require is true or false"),
        ("prefix: PROJ\nprefix: X\n", ":2", "the key 'prefix' stands twice"),
        ("a: &x b\n", ":1", "an anchor (&name) is not allowed"),
        ("- a\n", ":1", "expected lines of `key: value`"),
        ("? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? x\n", ":1", "a key must be a plain text"),
        (None, "", "not a regular file"),
    ],
    ids=["a value", "twice", "an anchor", "a list", "deep keys", "a folder"],
)
def test_a_broken_team_configuration_names_file_and_line(
    repo: GitRepo, content: str | None, line: str, reason: str
) -> None:
    path = repo.path / ".tickets/config.yaml"
    if content is None:
        path.mkdir(parents=True)
    else:
        repo.write(".tickets/config.yaml", content)
    expected = (f"{path}{line}: {reason}", f"mend {path}")

    assert _refused(repo.ticket("attach", "PROJ-1"), 1) == expected
    _refused_as_json(repo, *expected, 1, "status")


def test_a_hostile_team_configuration_is_an_error_and_no_bug(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "? " * 100_000)
    error, _ = _refused(repo.ticket("status"), 1)

    assert error.startswith(f"{repo.path}/.tickets/config.yaml:1: ")


def test_a_commit_beside_a_broken_team_configuration_is_tagged(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.write(".tickets/config.yaml", "- a\n")
    repo.commit("subject")

    assert repo.tickets() == ["PROJ-1"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("sessionTimeout", "soon", "a number of minutes, 0 for never"),
        ("sessionTimeout", "-5", "a number of minutes, 0 for never"),
        ("sessionTimeout", "", "a number of minutes, 0 for never"),
        ("sessionTimeout", "525601", "a number of minutes, 0 for never"),
        ("sessionTimeout", "9" * 5000, "a number of minutes, 0 for never"),
        ("prompt", "sometimes", "auto, never or always"),
        ("prompt", "\x1b[31m", "auto, never or always"),
        ("autoAttach", "maybe", "true or false"),
    ],
    ids=lambda part: ascii(part)[:20],
)
def test_a_bad_git_setting_is_named(repo: GitRepo, key: str, value: str, expected: str) -> None:
    repo.git("config", f"ticketer.{key}", value)
    error, hint = _refused(repo.ticket("status"), 1)

    assert error == f"git config ticketer.{key} is {value!r}, expected {expected}"
    assert hint == f"git config ticketer.{key} VALUE"


def test_a_broken_git_configuration_is_one_error(repo: GitRepo) -> None:
    with (repo.git_dir / "config").open("a", encoding="utf-8") as file:
        file.write("[broken\n")
    done = repo.run("git-ticket", "status")

    error, hint = _refused(done, 1)
    assert "config" in error
    assert hint


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (("attach",), "ticket_id is required: git ticket attach ID, or --none"),
        (
            ("attach", "PROJ-1", "--none"),
            "an id, --none, --clear, --status and --resume exclude each other",
        ),
        (
            ("attach", "--none", "--clear"),
            "an id, --none, --clear, --status and --resume exclude each other",
        ),
        (("attach", "--none", "--amend"), "--amend needs the id of a ticket"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_bad_usage_is_exit_code_2_with_the_help_to_read(
    repo: GitRepo, command: tuple[str, ...], error: str
) -> None:
    said, hint = _refused(repo.ticket(*command), 2)

    assert said == error
    assert hint.startswith("git ticket")
    assert hint.endswith(" -h")


@pytest.mark.parametrize(
    "command",
    [
        ("attach", "PROJ-1", "PROJ-2"),
        ("status", "--fields"),
        ("status", "--no-such"),
        ("no-such-command",),
        ("session", "no-such-command"),
    ],
    ids=" ".join,
)
def test_what_the_command_line_does_not_know_is_exit_code_2(
    repo: GitRepo, command: tuple[str, ...]
) -> None:
    _, hint = _refused(repo.ticket(*command), 2)

    assert hint in {"git ticket -h", f"git ticket {command[0]} -h"}


def test_off_a_terminal_attach_asks_nothing_and_stores_nothing(repo: GitRepo) -> None:
    done = subprocess.run(
        ["git", "ticket", "attach"],
        cwd=repo.path,
        env=repo.environ,
        input=b"PROJ-1\n",
        capture_output=True,
        start_new_session=True,
        check=False,
        timeout=120,
    )

    assert (done.returncode, done.stdout) == (2, b"")
    assert json.loads(repo.ticket("status", "--json").out)["decision"] == "undecided"


def test_fields_selects_in_the_order_asked_for(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    done = repo.ticket("status", "--json", "--fields", "opted_out, current_ticket")

    assert done.out == '{\n  "schema": 1,\n  "opted_out": false,\n  "current_ticket": "PROJ-1"\n}\n'


def test_an_unknown_field_names_those_there_are(repo: GitRepo) -> None:
    done = repo.ticket("session", "info", "--json", "--fields", "session_id,colour")
    error = (
        "no field 'colour' here; there are: success, session_id, current_ticket, opted_out, "
        "last_activity, session_timeout_minutes"
    )

    assert done.code == 2
    assert json.loads(done.out) == {
        "schema": 1,
        "success": False,
        "error": error,
        "hint": "git ticket session info -h",
    }


def test_an_unknown_field_changes_nothing(repo: GitRepo) -> None:
    done = repo.ticket("attach", "PROJ-1", "--json", "--fields", "colour")

    assert done.code == 2
    assert json.loads(repo.ticket("status", "--json").out)["current_ticket"] is None


def test_without_git_there_is_one_error(repo: GitRepo, tmp_path: Path) -> None:
    program = shutil.which("git-ticket", path=repo.environ["PATH"])
    assert program is not None
    done = repo.run(program, "status", PATH=os.fspath(tmp_path))

    assert _refused(done, 1) == ("git was not found", "install git 2.30 or later")
