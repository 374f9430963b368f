"""Messages whose content is a text or a list of blocks, as the Anthropic API has them.

Agents name the fields of the blocks differently; what each block says is the same.
"""

import json
from collections.abc import Callable, Iterator

from git_ticketer.importers.items import NO_TEXT, Called, Item, Returned, Said, Time, Unknown
from git_ticketer.importers.json_values import (
    attached,
    blocks_of,
    fields_of,
    kind_of,
    text_of,
)
from git_ticketer.model.transcript import REASONING, TEXT, TOOL, USER

TEXTS = {"text", "input_text", "output_text", ""}
THOUGHTS = {"thinking", "reasoning"}
CALLS = {"tool_use", "toolCall", "tool_call", "server_tool_use"}
RESULTS = {"tool_result", "toolResult"}
FILES = {"image", "document", "file"}
UNSAID = {"redacted_thinking"}
IDS = ("tool_use_id", "toolUseID", "toolUseId", "toolCallId", "id")

Block = dict[str, object]


def first_text(fields: Block, *names: str) -> str:
    """The first of those fields that is a text with something in it."""
    return next((text for name in names if (text := text_of(fields.get(name))).strip()), "")


def decoded(value: object) -> object:
    """A tool's input, which may be JSON in a text."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def plain_text(value: object) -> str:
    """A result as text: itself, the texts of its blocks, what an object mainly says, or JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and all(isinstance(item, str | dict) for item in value):
        texts = (block_text(block) for block in blocks_of(value))
        return "\n".join(text for text in texts if text)
    main = ("output", "content", "text", "error", "message")
    return first_text(fields_of(value), *main) or _json(value)


def block_text(block: Block) -> str:
    """The text of one block of a result; files have none."""
    if kind_of(block) in FILES:
        return ""
    return first_text(block, "text", "content", "output") or _json(block)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False) if value not in ({}, []) else ""
    except RecursionError:
        return ""


def said_by_user(
    content: object, at: Time, key: str, prompt: Callable[[str], str], agent: str = ""
) -> Iterator[Item]:
    """What a user's message says: results of tools, then the prompt, then what is attached.

    `prompt` takes what the agent injected out of a text; what it leaves empty was not said. A
    message in which nothing at all is found is counted.
    """
    texts: list[str] = []
    files: list[Item] = []
    found = False
    for block in blocks_of(content):
        kind = kind_of(block)
        if kind in TEXTS:
            words = first_text(block, "text", "content")
            found = found or bool(words)
            texts.append(prompt(words))
        elif kind in FILES:
            files.append(attached(USER, block, at, agent))
        else:
            found = True
            yield from block_items(USER, block, at, key, agent)
    text = "\n\n".join(text for text in texts if text.strip())
    if text:
        yield Said(USER, text, at, key, agent=agent)
    yield from files
    if not (found or files):
        yield NO_TEXT


def block_items(role: str, block: Block, at: Time, key: str, agent: str = "") -> Iterator[Item]:
    """What one block says."""
    kind = kind_of(block)
    if kind in TEXTS or kind in THOUGHTS:
        if text := first_text(block, "text", "thinking", "content"):
            yield Said(role, text, at, key, REASONING if kind in THOUGHTS else TEXT, agent)
    elif kind in CALLS:
        given = block.get("input", block.get("arguments"))
        name = text_of(block.get("name")) or "tool"
        yield Called(name, decoded(given), at, text_of(block.get("id")), agent)
    elif kind in RESULTS:
        failed = bool(block.get("is_error") or block.get("isError"))
        yield from result(first_text(block, *IDS), block.get("content"), at, failed, agent)
    elif kind in FILES:
        yield attached(role, block, at, agent)
    elif kind not in UNSAID:
        yield Unknown(f"{role}/{kind}")


def result(
    key: str, content: object, at: Time, failed: bool = False, agent: str = ""
) -> Iterator[Item]:
    """What a tool gave back, and the images in it."""
    yield Returned(key, plain_text(content), at, failed, agent)
    if isinstance(content, list):
        for block in blocks_of(content):
            if kind_of(block) in FILES:
                yield attached(TOOL, block, at, agent)
