"""Every file in `.tickets`, and what it is; no link is followed."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.storage.tickets import COMMENTS, FILE, FOLDER

CONFIG, TICKET, COMMENT, SESSION = "config", "ticket", "comment", "session"
FLOW, FLOWS = "flow", "flows"
FOREIGN, LINK, SPECIAL, UNREADABLE = "foreign", "link", "special", "unreadable"
OURS = (CONFIG, TICKET, COMMENT, SESSION, FLOW)
SESSIONS = "sessions"
IGNORED = (".gitattributes", ".gitignore", ".gitkeep")


class Found(NamedTuple):
    """A file: its `path` from the worktree's top, its `kind`, and the ticket's `folder` it is in.

    `place` is the kind that a file of this path has; of a link, that is what it stands for.
    """

    path: str
    kind: str
    folder: str
    place: str


def walk(top: str) -> Iterator[Found]:
    """Everything below `.tickets` in the worktree at `top` that is no folder."""
    if os.path.islink(f"{top}/{FOLDER}"):
        yield Found(FOLDER, LINK, "", CONFIG)
        return
    waiting = [FOLDER] if os.path.isdir(f"{top}/{FOLDER}") else []
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(f"{top}/{folder}") as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif entry.name not in IGNORED:
                        yield _found(path, entry)
        except OSError:
            yield Found(folder, UNREADABLE, "", FOREIGN)


def _found(path: str, entry: "os.DirEntry[str]") -> Found:
    place, folder = _place(path.split("/")[1:])
    if entry.is_symlink():
        return Found(path, LINK, folder, place)
    return Found(path, place if entry.is_file(follow_symlinks=False) else SPECIAL, folder, place)


def _place(parts: list[str]) -> tuple[str, str]:
    """What a file of this path is, and the ticket's folder it is in."""
    folder = parts[0]
    if parts == ["config.yaml"]:
        return CONFIG, ""
    if folder == FLOWS and len(parts) == 2 and parts[1].lower().endswith((".yaml", ".yml")):
        return FLOW, ""
    if parts[1:] == [FILE]:
        return TICKET, folder
    if len(parts) == 1 or parts[1:] in ([COMMENTS], [SESSIONS]):
        return (TICKET if is_id(folder) else FOREIGN), folder
    if len(parts) == 3 and parts[2].endswith(".yaml"):
        kinds = {COMMENTS: COMMENT, SESSIONS: SESSION}
        return kinds.get(parts[1], FOREIGN), folder
    return FOREIGN, folder


def is_id(name: str) -> bool:
    """Whether a folder's name is a ticket id in its stored form."""
    try:
        return TicketId(name) == name
    except InvalidId:
        return False


def chooser(paths: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a path is one of `paths` or below one; without any, all are."""
    chosen = frozenset(paths)

    def is_chosen(path: str) -> bool:
        while path and path not in chosen:
            path = path.rpartition("/")[0]
        return not chosen or bool(path)

    return is_chosen
