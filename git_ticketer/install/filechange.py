"""Changes to files that are planned first, shown as a diff, then made.

What is merged into files of other programs goes through here, so that a dry run shows exactly
what an installation does.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import read_file, sync_folder, write_file
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import make_shared, umask

LARGEST = 1 << 24
NO_NEWLINE = "\\ No newline at end of file\n"


class NotAFile(TicketerError):
    """What stands at the place of a file is none, or is too large to be edited; see `path`."""

    def __init__(self, path: Path, reason: str = "not a regular file") -> None:
        super().__init__(f"{path}: {reason}", hint=f"ls -ld {path}")
        self.path = path


class ChangedMeanwhile(TicketerError):
    """A file that somebody changed between the plan and now; nothing was written."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} was changed by somebody else meanwhile", hint=f"git diff {path}")
        self.path = path


@dataclass(frozen=True)
class FileChange:
    """A file before and after; None is no file. `path` is relative to some top folder.

    Of a `link` the bytes are its target, relative to its folder. Where the system makes no links,
    what the target holds is copied.
    """

    path: str
    before: bytes | None
    after: bytes | None
    link: bool = False


def read(top: str, path: str) -> bytes | None:
    """The bytes of the file `top/path`, None where there is none.

    Raises: LeadsOutside where a part of `path` is a link, NotAFile, OSError.
    """
    place = inside(top, path)
    if not os.path.lexists(place):
        return None
    if not place.is_file():
        raise NotAFile(place)
    if place.stat().st_size >= LARGEST:
        raise NotAFile(place, "too large to be edited")
    return read_file(str(place), LARGEST)


def apply(top: str, changes: Iterable[FileChange]) -> list[str]:
    """Make the changes in `top`, in their order, each on disk when this returns.

    Returns the paths that changed. A file keeps its mode, a folder that gets empty goes.
    Raises: ChangedMeanwhile, LeadsOutside and NotAFile before anything is written; OSError.
    """
    wanted = [change for change in changes if change.before != change.after]
    for change in wanted:
        if _now(top, change) != change.before:
            raise ChangedMeanwhile(change.path)
    for change in wanted:
        place = _place(top, change.path)
        _remove(top, place) if change.after is None else _put(place, change.after, change.link)
    return [change.path for change in wanted]


def _now(top: str, change: FileChange) -> bytes | None:
    if not change.link:
        return read(top, change.path)
    place = _place(top, change.path)
    if place.is_symlink():
        return os.fsencode(place.readlink())
    return read(top, change.path)


def _place(top: str, path: str) -> Path:
    """Where a change is made; only its last part may be a link."""
    return inside(top, str(Path(path).parent)) / Path(path).name


def _put(place: Path, data: bytes, link: bool) -> None:
    make_shared(place.parent)
    if link:
        _link(place, os.fsdecode(data))
        return
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~umask()
    write_file(str(place), data, mode=mode)


def _link(place: Path, target: str) -> None:
    """Make a link; a copy where there are none (Windows, FAT)."""
    if place.is_symlink():
        place.unlink()
    try:
        place.symlink_to(target)
    except (OSError, NotImplementedError):
        import shutil

        shutil.copytree(place.parent / target, place)
    sync_folder(str(place.parent))


def _remove(top: str, place: Path) -> None:
    """Remove a file, and the folders above it that are then empty."""
    place.unlink()
    sync_folder(str(place.parent))
    for folder in place.parents:
        if folder == Path(top) or any(folder.iterdir()):
            return
        folder.rmdir()


def diff(changes: Iterable[FileChange]) -> str:
    """The changes as a unified diff that `git apply` takes, empty where there are none.

    Bytes that are no UTF-8 are shown as replacement characters.
    """
    return "".join(_diff(change) for change in changes if change.before != change.after)


def _diff(change: FileChange) -> str:
    from difflib import unified_diff

    old, new = (_lines(data) for data in (change.before, change.after))
    names = f"a/{change.path}", f"b/{change.path}"
    mode = "120000" if change.link else "100644"
    head = f"diff --git {names[0]} {names[1]}\n"
    if change.before is None:
        head += f"new file mode {mode}\n"
    if change.after is None:
        head += f"deleted file mode {mode}\n"
    first = "/dev/null" if change.before is None else names[0]
    second = "/dev/null" if change.after is None else names[1]
    body = (
        line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"
        for line in unified_diff(old, new, first, second)
    )
    return head + "".join(body)


def _lines(data: bytes | None) -> list[str]:
    """The lines of a file with their ends; only a line feed ends one."""
    text = (data or b"").decode("utf-8", "replace")
    parts = text.split("\n")
    return [f"{line}\n" for line in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
