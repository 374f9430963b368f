"""Where git keeps what a hook must know, found without starting git.

Facts from gitrepository-layout(5): a linked worktree's git dir has a `commondir` file, a worktree
or submodule has a `.git` file with `gitdir: PATH`, HEAD holds `ref: refs/heads/NAME` or an id.
"""

from .system import exists, os, read_file

REPLAY_FILES = ("MERGE_MSG", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")
REBASE_FOLDERS = ("rebase-merge", "rebase-apply")


class GitDir:
    """The two folders of a worktree: `path` is its own git dir, `common` the shared one."""

    __slots__ = ("common", "path")

    def __init__(self, path: str, common: str | None = None) -> None:
        self.path = path
        self.common = common or _common(path)

    @property
    def state(self) -> str:
        """The folder of this worktree's live state."""
        return self.path + "/ticketer"

    @property
    def shared(self) -> str:
        """The folder of the live state that all worktrees share."""
        return self.common + "/ticketer"

    @property
    def worktree_name(self) -> str:
        """`.` for the main worktree, else the name git gave the linked one."""
        return "." if self.path == self.common else self.path.rpartition("/")[2]

    def has(self, name: str) -> bool:
        """Whether file or folder `name` is in this worktree's git dir."""
        return exists(f"{self.path}/{name}")

    def rebasing(self) -> bool:
        """Whether a rebase or `git am` is in progress."""
        return any(self.has(name) for name in REBASE_FOLDERS)

    def replaying(self) -> bool:
        """Whether a commit made now is git's replay of, or merge with, something older."""
        return any(self.has(name) for name in REPLAY_FILES)

    def branch(self) -> str | None:
        """The short name of the checked-out branch; None where HEAD is detached or unreadable.

        With the reftable backend HEAD says `refs/heads/.invalid`: then the answer is None too.
        """
        try:
            head = read_file(self.path + "/HEAD", 4096)
        except OSError:
            return None
        name = head.removeprefix(b"ref:").strip()
        if name == head.strip() or not name.startswith(b"refs/heads/"):
            return None
        branch = name[11:].decode("utf-8", "surrogateescape")
        return None if branch == ".invalid" else branch


def _common(path: str) -> str:
    try:
        common = read_file(path + "/commondir", 4096).strip().decode("utf-8", "surrogateescape")
    except OSError:
        return path
    return common if common.startswith("/") else f"{path}/{common}"


def of_message_file(path: str) -> GitDir:
    """The git dir that holds the message file a hook was given: always this worktree's own."""
    return GitDir(path.rpartition("/")[0] or ".")


def of_folder(folder: str, environ: dict[bytes, bytes]) -> GitDir:
    """The git dir of the worktree whose top is `folder`, as git finds it for a hook.

    Raises: OSError where there is none.
    """
    named = environ.get(b"GIT_DIR")
    path = named.decode("utf-8", "surrogateescape") if named else folder + "/.git"
    try:
        link = read_file(path, 4096)
    except OSError:
        os.stat(path + "/HEAD")
        return GitDir(path)
    target = link.removeprefix(b"gitdir:").strip().decode("utf-8", "surrogateescape")
    return GitDir(target if target.startswith("/") else f"{folder}/{target}")
