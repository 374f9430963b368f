"""One entry of a plain transcript; also as chat APIs write it (OpenAI's, Anthropic's)."""

from collections.abc import Iterator

from git_ticketer.importers import message_blocks
from git_ticketer.importers.items import (
    About,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Skipped,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import blocks_of, fields_of, list_of, text_of
from git_ticketer.importers.speakers import role_of
from git_ticketer.model.transcript import (
    ATTACHMENT,
    REASONING,
    TEXT,
    TOOL,
    TOOL_RESULT,
    USER,
    Output,
)

Fields = dict[str, object]

ROLE_KEYS = ("role", "speaker", "author", "sender", "from")
TEXT_KEYS = ("text", "content", "message", "value", "parts")
TIME_KEYS = ("at", "timestamp", "time", "created_at", "createdAt", "date", "ts")
LEAST = 1e8
"""What is a smaller number is a date without separators, or none."""

CALLED = ("name", "input", "arguments", "output", "tool", "toolName", "tool_name")


def is_entry(value: object) -> bool:
    """Whether a value says who said something, or what a tool did."""
    fields = fields_of(value)
    role = _role(fields)
    return bool(role) and any(key in fields for key in (*TEXT_KEYS, *CALLED, "kind", "tool_calls"))


def whole(entries: list[object]) -> list[object]:
    """The entries with those put together that an archive had to split (`continues: true`)."""
    found: list[object] = []
    for entry in entries:
        fields = fields_of(entry)
        last = fields_of(found[-1]) if found else {}
        if last and text_of(fields.get("continues")) == "true":
            text = text_of(last.get("text")) + text_of(fields.get("text"))
            found[-1] = {**last, "text": text}
        else:
            found.append(entry)
    return found


def items(entry: object, key: str) -> Iterator[Item]:
    """What an entry says; what is none is counted. `key` is what no other entry has."""
    fields = fields_of(entry)
    if not fields:
        yield Skipped()
        return
    role = _role(fields)
    if not role:
        yield Unknown(_role_name(fields) or text_of(fields.get("type")) or "no role")
        return
    if model := text_of(fields.get("model")):
        yield About(model=model)
    yield from _items(role, fields, key)


def spoken(role: str, text: str, at: Time) -> Iterator[Item]:
    """What a speaker in a Markdown text says."""
    yield from _items(role, {"text": text, "at": at}, "")


def time_of(value: object) -> Time:
    """A time as it is given; seconds since 1970 may be a text, as all scalars of YAML are."""
    if isinstance(value, str):
        try:
            return number if (number := float(value)) >= LEAST else value
        except ValueError:
            return value
    return value if isinstance(value, int | float) else None


def _role_name(fields: Fields) -> str:
    for key in ROLE_KEYS:
        value = fields.get(key)
        if name := text_of(value) or text_of(fields_of(value).get("role")):
            return name
    return ""


def _role(fields: Fields) -> str:
    return role_of(_role_name(fields))


def _items(role: str, fields: Fields, key: str) -> Iterator[Item]:
    at = time_of(next((fields[key] for key in TIME_KEYS if fields.get(key)), None))
    agent = text_of(fields.get("agent"))
    kind = text_of(fields.get("kind"))
    if kind == ATTACHMENT:
        size = text_of(fields.get("bytes")) or fields.get("bytes")
        yield Attached(role, _name(fields) or "file", _number(size), at, agent)
    elif role == TOOL:
        yield from _tool(fields, at, kind, agent)
    else:
        yield from _said(role, fields, at, kind, agent, key)


def _said(role: str, fields: Fields, at: Time, kind: str, agent: str, key: str) -> Iterator[Item]:
    content = _content(fields)
    if isinstance(content, dict) and content.get("type") is None:
        content = content.get("parts") or content.get("content") or content.get("text")
    if kind == REASONING:
        yield Said(role, message_blocks.plain_text(content), at, "", REASONING, agent)
    elif role == USER:
        yield from message_blocks.said_by_user(content, at, key, str, agent)
    elif isinstance(content, str):
        yield Said(role, content, at, key, TEXT, agent)
    else:
        for block in blocks_of(content):
            yield from message_blocks.block_items(role, block, at, key, agent)
    for call in list_of(fields.get("tool_calls")):
        yield _call_of(fields_of(call), at, agent)


def _call_of(call: Fields, at: Time, agent: str) -> Called:
    """A call as chat completions have it: `{id, function: {name, arguments: JSON}}`."""
    function = fields_of(call.get("function")) or call
    given = function.get("arguments", function.get("input"))
    key = text_of(call.get("id"))
    return Called(_name(function) or "tool", message_blocks.decoded(given), at, key, agent)


def _tool(fields: Fields, at: Time, kind: str, agent: str) -> Iterator[Item]:
    """A call with what it gave back, or what an earlier call gave back."""
    key = message_blocks.first_text(fields, "tool_call_id", *message_blocks.IDS[:-1])
    given = next((fields[name] for name in ("input", "arguments") if name in fields), None)
    output = fields.get("output")
    text = _content(fields) if output is None else output
    failed = _is_true(fields.get("failed")) or _is_true(fields.get("is_error"))
    failed = failed or _is_true(fields_of(text).get("failed"))
    result, kept = _output(text), _kept(output)
    has_result = bool(result or failed or kept)
    is_result = kind == TOOL_RESULT or bool(key) or (given is None and not _name(fields))
    if not is_result:
        key = "this" if has_result else ""
        yield Called(_name(fields) or "tool", given, at, key, agent)
    if is_result or has_result:
        yield Returned(key, result, at, failed, agent, kept)


def _kept(value: object) -> Output | None:
    """What one of our own archives keeps of an output: numbers, and text where it has any."""
    fields = fields_of(value)
    numbers = [str(fields.get(name, "")) for name in ("bytes", "lines")]
    if not all(number.isascii() and number.isdigit() and len(number) < 16 for number in numbers):
        return None
    size, lines = map(int, numbers)
    return Output(size, lines, text_of(fields.get("text")), fields.get("failed") == "true")


def _output(value: object) -> str:
    """What a tool gave back, as text; of our own archives what they kept of it."""
    fields = fields_of(value)
    if "bytes" in fields and "lines" in fields:
        return text_of(fields.get("text"))
    return message_blocks.plain_text(value)


def _content(fields: Fields) -> object:
    return next((fields[key] for key in TEXT_KEYS if fields.get(key)), "")


def _name(fields: Fields) -> str:
    return message_blocks.first_text(fields, "name", "tool", "toolName", "tool_name")


def _is_true(value: object) -> bool:
    return value is True or value == "true"


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
