"""`git ticket context`: what an agent needs to know of a ticket."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.ops import context
from git_ticketer.ops.context_text import BUDGET, LEAST

FIELDS = (
    *("success", "note", "ticket_id", "known", "where", "url", "ticket"),
    *("related", "sessions", "comments", "left_out", "all_of_it"),
)
OURS = len('"schema": 1,\n  "success": true,\n  \n')
"""What the document has around the context."""


@click.command("context")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option(
    "--budget",
    type=click.IntRange(min=LEAST),
    default=BUDGET,
    show_default=True,
    metavar="N",
    help="The most characters; what has no room is named.",
)
@json_options
def command(ticket: str | None, budget: int, as_json: bool, fields: str | None) -> None:
    """Print what an agent needs to know of a ticket.

    It is Markdown. Without ID it is the ticket of this session: its text, what is left of it,
    related tickets, the last sessions with their notes, and the last comments.
    """
    output.check_fields(fields, FIELDS)
    found = context.build(workspace(), ticket)
    if as_json:
        output.document({"success": True, **context.as_json(found, budget - OURS)}, fields)
        return
    output.say(context.markdown(found, budget).removesuffix("\n"))
