"""Bringing the table of commits up to date with the refs; nothing else writes its rows."""

from collections.abc import Iterable, Mapping, Sequence

from git_ticketer.lean.settings import Settings
from git_ticketer.storage import commits_read
from git_ticketer.storage.cache_sql import Database, Progress
from git_ticketer.storage.commits_read import Commit, Tips, graph
from git_ticketer.storage.commits_sql import BODY, MENTION, TRAILER, UID, meta, shape
from git_ticketer.storage.commits_text import NOTHING, Said, said
from git_ticketer.storage.gitcmd import Git

FACTS = ("named", "origin", "edit")
STEP = 1000


class Filler:
    """Writes rows into the open transaction of a database.

    `seen` is what the refs' files were before the tips were read (commits_read.seen); `progress`
    is told how many of how many commits were read.
    """

    def __init__(
        self, database: Database, git: Git, settings: Settings, seen: str, progress: Progress
    ) -> None:
        self.database = database
        self.git = git
        self.settings = settings
        self.seen = seen
        self.progress = progress
        self.key = int(database.execute("SELECT max(key) FROM made").fetchone()[0] or 0)

    def build(self, tips: Tips) -> None:
        """Read every commit into empty tables."""
        every = graph(self.git, tips.names, (), "--ignore-missing")
        self._add(every)
        self._set_merges(commits_read.brought(every, tips.trunk))
        self._keep(tips)

    def update(self, tips: Tips) -> None:
        """Read the commits that are new, drop those that no ref leads to any more.

        Raises: GitFailed where git has no commit any more that a ref once led to.
        """
        old = meta(self.database, "tips").split()
        gone = set(old) - set(tips.names)
        added = graph(self.git, sorted(set(tips.names) - set(old)), old)
        removed = graph(self.git, sorted(gone), tips.names) if gone else {}
        self._remove(removed)
        self._add(added)
        trunk = meta(self.database, "trunk")
        if trunk != tips.trunk:
            self._follow(trunk, tips.trunk)
        self._keep(tips)

    def _add(self, found: Mapping[str, tuple[str, ...]]) -> None:
        """Read commits, given newest first: later ones get higher keys."""
        for number, commit in enumerate(
            commits_read.commits(self.git, list(found)[::-1], edits=True), 1
        ):
            if number % STEP == 0 or number == len(found):
                self.progress(number, len(found))
            about = said(commit.message, self.settings)
            if about != NOTHING or commit.edits:
                self.key += 1
                self._insert(commit, about)

    def _insert(self, commit: Commit, about: Said) -> None:
        sessions = " ".join(about.sessions or about.weak_sessions)
        row = (self.key, commit.name, commit.at, commit.author, commit.subject)
        more = (len(commit.parents), sessions, " ".join(about.uids), len(about.tickets))
        sql = "INSERT INTO made VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
        self.database.execute(sql, (*row, *more, about.opted_out))
        several = (
            (TRAILER, about.tickets),
            (BODY, about.weak_tickets),
            (MENTION, about.mentions),
            (UID, about.uids),
        )
        named = [(word, evidence, self.key) for evidence, words in several for word in words]
        self._insert_all("named", named)
        self._insert_all("origin", [(name, kind, self.key) for kind, name in about.origins])
        self._insert_all("edit", [(*edit, self.key) for edit in commit.edits])

    def _insert_all(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self.database.executemany(f"INSERT INTO {table} VALUES({places})", rows)

    def _remove(self, names: Iterable[str]) -> None:
        select = "(SELECT key FROM made WHERE name = ?)"
        rows = [(name,) for name in names]
        for table in FACTS:
            self.database.executemany(f"DELETE FROM {table} WHERE key = {select}", rows)  # noqa: S608
        self.database.executemany("DELETE FROM made WHERE name = ?", rows)

    def _follow(self, old: str, new: str) -> None:
        """Note what came to the trunk since it parted from what it was, and forget what went."""
        done = self.git.attempt("merge-base", old, new) if old and new else None
        base = done.stdout.decode("ascii").split() if done else []
        if base:
            rows = [(merge,) for merge in graph(self.git, [old], base)]
            self.database.executemany("UPDATE made SET merge = '' WHERE merge = ?", rows)
        else:
            self.database.execute("UPDATE made SET merge = ''")
        came = graph(self.git, [new], base) if new else {}
        self._set_merges(commits_read.brought(came, new))

    def _set_merges(self, merges: Mapping[str, str]) -> None:
        """Note the merges that brought our commits, which are then of interest themselves."""
        stored = {row[0] for row in self.database.execute("SELECT name FROM made").fetchall()}
        rows = [(merges[name], name) for name in stored if name in merges]
        self.database.executemany("UPDATE made SET merge = ? WHERE name = ?", rows)
        missing = sorted({merge for merge, _ in rows} - stored)
        for commit in commits_read.commits(self.git, missing):
            self.key += 1
            self._insert(commit, NOTHING)

    def _keep(self, tips: Tips) -> None:
        values = {
            "tips": "\n".join(tips.names),
            "trunk": tips.trunk,
            "bounds": tips.bounds,
            "seen": self.seen,
            "shape": shape(self.settings),
        }
        sql = "INSERT OR REPLACE INTO meta VALUES(?, ?)"
        self.database.executemany(sql, list(values.items()))
