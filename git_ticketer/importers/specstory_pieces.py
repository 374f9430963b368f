"""A SpecStory file in pieces: turns, prose, thoughts and tools, line by line."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.importers.markdown import Fences

SPEAKS, PROSE, THOUGHT, TOOL = "speaks", "prose", "thought", "tool"

TURN = re.compile(
    r"_\*\*(?P<name>User|Agent|Assistant)(?P<side> - sidechain)?(?:: [^(*\n]{1,80}?)?"
    r"(?: *\((?P<facts>[^\n]{0,200})\))?\*\*_\s*$"
)
BLOCKS = (
    (TOOL, re.compile(r"\s*<tool-use\b"), "</tool-use>"),
    (THOUGHT, re.compile(r"\s*<think>"), "</think>"),
    (TOOL, re.compile(r"\s*<details>\s*<summary>\s*Tool use:"), "</details>"),
)
LEGACY = re.compile(r"Tool use: \*\*([^*\n]+)\*\*")
PART_OF_LEGACY = re.compile(r"\s*$|`[^`].*`\s*$|(?:\*\*)?(?:Result|Output|Error)s?:|\s*[-|]")


class Piece(NamedTuple):
    """Some lines and what they are; `turn` is the mark of one that names the speaker."""

    kind: str
    first: int
    last: int
    turn: re.Match[str] | None = None


def pieces(lines: list[str]) -> Iterator[Piece]:
    """The pieces of a file, in order; all lines are in one."""
    return _Scan(lines).pieces()


class _Scan:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.fences = Fences(lines)
        self.openings = [*self.fences.openings]
        self.named = [number for number, (_, info) in self.fences.openings.items() if info]
        self.turns = [number for number, line in enumerate(lines) if TURN.match(line)]
        self.ends = {
            tag: [number for number, line in enumerate(lines) if tag in line]
            for _, _, tag in BLOCKS
        }

    def pieces(self) -> Iterator[Piece]:
        """Pieces from top to bottom; prose is what is no other."""
        at = prose = 0
        while at < len(self.lines):
            piece = self._piece(at)
            if piece and piece.kind != PROSE:
                if prose < at:
                    yield Piece(PROSE, prose, at - 1)
                yield piece
                prose = piece.last + 1
            at = piece.last + 1 if piece else at + 1
        if prose < len(self.lines):
            yield Piece(PROSE, prose, len(self.lines) - 1)

    def _piece(self, at: int) -> Piece | None:
        """The piece that begins at a line; None where that is a line of prose like any other."""
        line = self.lines[at]
        if turn := TURN.match(line):
            return Piece(SPEAKS, at, at, turn)
        if at in self.fences.openings:
            return Piece(PROSE, at, end) if (end := self._fence_end(at)) is not None else None
        for kind, opening, tag in BLOCKS:
            if opening.match(line):
                return Piece(kind, at, self._block_end(at, tag, fenced=kind == TOOL))
        return Piece(TOOL, at, self._legacy_end(at)) if LEGACY.match(line) else None

    def _fence_end(self, at: int) -> int | None:
        """Where the fence that a line opens ends; None where it was never closed.

        It was not, if another one with a name opens in a turn that would be inside of it.
        """
        end = self.fences.end(at)
        turn = self._next(self.turns, at)
        if end is None or turn is None or turn > end:
            return end
        named = self._next(self.named, turn)
        return None if named is not None and named < end else end

    def _block_end(self, at: int, tag: str, *, fenced: bool) -> int:
        """The line that closes a block; the one before the next turn where nothing does.

        What stands in fenced code does not close it, except right behind what opens the code:
        older versions write ``` around texts that hold ``` themselves.
        """
        if tag in self.lines[at]:
            return at
        inner = at
        while fenced and (opening := self._next(self.openings, inner)) is not None:
            close = self._next(self.ends[tag], inner)
            turn = self._next(self.turns, inner)
            if close is None or opening >= close - 1 or (turn is not None and turn < opening):
                break
            end = self.fences.end(opening)
            inner = end if end is not None else opening
        last = self._next(self.turns, inner) or len(self.lines)
        close = self._next(self.ends[tag], inner)
        return close if close is not None and close < last else last - 1

    def _legacy_end(self, at: int) -> int:
        """The end of a tool in version 1, which has no closing mark: where prose begins."""
        last = at
        while (here := last + 1) < len(self.lines):
            if here in self.fences.openings and (end := self._fence_end(here)) is not None:
                last = end
            elif PART_OF_LEGACY.match(self.lines[here]):
                last = here
            else:
                break
        return last

    @staticmethod
    def _next(numbers: list[int], after: int) -> int | None:
        place = bisect_left(numbers, after + 1)
        return numbers[place] if place < len(numbers) else None
