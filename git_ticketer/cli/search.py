"""`git ticket search`: words in the texts of tickets and comments."""

from collections.abc import Sequence

import click

from git_ticketer.cli import output, table
from git_ticketer.cli.list import (
    COLOURS,
    COLUMNS,
    QueryCommand,
    list_options,
    show_broken,
    show_columns,
    show_json,
)
from git_ticketer.cli.options import workspace
from git_ticketer.cli.table import Cell
from git_ticketer.model.workflow import Workflow
from git_ticketer.ops import queries
from git_ticketer.ops.queries import Match

AROUND = 30


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="WORDS...")
@list_options
def command(query: tuple[str, ...], limit: int, as_json: bool, fields: str | None) -> int:
    """Search the text of tickets and comments.

    The best match stands first, with the place where it was found. A word also finds those that
    begin with it; "quoted words" must stand together. The qualifiers of list narrow it down.
    """
    names = output.check_fields(fields, dict.fromkeys(COLUMNS))
    work = workspace()
    found = queries.search(work, query, limit=limit, progress=table.progress)
    rows = [match.row for match in found.matches]
    if as_json:
        show_json(rows, found.broken, found.total, names)
    elif names:
        show_columns(rows, names)
    else:
        _show(found.matches, found.words, queries.workflow(work))
    if len(rows) < found.total:
        output.note("hint", f"{len(rows)} of {found.total:,} shown; --limit 0 shows all")
    return show_broken(found.broken, as_json=as_json)


def _show(matches: Sequence[Match], words: Sequence[str], flow: Workflow) -> None:
    rows = (
        (
            Cell(match.row.id, "yellow"),
            Cell(match.row.status, COLOURS[flow.category(match.row.status)]),
            Cell(match.row.title),
            Cell(snippet(match.text, words, match.row.title)),
        )
        for match in matches
    )
    table.show(rows, stretch=3)


def snippet(text: str, words: Sequence[str], title: str) -> str:
    """The surroundings of the first word in a text, on one line; empty where the title has it."""
    line = " ".join(text.split())
    first = words[0].split(" ")[0] if words else ""
    if not first or first in title.casefold():
        return ""
    at = max(0, line.casefold().find(first))
    start = max(0, at - AROUND)
    end = at + len(first) + AROUND
    return f"{'…' if start else ''}{line[start:end].strip()}{'…' if end < len(line) else ''}"
