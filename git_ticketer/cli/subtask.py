"""`git ticket subtask`: the steps of a ticket's work."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.model.workflow import DONE, IN_PROGRESS, PENDING
from git_ticketer.ops import edits


@click.group("subtask")
def command() -> None:
    """Add, start, finish or reopen the steps of a ticket."""


@command.command("add")
@click.argument("ticket", metavar="ID")
@click.argument("title")
@json_options
def add(ticket: str, title: str, as_json: bool, fields: str | None) -> None:
    """Add a subtask to a ticket.

    `@` is the ticket of this session.
    """
    check_fields(fields, (*FIELDS, "key"))
    change, key = edits.add_subtask(workspace(), ticket, title)
    show_change(change, as_json=as_json, fields=fields, extra={"key": key})


def _set(ticket: str, subtask: str, status: str, *, as_json: bool, fields: str | None) -> None:
    check_fields(fields, (*FIELDS, "key"))
    change, key = edits.set_subtask(workspace(), ticket, subtask, status)
    show_change(change, as_json=as_json, fields=fields, extra={"key": key})


@command.command("start")
@click.argument("ticket", metavar="ID")
@click.argument("subtask")
@json_options
def start(ticket: str, subtask: str, as_json: bool, fields: str | None) -> None:
    """Set a subtask in progress.

    It is named by its key or a part of its title.
    """
    _set(ticket, subtask, IN_PROGRESS, as_json=as_json, fields=fields)


@command.command("done")
@click.argument("ticket", metavar="ID")
@click.argument("subtask")
@json_options
def done(ticket: str, subtask: str, as_json: bool, fields: str | None) -> None:
    """Finish a subtask.

    It is named by its key or a part of its title.
    """
    _set(ticket, subtask, DONE, as_json=as_json, fields=fields)


@command.command("reopen")
@click.argument("ticket", metavar="ID")
@click.argument("subtask")
@json_options
def reopen(ticket: str, subtask: str, as_json: bool, fields: str | None) -> None:
    """Set a subtask to pending again.

    It is named by its key or a part of its title.
    """
    _set(ticket, subtask, PENDING, as_json=as_json, fields=fields)
