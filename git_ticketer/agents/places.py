"""Looking through an agent's folder: no links, only the heads of files, and which folder they name.

What cannot be read is as if it were not there: a store that is broken must not be in the way of
the others.
"""

import heapq
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
HEAD = 1 << 16
NEWEST = 500
"""Of so many files, the newest, the heads are read."""

VALUE = r'(?<!\\)"{}"\s*:\s*("(?:[^"\\]|\\.)*")'
PRIVATE = ("/tmp", "/var", "/etc")  # noqa: S108 - names to compare, nothing is put there
"""What macOS has as links into `/private`."""


class File(NamedTuple):
    """A regular file, with the time of its last change in seconds since 1970."""

    path: Path
    modified: float

    @property
    def stem(self) -> str:
        """Its name without the ending."""
        return self.path.stem


def folders(folder: Path) -> Iterator[Path]:
    """The folders in a folder, in order of their names; links are none."""
    yield from (Path(entry.path) for entry in _entries(folder) if _is_folder(entry))


def files(folder: Path, ending: str = ".jsonl") -> Iterator[File]:
    """The files in a folder that have an ending and something in them; links are none."""
    for entry in _entries(folder):
        try:
            if entry.name.endswith(ending) and entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                if status.st_size:
                    yield File(Path(entry.path), status.st_mtime)
        except OSError:
            continue


def file(path: Path) -> Iterator[File]:
    """That one file, where it is one with something in it and no link."""
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return
    if stat.S_ISREG(status.st_mode) and status.st_size:
        yield File(path, status.st_mtime)


def below(folder: Path, ending: str = ".jsonl", depth: int = 3) -> Iterator[File]:
    """The files with an ending in a folder and those in it, so many levels down."""
    yield from files(folder, ending)
    if depth:
        for inner in folders(folder):
            yield from below(inner, ending, depth - 1)


def newest(found: Iterable[File]) -> list[File]:
    """The newest of the files, those that are worth reading."""
    return heapq.nlargest(NEWEST, found, key=lambda each: each.modified)


def head(path: Path) -> str:
    """The first bytes of a file as text; nothing where it cannot be read."""
    return _read(path, 0)


def tail(path: Path, size: int = HEAD) -> str:
    """The last bytes of a file as text; nothing where it cannot be read."""
    return _read(path, -size)


def said(text: str, *names: str) -> Iterator[str]:
    """The texts that JSON gives to some names, in order; what stands inside of texts is not it."""
    pattern = VALUE.format(f"(?:{'|'.join(names)})")
    for found in re.finditer(pattern, text):
        try:
            yield str(json.loads(found[1]))
        except ValueError:
            continue


class Folder:
    """A folder by all the names that it may have, to compare with those that agents wrote down."""

    def __init__(self, top: str) -> None:
        names = [top, os.path.realpath(top)]
        self.names = tuple(dict.fromkeys(_plain(name) for each in names for name in _also(each)))

    def holds(self, path: str) -> bool:
        """Whether a path is the folder or lies in it; a `file://` URI is a path as well."""
        if path.startswith("file://"):
            from urllib.parse import unquote

            path = unquote(path.removeprefix("file://"))
        return bool(path) and (self._has(_plain(path)) or self._has(_plain(_real(path))))

    def _has(self, path: str) -> bool:
        return any(path == name or path.startswith(f"{name}/") for name in self.names)


def _also(path: str) -> tuple[str, ...]:
    """A path and its other name on macOS, where it has one."""
    if path.startswith("/private/"):
        return path, path.removeprefix("/private")
    return (path, f"/private{path}") if path.startswith(PRIVATE) else (path,)


def _plain(path: str) -> str:
    return os.path.normpath(path).replace("\\", "/").rstrip("/")


def _real(path: str) -> str:
    try:
        return os.path.realpath(path) if os.path.isabs(path) else path
    except (OSError, ValueError):
        return path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _read(path: Path, start: int) -> str:
    try:
        number = os.open(path, FLAGS)
        with os.fdopen(number, "rb") as stream:
            if start < 0:
                stream.seek(max(0, os.fstat(number).st_size + start))
            return stream.read(HEAD if start >= 0 else -start).decode("utf-8", "replace")
    except OSError:
        return ""
