"""Copilot CLI: `${COPILOT_HOME:-~/.copilot}/session-state/<session>/events.jsonl`.

Older versions have `session-state/<session>.jsonl`. The first event has the working folder.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "copilot"
EVENTS = "events.jsonl"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The events in the folder of that name."""
    yield from (found for found in map(_found, _files(home, environ)) if found.session == session)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest sessions those that began in that folder."""
    folder = Folder(top)
    for file in places.newest(_files(home, environ)):
        if folder.holds(next(places.said(places.head(file.path), "cwd"), "")):
            yield _found(file)


def _files(home: Path, environ: Mapping[str, str]) -> Iterator[File]:
    root = Path(environ.get("COPILOT_HOME") or home / ".copilot") / "session-state"
    yield from places.files(root)
    for folder in places.folders(root):
        yield from places.file(folder / EVENTS)


def _found(file: File) -> Found:
    session = file.path.parent.name if file.path.name == EVENTS else file.stem
    return Found(NAME, file.path, session, file.modified)
