"""`git ticket doctor`: one screen that says whether commits will be tagged."""

import os

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder, json_options
from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.ops import doctor
from git_ticketer.ops.check import FAILURE, OK, WARNING, Check
from git_ticketer.ops.workspace import BadId, open_workspace

MARKS = {OK: ("ok", "green"), WARNING: ("warn", "yellow"), FAILURE: ("FAIL", "red")}


@click.command("doctor")
@json_options
def command(as_json: bool, fields: str | None) -> int:
    """Say on one screen whether commits will be tagged, and if not why.

    Whether the hooks run, by which route, with which git; what the session is; who can be asked.
    Exit code 1 where something must be mended.
    """
    checks = _examine(dict(os.environ))
    healthy = all(check.state != FAILURE for check in checks)
    if as_json:
        rows = [output.as_dict(check) for check in checks]
        output.document({"success": healthy, "checks": rows}, fields)
    else:
        _show(checks)
    return ExitCode.DONE if healthy else ExitCode.ERROR


def _examine(environ: dict[str, str]) -> list[Check]:
    """Every check; a variable that is no id is one of them and then left out of account."""
    try:
        return doctor.examine(open_workspace(current_folder(), environ))
    except BadId as error:
        if environ.pop(error.variable, None) is None:
            return doctor.broken_workspace(error)
        return [*doctor.broken_workspace(error), *_examine(environ)]
    except TicketerError as error:
        return doctor.broken_workspace(error)


def _show(checks: list[Check]) -> None:
    for check in checks:
        word, colour = MARKS[check.state]
        mark = output.styled(f"{word:>4}", colour=colour)
        output.say(mark, f"  {check.name:<18}  {check.text}")
        if check.hint and check.state != OK:
            output.say(f"{'':<26}{check.hint}")
