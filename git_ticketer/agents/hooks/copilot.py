"""Copilot CLI: `~/.copilot/hooks/git-ticket.json`, or shared `.github/hooks/git-ticket.json`.

Source: GitHub's hooks reference for Copilot (content/copilot/reference/hooks-reference.md), 2026:
payloads with `sessionId`, only `agentStop` names the transcript; the answer to a start may have
`additionalContext`, that to a prompt is dropped. It also reads Claude Code's settings.
"""

from git_ticketer.agents.hooks.event import (
    END,
    KINDS,
    PROMPT,
    START,
    STARTUP,
    STOP,
    Event,
    Reply,
    session,
    text,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "copilot", "Copilot CLI"
EVENTS = KINDS
ENDS = True
THEIRS = {
    START: "sessionStart",
    PROMPT: "userPromptSubmitted",
    STOP: "agentStop",
    END: "sessionEnd",
}
FILE = "hooks/git-ticket.json"


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What a payload says, in either of the two spellings of its keys."""
    source = text(payload, "source")
    return Event(
        kind,
        NAME,
        session(payload, "sessionId", "session_id"),
        transcript=text(payload, "transcriptPath", "transcript_path"),
        folders=tuple(filter(None, (text(payload, "cwd"),))),
        prompt=text(payload, "prompt"),
        source=STARTUP if source == "new" else source,
    )


def answer(kind: str, reply: Reply) -> str:
    """Context at the start; nothing else is read."""
    if kind != START or not reply.context:
        return ""
    import json

    return json.dumps({"additionalContext": reply.context})


def hooks() -> "Hooks":
    """A file of our own beside others."""
    from git_ticketer.agents.hooks.config import Home, Hooks

    return Hooks(
        personal=Home("COPILOT_HOME", ".copilot", FILE),
        shared=f".github/{FILE}",
        entries={theirs: _entry(kind) for kind, theirs in THEIRS.items()},
        base={"version": 1},
        add_server="in Copilot CLI: /mcp add, with the command `git ticket mcp`",
    )


def _entry(kind: str) -> "dict[str, Any]":
    from git_ticketer.agents.hooks.config import SECONDS, command, powershell

    return {
        "type": "command",
        "bash": command("copilot", kind),
        "powershell": powershell("copilot", kind),
        "timeoutSec": SECONDS,
    }
