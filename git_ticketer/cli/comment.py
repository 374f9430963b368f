"""`git ticket comment`: say something on a ticket, in a file of its own that never conflicts."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.longtext import required_text, text_options
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.written import not_committed, short
from git_ticketer.model.ticket_json import comment_json
from git_ticketer.ops import edits, lookup
from git_ticketer.storage import identity

FIELDS = ("success", "ticket_id", "path", "committed", "comment")


@click.command("comment")
@click.argument("ticket", required=False, metavar="[ID]")
@text_options("comment")
@json_options
def command(
    ticket: str | None,
    messages: tuple[str, ...],
    file: str | None,
    edit: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Add a comment to a ticket.

    Without an id, to the ticket of this session.
    """
    output.check_fields(fields, FIELDS)
    work = workspace()
    if edit or not (messages or file is not None):  # before anybody types a text
        ticket = lookup.find(work, ticket).ticket.id
        identity.author(work.worktree.git)
    with required_text(work, messages, file, edit=edit, option="-m") as text:
        comment, path = edits.comment(work, ticket, text)
    if as_json:
        values = {
            "success": True,
            "ticket_id": comment.ticket,
            "path": path,
            "committed": False,
            "comment": comment_json(comment),
        }
        output.document(values, fields)
        return
    output.say(f"{comment.ticket}  comment: {short(comment.text)}")
    not_committed(path)
