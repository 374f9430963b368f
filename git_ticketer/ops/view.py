"""Everything that belongs to one ticket, read together: what a person or an agent needs of it."""

import os
from typing import TYPE_CHECKING, NamedTuple

from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import read_file
from git_ticketer.model.query import fold_id
from git_ticketer.model.ticket import INVERSES, Comment, Ticket
from git_ticketer.model.workflow import normal
from git_ticketer.ops import lookup, queries
from git_ticketer.ops.queries import Row
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.yamlfile import BadFile

if TYPE_CHECKING:
    from git_ticketer.ops.session_list import Listed

FOLDER, FILE = ".tickets", "ticket.yaml"


class End(NamedTuple):
    """The other end of a link: what it is to this ticket, its id or address, its title."""

    kind: str
    id: str
    title: str = ""


class View(NamedTuple):
    """A ticket with what belongs to it; `ref` is where it was read, None for the work tree.

    `links` are those of both ends, `incoming` only those that the other ticket has written;
    `related` are the tickets of this work tree at the ends of links, the parent and the children;
    `mentioned` are sessions of other tickets that name this one.
    """

    ticket: Ticket
    path: str
    category: str
    ref: str | None = None
    parent_title: str = ""
    links: tuple[End, ...] = ()
    incoming: tuple[End, ...] = ()
    children: tuple[Row, ...] = ()
    related: tuple[Row, ...] = ()
    comments: tuple[Comment, ...] = ()
    broken: tuple[BadFile, ...] = ()
    sessions: "tuple[Listed, ...]" = ()
    mentioned: "tuple[Listed, ...]" = ()


def view(workspace: Workspace, word: str | None, *, ref: str | None = None) -> View:
    """A ticket as it is in the work tree, or on a ref.

    Raises: what `lookup.find` raises, NoSuchRef.
    """
    if ref is not None:
        return _on_ref(workspace, word, ref)
    id = lookup.named(workspace, word)
    with queries.near(workspace, id) as known:
        ticket = known.ticket(id)
        if ticket:
            return _view(workspace, known, ticket)
    ticket = lookup.find(workspace, id).ticket  # for which the cache may have to be written
    with queries.near(workspace, ticket.id) as known:
        return _view(workspace, known, ticket)


def _view(workspace: Workspace, known: Rows, ticket: Ticket) -> View:
    """A ticket of the work tree with what belongs to it."""
    rows = queries.related(known, ticket)
    comments, broken = _comments(workspace, known, ticket)
    sessions, mentioned, bad = _sessions(workspace, known, ticket)
    titles = {row.id: row.title for row in rows}
    incoming = _incoming(ticket, rows)
    own = tuple(End(k, target, titles.get(target, "")) for k, target in ticket.links)
    return View(
        ticket,
        f"{FOLDER}/{ticket.id}/{FILE}",
        _category(workspace, ticket),
        parent_title=titles.get(ticket.parent, ""),
        links=(*own, *(end for end in incoming if end not in own)),
        incoming=incoming,
        children=tuple(row for row in rows if row.parent == ticket.id),
        related=tuple(rows),
        comments=tuple(comments),
        broken=(*broken, *bad),
        sessions=sessions,
        mentioned=mentioned,
    )


def _comments(
    workspace: Workspace, known: Rows, ticket: Ticket
) -> tuple[list[Comment], list[BadFile]]:
    """The comments of a ticket, and the files that are none or another ticket's."""
    folder = f"{FOLDER}/{ticket.id}/comments"
    every, broken = known.comments(ticket.id)
    if os.path.islink(f"{workspace.worktree.top}/{folder}"):
        from git_ticketer.storage.tickets import Tickets

        every, broken = Tickets(workspace.worktree).comments(ticket.id)
    own = [one for one in every if one.ticket_uid in ("", ticket.uid)]
    hint = f"git ticket renumber {ticket.id}"
    broken += [
        BadFile(f"{folder}/{one.uid}.yaml", 0, "a comment of another ticket", hint=hint)
        for one in every
        if one not in own
    ]
    return own, broken


def _sessions(
    workspace: Workspace, known: Rows, ticket: Ticket
) -> "tuple[tuple[Listed, ...], tuple[Listed, ...], tuple[BadFile, ...]]":
    """The sessions of a ticket, those that name it, and files that are none.

    Without any, nothing is imported to read them. Other archives may still name a former id.
    """
    id = ticket.id
    link = os.path.islink(f"{workspace.worktree.top}/{FOLDER}/{id}/sessions")
    there = link or any(map(known.has_sessions, (id, *ticket.aliases)))
    if not (there or _is_live(workspace, id)):
        return (), (), ()
    from git_ticketer.ops import session_list

    found = session_list.of_rows(workspace, known, id)
    return found.listed, found.mentioned, found.broken


def _is_live(workspace: Workspace, id: TicketId) -> bool:
    """Whether a session that is going on, or one that waits to be archived, may be of a ticket."""
    if os.path.isdir(f"{workspace.live.git.shared}/pending"):
        return True
    folder = f"{workspace.live.store.folder}/sessions"
    try:
        return any(id.encode() in read_file(f"{folder}/{name}") for name in os.listdir(folder))
    except OSError:
        return False


def _category(workspace: Workspace, ticket: Ticket) -> str:
    return queries.workflow(workspace).category(ticket.status)


def _incoming(ticket: Ticket, rows: list[Row]) -> tuple[End, ...]:
    """What other tickets' links make of this one, such as `blocked-by` for their `blocks`."""
    found = []
    for row in rows:
        for link in row.links:
            kind, _, target = link.partition(" ")
            if fold_id(target) == ticket.id and normal(kind) in INVERSES:
                found.append(End(INVERSES[normal(kind)], row.id, row.title))
    return tuple(found)


def _on_ref(workspace: Workspace, word: str | None, ref: str) -> View:
    from git_ticketer.storage import refs

    id = lookup.named(workspace, word)
    stored = refs.read(workspace.worktree.git, ref, id)
    comments, broken = refs.comments(workspace.worktree.git, ref, id)
    ticket = stored.ticket
    return View(
        ticket,
        stored.document.path,
        _category(workspace, ticket),
        ref=ref,
        links=tuple(End(link.kind, link.target) for link in ticket.links),
        comments=tuple(comments),
        broken=tuple(broken),
    )
