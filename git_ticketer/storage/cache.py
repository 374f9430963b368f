"""The cache of tickets: a SQLite file in the common git dir, which can be lost (see derived.py).

A worktree's part of it is current while a sweep of the files gives the same bytes as the one that
it was made from.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import TypeVar

from git_ticketer.storage import ahead, sweep
from git_ticketer.storage.cache_fill import Filler
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.cache_seen import Seen, is_near
from git_ticketer.storage.cache_sql import INDEXES, SCHEMA, Progress
from git_ticketer.storage.derived import Kind, Place, Trouble
from git_ticketer.storage.worktree import Worktree

TICKETS = Kind("tickets.db", "", 6, SCHEMA, INDEXES, "worktree")
UNUSED = 2000
"""Tickets that no worktree has any more; with more of them, and most of all, it is built anew."""

UNUSED_BYTES = 1 << 26
"""The same for the bytes of comments and sessions: an archive that grows is new each time."""

Answer = TypeVar("Answer")


class Swept:
    """What a sweep found: `tickets`, and the comments and sessions where they are asked for."""

    __slots__ = ("files", "tickets")

    def __init__(self, tickets: bytes, files: bytes | None) -> None:
        self.tickets = tickets
        self.files = files

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """What there is, by the kind of its manifest."""
        yield "tickets", self.tickets
        if self.files is not None:
            yield "files", self.files


def open(worktree: Worktree, *, deep: bool = False, progress: Progress = lambda *_: None) -> Rows:
    """The tickets of a worktree as they are in its files now; `deep` is with comments.

    `progress` is told how many of how many files were read. Trouble with the cache is never an
    error. Raises: LeadsOutside where `.tickets` is a link, OSError where it cannot be listed.
    """
    return _opened(worktree, _sweep(worktree, deep=deep), deep=deep, progress=progress)


def near(worktree: Worktree, name: str) -> Rows:
    """The tickets with their comments and sessions, for whom one ticket, `name`, is what counts.

    As `open` with `deep`, at the price of one without as long as nothing changed: see
    storage/cache_seen.py for what can be missed. Raises: what `open` raises.
    """
    folder = f"{worktree.dirs.shared}/cache"
    seen = Seen(worktree, folder)
    swept = _sweep(worktree, deep=ahead.is_deep())
    if swept.files is not None:
        return _opened(worktree, swept, deep=False, progress=lambda *_: None)
    database = _place(worktree).trusted() if seen.holds() else None
    if database:
        with contextlib.suppress(*Trouble):
            if _is_current(database, worktree, swept) and _is_near(database, worktree, name):
                return Rows(database, _number(database, worktree), worktree.top, deep=False)
        database.close()
    swept.files = _files(worktree)
    rows = _opened(worktree, swept, deep=False, progress=lambda *_: None)
    seen.save()
    return rows


def _is_near(database: sqlite3.Connection, worktree: Worktree, name: str) -> bool:
    sql = "SELECT blob FROM manifest WHERE worktree = ? AND kind = 'files'"
    row = database.execute(sql, (_number(database, worktree),)).fetchone()
    return row is not None and is_near(row[0], _folder(worktree), os.fsencode(name))


def ask(
    worktree: Worktree,
    question: Callable[[Rows], Answer],
    *,
    deep: bool = False,
    progress: Progress = lambda *_: None,
) -> Answer:
    """The answer to a question about the tickets as they are now; see `open`.

    It is asked before it is known whether any file changed, while the child that looks is still
    at it, and asked again in the rare case that one did.
    """
    swept = None
    database = _place(worktree).trusted()
    if database:
        with contextlib.closing(database), contextlib.suppress(*Trouble):
            answer = question(Rows(database, _number(database, worktree), worktree.top, deep=deep))
            swept = _sweep(worktree, deep=deep)
            if _is_current(database, worktree, swept):
                return answer
    swept = swept or _sweep(worktree, deep=deep)
    with _opened(worktree, swept, deep=deep, progress=progress) as rows:
        return question(rows)


def peek(worktree: Worktree, question: Callable[[Rows], Answer]) -> Answer | None:
    """The answer to a question if the cache is current; it is never written for it."""
    database = _place(worktree).trusted()
    if database is None:
        return None
    try:
        if _is_current(database, worktree, _sweep(worktree, deep=False)):
            return question(Rows(database, _number(database, worktree), worktree.top, deep=False))
    except Trouble:
        return None
    finally:
        database.close()
    return None


def _place(worktree: Worktree) -> Place:
    return Place(f"{worktree.dirs.shared}/cache", TICKETS)


def _opened(worktree: Worktree, swept: Swept, *, deep: bool, progress: Progress) -> Rows:
    place = _place(worktree)
    try:
        database = place.trusted()
        if database is None or not _is_current(database, worktree, swept):
            if database:
                database.close()
            database = _updated(place, worktree, swept, progress)
    except Trouble:
        database = place.copied() or place.in_memory()
        _fill(database, worktree, swept, 0, progress)
    return Rows(database, _number(database, worktree), worktree.top, deep=deep)


def _updated(
    place: Place, worktree: Worktree, swept: Swept, progress: Progress
) -> sqlite3.Connection:
    """The database brought up to date; raises what `Trouble` lists where that cannot be."""
    with place.locked() as now:
        database = place.trusted()
        if database is None or _is_worn(database):
            if database:
                database.close()
            return place.build(lambda new: _fill(new, worktree, swept, now, progress))
        if _is_current(database, worktree, swept):
            return database
        try:
            place.write(database, lambda: _fill(database, worktree, swept, now, progress))
        except BaseException:
            database.close()
            raise
        return database


def _sweep(worktree: Worktree, *, deep: bool) -> Swept:
    """The sweep of the child that looked ahead, or else our own."""
    done = ahead.sweeps(worktree.top, deep=deep)
    if done:
        return Swept(*done)
    folder = _folder(worktree)
    if not sweep.is_plain(folder):
        from git_ticketer.storage.inside import inside

        inside(worktree.top, ".tickets")
    found = sweep.listing(folder)
    stats = sweep.stats_of(folder, found.names, found.links)
    files = sweep.pack(*sweep.attachments(folder, found)) if deep else None
    return Swept(sweep.pack(found.names, stats), files)


def _files(worktree: Worktree) -> bytes:
    """The sweep of what is attached to tickets."""
    folder = _folder(worktree)
    return sweep.pack(*sweep.attachments(folder, sweep.listing(folder)))


def _folder(worktree: Worktree) -> bytes:
    return os.fsencode(worktree.top) + b"/" + sweep.FOLDER


def _number(database: sqlite3.Connection, worktree: Worktree) -> int:
    """The number of a worktree, which is known."""
    sql = "SELECT number FROM worktree WHERE path = ?"
    row = database.execute(sql, (_name(worktree),)).fetchone()
    return int(row[0]) if row else 0


def _name(worktree: Worktree) -> bytes:
    return os.fsencode(worktree.dirs.path)


def _is_current(database: sqlite3.Connection, worktree: Worktree, swept: Swept) -> bool:
    """Whether nothing changed since the worktree's part was made."""
    sql = "SELECT blob FROM manifest WHERE worktree = ? AND kind = ?"
    number = _number(database, worktree)
    return all(
        database.execute(sql, (number, kind)).fetchone() == (blob,) for kind, blob in swept.parts()
    )


def _fill(
    database: sqlite3.Connection, worktree: Worktree, swept: Swept, now: int, progress: Progress
) -> None:
    """Bring a worktree's part to what the sweep found, in the open transaction."""
    database.execute("INSERT OR IGNORE INTO worktree(path) VALUES(?)", (_name(worktree),))
    filler = Filler(database, _number(database, worktree), worktree.top, progress)
    filler.tickets(swept.tickets, now)
    if swept.files is not None:
        filler.files(swept.files, now)


def _is_worn(database: sqlite3.Connection) -> bool:
    """Whether most of it is what no worktree has any more."""

    def number(sql: str) -> int:
        return int(database.execute(sql).fetchone()[0])

    stored = number("SELECT count(*) FROM ticket")
    if stored > UNUSED and stored > UNUSED + 2 * number("SELECT count(DISTINCT key) FROM entry"):
        return True
    size = number("SELECT coalesce(sum(size), 0) FROM attached")
    used = "SELECT coalesce(sum(size), 0) FROM attached WHERE key IN (SELECT key FROM file)"
    return size > UNUSED_BYTES and size > UNUSED_BYTES + 2 * number(used)
