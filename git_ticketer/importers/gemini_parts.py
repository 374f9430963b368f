"""The parts that messages of the Gemini API consist of, as Gemini CLI and Qwen Code keep them."""

import re
from collections.abc import Iterator

from git_ticketer.importers.items import (
    NO_TEXT,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import decoded_size, fields_of, text_of
from git_ticketer.importers.message_blocks import first_text, plain_text
from git_ticketer.importers.tags import leading, without_trailing
from git_ticketer.model.transcript import REASONING, TEXT, USER

Part = dict[str, object]

INJECTED = {
    *("session_context", "system-reminder", "system_reminder", "hook_context", "extension_context"),
    *("user_memory", "loaded_context", "project_context", "global_context"),
}
SETTING_UP = (
    "This is the Gemini CLI. We are setting up",
    "This is the Qwen Code. We are setting up",
)
FILES = re.compile(r"(?m)^--- Content from referenced files ---$")
END = "--- End of content ---"
"""Between these lines stand the files that a prompt named with `@`."""


def each(content: object) -> Iterator[Part]:
    """The parts of a content, which may be a text, one part or a list of both."""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield {"text": part}
        elif isinstance(part, dict):
            yield part


def texts_of(content: object) -> list[str]:
    """The texts in a content, without thoughts."""
    return [
        text for p in each(content) if (text := text_of(p.get("text"))) and not p.get("thought")
    ]


def prompt_items(content: object, at: Time, key: str, agent: str = "") -> Iterator[Item]:
    """What the person's message says; results of tools may stand in it too."""
    texts = texts_of(content)
    text = prompt("\n".join(text for text in texts if not _sets_up(text)))
    if text.strip():
        yield Said(USER, text, at, key, agent=agent)
    others = [part for part in each(content) if "text" not in part]
    yield from parts_of(others, USER, at, key, agent)
    if not (others or "".join(texts).strip()):
        yield NO_TEXT


def prompt(text: str) -> str:
    """What the person typed, without what the agent put before, after or inside it."""
    files, end = FILES.search(text), text.rfind(END)
    if files and files.end() < end:
        text = f"{text[: files.start()].rstrip()}\n{text[end + len(END) :].strip()}".strip()
    _, start = leading(text, INJECTED)
    return without_trailing(text, INJECTED, start) if start or text.rstrip()[-1:] == ">" else text


def _sets_up(text: str) -> bool:
    return text.lstrip().startswith(SETTING_UP)


def parts_of(content: object, role: str, at: Time, key: str, agent: str = "") -> Iterator[Item]:
    """What the parts say, in their order."""
    for part in each(content):
        call, answer = fields_of(part.get("functionCall")), part.get("functionResponse")
        data = fields_of(part.get("inlineData") or part.get("fileData"))
        if text := text_of(part.get("text")):
            kind = REASONING if part.get("thought") else TEXT
            yield Said(role, text, at, key, kind, agent)
        elif call:
            name = text_of(call.get("name")) or "tool"
            yield Called(name, call.get("args"), at, text_of(call.get("id")), agent)
        elif isinstance(answer, dict):
            failed = bool(fields_of(answer.get("response")).get("error"))
            yield Returned(text_of(answer.get("id")), result_text([part]), at, failed, agent)
        elif data:
            media = first_text(data, "displayName", "mimeType", "fileUri") or "file"
            yield Attached(role, media, decoded_size(text_of(data.get("data"))), at, agent)
        elif part.keys() - {"text", "thought", "thoughtSignature"}:
            yield Unknown(f"part/{min(part)}")


def result_text(given: object) -> str:
    """What a tool gave back: the responses in its parts, or plain text."""
    if not isinstance(given, list):
        return plain_text(given)
    texts = []
    for part in each(given):
        response = fields_of(part.get("functionResponse")).get("response")
        texts.append(plain_text(response) or text_of(part.get("text")))
    return "\n".join(text for text in texts if text)
