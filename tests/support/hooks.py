"""Hook files as the tests write and compare them, and a PATH on which there is no git-ticket."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.support.git import PROGRAMS, GitRepo

EVENTS = ("prepare-commit-msg", "commit-msg", "post-checkout")
KEPT = ".before-git-ticketer"
Entry = tuple[str, int, bytes]


def hooks(repo: GitRepo) -> Path:
    """The default hooks folder, made where it is missing."""
    path = Path(repo.path, repo.git("rev-parse", "--git-common-dir"), "hooks")
    path.mkdir(exist_ok=True)
    return path


def entry(path: Path) -> Entry:
    """What stands at `path`: its kind, mode, and link target or bytes."""
    if path.is_symlink():
        return "link", 0, os.readlink(path).encode()
    return "file", path.stat().st_mode & 0o7777, path.read_bytes()


def folder(repo: GitRepo) -> dict[str, Entry]:
    """Every entry of the hooks folder but the temporary files of killed processes."""
    paths = sorted(path for path in hooks(repo).iterdir() if not path.name.startswith("."))
    return {path.name: entry(path) for path in paths}


def file(data: bytes, mode: int = 0o755) -> Callable[[Path], None]:
    """A maker of a hook file."""

    def make(path: Path) -> None:
        path.write_bytes(data)
        path.chmod(mode)

    return make


def script(text: str) -> Callable[[Path], None]:
    """A maker of an executable sh script."""
    return file(f"#!/bin/sh\n{text}\n".encode())


def installed(repo: GitRepo) -> str:
    """What install says where every hook is a file, and none was there before."""
    place = hooks(repo)
    return "".join(f"{event:<20}hook file ({place}/{event})\n" for event in EVENTS)


def path_without_us(folder: Path, path: str | None = None) -> str:
    """`path`, else PATH, with its git and the system's programs but without git-ticket."""
    folder.mkdir(parents=True, exist_ok=True)
    path = path or os.environ["PATH"]
    git = shutil.which("git", path=path)
    assert git
    if not (folder / "git").exists():
        (folder / "git").symlink_to(git)
    rest = [p for p in path.split(os.pathsep) if p != str(PROGRAMS)]
    clean = [p for p in rest if not Path(p, "git-ticket").exists()]
    path = os.pathsep.join([str(folder), *clean])
    assert shutil.which("git-ticket", path=path) is None
    return path
