"""`git ticket search`: words in the texts of tickets, comments and sessions."""

from collections.abc import Sequence
from typing import Any

import click

from git_ticketer.cli import output, table
from git_ticketer.cli.list import (
    COLOURS,
    COLUMNS,
    QueryCommand,
    as_dict,
    list_options,
    show_broken,
)
from git_ticketer.cli.options import workspace
from git_ticketer.cli.table import Cell
from git_ticketer.model.workflow import Workflow
from git_ticketer.ops import queries
from git_ticketer.ops.queries import Found, Match

AROUND = 30
SHORT = 8
FIELDS = (*COLUMNS, "passage", "session_id")


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="WORDS...")
@list_options
def command(query: tuple[str, ...], limit: int, as_json: bool, fields: str | None) -> int:
    """Search the text of tickets, comments and archived sessions.

    The best match stands first, with the place where it was found. A word also finds those that
    begin with it; "quoted words" must stand together. The qualifiers of list narrow it down.
    """
    names = output.check_fields(fields, FIELDS)
    work = workspace()
    found = queries.search(work, query, limit=limit, progress=table.progress)
    if as_json:
        _show_json(found, names)
    elif names:
        _show_columns(found, names)
    else:
        _show(found.matches, found.words, queries.workflow(work))
    _hints(found)
    return show_broken(found.broken, as_json=as_json)


def _values(match: Match, words: Sequence[str]) -> dict[str, Any]:
    """A match as JSON has it: the ticket, and where the words were found."""
    passage = snippet(match.text, words, "" if match.session else match.row.title)
    found = {"passage": passage or None, "session_id": match.session or None}
    return as_dict(match.row) | found


def _show_json(found: Found, names: Sequence[str]) -> None:
    every = [_values(match, found.words) for match in found.matches]
    chosen = [{name: one[name] for name in names} for one in every] if names else every
    broken = [{"id": row.id, "path": row.path, "error": row.error} for row in found.broken]
    values = {"success": not broken, "total": found.total, "tickets": chosen, "broken": broken}
    output.document(values)


def _show_columns(found: Found, names: Sequence[str]) -> None:
    stretch = names.index("title") if "title" in names else len(names) - 1
    every = (_values(match, found.words) for match in found.matches)
    table.show(([Cell(_text(one[name])) for name in names] for one in every), stretch=stretch)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _show(matches: Sequence[Match], words: Sequence[str], flow: Workflow) -> None:
    rows = (
        (
            Cell(match.row.id, "yellow"),
            Cell(match.row.status, COLOURS[flow.category(match.row.status)]),
            Cell(match.row.title),
            Cell(_place(match, words)),
        )
        for match in matches
    )
    table.show(rows, stretch=3)


def _place(match: Match, words: Sequence[str]) -> str:
    """The session that a match is in, and the words around it."""
    session = f"session {match.session[:SHORT]}: " if match.session else ""
    return session + snippet(match.text, words, "" if session else match.row.title)


def _hints(found: Found) -> None:
    sessions = [match.session for match in found.matches if match.session]
    if sessions:
        output.note("hint", f"git ticket session show {sessions[0][:SHORT]}")
    if len(found.matches) < found.total:
        shown = f"{len(found.matches)} of {found.total:,} shown"
        output.note("hint", f"{shown}; --limit 0 shows all")


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
