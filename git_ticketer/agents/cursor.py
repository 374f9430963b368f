"""Cursor: `~/.cursor/projects/<folder>/agent-transcripts/<id>.jsonl`, or `<id>/<id>.jsonl`.

`<folder>` is the workspace's path with all but ASCII letters and digits as `-`, without the first
one. The files name no folder, so that only the very name counts.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.claude_code import encoded
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "cursor"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The files of that name."""
    for project in places.folders(home / ".cursor" / "projects"):
        for file in _files(project):
            if file.stem == session:
                yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The files of the workspace at that folder."""
    names = {encoded(name).strip("-") for name in Folder(top).names}
    for project in places.folders(home / ".cursor" / "projects"):
        if project.name.strip("-") in names:
            yield from map(_found, places.newest(_files(project)))


def _files(project: Path) -> Iterator[File]:
    transcripts = project / "agent-transcripts"
    yield from places.files(transcripts)
    for folder in places.folders(transcripts):
        yield from places.file(folder / f"{folder.name}.jsonl")


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
