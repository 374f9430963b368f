"""What stands in Markdown inside and outside of fenced code; several agents write it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
RULE = re.compile(r"\s*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\s*")


class Fence(NamedTuple):
    """Fenced code: its first and last line, which are the fences, and what it says to be."""

    first: int
    last: int
    info: str


class Fences:
    """The lines of a text that may open or close fenced code (CommonMark 0.31, 4.5)."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.openings: dict[int, tuple[str, str]] = {}  # the fence and what it says, by line
        self._closings: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            if not (found := FENCE.match(line)):
                continue
            mark, info = found[1], found[2].strip()
            if not info:
                self._closings.setdefault(mark, []).append(number)
            if mark[0] == "~" or "`" not in info:
                self.openings[number] = mark, info

    def end(self, line: int) -> int | None:
        """The line that closes the fence which a line opens; None where nothing does."""
        mark = self.openings[line][0]
        ends = (
            numbers[place]
            for closing, numbers in self._closings.items()
            if closing.startswith(mark) and (place := bisect_right(numbers, line)) < len(numbers)
        )
        return min(ends, default=None)


def fences(lines: Sequence[str]) -> Iterator[Fence]:
    """The fenced code in a text.

    A fence that is never closed is none: what follows it, such as a cut-off answer, is text.
    """
    known = Fences(lines)
    after = 0
    for line, (_, info) in known.openings.items():
        if line >= after and (end := known.end(line)) is not None:
            yield Fence(line, end, info)
            after = end + 1


def in_fences(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is fenced code or one of its fences."""
    inside = [False] * len(lines)
    for fence in fences(lines):
        inside[fence.first : fence.last + 1] = [True] * (fence.last + 1 - fence.first)
    return inside


def without_rules(lines: Sequence[str]) -> str:
    """The lines as a text without blank lines and rules (`---`) before and after it."""
    first, last = 0, len(lines)
    while last and _is_empty(lines[last - 1]):
        last -= 1
    while first < last and _is_empty(lines[first]):
        first += 1
    return "\n".join(lines[first:last]).rstrip()


def _is_empty(line: str) -> bool:
    return not line.strip() or RULE.fullmatch(line) is not None
