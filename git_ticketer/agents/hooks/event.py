"""What an agent's hook tells us, in one shape for all agents, and what we answer."""

from git_ticketer.lean.ids import InvalidId, SessionId

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

START, PROMPT, STOP, END = "session-start", "prompt", "stop", "session-end"
KINDS = {START: START, PROMPT: PROMPT, STOP: STOP, END: END}
STARTUP, RESUME, CLEAR, COMPACT, FORK = "startup", "resume", "clear", "compact", "fork"


class BadPayload(ValueError):
    """A payload that does not say what it must. Its text holds nothing of what was said."""


class Event:
    """What happened in an agent's session.

    `folders` are where the agent may be at work, the likeliest first; `source` is why a session
    starts, `title` the name it has already. What an agent does not say is empty.
    """

    __slots__ = ("agent", "folders", "kind", "prompt", "session", "source", "title", "transcript")

    def __init__(
        self,
        kind: str,
        agent: str,
        session: SessionId,
        *,
        transcript: str = "",
        folders: tuple[str, ...] = (),
        prompt: str = "",
        source: str = "",
        title: str = "",
    ) -> None:
        self.kind = kind
        self.agent = agent
        self.session = session
        self.transcript = transcript
        self.folders = folders
        self.prompt = prompt
        self.source = source
        self.title = title


class Reply:
    """What we say to the agent: text for its context, and a title for the session."""

    __slots__ = ("context", "title")

    def __init__(self, context: str = "", title: str = "") -> None:
        self.context = context
        self.title = title


def text(payload: "Mapping[str, Any]", *names: str) -> str:
    """The first text that the payload gives to one of some names; empty where it gives none."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def texts(payload: "Mapping[str, Any]", name: str) -> tuple[str, ...]:
    """The texts in a list of the payload."""
    values = payload.get(name)
    return tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()


def session(payload: "Mapping[str, Any]", *names: str) -> SessionId:
    """The session's id; raises BadPayload where there is none that we accept."""
    try:
        return SessionId(text(payload, *names))
    except InvalidId:
        raise BadPayload(f"no session id in {names[0]}") from None


def snake(kind: str, agent: str, payload: "Mapping[str, Any]") -> Event:
    """The event in a payload of the shape that Claude Code began and others took over.

    Source: Claude Code's hooks reference, August 2026; Codex's generated schemas
    (codex-rs/hooks/schema), Gemini CLI's docs/hooks/reference.md.
    """
    return Event(
        kind,
        agent,
        session(payload, "session_id"),
        transcript=text(payload, "transcript_path"),
        folders=tuple(filter(None, (text(payload, "cwd"),))),
        prompt=text(payload, "prompt"),
        source=text(payload, "source"),
        title=text(payload, "session_title"),
    )


def specific(name: str, reply: Reply) -> str:
    """A reply as `hookSpecificOutput` of the event that the agent calls `name`; empty for none."""
    if not (reply.context or reply.title):
        return ""
    import json

    said = {"hookEventName": name}
    if reply.context:
        said["additionalContext"] = reply.context
    if reply.title:
        said["sessionTitle"] = reply.title
    return json.dumps({"hookSpecificOutput": said})
