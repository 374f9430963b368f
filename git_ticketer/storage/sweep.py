"""What stands in `.tickets` now: one packed value that is equal as long as no file changed.

For every ticket the inode, size and ctime of its file (ctime is the change time, which no program
sets back; on Windows, where it is the time of creation, the modification time). Links are never
followed. This runs in a child that is forked before anything is imported (see storage/ahead.py),
so it imports nothing that a bare interpreter has not loaded already.
"""

import os
import sys
from array import array
from collections.abc import Sequence

FOLDER = b".tickets"
FILE = b"/ticket.yaml"
COMMENTS, SESSIONS = b"comments", b"sessions"
KINDS = (COMMENTS, SESSIONS)
FLOWS = b"flows"
DOT = 46
FORMAT, REGULAR, LINK, DIRECTORY = 0o170000, 0o100000, 0o120000, 0o040000

# What stands in place of a size where the inode is 0.
MISSING, A_LINK, NOT_A_FILE, UNREADABLE, CHANGING = range(5)

TROUBLES = {
    MISSING: "ticket.yaml is missing",
    A_LINK: "a symbolic link, which is not followed",
    NOT_A_FILE: "not a regular file",
    UNREADABLE: "cannot be read",
}

Stat = tuple[int, int, int]
STAT = 24
"""Bytes of three packed numbers."""

CHANGE_TIME = sys.platform != "win32"


def pack(names: Sequence[bytes], stats: "array[int]") -> bytes:
    """Names and three numbers for each as one value."""
    return b"\0".join(names) + b"\0\0" + stats.tobytes()


def unpack(blob: bytes) -> dict[bytes, bytes]:
    """The names with their numbers, which are left packed: most are only compared."""
    names, _, packed = blob.partition(b"\0\0")
    if not names:
        return {}
    numbers = [packed[at : at + STAT] for at in range(0, len(packed), STAT)]
    return dict(zip(names.split(b"\0"), numbers, strict=True))


def stat(numbers: bytes) -> Stat:
    """Three numbers that are packed."""
    inode, size, time = array("Q", numbers)
    return inode, size, time


def is_plain(path: bytes) -> bool:
    """Whether `.tickets` is no link; also true where it is not there."""
    try:
        return os.lstat(path).st_mode & FORMAT != LINK
    except OSError:
        return True


class Listing:
    """The `names` in `.tickets`, those of them that are `links`, and how many `folders` it has."""

    __slots__ = ("folders", "links", "names")

    def __init__(self, names: list[bytes], links: frozenset[bytes], folders: int) -> None:
        self.names = names
        self.links = links
        self.folders = folders


def listing(folder: bytes) -> Listing:
    """The folders and links in `.tickets`, hidden ones and flows left out; raises OSError."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except FileNotFoundError:
        entries = []
    names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    links = []
    if len(names) < len(entries):
        links = [entry.name for entry in entries if entry.is_symlink()]
    shown = [name for name in names + links if name[0] != DOT and name != FLOWS]
    return Listing(shown, frozenset(links), len(names))


def stats_of(folder: bytes, names: Sequence[bytes], links: frozenset[bytes]) -> "array[int]":
    """The numbers of every ticket file, in the order of the names; an empty folder is this one.

    This loop is most of the time of a list, so a regular file costs one call and no function.
    """
    found: list[int] = []
    base, start = _base(folder)
    lstat, add, ends = os.lstat, found.extend, FILE
    plain = REGULAR if CHANGE_TIME else 0
    for name in names:
        try:
            stat = lstat(start + name + ends, dir_fd=base)
            if stat.st_mode & FORMAT == plain:
                add((stat.st_ino, stat.st_size, stat.st_ctime_ns))
            else:
                add(_numbers(stat))
        except OSError as error:
            add((0, _trouble(error), 0))
    if base is not None:
        os.close(base)
    for index, name in enumerate(names if links else ()):
        if name in links:  # what is behind it was looked at, and is not told
            found[3 * index : 3 * index + 3] = 0, A_LINK, 0
    return array("Q", found)


def _base(folder: bytes) -> tuple[int | None, bytes]:
    """What paths begin at: the open folder, which saves looking its own path up each time.

    Where it cannot be opened so, and for an empty folder, None and what they begin with.
    """
    if folder and os.open in os.supports_dir_fd:
        try:
            return os.open(folder, os.O_RDONLY | os.O_DIRECTORY), b""
        except OSError:
            pass
    return None, folder + b"/" if folder else b""


def _numbers(stat: os.stat_result) -> Stat:
    kind = stat.st_mode & FORMAT
    if kind != REGULAR:
        return 0, A_LINK if kind == LINK else NOT_A_FILE, 0
    return stat.st_ino or 1, stat.st_size, stat.st_ctime_ns if CHANGE_TIME else stat.st_mtime_ns


def _trouble(error: OSError) -> int:
    missing = isinstance(error, FileNotFoundError | NotADirectoryError)
    return MISSING if missing else UNREADABLE


def attachments(folder: bytes, found: Listing) -> "tuple[list[bytes], array[int]]":
    """The comments and sessions of all tickets, as `PROJ-1/comments/NAME.yaml`, with numbers.

    An empty folder is this one. A folder with two links has no folders in it, where the file
    system counts them at all: it does where it does so for `.tickets` itself.
    """
    paths: list[bytes] = []
    stats: list[int] = []
    try:
        counted = os.lstat(folder or b".").st_nlink == 2 + found.folders > 2
    except OSError:
        counted = False
    full = folder + b"/" if folder else b""
    for name in _with_folders(folder, found.names) if counted else found.names:
        if name not in found.links:
            for kind in KINDS:
                _attached(full + name, name, kind, paths, stats)
    return paths, array("Q", stats)


def _with_folders(folder: bytes, names: Sequence[bytes]) -> list[bytes]:
    """The names that do not have two links; what cannot be looked at is among them."""
    found: list[bytes] = []
    base, start = _base(folder)
    lstat = os.lstat
    for name in names:
        try:
            if lstat(start + name, dir_fd=base).st_nlink == 2:
                continue
        except OSError:
            pass
        found.append(name)
    if base is not None:
        os.close(base)
    return found


def _attached(path: bytes, name: bytes, kind: bytes, paths: list[bytes], stats: list[int]) -> None:
    """Note the files in one folder of a ticket."""
    folder = path + b"/" + kind
    try:
        if os.lstat(folder).st_mode & FORMAT != DIRECTORY:
            return
        with os.scandir(folder) as entries:
            found = sorted(entry.name for entry in entries if entry.name.endswith(b".yaml"))
    except OSError:
        return
    for file in found:
        paths.append(name + b"/" + kind + b"/" + file)
        try:
            stats += _numbers(os.lstat(folder + b"/" + file))
        except OSError:
            stats += (0, UNREADABLE, 0)
