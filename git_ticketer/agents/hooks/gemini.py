"""Gemini CLI: hooks in `~/.gemini/settings.json`, or shared in `.gemini/settings.json`.

Source: Gemini CLI, docs/hooks/reference.md, 2026. Timeouts are milliseconds, standard output
must be one JSON document and nothing else, the end of a session is not waited for.
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
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "gemini", "Gemini CLI"
EVENTS = KINDS
ENDS = True
THEIRS = {START: "SessionStart", PROMPT: "BeforeAgent", STOP: "AfterAgent", END: "SessionEnd"}


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What a payload says."""
    return snake(kind, NAME, payload)


def answer(kind: str, reply: Reply) -> str:
    """Context as `hookSpecificOutput`; an empty document where there is nothing to say."""
    return specific(THEIRS[kind], Reply(reply.context)) or "{}"


def hooks() -> "Hooks":
    """Its settings."""
    from git_ticketer.agents.hooks.config import SECONDS, Home, Hooks, group

    return Hooks(
        personal=Home("GEMINI_CLI_HOME", "", ".gemini/settings.json"),
        shared=".gemini/settings.json",
        entries={
            theirs: group("gemini", kind, timeout=SECONDS * 1000, matcher="*", name="git-ticket")
            for kind, theirs in THEIRS.items()
        },
        servers=".gemini/settings.json",
        add_server="gemini mcp add git-ticket git ticket mcp",
    )
