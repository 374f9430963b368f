"""`git ticket start`: claim a ticket, set it in progress and attach it."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.ops import start


@click.command("start")
@click.argument("ticket", metavar="ID")
@click.option("-b", "--branch", is_flag=True, help="On a new branch named after the ticket.")
@click.option("--branch-name", metavar="NAME", help="On a new branch of this name.")
@click.option("--force", is_flag=True, help="Take over what is assigned to somebody else.")
@json_options
def command(
    ticket: str,
    branch: bool,
    branch_name: str | None,
    force: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Claim a ticket, set it in progress and attach it."""
    output.check_fields(fields, (*FIELDS, "message", "current_ticket", "session_id", "branch"))
    wanted = branch_name or ("" if branch else None)
    started = start.start(workspace(stores=True), ticket, branch=wanted, force=force)
    answer = started.answer
    if not as_json:
        output.say(answer.message)
        if started.branch:
            output.say(f"On the new branch {started.branch}")
    extra = {
        "message": answer.message,
        "current_ticket": answer.current_ticket,
        "session_id": answer.session_id,
        "branch": started.branch,
    }
    show_change(started.change, as_json=as_json, fields=fields, extra=extra)
