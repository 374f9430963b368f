"""The fuller set: what an agent seldom needs, and nothing that destroys."""

from typing import Any

from git_ticketer.mcp_server import data
from git_ticketer.mcp_server.face import ADDS, READS, SETS, Face
from git_ticketer.mcp_server.schemas import MAYBE, OBJECT, ROWS, TEXT, TRUTH, answer
from git_ticketer.mcp_server.ticket_tools import Limit, changed
from git_ticketer.ops import edits, links, queries, save, session_edits, session_list, start
from git_ticketer.ops.edits import Fields


class MoreTools:
    """Editing fields, linking, claiming, what is next, reviewing, committing tickets."""

    def __init__(self, face: Face) -> None:
        self.face = face
        altered = answer(ticket_id=TEXT, changed=TRUTH, ticket=OBJECT)
        face.offer(self.ticket_edit, SETS, altered)
        face.offer(self.ticket_link, SETS, altered)
        face.offer(self.ticket_start, SETS, answer(ticket_id=TEXT, branch=MAYBE))
        face.offer(self.ticket_next, READS, answer(items=ROWS))
        face.offer(self.session_review, ADDS, answer(session_id=TEXT, path=TEXT))
        face.offer(self.ticket_save, ADDS, answer(commit=MAYBE))

    def ticket_edit(
        self,
        ticket_id: str,
        title: str | None = None,
        description: str | None = None,
        requirements: str | None = None,
        priority: str | None = None,
        assignee: str | None = None,
        type: str | None = None,
        add_labels: list[str] = [],  # noqa: B006 - never changed; pydantic copies it
        remove_labels: list[str] = [],  # noqa: B006
    ) -> dict[str, Any]:
        """Set fields of a ticket; those that are left out stay, an empty text takes one away."""
        fields = Fields(
            title=title,
            description=description,
            requirements=requirements,
            priority=priority,
            assignee=assignee,
            type=type,
            add_labels=tuple(add_labels),
            remove_labels=tuple(remove_labels),
        )
        return changed(edits.edit(self.face.open(), ticket_id, fields))

    def ticket_link(self, ticket_id: str, kind: str, target: str) -> dict[str, Any]:
        """Link a ticket to another or to an address: blocks, relates-to, duplicates, parent."""
        return changed(links.link(self.face.open(), ticket_id, kind, target))

    def ticket_start(self, ticket_id: str, branch: str | None = None) -> dict[str, Any]:
        """Claim a ticket, set it in progress and attach it; branch: make one ("" names it)."""
        done = start.start(self.face.open(), ticket_id, branch=branch)
        return changed(done.change) | {"message": done.answer.message, "branch": done.branch}

    def ticket_next(self, limit: Limit = 10) -> dict[str, Any]:
        """What can be started now, the most urgent first: open, not blocked, not somebody's."""
        found = queries.ready(self.face.open())
        return data.labelled(total=found.total, items=[*map(data.row, found.rows[:limit])])

    def session_review(self, session_id: str, text: str) -> dict[str, Any]:
        """Record that an archived session was reviewed, and what was found."""
        work = self.face.open()
        said, path = session_edits.say(work, session_id, session_list.REVIEW, text)
        return {"success": True, "session_id": said.session, "path": path}

    def ticket_save(self, message: str = "") -> dict[str, Any]:
        """Commit everything in .tickets and nothing else; the index stays as it is."""
        done = save.save(self.face.open(), message)
        return {"success": True, "commit": done.commit, "paths": list(done.paths)}
