"""`git ticket reopen`: take a closed ticket up again."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import edits


@click.command("reopen")
@click.argument("ticket", required=False, metavar="[ID]")
@json_options
def command(ticket: str | None, as_json: bool, fields: str | None) -> None:
    """Take a closed or archived ticket up again."""
    check_fields(fields, FIELDS)
    show_change(edits.reopen(workspace(), ticket), as_json=as_json, fields=fields)
