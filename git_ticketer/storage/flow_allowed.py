"""Which flows this user lets run in which clone: outside of every repository, by content.

`$XDG_STATE_HOME/git-ticketer/flows/<clone>/<name>` holds the SHA-256 of the file that was allowed,
so that any edit revokes. `<clone>` is a hash of the git dir's path and of a random key in the git
dir: what is cloned to the same place later is another clone, and no repository can hold a file
that passes for one of these, not even where the home folder is a work tree.
"""

import os
from collections.abc import Mapping

from git_ticketer.errors import TicketerError
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.session_change import PATIENCE, Lock
from git_ticketer.lean.system import exists, make_folders, read_file, write_file
from git_ticketer.storage import flow_files

FOLDER = "git-ticketer/flows"
KEY = "flow-key"
DIGITS = frozenset("0123456789abcdef")


class NoStateFolder(TicketerError):
    """Neither XDG_STATE_HOME nor HOME says where this user's state is kept."""

    def __init__(self) -> None:
        super().__init__(
            "there is no place to remember what you allow: HOME is not set", hint="echo $HOME"
        )


class Allowed:
    """What is allowed in one clone; `folder` need not exist."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names of the flows that were allowed, sorted; each may have changed since."""
        try:
            return sorted(name for name in os.listdir(self.folder) if flow_files.is_name(name))
        except OSError:
            return []

    def digest(self, name: str) -> str:
        """The SHA-256 of the file that was allowed; empty where none was."""
        return _hex(f"{self.folder}/{name}", 64)

    def add(self, name: str, digest: str) -> None:
        """Allow a flow with exactly this content; raises OSError."""
        make_folders(self.folder)
        write_file(f"{self.folder}/{name}", digest.encode() + b"\n")

    def remove(self, name: str) -> bool:
        """Take it back; whether there was anything. Raises OSError."""
        path = f"{self.folder}/{name}"
        if not exists(path):
            return False
        os.unlink(path)
        return True


def of_clone(git: GitDir, environ: Mapping[str, str]) -> Allowed | None:
    """What is allowed in the clone of a git dir; None where nothing ever was."""
    key = _hex(f"{git.shared}/{KEY}", 32)
    home = _state_home(environ)
    return Allowed(_folder(home, git, key)) if key and home else None


def of_new(git: GitDir, environ: Mapping[str, str]) -> Allowed:
    """The same, to add something to it; the clone gets its key. Raises NoStateFolder, OSError."""
    home = _state_home(environ)
    if not home:
        raise NoStateFolder
    return Allowed(_folder(home, git, _hex(f"{git.shared}/{KEY}", 32) or _new_key(git)))


def _new_key(git: GitDir) -> str:
    """The key of a clone that has none; two at once get the same. Raises OSError."""
    path = f"{git.shared}/{KEY}"
    make_folders(git.shared)
    with Lock(f"{path}.lock", PATIENCE):
        key = _hex(path, 32)
        if not key:
            key = os.urandom(16).hex()
            write_file(path, key.encode() + b"\n")
    return key


def _state_home(environ: Mapping[str, str]) -> str:
    """Where this user's state belongs; a relative path counts as none.

    XDG Base Directory Specification 0.8, "Environment variables".
    """
    named, home = environ.get("XDG_STATE_HOME", ""), environ.get("HOME", "")
    if os.path.isabs(named):
        return named
    return f"{home}/.local/state" if os.path.isabs(home) else ""


def _folder(home: str, git: GitDir, key: str) -> str:
    import hashlib

    clone = hashlib.sha256(os.fsencode(f"{git.common}\0{key}")).hexdigest()
    return f"{home}/{FOLDER}/{clone[:40]}"


def _hex(path: str, length: int) -> str:
    """The hexadecimal digits that a file holds; empty where it holds anything else."""
    try:
        text = read_file(path, length + 2).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return text if len(text) == length and DIGITS.issuperset(text) else ""
