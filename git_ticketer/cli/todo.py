"""`git ticket todo`: what is left on a ticket."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.model.workflow import IN_PROGRESS
from git_ticketer.ops import lookup

FIELDS = ("success", "ticket_id", "title", "status", "subtasks", "criteria", "counts")


@click.command("todo")
@click.argument("ticket", required=False, metavar="[ID]")
@json_options
def command(ticket: str | None, as_json: bool, fields: str | None) -> None:
    """Show what is left on a ticket: its open subtasks and criteria."""
    output.check_fields(fields, FIELDS)
    found = lookup.find(workspace(), ticket).ticket
    counts = {
        "subtasks": len(found.subtasks),
        "subtasks_open": len(found.open_subtasks),
        "criteria": len(found.criteria),
        "criteria_open": len(found.open_criteria),
    }
    if as_json:
        values = {
            "success": True,
            "ticket_id": found.id,
            "title": found.title,
            "status": found.status,
            "subtasks": [subtask._asdict() for subtask in found.open_subtasks],
            "criteria": [criterion._asdict() for criterion in found.open_criteria],
            "counts": counts,
        }
        output.document(values, fields)
        return
    output.say(output.styled(found.id, bold=True), f"  {found.title} ({found.status})")
    _section(
        "subtasks",
        len(found.subtasks),
        [_line(s.key, s.title, s.status) for s in found.open_subtasks],
    )
    _section(
        "criteria", len(found.criteria), [_line(c.key, c.text, "") for c in found.open_criteria]
    )


def _line(key: str, text: str, status: str) -> str:
    mark = "~" if status == IN_PROGRESS else " "
    return f"  [{mark}] {key}  {text}"


def _section(name: str, count: int, lines: list[str]) -> None:
    if not count:
        return
    left = f"{len(lines)} of {count} open" if lines else f"all {count} done"
    output.say(f"{name}: {left}")
    for line in lines:
        output.say(line)
