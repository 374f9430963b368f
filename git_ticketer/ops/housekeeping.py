"""What commands clear away when a new session begins: left-over files and old history.

Hooks never do this. Nothing that was decided or committed depends on what is removed here.
"""

import contextlib
import os

from git_ticketer.lean import journal
from git_ticketer.lean.clock import from_text
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.system import TEMPORARY

KEPT_SECONDS = 90 * 24 * 3600
TEMPORARY_SECONDS = 3600


def clean(git: GitDir, now: int) -> None:
    """Remove files of killed processes, sessions of 90 days ago, and turn the journal.

    A folder that cannot be read or written is left as it is.
    """
    for folder in (git.path, git.state, git.state + "/sessions", git.shared):
        _sweep(folder, TEMPORARY, now - TEMPORARY_SECONDS)
    _sweep(git.state, "context-", now - KEPT_SECONDS)
    _sweep(git.state + "/sessions", "", now - KEPT_SECONDS)
    with contextlib.suppress(OSError, ValueError):
        _turn_journal(git.shared, now)


def _sweep(folder: str, start: str, before: int) -> None:
    """Remove the regular files in `folder` named `start...` that are older than `before`."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            old = entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before
            if old and entry.name.startswith(start):
                os.unlink(entry.path)


def _turn_journal(shared: str, now: int) -> None:
    """Start a new journal once the first line is 90 days old; the one before goes then.

    A line that another process appends meanwhile is in one of the two files.
    """
    current = f"{shared}/{journal.FILES[1]}"
    with open(current, encoding="utf-8", errors="replace") as file:
        first = file.readline(64)
    if from_text(first.partition("\t")[0]) < now - KEPT_SECONDS:
        os.replace(current, f"{shared}/{journal.FILES[0]}")
