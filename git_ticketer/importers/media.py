"""Records that are very long: images in them are left out, and those of tools are told apart.

Only what is sure to be media goes: base64 that is the value of a key `data` (Anthropic's and
Gemini's APIs) or stands in a `data:` URL (RFC 2397). What a person pasted stays.
"""

import re
from collections.abc import Iterable, Iterator

MEDIA = re.compile(
    rb'data(?:(?<="data)"\s{0,9}:\s{0,9}"|:[^\s",]{0,200};base64,)(?=(?:[\w+/-]|\\/){64})'
)
BASE64 = re.compile(rb"(?:[A-Za-z0-9+/=_-]++|\\/)*+")
OVERLAP = 400
"""Bytes in which the beginning of media fits, wherever a piece is cut."""

TOOLS = (
    *(b'"tool_result"', b'"toolUseResult"', b'"toolResult"', b'"functionResponse"'),
    *(b'"function_call_output"', b'"custom_tool_call_output"', b'"mcp_tool_call_output"'),
    *(b'"exec_command_end"', b'"mcp_tool_call_end"', b'"image_generation_call"'),
    *(b'"tool.execution_complete"', b'"tool.execution_partial_result"'),
    *(b'"type":"progress"', b'"type":"file-history-snapshot"'),
)
"""What names a tool's result. In a text the quotes would be escaped, so there it names none."""


def is_of_tool(start: bytes) -> bool:
    """Whether a record that begins so is the result of a tool, and no prompt or answer."""
    return any(mark in start for mark in TOOLS)


def without_media(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a record without the media in them; a piece may end anywhere."""
    rest, inside = b"", False
    for piece in pieces:
        kept, rest, inside = _stripped(rest + piece, inside)
        yield kept
    yield rest


def _stripped(data: bytes, inside: bool) -> tuple[bytes, bytes, bool]:
    """What is kept, what the next piece decides about, and whether that begins inside of media."""
    kept: list[bytes] = []
    at = 0
    while True:
        if inside:
            at = BASE64.match(data, at).end()  # type: ignore[union-attr]
            if at == len(data):
                return b"".join(kept), b"", True
        found = MEDIA.search(data, at)
        end = found.end() if found else max(at, len(data) - OVERLAP)
        kept.append(data[at:end])
        if not found:
            return b"".join(kept), data[end:], False
        at, inside = end, True
