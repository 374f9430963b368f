"""Codex' tools: what they were given and what they gave back.

Facts: codex-rs/protocol, `ResponseItem`. Arguments are JSON in a text; an output is a text, a list
of content items, an object, or JSON in a text with `output` and `metadata.exit_code`.
"""

import json
import re

from git_ticketer.importers.items import Attached, Time
from git_ticketer.importers.json_values import data_url, fields_of, list_of, text_of
from git_ticketer.model.transcript import TOOL

SHELLS = {"bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "/usr/bin/bash", "pwsh"}
FAILED = re.compile(r"(?m)^(?:Exit code:|Process exited with code) (\d{1,9})$")
NOTED = 400
"""In so many characters an output says how the command ended."""


def given(arguments: object) -> object:
    """Arguments decoded, a command in them as the line that a person would type."""
    if isinstance(arguments, str):
        arguments = _decoded(arguments)
    if not isinstance(arguments, dict):
        return arguments
    for key in ("command", "cmd"):
        if isinstance(arguments.get(key), list):
            arguments = {**arguments, key: command_of(arguments[key])}
    return arguments


def command_of(command: object) -> str:
    """A command's words as one line; what a shell was given to run stands alone."""
    words = [word for word in list_of(command) if isinstance(word, str)]
    if len(words) == 3 and words[0] in SHELLS and words[1].startswith("-"):
        return words[2]
    return " ".join(words) or text_of(command)


def output_of(value: object, at: Time) -> tuple[str, bool, list[Attached]]:
    """The text of an output, whether the tool failed, and the images in it."""
    failed = False
    if isinstance(value, str) and value.startswith("{"):
        decoded = _decoded(value)
        if isinstance(decoded, dict) and "output" in decoded:
            value = decoded
    if isinstance(value, dict):
        failed = value.get("success") is False or _code(fields_of(value.get("metadata")))
        value = next((value[key] for key in ("output", "content", "text") if key in value), "")
    texts, images = _items(value, at)
    ending = FAILED.search(texts, 0, NOTED)
    return texts, failed or bool(ending and int(ending[1])), images


def _items(value: object, at: Time) -> tuple[str, list[Attached]]:
    if not isinstance(value, list):
        return text_of(value), []
    items = [item if isinstance(item, dict) else {"text": item} for item in value]
    images = [data_url(TOOL, item["image_url"], at) for item in items if "image_url" in item]
    return "\n".join(text for item in items if (text := text_of(item.get("text")))), images


def _code(metadata: dict[str, object]) -> bool:
    return metadata.get("exit_code") not in (None, 0)


def _decoded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text
