"""Sessions as rows: in lists, under a ticket, and as JSON."""

from collections.abc import Iterable
from typing import Any

from git_ticketer.cli import output
from git_ticketer.ops.session_list import ACTIVE, ARCHIVED, PENDING, PLANNED, Listed, Sessions

COLOURS = {ACTIVE: "green", PLANNED: "cyan", PENDING: "yellow", ARCHIVED: None}


def table(found: Sessions) -> None:
    """Print a list of sessions, sub-sessions indented under their parents."""
    rows(found.listed)
    if found.mentioned:
        output.say(output.styled("Mentioned in", bold=True))
        rows(found.mentioned)


def rows(listed: Iterable[Listed], indent: str = "") -> None:
    """Print sessions, a line each and what people said of them below."""
    several = list(listed)
    depths = _depths(several)
    width = max((len(one.ticket) for one in several), default=0)
    for one in several:
        date = (one.started or one.ended)[:16].replace("T", " ")
        deeper = indent + "  " * depths[one.id]
        output.say(
            deeper,
            _state(one.state),
            f"  {one.ticket:<{width}}  {date}  {_about(one)}",
        )
        for note in one.notes:
            output.say(f"{deeper}          {note}")


def _state(state: str) -> str:
    text, colour = f"{state:<8}", COLOURS[state]
    return output.styled(text, colour=colour) if colour else text


def _depths(listed: list[Listed]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in listed:
        found[one.id] = found[one.parent] + 1 if one.parent in found else 0
    return found


def _about(one: Listed) -> str:
    facts = [
        one.agent,
        one.id,
        one.title,
        f"entries {one.entries}" if one.entries else "",
        f"moved from {one.moved_from}" if one.moved_from and not one.moved_to else "",
        f"moved to {one.moved_to}" if one.moved_to else "",
        f"reviewed by {', '.join(one.reviewed_by)}" if one.reviewed_by else "",
        "this session" if one.mine else "",
    ]
    return "  ".join(fact for fact in facts if fact)


def row_json(one: Listed) -> dict[str, Any]:
    """A session as JSON."""
    values = output.as_dict(one)
    values["session_id"] = values.pop("id")
    values["ticket_id"] = values.pop("ticket")
    values["entries"] = one.entries or None
    values["redactions"] = dict(one.redactions)
    waits = values.pop("waits")
    values["path"] = f"{waits}/{one.path}" if waits else one.path
    values["spans"] = [{"ticket": ticket, "entries": entries} for ticket, entries in one.spans]
    return values
