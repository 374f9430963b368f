"""Cursor: hooks in `~/.cursor/hooks.json`, or shared in `.cursor/hooks.json`.

Source: Cursor's hooks page, 2026: payloads with `conversation_id`, `workspace_roots` and
`cursor_version`, answers `additional_context` at a session's start and `continue` at a prompt.
Its command line names no transcript and, asked a single question, fires only some of the events.
"""

from git_ticketer.agents.hooks.event import (
    END,
    KINDS,
    PROMPT,
    START,
    STOP,
    Event,
    Reply,
    session,
    text,
    texts,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "cursor", "Cursor"
EVENTS = KINDS
ENDS = True
THEIRS = {START: "sessionStart", PROMPT: "beforeSubmitPrompt", STOP: "stop", END: "sessionEnd"}


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What a payload says."""
    folders = (text(payload, "cwd"), *texts(payload, "workspace_roots"))
    return Event(
        kind,
        NAME,
        session(payload, "conversation_id", "session_id"),
        transcript=text(payload, "transcript_path"),
        folders=tuple(filter(None, folders)),
        prompt=text(payload, "prompt"),
        source=text(payload, "source"),
    )


def answer(kind: str, reply: Reply) -> str:
    """Context at the start; a prompt always goes on, and takes no context."""
    import json

    if kind == PROMPT:
        return json.dumps({"continue": True})
    return json.dumps({"additional_context": reply.context} if reply.context else {})


def hooks() -> "Hooks":
    """Its own file for hooks."""
    from git_ticketer.agents.hooks.config import Home, Hooks, command

    return Hooks(
        personal=Home("", ".cursor", "hooks.json"),
        shared=".cursor/hooks.json",
        entries={theirs: {"command": command("cursor", kind)} for kind, theirs in THEIRS.items()},
        base={"version": 1},
        servers=".cursor/mcp.json",
        add_server="add git-ticket with the command `git ticket mcp` in Cursor's MCP settings",
    )
