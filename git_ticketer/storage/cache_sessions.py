"""What the cache answers about sessions: archives by their headers, plans, and what was said.

`git ticket show` waits for this, so that nothing is imported here that reads or writes YAML.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import Header, Plan, Source, Span
from git_ticketer.storage.cache_rows import Rows, field, said
from git_ticketer.storage.yamlfile import BadFile

SESSIONS, PARTS, PLANS = "sessions", "parts", "plans"
FILES = "f.path, f.kind, f.line, f.reason, v.json"
JOIN = "file f LEFT JOIN value v ON v.key = f.key"
NOT_COMMENTS = "f.kind != 'comments'"
AT_ONCE = 500


class Archived(NamedTuple):
    """An archive: its header, and its path from the worktree's top."""

    header: Header
    path: str


class Kept(NamedTuple):
    """Sessions as the files say: `comments` are those of the sessions in `archived`.

    `fulfilled` are the uids of plans that an archive says it is.
    """

    archived: list[Archived]
    plans: list[Plan]
    comments: list[Comment]
    fulfilled: frozenset[str]
    broken: list[BadFile]


def everything(rows: Rows) -> Kept:
    """All sessions of the worktree."""
    sql = f"SELECT {FILES} FROM {JOIN} WHERE f.worktree = ? AND {NOT_COMMENTS} ORDER BY f.path"  # noqa: S608
    files = rows.select(sql, (rows.worktree,))
    sql = (
        f"SELECT f.path, v.json FROM word w CROSS JOIN {JOIN.replace('LEFT ', '')}"  # noqa: S608
        " WHERE w.word >= 'said:' AND w.word < 'said;' AND f.worktree = ? AND f.key = w.key"
    )
    comments = [said(path, value) for path, value in rows.select(sql, (rows.worktree,))]
    return _kept(files, comments, frozenset(_plans(files)))


def _plans(files: Iterable[Any]) -> Iterable[str]:
    for _, kind, _, reason, value in files:
        if kind == SESSIONS and not reason:
            yield field(value, "plan")


def of_ticket(rows: Rows, id: str) -> Kept:
    """The sessions that concern one ticket: under it, moved to it, with a span or a mention."""
    moves = [said(path, value) for path, _, _, _, value in _by_words(rows, [f"moved:{id}"])]
    words = [f"span:{id}", f"mention:{id}", *(f"session:{one.session}" for one in moves)]
    sql = f"SELECT {FILES} FROM {JOIN} WHERE f.worktree = ? AND f.name = ? AND {NOT_COMMENTS}"  # noqa: S608
    own = rows.select(sql, (rows.worktree, id))
    files = sorted({tuple(row) for row in (*own, *_by_words(rows, words))})
    ids = [field(row[4], "id") for row in files if row[1] == SESSIONS and not row[3]]
    comments = _by_words(rows, [f"said:{one}" for one in ids])
    uids = [field(row[4], "uid") for row in files if row[1] == PLANS and not row[3]]
    fulfilled = _by_words(rows, [f"plan:{uid}" for uid in uids])
    return _kept(
        files,
        [said(path, value) for path, _, _, _, value in comments],
        frozenset(_plans(fulfilled)),
    )


def archived(rows: Rows, ids: Iterable[str]) -> set[str]:
    """Which of some sessions are archived."""
    found = _by_words(rows, [f"session:{id}" for id in ids])
    return {field(value, "id") for *_, value in found}


def _by_words(rows: Rows, words: list[str]) -> list[Any]:
    """The files that some words find, each once."""
    found: dict[str, Any] = {}
    for start in range(0, len(words), AT_ONCE):
        part = words[start : start + AT_ONCE]
        sql = (
            f"SELECT {FILES} FROM word w CROSS JOIN file f INDEXED BY file_key"  # noqa: S608
            " ON f.worktree = ? AND f.key = w.key LEFT JOIN value v ON v.key = f.key"
            f" WHERE w.word IN ({', '.join('?' * len(part))}) AND f.reason = ''"
        )
        found |= {row[0]: row for row in rows.select(sql, (rows.worktree, *part))}
    return list(found.values())


def _kept(files: Iterable[Any], comments: list[Comment], fulfilled: frozenset[str]) -> Kept:
    import json

    kept = Kept([], [], sorted(comments, key=lambda one: one.uid), fulfilled, [])
    for path, kind, line, reason, value in files:
        shown = f".tickets/{path}"
        if reason:
            kept.broken.append(BadFile(shown, line, reason))
        elif kind == SESSIONS:
            kept.archived.append(Archived(_header(json.loads(value)), shown))
        elif kind == PLANS:
            kept.plans.append(Plan(**json.loads(value)))
    return kept


def _header(values: dict[str, Any]) -> Header:
    """A header from its stored fields."""
    values["source"] = Source(*values["source"])
    values["spans"] = tuple(Span(*span) for span in values["spans"])
    values["redactions"] = tuple((name, count) for name, count in values["redactions"])
    values["mentions"] = tuple(values["mentions"])
    return Header(**values)
