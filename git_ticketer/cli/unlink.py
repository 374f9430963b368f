"""`git ticket unlink`: take a link away, at whichever end it is written."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import links


@click.command("unlink")
@click.argument("ticket", metavar="ID")
@click.argument("kind")
@click.argument("target")
@json_options
def command(ticket: str, kind: str, target: str, as_json: bool, fields: str | None) -> None:
    """Take a link away.

    With the words that `git ticket link` would set it by, from either end.
    """
    check_fields(fields, FIELDS)
    change = links.unlink(workspace(), ticket, kind, target)
    show_change(change, as_json=as_json, fields=fields)
