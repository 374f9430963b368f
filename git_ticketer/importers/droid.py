"""Factory Droid's sessions: `~/.factory/sessions/<folder>/<uuid>.jsonl`.

Facts: `session_start` comes first, then `message` records whose messages are as the Anthropic API
has them. What Droid adds to a prompt stands in text blocks of its own: `<system-reminder>` and
`Contents of <file> (lines …):`; messages with `visibility: llm_only` are for the model alone.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers.items import About, Chat, Item, Said, Skipped, Time, Unknown
from git_ticketer.importers.json_values import blocks_of, fields_of, kind_of, text_of, time_of
from git_ticketer.importers.message_blocks import (
    TEXTS,
    Block,
    block_items,
    first_text,
    said_by_user,
)
from git_ticketer.importers.peek import records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.importers.tags import leading, without_trailing
from git_ticketer.model.transcript import ASSISTANT, SYSTEM

NAME, FORMAT = "droid", "droid-jsonl"
INJECTED = {"system-reminder", "system_reminder", "system-notification", "environment_context"}
CONTENTS = re.compile(r"\s*Contents of (?:[/~]|[A-Za-z]:)[^\n]{0,1000} \([^()\n]{0,80}\):\s*\n")
NOISE = {"todo_state", "session_end", "session_settings", "token_usage"}
UNNAMED = ("", "New Session")


def recognises(source: Source) -> bool:
    """Whether it starts a session of Droid's, or has messages that only Droid writes so."""
    found = records(source)
    if any(record.get("type") == "session" for record in found):
        return False
    return any(
        record.get("type") == "session_start" and isinstance(record.get("id"), str)
        for record in found
    ) or any(map(_is_message, found))


def _is_message(record: Block) -> bool:
    message = record.get("message")
    return (
        record.get("type") == "message"
        and isinstance(message, dict)
        and message.get("role") in ("user", "assistant")
        and isinstance(message.get("content"), list)
        and isinstance(record.get("timestamp"), str)
        and "timestamp" not in message
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
        raise NotATranscript(source.shown, "no line of Droid in it")


def _record(record: Block, key: str) -> Iterator[Item]:
    kind = kind_of(record)
    at = time_of(record.get("timestamp"))
    if kind == "message":
        yield from _message(record, fields_of(record.get("message")), at, key)
    elif kind == "session_start":
        yield from _start(record)
    elif kind == "compaction_state":
        if text := first_text(record, "summaryText", "summary"):
            yield Said(SYSTEM, text, at)
    elif kind not in NOISE:
        yield Unknown(kind)


def _start(record: Block) -> Iterator[Item]:
    title = text_of(record.get("sessionTitle"))
    yield About(
        session=text_of(record.get("id")),
        title=title if title not in UNNAMED else text_of(record.get("title")),
        parent=first_text(record, "callingSessionId", "parentSessionId", "parent"),
        cwd=text_of(record.get("cwd")),
        started=time_of(record.get("timestamp")),
    )


def _message(record: Block, message: Block, at: Time, key: str) -> Iterator[Item]:
    role, content = message.get("role"), message.get("content")
    if model := first_text(message, "modelId", "model"):
        yield About(model=model)
    if role == "user":
        is_hidden = "llm_only" in (message.get("visibility"), record.get("visibility"))
        blocks = _without_files(content, is_hidden)
        if blocks or not is_hidden:
            yield from said_by_user(blocks, at, key, _prompt)
    elif role in ("assistant", "system"):
        said_by = ASSISTANT if role == "assistant" else SYSTEM
        for block in blocks_of(content):
            yield from block_items(said_by, block, at, key)
    else:
        yield Unknown(f"message/{role}")


def _without_files(content: object, is_hidden: bool) -> list[Block]:
    """The blocks without files that Droid read for the prompt; without any text if hidden."""
    blocks = list(blocks_of(content))
    texts = [block for block in blocks if kind_of(block) in TEXTS]
    said = [b for b in texts if not _is_file(b) and _said(b)] or texts
    kept = set() if is_hidden else {id(block) for block in said}
    return [b for b in blocks if kind_of(b) not in TEXTS or id(b) in kept]


def _is_file(block: Block) -> bool:
    return bool(CONTENTS.match(text_of(block.get("text"))))


def _said(block: Block) -> bool:
    return bool(_prompt(text_of(block.get("text"))).strip())


def _prompt(text: str) -> str:
    _, start = leading(text, INJECTED)
    return without_trailing(text, INJECTED, start) if start or text.rstrip()[-1:] == ">" else text
