"""Sessions: those of a ticket, what was said in them, and this one; the timeline; why."""

from typing import Annotated, Any

import anyio.from_thread
from mcp.server.mcpserver import Context
from pydantic import Field

from git_ticketer.errors import TicketerError
from git_ticketer.importers.source import Source
from git_ticketer.lean.clock import to_text
from git_ticketer.mcp_server import data, failures
from git_ticketer.mcp_server.face import ADDS, READS, Face
from git_ticketer.mcp_server.schemas import COUNT, ROWS, TEXT, TRUTH, answer
from git_ticketer.model.transcript import Entry
from git_ticketer.ops import (
    archive,
    edits,
    locate,
    lookup,
    planned,
    session_list,
    session_place,
    spool,
)
from git_ticketer.ops.archive import Done, Wish
from git_ticketer.ops.redaction import redacted
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import blame
from git_ticketer.storage.gitcmd import Git

Limit = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0, le=10**9)]


class ArchivesAreUnwanted(TicketerError):
    """This user wants no archives in this clone."""

    def __init__(self) -> None:
        reason = f"this user keeps no archives (git config {spool.KEY} {spool.OFF})"
        super().__init__(reason, hint="git ticket comment ID")


class NoSuchFile(TicketerError):
    """A path that no file can have."""

    def __init__(self) -> None:
        super().__init__("a path has no NUL character in it", hint="git ls-files")


class ChatTools:
    """Which conversation led to it."""

    def __init__(self, face: Face) -> None:
        self.face = face
        pages = answer(total=COUNT, next_offset=COUNT, items=ROWS)
        face.offer(self.session_list, READS, pages)
        face.offer(self.session_show, READS, pages)
        face.offer(self.session_archive, ADDS, answer(session_id=TEXT, pending=TRUTH, path=TEXT))
        face.offer(self.session_plan, ADDS, answer(plan_id=TEXT, path=TEXT))
        face.offer(self.ticket_log, READS, pages)
        face.offer(self.why, READS, answer(path=TEXT, causes=ROWS))

    def session_list(
        self, ticket_id: str = "", limit: Limit = 20, offset: Offset = 0
    ) -> dict[str, Any]:
        """List sessions of a ticket (@: the session's), or all: planned, active, archived."""
        work = self.face.open()
        if ticket_id:
            found = session_list.asked(work, lookup.named(work, ticket_id))
        else:
            found = session_list.everything(work)
        return data.labelled(**data.page([*map(data.session, found.listed)], offset, limit))

    def session_show(
        self, session_id: str, limit: Limit = 50, offset: Offset = 0
    ) -> dict[str, Any]:
        """Read an archived session: what was said and done, in pages of entries."""
        return transcript(self.face.open(), session_id, offset, limit)

    def session_archive(
        self, ctx: Context[Any, Any], note: str = "", ticket_id: str = "", plan: str = ""
    ) -> dict[str, Any]:
        """Archive this conversation under its ticket, redacted, as far as the user allowed it.

        note: what the next one should know. plan: the planned session that this was.
        """
        source = self._source()
        size, read = float(source.size), 0

        def tell(count: int) -> None:
            nonlocal read
            read += count
            anyio.from_thread.run(ctx.report_progress, float(read), size)

        source.progress = tell
        return self._archive(source, note, Wish(ticket_id, plan=plan))

    def _source(self) -> Source:
        """The transcript of this session; raises NoTranscript, SeveralTranscripts."""
        found = locate.live(self.face.open(), self.face.environ)
        if len(found) > 1:
            raise locate.SeveralTranscripts(found)
        return Source(found[0].path)

    def _archive(self, source: Source, note: str, wish: Wish) -> dict[str, Any]:
        work = self.face.open()
        prepared = archive.prepare(work, source, wish)
        if spool.bound(work) == spool.OFF:
            raise archive.ArchivesAreOff
        place = spool.consent(work)
        if place == spool.OFF:
            raise ArchivesAreUnwanted
        done = spool.put(work, prepared, place)
        return archived(done) | _noted(work, done, note)

    def session_plan(self, title: str, ticket_id: str = "@", parent: str = "") -> dict[str, Any]:
        """Plan a session of a ticket, such as "Code review"; parent: the session or plan above."""
        new, path = planned.plan(self.face.open(), ticket_id, title, parent)
        return {"success": True, "plan_id": new.uid, "ticket_id": new.ticket, "path": path}

    def ticket_log(
        self, ticket_id: str = "@", limit: Limit = 50, offset: Offset = 0
    ) -> dict[str, Any]:
        """The timeline of a ticket, newest first: changes, comments, sessions, commits, merges."""
        from git_ticketer.ops import log

        found = log.log(self.face.open(), ticket_id)
        entries = [_event(entry) for entry in reversed(found.entries)]
        return data.labelled(ticket_id=str(found.ticket), **data.page(entries, offset, limit))

    def why(self, path: str, lines: str = "") -> dict[str, Any]:
        """Why code is so: commit, ticket, and the conversation before it. lines: 12 or 12,20."""
        from git_ticketer.ops.why import why

        if "\0" in path:
            raise NoSuchFile
        place = f"{path}:{lines}" if lines else path
        blaming = blame.blaming(Git(self.face.folder, self.face.environ), place, "")
        found = why(self.face.open(), blaming)
        return data.labelled(path=found.path, causes=[data.plain(one) for one in found.causes])


def transcript(work: Workspace, session_id: str, offset: int, limit: int) -> dict[str, Any]:
    """A page of an archived session, or one that waits to be, with what is known of it.

    Raises: what session_place.place and Archives.read raise.
    """
    listed, store, stored = session_place.place(work, session_id)
    entries = store.read(stored).entries
    rows = [_entry(number, entry) for number, entry in enumerate(entries, 1)]
    return data.labelled(**data.session(listed), **data.page(rows, offset, limit))


def archived(done: Done) -> dict[str, Any]:
    """The answer for an archive that was made."""
    prepared = done.prepared
    header = prepared.header
    warnings = {"warnings": list(prepared.warnings)} if prepared.warnings else {}
    return {
        "success": True,
        "session_id": header.id,
        "ticket_id": header.ticket,
        "path": done.path if done.written or not done.waits else "",
        "pending": bool(done.waits),
        "entries": len(prepared.entries),
        "redactions": dict(header.redactions),
        **warnings,
    }


def _entry(number: int, entry: Entry) -> dict[str, Any]:
    values = {"entry": number, **entry._asdict()}
    values["output"] = data.filled(entry.output._asdict()) if entry.output else None
    return data.filled(values)


def _event(entry: Any) -> dict[str, Any]:
    values = entry._asdict() | {"at": to_text(entry.at)}
    values["changes"] = data.tuples(entry.changes)
    return data.filled(values)


def _noted(work: Workspace, done: Done, note: str) -> dict[str, Any]:
    """Keep what is said of the session, as a file of its ticket; what fails undoes no archive."""
    if not note.strip():
        return {}
    header = done.prepared.header
    if spool.bound(work) != spool.IN_TREE:
        return {"note_kept": False}
    try:
        clean = redacted(work, note)
        kind = session_list.NOTE
        _, path = edits.comment(work, header.ticket, clean, kind=kind, session=header.id)
    except (TicketerError, OSError) as error:
        return {"note_kept": False, "note_error": failures.answer(error)["error"]}
    return {"note_kept": True, "note_path": path}
