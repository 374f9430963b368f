"""The timeline of a ticket as JSON.

Nothing here needs click, whose import takes as long as all the rest of a warm `log`: programs
that ask `git ticket log ID --json` are answered before it.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from git_ticketer.cli import output
from git_ticketer.lean.clock import to_text
from git_ticketer.ops import log
from git_ticketer.ops.log import Entry, Log
from git_ticketer.ops.workspace import open_workspace

FIELDS = ("success", "ticket", "title", "total", "entries", "mentions", "problems")


def quick(words: Sequence[str], environ: Mapping[str, str], current: Callable[[], str]) -> bool:
    """Answer `log ID --json`; False, with nothing printed, where the command has to do it.

    `current` gives the current folder, or raises OSError.
    """
    if len(words) != 2 or words[1] != output.JSON_FLAG or words[0].startswith("-"):
        return False
    try:
        work = open_workspace(current(), environ)
        output.warn_all(work.warnings)
        if work.unstored:
            output.warn_all([work.unstored.message])
        work.warnings.clear()
        found = log.log(work, words[0])
        output.document(answer(found, found.entries[::-1], found.mentions[::-1]))
        output.warn_all(work.warnings)
        output.warn_all(problem.message for problem in found.problems)
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - the command meets it again, and says what is wrong
        return False
    return True


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
        "at": to_text(entry.at),
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
