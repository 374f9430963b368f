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
from git_ticketer.cli.table import terminal_width
from git_ticketer.cli.written import not_committed
from git_ticketer.errors import TicketerError
from git_ticketer.ops import (
    association,
    planned,
    resume,
    session_edits,
    session_list,
    session_place,
)
from git_ticketer.ops.session_edits import Reviewed
from git_ticketer.ops.session_list import Sessions
from git_ticketer.ops.workspace import Workspace


class NotInstalled(TicketerError):
    """The agent's program is not there; `program` is its name, `session` was to be resumed."""

    def __init__(self, program: str, session: str) -> None:
        hint = f"git ticket session show {session}"
        super().__init__(f"{program} is not installed here", hint=hint)
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
    found = _asked(work, ticket, pending=pending)
    if as_json:
        output.document(_list_json(found), fields)
    else:
        width = terminal_width()  # before the pager takes what is printed
        with pager.paged(work.worktree.git):
            table(found, width)
    output.warn_all(problem.message for problem in found.broken)


def _asked(work: Workspace, ticket: str | None, *, pending: bool) -> Sessions:
    if ticket is not None:
        return session_list.asked(work, ticket, pending=pending)
    return session_list.waiting(work) if pending else session_list.everything(work)


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
    listed, store, stored = session_place.place(work, session)
    read = store.read(stored)
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
    where = "still waits" if one.waits else f"archived under {one.moved_from or one.ticket}"
    output.say(f"{one.ticket}  session {one.id}, {where}")
    if not one.waits:
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
    done = _reviewed(workspace(), session, messages, file, edit=edit)
    one = done.session
    if as_json:
        values = {"session_id": one.id, "ticket_id": one.ticket, "path": done.path or None}
        output.document({"success": True, **values}, fields)
        return
    already = "" if done.path else "already "
    output.say(f"{one.ticket}  session {one.id} {already}reviewed by {done.author}")
    if done.path:
        not_committed(done.path)


def _reviewed(
    work: Workspace, session: str, messages: tuple[str, ...], file: str | None, *, edit: bool
) -> Reviewed:
    from git_ticketer.cli.longtext import required_text

    found = session_place.find(work, session)
    word = found.path if found.path in session else found.id
    if not (messages or file is not None or edit):
        return session_edits.review(work, word)
    with required_text(work, messages, file, edit=edit, option="-m") as text:
        return session_edits.review(work, word, text)


@command.command("resume")
@click.argument("session")
@click.option("--run", is_flag=True, help="Start the agent instead of printing the command.")
@json_options
def resume_(session: str, run: bool, as_json: bool, fields: str | None) -> None:
    """Take a session up again.

    Attaches its ticket and prints the agent's own command.
    """
    output.check_fields(fields, ("success", "session_id", "ticket_id", "command"))
    work = workspace(stores=True)
    found = resume.find(work, session)
    line, program = shlex.join(found.command), found.command[0]
    if run and not shutil.which(program):
        raise NotInstalled(program, found.session.id)
    answer = resume.attach(work, found)
    if as_json and not run:
        one = found.session
        values = {"session_id": one.id, "ticket_id": one.ticket, "command": line}
        output.document({"success": True, **values}, fields)
        return
    output.note("hint", answer.message)
    if run:
        os.execvp(program, found.command)  # noqa: S606
    output.say(line)
