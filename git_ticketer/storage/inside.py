"""Paths inside the work tree that a cloned repository cannot bend.

git checks out links, so `.tickets` or anything in it may point anywhere; what is read or written
must be what its name says.
"""

import stat
from pathlib import Path

from git_ticketer.errors import TicketerError, typed


class LeadsOutside(TicketerError):
    """A part of a path that is a link; `path` is that part."""

    def __init__(self, path: Path) -> None:
        hint = typed("ls -l", str(path))
        super().__init__(f"{path} is a symbolic link, which is not followed", hint=hint)
        self.path = path


def inside(top: str, relative: str) -> Path:
    """The path `top/relative`, none of whose parts below `top` is a link; it need not exist.

    Raises: LeadsOutside.
    """
    path = Path(top)
    for part in Path(relative).parts:
        path /= part
        try:
            mode = path.lstat().st_mode
        except OSError:
            continue
        if stat.S_ISLNK(mode):
            raise LeadsOutside(path)
    return path
