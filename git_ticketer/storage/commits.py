"""The table of commits that name tickets: a SQLite file that can be lost at any time.

It holds the commits of all refs, and of the detached HEADs of all worktrees. See derived.py for
when it is believed; it is current while all refs lead where they led.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from git_ticketer.lean.settings import Settings
from git_ticketer.storage import commits_read
from git_ticketer.storage.cache_sql import Progress
from git_ticketer.storage.commits_read import Edit, Tips
from git_ticketer.storage.commits_sql import INDEXES, SCHEMA, meta, shape
from git_ticketer.storage.derived import Kind, Place, Trouble
from git_ticketer.storage.gitcmd import GitFailed
from git_ticketer.storage.worktree import Worktree

if TYPE_CHECKING:
    from git_ticketer.storage.commits_fill import Filler

COMMITS = Kind("commits.db", "commits-", 4, SCHEMA, INDEXES, "meta")
MOST = 500  # parameters of one statement, at least 999 in any SQLite
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

    def __init__(self, database: sqlite3.Connection, place: Place | None) -> None:
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
            self.place.rewrite(
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
    place = Place(f"{worktree.dirs.shared}/cache", COMMITS)
    seen = commits_read.seen(worktree)
    database = place.trusted()
    if database:
        with contextlib.suppress(*Trouble):
            if _is_current(database, settings, seen):
                return Commits(database, place)
        database.close()
    work = _Work(worktree, settings, commits_read.tips(worktree), seen, progress)
    try:
        return Commits(_updated(place, work), place)
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


def _updated(place: Place, work: _Work) -> sqlite3.Connection:
    """The database brought up to date; raises what `Trouble` lists where that cannot be."""
    with place.locked():
        database = place.trusted()
        if database and work.can_update(database):
            if _is_current(database, work.settings, work.seen):  # somebody else was faster
                return database
            try:
                place.write(database, lambda: work.filler(database).update(work.tips))
            except GitFailed:  # it cannot tell what is new: all is read again
                pass
            except BaseException:
                database.close()
                raise
            else:
                return database
        if database:
            database.close()
        return place.build(lambda new: work.filler(new).build(work.tips))


def _in_memory(place: Place, work: _Work) -> sqlite3.Connection:
    """The same in memory, from the copy on disk where that can be read."""
    with contextlib.suppress(*Trouble, GitFailed):
        database = place.copied()
        if database and work.can_update(database):
            work.filler(database).update(work.tips)
            return database
    database = place.in_memory()
    work.filler(database).build(work.tips)
    return database
