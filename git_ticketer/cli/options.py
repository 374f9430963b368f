"""What several commands share: the workspace, and the --json and --fields options."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from git_ticketer.cli import output
from git_ticketer.ops.workspace import Workspace, open_workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def json_options(command: Command) -> Command:
    """Add --json and --fields."""
    command = click.option(
        "--fields", metavar="A,B", help="With --json: only these fields of the answer."
    )(command)
    return click.option(
        output.JSON_FLAG, "as_json", is_flag=True, help="Answer with one JSON document."
    )(command)


def workspace() -> Workspace:
    """The workspace of the current folder; its warnings are printed."""
    found = open_workspace(os.getcwd(), os.environ)
    output.warn_all(found.warnings)
    found.warnings.clear()
    return found
