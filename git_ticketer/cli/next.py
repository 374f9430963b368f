"""`git ticket next`: what can be started now."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.list import (
    COLUMNS,
    QueryCommand,
    list_options,
    show_broken,
    show_json,
    show_rows,
)
from git_ticketer.cli.options import workspace
from git_ticketer.ops import queries


@click.command("next", cls=QueryCommand)
@click.argument("query", nargs=-1)
@list_options
def command(query: tuple[str, ...], limit: int, as_json: bool, fields: str | None) -> int:
    """Show what can be started now: ready and unblocked.

    The most urgent first: open tickets that are nobody's or yours and that no ticket which is still
    open blocks. A query narrows them down.
    """
    names = output.check_fields(fields, dict.fromkeys(COLUMNS))
    work = workspace()
    ready = queries.ready(work, query)
    shown = ready.rows[:limit] if limit else ready.rows
    if as_json:
        show_json(shown, ready.broken, ready.total, names)
        return show_broken(ready.broken, as_json=True)
    show_rows(shown, queries.workflow(work))
    if shown:
        output.note("hint", f"git ticket start {shown[0].id}")
    else:
        output.note("hint", "nothing is ready: git ticket board shows what is under way")
    return show_broken(ready.broken, as_json=False)
