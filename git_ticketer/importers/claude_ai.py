"""Claude.ai's data export: `conversations.json`, or one conversation of it.

A conversation has `chat_messages`, each with `sender` (human, assistant), `text`, `content`
(blocks as in the API; older exports have none), `attachments` and `files`.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers import message_blocks
from git_ticketer.importers.exports import Export, Fields, begins_as_json, dicts
from git_ticketer.importers.items import (
    NO_TEXT,
    About,
    Attached,
    Called,
    Chat,
    Item,
    Returned,
    Said,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import kind_of, text_of, time_of
from git_ticketer.importers.source import Source
from git_ticketer.importers.speakers import role_of
from git_ticketer.model.transcript import TEXT, USER

NAME, FORMAT = "claude-ai", "claude-ai-json"

MESSAGES = re.compile(rb'"chat_messages"\s*:\s*\[')
UNSAID = {"token_budget", "flag", "redacted_thinking", "bell_note"}
"""Kinds of blocks in which nobody says anything."""

PASTED = ("", "paste.txt")
UNSUPPORTED = "This block is not supported on your current device yet."


def recognises(source: Source) -> bool:
    """Whether its beginning has a list of chat messages."""
    return begins_as_json(source) and bool(MESSAGES.search(source.head))


def chats(source: Source) -> list[Chat]:
    """The conversations of an export, newest first."""
    return _export(source).chats()


def _export(source: Source) -> Export:
    return Export(source, lambda fields: isinstance(fields.get("chat_messages"), list))


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What a conversation says, in the order of its messages; raises NotATranscript."""
    export = _export(source)
    conversation = export.picked(chat)
    yield About(
        session=export.id(conversation),
        title=export.title(conversation),
        model=text_of(conversation.get("model")),
        started=time_of(conversation.get("created_at")),
    )
    calls = _Calls()
    for number, message in enumerate(dicts(conversation.get("chat_messages"))):
        for item in _message(message, str(number)):
            yield calls.paired(item)


class _Calls:
    """Gives calls and results without ids one: a result belongs to the call before it."""

    def __init__(self) -> None:
        self.last = 0

    def paired(self, item: Item) -> Item:
        """The item; with a key, if it is a call or a result that has none."""
        if isinstance(item, Called) and not item.key:
            self.last += 1
            return item._replace(key=f"call {self.last}")
        if isinstance(item, Returned) and not item.key:
            return item._replace(key=f"call {self.last}")
        return item


def _message(message: Fields, key: str) -> Iterator[Item]:
    sender = text_of(message.get("sender"))
    role = role_of(sender)
    at = time_of(message.get("created_at"))
    if not role:
        yield Unknown(sender or "no sender")
        return
    blocks = list(dicts(message.get("content")))
    if not any(text_of(block.get("text")).strip() for block in blocks):
        # The text of the message also stands in for blocks that an export leaves out.
        text = text_of(message.get("text")) or text_of(message.get("content"))
        blocks = [*blocks, {"type": TEXT, "text": text.replace(f"```\n{UNSUPPORTED}\n```", "")}]
    found: list[Item] = []
    for block in blocks:
        if kind_of(block) not in UNSAID:
            found += _block(role, block, time_of(block.get("start_timestamp")) or at, key)
    found += _files(role, message, at, key)
    yield from found if found or role != USER else [NO_TEXT]


def _block(role: str, block: Fields, at: Time, key: str) -> Iterator[Item]:
    if kind_of(block) == "voice_note":
        yield Said(role, text_of(block.get("text")), at, key)
    else:
        yield from message_blocks.block_items(role, block, at, key)


def _files(role: str, message: Fields, at: Time, key: str) -> Iterator[Item]:
    """Attachments, whose text is in the export, and files, of which there is the name.

    A long text that the person pasted becomes an attachment without a name of its own.
    """
    for file in dicts(message.get("attachments")):
        text = text_of(file.get("extracted_content"))
        if text.strip() and text_of(file.get("file_name")) in PASTED:
            yield Said(role, text, at, key)
            continue
        yield Attached(role, _name(file), len(text.encode("utf-8", "surrogatepass")), at)
    for file in (*dicts(message.get("files")), *dicts(message.get("files_v2"))):
        yield Attached(role, _name(file), 0, at)


def _name(file: Fields) -> str:
    return message_blocks.first_text(file, "file_name", "file_type", "file_kind") or "file"
