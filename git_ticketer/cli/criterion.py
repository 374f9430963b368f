"""`git ticket criterion`: what must be true before a ticket is done."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import edits


@click.group("criterion")
def command() -> None:
    """Add, tick or untick the acceptance criteria of a ticket."""


@command.command("add")
@click.argument("ticket", metavar="ID")
@click.argument("text")
@json_options
def add(ticket: str, text: str, as_json: bool, fields: str | None) -> None:
    """Add an acceptance criterion to a ticket.

    `@` is the ticket of this session.
    """
    check_fields(fields, (*FIELDS, "key"))
    change, key = edits.add_criterion(workspace(), ticket, text)
    show_change(change, as_json=as_json, fields=fields, extra={"key": key})


def _set(ticket: str, criterion: str, *, done: bool, as_json: bool, fields: str | None) -> None:
    check_fields(fields, (*FIELDS, "key"))
    change, key = edits.set_criterion(workspace(), ticket, criterion, done=done)
    show_change(change, as_json=as_json, fields=fields, extra={"key": key})


@command.command("done")
@click.argument("ticket", metavar="ID")
@click.argument("criterion")
@json_options
def done(ticket: str, criterion: str, as_json: bool, fields: str | None) -> None:
    """Tick a criterion.

    It is named by its key or a part of its text.
    """
    _set(ticket, criterion, done=True, as_json=as_json, fields=fields)


@command.command("reopen")
@click.argument("ticket", metavar="ID")
@click.argument("criterion")
@json_options
def reopen(ticket: str, criterion: str, as_json: bool, fields: str | None) -> None:
    """Take the tick of a criterion away.

    It is named by its key or a part of its text.
    """
    _set(ticket, criterion, done=False, as_json=as_json, fields=fields)
