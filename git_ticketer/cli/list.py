"""`git ticket list`: the tickets that a query means."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from git_ticketer.cli import output, table
from git_ticketer.cli.options import workspace
from git_ticketer.cli.table import Cell
from git_ticketer.errors import ExitCode
from git_ticketer.model.query import FIELDS, SORTS
from git_ticketer.model.workflow import ACTIVE, CLOSED, OPEN, Workflow
from git_ticketer.ops import collisions, queries
from git_ticketer.ops.queries import Answer, Row
from git_ticketer.ops.workspace import Workspace

COLOURS = {OPEN: "cyan", ACTIVE: "green", CLOSED: "magenta"}
COLUMNS = (
    "id", "uid", "title", "type", "status", "priority", "parent", "assignee", "labels", "created",
    "links", "aliases", "subtasks", "subtasks_done", "criteria", "criteria_done", "comments",
    "sessions", "path", "error", "ref",
)  # fmt: skip
COUNTED = {"comments", "sessions"}
LIMIT = 50
_NEGATED = re.compile(rf"-({'|'.join(FIELDS)}):.*", re.DOTALL | re.IGNORECASE)


class QueryCommand(click.Command):
    """A command whose arguments are a query: `-label:x` is a word of it, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the negated qualifiers behind `--`, where words are not taken for options."""
        end = args.index("--") if "--" in args else len(args)
        negated = [word for word in args[:end] if _NEGATED.fullmatch(word)]
        others = [word for word in args[:end] if not _NEGATED.fullmatch(word)]
        words = [*negated, *args[end + 1 :]]
        return super().parse_args(ctx, [*others, "--", *words] if words else others)


def list_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --limit, --json and --fields."""
    for option in (
        click.option(
            "--fields", metavar="A,B", help="Only these fields, as columns or in the JSON."
        ),
        click.option(
            output.JSON_FLAG, "as_json", is_flag=True, help="Answer with one JSON document."
        ),
        click.option(
            "-n", "--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True,
            metavar="N", help="Show at most N tickets; 0 shows all.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command("list", cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Closed tickets too.")
@click.option("--all-branches", is_flag=True, help="Also tickets that only other branches have.")
@click.option("--sort", metavar="KEY", help=f"Order by {', '.join(SORTS)}; add -asc or -desc.")
@list_options
def command(
    query: tuple[str, ...],
    everything: bool,
    all_branches: bool,
    sort: str | None,
    limit: int,
    as_json: bool,
    fields: str | None,
) -> int:
    """List tickets by a query, such as status:open label:backend.

    Without a status in the query, closed tickets are left out. Words are searched in all texts;
    qualifiers are status, label, assignee, parent, type, priority, id, has, no, created and sort.
    A dash before one turns it round (-label:ui), a comma is "or" (status:planned,backlog), quotes
    keep words together (label:"two words").
    """
    names = output.check_fields(fields, dict.fromkeys(COLUMNS))
    work = workspace()
    words = (*query, f"sort:{sort}") if sort else query
    answer = queries.find(
        work,
        words,
        everything=everything,
        limit=limit,
        deep=bool(COUNTED & {*names}) or (as_json and not names),
        progress=table.progress,
    )
    if all_branches:
        answer = _with_others(work, answer, words, limit, everything=everything)
    if as_json:
        show_json(answer.rows, answer.broken, answer.total, names)
    elif names:
        show_columns(answer.rows, names)
    else:
        show_rows(answer.rows, queries.workflow(work))
    return finish(work, answer, limit, as_json=as_json)


def _with_others(
    work: Workspace, answer: Answer, words: Sequence[str], limit: int, *, everything: bool
) -> Answer:
    """An answer with the tickets of other branches behind its own."""
    others, broken = queries.elsewhere(work, words, everything=everything)
    rows = [*answer.rows, *others]
    shown = rows[:limit] if limit else rows
    return Answer(shown, answer.total + len(others), [*answer.broken, *broken])


def show_rows(rows: Sequence[Row], flow: Workflow) -> None:
    """Print tickets as the usual columns."""
    cells = [_cells(row, flow) for row in rows]
    if any(row.ref for row in rows):
        refs = (Cell(row.ref, "cyan") for row in rows)
        cells = [(*row, ref) for row, ref in zip(cells, refs, strict=True)]
        table.show(cells, stretch=3)
        return
    table.show(cells, stretch=3, optional=2)


def _cells(row: Row, flow: Workflow) -> tuple[Cell, ...]:
    return (
        Cell(row.id, "yellow"),
        Cell(row.status, COLOURS[flow.category(row.status)]),
        Cell(row.priority, "red" if row.priority == "critical" else None),
        Cell(row.title),
        Cell(", ".join(row.labels), "blue"),
        Cell(row.assignee),
    )


def show_columns(found: Sequence[Row], names: Sequence[str]) -> None:
    """Print only these fields, as columns."""
    stretch = names.index("title") if "title" in names else len(names) - 1
    rows = ([Cell(_text(getattr(row, name))) for name in names] for row in found)
    table.show(rows, stretch=stretch)


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def as_dict(row: Row) -> dict[str, Any]:
    """A row as JSON has it: lists for tuples, null for what is not there."""
    return {
        name: list(value) if isinstance(value, tuple) else None if value == "" else value
        for name, value in ((name, getattr(row, name)) for name in COLUMNS)
    }


def show_json(rows: Sequence[Row], broken: Sequence[Row], total: int, names: Sequence[str]) -> None:
    """Print tickets as one document."""

    def chosen(row: Row) -> dict[str, Any]:
        values = as_dict(row)
        return {name: values[name] for name in names} if names else values

    problems = [{"id": row.id, "path": row.path, "error": row.error} for row in broken]
    output.document(
        {
            "success": not broken,
            "total": total,
            "tickets": [chosen(row) for row in rows],
            "broken": problems,
        }
    )


def finish(work: Workspace, answer: Answer, limit: int, *, as_json: bool) -> int:
    """Say what was not shown and what is broken; the exit code."""
    if len(answer.rows) < answer.total:
        output.note("hint", f"{len(answer.rows)} of {answer.total:,} shown; --limit 0 shows all")
    for one in collisions.noted(work.worktree):
        output.note("warning", one.text)
        output.note("hint", one.hint)
    return show_broken(answer.broken, as_json=as_json)


def show_broken(broken: Sequence[Row], *, as_json: bool) -> int:
    """Show what cannot be used, as rows among the others; the exit code."""
    if not broken:
        return ExitCode.DONE
    if not as_json:
        table.show(
            ([Cell(r.id, "yellow"), Cell("broken", "red"), Cell(r.error)] for r in broken),
            stretch=2,
        )
    several = "tickets are" if len(broken) > 1 else "ticket is"
    output.note("error", f"{len(broken)} {several} broken")
    return ExitCode.ERROR
