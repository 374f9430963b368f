"""What a fresh interpreter really imports: start-up stays honest without a stop-watch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from git_ticketer.cli.app import COMMANDS
from git_ticketer.lean import hook
from tests.support.git import GitRepo

HOOK = Path(str(hook.__file__))

# Run as a file like a hook; `_exit` is held back to see what was imported.
SPY = """
import sys
before = set(sys.modules)
source = open({hook!r}, encoding="utf-8").read().replace("os._exit", "(lambda code: None)")
sys.argv = [{hook!r}, *{arguments!r}]
exec(compile(source, {hook!r}, "exec"), {{"__name__": "__main__", "__file__": {hook!r}}})
print("\\n".join(sorted(set(sys.modules) - before)))
"""
ASSOCIATED = {
    "lean",
    "lean.clock",
    "lean.context",
    "lean.decide",
    "lean.event",
    "lean.gitdir",
    "lean.ids",
    "lean.journal",
    "lean.live",
    "lean.prepare_commit_msg",
    "lean.session_file",
    "lean.settings",
    "lean.system",
    "lean.trailer",
}


def imported_by_hook(repo: GitRepo, *arguments: str) -> set[str]:
    """What a hook imports beyond a bare `python -I -S`."""
    (repo.git_dir / "COMMIT_EDITMSG").write_text("subject\n", encoding="utf-8")
    program = SPY.format(hook=str(HOOK), arguments=list(arguments))
    done = repo.run(sys.executable, "-I", "-S", "-c", program, GIT_EDITOR=":")
    assert done.code == 0, done.err
    return set(done.out.split())


@pytest.mark.parametrize("decision", ["PROJ-1", "--none"])
def test_tagging_a_commit_imports_only_the_short_list(repo: GitRepo, decision: str) -> None:
    repo.ticket("attach", decision)
    arguments = ("prepare-commit-msg", ".git/COMMIT_EDITMSG", "message")

    assert imported_by_hook(repo, *arguments) == ASSOCIATED


def test_an_undecided_commit_without_terminal_imports_no_more_than_it_must(repo: GitRepo) -> None:
    repo.ticket("status")
    arguments = ("prepare-commit-msg", ".git/COMMIT_EDITMSG", "message")

    more = imported_by_hook(repo, *arguments) - ASSOCIATED
    assert more == {"lean.ask", "lean.history", "lean.report", "lean.session_change"} | {
        "lean.terminal",
        "lean.undecided",
    }


def modules_after(program: str) -> set[str]:
    """The modules of a fresh interpreter after `program`."""
    code = f"import json, sys\n{program}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_hook_through_the_console_script_never_loads_click_or_yaml() -> None:
    program = "import git_ticketer.__main__; from git_ticketer.lean import event"

    assert modules_after(program).isdisjoint({"click", "yaml", "pygit2", "subprocess", "json.tool"})


def test_showing_help_imports_no_command() -> None:
    program = "from git_ticketer.cli import app; app.run(['-h'])"
    found = {name for name in modules_after(program) if name.startswith("git_ticketer.cli.")}

    assert found == {"git_ticketer.cli.app", "git_ticketer.cli.output"}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_loads_what_it_does_not_need(name: str) -> None:
    program = f"import git_ticketer.cli.{COMMANDS[name][0]}"

    assert modules_after(program).isdisjoint({"pygit2", "mcp", "pydantic", "sqlite3", "asyncio"})
