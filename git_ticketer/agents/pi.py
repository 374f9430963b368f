"""Pi: `${PI_CODING_AGENT_DIR:-~/.pi/agent}/sessions/--<folder>--/<time>_<session>.jsonl`.

The first record has the session's id and the working folder.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "pi"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The files whose names end with the session's id."""
    yield from (found for found in map(_found, _files(home, environ)) if found.session == session)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest sessions those that began in that folder."""
    folder = Folder(top)
    for file in places.newest(_files(home, environ)):
        if folder.holds(next(places.said(places.head(file.path), "cwd"), "")):
            yield _found(file)


def _files(home: Path, environ: Mapping[str, str]) -> Iterator[File]:
    root = Path(environ.get("PI_CODING_AGENT_DIR") or home / ".pi" / "agent")
    return places.below(root / "sessions", depth=1)


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem.rpartition("_")[2], file.modified)
