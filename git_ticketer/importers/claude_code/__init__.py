"""Claude Code's JSONL files, versions 1.0 to 2.1: main sessions and subagents'.

Facts: `<project>/<session>.jsonl`; subagents `<project>/<session>/subagents/agent-<id>.jsonl` and
`subagents/workflows/*/agent-<id>.jsonl`, formerly `<project>/agent-<id>.jsonl`, or lines with
`isSidechain` in the main file.
"""

from collections.abc import Iterator
from pathlib import Path

from git_ticketer.importers import peek
from git_ticketer.importers.claude_code.lines import records
from git_ticketer.importers.claude_code.notes import NOISE, TITLES
from git_ticketer.importers.claude_code.reader import Reader
from git_ticketer.importers.items import About, Chat, Item
from git_ticketer.importers.json_values import fields_of, kind_of, text_of
from git_ticketer.importers.source import NotATranscript, Source

NAME, FORMAT = "claude-code", "claude-code-jsonl"
SAID = {"user", "assistant"}
KINDS = {"system", "attachment", "queue-operation", "pr-link", *TITLES, *NOISE} - {"result"}
IDS = ("sessionId", "uuid", "leafUuid", "parentUuid", "messageId", "session_id")
TYPICAL = (b'"isSidechain"', b'"userType"', b'"leafUuid"', b'"isSnapshotUpdate"')


def recognises(source: Source) -> bool:
    """Whether a line is one of Claude Code's; one longer than the head by its start if it can."""
    records = source.first_records()
    if any("parts" in fields_of(record.get("message")) for record in records):
        return False  # an agent that took over these lines but not what stands in them
    if any(map(is_record, records)):
        return True
    head = source.head
    if not head.startswith(b'{"') or b"\n" in head or len(head) == source.size:
        return False
    if b'"sessionId"' in head and any(mark in head for mark in TYPICAL):
        return True
    return any(map(is_record, peek.records(source)))


def is_record(value: object) -> bool:
    """Whether an object is a line of Claude Code."""
    record = fields_of(value)
    kind = kind_of(record)
    message = fields_of(record.get("message"))
    if kind in SAID:
        return "content" in message and (_has_id(record) or message.get("role") == kind)
    return kind in KINDS and _has_id(record)


def _has_id(record: dict[str, object]) -> bool:
    return any(isinstance(record.get(name), str) for name in IDS)


def chats(source: Source) -> list[Chat]:
    """A file holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    own, parent = _subagent(source)
    reader = Reader(own)
    if own:
        yield About(session=f"agent-{own}")
    yield from reader.items(records(source))
    if not reader.lines:
        raise NotATranscript(source.shown, "no line of it can be read")
    sessions = list(reader.sessions)
    name = source.path.stem if source.path else ""
    yield from (
        [About(parent=next(iter(sessions), parent))]
        if own
        else [About(session=name if name in sessions else next(iter(sessions), ""))]
    )


def _subagent(source: Source) -> tuple[str, str]:
    """Id and parent of the subagent whose own file it is; empty for a main session.

    All lines of such a file are `isSidechain` and bear one `agentId`; where they bear none, the
    file's place tells.
    """
    said = [r for r in source.first_records() if kind_of(r) in SAID]
    ids = {text_of(record.get("agentId")) for record in said}
    if (
        said
        and all(record.get("isSidechain") for record in said)
        and len(ids) == 1
        and "" not in ids
    ):
        return ids.pop(), ""
    path = source.path
    if path and path.name.startswith("agent-") and "subagents" in path.parts:
        folder = path.parts[path.parts.index("subagents") - 1]
        return path.stem.removeprefix("agent-"), folder
    return "", ""


def parts(path: Path) -> list[Path]:
    """The files of the subagents that a main session's file started, in the order of their names.

    `path` is `<project>/<session>.jsonl`; nothing is found beside what is no such file.
    """
    inside = sorted(path.with_suffix("").glob("subagents/**/agent-*.jsonl"))
    beside = (file for file in sorted(path.parent.glob("agent-*.jsonl")) if file != path)
    return [
        *(file for file in inside if file.is_file()),
        *(file for file in beside if _session_of(file) == path.stem),
    ]


def _session_of(path: Path) -> str:
    """The session that the first line of a file names."""
    try:
        lines = Source(path).first_records()
    except (OSError, NotATranscript):
        return ""
    return next((id for line in lines if (id := text_of(line.get("sessionId")))), "")
