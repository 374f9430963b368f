"""The tables of the cache, and queries as SQL; model/query.py says what a query means."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from git_ticketer.model.query import Created, Query, Term, Words
from git_ticketer.model.workflow import PRIORITIES, Workflow

# A ticket, comment or session is stored once for all worktrees, under a key that stands for its
# bytes (what is attached to a ticket has keys below 0); `entry` and `file` say which worktree has
# which. `word` is what tickets are looked up by: `label:`, `parent:`, `link:`, `alias:`, `uid:`;
# sessions: `session:`, `plan:`, `span:` and `mention:` with a ticket; and what people said of them:
# `said:` with the session, `moved:` with the ticket. `value` is a file's data (of a session its
# header) as JSON, which is read without the price of a YAML reader.
SCHEMA = """
CREATE TABLE ticket(key INTEGER PRIMARY KEY, oid BLOB NOT NULL UNIQUE,
    line INTEGER, reason TEXT, uid TEXT, id TEXT, prefix TEXT, number INTEGER,
    title TEXT, fold TEXT, type TEXT, status TEXT, priority TEXT, parent TEXT, assignee TEXT,
    people TEXT, labels TEXT, created TEXT, subtasks INTEGER, subtasks_done INTEGER,
    criteria INTEGER, criteria_done INTEGER, links TEXT, aliases TEXT);
CREATE TABLE attached(key INTEGER PRIMARY KEY, oid BLOB NOT NULL UNIQUE, line INTEGER, reason TEXT,
    size INTEGER);
CREATE TABLE body(key INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE value(key INTEGER PRIMARY KEY, json TEXT);
CREATE TABLE word(word TEXT, key INTEGER, PRIMARY KEY(word, key)) WITHOUT ROWID;
CREATE TABLE worktree(number INTEGER PRIMARY KEY, path TEXT UNIQUE);
CREATE TABLE manifest(worktree INTEGER, kind TEXT, blob BLOB, PRIMARY KEY(worktree, kind));
CREATE TABLE entry(worktree INTEGER, name TEXT, key INTEGER, line INTEGER, reason TEXT,
    PRIMARY KEY(worktree, name)) WITHOUT ROWID;
CREATE TABLE file(worktree INTEGER, path TEXT, name TEXT, kind TEXT, key INTEGER,
    line INTEGER, reason TEXT, PRIMARY KEY(worktree, path)) WITHOUT ROWID;
CREATE TABLE tally(worktree INTEGER, status TEXT, tickets INTEGER);
CREATE VIRTUAL TABLE search USING fts5(text, content='', tokenize='ascii');
"""
INDEXES = """
CREATE INDEX ticket_newest ON ticket(created DESC, prefix DESC, number DESC);
CREATE INDEX ticket_status ON ticket(status);
CREATE INDEX entry_key ON entry(worktree, key, reason);
CREATE INDEX entry_broken ON entry(worktree, name) WHERE reason != '';
CREATE INDEX file_name ON file(worktree, name);
CREATE INDEX file_key ON file(worktree, key);
"""
TICKET = (
    "key", "oid", "line", "reason", "uid", "id", "prefix", "number", "title", "fold",
    "type", "status", "priority", "parent", "assignee", "people", "labels", "created", "subtasks",
    "subtasks_done", "criteria", "criteria_done", "links", "aliases",
)  # fmt: skip
NEWEST = "t.created DESC, t.prefix DESC, t.number DESC"
OF_FILES = "e.name IN (SELECT name FROM file WHERE worktree = {worktree} AND {which})"
MATCHING = (
    "SELECT rowid FROM search WHERE search MATCH ? UNION SELECT said.key FROM file f"
    " JOIN entry said ON said.worktree = {worktree} AND said.name = f.name"
    " WHERE f.worktree = {worktree} AND f.kind IN ({kinds})"
    " AND f.key IN (SELECT rowid FROM search WHERE search MATCH ?)"
)
"""The tickets with some words in their own text or in what is attached to them."""

COMMENTS, SAID = "'comments'", "'comments', 'sessions', 'parts', 'plans'"
"""The kinds of files whose words a list finds, and a search."""

PRESENT = {
    "subtask": "t.subtasks > 0",
    "criterion": "t.criteria > 0",
    "parent": "t.parent != ''",
    "assignee": "t.assignee != ''",
    "label": "t.labels != ''",
    "link": "t.links != ''",
    "comment": OF_FILES.replace("{which}", "kind = 'comments' AND reason = ''"),
    "session": OF_FILES.replace("{which}", "kind = 'sessions'"),
}

Sql = tuple[str, list[str]]
Progress = Callable[[int, int], None]
"""Told how many of how many files or commits were read."""


class Database(Protocol):
    """What is needed of a connection to SQLite."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Any:
        """Run one statement for each row."""

    def close(self) -> None:
        """End it."""


def where(query: Query, worktree: int, kinds: str = COMMENTS) -> Sql:
    """The condition of a query over `ticket t` and `entry e`, with its parameters.

    Words are looked for in the tickets and in the attached files of some `kinds`.
    """
    parts: list[str] = []
    parameters: list[str] = []
    for term in query.terms:
        text, values = _condition(term, worktree, kinds)
        parts.append(f"NOT ({text})" if term.negated else f"({text})")
        parameters += values
    return " AND ".join(parts) or "1", parameters


def order(query: Query, workflow: Workflow) -> str:
    """The ORDER BY of a query; the values in it are ours or the team's, quoted."""
    way = "DESC" if query.falling else "ASC"
    keys = {
        "created": f"t.created {way}",
        "id": f"t.prefix {way}, t.number {way}",
        "priority": f"{_place('t.priority', PRIORITIES)} {way}",
        "status": f"{_place('t.status', workflow.statuses)} {way}",
        "title": f"t.fold {way}",
    }
    first = keys[query.sort or "created"]
    return NEWEST if NEWEST.startswith(f"{first},") else f"{first}, {NEWEST}"


def phrase(words: Words) -> str:
    """Folded words as an FTS5 query; they hold letters and digits only."""
    return f'"{words.text}"' + ("" if words.whole else " *")


def _place(column: str, values: Iterable[str]) -> str:
    cases = [
        f"WHEN '{value.replace(chr(39), chr(39) * 2)}' THEN {i}" for i, value in enumerate(values)
    ]
    return f"CASE {column} {' '.join(cases)} ELSE {len(cases)} END"


def _condition(term: Term, worktree: int, kinds: str) -> Sql:
    if isinstance(term, Words):
        matching = MATCHING.format(worktree=worktree, kinds=kinds)
        return f"t.key IN ({matching})", [phrase(term)] * 2
    if isinstance(term, Created):
        return _created(term)
    if term.field == "has":
        return " OR ".join(PRESENT[v].format(worktree=worktree) for v in term.values), []
    if term.field == "label":
        marks = _marks(term.values)
        labels = [f"label:{value}" for value in term.values]
        return f"t.key IN (SELECT key FROM word WHERE word IN ({marks}))", labels  # noqa: S608
    if term.field == "assignee":
        tests = ["instr(t.people, ?) > 0" if value else "t.people = ?" for value in term.values]
        return " OR ".join(tests), list(term.values)
    return f"t.{term.field} IN ({_marks(term.values)})", list(term.values)


def _created(term: Created) -> Sql:
    parameters: list[str] = []
    spans = []
    for span in term.spans:
        spans.append(" AND ".join(f"substr(t.created, 1, {len(v)}) {o} ?" for o, v in span))
        parameters += [value for _, value in span]
    return " OR ".join(f"({span})" for span in spans), parameters


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
