"""`git ticket lint`: check the tickets in the repository."""

import os

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder, json_options
from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.ops import lint
from git_ticketer.ops.lint import Fixed
from git_ticketer.ops.lint_checks import ERROR
from git_ticketer.ops.lint_texts import Problem
from git_ticketer.storage import worktree
from git_ticketer.storage.tickets import FOLDER

COLOURS = {ERROR: "red"}


class NotChecked(TicketerError):
    """A path that is not in `.tickets`, or not there; `path` is what was given."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} {reason}", hint="git ticket lint")
        self.path = path


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--fix", is_flag=True, help="Mend what is mechanical, and say what was changed.")
@json_options
def command(paths: tuple[str, ...], fix: bool, as_json: bool, fields: str | None) -> int:
    """Check the tickets, for people, CI and pre-commit.

    Broken YAML, conflict markers, the schema, ids and uids that stand twice, links that lead
    nowhere, words that the team does not know, secrets of known shape. Without PATH everything in
    .tickets. Exit code 1 where there are errors; warnings do not fail.
    """
    output.check_fields(fields, ("success", "findings", "fixed"))
    folder = current_folder()
    found = worktree.find(folder, os.environ)
    chosen = _chosen(found.top, folder, paths)
    fixed = lint.fix(found, chosen) if fix else []
    problems = lint.check(found.top, chosen)
    problems += [] if chosen else lint.clashes(found)
    failed = any(problem.severity == ERROR for problem in problems)
    if as_json:
        findings = [problem._asdict() for problem in problems]
        answer = {"findings": findings, "fixed": [entry._asdict() for entry in fixed]}
        output.document({"success": not failed, **answer}, fields)
    else:
        _show(problems, fixed, fix=fix)
    return ExitCode.ERROR if failed else ExitCode.DONE


def _chosen(top: str, folder: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths from the worktree's top; none where one of them is all there is to check."""
    chosen = []
    for path in paths:
        whole = os.path.normpath(os.path.join(folder, path))
        relative = os.path.relpath(whole, top).replace(os.sep, "/")
        if not os.path.lexists(whole):
            raise NotChecked(path, "is not there")
        if relative == FOLDER or set(relative.split("/")) <= {".", ".."}:
            return ()
        if not relative.startswith(FOLDER + "/"):
            raise NotChecked(path, f"is not in {FOLDER}")
        chosen.append(relative)
    return tuple(chosen)


def _show(problems: list[Problem], fixed: list[Fixed], *, fix: bool) -> None:
    for entry in fixed:
        output.say(f"{entry.path}: ", output.styled("mended", colour="green"), f": {entry.what}")
    for problem in problems:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        colour = COLOURS.get(problem.severity, "yellow")
        word = output.styled(problem.severity, colour=colour)
        output.say(f"{place}: ", word, f": {problem.reason} [{problem.rule}]")
    if not problems:
        output.say("no errors, no warnings")
        return
    errors = sum(problem.severity == ERROR for problem in problems)
    output.say(f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}")
    mechanical = sum(problem.fixable for problem in problems)
    if mechanical and not fix:
        output.note("hint", f"git ticket lint --fix mends {mechanical} of them")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
