"""Installing the merge driver (gitattributes(5), "Defining a custom merge driver").

Every clone gets the lines in .gitattributes; each sets the command in its own configuration.
A clone without the command merges ticket files as text; so does one without the program, by the
command itself. Where the program dies, what it has not marked is merged as text too: git would
take ours without markers for the result (git 2.39).
"""

from dataclasses import dataclass
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import read_file, write_file
from git_ticketer.storage.gitcmd import GitFailed
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import umask
from git_ticketer.storage.worktree import Worktree

FILE = ".gitattributes"
LINES = (
    ".tickets/** text eol=lf",
    ".tickets/config.yaml merge=git-ticket",
    ".tickets/*/ticket.yaml merge=git-ticket",
    ".tickets/*/sessions/*.yaml merge=git-ticket",
)
SECTION = "merge.git-ticket"
NAME = "field-wise merge of ticket files"
DRIVER = (
    "if command -v git-ticket >/dev/null 2>&1; then"
    " git-ticket merge-driver %O %A %B %L %P && exit 0;"
    " grep -q '^<<<' %A && exit 1; fi;"
    " git merge-file -q -L ours -L base -L theirs --marker-size=%L %A %O %B || exit 1"
)
SETTINGS = {f"{SECTION}.name": NAME, f"{SECTION}.driver": DRIVER}


class NotAFile(TicketerError):
    """What stands at the place of .gitattributes is no regular file; `path` names it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not a regular file", hint=f"ls -ld {path}")
        self.path = path


@dataclass(frozen=True)
class Attributes:
    """What is there: the `missing` lines of .gitattributes, and the configured `driver`."""

    missing: tuple[str, ...]
    driver: str

    @property
    def installed(self) -> bool:
        """Whether ticket files are merged by our driver here, as this version installs it."""
        return not self.missing and self.driver == DRIVER


def status(worktree: Worktree) -> Attributes:
    """What is installed; raises LeadsOutside, NotAFile, OSError."""
    there = _lines(_read(_path(worktree)))
    missing = tuple(line for line in LINES if line.encode() not in there)
    return Attributes(missing, worktree.git.config(f"{SECTION}.driver"))


def install(worktree: Worktree) -> Attributes:
    """Add the missing lines to .gitattributes, set the driver, and return what was there before.

    All other bytes of the file stay. Raises: LeadsOutside, NotAFile, OSError, GitFailed.
    """
    before = status(worktree)
    if before.missing:
        path = _path(worktree)
        old = _read(path)
        newline = b"\r\n" if b"\r\n" in old else b"\n"
        if old and not old.endswith(b"\n"):
            old += newline
        _write(path, old + b"".join(line.encode() + newline for line in before.missing))
    for key, value in SETTINGS.items():
        worktree.git.run("config", "--local", "--replace-all", key, value)
    return before


def uninstall(worktree: Worktree) -> Attributes:
    """Take our lines and the driver away, and return what was there before.

    A file of nothing but our lines goes. Raises: LeadsOutside, NotAFile, OSError, GitFailed.
    """
    before = status(worktree)
    path = _path(worktree)
    old = _read(path)
    ours = {line.encode() for line in LINES}
    kept = b"".join(line for line in old.splitlines(keepends=True) if line.strip() not in ours)
    if kept != old:
        _write(path, kept) if kept else path.unlink()
    done = worktree.git.attempt("config", "--local", "--remove-section", SECTION)
    if done.returncode not in (0, 128):  # 128: there is no such section
        raise GitFailed(("config",), done.returncode, done.stderr.decode("utf-8", "replace"))
    return before


def _path(worktree: Worktree) -> Path:
    return inside(worktree.top, FILE)


def _read(path: Path) -> bytes:
    if not path.exists():
        return b""
    if not path.is_file():
        raise NotAFile(path)
    return read_file(str(path))


def _lines(data: bytes) -> set[bytes]:
    return {line.strip() for line in data.splitlines()}


def _write(path: Path, data: bytes) -> None:
    """Replace the file; a new one gets the mode that any new file gets."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask()
    write_file(str(path), data, mode=mode)
