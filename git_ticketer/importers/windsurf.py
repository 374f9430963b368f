"""Windsurf's transcripts: `~/.windsurf/transcripts/<id>.jsonl`, a step of Cascade a line.

Facts: published samples of `post_cascade_response_with_transcript` hooks: a step has a `type`, a
`status` and its data under a key that is called like the type. There are no times and no ids.
"""

from collections.abc import Iterator

from git_ticketer.importers.items import (
    NO_TEXT,
    About,
    Called,
    Chat,
    Item,
    Returned,
    Said,
    Skipped,
    Unknown,
)
from git_ticketer.importers.json_values import blocks_of, fields_of, kind_of, text_of, time_of
from git_ticketer.importers.message_blocks import Block, first_text, plain_text
from git_ticketer.importers.peek import file_id, records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, USER

NAME, FORMAT = "windsurf", "windsurf-jsonl"
SPOKEN = {"user_input", "planner_response"}
PROMPTS = ("user_response", "text", "query", "prompt", "message")
NOTES = {"error_message", "system_message", "checkpoint"}
RESULTS = ("output", "result", "results", "stdout", "stderr", "error")
DONE = ("", "done", "completed", "success", "running", "pending", "waiting")


def recognises(source: Source) -> bool:
    """Whether steps of Cascade are among the first lines."""
    return any(map(_is_step, records(source)))


def _is_step(record: Block) -> bool:
    kind = kind_of(record)
    is_own = isinstance(record.get(kind), dict)
    return is_own and (kind in SPOKEN or set(record) == {"type", "status", kind})


def chats(source: Source) -> list[Chat]:
    """A file holds one conversation."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the conversation says; raises NotATranscript."""
    yield About(session=file_id(source))
    found = False
    for number, record in enumerate(source.records()):
        if record is None:
            yield Skipped()
            continue
        found = found or "type" in record
        yield from _step(record, str(number))
    if not found:
        raise NotATranscript(source.shown, "no step of Windsurf in it")


def _step(record: Block, key: str) -> Iterator[Item]:
    kind = kind_of(record)
    given = record.get(kind)
    fields = fields_of(given)
    at = time_of(record.get("timestamp") or record.get("created_at"))
    if kind == "user_input":
        text = text_of(given) or first_text(fields, *PROMPTS) or _items(fields.get("items"))
        yield Said(USER, text, at, key) if text.strip() else NO_TEXT
    elif kind == "planner_response":
        if thought := first_text(fields, "thinking", "reasoning"):
            yield Said(ASSISTANT, thought, at, key, REASONING)
        if text := text_of(given) or first_text(fields, "response", "text", "message"):
            yield Said(ASSISTANT, text, at, key)
    elif kind in NOTES:
        if text := plain_text(given):
            yield Said(SYSTEM, text, at)
    elif isinstance(given, dict):
        yield from _tool(record, kind, fields, key)
    else:
        yield Unknown(kind)


def _items(given: object) -> str:
    """What the person typed where it is kept in pieces, between files and symbols named in it."""
    return "".join(first_text(item, *PROMPTS) for item in blocks_of(given))


def _tool(record: Block, name: str, fields: Block, key: str) -> Iterator[Item]:
    """A tool's step: what it was given, and what it gave back if that stands there."""
    results = {*RESULTS, *(("content",) if name.startswith(("view_", "read_")) else ())}
    at = time_of(record.get("timestamp") or record.get("created_at"))
    yield About(cwd=text_of(fields.get("cwd")))
    yield Called(name, {k: v for k, v in fields.items() if k not in results}, at, key)
    parts = [plain_text(fields[name]) for name in fields if name in results]
    status = text_of(record.get("status"))
    failed = status not in DONE or bool(fields.get("exit_code")) or bool(fields.get("error"))
    if failed or any(parts):
        yield Returned(key, "\n".join(part for part in parts if part), at, failed)
