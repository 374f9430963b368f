"""`git ticket tree`: an epic with its children and theirs."""

from typing import Any

import click

from git_ticketer.cli import output, table
from git_ticketer.cli.list import COLOURS, as_dict, show_broken
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.model.workflow import Workflow
from git_ticketer.ops import family, queries
from git_ticketer.ops.family import Branch


@click.command("tree")
@click.argument("ticket", required=False, metavar="[ID]")
@json_options
def command(ticket: str | None, as_json: bool, fields: str | None) -> int:
    """Show a ticket with its children and theirs.

    Without an id, every ticket that has any.
    """
    output.check_fields(fields, ("success", "tickets", "broken"))
    work = workspace()
    found = family.tree(work, ticket)
    if as_json:
        broken = [{"id": r.id, "path": r.path, "error": r.error} for r in found.broken]
        branches = [_json(branch) for branch in found.branches]
        values = {"success": not broken, "tickets": branches, "broken": broken}
        output.document(values, fields)
        return show_broken(found.broken, as_json=True)
    flow = queries.workflow(work)
    for branch in found.branches:
        _show(branch, flow, "", "")
    if not found.branches:
        output.note("hint", "no ticket has children: git ticket create --parent ID TITLE")
    return show_broken(found.broken, as_json=False)


def _json(branch: Branch) -> dict[str, Any]:
    return {**as_dict(branch.row), "children": [_json(child) for child in branch.children]}


def _show(branch: Branch, flow: Workflow, first: str, rest: str) -> None:
    row = branch.row
    done = f" {branch.closed} of {branch.total} closed" if branch.total else ""
    colour = COLOURS[flow.category(row.status)]
    width = table.terminal_width()
    used = sum(map(table.display_width, (first, row.id, row.status, done))) + 4
    title = table.one_line(row.title)
    output.say(
        first,
        output.styled(row.id, colour="yellow"),
        f" {table.cut(title, max(8, width - used)) if width else title} ",
        output.styled(f"({row.status})", colour=colour),
        done,
    )
    for child in branch.children:
        last = child is branch.children[-1]
        _show(child, flow, rest + ("`- " if last else "|- "), rest + ("   " if last else "|  "))
