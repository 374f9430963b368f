"""`git ticket board`: the columns of the team's workflow, side by side in the terminal."""

from collections.abc import Sequence
from itertools import zip_longest

import click

from git_ticketer.cli import output, table
from git_ticketer.cli.list import COLOURS, QueryCommand, as_dict, show_broken
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import Styled
from git_ticketer.model.workflow import CLOSED, Workflow
from git_ticketer.ops import queries
from git_ticketer.ops.queries import Row

NARROWEST = 16
OFF_TERMINAL = 100


@click.command("board", cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="With the columns of closed tickets.")
@click.option(
    "-n", "--limit", type=click.IntRange(min=0), default=20, show_default=True, metavar="N",
    help="Show at most N tickets of a column; 0 shows all.",
)  # fmt: skip
@json_options
def command(
    query: tuple[str, ...], everything: bool, limit: int, as_json: bool, fields: str | None
) -> int:
    """Show tickets as a board, a column a status.

    The most urgent on top. The query is that of `git ticket list`. Where the terminal is too narrow
    for columns, they stand below each other.
    """
    output.check_fields(fields, ("success", "columns", "broken"))
    work = workspace()
    words = query if any("sort:" in word for word in query) else (*query, "sort:priority")
    answer = queries.find(work, words, everything=everything, progress=table.progress)
    columns = _columns(answer.rows, queries.workflow(work), everything=everything)
    if as_json:
        values = {name: [as_dict(row) for row in rows] for name, rows in columns.items()}
        broken = [{"id": row.id, "path": row.path, "error": row.error} for row in answer.broken]
        found = {"success": not broken, "columns": values, "broken": broken}
        output.document(found, fields)
        return show_broken(answer.broken, as_json=True)
    _show(columns, queries.workflow(work), limit)
    return show_broken(answer.broken, as_json=False)


def _columns(rows: Sequence[Row], flow: Workflow, *, everything: bool) -> dict[str, list[Row]]:
    """The tickets of every status that has a column; closed ones only where there are any."""
    found: dict[str, list[Row]] = {
        name: []
        for name, status in flow.statuses.items()
        if everything or status.category != CLOSED
    }
    for row in rows:
        found.setdefault(row.status or "no status", []).append(row)
    return found


def _show(columns: dict[str, list[Row]], flow: Workflow, limit: int) -> None:
    width = table.terminal_width() or OFF_TERMINAL
    each = (width - len(table.GAP) * (len(columns) - 1)) // max(1, len(columns))
    if each < NARROWEST:
        for name, rows in columns.items():
            output.say(_head(name, len(rows), flow, width))
            for line in _cards(rows, limit, width):
                output.say(line)
            output.say()
        return
    output.say(Styled(table.GAP.join(_head(n, len(r), flow, each) for n, r in columns.items())))
    cards = [_cards(rows, limit, each) for rows in columns.values()]
    for row in zip_longest(*cards, fillvalue=""):
        output.say(table.GAP.join(_filled(cell, each) for cell in row).rstrip())


def _head(name: str, count: int, flow: Workflow, width: int) -> Styled:
    text = _filled(table.cut(f"{name} {count}", width), width)
    return output.styled(text, colour=COLOURS[flow.category(name)], bold=True)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - table.display_width(text))


def _cards(rows: Sequence[Row], limit: int, width: int) -> list[str]:
    """A line for every ticket, and one for those that are not shown."""
    shown = rows[:limit] if limit else rows
    lines = [table.cut(table.one_line(f"{row.id} {row.title}"), width) for row in shown]
    return lines + ([f"... {len(rows) - len(shown)} more"] if len(rows) > len(shown) else [])
