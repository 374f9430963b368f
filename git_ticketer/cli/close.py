"""`git ticket close`: a ticket is done, or will not be."""

import click

from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import check_fields, note, warn_all
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.errors import TicketerError
from git_ticketer.model.workflow import CLOSED
from git_ticketer.ops import edits, queries
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.tickets import Change


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
    work = workspace()
    change = edits.close(work, ticket, cancel=cancel, force=force)
    show_change(change, as_json=as_json, fields=fields)
    warn_unreviewed(work, change)


def warn_unreviewed(work: Workspace, change: Change) -> None:
    """Say, where a change closed a ticket, how many of its sessions nobody has reviewed."""
    id, flow = change.after.id, queries.workflow(work)
    if (
        flow.category(change.before.status) == CLOSED
        or flow.category(change.after.status) != CLOSED
    ):
        return
    from git_ticketer.ops import session_list

    try:
        found = session_list.unreviewed(work, id)
    except TicketerError as error:
        warn_all([f"whether sessions of {id} were reviewed is unknown: {error.message}"])
        return
    if found:
        are = "1 session of {} was" if len(found) == 1 else f"{len(found)} sessions of {{}} were"
        note("warning", f"{are.format(id)} not reviewed: git ticket session review {found[0].id}")
