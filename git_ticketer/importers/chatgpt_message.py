"""One message of ChatGPT: its parts by content type, calls of tools and their results."""

from collections.abc import Iterator

from git_ticketer.importers.chatgpt_tree import Node
from git_ticketer.importers.exports import Fields, dicts
from git_ticketer.importers.items import (
    NO_TEXT,
    About,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Unknown,
)
from git_ticketer.importers.json_values import fields_of, text_of
from git_ticketer.importers.message_blocks import decoded
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, TOOL, USER

CONTEXT = {"user_editable_context", "model_editable_context"}
THOUGHTS = {"thoughts", "reasoning_recap"}
NOBODY = {"", "all", "user", "assistant"}
FIELDS = ("text", "result", "content", "summary")


def prompt(node: Node) -> Iterator[Item]:
    """What the person said and attached; nothing of what was put in for them."""
    if not node.is_hidden and node.kind not in CONTEXT:
        found = list(_said(USER, node))
        has_text = any(isinstance(item, Said) and item.text.strip() for item in found)
        yield from found if has_text or len(found) > 1 else [NO_TEXT]


def items(node: Node, answered: bool, tools: set[str], call: str) -> Iterator[Item]:
    """What a node says.

    `answered` is whether a tool answers it, `tools` are the names of those that do so in the
    conversation, `call` is the key of the last call.
    """
    if node.role == "user":
        yield from prompt(node)
    elif not node.message or node.kind in CONTEXT or (node.is_hidden and node.role == "system"):
        return
    elif node.role == "assistant":
        yield from _answer(node, answered, tools)
    elif node.role == "tool":
        # What gives a thought as a tool's answer shows how long it took.
        yield Returned(call, _text(node.content), node.at, node.kind == "system_error")
        yield from _files(TOOL, node)
    elif node.role == "system":
        yield from _said(SYSTEM, node)
    else:
        yield Unknown(node.role or "no role")


def _answer(node: Node, answered: bool, tools: set[str]) -> Iterator[Item]:
    """An answer, a thought, or the call of a tool: what is sent to one is a call."""
    if model := text_of(node.metadata.get("model_slug")):
        yield About(model=model)
    is_sent = node.recipient not in NOBODY
    if node.kind in THOUGHTS:
        yield Said(ASSISTANT, _text(node.content), node.at, node.id, REASONING)
    elif is_sent and (answered or node.kind == "code" or node.recipient in tools):
        yield Called(node.recipient, decoded(_text(node.content)), node.at, node.id)
    else:
        yield from _said(ASSISTANT, node)


def _said(role: str, node: Node) -> Iterator[Item]:
    yield Said(role, _text(node.content), node.at, node.id)
    yield from _files(role, node)


def _text(content: Fields) -> str:
    """The texts of a message's content, whatever its type is."""
    thoughts = (
        "\n".join(filter(None, (text_of(each.get("summary")), text_of(each.get("content")))))
        for each in dicts(content.get("thoughts"))
    )
    if content.get("content_type") == "thoughts":
        return "\n\n".join(thoughts)
    parts = content.get("parts")
    if isinstance(parts, list):
        texts = (text_of(part) or text_of(fields_of(part).get("text")) for part in parts)
        return "\n".join(text for text in texts if text)
    return next((text for name in FIELDS if (text := text_of(content.get(name)))), "")


def _files(role: str, node: Node) -> Iterator[Item]:
    """Images and sounds among the parts, then the files that are not among them."""
    shown = set()
    for part in dicts(node.content.get("parts")):
        inner = fields_of(part.get("audio_asset_pointer")) or part
        if pointer := text_of(inner.get("asset_pointer")):
            shown.add(pointer.rpartition("/")[2])
            yield Attached(role, _media(inner), _number(inner.get("size_bytes")), node.at)
    for file in dicts(node.metadata.get("attachments")):
        if text_of(file.get("id")) not in shown:
            name = text_of(file.get("name")) or text_of(file.get("mime_type")) or "file"
            yield Attached(role, name, _number(file.get("size")), node.at)


def _media(part: Fields) -> str:
    """What a part shows: `image`, `audio`, from the name of its type."""
    return text_of(part.get("content_type")).partition("_")[0] or "file"


def _number(value: object) -> int:
    if isinstance(value, int | float) and 0 <= value < 1e15:
        return int(value)
    return 0
