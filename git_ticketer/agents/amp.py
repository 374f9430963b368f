"""Amp: `$XDG_DATA_HOME/amp/threads/T-<id>.json`, where threads are kept on this machine.

A thread names the folders that it works in as URIs, in `env` behind its messages.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "amp"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The thread's file."""
    for file in places.file(_threads(home, environ) / f"{session}.json"):
        yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest threads those that work in that folder."""
    folder = Folder(top)
    for file in places.newest(places.files(_threads(home, environ), ".json")):
        text = places.head(file.path) + places.tail(file.path)
        if any(map(folder.holds, places.said(text, "uri"))):
            yield _found(file)


def _threads(home: Path, environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "amp" / "threads"


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
