"""Finding the session that a word names: archived, waiting in the spool, or only planned."""

import shlex
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.model.transcript import Plan
from git_ticketer.ops import planned, session_list
from git_ticketer.ops.planned import NoSuchPlan
from git_ticketer.ops.session_list import Listed
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import archives
from git_ticketer.storage.archives import Archives, NoSuchSession, SeveralSessions, Stored
from git_ticketer.storage.yamlfile import BadFile

PLAN_LENGTH = 8
"""Characters of a plan's uid: with fewer, a word for a session is not taken for a plan."""


class StillPlanned(TicketerError):
    """A session that is planned: there is nothing to read yet; `plan` is its uid."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, plan: Plan) -> None:
        hint = f"git ticket archive --plan {shlex.quote(plan.uid)}"
        super().__init__(f"session {plan.uid} is planned: {plan.title}", hint=hint)
        self.plan = plan.uid


class StillWaits(TicketerError):
    """A session that waits in the git dir, of which nothing can be said in the repository yet."""

    def __init__(self, session: str) -> None:
        reason = "waits in the git dir, it is not archived yet"
        super().__init__(f"session {session} {reason}", hint="git ticket archive --pending")
        self.session = session


class ArchivedTwice(TicketerError):
    """A session that two branches archived under two tickets; `copies` are its archives."""

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self, session: str, copies: Iterable[Stored]) -> None:
        self.copies = tuple(copies)
        tickets = [one.header.ticket for one in self.copies]
        hint = f"git ticket session move {session} {tickets[0]}"
        super().__init__(f"session {session} is archived under {' and '.join(tickets)}", hint=hint)
        self.session = session


class Place(NamedTuple):
    """A session with where it lies: in the work tree, or in the spool."""

    listed: Listed
    store: Archives
    stored: Stored


def find(workspace: Workspace, word: str) -> Listed:
    """The session that `word` names, archived or waiting; raises what `place` raises."""
    return place(workspace, word).listed


def place(workspace: Workspace, word: str) -> Place:
    """Where the session lies that `word` names: its id, the beginning of that, or its file.

    A planned session is the one that fulfilled it. Raises: NoSuchSession, SeveralSessions,
    ArchivedTwice where `word` is not the file of one of the two, StillPlanned, BadFile.
    """
    stores = (Archives(workspace.worktree), archives.waiting(workspace.worktree))
    store, stored = _named(workspace, stores, word)
    copies = _copies(store, stored)
    if len(copies) > 1:
        chosen = [one for one in copies if word.endswith(one.path)]
        if not chosen:
            raise ArchivedTwice(stored.header.id, copies)
        stored = chosen[0]
    return Place(_listed(workspace, stored, waits=store is stores[1]), store, stored)


def _listed(workspace: Workspace, stored: Stored, *, waits: bool) -> Listed:
    """What lists show of an archive; raises BadFile where only its header is well."""
    found = session_list.waiting(workspace) if waits else session_list.everything(workspace)
    for problem in found.broken:
        if problem.path == stored.path:
            raise problem
    for one in found.listed:
        if (one.id, one.path) == (stored.header.id, stored.path):
            return one
    raise NoSuchSession(stored.header.id)  # gone since, or in a folder that is no ticket's


def _named(
    workspace: Workspace, stores: tuple[Archives, Archives], word: str
) -> tuple[Archives, Stored]:
    """The archive that `word` names; that of the work tree where both stores have one."""
    if not word.isprintable():
        raise NoSuchSession(word)
    for store in stores if word else ():
        if exact := store.find(word):
            return store, exact
    found = []
    for store in stores:
        with suppress(NoSuchSession):
            found.append((store, store.named(word)))
    ids = sorted({stored.header.id for _, stored in found})
    if len(ids) > 1:
        raise SeveralSessions(word, ids)
    return found[0] if found else _fulfilled(workspace, stores, word)


def _fulfilled(
    workspace: Workspace, stores: Iterable[Archives], word: str
) -> tuple[Archives, Stored]:
    """The archive of the planned session that `word` names; raises NoSuchSession, StillPlanned."""
    if len(word) < PLAN_LENGTH:
        raise NoSuchSession(word)
    try:
        plan = planned.find(workspace, word)
    except NoSuchPlan:
        raise NoSuchSession(word) from None
    for store in stores:
        for stored in planned.fulfilled(store, plan.uid):
            return store, stored
    raise StillPlanned(plan)


def _copies(store: Archives, stored: Stored) -> list[Stored]:
    """All archives of a session, by ticket: that it has two is what a merge may leave."""
    found = []
    for path in store.paths():
        if path.stem.endswith(archives.digest(stored.header.id)):
            with suppress(BadFile):
                found.append(store.stored(path.relative_to(store.top).as_posix()))
    return [one for one in found if one.header.id == stored.header.id]
