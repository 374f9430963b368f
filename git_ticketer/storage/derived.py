"""A SQLite file of what is derived from other files, which can be lost at any time.

It is believed only while its size, times and inode are those that we noted beside it after our
own last write. Anything else (garbled, older, replaced, another version) is built anew, and
where nothing can be written the same is done in memory.

`journal_mode=DELETE`: with a write-ahead log not even reading works on a full disk.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from git_ticketer import __version__
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, read_file, write_file

PATIENCE = 60.0
BUSY = 5.0
MAPPED = 1 << 28  # bytes of the file that are read without a copy
MEMORY = ":memory:"

Trouble = OSError, sqlite3.Error, UnicodeError
"""What may be wrong with such a file, or with its place. It is never an error of a command."""


class Kind(NamedTuple):
    """What such a file is: its name, the start of the names beside it, and its tables.

    `version` is that of our rows; to read the small table `first` begins a transaction.
    """

    file: str
    beside: str
    version: int
    schema: str
    indexes: str
    first: str


class Place:
    """A file of some kind in a folder, its stamp and the writers' lock."""

    def __init__(self, folder: str, kind: Kind) -> None:
        self.folder = folder
        self.kind = kind
        self.path = f"{folder}/{kind.file}"
        self.stamp = f"{folder}/{kind.beside}stamp"
        self.lock = f"{folder}/{kind.beside}lock"
        self.read = f"SELECT count(*) FROM {kind.first}"  # noqa: S608 - one of our tables

    def trusted(self) -> sqlite3.Connection | None:
        """The database as we left it, in a reading transaction; None where it is not that."""
        with contextlib.suppress(*Trouble):
            if self._is_ours():
                return self._opened()
        return None

    def _opened(self) -> sqlite3.Connection | None:
        database = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)
        try:
            database.execute(f"PRAGMA mmap_size = {MAPPED}")
            database.execute("BEGIN")
            database.execute(self.read).fetchone()
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
        version = f"{__version__} {self.kind.version} {sqlite3.sqlite_version}"
        return f"{version} {numbers}\n".encode()

    @contextlib.contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the writers' lock; the time in nanoseconds when it was got, as files have it."""
        make_folders(self.folder)
        with Lock(self.lock, PATIENCE):
            os.utime(self.lock)
            yield os.stat(self.lock).st_mtime_ns

    def rewrite(self, database: sqlite3.Connection, work: Callable[[], object]) -> None:
        """Write to the database that somebody reads, if it is still ours; see `Trouble`."""
        with self.locked():
            if self._is_ours():
                self.write(database, work)

    def write(self, database: sqlite3.Connection, work: Callable[[], object]) -> None:
        """Do some work in a transaction of its own, instead of the reading one; then read again.

        The lock must be held.
        """
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
        database.execute(self.read).fetchone()
        write_file(self.stamp, self._state(), durable=False)

    def build(self, fill: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        """A new database in the place of the old one; the lock must be held."""
        new = f"{self.path}.new"
        _remove(new)
        database = self._blank(new)
        try:
            fill(database)
            database.executescript(self.kind.indexes)  # this commits what came before
            database.close()
        except BaseException:
            database.close()
            _remove(new)  # others may need the room on a full disk
            raise
        _remove(f"{self.path}-journal")
        os.replace(new, self.path)
        _sync(self.path)
        write_file(self.stamp, self._state(), durable=False)
        found = self.trusted()
        if found is None:
            raise sqlite3.DatabaseError("changed while it was built")
        return found

    def copied(self) -> sqlite3.Connection | None:
        """A copy in memory of the file as we left it, in a transaction; None where it is not."""
        with contextlib.suppress(*Trouble):
            old = self.trusted()
            if old:
                with contextlib.closing(old):
                    database = sqlite3.connect(MEMORY, isolation_level=None)
                    old.backup(database)
                database.execute("BEGIN")
                return database
        return None

    def in_memory(self) -> sqlite3.Connection:
        """An empty database in memory, in a transaction."""
        database = self._blank(MEMORY)
        database.executescript(self.kind.indexes)
        database.execute("BEGIN")
        return database

    def _blank(self, path: str) -> sqlite3.Connection:
        """A database with our tables, in a transaction; no journal, as nobody knows it yet."""
        database = sqlite3.connect(path, isolation_level=None)
        database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;"
            f"PRAGMA temp_store = MEMORY; BEGIN; {self.kind.schema}"
        )
        return database


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _sync(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
