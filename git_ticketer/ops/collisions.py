"""Collisions: two tickets under one id, made in two clones; remembered from fetch to fetch.

`branches` finds them; nothing heavy is imported to look at what was found before.
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.lean.system import make_folders, read_file, write_file
from git_ticketer.storage.worktree import Worktree

ID, UID = "id", "uid"
MEMO = "collisions"
FETCHED = ("FETCH_HEAD", "packed-refs")
"""What a fetch writes; other clones' tickets come with nothing else."""


class Holder(NamedTuple):
    """A ticket of a collision: its id, its uid, and where it is."""

    id: TicketId
    uid: str
    where: str


class Collision(NamedTuple):
    """Different tickets under one id (`kind` is ID), or one uid under several ids (UID)."""

    kind: str
    name: str
    holders: tuple[Holder, ...]

    @property
    def text(self) -> str:
        """What it is, in a line."""
        if self.kind == ID:
            where = ", ".join(dict.fromkeys(holder.where for holder in self.holders))
            return f"{self.name} is {len(self.holders)} tickets: {where}"
        return "one ticket under several ids: " + ", ".join(holder.id for holder in self.holders)

    @property
    def hint(self) -> str:
        """What to type about it."""
        return f"git ticket renumber {self.holders[-1].id}"


def noted(worktree: Worktree) -> list[Collision]:
    """The collisions of ids as of the last fetch: looked for once after each, then remembered.

    They come from other clones, so nothing but a fetch brings new ones; `forget` after mending.
    """
    path = f"{worktree.dirs.shared}/{MEMO}"
    stamp = _stamp(worktree)
    try:
        lines = read_file(path).decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    if lines[:1] == [stamp]:
        return list(_parsed(lines[1:]))
    from git_ticketer.ops import branches

    found = [one for one in branches.collisions(worktree) if one.kind == ID]
    rows = ["\t".join(holder) for one in found for holder in one.holders]
    try:
        make_folders(worktree.dirs.shared)
        data = "".join(f"{row}\n" for row in [stamp, *rows])
        write_file(path, data.encode("utf-8", "replace"), durable=False)
    except OSError:
        return found
    return found


def forget(worktree: Worktree) -> None:
    """Look for collisions again at the next question."""
    try:
        os.unlink(f"{worktree.dirs.shared}/{MEMO}")
    except OSError:
        return


def _stamp(worktree: Worktree) -> str:
    parts = [worktree.top]
    for name in FETCHED:
        try:
            status = os.stat(f"{worktree.dirs.common}/{name}")
            parts.append(f"{status.st_mtime_ns}-{status.st_size}")
        except OSError:
            parts.append("-")
    return ascii(" ".join(parts))


def _parsed(rows: list[str]) -> Iterator[Collision]:
    found: dict[str, list[Holder]] = {}
    for row in rows:
        id, _, rest = row.partition("\t")
        uid, _, where = rest.partition("\t")
        try:
            found.setdefault(id, []).append(Holder(TicketId(id), uid, where))
        except InvalidId:
            continue
    return (Collision(ID, id, tuple(holders)) for id, holders in found.items())
