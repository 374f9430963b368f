"""`git ticket close`: a ticket is done, or will not be."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import edits


@click.command("close")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--cancel", is_flag=True, help="It will not be done.")
@click.option("--force", is_flag=True, help="Also with subtasks or criteria still open.")
@json_options
def command(
    ticket: str | None, cancel: bool, force: bool, as_json: bool, fields: str | None
) -> None:
    """Close a ticket as done.

    Refused while a subtask or criterion is open.
    """
    check_fields(fields, FIELDS)
    change = edits.close(workspace(), ticket, cancel=cancel, force=force)
    show_change(change, as_json=as_json, fields=fields)
