"""Factory Droid: `~/.factory/sessions/<folder>/<session>.jsonl`, or without the folder.

Hooks name `~/.factory/projects/…` as well. The first record has the working folder.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "droid"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The session's file."""
    for file in _files(home):
        if file.stem == session:
            yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest sessions those that began in that folder."""
    folder = Folder(top)
    for file in places.newest(_files(home)):
        if folder.holds(next(places.said(places.head(file.path), "cwd"), "")):
            yield _found(file)


def _files(home: Path) -> Iterator[File]:
    for name in ("sessions", "projects"):
        yield from places.below(home / ".factory" / name, depth=1)


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
