"""Codex: `${CODEX_HOME:-~/.codex}/sessions/YYYY/MM/DD/rollout-<time>-<session>.jsonl`.

What was archived lies in `archived_sessions`. The first record says the working folder (older
ones have it in the context that is put before the first prompt), and whether a subagent wrote it.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from git_ticketer.agents import places
from git_ticketer.agents.found import Found
from git_ticketer.agents.places import File, Folder

NAME = "codex"
SESSION = re.compile(r"rollout-.*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
CONTEXT = re.compile(r"<cwd>([^<\n]+)</cwd>")
SUBAGENT = re.compile(r'"source"\s*:\s*\{\s*"subagent"')


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The files whose names end with the session's id."""
    for file in _files(home, environ):
        if file.stem.endswith(f"-{session}"):
            yield Found(NAME, file.path, session, file.modified)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """Of the newest files those that say that they are of work in that folder."""
    folder = Folder(top)
    for file in places.newest(_files(home, environ)):
        head = places.head(file.path)
        if SUBAGENT.search(head.split("\n", 1)[0]):
            continue
        cwd = next(chain(places.said(head, "cwd"), CONTEXT.findall(head)), "")
        if folder.holds(cwd):
            yield Found(NAME, file.path, _session(file), file.modified)


def _files(home: Path, environ: Mapping[str, str]) -> Iterator[File]:
    root = Path(environ.get("CODEX_HOME") or home / ".codex")
    yield from places.below(root / "sessions")
    yield from places.below(root / "archived_sessions")


def _session(file: File) -> str:
    found = SESSION.fullmatch(file.stem)
    return found[1] if found else file.stem
