"""`git ticket diff`: what a branch changes in tickets."""

from typing import Any

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.written import describe, short
from git_ticketer.model.ticket_json import comment_json
from git_ticketer.ops import difference
from git_ticketer.ops.difference import Difference, TicketChange

FIELDS = ("success", "base", "head", "tickets")


@click.command("diff")
@click.argument("range", required=False, default="", metavar="[RANGE]")
@json_options
def command(range: str, as_json: bool, fields: str | None) -> None:
    """Show what a branch changes in tickets: fields, comments, sessions.

    Without RANGE: from where this branch left the default branch to your files as they are,
    uncommitted changes included.

    \b
    git ticket diff                  what this branch changes
    git ticket diff HEAD             what is not committed yet
    git ticket diff main..topic      from main to topic
    git ticket diff main...topic     what topic changed since it left main
    """  # noqa: D301 - click wants the character itself
    output.check_fields(fields, FIELDS)
    work = workspace()
    found = difference.difference(work, range)
    if as_json:
        output.document(_json(found), fields)
        return
    for number, change in enumerate(found.tickets):
        if number:
            output.say()
        _show(change)
    for change in found.tickets:
        output.warn_all(problem.message for problem in change.problems)
    if not found.tickets:
        output.note("hint", "no ticket differs")


def _json(found: Difference) -> dict[str, Any]:
    return {
        "success": True,
        "base": found.base,
        "head": found.head or None,
        "tickets": [_change_json(change) for change in found.tickets],
    }


def _change_json(change: TicketChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "title": change.title or None,
        "status": change.status or None,
        "created": change.created,
        "removed": change.removed,
        "replaced": change.replaced,
        "changes": [one._asdict() for one in change.fields],
        "comments": [comment_json(comment) for comment in change.comments],
        "sessions": list(change.sessions),
        "problems": [problem.message for problem in change.problems],
    }


def _show(change: TicketChange) -> None:
    """Print what differs in one ticket, a line for each thing."""
    mark, colour = _mark(change)
    output.say(
        output.styled(f"{mark} {change.id}", colour=colour, bold=True),
        f"  {change.title}" if change.title else "",
        f"  ({change.status})" if change.created and change.status else "",
        "  (another ticket than before)" if change.replaced else "",
    )
    for one in change.fields:
        output.say("    ", output.styled(describe(one), colour=_side(one.before, one.after)))
    for comment in change.comments:
        said = f"+ {comment.kind} by {comment.author}: {short(comment.text)}"
        output.say("    ", output.styled(said, colour="green"))
    for path in change.sessions:
        name = path.rpartition("/")[2].removesuffix(".yaml")
        output.say("    ", output.styled(f"+ session {name}", colour="green"))


def _mark(change: TicketChange) -> tuple[str, str]:
    if change.created:
        return "+", "green"
    return ("-", "red") if change.removed else ("~", "yellow")


def _side(before: str, after: str) -> str:
    """Green for what came, red for what went, yellow for what changed."""
    if before and after:
        return "yellow"
    return "green" if after else "red"
