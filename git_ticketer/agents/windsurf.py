"""Windsurf: `~/.windsurf/transcripts/<trajectory>.jsonl`, where a hook for transcripts is set.

The files name no working folder, only the files that were read and written, as URIs.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "windsurf"
PATHS = ("path", "uri", "cwd", "directory_path")


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The transcript of that name."""
    for file in places.file(_transcripts(home) / f"{session}.jsonl"):
        yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest transcripts those that begin with work on something in that folder."""
    folder = Folder(top)
    for file in places.newest(places.files(_transcripts(home))):
        if any(map(folder.holds, places.said(places.head(file.path), *PATHS))):
            yield _found(file)


def _transcripts(home: Path) -> Path:
    return home / ".windsurf" / "transcripts"


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
