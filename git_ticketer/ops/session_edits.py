"""What people say of a session: reviews, titles, notes and moves, each a comment file."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from git_ticketer.errors import TicketerError, typed
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import FULL, Entry, Header
from git_ticketer.ops import edits, lookup
from git_ticketer.ops.redaction import redacted, redactor_for
from git_ticketer.ops.session_list import MOVE, MOVED_FROM, REVIEW, REVIEWED, Listed
from git_ticketer.ops.session_place import ArchivedTwice, Place, StillWaits, find, place
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import archives, identity
from git_ticketer.storage.archives import Archives, Stored
from git_ticketer.storage.inside import inside


class AlreadyThere(TicketerError):
    """A session that is to be moved to the ticket it belongs to."""

    def __init__(self, session: str, ticket: str) -> None:
        super().__init__(f"session {session} is {ticket}'s", hint=f"git ticket show {ticket}")
        self.session = session
        self.ticket = ticket


class CopiesDiffer(TicketerError):
    """Two archives of a session, none of which holds all that was said in the other."""

    def __init__(self, one: str, other: str) -> None:
        reason = "neither holds all that the other does"
        hint = typed("git diff --no-index", one, other)
        super().__init__(f"{one} and {other}: {reason}", hint=hint)


class Reviewed(NamedTuple):
    """A review by `author`; `path` is empty where nothing was new and nothing was written."""

    session: Listed
    author: str
    path: str = ""


def say(workspace: Workspace, word: str, kind: str, text: str) -> tuple[Comment, str]:
    """Write a review, title or note of a session, without secrets, with its ticket.

    Raises: what `place` raises; StillWaits, ArchivesStayOut for a session in the spool.
    """
    one = find(workspace, word)
    _refuse_waiting(workspace, one, kind)
    clean = redacted(workspace, text)
    return edits.comment(workspace, one.ticket, clean, kind=kind, session=one.id)


def _refuse_waiting(workspace: Workspace, one: Listed, kind: str) -> None:
    if not one.waits:
        return
    from git_ticketer.ops import spool
    from git_ticketer.ops.archive import ArchivesStayOut

    if spool.bound(workspace) != spool.IN_TREE:
        raise ArchivesStayOut(f"a {kind} is a file of the repository")
    raise StillWaits(one.id)


def review(workspace: Workspace, word: str, text: str = "") -> Reviewed:
    """Record that this person has read a session, and `text` about it; the same only once.

    Raises: what `say` raises, NoIdentity.
    """
    one = find(workspace, word)
    author = identity.author(workspace.worktree.git)
    new = redacted(workspace, text).strip()
    if author in one.reviewed_by and (not new or new in one.notes):
        return Reviewed(one, author)
    said, path = say(workspace, word, REVIEW, text or REVIEWED)
    return Reviewed(one, said.author, path)


def move(workspace: Workspace, word: str, ticket: str, text: str = "") -> tuple[Listed, str]:
    """Record that a session belongs to another ticket; its file stays where it is.

    Of one that is archived under two tickets the archive of the other one is kept, with all that
    both hold. One that waits is kept under the other ticket. Returns the session as it is now
    and the path that was written. Raises: AlreadyThere, CopiesDiffer, StillWaits for a `text`
    about one that waits, and what `place` and lookup.find raise.
    """
    target = lookup.find(workspace, ticket).ticket.id
    joined = False
    try:
        found = place(workspace, word)
    except ArchivedTwice as twice:
        found, joined = _joined(workspace, twice, target), True
    one = found.listed
    if joined and target == one.ticket:
        return one, one.path
    if target == one.ticket:
        raise AlreadyThere(one.id, target)
    if one.waits:
        return _refiled(workspace, found, target, text)
    said = redacted(workspace, text) or f"{MOVED_FROM} {one.ticket}"
    _, path = edits.comment(workspace, target, said, kind=MOVE, session=one.id)
    return find(workspace, one.id), path


def _refiled(workspace: Workspace, found: Place, target: TicketId, text: str) -> tuple[Listed, str]:
    """Keep a session that waits under another ticket; nobody has seen it under the first."""
    from git_ticketer.ops import archive, spool

    if text:
        _refuse_waiting(workspace, found.listed, MOVE)
    read = found.store.read(found.stored)
    wish = archive.Wish(ticket=target, detail=read.header.detail)
    done = spool.add(workspace, archive.again(workspace, read, wish))
    _remove(found.store, found.stored)
    return find(workspace, found.listed.id), done.path


def _joined(workspace: Workspace, twice: ArchivedTwice, target: TicketId) -> Place:
    """Make one archive of several, under a ticket that is not `target`: a move leads there.

    What each holds is in it before the others are taken away. Raises: ArchivedTwice where
    `target` has none of them, CopiesDiffer.
    """
    store = Archives(workspace.worktree)
    rest = [one for one in twice.copies if one.header.ticket != target]
    if len(rest) == len(twice.copies):
        raise twice
    keep = rest[0]
    header, entries = _longest(workspace, store, twice.copies, keep)
    files = archives.files(header, entries, name=Path(keep.path).stem)
    archives.check(header, entries, files)
    store.write(header, files)
    for one in twice.copies:
        if one is not keep:
            _remove(store, one)
    return place(workspace, twice.session)


def _longest(
    workspace: Workspace, store: Archives, copies: Sequence[Stored], keep: Stored
) -> tuple[Header, tuple[Entry, ...]]:
    """What is in the longest of several archives, as one of the ticket of `keep`.

    Raises: CopiesDiffer where something said in another one is not in it.
    """
    from git_ticketer.ops import earlier

    read = [store.read(one) for one in copies]
    long = max(read, key=lambda one: (one.header.detail == FULL, len(one.entries)))
    path = next(one.path for one in copies if one.header == long.header)
    for one in copies:
        try:
            redactor = redactor_for(workspace)
            earlier.lose_nothing(store, one, long.entries, redactor, one.path)
        except earlier.WouldLose:
            raise CopiesDiffer(path, one.path) from None
    return _header(long.header, [one.header for one in copies], keep.header), long.entries


def _header(long: Header, every: Sequence[Header], keep: Header) -> Header:
    """The header of the longest archive for the ticket of `keep`, with what only others say."""
    spans = long.spans
    if len(spans) < 2:
        spans = tuple(span._replace(ticket=keep.ticket) for span in spans)
    own = {keep.ticket, *(span.ticket for span in spans)}
    return long._replace(
        ticket=keep.ticket,
        ticket_uid=keep.ticket_uid,
        spans=spans,
        mentions=tuple(id for id in long.mentions if id not in own),
        plan=next((one.plan for one in every if one.plan), ""),
        parent=next((one.parent for one in every if one.parent), ""),
    )


def _remove(store: Archives, stored: Stored) -> None:
    """Take away the files of an archive, its main file first."""
    start = stored.path.removesuffix(".yaml")
    for number in range(1, stored.header.parts + 1):
        inside(store.top, archives.part(start, number)).unlink(missing_ok=True)
