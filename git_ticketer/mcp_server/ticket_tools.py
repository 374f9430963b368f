"""Reading and changing tickets."""

from typing import Annotated, Any

from pydantic import Field

from git_ticketer.mcp_server import data
from git_ticketer.mcp_server.face import ADDS, READS, SETS, Face
from git_ticketer.mcp_server.schemas import COUNT, OBJECT, ROWS, TEXT, answer
from git_ticketer.model.query import BadQuery
from git_ticketer.model.workflow import CLOSED, normal
from git_ticketer.ops import edits, queries, session_list, view
from git_ticketer.ops.create import subtask_status_of
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.tickets import Change

Limit = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0, le=10**9)]
MOST_WORDS = 40
LONG = ("description", "requirements")


class TicketTools:
    """What an agent needs of tickets: read, find, move on, say something."""

    def __init__(self, face: Face) -> None:
        self.face = face
        changed = answer(ticket_id=TEXT, changed={"type": "boolean"}, ticket=OBJECT)
        face.offer(self.ticket_show, READS, answer(ticket=OBJECT, comments=ROWS, sessions=ROWS))
        face.offer(self.ticket_list, READS, answer(total=COUNT, next_offset=COUNT, items=ROWS))
        face.offer(self.ticket_status, SETS, changed)
        face.offer(self.ticket_subtask, ADDS, changed)
        face.offer(self.ticket_criterion, SETS, changed)
        face.offer(self.ticket_comment, ADDS, answer(ticket_id=TEXT, comment=OBJECT))

    def ticket_show(self, ticket_id: str = "@", comments_offset: Offset = 0) -> dict[str, Any]:
        """Read a ticket: description, requirements, criteria, subtasks, links, sessions, comments.

        ticket_id: @ is the session's ticket. The newest 20 comments come first.
        """
        return data.whole(view.view(self.face.open(), ticket_id), comments_offset)

    def ticket_list(
        self, query: str = "", text: bool = False, limit: Limit = 20, offset: Offset = 0
    ) -> dict[str, Any]:
        """Find tickets. query: words and qualifiers: status:open label:x assignee:me parent:ID.

        Closed ones only where status: asks. text: search comments and sessions as well.
        """
        words = _words(query)
        if text:
            return self._search(words, limit, offset)
        found = queries.find(self.face.open(), words, limit=offset + limit)
        items = [data.row(one) for one in found.rows[offset:]]
        pages = data.page(items, offset, limit, found.total)
        return data.labelled(**pages, broken=_broken(found.broken))

    def _search(self, words: list[str], limit: int, offset: int) -> dict[str, Any]:
        found = queries.search(self.face.open(), words, limit=offset + limit)
        items = [
            data.row(one.row) | data.filled({"passage": one.text[:300], "session_id": one.session})
            for one in found.matches[offset:]
        ]
        pages = data.page(items, offset, limit, found.total)
        return data.labelled(**pages, broken=_broken(found.broken))

    def ticket_status(self, ticket_id: str, status: str, force: bool = False) -> dict[str, Any]:
        """Move a ticket to a status, as the team's workflow allows; `done` closes it.

        force: also where the workflow or something open forbids it.
        """
        work = self.face.open()
        change = edits.set_status(work, ticket_id, status, force=force)
        return changed(change) | _unreviewed(work, change)

    def ticket_subtask(self, ticket_id: str, subtask: str, status: str = "done") -> dict[str, Any]:
        """Set a subtask (key or part of its title) to pending, in-progress or done; new adds."""
        work = self.face.open()
        if normal(status) == "new":
            change, key = edits.add_subtask(work, ticket_id, subtask)
        else:
            change, key = edits.set_subtask(work, ticket_id, subtask, subtask_status_of(status))
        return changed(change) | {"key": key}

    def ticket_criterion(self, ticket_id: str, criterion: str, done: bool = True) -> dict[str, Any]:
        """Tick or untick an acceptance criterion (key or part of its text)."""
        work = self.face.open()
        change, key = edits.set_criterion(work, ticket_id, criterion, done=done)
        return changed(change) | {"key": key}

    def ticket_comment(self, ticket_id: str, text: str) -> dict[str, Any]:
        """Add a comment to a ticket, such as progress or a decision with its reason."""
        new, path = edits.comment(self.face.open(), ticket_id, text)
        return {
            "success": True,
            "ticket_id": new.ticket,
            "path": path,
            "comment": data.comment(new),
        }


def changed(change: Change) -> dict[str, Any]:
    """The answer to an edit: the ticket as it is now, without its long texts."""
    values = data.ticket(change.after)
    return data.labelled(
        ticket_id=str(change.after.id),
        changed=change.written,
        path=change.path,
        ticket={name: value for name, value in values.items() if name not in LONG},
    )


def _unreviewed(work: Workspace, change: Change) -> dict[str, Any]:
    """The sessions that nobody has reviewed, of a ticket that a change closed."""
    flow = queries.workflow(work)
    states = [flow.category(one.status) == CLOSED for one in (change.before, change.after)]
    if states != [False, True]:
        return {}
    found = session_list.unreviewed(work, change.after.id)
    return {"unreviewed_sessions": [one.id for one in found]} if found else {}


def _words(query: str) -> list[str]:
    words = query.split()
    if len(words) > MOST_WORDS:
        raise BadQuery(words[MOST_WORDS][:60], f"a query has at most {MOST_WORDS} words")
    return words


def _broken(rows: list[queries.Row]) -> list[str]:
    return [row.path for row in rows]
