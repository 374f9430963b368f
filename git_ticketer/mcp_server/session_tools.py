"""The seed system's session tools, with its exact answers (mcp-ticketer 1.4.4)."""

from dataclasses import replace
from typing import Any

from git_ticketer.mcp_server.data import LABEL
from git_ticketer.mcp_server.face import READS, SETS, Face
from git_ticketer.mcp_server.schemas import MAYBE, TEXT, TRUTH, answer
from git_ticketer.ops import association, lookup
from git_ticketer.ops.association import Answer

ACTIONS = ("set", "clear", "none", "status")
HOW_TO_DECIDE = (
    "Associate with a ticket: attach_ticket(action='set', ticket_id='...')\n"
    "Opt out: attach_ticket(action='none')"
)
HOW_TO_ATTACH = (
    "You can associate with a ticket anytime using attach_ticket(action='set', ticket_id='...')"
)


class SessionTools:
    """Which ticket this work session is for."""

    def __init__(self, face: Face) -> None:
        self.face = face
        state = {"current_ticket": MAYBE, "session_id": MAYBE, "opted_out": TRUTH}
        face.offer(
            self.attach_ticket, SETS, answer(message=TEXT, **state, guidance=MAYBE, error=TEXT)
        )
        face.offer(
            self.get_session_info,
            READS,
            answer(**state, last_activity=MAYBE, session_timeout_minutes={"type": "integer"}),
        )

    def attach_ticket(self, action: str, ticket_id: str | None = None) -> dict[str, Any]:
        """Decide which ticket this work session is for; commits are then tagged with it.

        action: set (with ticket_id), clear, none (opt out), or status.
        """
        if action == "set":
            return self._set(ticket_id or "")
        work = self.face.open()
        if action == "status":
            return status(association.status(work))
        if action == "clear":
            found = replace(association.clear(work), guidance=HOW_TO_ATTACH)
            return decided(found) | self._overruled(found)
        if action == "none":
            found = association.opt_out(work)
            return decided(found) | self._overruled(found)
        return {
            "success": False,
            "error": f"Invalid action: {action[:60]}",
            "valid_actions": list(ACTIONS),
        }

    def _set(self, ticket_id: str) -> dict[str, Any]:
        if not ticket_id.strip():
            return {
                "success": False,
                "error": "ticket_id is required when action='set'",
                "guidance": "Please provide a ticket ID to associate with this session",
            }
        work = self.face.open()
        found = association.attach(work, lookup.named(work, ticket_id.strip()))
        extra: dict[str, Any] = {} if found.known else {"known": False}
        extra |= {"where": found.where} if found.where else {}
        extra |= {"about_this_data": LABEL, "warnings": work.warnings} if work.warnings else {}
        return decided(found) | extra | self._overruled(found)

    def _overruled(self, found: Answer) -> dict[str, Any]:
        """What to say where the environment decides otherwise than the session."""
        named = self.face.environ.get("GIT_TICKET", "").upper()
        if named in ("", (found.current_ticket or "none").upper()):
            return {}
        return {"overruled": "GIT_TICKET is set for this server and counts more; unset GIT_TICKET"}

    def get_session_info(self) -> dict[str, Any]:
        """Which session this is, its ticket, and when it was last active."""
        return {"success": True, **vars(association.session_info(self.face.open()))}


def status(found: Answer) -> dict[str, Any]:
    """The answer to action `status`, which always has a guidance."""
    guidance = HOW_TO_DECIDE if found.guidance else None
    known = {} if found.known in (True, None) else {"known": False}
    return _five(found) | {"guidance": guidance} | known


def decided(found: Answer) -> dict[str, Any]:
    """The answer to a decision: the five keys, and a guidance or a note where there is one."""
    extra = {"guidance": found.guidance, "note": found.note}
    return _five(found) | {name: text for name, text in extra.items() if text}


def _five(found: Answer) -> dict[str, Any]:
    return {
        "success": True,
        "message": found.message,
        "current_ticket": found.current_ticket,
        "session_id": found.session_id,
        "opted_out": found.opted_out,
    }
