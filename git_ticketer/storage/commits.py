"""The table of commits that name tickets: a SQLite file that can be lost at any time.

It holds the commits of all refs, and of the detached HEADs of all worktrees. Like the cache of
tickets beside it (storage/cache.py) it is believed only while its size, times and inode are those
that were noted after our own last write; else it is read anew, and where nothing can be written,
in memory. It is current while all refs lead where they led.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from git_ticketer import __version__
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.settings import Settings
from git_ticketer.lean.system import make_folders, read_file, write_file
from git_ticketer.storage import commits_read
from git_ticketer.storage.cache_fill import Progress
from git_ticketer.storage.commits_read import Edit, Tips
from git_ticketer.storage.commits_sql import INDEXES, SCHEMA, meta, shape
from git_ticketer.storage.gitcmd import GitFailed
from git_ticketer.storage.worktree import Worktree

if TYPE_CHECKING:
    from git_ticketer.storage.commits_fill import Filler

VERSION = f"{__version__} 3 {sqlite3.sqlite_version}"
PATIENCE = 60.0
BUSY = 5.0
MOST = 500  # parameters of one statement, at least 999 in any SQLite
Trouble = OSError, sqlite3.Error, UnicodeError
COLUMNS = (
    "m.key, m.name, m.at, m.author, m.subject, m.parents, m.sessions, m.uids, m.tickets,"
    " m.opted_out, m.merge"
)
FACTS = "f.ticket, f.name, f.old, f.new"


class Made(NamedTuple):
    """A commit of the table; `key` is higher for a later one, `at` is in epoch seconds.

    `tickets` is how many its trailers name, `merge` the merge that brought it to the default
    branch, empty where none did.
    """

    key: int
    name: str
    at: int
    author: str
    subject: str
    parents: int
    sessions: tuple[str, ...]
    uids: tuple[str, ...]
    tickets: int
    opted_out: bool
    merge: str


class Commits:
    """What the table answers; it is as the refs were when it was opened."""

    def __init__(self, database: sqlite3.Connection, place: "_Place | None") -> None:
        self.database = database
        self.place = place

    def close(self) -> None:
        """Let others write; nothing more can be asked."""
        self.database.close()

    def naming(self, words: Iterable[str]) -> list[tuple[Made, str, str]]:
        """The commits that name one of some ids or uids, oldest first: commit, word, evidence."""
        sql = f"SELECT {COLUMNS}, f.word, f.evidence FROM named f JOIN made m ON m.key = f.key"  # noqa: S608
        return [
            (_made(row), str(row[-2]), str(row[-1]))
            for row in self._among(f"{sql} WHERE f.word", list(words))
        ]

    def edits(self, tickets: Iterable[str]) -> list[tuple[Made, Edit]]:
        """What commits did to the files of tickets, oldest first; a merge does nothing."""
        sql = f"SELECT {COLUMNS}, {FACTS} FROM edit f JOIN made m ON m.key = f.key"  # noqa: S608
        rows = self._among(f"{sql} WHERE f.ticket", list(tickets))
        return [(_made(row), Edit(*row[-4:])) for row in rows]

    def made_from(self, names: Iterable[str]) -> list[tuple[Made, str, str]]:
        """The reverts and cherry-picks of some commits: commit, kind, the original's name."""
        wanted = list(names)
        sql = f"SELECT {COLUMNS}, f.kind, f.original FROM origin f JOIN made m ON m.key = f.key"  # noqa: S608
        starts = sorted({name[:7] for name in wanted})
        return [
            (_made(row), str(row[-2]), name)
            for row in self._among(f"{sql} WHERE substr(f.original, 1, 7)", starts)
            for name in wanted
            if name.startswith(row[-1])
        ]

    def named(self, names: Iterable[str]) -> dict[str, Made]:
        """The commits of those names that are in the table."""
        rows = self._among(f"SELECT {COLUMNS} FROM made m WHERE m.name", list(names))  # noqa: S608
        return {made.name: made for made in map(_made, rows)}

    def _among(self, sql: str, values: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(values), MOST):
            part = values[start : start + MOST]
            places = ", ".join("?" * len(part))
            found += self.database.execute(f"{sql} IN ({places})", part).fetchall()
        return sorted(found, key=lambda row: int(row[0]))

    def remembered(
        self,
        pairs: Iterable[tuple[str, str]],
        compute: Callable[[list[tuple[str, str]]], dict[tuple[str, str], str]],
    ) -> dict[tuple[str, str], str]:
        """A text for each pair of blobs; `compute` gives those that are not known, to be kept."""
        wanted = list(dict.fromkeys(pairs))
        known: dict[tuple[str, str], str] = {}
        sql = "SELECT value FROM pair WHERE old = ? AND new = ?"
        for pair in wanted:
            row = self.database.execute(sql, pair).fetchone()
            if row:
                known[pair] = str(row[0])
        missing = [pair for pair in wanted if pair not in known]
        if missing:
            more = compute(missing)
            known.update(more)
            self._remember([(*pair, text) for pair, text in more.items()])
        return known

    def _remember(self, rows: list[tuple[str, str, str]]) -> None:
        """Keep texts; where that cannot be, they are made again the next time."""
        if self.place is None:
            return
        with contextlib.suppress(*Trouble):
            self.place.write(
                self.database,
                lambda: self.database.executemany(
                    "INSERT OR REPLACE INTO pair VALUES(?, ?, ?)", rows
                ),
            )


def _made(row: Sequence[Any]) -> Made:
    key, name, at, author, subject, parents, sessions, uids, tickets, opted, merge = row[:11]
    return Made(
        key,
        name,
        at,
        author,
        subject,
        parents,
        tuple(sessions.split()),
        tuple(uids.split()),
        tickets,
        bool(opted),
        merge,
    )


def open(worktree: Worktree, settings: Settings, progress: Progress = lambda *_: None) -> Commits:
    """The commits as the refs lead to them now; `settings` has the team's trailer keys.

    `progress` is told how many of how many commits were read. Trouble with the file is never an
    error. Raises: GitFailed, GitMissing.
    """
    place = _Place(f"{worktree.dirs.shared}/cache")
    seen = commits_read.seen(worktree)
    with contextlib.suppress(*Trouble):
        database = place.trusted()
        if database and _is_current(database, settings, seen):
            return Commits(database, place)
        if database:
            database.close()
    work = _Work(worktree, settings, commits_read.tips(worktree), seen, progress)
    try:
        return Commits(place.updated(work), place)
    except Trouble:
        return Commits(_in_memory(place, work), None)


def _is_current(database: sqlite3.Connection, settings: Settings, seen: str) -> bool:
    """Whether no ref moved since the rows were written, and they are of the same trailers."""
    return meta(database, "seen") == seen and meta(database, "shape") == shape(settings)


class _Work(NamedTuple):
    """What the table is brought up to."""

    worktree: Worktree
    settings: Settings
    tips: Tips
    seen: str
    progress: Progress

    def filler(self, database: sqlite3.Connection) -> "Filler":
        """What writes rows, imported only where something is new."""
        from git_ticketer.storage.commits_fill import Filler

        return Filler(database, self.worktree.git, self.settings, self.seen, self.progress)

    def can_update(self, database: sqlite3.Connection) -> bool:
        """Whether rows of old commits stay as they are."""
        same = meta(database, "bounds") == self.tips.bounds
        return same and meta(database, "shape") == shape(self.settings)


def _create(path: str) -> sqlite3.Connection:
    """A new database with our tables, in a transaction; no journal, as nobody knows it yet."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
        f"BEGIN; {SCHEMA}"
    )
    return database


def _in_memory(place: "_Place", work: _Work) -> sqlite3.Connection:
    """The same in memory, from the copy on disk where that can be read."""
    with contextlib.suppress(*Trouble, GitFailed):
        old = place.trusted()
        if old is not None and work.can_update(old):
            database = sqlite3.connect(":memory:", isolation_level=None)
            old.backup(database)
            old.close()
            database.execute("BEGIN")
            work.filler(database).update(work.tips)
            return database
    database = _create(":memory:")
    database.executescript(INDEXES)
    database.execute("BEGIN")
    work.filler(database).build(work.tips)
    return database


class _Place:
    """The database, its stamp and the writers' lock, in the folder of the cache."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.path = f"{folder}/commits.db"
        self.stamp = f"{folder}/commits-stamp"
        self.lock = f"{folder}/commits-lock"

    def trusted(self) -> sqlite3.Connection | None:
        """The database as we left it, in a reading transaction; None where it is not that."""
        with contextlib.suppress(*Trouble):
            if self._is_ours():
                return self._opened()
        return None

    def _opened(self) -> sqlite3.Connection | None:
        database = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        try:
            database.execute("BEGIN")
            database.execute("SELECT count(*) FROM meta").fetchone()
            if self._is_ours():  # no writer can come in between any more
                return database
        except Trouble:
            pass
        database.close()
        return None

    def _is_ours(self) -> bool:
        return read_file(self.stamp, 4096) == self._state()

    def _state(self) -> bytes:
        found = os.lstat(self.path)
        numbers = found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
        return f"{VERSION} {numbers}\n".encode()

    def updated(self, work: _Work) -> sqlite3.Connection:
        """The database brought up to date; raises what `Trouble` lists where that cannot be."""
        make_folders(self.folder)
        with Lock(self.lock, PATIENCE):
            database = self.trusted()
            if database is None or not work.can_update(database):
                return self._built(database, work)
            if _is_current(database, work.settings, work.seen):  # somebody else was faster
                return database
            try:
                self._write(database, lambda: work.filler(database).update(work.tips))
            except GitFailed:
                return self._built(database, work)
            except BaseException:
                database.close()
                raise
            return database

    def write(self, database: sqlite3.Connection, work: Callable[[], object]) -> None:
        """Write to the database that somebody reads, which goes on reading; see `Trouble`."""
        with Lock(self.lock, PATIENCE):
            if self._is_ours():
                self._write(database, work)

    def _write(self, database: sqlite3.Connection, work: Callable[[], object]) -> None:
        """Do some work in a transaction of its own, instead of the reading one; then read again."""
        database.execute("ROLLBACK")
        database.execute("PRAGMA temp_store = MEMORY")
        database.execute("BEGIN IMMEDIATE")
        try:
            work()
            database.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM meta").fetchone()
        write_file(self.stamp, self._state(), durable=False)

    def _built(self, old: sqlite3.Connection | None, work: _Work) -> sqlite3.Connection:
        """A new database in the place of the old one."""
        if old:
            old.close()
        new = f"{self.path}.new"
        _remove(new)
        database = _create(new)
        try:
            work.filler(database).build(work.tips)
            database.executescript(INDEXES)  # this commits what came before
            database.close()
        except BaseException:
            database.close()
            _remove(new)  # others may need the room on a full disk
            raise
        _remove(f"{self.path}-journal")
        os.replace(new, self.path)
        write_file(self.stamp, self._state(), durable=False)
        found = self.trusted()
        if found is None:
            raise sqlite3.DatabaseError("changed while it was built")
        return found


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
