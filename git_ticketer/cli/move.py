"""`git ticket move`: give a ticket another status."""

import click

from git_ticketer.cli.close import warn_unreviewed
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import edits


@click.command("move")
@click.argument("ticket", metavar="ID")
@click.argument("status")
@click.option("--force", is_flag=True, help="Also where the workflow does not allow it.")
@json_options
def command(ticket: str, status: str, force: bool, as_json: bool, fields: str | None) -> None:
    """Move a ticket to a status.

    As the team's workflow allows; `_` and `-` are equal.
    """
    check_fields(fields, FIELDS)
    work = workspace()
    change = edits.set_status(work, ticket, status, force=force)
    show_change(change, as_json=as_json, fields=fields)
    warn_unreviewed(work, change)
