"""What agents write into the person's messages, told from what the person said.

Only blocks that stand at the start of a text, or on lines of their own at its end, are taken out:
in the middle of a prompt a tag is something that the person talks about.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

OPENING = re.compile(r"\s*<([a-z][a-z_-]{1,40})((?:\s[^<>]{0,400})?)>")
CLOSING = re.compile(r"</([a-z][a-z_-]{1,40})(?: [a-z]{1,20})?>\Z")
SPACE = re.compile(r"\s*")


class Block(NamedTuple):
    """A tag and what stands in it."""

    name: str
    text: str


def leading(text: str, names: Collection[str], start: int = 0) -> tuple[list[Block], int]:
    """The blocks of those names that a text begins with from `start`, and where they end."""
    found: list[Block] = []
    while (opening := OPENING.match(text, start)) and opening[1] in names:
        # The name may be the beginning of another one's, and what opened may have had more words.
        closing = re.compile(rf"</{opening[1]}(?:\s[^<>]{{0,400}})?>").search(text, opening.end())
        if not closing:
            break
        found.append(Block(opening[1], text[opening.end() : closing.start()]))
        start = closing.end()
    return found, start


def without_trailing(text: str, names: Collection[str], start: int) -> str:
    """The text from `start` without blocks of those names on lines of their own at its end."""
    end = _end(text, len(text), start)
    while closing := CLOSING.search(text, max(start, end - 70), end):
        if closing[1] not in names:
            break
        opening = text.rfind(f"<{closing[1]}", start, closing.start())
        if opening <= start or text[opening - 1] != "\n":
            break
        end = _end(text, opening, start)
    return text[SPACE.match(text, start).end() : end] if end > start else ""  # type: ignore[union-attr]


def _end(text: str, end: int, start: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end
