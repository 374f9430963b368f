"""Gemini CLI: `${GEMINI_CLI_HOME:-~}/.gemini/tmp/<project>/chats/session-<time>-<id8>.jsonl`.

`<project>` is the SHA-256 of the project's folder, or since 0.29 a name that
`.gemini/projects.json` gives to it and that `<project>/.project_root` explains. Older versions
write `.json`; subagents' files lie a level deeper.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "gemini"


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The files with the beginning of the id in their names and all of it inside."""
    for project in places.folders(_root(home, environ) / "tmp"):
        for file in _files(project):
            if file.stem.endswith(session[:8]) and _session(file) == session:
                yield Found(NAME, file.path, session, file.modified)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The files of the projects at that folder or in it."""
    root = _root(home, environ)
    folder = Folder(top)
    names = {*_hashes(folder), *_names(root, folder)}
    for project in places.folders(root / "tmp"):
        if project.name in names or folder.holds(places.head(project / ".project_root").strip()):
            for file in places.newest(_files(project)):
                yield Found(NAME, file.path, _session(file), file.modified)


def _root(home: Path, environ: Mapping[str, str]) -> Path:
    return Path(environ.get("GEMINI_CLI_HOME") or home) / ".gemini"


def _files(project: Path) -> Iterator[File]:
    chats = project / "chats"
    return chain(places.files(chats), places.files(chats, ".json"))


def _session(file: File) -> str:
    return next(places.said(places.head(file.path), "sessionId"), file.stem)


def _hashes(folder: Folder) -> Iterator[str]:
    from hashlib import sha256

    return (sha256(name.encode("utf-8", "surrogateescape")).hexdigest() for name in folder.names)


def _names(root: Path, folder: Folder) -> Iterator[str]:
    """The names of the projects at that folder or in it."""
    try:
        document = json.loads(places.head(root / "projects.json"))
        projects = document["projects"].items()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return iter(())
    return (name for path, name in projects if isinstance(name, str) and folder.holds(path))
