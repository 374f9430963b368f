"""Resources, prompts and completion: what a person picks in the agent's own interface.

A prompt's words are ours and hold an id at most. What a file says comes beside them as an embedded
resource, so that nothing in a ticket can pass for a request of the person.
"""

import json
from collections.abc import Callable
from typing import Any

import anyio.to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.prompts.base import Message, UserMessage
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    CompletionArgument,
    EmbeddedResource,
    TextContent,
    TextResourceContents,
)

from git_ticketer.errors import TicketerError
from git_ticketer.mcp_server import data, failures
from git_ticketer.mcp_server.chat_tools import transcript
from git_ticketer.mcp_server.face import Face, shown
from git_ticketer.model.visible import visible
from git_ticketer.ops import session_list, view
from git_ticketer.storage.tickets import Tickets

JSON = "application/json"
CURRENT, AT = "current", "@"
OFFERED = 100
PROMPTS = {
    "start_work": (
        "Start work on a ticket",
        "Start work on {id}. Attach it with attach_ticket, read it below, look at the code that it "
        "is about, and say which steps you will take before you change anything.",
    ),
    "whats_left": (
        "What is left to do on a ticket",
        "Say what is left to do on {id}: open subtasks, unmet criteria, what its last sessions "
        "left unfinished. Check against the code, not only against the ticket below.",
    ),
    "hand_over": (
        "Hand a ticket over",
        "Hand {id} over to somebody else. Add a comment with ticket_comment: what is done, what "
        "is not, what was decided and why, where to begin. Then archive this session with "
        "session_archive and a note.",
    ),
    "review_before_closing": (
        "Review a ticket before it is closed",
        "Review {id} before it is closed. Hold every criterion and requirement below against the "
        "code and the tests; tick with ticket_criterion what is met, and list what is not.",
    ),
}


def offer(server: MCPServer, face: Face) -> None:
    """Offer resources, prompts and completion."""
    _resources(server, face)
    for name, (title, words) in PROMPTS.items():
        _prompt(server, face, name, title, words)
    _completion(server, face)


def _resources(server: MCPServer, face: Face) -> None:
    @server.resource("ticket://{ticket_id}", mime_type=JSON, title="A ticket")
    def ticket(ticket_id: str) -> str:
        """A ticket with its newest comments and its sessions; `current` is the session's."""
        return _text(_found(lambda: _ticket(face, ticket_id)))

    @server.resource("session://{session_id}", mime_type=JSON, title="An archived session")
    def session(session_id: str) -> str:
        """What was said and done in an archived session, as far as there is room."""
        return _text(_found(lambda: transcript(face.open(), session_id, 0, OFFERED)))


def _ticket(face: Face, word: str) -> dict[str, Any]:
    return data.whole(view.view(face.open(), AT if word == CURRENT else word))


def _found(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is read; the trouble with it in our words. Raises: ResourceNotFoundError."""
    try:
        return read()
    except (TicketerError, OSError) as error:
        raise ResourceNotFoundError(_told(error)) from None


def _told(error: TicketerError | OSError) -> str:
    """An error and what to do next, in a line."""
    said = failures.answer(error)
    return visible(" - ".join(filter(None, (said["error"], said["hint"]))))


def _text(values: dict[str, Any]) -> str:
    return json.dumps(shown(data.fitting(values)), indent=2, ensure_ascii=False)


def _prompt(server: MCPServer, face: Face, name: str, title: str, words: str) -> None:
    def prompt(ticket_id: str) -> list[Message]:
        try:
            values = _ticket(face, ticket_id)
        except (TicketerError, OSError) as error:
            raise MCPError(INVALID_PARAMS, _told(error)) from None
        id = values["ticket"]["id"]
        contents = TextResourceContents(uri=f"ticket://{id}", mime_type=JSON, text=_text(values))
        asked = TextContent(type="text", text=words.format(id=id))
        embedded = EmbeddedResource(type="resource", resource=contents)
        return [UserMessage(asked), UserMessage(embedded)]

    server.prompt(name=name, title=title, description=title)(prompt)


def _completion(server: MCPServer, face: Face) -> None:
    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(_ref: object, argument: CompletionArgument, _context: object) -> Completion:
        found = await anyio.to_thread.run_sync(_known, face, argument.name)
        begun = [id for id in found if id.casefold().startswith(argument.value.casefold())]
        return Completion(values=begun[:OFFERED], total=len(begun), has_more=len(begun) > OFFERED)


def _known(face: Face, name: str) -> list[str]:
    """The ids that an argument of that name may have."""
    try:
        work = face.open()
        if name == "ticket_id":
            return [str(id) for id in Tickets(work.worktree).names()]
        if name == "session_id":
            return [one.id for one in session_list.everything(work).listed]
    except (TicketerError, OSError):
        pass
    return []
