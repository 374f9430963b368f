"""What several commands share: the workspace, and the --json and --fields options."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from git_ticketer.cli import output
from git_ticketer.errors import TicketerError
from git_ticketer.ops.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from git_ticketer.ops.flow_event import Event

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


def _run_flows(work: Workspace, happened: "list[Event]") -> None:
    if happened:
        from git_ticketer.cli import flow_events

        flow_events.announce(work, happened)


def workspace(*, stores: bool = False) -> Workspace:
    """The workspace of the current folder; its warnings are printed.

    That nothing can be stored is one of them, but for a command that `stores` and will fail.
    The flows that wait for what the command does run when it has answered.
    """
    found = open_workspace(current_folder(), os.environ)
    happened: list[Event] = []
    found.tell = happened.append
    click.get_current_context().call_on_close(lambda: _run_flows(found, happened))
    output.warn_all(found.warnings)
    if found.unstored and not stores:
        output.warn_all([found.unstored.message])
    found.warnings.clear()
    return found
