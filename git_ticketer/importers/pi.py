"""Pi's sessions: `~/.pi/agent/sessions/<folder>/<time>_<uuid>.jsonl`.

Facts: docs/session.md and session-manager.ts of badlogic/pi-mono. Version 1 has neither `version`
nor ids, version 2 forms a tree by `id` and `parentId`, version 3 calls the role hookMessage
custom. All branches stand in the file; they are read in its order.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers.items import About, Called, Chat, Item, Said, Skipped, Time, Unknown
from git_ticketer.importers.json_values import blocks_of, fields_of, kind_of, text_of, time_of
from git_ticketer.importers.message_blocks import (
    Block,
    block_items,
    first_text,
    plain_text,
    result,
    said_by_user,
)
from git_ticketer.importers.peek import records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import ASSISTANT, SYSTEM

NAME, FORMAT = "pi", "pi-jsonl"
FILES = re.compile(r'(?s:\s*<file name="[^"\n]*">.*?</file>)+\s*')
"""Files that were named on the command line stand before the prompt."""

NOISE = {
    *("thinking_level_change", "custom", "label", "context_transform", "ephemeral", "usage"),
    *("context_edit", "session_end"),
}
NOTES = {"custom", "hookMessage", "branchSummary", "compactionSummary", "system"}
SUMMARIES = {"compaction", "branch_summary", "custom_message"}


def recognises(source: Source) -> bool:
    """Whether it has Pi's first line, or messages that bear Pi's own time."""
    found = records(source)
    return any(
        record.get("type") == "session"
        and isinstance(record.get("id"), str)
        and ("cwd" in record or "timestamp" in record)
        for record in found
    ) or any(
        record.get("type") == "message" and "timestamp" in fields_of(record.get("message"))
        for record in found
    )


def chats(source: Source) -> list[Chat]:
    """A file holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    found = False
    for number, record in enumerate(source.records()):
        if record is None:
            yield Skipped()
            continue
        found = found or "type" in record
        yield from _record(record, str(number))
    if not found:
        raise NotATranscript(source.shown, "no line of Pi in it")


def _record(record: Block, key: str) -> Iterator[Item]:
    kind = kind_of(record)
    at = time_of(record.get("timestamp"))
    if kind == "message":
        yield from _message(fields_of(record.get("message")), at, key)
    elif kind == "session":
        yield from _start(record)
    elif kind == "session_info":
        yield About(title=text_of(record.get("name")))
    elif kind == "model_change":
        yield About(model=text_of(record.get("modelId")))
    elif kind in SUMMARIES:
        if text := plain_text(record.get("summary", record.get("content"))):
            yield Said(SYSTEM, text, at, key)
    elif kind not in NOISE:
        yield Unknown(kind)


def _start(record: Block) -> Iterator[Item]:
    """The first line; it names the session it was branched from by that one's file."""
    file = first_text(record, "parentSession", "branchedFrom").replace("\\", "/").split("/")[-1]
    yield About(
        session=text_of(record.get("id")),
        model=text_of(record.get("modelId")),
        parent=file.removesuffix(".jsonl").split("_")[-1],
        cwd=text_of(record.get("cwd")),
        started=time_of(record.get("timestamp")),
    )


def _message(message: Block, at: Time, key: str) -> Iterator[Item]:
    role, content = text_of(message.get("role")), message.get("content")
    at = at or time_of(message.get("timestamp"))
    if role == "user":
        yield from said_by_user(content, at, key, _prompt)
    elif role == "assistant":
        yield About(model=text_of(message.get("model")))
        for block in blocks_of(content):
            yield from block_items(ASSISTANT, block, at, key)
        if error := text_of(message.get("errorMessage")):
            yield Said(SYSTEM, error, at)
    elif role == "toolResult":
        call = text_of(message.get("toolCallId"))
        yield from result(call, content, at, bool(message.get("isError")))
    elif role == "bashExecution":
        yield from _bash(message, at, key)
    elif role in NOTES:
        if text := plain_text(message.get("summary", content)):
            yield Said(SYSTEM, text, at, key)
    else:
        yield Unknown(f"message/{role}")


def _prompt(text: str) -> str:
    files = FILES.match(text)
    return text[files.end() :] if files else text


def _bash(message: Block, at: Time, key: str) -> Iterator[Item]:
    """A shell command that the person ran."""
    yield Called("bash", text_of(message.get("command")), at, f"bash {key}")
    failed = bool(message.get("exitCode") or message.get("cancelled"))
    yield from result(f"bash {key}", message.get("output"), at, failed)
