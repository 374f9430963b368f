"""A command that runs as a session of its own, linked to a ticket, and its transcript at the end.

The association lives in the session, so what the command attaches later is what its commits carry.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from git_ticketer.errors import TicketerError
from git_ticketer.lean import clock, session_change
from git_ticketer.lean.clock import to_text
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.lean.session_change import Lock, StateLocked
from git_ticketer.lean.system import append, write_file
from git_ticketer.ops import association, context, locate, sessions, spool, workspace
from git_ticketer.ops.context import Context
from git_ticketer.ops.workspace import Workspace

if TYPE_CHECKING:
    from git_ticketer.ops.archive import Done, Prepared

SESSION, TICKET, CONTEXT = "GIT_TICKET_SESSION", "GIT_TICKET", "GIT_TICKET_CONTEXT"
START, END, SHARED = "context-", ".md", ".shared"
PATIENCE = 5.0
"""Seconds for our own lock, which others only try for a moment."""


@dataclass(frozen=True)
class Running:
    """A command that is about to run: its session, its environment, when it began (epoch seconds).

    `others` are the agents' sessions that were going on already, whose transcripts are not its.
    """

    ticket: TicketId
    session: SessionId
    environ: Mapping[str, str]
    start: float
    others: frozenset[str]

    @property
    def path(self) -> str:
        """The file with the ticket's context, which is locked while the command runs."""
        return self.environ[CONTEXT]

    @property
    def mark(self) -> str:
        """A file that is there once another command has run at the same time."""
        return self.path + SHARED


@contextmanager
def session(work: Workspace, word: str | None, environ: Mapping[str, str]) -> Iterator[Running]:
    """A session on a ticket for as long as a command runs.

    The ticket's context is in a file that only the user reads, and that is gone afterwards.
    `word` is any word for the ticket, None for that of this session. Raises: NoCurrentTicket,
    NoSuchTicket, what association.attach raises, OSError.
    """
    running = _attached(work, context.build(work, word), environ)
    try:
        with Lock(running.path, PATIENCE):
            _mark(running)
            yield replace(running, start=os.stat(running.path).st_mtime)  # the clock of files
    finally:
        _end(work, running)


def _attached(work: Workspace, found: Context, environ: Mapping[str, str]) -> Running:
    """A new session that is attached, with its file."""
    id = session_change.new_id()
    path = f"{work.worktree.dirs.state}/{START}{id}{END}"
    own = {key: value for key, value in environ.items() if key != TICKET}
    own |= {SESSION: id, CONTEXT: path}
    others = frozenset(one.id for one in sessions.live(work) if one.agent)
    mine = workspace.of_worktree(work.worktree, own)
    association.attach(mine, found.id)
    work.warnings += mine.warnings
    running = Running(found.id, id, own, clock.now(), others)
    try:
        write_file(path, context.markdown(found).encode(), durable=False)
    except BaseException:
        _end(work, running)
        raise
    return running


def _mark(running: Running) -> None:
    """Note for each other command that runs here now, and for this one, that there are several."""
    folder, _, own = running.path.rpartition("/")
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if name != own and name.startswith(START) and name.endswith(END) and _is_locked(path):
            append(path + SHARED, b"")
            append(running.mark, b"")


def _is_locked(path: str) -> bool:
    """Whether the command of a file still runs; one that is gone is not made anew."""
    try:
        with Lock(path, 0.0, folder=True):
            return False
    except FileNotFoundError:
        return False
    except StateLocked:
        return True


def _end(work: Workspace, running: Running) -> None:
    """Take the session's decision back and its file away; what fails is a warning.

    The decision stays as undecided: what the command has left running must not go on to follow
    another session's ticket.
    """
    with suppress(OSError):
        os.unlink(running.path)
    try:
        association.clear(workspace.of_worktree(work.worktree, running.environ))
    except TicketerError as error:
        work.warnings.append(error.message)


def archived(work: Workspace, running: Running) -> "list[Done]":
    """Archive what was said while the command ran, as far as this user allowed it.

    Found by the worktree's folder and the time. What cannot be archived is a warning.
    """
    try:
        place = spool.consent(work)
    except TicketerError as error:
        work.warnings.append(f"nothing is archived: {error}")
        return []
    shared = os.path.exists(running.mark)
    with suppress(OSError):
        os.unlink(running.mark)
    if place == spool.OFF:
        return []
    done = []
    for prepared in _chosen(work, list(_prepared(work, running)), running, shared=shared):
        try:
            done.append(spool.put(work, prepared, place))
        except (TicketerError, OSError) as error:
            work.warnings.append(f"session {prepared.header.id} is not archived: {error}")
    return done


def _prepared(work: Workspace, running: Running) -> "Iterator[Prepared]":
    """The archives of all transcripts that may be the command's."""
    from git_ticketer.importers.source import Source
    from git_ticketer.ops import archive, subagents
    from git_ticketer.ops.archive import Wish

    elsewhere = {one.id for one in sessions.live(work) if one.ticket not in (None, running.ticket)}
    for found in locate.since(work, running.environ, running.start):
        if found.session in running.others | elsewhere:
            continue
        wish = Wish(running.ticket, chat=found.chat, parent=running.session)
        source = Source(found.path)
        try:
            main = archive.prepare(work, source, wish)
            yield main
            yield from subagents.prepared(work, source, main, wish)
        except (TicketerError, OSError) as error:
            work.warnings.append(f"{found.path} is not archived: {error}")


def _chosen(
    work: Workspace, several: "list[Prepared]", running: Running, *, shared: bool
) -> "list[Prepared]":
    """Those that the command began; else the one that it went on with, where it is only one.

    None where several commands ran at the same time: whose they are cannot be told.
    """
    begun = [one for one in several if one.header.started >= to_text(int(running.start))]
    if not shared and (begun or len({one.header.id for one in several}) < 2):
        return begun or several
    ids = ", ".join(one.header.id for one in several)
    if several:
        work.warnings.append(f"several sessions went on meanwhile, none of them is archived: {ids}")
    return []
