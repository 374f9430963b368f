"""Which part of a session belongs to which ticket, and which other tickets it names: pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from git_ticketer.lean.clock import from_text
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.lean.journal import ATTACH, CLEAR, OPT_OUT, TAGGED, Event
from git_ticketer.model.transcript import ASSISTANT, USER, Entry, Span
from git_ticketer.storage.tickets import order

ID = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{0,31}-[0-9]{1,9}(?![A-Za-z0-9])", re.ASCII)
MOST = 500
"""Mentions that a header holds: it must stay small."""


class Turn(NamedTuple):
    """From when on, in epoch seconds, work was for a ticket; None is for no ticket."""

    at: int
    ticket: TicketId | None


def turns(events: Iterable[Event], sessions: Collection[str], worktree: str) -> list[Turn]:
    """The turns of a session in the journal, in time.

    `sessions` are the session itself and the one it follows in its worktree. A commit that bore
    another ticket than the decision says turns the work before it, back to the event before.
    """
    found: list[Turn] = []
    before = 0
    mine = [e for e in events if e.session in sessions and e.worktree == worktree]
    for event in sorted(mine, key=lambda event: event.at):
        ticket = _ticket(event)
        current = found[-1].ticket if found else None
        if event.kind in (ATTACH, OPT_OUT, CLEAR):
            found.append(Turn(event.at, ticket))
        elif event.kind == TAGGED and ticket and found and ticket != current:
            found += [Turn(before + 1, ticket), Turn(event.at + 1, current)]
        before = event.at
    return found


def _ticket(event: Event) -> TicketId | None:
    try:
        return TicketId(event.ticket) if event.kind in (ATTACH, TAGGED) else None
    except InvalidId:
        return None


def spans(entries: Sequence[Entry], found: Sequence[Turn], ticket: TicketId) -> tuple[Span, ...]:
    """The spans of a session that is archived under `ticket`; entries before any turn are its.

    An entry without a time belongs where the one before it does.
    """
    if not entries or not found:
        return (Span(ticket, 1, len(entries)),) if entries else ()
    owners = list(_owners(entries, found, ticket))
    edges = [0, *(i for i, (a, b) in enumerate(pairwise(owners), 1) if a != b), len(owners)]
    return tuple(
        Span(owner, first + 1, last)
        for first, last in pairwise(edges)
        if (owner := owners[first]) is not None
    )


def _owners(
    entries: Sequence[Entry], found: Sequence[Turn], ticket: TicketId
) -> Iterator[TicketId | None]:
    now = 0
    for entry in entries:
        now = from_text(entry.at) if entry.at else now
        reached = [turn for turn in found if turn.at <= now]
        yield reached[-1].ticket if reached else ticket


def mentions(
    texts: Iterable[str], known: Collection[str], own: Collection[str]
) -> tuple[TicketId, ...]:
    """The known tickets that texts name, besides the session's own; sorted."""
    named = {match for text in texts for match in ID.findall(text)}
    found = set()
    for word in named:
        try:
            id = TicketId(word)
        except InvalidId:
            continue
        if id in known and id not in own:
            found.add(id)
    return tuple(sorted(found, key=order)[:MOST])


def said(entries: Iterable[Entry]) -> Iterator[str]:
    """The prompts and answers among entries."""
    return (entry.text for entry in entries if entry.role in (USER, ASSISTANT) and entry.text)
