"""`git ticket session`: look at work sessions."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.ops import association


@click.group("session")
def command() -> None:
    """Look at work sessions."""


@command.command("info")
@json_options
def info(as_json: bool, fields: str | None) -> None:
    """Show this session: its id, ticket, last activity and idle limit."""
    found = association.session_info(workspace())
    if as_json:
        output.document({"success": True, **output.as_dict(found)}, fields)
        return
    output.say(f"session        {found.session_id or 'none stored'}")
    ticket = found.current_ticket or ("opted out" if found.opted_out else "undecided")
    output.say(f"ticket         {ticket}")
    output.say(f"last activity  {found.last_activity or 'never'}")
    minutes = found.session_timeout_minutes
    output.say(f"ends after     {f'{minutes} idle minutes' if minutes else 'never'}")
