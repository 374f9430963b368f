"""OpenCode's database."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from git_ticketer.importers import opencode_db
from git_ticketer.importers.gather import gather
from git_ticketer.importers.items import Chat
from git_ticketer.importers.source import Source
from git_ticketer.model.transcript import FULL
from tests.importers.making import Plain, gathered, shown, source_of
from tests.importers.test_opencode import ABOUT, ENTRIES, INFO, MESSAGES, PARTS

COLUMNS = "id TEXT PRIMARY KEY, parent_id, directory, title, version, time_created, time_updated"
SCHEMA = f"""
CREATE TABLE session ({COLUMNS});
CREATE TABLE message (id TEXT PRIMARY KEY, session_id, time_created, time_updated, data);
CREATE TABLE part (id TEXT PRIMARY KEY, message_id, session_id, time_created, time_updated, data);
"""
NEWER = f"""
CREATE TABLE session_v2 ({COLUMNS});
CREATE TABLE session_message (id TEXT PRIMARY KEY, session_id, type, seq, time_created, data);
"""


def session(database: sqlite3.Connection, table: str, id: str, updated: int) -> None:
    given = (id, "ses_0", "/w", INFO["title"], "1.1.0", 1706459830000, updated)
    database.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", given)


def fill(database: sqlite3.Connection) -> None:
    database.executescript(SCHEMA)
    session(database, "session", "ses_1", 1706459835000)
    for number, message in enumerate(MESSAGES):
        id = message["id"]
        data = json.dumps({key: value for key, value in message.items() if key != "id"})
        database.execute("INSERT INTO message VALUES (?, 'ses_1', ?, 0, ?)", (id, number, data))
        for place, part in enumerate(PARTS[str(id)]):
            row = (f"{id}_{place}", id, 1706459831000, json.dumps(part))
            database.execute("INSERT INTO part VALUES (?, ?, 'ses_1', ?, 0, ?)", row)
    database.commit()


def sample_path(folder: Path) -> Path:
    """A database of one session."""
    path = folder / "opencode.db"
    with closing(sqlite3.connect(path)) as database:
        fill(database)
    return path


def beside(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def test_a_database_says_what_the_files_say_and_is_left_as_it_was(tmp_path: Path) -> None:
    path = sample_path(tmp_path)
    before, source = beside(path), Source(path)

    found = gathered(opencode_db, source, FULL)

    assert opencode_db.recognises(source)
    assert opencode_db.chats(source) == []
    assert (found.about, shown(found.entries)) == (ABOUT, ENTRIES)
    assert beside(path) == before


def test_bytes_of_a_database_are_read_too(tmp_path: Path) -> None:
    path = sample_path(tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    source = source_of(path.read_bytes())

    assert opencode_db.recognises(source)
    assert shown(gathered(opencode_db, source, FULL).entries) == ENTRIES


def test_a_database_in_use_is_read_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "opencode.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        fill(database)
        database.execute("UPDATE session SET title = 'not yet'")
        before = beside(path)

        found = gathered(opencode_db, Source(path), FULL)

        assert (found.about, shown(found.entries)) == (ABOUT, ENTRIES)
        after = beside(path)
        assert after.keys() == before.keys() == {path.name, f"{path.name}-wal", f"{path.name}-shm"}
        assert after[path.name] == before[path.name]
        assert after[f"{path.name}-wal"] == before[f"{path.name}-wal"]


def test_a_database_that_was_in_wal_mode_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = sample_path(tmp_path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    before = beside(path)

    assert shown(gathered(opencode_db, Source(path), FULL).entries) == ENTRIES
    assert beside(path) == before


def newer(database: sqlite3.Connection, number: int, kind: str, **data: object) -> None:
    row = (f"m{number}", kind, number, json.dumps(data))
    database.execute("INSERT INTO session_message VALUES (?, 'ses_2', ?, ?, 0, ?)", row)


def test_version_2_is_read_from_its_own_tables_and_one_of_many_is_chosen(tmp_path: Path) -> None:
    path = sample_path(tmp_path)
    tool = {"type": "tool", "id": "c1", "name": "read", "state": {"status": "completed"}}
    tool["state"] = {"status": "completed", "input": {"path": "a"}, "content": [{"text": "A"}]}
    with closing(sqlite3.connect(path)) as database:
        database.executescript(NEWER)
        session(database, "session_v2", "ses_2", 1706459899000)
        newer(database, 2, "assistant", content=[{"type": "text", "text": "I read."}, tool])
        newer(database, 1, "user", text="Read it", time={"created": 1706459830000})
        newer(database, 3, "synthetic", text="injected")
        newer(database, 4, "shell", command="ls", output="a\n")
        newer(database, 5, "compaction", summary="All read.")
        newer(database, 6, "hologram")
        database.commit()
    source = Source(path)

    assert opencode_db.chats(source) == [
        Chat("ses_2", "Comment", 1706459899000),
        Chat("ses_1", "Comment", 1706459835000),
    ]
    found = gathered(opencode_db, source, FULL)
    assert shown(found.entries) == [
        ("user", "Read it"),
        ("assistant", "I read."),
        ("tool", "tool-call", "read", "path: a", (1, 1, "A", False)),
        ("tool", "tool-call", "bash", "ls", (2, 1, "a\n", False)),
        ("system", "All read."),
    ]
    assert found.kinds == ("hologram",)
    chosen = gather(opencode_db.read(source, "ses_1"), Plain(), FULL)
    assert shown(chosen.entries) == ENTRIES


def test_views_are_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as database:
        for name in ("session", "message", "part"):
            endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n"
            database.execute(f"CREATE VIEW {name} AS {endless}")

    assert not opencode_db.recognises(Source(path))
