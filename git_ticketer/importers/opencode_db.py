"""OpenCode's database: `~/.local/share/opencode/opencode.db`, since version 1.2.

Facts: session.sql.ts of anomalyco/opencode: `session`, `message` and `part` with the data as JSON;
version 2 has `session_v2` and `session_message`, and may still hold the older tables. The database
is only read, also while OpenCode writes to it.
"""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from git_ticketer.importers.items import Chat, Item
from git_ticketer.importers.json_values import fields_of, text_of, time_of
from git_ticketer.importers.message_blocks import Block
from git_ticketer.importers.opencode_message import about, message_items, newer_items
from git_ticketer.importers.source import NotATranscript, Source

if TYPE_CHECKING:
    import sqlite3

NAME, FORMAT = "opencode", "opencode-sqlite"
OLDER, NEWER = {"session", "message", "part"}, {"session_v2", "session_message"}
UNREADABLE = "unreadable"
SPOKEN = ("user", "assistant")
SESSIONS = {"session": "SELECT * FROM session", "session_v2": "SELECT * FROM session_v2"}
ROWS = {
    "message": "SELECT * FROM message WHERE session_id = ?",
    "part": "SELECT * FROM part WHERE message_id = ?",
    "session_message": "SELECT * FROM session_message WHERE session_id = ?",
}


def recognises(source: Source) -> bool:
    """Whether it is a database with OpenCode's tables."""
    if not source.is_database:
        return False
    try:
        with _opened(source) as database:
            tables = _tables(database)
    except NotATranscript:
        return False
    return tables >= OLDER or tables >= NEWER


def chats(source: Source) -> list[Chat]:
    """The sessions in the database, newest first; none where there is one."""
    with _opened(source) as database:
        found = [_chat(session) for session in _sessions(database)]
    return found if len(found) > 1 else []


def _chat(session: Block) -> Chat:
    at = session.get("time_updated") or session.get("time_created")
    return Chat(text_of(session.get("id")), text_of(session.get("title")), time_of(at))


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says, by its id or else the newest one; raises NotATranscript."""
    with _opened(source) as database:
        sessions = _sessions(database)
        session = next((s for s in sessions if not chat or s.get("id") == chat), None)
        if session is None:
            raise NotATranscript(source.shown, f"no session {chat} of OpenCode in it".strip())
        yield about(session)
        id = session.get("id")
        newer = list(_newer(database, id))
        is_newer = any(message.get("type") in SPOKEN for message in newer)
        until = min(filter(None, map(_began, newer)), default=0.0) if is_newer else inf
        if _tables(database) >= {"message", "part"}:
            yield from _older(database, id, until)
        if is_newer:
            for number, message in enumerate(newer):
                yield from newer_items(message, str(number))


def _older(database: "sqlite3.Connection", id: object, until: float) -> Iterator[Item]:
    """What was said in version 1, before a session went on in version 2."""
    for number, message in enumerate(_rows(database, "message", id)):
        if _began(message) < until:
            rows = _rows(database, "part", message.get("id"))
            parts = (row if row.get("type") != UNREADABLE else None for row in rows)
            yield from message_items(message, parts, f"older {number}")


def _began(message: Block) -> float:
    at = fields_of(message.get("time")).get("created") or message.get("time_created")
    return float(at) if isinstance(at, int | float) else 0.0


def _newer(database: "sqlite3.Connection", id: object) -> list[Block]:
    if "session_message" not in _tables(database):
        return []
    return _rows(database, "session_message", id)


def _sessions(database: "sqlite3.Connection") -> list[Block]:
    """The sessions of both versions by id, newest first."""
    found: dict[str, Block] = {}
    for table, query in SESSIONS.items():
        if table in _tables(database):
            rows = (dict(row) for row in database.execute(query))
            found.update((text_of(row.get("id")), row) for row in rows)

    def newest(session: Block) -> float:
        at = session.get("time_updated") or session.get("time_created")
        return float(at) if isinstance(at, int | float) else 0.0

    return sorted(found.values(), key=newest, reverse=True)


def _rows(database: "sqlite3.Connection", table: str, parent: object) -> list[Block]:
    """The rows of one parent in their order, each with the JSON that is its data."""
    rows = [dict(row) for row in database.execute(ROWS[table], (parent,))]
    rows.sort(key=lambda row: _place(row, table))
    return [{**_data(row.pop("data", None)), **_own(row)} for row in rows]


def _place(row: Block, table: str) -> tuple[float, float, str]:
    """Parts are in the order of their ids; newer messages of their numbers, others of time."""

    def number(name: str) -> float:
        value = row.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    at = 0.0 if table == "part" else number("time_created")
    return number("seq"), at, text_of(row.get("id"))


def _own(row: Block) -> Block:
    """What columns tell better than the data: the id, the time, and in version 2 the type."""
    return {name: row[name] for name in ("id", "type", "time_created") if row.get(name)}


def _data(value: object) -> Block:
    """The object that a column holds; one of a kind that nobody knows where it holds none."""
    try:
        found = json.loads(value) if isinstance(value, str | bytes) else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"type": UNREADABLE}


def _tables(database: "sqlite3.Connection") -> set[str]:
    """The tables, not views: what a view does is decided by who made it."""
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {str(row[0]) for row in found}


@contextmanager
def _opened(source: Source) -> Iterator["sqlite3.Connection"]:
    """The database, read-only; raises NotATranscript for whatever SQLite has against it."""
    import sqlite3

    try:
        with closing(_connected(source)) as database:
            database.text_factory = _text
            database.row_factory = sqlite3.Row
            yield database
    except (sqlite3.Error, UnicodeError) as error:
        raise NotATranscript(source.shown, f"SQLite: {error}") from None


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _connected(source: Source) -> "sqlite3.Connection":
    import sqlite3

    if source.path is None:
        database = sqlite3.connect(":memory:")
        data = bytearray(source.whole())
        data[18:20] = b"\1\1"  # the journal is no WAL: there is no file that it could be in
        database.deserialize(bytes(data))
        return database
    address = f"{source.path.absolute().as_uri()}?mode=ro"
    if not _is_in_use(source.path):
        # SQLite would otherwise make files beside it, and leave them there.
        address += "&immutable=1"
    return sqlite3.connect(address, uri=True)


def _is_in_use(path: Path) -> bool:
    return any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
