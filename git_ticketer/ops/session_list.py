"""The sessions of a ticket: planned, live and archived ones together, each under its parent."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace

from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import Plan
from git_ticketer.ops import agent_process, lookup, queries, sessions
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import cache_sessions
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.cache_sessions import Archived, Kept
from git_ticketer.storage.yamlfile import BadFile

PLANNED, ACTIVE, PENDING, ARCHIVED = "planned", "active", "pending", "archived"
REVIEW, MOVE, TITLE, NOTE = "review", "move", "title", "note"
REVIEWED, MOVED_FROM = "reviewed", "moved from"
FOLDER, A_LINK = ".tickets", "a symbolic link, which is not followed"


@dataclass(frozen=True)
class Listed:
    """A session as lists show it; texts that do not apply are empty.

    `ticket` is the ticket it belongs to, `tickets` all that it is about. `entries` is the range
    that belongs to the ticket the list is of (`1-84`), empty where all do. `moved_from` and
    `moved_to` are tickets it was moved from or to. `spans` are tickets with their entries. `path`
    is the archive's, in the work tree or, where it waits, in the folder `waits`. `plan` is the
    planned session that it is; `redactions` are rules with how often each was applied.
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
    redactions: tuple[tuple[str, int], ...] = ()
    path: str = ""
    plan: str = ""
    waits: str = ""


@dataclass(frozen=True)
class Sessions:
    """What there is; `mentioned` are sessions of other tickets that name the one asked for."""

    listed: tuple[Listed, ...]
    mentioned: tuple[Listed, ...] = ()
    broken: tuple[BadFile, ...] = ()


def asked(workspace: Workspace, word: str, *, pending: bool = False) -> Sessions:
    """The sessions of the ticket that `word` means, also by a former id; or what waits of them.

    A ticket that is not in the work tree may have sessions all the same. Raises: BadId,
    NoCurrentTicket, Ambiguous, and NoSuchTicket where nothing is known of it.
    """
    from git_ticketer.ops import known
    from git_ticketer.storage.tickets import NoSuchTicket

    id = lookup.named(workspace, word)
    question = waiting if pending else of_ticket
    try:
        return question(workspace, known.in_work_tree(workspace, id))
    except NoSuchTicket:
        found = question(workspace, id)
        if found == Sessions(()):
            raise
        return found


def of_ticket(workspace: Workspace, id: TicketId) -> Sessions:
    """The sessions of one ticket: planned, live, archived, and those that crossed it."""
    with queries.rows(workspace, deep=True) as rows:
        return of_rows(workspace, rows, id)


def of_rows(workspace: Workspace, rows: Rows, id: TicketId) -> Sessions:
    """The same from rows that are open; `rows` are with comments."""
    names = _names(rows, id)
    every = _all(workspace, rows, _kept(rows, names))
    own = [o for o in every.listed if names & {o.ticket, o.moved_from, *o.tickets}]
    mentioned = tuple(o for o in every.listed if o not in own and names & {*o.mentions})
    broken = (*every.broken, *_links(workspace, [id]))
    return Sessions(tuple(_for_ticket(one, names) for one in own), mentioned, broken)


def _names(rows: Rows, id: str) -> set[str]:
    """The ids by which archives may call a ticket: its own, and former ones that nobody has now."""
    row = rows.find(id)
    former = row.aliases if row else ()
    return {id, *(alias for alias in former if rows.find(alias) is None)}


def _kept(rows: Rows, names: Iterable[str]) -> Kept:
    """What the files say of a ticket under all of its names, each file once."""
    several = [cache_sessions.of_ticket(rows, name) for name in sorted(names)]
    comments = {one.uid: one for kept in several for one in kept.comments}
    return Kept(
        [*{one.path: one for kept in several for one in kept.archived}.values()],
        [*{one.uid: one for kept in several for one in kept.plans}.values()],
        [comments[uid] for uid in sorted(comments)],
        frozenset().union(*(kept.fulfilled for kept in several)),
        [*{one.path: one for kept in several for one in kept.broken}.values()],
    )


def _for_ticket(one: Listed, names: set[str]) -> Listed:
    ranges = [entries for ticket, entries in one.spans if ticket in names and len(one.spans) > 1]
    moved_to = one.ticket if one.moved_from in names else ""
    return replace(one, entries=", ".join(ranges), moved_to=moved_to)


def everything(workspace: Workspace) -> Sessions:
    """Every session: archived, waiting in the spool, planned and live."""
    with queries.rows(workspace, deep=True) as rows:
        found = _all(workspace, rows, cache_sessions.everything(rows))
    return replace(found, broken=(*found.broken, *_links(workspace, _folders(workspace))))


def waiting(workspace: Workspace, id: TicketId | None = None) -> Sessions:
    """What waits in the spool, of all tickets or one: as it is there, also where it is archived."""
    good, broken = _pending(workspace)
    listed = [one for one in good if id is None or id in one.tickets]
    bad = [one for one in broken if id is None or f"/{FOLDER}/{id}/" in one.path]
    return Sessions(tuple(arranged(listed)), (), tuple(bad))


def ticket_of(workspace: Workspace, session: str) -> str:
    """The ticket that an archived session belongs to; empty where it is not archived.

    It is what its newest move names, else the one that it is archived under.
    """
    every = everything(workspace).listed
    return next((o.ticket for o in every if (o.id, o.state) == (session, ARCHIVED)), "")


def _folders(workspace: Workspace) -> list[str]:
    try:
        return sorted(os.listdir(f"{workspace.worktree.top}/{FOLDER}"))
    except OSError:
        return []


def _links(workspace: Workspace, names: Iterable[str]) -> list[BadFile]:
    """The folders of sessions that are links: what is behind them is not read."""
    paths = [f"{FOLDER}/{name}/sessions" for name in names]
    top = workspace.worktree.top
    return [BadFile(path, 0, A_LINK) for path in paths if os.path.islink(f"{top}/{path}")]


def _all(workspace: Workspace, rows: Rows, kept: Kept) -> Sessions:
    """What the files say, with what waits and what is live, arranged."""
    said: dict[str, list[Comment]] = {}
    for comment in kept.comments:
        said.setdefault(comment.session, []).append(comment)
    archived = [_archived(stored, said.get(stored.header.id, [])) for stored in kept.archived]
    plans = [_planned(plan) for plan in kept.plans if plan.uid not in kept.fulfilled]
    more = [*_pending(workspace)[0], *_live(workspace)]
    known = cache_sessions.archived(rows, {one.id for one in more})
    listed = [*archived, *plans]
    for one in more:
        if one.id not in known:
            known.add(one.id)
            listed.append(one)
    return Sessions(tuple(arranged(_below(listed))), (), tuple(kept.broken))


def _below(listed: list[Listed]) -> list[Listed]:
    """The same, where one below a planned session is below the session that this became."""
    became = {one.plan: one.id for one in listed if one.plan}
    return [replace(one, parent=became.get(one.parent, one.parent)) for one in listed]


def _pending(workspace: Workspace) -> tuple[list[Listed], list[BadFile]]:
    """What waits in the spool, and files that are none; without any, nothing is imported."""
    if not os.path.isdir(f"{workspace.live.git.shared}/pending"):
        return [], []
    from git_ticketer.storage import archives

    spool = archives.waiting(workspace.worktree)
    good, bad = spool.all()
    listed = (_archived(Archived(*stored), [], PENDING) for stored in good)
    broken = [BadFile(f"{spool.top}/{one.path}", one.line, one.reason) for one in bad]
    return [replace(one, waits=spool.top) for one in listed], broken


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
        tickets=tuple(dict.fromkeys((ticket, *header.tickets()[1:]))),
        spans=tuple((span.ticket, f"{span.first}-{span.last}") for span in header.spans),
        mentions=header.mentions,
        redactions=header.redactions,
        path=stored.path,
        plan=header.plan,
    )


def _says_more(comment: Comment) -> bool:
    """Whether a comment on a session has words of its own, besides what its kind says."""
    text = comment.text.strip()
    if comment.kind == MOVE:
        return not (text.startswith(f"{MOVED_FROM} ") and len(text.split()) == 3)
    return comment.kind == NOTE or (comment.kind == REVIEW and text != REVIEWED)


def _planned(plan: Plan) -> Listed:
    path = f"{FOLDER}/{plan.ticket}/sessions/plan-{plan.uid}.yaml"
    return Listed(
        plan.uid,
        PLANNED,
        plan.ticket,
        plan.title,
        started=plan.created,
        parent=plan.parent,
        tickets=(plan.ticket,),
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
                tickets=(one.ticket,),
                mentions=agent_process.mentions(workspace.live.git, SessionId(one.id)),
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
