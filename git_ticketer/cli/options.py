"""What several commands share: the workspace, and the --json and --fields options."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from git_ticketer.cli import output
from git_ticketer.errors import TicketerError
from git_ticketer.ops.workspace import Workspace, open_workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def _need_json(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not output.json_wanted():
        raise click.UsageError("--fields goes with --json", ctx=ctx)
    return value


def json_options(command: Command) -> Command:
    """Add --json and --fields."""
    command = click.option(
        "--fields",
        metavar="A,B",
        help="With --json: only these fields of the answer.",
        callback=_need_json,
    )(command)
    return click.option(
        output.JSON_FLAG, "as_json", is_flag=True, help="Answer with one JSON document."
    )(command)


class FolderGone(TicketerError):
    """The folder that the command was started in was removed."""

    def __init__(self) -> None:
        super().__init__("the current folder is gone", hint="cd to a folder that is there")


def current_folder() -> str:
    """The folder the command was started in; raises FolderGone."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise FolderGone from None


def workspace(*, stores: bool = False) -> Workspace:
    """The workspace of the current folder; its warnings are printed.

    That nothing can be stored is one of them, but for a command that `stores` and will fail.
    """
    found = open_workspace(current_folder(), os.environ)
    output.warn_all(found.warnings)
    if found.unstored and not stores:
        output.warn_all([found.unstored.message])
    found.warnings.clear()
    return found
