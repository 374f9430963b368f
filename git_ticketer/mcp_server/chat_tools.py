"""Sessions: those of a ticket, what was said in them, and this one; the timeline; why."""

from typing import Annotated, Any

import anyio.from_thread
from mcp.server.mcpserver import Context
from pydantic import Field

from git_ticketer.importers.source import Source
from git_ticketer.lean.clock import to_text
from git_ticketer.mcp_server import data
from git_ticketer.mcp_server.face import ADDS, READS, SETS, Face
from git_ticketer.mcp_server.schemas import COUNT, ROWS, TEXT, TRUTH, answer
from git_ticketer.model.transcript import Entry
from git_ticketer.ops import archive, edits, locate, lookup, planned, session_list, spool
from git_ticketer.ops.archive import Done, Wish
from git_ticketer.ops.redaction import redacted
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import blame
from git_ticketer.storage.archives import Archives
from git_ticketer.storage.gitcmd import Git

Limit = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0)]
SHORT = 4_000
"""Characters of one entry's text in a page of a transcript."""


class ChatTools:
    """Which conversation led to it."""

    def __init__(self, face: Face) -> None:
        self.face = face
        pages = answer(total=COUNT, next_offset=COUNT, items=ROWS)
        face.offer(self.session_list, READS, pages)
        face.offer(self.session_show, READS, pages)
        face.offer(self.session_archive, SETS, answer(session_id=TEXT, pending=TRUTH, path=TEXT))
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
        values = transcript(self.face.open(), session_id)
        entries = values.pop("entries")
        return data.labelled(**values, **data.page(entries, offset, limit))

    def session_archive(
        self, ctx: Context[Any, Any], note: str = "", ticket_id: str = ""
    ) -> dict[str, Any]:
        """Archive this conversation under its ticket, redacted, as far as the user allowed it.

        note: what the next one should know.
        """
        source = self._source()
        size, read = float(source.size), 0

        def tell(count: int) -> None:
            nonlocal read
            read += count
            anyio.from_thread.run(ctx.report_progress, float(read), size)

        source.progress = tell
        return self._archive(source, note, ticket_id)

    def _source(self) -> Source:
        """The transcript of this session; raises NoTranscript, SeveralTranscripts."""
        found = locate.live(self.face.open(), self.face.environ)
        if len(found) > 1:
            raise locate.SeveralTranscripts(found)
        return Source(found[0].path)

    def _archive(self, source: Source, note: str, ticket_id: str) -> dict[str, Any]:
        work = self.face.open()
        prepared = archive.prepare(work, source, Wish(ticket_id))
        if spool.bound(work) == spool.OFF:
            raise archive.ArchivesAreOff
        done = spool.put(work, prepared, spool.consent(work))
        said = _noted(work, done, note)
        header = prepared.header
        return {
            "success": True,
            "session_id": header.id,
            "ticket_id": header.ticket,
            "path": done.path if done.written or not done.waits else "",
            "pending": bool(done.waits),
            "entries": len(prepared.entries),
            "redactions": dict(header.redactions),
            **said,
        }

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

        place = f"{path}:{lines}" if lines else path
        blaming = blame.blaming(Git(self.face.folder, self.face.environ), place, "")
        found = why(self.face.open(), blaming)
        return data.labelled(path=found.path, causes=[data.plain(one) for one in found.causes])


def transcript(work: Workspace, session_id: str) -> dict[str, Any]:
    """An archived session: what is known of it, and its `entries`. Raises what Archives does."""
    store = Archives(work.worktree)
    read = store.read(store.named(session_id))
    header = {
        "session_id": read.header.id,
        "ticket_id": read.header.ticket,
        "agent": read.header.agent,
        "started": read.header.started,
        "ended": read.header.ended,
        "title": read.header.title,
    }
    entries = [_entry(number, entry) for number, entry in enumerate(read.entries, 1)]
    return data.filled(header) | {"entries": entries}


def _entry(number: int, entry: Entry) -> dict[str, Any]:
    values = {"entry": number, **entry._asdict()}
    values["output"] = data.filled(entry.output._asdict()) if entry.output else None
    text = entry.text
    if len(text) > SHORT:
        values |= {"text": text[:SHORT], "cut": {"text": len(text)}}
    return data.filled(values)


def _event(entry: Any) -> dict[str, Any]:
    values = entry._asdict() | {"at": to_text(entry.at)}
    values["changes"] = data.tuples(entry.changes)
    return data.filled(data.bounded(values))


def _noted(work: Workspace, done: Done, note: str) -> dict[str, Any]:
    """Keep what is said of the session, as a file of its ticket."""
    if not note.strip():
        return {}
    header = done.prepared.header
    if spool.bound(work) != spool.IN_TREE:
        return {"note_kept": False}
    _, path = edits.comment(
        work, header.ticket, redacted(work, note), kind=session_list.NOTE, session=header.id
    )
    return {"note_kept": True, "note_path": path}
