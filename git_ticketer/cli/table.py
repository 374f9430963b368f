"""Rows for people and for programs: columns that fit the terminal, or fields between tabs."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from git_ticketer.cli import output
from git_ticketer.cli.output import Styled

GAP = "  "
ELLIPSIS = "…"
BATCH = 1000


class Cell(NamedTuple):
    """What stands in one place, and its colour."""

    text: str
    colour: str | None = None


def terminal_width() -> int | None:
    """The width of the terminal that answers go to; None where they go elsewhere."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def show(rows: Iterable[Sequence[Cell]], *, stretch: int, optional: int = 0) -> None:
    """Print rows of cells.

    On a terminal the column `stretch` is cut to what is left of the width, and the last
    `optional` columns are left out where less than a third would be left for it. Elsewhere every
    cell is whole, with tabs between them.
    """
    width = terminal_width()
    every = [tuple(Cell(one_line(cell.text), cell.colour) for cell in row) for row in rows]
    if width is not None:
        every = _fitted(every, width, stretch, optional)
    between = "\t" if width is None else GAP
    for start in range(0, len(every), BATCH):
        lines = (
            between.join(map(_styled, row)).rstrip(" ") for row in every[start : start + BATCH]
        )
        output.say(Styled("\n".join(lines)))


def one_line(text: str) -> str:
    """A text without line ends and tabs, and with every other control character to be seen."""
    return text if text.isprintable() else output.visible(" ".join(text.split()))


def _styled(cell: Cell) -> str:
    return output.styled(cell.text, colour=cell.colour) if cell.colour else cell.text


def _fitted(
    rows: list[tuple[Cell, ...]], width: int, stretch: int, optional: int
) -> list[tuple[Cell, ...]]:
    if not rows:
        return []
    widths = [max(display_width(row[i].text) for row in rows) for i in range(len(rows[0]))]
    while optional and _left(widths, width, stretch) < min(widths[stretch], width // 3):
        widths.pop()
        optional -= 1
    widths[stretch] = max(8, min(widths[stretch], _left(widths, width, stretch)))
    return [
        tuple(_padded(cell, size) for cell, size in zip(row, widths, strict=False)) for row in rows
    ]


def _left(widths: Sequence[int], width: int, stretch: int) -> int:
    return width - sum(widths) + widths[stretch] - len(GAP) * (len(widths) - 1)


def _padded(cell: Cell, size: int) -> Cell:
    text = cut(cell.text, size)
    return cell._replace(text=text + " " * (size - display_width(text)))


def cut(text: str, width: int) -> str:
    """A text in at most `width` columns, with an ellipsis where something is missing."""
    if display_width(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += display_width(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ELLIPSIS


def display_width(text: str) -> int:
    """The columns a text takes in a terminal (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def progress(done: int, total: int) -> None:
    """Show on a terminal how far a long reading of files is; a short one shows nothing."""
    if total < 4 * BATCH or not os.isatty(2):
        return
    bar = "#" * (30 * done // total)
    end = "\r\033[K" if done == total else ""
    sys.stderr.write(f"\rreading tickets [{bar:<30}] {done:,} of {total:,}{end}")
    sys.stderr.flush()
