"""The archived session as a value: what was said and done, in one shape for all agents."""

from typing import NamedTuple

from git_ticketer.lean.ids import SessionId, TicketId

USER, ASSISTANT, TOOL, SYSTEM = "user", "assistant", "tool", "system"
ROLES = (USER, ASSISTANT, TOOL, SYSTEM)
TEXT, REASONING, TOOL_CALL, TOOL_RESULT = "text", "reasoning", "tool-call", "tool-result"
ATTACHMENT = "attachment"
KINDS = (TEXT, REASONING, TOOL_CALL, TOOL_RESULT, ATTACHMENT)
CONVERSATION, FULL = "conversation", "full"
DETAILS = (CONVERSATION, FULL)


class Output(NamedTuple):
    """What a tool gave back: its size, and its (cut) text where the detail is full."""

    bytes: int
    lines: int
    text: str = ""
    failed: bool = False


class Entry(NamedTuple):
    """One thing said or done. Texts that are not there are empty; `at` is UTC, to the second.

    `name` is a tool's name or an attachment's media type, `input` what the tool was given, as one
    text; `size` is an attachment's, in bytes. `agent` is the subagent that it belongs to.
    `continues` is whether its text is a further part of the entry before it.
    """

    role: str
    kind: str = TEXT
    text: str = ""
    at: str = ""
    name: str = ""
    input: str = ""
    output: Output | None = None
    size: int = 0
    agent: str = ""
    continues: bool = False


def usual_kind(role: str) -> str:
    """The kind that an entry of a role has where the file names none."""
    return TOOL_CALL if role == TOOL else TEXT


class Span(NamedTuple):
    """The entries, from 1 and with both ends, that belong to one ticket."""

    ticket: TicketId
    first: int
    last: int


class Source(NamedTuple):
    """What was read: the format, how many records it had, and how many were no use.

    `skipped` could not be read, `unknown` are of kinds that the importer does not know, `escaped`
    texts held half characters that are written as their escape.
    """

    format: str
    entries: int = 0
    skipped: int = 0
    unknown: int = 0
    escaped: int = 0


class Header(NamedTuple):
    """All of an archive but its transcript; what the source does not tell is empty.

    `agent` is the name of the agent and its version; `parent` the session that started this one,
    `plan` the planned session that it is.
    `parts` is in how many files it lies.
    """

    id: SessionId
    ticket: TicketId
    ticket_uid: str
    agent: str
    source: Source
    model: str = ""
    title: str = ""
    parent: str = ""
    plan: str = ""
    started: str = ""
    ended: str = ""
    branch: str = ""
    detail: str = CONVERSATION
    mentions: tuple[TicketId, ...] = ()
    spans: tuple[Span, ...] = ()
    redactions: tuple[tuple[str, int], ...] = ()
    parts: int = 1

    def tickets(self) -> tuple[TicketId, ...]:
        """Every ticket it is about, the one it is archived under first."""
        return tuple(dict.fromkeys((self.ticket, *(span.ticket for span in self.spans))))


class Plan(NamedTuple):
    """A session that somebody means to have: `uid` names its file, `parent` a session or plan."""

    uid: str
    ticket: TicketId
    ticket_uid: str
    title: str
    created: str
    created_by: str
    parent: str = ""


class Transcript(NamedTuple):
    """An archived session: its header and its entries in order."""

    header: Header
    entries: tuple[Entry, ...]
