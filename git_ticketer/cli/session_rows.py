"""Sessions as rows: in lists, under a ticket, and as JSON."""

import re
from collections.abc import Iterable
from typing import Any

from git_ticketer.cli import output
from git_ticketer.cli.table import GAP, cut, display_width
from git_ticketer.ops.session_list import ACTIVE, ARCHIVED, PENDING, PLANNED, Listed, Sessions

COLOURS = {ACTIVE: "green", PLANNED: "cyan", PENDING: "yellow", ARCHIVED: None}
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHORT = 13
"""So much of a UUID names a session: the time in milliseconds of version 7 (RFC 9562)."""

STATE = 8
LEAST = 12
"""So many columns of a title are shown whatever else stands in the line."""


def table(found: Sessions, width: int | None = None) -> None:
    """Print a list of sessions, sub-sessions indented under their parents; see `rows`."""
    rows(found.listed, width=width)
    if found.mentioned:
        output.say(output.styled("Mentioned in", bold=True))
        rows(found.mentioned, width=width)


def rows(listed: Iterable[Listed], indent: str = "", width: int | None = None) -> None:
    """Print sessions, a line each and what people said of them below.

    In the `width` of a terminal an agent is shown without its version, an id by its beginning,
    which every command takes, and a title as far as there is room.
    """
    several = list(listed)
    depths = _depths(several)
    widest = max((len(one.ticket) for one in several), default=0)
    for one in several:
        date = (one.started or one.ended)[:16].replace("T", " ")
        deeper = indent + "  " * depths[one.id]
        start = f"  {one.ticket:<{widest}}  {date}  "
        room = None if width is None else width - len(deeper) - STATE - len(start)
        output.say(deeper, _state(one.state), start, _about(one, room))
        for note in one.notes:
            output.say(f"{deeper}          {note}")


def _state(state: str) -> str:
    text, colour = f"{state:<{STATE}}", COLOURS[state]
    return output.styled(text, colour=colour) if colour else text


def _depths(listed: list[Listed]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in listed:
        found[one.id] = found[one.parent] + 1 if one.parent in found else 0
    return found


def _about(one: Listed, room: int | None) -> str:
    who, title, more = [one.agent, one.id], one.title, _more(one)
    if room is not None:
        who = [one.agent.partition(" ")[0], one.id[:SHORT] if UUID.fullmatch(one.id) else one.id]
        used = sum(display_width(fact) + len(GAP) for fact in (*who, *more) if fact)
        title = cut(title, max(LEAST, room - used))
    return GAP.join(fact for fact in (*who, title, *more) if fact)


def _more(one: Listed) -> list[str]:
    """What else there is to say of a session; empty texts are nothing."""
    return [
        f"entries {one.entries}" if one.entries else "",
        f"moved from {one.moved_from}" if one.moved_from and not one.moved_to else "",
        f"moved to {one.moved_to}" if one.moved_to else "",
        f"reviewed by {', '.join(one.reviewed_by)}" if one.reviewed_by else "",
        "this session" if one.mine else "",
    ]


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
