"""Codex' rollouts, of all generations.

Facts: `sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl`; the first generation of all was one JSON
document `{"session": {…}, "items": […]}`. Subagents have rollouts of their own, whose
`session_meta` names the parent.
"""

from collections.abc import Iterator

from git_ticketer.importers.codex.notes import CALLS, OUTPUTS
from git_ticketer.importers.codex.reader import Reader
from git_ticketer.importers.items import Chat, Item
from git_ticketer.importers.json_values import fields_of, kind_of, list_of
from git_ticketer.importers.source import NotATranscript, Source, object_of

NAME, FORMAT = "codex", "codex-rollout"
ENVELOPES = {"session_meta", "turn_context", "response_item", "event_msg", "compacted"}
DIRECT = {*CALLS, *OUTPUTS, "local_shell_call", "reasoning", "web_search_call"}
TEXTS = {"input_text", "output_text", "input_image"}


def recognises(source: Source) -> bool:
    """Whether a line is a rollout's; one longer than the head is told by its start."""
    if any(map(_is_record, source.first_records())):
        return True
    return b'"type":"session_meta"' in _start(source) or _is_document(source)


def _start(source: Source) -> bytes:
    return b"".join(source.head[:200].split())


def _is_document(source: Source) -> bool:
    return _start(source).startswith(b'{"session":{') and b'"loglines"' not in source.head


def _is_record(record: dict[str, object]) -> bool:
    kind = kind_of(record)
    if kind in ENVELOPES:
        return isinstance(record.get("payload"), dict)
    if kind == "message":
        blocks = map(fields_of, list_of(record.get("content")))
        return "role" in record and any(kind_of(block) in TEXTS for block in blocks)
    if kind in DIRECT:
        return "call_id" in record or "summary" in record or "action" in record
    return "record_type" in record or {"id", "timestamp", "instructions"} <= record.keys()


def chats(source: Source) -> list[Chat]:
    """A rollout holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    reader = Reader()
    yield from reader.items(_records(source))
    if not reader.lines:
        raise NotATranscript(source.shown, "no line of it can be read")


def _records(source: Source) -> Iterator[tuple[dict[str, object] | None, int]]:
    """The lines and their hashes; of a document the session and the items."""
    if not _is_document(source):
        for line in source.lines():
            yield (object_of(line), hash(line)) if line else (None, 0)
        return
    document = fields_of(source.document())
    yield fields_of(document.get("session")), 0
    for item in list_of(document.get("items")):
        yield (item if isinstance(item, dict) else None), 0
