"""The lines of an aider session: prompts, what the program says, and answers."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.importers.markdown import fences

PROMPT, NOTE, ANSWER, BLANK = "prompt", "note", "answer", "blank"
HASHES, QUOTE = re.compile(r"####(?: |$)"), re.compile(r">(?: |$)")
ENDS = "  "
NOTHING = "<blank>"
"""What aider writes where the person only pressed Enter."""


class Block(NamedTuple):
    """Lines of one kind, as a text without their marks."""

    kind: str
    text: str


def blocks(lines: list[str]) -> list[Block]:
    """What is said in the lines, one after the other."""
    found: list[Block] = []
    held: list[str] = []
    kind = BLANK
    for now, text in _Lines(lines).kinds():
        goes_on = now == kind if now != BLANK else kind in (ANSWER, BLANK)
        if not goes_on:
            found += _block(kind, held)
            kind, held = now, []
        held.append(text)
    return [*found, *_block(kind, held)]


def _block(kind: str, lines: list[str]) -> Iterator[Block]:
    text = "\n".join(lines).strip("\n").rstrip()
    if text.strip() and kind != BLANK and (kind != PROMPT or text.strip() != NOTHING):
        yield Block(kind, text)


class _Lines:
    """Tells the kinds of lines apart.

    Where prompts end with the two blanks that aider writes, a heading or a quotation in an answer
    is told from a prompt or a note by them; an editor may have taken them away.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.is_marked = any(HASHES.match(line) and line.endswith(ENDS) for line in lines)
        self.code = self._code()

    def _code(self) -> set[int]:
        """The lines that are fenced code; code in which something is asked was never closed."""
        prompts = [number for number in range(len(self.lines)) if self._asks(number)]
        found: set[int] = set()
        for fence in fences(self.lines):
            asked = bisect_left(prompts, fence.first) < bisect_right(prompts, fence.last)
            if not (self.is_marked and asked):
                found.update(range(fence.first, fence.last + 1))
        return found

    def _asks(self, number: int) -> bool:
        """Whether a line is one of a prompt, as aider writes them."""
        line = self.lines[number]
        if not HASHES.match(line):
            return False
        before = self.lines[number - 1] if number else ""
        stands_free = not before.strip() or bool(HASHES.match(before) or QUOTE.match(before))
        return line.endswith(ENDS) and stands_free if self.is_marked else True

    def kinds(self) -> Iterator[tuple[str, str]]:
        """The kind of each line, and what it says."""
        last = BLANK
        for number, line in enumerate(self.lines):
            kind = self._kind(number, line, last)
            last = last if kind == BLANK else kind
            is_said = kind in (ANSWER, BLANK)
            yield kind, line if is_said else line.partition(" ")[2].rstrip()

    def _kind(self, number: int, line: str, last: str) -> str:
        if number in self.code:
            return ANSWER
        if self._asks(number):
            return PROMPT
        if QUOTE.match(line) and not (self.is_marked and last == ANSWER and self._quotes(line)):
            return NOTE
        return ANSWER if line.strip() else BLANK

    @staticmethod
    def _quotes(line: str) -> bool:
        return not line.endswith(ENDS)
