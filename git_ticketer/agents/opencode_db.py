"""OpenCode since 1.2: the database `$XDG_DATA_HOME/opencode/opencode.db`, with all sessions.

Its table `session` has `id`, `parent_id`, `directory` and `time_updated` (milliseconds); version
2 has the same as `session_v2`. It is only read, also while OpenCode writes to it.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.opencode import data
from git_ticketer.agents.places import NEWEST, Folder

NAME = "opencode"
QUERIES = tuple(
    f"SELECT id, directory, parent_id, time_updated FROM {table} "  # noqa: S608 - fixed names
    "ORDER BY time_updated DESC"
    for table in ("session", "session_v2")
)


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The session of that id."""
    yield from (found for found, _, _ in _sessions(home, environ) if found.session == session)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The sessions in that folder that no other session started."""
    folder = Folder(top)
    for found, directory, parent in _sessions(home, environ)[:NEWEST]:
        if not parent and folder.holds(directory):
            yield found


def _sessions(home: Path, environ: Mapping[str, str]) -> list[tuple[Found, str, str]]:
    """The sessions with their folder and the session that started them, newest first."""
    sessions = {}
    for file in places.file(data(home, environ) / "opencode.db"):
        for id, directory, parent, updated in _rows(file.path):
            if isinstance(id, str):
                at = updated / 1000 if isinstance(updated, int | float) else file.modified
                found = Found(NAME, file.path, id, at, id)
                sessions[id] = found, str(directory or ""), str(parent or "")
    return sorted(sessions.values(), key=lambda each: -each[0].modified)


def _rows(path: Path) -> list[tuple[object, ...]]:
    import sqlite3

    rows: list[tuple[object, ...]] = []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1)) as database:
            for query in QUERIES:
                try:
                    rows += database.execute(query).fetchall()
                except sqlite3.Error:
                    continue
    except sqlite3.Error:
        return []
    return rows
