"""Rows: what the cache answers about the tickets of one worktree."""

import os
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from git_ticketer.model.query import Among, Query
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.model.workflow import Workflow
from git_ticketer.storage import cache_sql, schema
from git_ticketer.storage.cache_sql import Database
from git_ticketer.storage.sweep import MISSING, TROUBLES
from git_ticketer.storage.yamlfile import BadFile, Document

COLUMNS = (
    "e.name, e.line, e.reason, t.uid, t.id, t.title, t.type, t.status, t.priority, t.parent,"
    " t.assignee, t.labels, t.created, t.subtasks_done, t.subtasks, t.criteria_done, t.criteria,"
    " t.links, t.aliases, t.key"
)
# SQLite has no statistics here, so the way is given: contents first, then who has them.
JOIN = (
    "ticket t CROSS JOIN entry e INDEXED BY entry_key"
    " ON e.worktree = {} AND e.key = t.key AND e.reason = ''"
)
HIT = (
    "WITH hit AS MATERIALIZED (SELECT rowid AS key FROM search WHERE search MATCH ?)"
    " SELECT key, '', 0 AS place FROM hit WHERE key = ?"
    " UNION ALL SELECT f.key, f.kind, 1 + (f.kind != 'comments') AS place FROM file f"
    " WHERE f.worktree = {} AND f.name = ? AND f.key IN hit ORDER BY place LIMIT 1"
)
TEXT = "SELECT b.text, v.json FROM body b LEFT JOIN value v ON v.key = b.key WHERE b.key = ?"
AROUND = 200


class Row(NamedTuple):
    """A ticket as lists show it. A broken one has an `error`, and its folder's name as `id`.

    `comments` and `sessions` are None where nobody asked for them. `path` is relative to the top
    of the worktree, `links` are as the file has them: `blocks PROJ-130`. `ref` is where
    the ticket is, empty for the work tree.
    """

    id: str
    path: str
    error: str = ""
    uid: str = ""
    title: str = ""
    type: str = ""
    status: str = ""
    priority: str = ""
    parent: str = ""
    assignee: str = ""
    labels: tuple[str, ...] = ()
    created: str = ""
    subtasks_done: int = 0
    subtasks: int = 0
    criteria_done: int = 0
    criteria: int = 0
    links: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    comments: int | None = None
    sessions: int | None = None
    ref: str = ""


class Match(NamedTuple):
    """A ticket that a search found, and the text around the first of its words that is there.

    `session` is the archived session that the text is from; empty for the ticket's own text, a
    comment's or a plan's.
    """

    row: Row
    text: str
    session: str = ""


class Rows:
    """The tickets of one worktree in a database that is up to date; `deep` is with comments."""

    def __init__(self, database: Database, worktree: int, top: str, *, deep: bool) -> None:
        self.database = database
        self.worktree = worktree
        self.top = top
        self.deep = deep
        self.join = JOIN.format(worktree)

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write, this process among them; nothing more can be asked."""
        self.database.close()

    def select(self, sql: str, parameters: Iterable[Any] = ()) -> list[Any]:
        """The rows of a statement of ours."""
        found: list[Any] = self.database.execute(sql, tuple(parameters)).fetchall()
        return found

    def rows(self, query: Query, workflow: Workflow, limit: int = 0) -> list[Row]:
        """The good tickets that a query means, in its order, at most `limit` (0: all)."""
        condition, parameters = cache_sql.where(query, self.worktree)
        order = cache_sql.order(query, workflow)
        most = f" LIMIT {limit}" if limit else ""
        sql = f"SELECT {COLUMNS} FROM {self.join} WHERE {condition} ORDER BY {order}{most}"  # noqa: S608
        return self._made(self.select(sql, parameters))

    def count(self, query: Query) -> int:
        """How many good tickets a query means."""
        condition, parameters = cache_sql.where(query, self.worktree)
        sql = f"SELECT count(*) FROM {self.join} WHERE {condition}"  # noqa: S608
        if all(isinstance(term, Among) and term.field == "status" for term in query.terms):
            tally = f"tally t WHERE t.worktree = {self.worktree} AND {condition}"
            sql = f"SELECT coalesce(sum(t.tickets), 0) FROM {tally}"  # noqa: S608
        return int(self.select(sql, parameters)[0][0])

    def search(self, query: Query, limit: int = 0) -> list[Match]:
        """The good tickets with the query's words, the best match first, each with its text.

        The words are also looked for in the transcripts of their sessions.
        """
        condition, parameters = self._searched(query)
        words = " ".join(cache_sql.phrase(words) for words in query.words)
        most = f" LIMIT {limit}" if limit else ""
        sql = (
            "WITH best AS MATERIALIZED"  # noqa: S608
            " (SELECT rowid AS key, rank AS score FROM search WHERE search MATCH ?)"
            f" SELECT {COLUMNS} FROM {self.join} LEFT JOIN best ON best.key = t.key"
            f" WHERE {condition} ORDER BY best.score IS NULL, best.score, {cache_sql.NEWEST}{most}"
        )
        found = self.select(sql, [words, *parameters])
        return [
            self._match(row, raw[-1], raw[0], query)
            for row, raw in zip(self._made(found), found, strict=True)
        ]

    def searched(self, query: Query) -> int:
        """How many good tickets a search finds."""
        condition, parameters = self._searched(query)
        sql = f"SELECT count(*) FROM {self.join} WHERE {condition}"  # noqa: S608
        return int(self.select(sql, parameters)[0][0])

    def _searched(self, query: Query) -> tuple[str, list[str]]:
        return cache_sql.where(query, self.worktree, cache_sql.SAID)

    def _match(self, row: Row, key: int, name: str, query: Query) -> Match:
        """Where the words were found: in the ticket's own text, or in what is attached to it."""
        each = [cache_sql.phrase(words) for words in query.words]
        for index, phrase in enumerate([" ".join(each), *each]):
            found = self.select(HIT.format(self.worktree), (phrase, key, name))
            if phrase and found:
                words = query.words[max(0, index - 1)].text
                text, value = self.select(TEXT, found[0][:1])[0]
                return Match(row, around(str(text), words), _session(found[0][1], value))
        return Match(row, "")

    def all(self) -> list[Row]:
        """Every ticket, the broken ones last."""
        sql = f"SELECT {COLUMNS} FROM {self.join} ORDER BY {cache_sql.NEWEST}"  # noqa: S608
        return self._made(self.select(sql)) + self.broken()

    def broken(self) -> list[Row]:
        """What cannot be used, with the reason; a folder that is empty is nothing."""
        sql = (
            f"SELECT {COLUMNS} FROM entry e LEFT JOIN ticket t ON t.key = e.key"  # noqa: S608
            f" WHERE e.worktree = {self.worktree} AND e.reason != '' ORDER BY e.name"
        )
        found = self._made([raw for raw in self.select(sql) if not self._is_nothing(raw)])
        if self.deep:
            found += self._broken_files()
        return found

    def _broken_files(self) -> list[Row]:
        sql = "SELECT name, path, line, reason FROM file WHERE worktree = ? AND reason != ''"
        return [
            Row(name, f".tickets/{path}", error(f".tickets/{path}", line, reason))
            for name, path, line, reason in self.select(sql + " ORDER BY path", (self.worktree,))
        ]

    def _is_nothing(self, raw: Sequence[Any]) -> bool:
        if raw[2] != TROUBLES[MISSING]:
            return False
        try:
            names = os.listdir(f"{self.top}/.tickets/{raw[0]}")
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return not names or "ticket.yaml" in names  # it came after it was looked for

    def find(self, id: str) -> Row | None:
        """The ticket in the folder of that name, broken or not."""
        sql = (
            f"SELECT {COLUMNS} FROM entry e LEFT JOIN ticket t ON t.key = e.key"  # noqa: S608
            f" WHERE e.worktree = {self.worktree} AND e.name = ?"
        )
        found = self._made(self.select(sql, (id,)))
        return found[0] if found else None

    def ticket(self, id: str) -> Ticket | None:
        """The whole ticket in the folder of that name; None where it is broken or not there."""
        found = self.select(
            "SELECT v.json FROM entry e JOIN value v ON v.key = e.key"
            " WHERE e.worktree = ? AND e.name = ? AND e.reason = ''",
            (self.worktree, id),
        )
        return schema.ticket(stored(found[0][0])) if found else None

    def comments(self, name: str) -> tuple[list[Comment], list[BadFile]]:
        """The comments in a folder, oldest first, and the files that are none."""
        found = self.select(
            "SELECT f.path, f.line, f.reason, v.json FROM file f LEFT JOIN value v ON v.key = f.key"
            " WHERE f.worktree = ? AND f.name = ? AND f.kind = 'comments' ORDER BY f.path",
            (self.worktree, name),
        )
        good = [said(path, value) for path, _, reason, value in found if not reason]
        return good, [BadFile(f".tickets/{p}", n, why) for p, n, why, _ in found if why]

    def has_sessions(self, id: str) -> bool:
        """Whether a session or a plan is of a ticket, or names it."""
        words = (f"span:{id}", f"mention:{id}", f"moved:{id}")
        sql = (
            "SELECT 1 FROM file WHERE worktree = ? AND name = ? AND kind NOT IN ('comments')"
            " UNION ALL SELECT 1 FROM word w JOIN file f INDEXED BY file_key"
            " ON f.worktree = ? AND f.key = w.key WHERE w.word IN (?, ?, ?) LIMIT 1"
        )
        return bool(self.select(sql, (self.worktree, id, self.worktree, *words)))

    def by_uid(self, uid: str) -> list[Row]:
        """The tickets of that uid."""
        return self._by_word(f"uid:{uid}")

    def by_parent(self, id: str) -> list[Row]:
        """The tickets whose parent is `id`."""
        return self._by_word(f"parent:{id}")

    def by_alias(self, id: str) -> list[Row]:
        """The tickets that once had the id `id`."""
        return self._by_word(f"alias:{id}")

    def linked_to(self, id: str) -> list[Row]:
        """The tickets with a link to `id`."""
        return self._by_word(f"link:{id}")

    def _by_word(self, word: str) -> list[Row]:
        sql = (
            f"SELECT {COLUMNS} FROM word w CROSS JOIN {self.join}"  # noqa: S608
            " WHERE w.word = ? AND t.key = w.key ORDER BY t.prefix, t.number"
        )
        return self._made(self.select(sql, (word,)))

    def _made(self, found: list[Any]) -> list[Row]:
        counts = self._counts([raw[0] for raw in found]) if self.deep else {}
        return [_row(raw, counts, deep=self.deep) for raw in found]

    def _counts(self, names: list[str]) -> dict[tuple[str, str], int]:
        """How many files of each kind every ticket has."""
        which = ", ".join("?" * len(names)) if len(names) <= 500 else "SELECT name FROM entry"
        sql = (
            "SELECT name, kind, count(*) FROM file"  # noqa: S608
            f" WHERE worktree = {self.worktree} AND name IN ({which}) GROUP BY name, kind"
        )
        found = self.select(sql, names if len(names) <= 500 else ())
        return {(name, kind): count for name, kind, count in found}


def around(text: str, words: str) -> str:
    """The part of a text in which folded words stand, with what is around it."""
    between = r"[\W_]+"
    found = re.search(
        rf"(?<![^\W_]){between.join(map(re.escape, words.split()))}", text, re.IGNORECASE
    )
    start = max(0, found.start() - AROUND) if found else 0
    return text[start : (found.end() if found else 0) + AROUND]


def _session(kind: str, value: str) -> str:
    """The id of the session that an archive or a part of one is of."""
    return field(value, "id") if kind in ("sessions", "parts") else ""


def field(data: str, name: str) -> str:
    """A text in a stored value; empty where there is none."""
    values = stored(data).value
    return str(values.get(name, "")) if isinstance(values, dict) else ""


def stored(data: str) -> Document:
    """A stored value as the document it came from, without its text."""
    import json

    return Document("cache", "", json.loads(data))


def said(path: str, value: str) -> Comment:
    """The comment in a file, from its stored value."""
    return schema.comment(stored(value), path.rpartition("/")[2].removesuffix(".yaml"))


def error(path: str, line: int, reason: str) -> str:
    """What is wrong with a file, as `path:line: reason`."""
    return f"{path}:{line}: {reason}" if line else f"{path}: {reason}"


def _row(raw: Sequence[Any], counts: dict[tuple[str, str], int], *, deep: bool) -> Row:
    name, line, reason = raw[:3]
    path = f".tickets/{name}/ticket.yaml"
    if not raw[4]:
        return Row(name, path, error(path, line, reason))
    files = {kind: counts.get((name, kind), 0) for kind in ("comments", "sessions")}
    return Row(
        id=name if reason else raw[4],
        path=path,
        error=error(path, line, reason) if reason else "",
        uid=raw[3],
        title=raw[5],
        type=raw[6],
        status=raw[7],
        priority=raw[8],
        parent=raw[9],
        assignee=raw[10],
        labels=_lines(raw[11]),
        created=raw[12],
        subtasks_done=raw[13],
        subtasks=raw[14],
        criteria_done=raw[15],
        criteria=raw[16],
        links=_lines(raw[17]),
        aliases=_lines(raw[18]),
        comments=files["comments"] if deep else None,
        sessions=files["sessions"] if deep else None,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
