"""`git ticket show`: a ticket with all that belongs to it."""

from typing import TYPE_CHECKING, Any

import click

from git_ticketer.cli import output, pager
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.model.ticket_json import as_json as ticket_json
from git_ticketer.model.ticket_json import comment_json
from git_ticketer.model.workflow import IN_PROGRESS
from git_ticketer.ops import view
from git_ticketer.ops.view import View

if TYPE_CHECKING:
    from git_ticketer.ops.session_list import Listed

COLOURS = {"open": "cyan", "active": "green", "closed": "magenta"}


@click.command("show")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--ref", metavar="REV", help="As it is on a branch, tag or commit.")
@click.option("--no-pager", is_flag=True, help="Print it all at once.")
@json_options
def command(
    ticket: str | None, ref: str | None, no_pager: bool, as_json: bool, fields: str | None
) -> None:
    """Show a ticket with its comments, sessions, children and links.

    Without an id, the ticket of this session.
    """
    work = workspace()
    found = view.view(work, ticket, ref=ref)
    if as_json:
        output.document(_json(found), fields)
    elif no_pager:
        _show(found)
    else:
        with pager.paged(work.worktree.git):
            _show(found)
    output.warn_all(problem.message for problem in found.broken)


def _json(found: View) -> dict[str, object]:
    return {
        "success": True,
        **ticket_json(found.ticket),
        "ref": found.ref,
        "path": found.path,
        "category": found.category,
        "children": [
            {"id": row.id, "title": row.title, "status": row.status} for row in found.children
        ],
        "linked_from": [f"{end.kind} {end.id}" for end in found.incoming],
        "comments": [comment_json(comment) for comment in found.comments],
        "sessions": _rows_json(found.sessions),
        "mentioned_in": _rows_json(found.mentioned),
        "problems": [problem.message for problem in found.broken],
    }


def _rows_json(listed: "tuple[Listed, ...]") -> list[dict[str, Any]]:
    if not listed:
        return []
    from git_ticketer.cli.session_rows import row_json

    return [row_json(one) for one in listed]


def _show(found: View) -> None:
    ticket = found.ticket
    output.say(
        output.styled(ticket.id, colour="yellow", bold=True),
        "  ",
        output.styled(ticket.title, bold=True),
    )
    priority = f"{ticket.priority} priority" if ticket.priority else ""
    output.say(
        output.styled(ticket.status or "no status", colour=COLOURS[found.category]),
        "".join(f"  {part}" for part in (ticket.type, priority) if part),
    )
    _facts(found)
    _text("", ticket.description)
    _text("Requirements", ticket.requirements)
    _items("Criteria", [(c.done, False, c.key, c.text) for c in ticket.criteria])
    _items("Subtasks", [(s.done, s.status == IN_PROGRESS, s.key, s.title) for s in ticket.subtasks])
    _links(found)
    _sessions(f"Sessions ({len(found.sessions)})", found.sessions)
    _sessions("Mentioned in", found.mentioned)
    shown = {one.id for one in found.sessions}
    _comments(tuple(one for one in found.comments if one.session not in shown))


def _facts(found: View) -> None:
    ticket = found.ticket
    facts = [
        ("parent", _titled(ticket.parent, found.parent_title)),
        ("assignee", ticket.assignee),
        ("labels", ", ".join(ticket.labels)),
        ("created", _created(ticket)),
        ("formerly", ", ".join(ticket.aliases)),
        ("as on", found.ref or ""),
    ]
    for name, value in facts:
        if value:
            output.say(f"  {name:<9} {value}")


def _created(ticket: Ticket) -> str:
    by = f" by {ticket.created_by}" if ticket.created_by else ""
    return f"{ticket.created}{by}".strip()


def _titled(id: str, title: str) -> str:
    return f"{id}  {title}".rstrip()


def _heading(text: str) -> None:
    output.say()
    output.say(output.styled(text, bold=True))


def _text(heading: str, text: str) -> None:
    if not text.strip():
        return
    if heading:
        _heading(heading)
    else:
        output.say()
    for line in text.rstrip("\n").split("\n"):
        output.say(f"  {line.expandtabs(4)}".rstrip())


def _items(heading: str, items: list[tuple[bool, bool, str, str]]) -> None:
    if not items:
        return
    done = sum(item[0] for item in items)
    _heading(f"{heading} ({done} of {len(items)})")
    for is_done, is_active, key, text in items:
        mark = "x" if is_done else "~" if is_active else " "
        output.say(f"  [{mark}] {key}  {text}")


def _links(found: View) -> None:
    rows = [(str(end.kind), _titled(end.id, end.title)) for end in found.links]
    rows += [("child", _titled(row.id, f"{row.title} ({row.status})")) for row in found.children]
    if not rows:
        return
    _heading("Links")
    width = max(len(kind) for kind, _ in rows)
    for kind, text in rows:
        output.say(f"  {kind:<{width}}  {text}")


def _sessions(heading: str, listed: "tuple[Listed, ...]") -> None:
    if not listed:
        return
    from git_ticketer.cli.session_rows import rows

    _heading(heading)
    rows(listed, "  ")


def _comments(comments: tuple[Comment, ...]) -> None:
    if not comments:
        return
    _heading(f"Comments ({len(comments)})")
    for comment in comments:
        kind = "" if comment.kind == "comment" else f" ({comment.kind})"
        output.say("  ", output.styled(f"{comment.author}, {comment.created}{kind}", colour="cyan"))
        for line in comment.text.rstrip("\n").split("\n"):
            output.say(f"    {line.expandtabs(4)}".rstrip())
