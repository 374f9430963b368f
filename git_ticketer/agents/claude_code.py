"""Claude Code: `${CLAUDE_CONFIG_DIR:-~/.claude}/projects/<folder>/<session>.jsonl`.

`<folder>` is the working folder with all but ASCII letters and digits as `-`; from 200 characters
on it is cut and a hash added. For a while, in 1.0, the folder was `~/.config/claude`. Subagents'
files, `agent-*.jsonl`, belong to the session that started them.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "claude-code"
LONGEST = 200


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The file of that name, in whichever folder it lies."""
    for project in _projects(home, environ):
        for file in places.file(project / f"{session}.jsonl"):
            yield _found(file)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The files in the folders that may be those of `top` or below, if they say that they are."""
    folder = Folder(top)
    names = [encoded(name)[:LONGEST] for name in folder.names]
    for project in _projects(home, environ):
        if not project.name.startswith(tuple(names)):
            continue
        mains = (f for f in places.files(project) if not f.path.name.startswith("agent-"))
        for file in places.newest(mains):
            cwd = next(places.said(places.head(file.path), "cwd"), "")
            # Other folders may be encoded alike, such as `a-b` beside `a/b`.
            if folder.holds(cwd) if cwd else project.name in names:
                yield _found(file)


def encoded(path: str) -> str:
    """A path as the name of a folder; what JavaScript counts as two characters becomes two."""
    return re.sub(r"[^a-zA-Z0-9]", lambda found: "-" * (1 + (found[0] > "\uffff")), path)


def _projects(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    own = environ.get("CLAUDE_CONFIG_DIR")
    roots = [Path(own)] if own else [home / ".claude", home / ".config" / "claude"]
    for root in roots:
        yield from places.folders(root / "projects")


def _found(file: File) -> Found:
    return Found(NAME, file.path, file.stem, file.modified)
