"""aider: `.aider.chat.history.md` at the top of the worktree, or `AIDER_CHAT_HISTORY_FILE`.

The file holds all sessions, each begun with `# aider chat started at <local time>`; their ids are
those of importers/aider.py. It lies with the work, so that a session's id alone finds nothing.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.lean import clock

NAME = "aider"
READ = 1 << 22
"""Bytes at the end of the file in which sessions are looked for."""

START = re.compile(r"(?m)^# aider chat started at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")
ASKED = re.compile(r"(?m)^#### (?!<blank>)")


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """Nothing: the file is found by its folder."""
    return iter(())


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The sessions in which something was asked; one ends when the next one begins."""
    name = environ.get("AIDER_CHAT_HISTORY_FILE") or ".aider.chat.history.md"
    for file in places.file(Path(top) / name):
        text = places.tail(file.path, READ)
        starts = list(START.finditer(text))
        for start, following in zip_longest(starts, starts[1:]):
            end = following.start() if following else len(text)
            if ASKED.search(text, start.end(), end):
                left = _time(following) if following else file.modified
                id = _id(start)
                yield Found(NAME, file.path, id, min(left, file.modified), id)


def _id(start: re.Match[str]) -> str:
    return "-".join(("aider", *(re.sub(r"\D", "", part) for part in start.groups())))


def _time(start: re.Match[str]) -> float:
    try:
        return clock.from_text(f"{start[1]}T{start[2]}Z")
    except ValueError:
        return 0.0
