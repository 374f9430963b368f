"""`git ticket link`: point from a ticket to another, or to an address."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import links


@click.command("link")
@click.argument("ticket", metavar="ID")
@click.argument("kind")
@click.argument("target")
@json_options
def command(ticket: str, kind: str, target: str, as_json: bool, fields: str | None) -> None:
    """Link a ticket to another ticket or an address.

    KIND is blocks, blocked-by, relates-to, duplicates, parent or child. A link is written at one
    end and seen from both. TARGET is a ticket or an http(s) address.
    """
    check_fields(fields, FIELDS)
    change = links.link(workspace(), ticket, kind, target)
    show_change(change, as_json=as_json, fields=fields)
