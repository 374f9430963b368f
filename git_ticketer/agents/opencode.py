"""OpenCode before 1.2: `$XDG_DATA_HOME/opencode/storage/session/<project>/<session>.json`.

The session's file names its folder; its messages lie beside it in `storage`. Older versions have
`storage/session/info/<session>.json`. Since 1.2 it is a database: see opencode_db.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "opencode"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The session's file."""
    for file in _files(home, environ):
        if file.stem == session:
            yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest sessions those in that folder that no other session started."""
    folder = Folder(top)
    for file in places.newest(_files(home, environ)):
        head = places.head(file.path)
        is_child = any(places.said(head, "parentID"))
        if not is_child and folder.holds(next(places.said(head, "directory", "cwd"), "")):
            yield _found(file)


def data(home: Path, environ: Mapping[str, str]) -> Path:
    """Where OpenCode keeps its data."""
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "opencode"


def _files(home: Path, environ: Mapping[str, str]) -> Iterator[File]:
    for project in places.folders(data(home, environ) / "storage" / "session"):
        if project.name not in ("message", "part"):
            yield from places.files(project, ".json")


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
