"""The sessions of a ticket: planned, live and archived ones together, each under its parent."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import Plan
from git_ticketer.ops import queries, sessions
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import cache_sessions
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.cache_sessions import Archived, Kept
from git_ticketer.storage.yamlfile import BadFile

PLANNED, ACTIVE, PENDING, ARCHIVED = "planned", "active", "pending", "archived"
REVIEW, MOVE, TITLE, NOTE = "review", "move", "title", "note"


@dataclass(frozen=True)
class Listed:
    """A session as lists show it; texts that do not apply are empty.

    `ticket` is the ticket it belongs to, `tickets` all that it is about. `entries` is the range
    that belongs to the ticket the list is of (`1-84`), empty where all do. `moved_from` and
    `moved_to` are tickets it was moved from or to. `spans` are tickets with their entries. `path`
    is the archive's.
    """

    id: str
    state: str
    ticket: str
    title: str = ""
    agent: str = ""
    started: str = ""
    ended: str = ""
    parent: str = ""
    entries: str = ""
    records: int = 0
    mine: bool = False
    reviewed_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    moved_from: str = ""
    moved_to: str = ""
    tickets: tuple[str, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    mentions: tuple[str, ...] = ()
    redactions: int = 0
    path: str = ""


@dataclass(frozen=True)
class Sessions:
    """What there is; `mentioned` are sessions of other tickets that name the one asked for."""

    listed: tuple[Listed, ...]
    mentioned: tuple[Listed, ...] = ()
    broken: tuple[BadFile, ...] = ()


def of_ticket(workspace: Workspace, id: TicketId) -> Sessions:
    """The sessions of one ticket: planned, live, archived, and those that crossed it."""
    rows = queries.rows(workspace, deep=True)
    try:
        return of_rows(workspace, rows, id)
    finally:
        rows.close()


def of_rows(workspace: Workspace, rows: Rows, id: TicketId) -> Sessions:
    """The same from rows that are open; `rows` are with comments."""
    every = _all(workspace, rows, cache_sessions.of_ticket(rows, id))
    own = [one for one in every.listed if id in (one.ticket, one.moved_from, *one.tickets)]
    mentioned = tuple(one for one in every.listed if one not in own and id in one.mentions)
    return Sessions(tuple(_for_ticket(one, id) for one in own), mentioned, every.broken)


def _for_ticket(one: Listed, id: TicketId) -> Listed:
    ranges = [entries for ticket, entries in one.spans if ticket == id and len(one.spans) > 1]
    moved_to = one.ticket if one.moved_from == id else ""
    return replace(one, entries=", ".join(ranges), moved_to=moved_to)


def everything(workspace: Workspace) -> Sessions:
    """Every session: archived, waiting in the spool, planned and live."""
    rows = queries.rows(workspace, deep=True)
    try:
        return _all(workspace, rows, cache_sessions.everything(rows))
    finally:
        rows.close()


def _all(workspace: Workspace, rows: Rows, kept: Kept) -> Sessions:
    """What the files say, with what waits and what is live, arranged."""
    said: dict[str, list[Comment]] = {}
    for comment in kept.comments:
        said.setdefault(comment.session, []).append(comment)
    archived = [_archived(stored, said.get(stored.header.id, [])) for stored in kept.archived]
    plans = [_planned(plan) for plan in kept.plans if plan.uid not in kept.fulfilled]
    waiting = [_archived(stored, [], PENDING) for stored in _pending(workspace)]
    more = [*waiting, *_live(workspace)]
    known = cache_sessions.archived(rows, {one.id for one in more})
    listed = [*archived, *plans]
    for one in more:
        if one.id not in known:
            known.add(one.id)
            listed.append(one)
    return Sessions(tuple(arranged(listed)), (), tuple(kept.broken))


def _pending(workspace: Workspace) -> list[Archived]:
    """What waits in the spool; without any, nothing is imported for it."""
    if not os.path.isdir(f"{workspace.live.git.shared}/pending"):
        return []
    from git_ticketer.ops import spool

    return [Archived(*stored) for stored in spool.pending(workspace)]


def unreviewed(workspace: Workspace, id: TicketId) -> list[Listed]:
    """The archived sessions of a ticket, also those moved to it, that nobody has reviewed."""
    found = of_ticket(workspace, id).listed
    own = (one for one in found if one.state == ARCHIVED and one.ticket == id)
    return [one for one in own if not one.reviewed_by]


def _archived(stored: Archived, said: list[Comment], state: str = ARCHIVED) -> Listed:
    header = stored.header
    moves = [one.ticket for one in said if one.kind == MOVE]
    titles = [one.text.strip() for one in said if one.kind == TITLE]
    ticket = moves[-1] if moves else header.ticket
    return Listed(
        id=header.id,
        state=state,
        ticket=ticket,
        title=titles[-1] if titles else header.title,
        agent=header.agent,
        started=header.started,
        ended=header.ended,
        parent=header.parent,
        records=header.source.entries,
        reviewed_by=tuple(dict.fromkeys(one.author for one in said if one.kind == REVIEW)),
        notes=tuple(one.text.strip() for one in said if _says_more(one)),
        moved_from=header.ticket if ticket != header.ticket else "",
        tickets=header.tickets() if ticket == header.ticket else header.tickets()[1:],
        spans=tuple((span.ticket, f"{span.first}-{span.last}") for span in header.spans),
        mentions=header.mentions,
        redactions=sum(count for _, count in header.redactions),
        path=stored.path,
    )


def _says_more(comment: Comment) -> bool:
    """Whether a comment on a session has words of its own, besides what its kind says."""
    usual = {NOTE: "", REVIEW: "reviewed", MOVE: "moved from "}.get(comment.kind)
    text = comment.text.strip()
    return usual is not None and not (usual and text.startswith(usual) and "\n" not in text)


def _planned(plan: Plan) -> Listed:
    path = f".tickets/{plan.ticket}/sessions/plan-{plan.uid}.yaml"
    return Listed(
        plan.uid,
        PLANNED,
        plan.ticket,
        plan.title,
        started=plan.created,
        parent=plan.parent,
        path=path,
    )


def _live(workspace: Workspace) -> Iterable[Listed]:
    for one in sessions.live(workspace):
        if one.ticket:
            yield Listed(
                one.id,
                ACTIVE,
                one.ticket,
                agent=one.agent,
                ended=one.last_activity,
                mine=one.mine,
            )


def arranged(listed: Iterable[Listed]) -> list[Listed]:
    """By time, each followed by the sessions under it; one whose parent is missing stands alone."""
    rows = sorted(listed, key=lambda one: (one.started or one.ended, one.id))
    ids = {one.id for one in rows}
    under: dict[str, list[Listed]] = {}
    for one in rows:
        parent = one.parent if one.parent in ids and one.parent != one.id else ""
        under.setdefault(parent, []).append(one)
    found: list[Listed] = []
    waiting = list(reversed(under.pop("", [])))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += reversed(under.pop(one.id, []))
    return found + [one for several in under.values() for one in several]
