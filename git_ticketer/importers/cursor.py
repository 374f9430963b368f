"""Cursor's transcripts, of its command line and of its editor.

`~/.cursor/projects/<folder>/agent-transcripts/<id>.jsonl` or `…/<id>/<id>.jsonl`: lines of `role`
and `message`, with no ids and no results of tools. Facts: published samples of 2026; a prompt
stands in `<user_query>`, newer ones have a `<timestamp>` before it, and `[REDACTED]` stands where
the agent's thoughts were; `turn_ended` lines have a status.
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
from git_ticketer.importers.peek import file_id, records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.importers.tags import leading, without_trailing
from git_ticketer.model.transcript import ASSISTANT, SYSTEM

NAME, FORMAT = "cursor", "cursor-jsonl"
INJECTED = {
    *("attached_files", "open_and_recently_viewed_files", "system_reminder", "system-reminder"),
    *("user_info", "rules", "git_status", "project_layout", "timestamp", "additional_data"),
    *("agent_transcripts", "agent_skills", "mcp_file_system", "external_links", "image_files"),
    *("cursor_rules_context", "custom_instructions", "manually_attached_skills", "linter_errors"),
    *("always_applied_workspace_rules", "user_rules", "current_file", "recently_viewed_files"),
    *("system_notification", "terminal_files_information", "communication", "tool_calling"),
}
QUERY, CLOSING = re.compile(r"(?m)^[ \t]*<user_query>"), "</user_query>"
AGAIN = re.compile(r"\s{0,100}</user_query>\s{0,1000}<user_query>\s{0,100}")
REDACTED = "[REDACTED]"
QUIET = ("", "success", "completed", "done")
ROOT = ("content", "text", "model")
"""What stands in a line itself that has no message."""

ENVELOPE = {"uuid", "sessionId", "parentUuid", "data", "payload", "type"}
WHEN = re.compile(
    r"([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4}), (\d{1,2}):(\d{2}) ?([AP])M"
    r"(?: \((?:UTC|GMT)(?:([+-])(\d{1,2})(?::(\d{2}))?)?\))?"
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def recognises(source: Source) -> bool:
    """Whether lines have a role and a message with content, and no envelope around them."""
    return any(map(_is_line, records(source)))


def _is_line(record: Block) -> bool:
    if record.get("role") not in ("user", "assistant") or ENVELOPE & set(record):
        return False
    if "message" in record:
        return "content" in fields_of(record["message"])
    return any(QUERY.search(text_of(b.get("text"))) for b in blocks_of(record.get("content")))


def chats(source: Source) -> list[Chat]:
    """A file holds one conversation."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the conversation says; raises NotATranscript."""
    yield _about(source)
    found = False
    for number, record in enumerate(source.records()):
        if record is None:
            yield Skipped()
            continue
        found = found or "role" in record
        yield from _line(record, str(number))
    if not found:
        raise NotATranscript(source.shown, "no line of Cursor in it")


def _about(source: Source) -> About:
    """The session, which only the file names: `<id>.jsonl`, `<parent>/subagents/<id>.jsonl`."""
    is_subagent = source.path is not None and source.path.parent.name == "subagents"
    parent = source.path.parent.parent.name if source.path and is_subagent else ""
    return About(session=file_id(source), parent=parent)


def _line(record: Block, key: str) -> Iterator[Item]:
    role = record.get("role")
    message = record.get("message", {key: record[key] for key in ROOT if key in record})
    content = message.get("content", message.get("text")) if isinstance(message, dict) else message
    at = time_of(record.get("timestamp"))
    if model := first_text(fields_of(message), "model"):
        yield About(model=model)
    if role == "user":
        yield from said_by_user(content, at or _time(content), key, _prompt)
    elif role == "assistant":
        for block in blocks_of(content):
            yield from block_items(ASSISTANT, _without_mark(block), at, key)
    elif role == "system":
        for block in blocks_of(content):
            yield from block_items(SYSTEM, block, at, key)
    elif record.get("type") == "turn_ended":
        if (status := text_of(record.get("status"))) not in QUIET:
            yield Said(SYSTEM, f"turn ended: {first_text(record, 'error') or status}", at)
    else:
        yield Unknown(kind_of(record) or f"role/{role}")


def _prompt(text: str) -> str:
    """What the person asked: what stands in `<user_query>`, else what is not injected."""
    _, start = leading(text, INJECTED)
    opening, closing = QUERY.search(text, start), text.rfind(CLOSING)
    if opening and opening.end() <= closing:
        return AGAIN.sub("\n\n", text[opening.end() : closing]).strip()
    return without_trailing(text, INJECTED, start)


def _without_mark(block: Block) -> Block:
    """The block without Cursor's mark of thoughts that it took out."""
    text = text_of(block.get("text")).rstrip()
    if kind_of(block) not in TEXTS or not text.endswith(REDACTED):
        return block
    while text.endswith(REDACTED):
        text = text.removesuffix(REDACTED).rstrip()
    return {**block, "text": text}


def _time(content: object) -> Time:
    """When the person asked: `Tuesday, Jul 21, 2026, 1:11 PM (UTC+3)` in a `<timestamp>`."""
    for block in blocks_of(content):
        for tag in leading(text_of(block.get("text")), INJECTED)[0]:
            if tag.name == "timestamp" and (when := WHEN.search(tag.text[:100])):
                return _iso(when)
    return None


def _iso(when: re.Match[str]) -> Time:
    month, day, year, hour, minute, half, sign, hours, minutes = when.groups()
    if month not in MONTHS:
        return None
    clock = f"{int(hour) % 12 + 12 * (half == 'P'):02}:{minute}:00"
    offset = f"{sign or '+'}{int(hours or 0):02}:{minutes or '00'}"
    return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}T{clock}{offset}"
