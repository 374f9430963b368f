"""`git ticket create`: a new ticket, under the session's ticket unless it is said otherwise."""

from dataclasses import replace

import click

from git_ticketer.cli import output
from git_ticketer.cli.longtext import given_text, text_options
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import is_interactive
from git_ticketer.cli.pick import decide_parent
from git_ticketer.cli.written import not_committed
from git_ticketer.model.ticket import Link
from git_ticketer.model.ticket_json import as_json as ticket_json
from git_ticketer.ops import create as ops
from git_ticketer.ops import links, lookup, people
from git_ticketer.ops.create import Created, Draft
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity

FIELDS = ("success", "ticket_id", "path", "committed", "parent_from", "parent_known", "ticket")
COMMENT = "# Describe {title!r}. This line is left out."


@click.command("create")
@click.argument("title")
@click.option("-t", "--type", "type", default="", help="Such as task, bug or epic.")
@click.option("-p", "--priority", default="", help="critical, high, medium or low.")
@click.option("-s", "--status", default="", help="The status to begin with.")
@click.option("-l", "--label", "labels", multiple=True, help="A label; may be given again.")
@click.option("-a", "--assignee", default="", help="An e-mail address, or `me`.")
@click.option("--parent", metavar="ID", help="The ticket it belongs to.")
@click.option("--no-parent", is_flag=True, help="It belongs to no ticket.")
@click.option("--criterion", "criteria", multiple=True, help="An acceptance criterion.")
@click.option("--subtask", "subtasks", multiple=True, help="A step of the work.")
@click.option(
    "--link", "link", nargs=2, multiple=True, metavar="KIND TARGET", help="As in `git ticket link`."
)
@click.option("--requirements", default="", metavar="TEXT", help="What it must fulfil.")
@text_options("description", option="--description")
@json_options
def command(
    title: str,
    type: str,
    priority: str,
    status: str,
    labels: tuple[str, ...],
    assignee: str,
    parent: str | None,
    no_parent: bool,
    criteria: tuple[str, ...],
    subtasks: tuple[str, ...],
    link: tuple[tuple[str, str], ...],
    requirements: str,
    messages: tuple[str, ...],
    file: str | None,
    edit: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Create a ticket and print its id.

    Its parent is the ticket of this session unless --parent or --no-parent says otherwise. While
    nobody decided what the session is for, you are asked; off a terminal that is exit code 4.
    """
    if parent and no_parent:
        raise click.UsageError("--parent and --no-parent exclude each other")
    output.check_fields(fields, FIELDS)
    work = workspace()
    draft = Draft(
        title=title,
        type=type,
        priority=priority,
        status=status,
        labels=labels,
        assignee=people.assignee(work, assignee),
        parent=lookup.named(work, parent) if parent else None,
        no_parent=no_parent,
        criteria=criteria,
        subtasks=subtasks,
        links=tuple(_link(work, kind, target) for kind, target in link),
        requirements=requirements,
    )
    draft, team = ops.check(work, draft)
    if ops.needs_decision(work, draft, team) and is_interactive():
        draft = decide_parent(work, draft)
    if edit:  # before anybody types a text
        identity.author(work.worktree.git)
    comment = COMMENT.format(title=title)
    with given_text(work, messages, file, edit=edit, comment=comment) as text:
        created = ops.create(work, replace(draft, description=text or ""))
    _show(created, as_json=as_json, fields=fields)


def _link(work: Workspace, kind: str, target: str) -> Link:
    found = links.parse(work, kind, target)
    if found.kind in (links.PARENT, links.CHILD):
        raise click.UsageError(f"--link {found.kind} is not for a new ticket; use --parent")
    return found


def _show(created: Created, *, as_json: bool, fields: str | None) -> None:
    ticket = created.ticket
    if as_json:
        values = {
            "success": True,
            "ticket_id": ticket.id,
            "path": created.path,
            "committed": False,
            "parent_from": created.parent_from,
            "parent_known": created.parent_known,
            "ticket": ticket_json(ticket),
        }
        output.document(values, fields)
        return
    output.say(ticket.id)
    if created.parent_from in (ops.SESSION, ops.DEFAULT):
        origin = {ops.SESSION: "the ticket of this session", ops.DEFAULT: "the team's default"}
        output.note("hint", f"its parent is {ticket.parent}, {origin[created.parent_from]}")
    if created.parent_known is False:
        output.note("hint", f"its parent {ticket.parent} is not in this repository")
    not_committed(created.path)
