"""Whether comments and sessions can have changed since all of them were last looked at.

Looking at those of every ticket costs more than the rest of `git ticket show`. Git writes its index
whenever it writes into the work tree, and our own commands make their temporary files in the state
folder, which also changes once a minute while somebody works. So with neither of them changed, only
what somebody put there by hand within the last minute is not seen yet, unless it lies in the folder
of the ticket itself, which is always looked at.
"""

import contextlib
import os

from git_ticketer.lean.system import read_file, write_file
from git_ticketer.storage import sweep
from git_ticketer.storage.worktree import Worktree

FRESH = 20_000_000
"""Nanoseconds: what changed so shortly before may change again without another time."""


class Seen:
    """What git's index and the state folder of a worktree look like now; `folder` is the cache."""

    def __init__(self, worktree: Worktree, folder: str) -> None:
        places = (worktree.dirs.path, f"{worktree.dirs.path}/index", worktree.dirs.state)
        git_dir, *self.times = map(_look, places)
        self.now = f"{self.times}\n".encode()
        self.path = f"{folder}/seen-{git_dir[0]}"

    def holds(self) -> bool:
        """Whether it is as it was when everything was looked at."""
        try:
            return read_file(self.path, 4096) == self.now
        except OSError:
            return False

    def save(self) -> None:
        """Note that everything was looked at; where that cannot be, it is done again."""
        with contextlib.suppress(OSError):
            write_file(self.path, self.now, durable=False)
            if os.lstat(self.path).st_mtime_ns - max(time for *_, time in self.times) < FRESH:
                os.unlink(self.path)


def _look(path: str) -> tuple[int, int, int]:
    try:
        found = os.lstat(path)
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def is_near(blob: bytes, folder: bytes, name: bytes) -> bool:
    """Whether what is attached to one ticket is as in the manifest `blob` of all."""
    paths, _, packed = blob.partition(b"\0\0")
    start = name + b"/"
    old = {
        path: packed[sweep.STAT * index : sweep.STAT * index + sweep.STAT]
        for index, path in enumerate(paths.split(b"\0"))
        if path.startswith(start)
    }
    links = frozenset([name]) if os.path.islink(folder + b"/" + name) else frozenset[bytes]()
    found, stats = sweep.attachments(folder, sweep.Listing([name], links, 0))
    numbers = stats.tobytes()
    return old == {
        path: numbers[sweep.STAT * i : sweep.STAT * i + sweep.STAT] for i, path in enumerate(found)
    }
