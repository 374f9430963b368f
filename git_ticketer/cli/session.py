"""`git ticket session`: the conversations that belong to tickets."""

import os
import shlex
import shutil
from typing import Any

import click

from git_ticketer.cli import output, pager, transcript
from git_ticketer.cli.longtext import text_options
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.session_rows import row_json, table
from git_ticketer.cli.written import not_committed
from git_ticketer.errors import TicketerError
from git_ticketer.model.ticket import Comment
from git_ticketer.ops import association, lookup, planned, resume, session_edits, session_list
from git_ticketer.ops.session_list import PENDING, REVIEW, Sessions
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.archives import Archives


class NotInstalled(TicketerError):
    """The agent's program is not there; `program` is its name."""

    def __init__(self, program: str, command: str) -> None:
        super().__init__(f"{program} is not installed here", hint=command)
        self.program = program


@click.group("session")
def command() -> None:
    """List, read, plan, review and move agent sessions."""


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


@command.command("list")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--pending", is_flag=True, help="Only those that wait in the git dir to be filed.")
@json_options
def list_(ticket: str | None, pending: bool, as_json: bool, fields: str | None) -> None:
    """List the sessions of a ticket, or all of them.

    Planned, active and archived ones, each below the session that started it.
    """
    work = workspace()
    id = lookup.named(work, ticket) if ticket else None
    found = session_list.of_ticket(work, id) if id else session_list.everything(work)
    if pending:
        listed = tuple(one for one in found.listed if one.state == PENDING)
        found = Sessions(listed, (), found.broken)
    if as_json:
        output.document(_list_json(found), fields)
    else:
        with pager.paged(work.worktree.git):
            table(found)
    output.warn_all(problem.message for problem in found.broken)


def _list_json(found: Sessions) -> dict[str, Any]:
    return {
        "success": True,
        "sessions": [row_json(one) for one in found.listed],
        "mentioned_in": [row_json(one) for one in found.mentioned],
        "problems": [problem.message for problem in found.broken],
    }


@command.command("show")
@click.argument("session")
@click.option("--markdown", is_flag=True, help="As Markdown, for a review or a wiki.")
@click.option("--no-pager", is_flag=True, help="Print it all at once.")
@json_options
def show(session: str, markdown: bool, no_pager: bool, as_json: bool, fields: str | None) -> None:
    """Read an archived session.

    SESSION is its id, the beginning of it, or its file.
    """
    work = workspace()
    store = Archives(work.worktree)
    stored = store.named(session)
    read = store.read(stored)
    listed = session_edits.find(work, stored.header.id)
    if as_json:
        output.document(transcript.as_json(read, listed), fields)
    elif markdown:
        click.echo("".join(transcript.markdown(read, listed)), nl=False)
    elif no_pager:
        transcript.show(read, listed)
    else:
        with pager.paged(work.worktree.git):
            transcript.show(read, listed)


@command.command("plan")
@click.argument("ticket", metavar="ID")
@click.argument("title")
@click.option("--parent", metavar="SESSION|PLAN", default="", help="What it is a part of.")
@json_options
def plan(ticket: str, title: str, parent: str, as_json: bool, fields: str | None) -> None:
    """Plan a session for a ticket.

    Such as "Code review"; `git ticket archive --plan` fulfils it.
    """
    output.check_fields(fields, ("success", "plan", "ticket_id", "title", "parent", "path"))
    new, path = planned.plan(workspace(), ticket, title, parent)
    if as_json:
        values = {"plan": new.uid, "ticket_id": new.ticket, "title": new.title}
        output.document({"success": True, **values, "parent": new.parent, "path": path}, fields)
        return
    output.say(f"{new.ticket}  planned: {new.title}")
    output.note("hint", f"git ticket archive --plan {new.uid}")
    not_committed(path)


@command.command("move")
@click.argument("session")
@click.argument("ticket", metavar="ID")
@click.option("-m", "--message", default="", help="Why.")
@json_options
def move(session: str, ticket: str, message: str, as_json: bool, fields: str | None) -> None:
    """Record that a session belongs elsewhere.

    Both tickets show it, and its file stays where it is.
    """
    output.check_fields(fields, ("success", "session", "path"))
    one, path = session_edits.move(workspace(), session, ticket, message)
    if as_json:
        output.document({"success": True, "session": row_json(one), "path": path}, fields)
        return
    output.say(f"{one.ticket}  session {one.id}, archived under {one.moved_from or one.ticket}")
    not_committed(path)


@command.command("review")
@click.argument("session")
@text_options("review")
@json_options
def review(
    session: str,
    messages: tuple[str, ...],
    file: str | None,
    edit: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Record that you have read a session.

    With -m, also what you think of it.
    """
    output.check_fields(fields, ("success", "session_id", "ticket_id", "path"))
    work = workspace()
    said, path = _reviewed(work, session, messages, file, edit=edit)
    if as_json:
        values = {"session_id": said.session, "ticket_id": said.ticket, "path": path}
        output.document({"success": True, **values}, fields)
        return
    output.say(f"{said.ticket}  session {said.session} reviewed by {said.author}")
    not_committed(path)


def _reviewed(
    work: Workspace, session: str, messages: tuple[str, ...], file: str | None, *, edit: bool
) -> tuple[Comment, str]:
    from git_ticketer.cli.longtext import required_text

    id = session_edits.find(work, session).id
    if not (messages or file is not None or edit):
        return session_edits.say(work, id, REVIEW, "reviewed")
    with required_text(work, messages, file, edit=edit, option="-m") as text:
        return session_edits.say(work, id, REVIEW, text)


@command.command("resume")
@click.argument("session")
@click.option("--run", is_flag=True, help="Start the agent instead of printing the command.")
@json_options
def resume_(session: str, run: bool, as_json: bool, fields: str | None) -> None:
    """Take a session up again.

    Attaches its ticket and prints the agent's own command.
    """
    output.check_fields(fields, ("success", "session_id", "ticket_id", "command"))
    done = resume.session(workspace(stores=True), session)
    line = shlex.join(done.command)
    if run and not shutil.which(done.command[0]):
        raise NotInstalled(done.command[0], line)
    if as_json and not run:
        values = {"session_id": done.session.id, "ticket_id": done.session.ticket, "command": line}
        output.document({"success": True, **values}, fields)
        return
    output.note("hint", done.answer.message)
    if run:
        os.execvp(done.command[0], done.command)  # noqa: S606
    output.say(line)
