"""Claude Code: hooks in `.claude/settings.local.json`, or shared in `.claude/settings.json`.

Source: Claude Code's hooks reference, August 2026. Other agents run these hooks as well: Cursor
(its payload has `cursor_version`) and Copilot CLI read Claude Code's settings.
"""

from git_ticketer.agents.hooks.event import (
    END,
    KINDS,
    PROMPT,
    START,
    STOP,
    Event,
    Reply,
    snake,
    specific,
    text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "claude-code", "Claude Code"
EVENTS = KINDS
ENDS = True
THEIRS = {START: "SessionStart", PROMPT: "UserPromptSubmit", STOP: "Stop", END: "SessionEnd"}


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What a payload says, be it Claude Code's own or that of an agent that runs its hooks."""
    if text(payload, "cursor_version", "conversation_id"):
        from git_ticketer.agents.hooks import cursor

        return cursor.event(kind, payload)
    return snake(kind, NAME, payload)


def answer(kind: str, reply: Reply) -> str:
    """Context and title as `hookSpecificOutput`; nothing where there is nothing to say."""
    return specific(THEIRS[kind], reply)


def hooks() -> "Hooks":
    """Its settings. A timeout in them also gives the end of a session more than 1.5 seconds."""
    from git_ticketer.agents.hooks.config import SECONDS, Hooks, group

    return Hooks(
        personal=".claude/settings.local.json",
        shared=".claude/settings.json",
        entries={theirs: group("claude", kind, timeout=SECONDS) for kind, theirs in THEIRS.items()},
        servers=".mcp.json",
        add_server="claude mcp add git-ticket -- git ticket mcp",
    )
