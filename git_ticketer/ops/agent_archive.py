"""Archiving the sessions that are over, from where their transcripts were noted (agent_spool).

A process of its own does it after an agent's session, the next session start what was left, and
`git ticket archive --pending` what failed. As far as this user allowed it (spool.consent): with
`off` nothing of a transcript is read.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from git_ticketer.agents import stores
from git_ticketer.agents.found import Found
from git_ticketer.errors import TicketerError
from git_ticketer.importers.source import Source
from git_ticketer.lean import clock
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.lean.live import Live
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders
from git_ticketer.ops import agent_spool, archive, flows, spans, spool, subagents
from git_ticketer.ops.agent_spool import TRIES, Position
from git_ticketer.ops.archive import Done, NothingSaid, NoTicketForSession, Prepared, Wish
from git_ticketer.ops.earlier import FiledElsewhere, WouldLose
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import snapshot, worktree
from git_ticketer.storage.archives import Archives
from git_ticketer.storage.worktree import NotAWorktree, Worktree

PATIENCE = 60.0
"""Seconds to wait for another process that archives; it also does what came meanwhile."""

KEPT_SECONDS = 30 * 24 * 3600
"""How long a position is kept that could not be archived: agents delete their files by then."""


class NoTranscriptLeft(TicketerError):
    """The transcript of a session is gone, or was never written; `path` is where it was."""

    def __init__(self, position: Position) -> None:
        where = position.path or f"the store of {position.agent}"
        super().__init__(
            f"no transcript in {where}",
            hint="git ticket archive FILE",
        )
        self.path = position.path


@dataclass(frozen=True)
class Filed:
    """What became of a session: `done` are its archives, `problem` is why there are none."""

    session: SessionId
    agent: str
    done: tuple[Done, ...] = ()
    problem: str = ""


def run(
    top: str, environ: Mapping[str, str], *, again: bool = False, ticket: str = ""
) -> Iterator[Filed]:
    """Archive what is due, one after the other; with `again` also what failed.

    `ticket` is for sessions of which nobody said which they were for.
    Raises: NotAWorktree; OSError, also where another process is at it for too long.
    """
    found = worktree.find(top, environ)
    if not agent_spool.waiting(found.dirs):
        return
    make_folders(found.dirs.shared)
    with Lock(found.dirs.shared + "/positions.lock", PATIENCE):
        _sweep(found)
        seen: set[tuple[str, int, int]] = set()
        while due := _due(found, seen, again=again):
            for position in due:
                seen.add((position.session, position.at, position.size))
                yield _file(found, position, environ, ticket)


def _sweep(found: Worktree) -> None:
    """Forget what could not be archived for so long that its transcript will be gone."""
    for position in agent_spool.waiting(found.dirs):
        if position.at < clock.now() - KEPT_SECONDS:
            agent_spool.drop(found.dirs, position)


def _due(found: Worktree, seen: set[tuple[str, int, int]], *, again: bool) -> list[Position]:
    waiting = agent_spool.waiting(found.dirs)
    fresh = (one for one in waiting if (one.session, one.at, one.size) not in seen)
    if again:
        return [one for one in fresh if one.is_over or not one.pid]
    return [one for one in fresh if one.is_due]


def _file(found: Worktree, position: Position, environ: Mapping[str, str], ticket: str) -> Filed:
    """Archive one session; what cannot be done is noted with its position, which stays."""
    session, agent = position.session, position.agent
    try:
        workspace = quiet(_worktree_of(position, found, environ), position, environ)
        place = spool.consent(workspace)
        if place == spool.OFF:
            agent_spool.drop(found.dirs, position)
            return Filed(session, agent, problem="not allowed: git config ticketer.archive in-tree")
        done = tuple(_archived(workspace, position, environ, place, ticket))
    except NothingSaid:
        agent_spool.drop(found.dirs, position)
        return Filed(session, agent, problem="nothing was said")
    except (TicketerError, OSError) as error:
        _keep_trying(found, position, error)
        return Filed(session, agent, problem=str(error))
    agent_spool.drop(found.dirs, position)
    return Filed(session, agent, done)


def _worktree_of(position: Position, found: Worktree, environ: Mapping[str, str]) -> Worktree:
    """The worktree that the session worked in; the present one where that is gone."""
    try:
        own = worktree.find(position.top, environ)
    except (NotAWorktree, OSError):
        return found
    return own if own.dirs.common == found.dirs.common else found


def quiet(found: Worktree, position: Position, environ: Mapping[str, str]) -> Workspace:
    """The workspace as that session had it, opened without being a sign of activity."""
    hidden = ("GIT_TICKET", "GIT_TICKET_SESSION")
    raw = {os.fsencode(k): os.fsencode(v) for k, v in environ.items() if k not in hidden}
    live = Live(found.dirs, raw, (position.session, position.agent), top=found.top)
    live.settings = snapshot.refresh(found)
    live.store.timeout = live.settings.timeout
    work = Workspace(found, live)
    work.tell = lambda event: flows.fire(work, event, environ, background=True)
    return work


def _archived(
    workspace: Workspace, position: Position, environ: Mapping[str, str], place: str, ticket: str
) -> Iterator[Done]:
    """The archive of a session and those of its subagents, written to `place`."""
    transcript = _transcript(position, environ)
    known = Archives(workspace.worktree).find(position.session)
    own = _ticket(workspace, position)
    if not (known or own or ticket):
        raise NoTicketForSession(position.session)
    word = "" if known else ticket or str(own)
    wish = Wish(ticket=word, agent=position.agent, chat=transcript.chat)
    source = Source(transcript.path)
    prepared = archive.prepare(workspace, source, wish)
    done = spool.put(workspace, prepared, place)
    if not done.waits:
        _unspool(workspace, prepared)
    yield done
    for part in subagents.prepared(workspace, source, prepared, wish):
        yield spool.put(workspace, part, place)


def _unspool(workspace: Workspace, prepared: Prepared) -> None:
    """Take an earlier archive of a session from the spool, now that a later one is in the tree."""
    id, entries = prepared.header.id, prepared.header.source.entries
    for stored in spool.pending(workspace, id):
        if stored.header.id == id and stored.header.source.entries <= entries:
            spool.remove(workspace, stored)


def _transcript(position: Position, environ: Mapping[str, str]) -> Found:
    """Where it lies now: as the agent said, else in its store. Raises NoTranscriptLeft."""
    path = Path(position.path)
    if position.path and path.is_file():
        return Found(position.agent, path, position.session, position.at)
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    for found in stores.by_session(home, environ, position.session):
        return found
    raise NoTranscriptLeft(position)


def _ticket(workspace: Workspace, position: Position) -> TicketId | None:
    """The ticket that the session was on at its end, else the last one in the journal."""
    if position.ticket:
        return position.ticket
    name = workspace.live.git.worktree_name
    turns = spans.turns(archive.events(workspace), {position.session}, name)
    return next((turn.ticket for turn in reversed(turns) if turn.ticket), None)


def _keep_trying(found: Worktree, position: Position, error: Exception) -> None:
    """Note why it failed; what only a person can mend is not tried again by itself."""
    hopeless = isinstance(error, NoTicketForSession | FiledElsewhere | WouldLose)
    position.tries = TRIES if hopeless else position.tries + 1
    position.problem = str(error)
    current = agent_spool.load(found.dirs, position.session)
    if current and current.at == position.at and current.size == position.size:
        agent_spool.keep(found.dirs, position)
