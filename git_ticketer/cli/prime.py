"""`git ticket prime`: how to use this tool, for an agent that has just started."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.ops import prime

FIELDS = ("success", "decision", "current_ticket", "suggested", "text")


@click.command("prime")
@json_options
def command(as_json: bool, fields: str | None) -> None:
    """Tell an agent how tickets are used here, in a few lines.

    It is for one that has just started; nothing is decided by asking.
    """
    output.check_fields(fields, FIELDS)
    found = prime.prime(workspace())
    if as_json:
        output.document({"success": True, **output.as_dict(found)}, fields)
        return
    output.say(found.text.removesuffix("\n"))
