"""The timeline of a ticket as JSON."""

from collections.abc import Sequence
from typing import Any

from git_ticketer.lean.clock import to_text
from git_ticketer.ops.log import Entry, Log

FIELDS = ("success", "ticket", "title", "total", "entries", "mentions", "problems")


def answer(found: Log, entries: Sequence[Entry], mentions: Sequence[Entry]) -> dict[str, object]:
    """The whole answer, with those entries of the timeline that are shown."""
    return {
        "success": True,
        "ticket": found.ticket,
        "title": found.title or None,
        "total": len(found.entries),
        "entries": [_entry(entry) for entry in entries],
        "mentions": [_entry(entry) for entry in mentions],
        "problems": [problem.message for problem in found.problems],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "at": to_text(entry.at) if entry.at else None,
        "author": entry.author or None,
        "text": entry.text or None,
        "commit": entry.commit or None,
        "evidence": entry.evidence or None,
        "sessions": list(entry.sessions),
        "merge": entry.merge or None,
        "of": entry.of or None,
        "state": entry.state or None,
        "ticket": entry.ticket or None,
        "changes": [one._asdict() for one in entry.changes],
        "committed": entry.committed,
    }
