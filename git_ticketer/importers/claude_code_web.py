"""Claude Code's sessions on the web, as one JSON document.

Facts: `{"loglines": [entry, …]}`, and since 2026 the pages of the sessions' events: `{"data":
[{"event_type", "payload": entry or null, "created_at"}, …], "next_cursor"}`. The entries are those
of the JSONL files.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers.claude_code import is_record
from git_ticketer.importers.claude_code.reader import Reader
from git_ticketer.importers.items import About, Chat, Item
from git_ticketer.importers.json_values import fields_of, list_of, text_of
from git_ticketer.importers.source import NotATranscript, Source

NAME, FORMAT = "claude-code", "claude-code-web-json"
LISTS = ("loglines", "data", "events", "entries")
TYPICAL = re.compile(rb'"(?:loglines|payload|sessionId|parentUuid|event_type)"\s*:')
TITLES, IDS = ("title", "name"), ("session_id", "sessionId", "id", "uuid")


def recognises(source: Source) -> bool:
    """Whether it is one document of entries of Claude Code."""
    if source.head.lstrip()[:1] not in (b"{", b"["):
        return False
    if not TYPICAL.search(source.head):
        return False
    try:
        return any(map(is_record, _entries(source.document())))
    except NotATranscript:
        return False


def chats(source: Source) -> list[Chat]:
    """A document holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    document = source.document()
    entries = _entries(document)
    if not entries:
        raise NotATranscript(source.shown, "no entries of Claude Code in it")
    reader = Reader()
    yield from reader.items(entries)
    fields = fields_of(document)
    fields = {**fields, **fields_of(fields.get("session"))}
    told = next((text for key in IDS if (text := text_of(fields.get(key)))), "")
    title = next((text for key in TITLES if (text := text_of(fields.get(key)))), "")
    yield About(session=next(iter(reader.sessions), told), title=title)


def _entries(document: object) -> list[dict[str, object] | None]:
    """The entries, each out of its event; None for what is no object."""
    found = document if isinstance(document, list) else _listed(fields_of(document))
    return [_entry(value) for value in found if not _is_empty(value)]


def _listed(document: dict[str, object]) -> list[object]:
    return next((values for key in LISTS if (values := list_of(document.get(key)))), [])


def _entry(value: object) -> dict[str, object] | None:
    if not isinstance(value, dict):
        return None
    payload = value.get("payload")
    if not isinstance(payload, dict):
        return value
    return payload if "timestamp" in payload else {**payload, "timestamp": value.get("created_at")}


def _is_empty(value: object) -> bool:
    """Whether it is an event about which nothing is told."""
    return isinstance(value, dict) and "payload" in value and value["payload"] is None
