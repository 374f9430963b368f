"""Where in a conversation a commit was made, and what was said before it: pure.

An archive holds no commit ids, so the place is found by what there is: the call of `git commit`,
the times of the entries and the commit's author date.
"""

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from git_ticketer.lean.clock import from_text
from git_ticketer.model.transcript import ASSISTANT, TEXT, TOOL, USER, Entry, Header

NEAR = 120
SUBJECT = 40
"""Characters of a subject that must stand in the call: archives cut what a tool was given."""

COMMITS = re.compile(r"\bgit\b[^\n|;&]{0,80}\bcommit\b")
CALL, TIME, LATER, UNKNOWN = "call", "time", "later", "unknown"


class Place(NamedTuple):
    """The last entry before a commit, from 0, and how it was found.

    `call`: it is the call of `git commit`; `time`: by the times. Else it is the first prompt:
    `later` where all was said after the commit, `unknown` where there are no times.
    """

    last: int
    how: str


class Exchange(NamedTuple):
    """What was said before a commit, as numbers of entries from 0; None where nothing was."""

    how: str
    prompt: int | None
    answers: tuple[int, ...]


def exchange(header: Header, entries: Sequence[Entry], ticket: str, at: int, subj: str) -> Exchange:
    """The prompt before a commit and the answers up to it, those of the ticket's spans first."""
    own = _span(header, entries, ticket)
    found = place(entries, at, subj)
    last = found.last
    if found.how in (LATER, UNKNOWN):
        first = next((i for i, entry in enumerate(entries) if _is_said(entry, USER)), None)
        last = len(entries) - 1 if first is None else _end(entries, first)
        return Exchange(found.how, first, _answers(entries, first, last))
    if found.how == TIME and last not in own:
        last = max((i for i in own if i < last), default=last)
    prompts = [i for i in range(last + 1) if _is_said(entries[i], USER)]
    prompt = next((i for i in reversed(prompts) if i in own), prompts[-1] if prompts else None)
    return Exchange(found.how, prompt, _answers(entries, prompt, last))


def _end(entries: Sequence[Entry], prompt: int) -> int:
    """The last entry before the prompt after this one."""
    for i in range(prompt + 1, len(entries)):
        if _is_said(entries[i], USER):
            return i - 1
    return len(entries) - 1


def _span(header: Header, entries: Sequence[Entry], ticket: str) -> Collection[int]:
    """The entries of a ticket, from 0; all where the session has none for it."""
    found: set[int] = set()
    for span in header.spans:
        if span.ticket == ticket:
            found.update(range(max(span.first - 1, 0), min(span.last, len(entries))))
    return found or range(len(entries))


def place(entries: Sequence[Entry], at: int, subject: str) -> Place:
    """Where a commit with that author date, in epoch seconds, was made."""
    times = _times(entries)
    calls = [i for i, e in enumerate(entries) if e.role == TOOL and COMMITS.search(e.input)]
    if not any(times):
        calls = [i for i in calls if subject and subject[:SUBJECT] in entries[i].input]
        return Place(calls[-1], CALL) if calls else Place(0, UNKNOWN)
    near = [i for i in calls if abs(times[i] - at) <= NEAR]
    if near:
        best = min(
            near, key=lambda i: (subject[:SUBJECT] not in entries[i].input, abs(times[i] - at))
        )
        return Place(best, CALL)
    before = [i for i, time in enumerate(times) if 0 < time <= at]
    return Place(before[-1], TIME) if before else Place(0, LATER)


def _times(entries: Sequence[Entry]) -> list[int]:
    """When each entry was, in epoch seconds: where it does not say, when the one before it was."""
    times, now = [], 0
    for entry in entries:
        with suppress(ValueError):
            now = from_text(entry.at) if entry.at else now
        times.append(now)
    return times


def _is_said(entry: Entry, role: str) -> bool:
    """Whether the person or the main agent said it, not a subagent."""
    return entry.role == role and entry.kind == TEXT and not entry.agent


def _answers(entries: Sequence[Entry], prompt: int | None, last: int) -> tuple[int, ...]:
    start = 0 if prompt is None else prompt + 1
    return tuple(i for i in range(start, last + 1) if _is_said(entries[i], ASSISTANT))
