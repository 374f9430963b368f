"""Finding the worktree that a command was started in."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from git_ticketer.errors import TicketerError
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.storage.ahead import ASKED
from git_ticketer.storage.gitcmd import Git


class NotAWorktree(TicketerError):
    """The folder is in no git worktree; `folder` names it."""

    def __init__(self, folder: str, reason: str, hint: str) -> None:
        super().__init__(f"{reason}: {folder}", hint=hint)
        self.folder = folder


@dataclass(frozen=True)
class Worktree:
    """A worktree: its top folder, its two git dirs, and git to run there."""

    top: str
    dirs: GitDir
    git: Git


def find(folder: str, environ: Mapping[str, str]) -> Worktree:
    """The worktree that `folder` is in, as git itself finds it.

    Raises: NotAWorktree outside of one, in a bare repository, inside a git dir, or where git
    refuses the repository (another owner).
    """
    git = Git(folder, environ)
    done = git.attempt("rev-parse", *ASKED)
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")
    if done.returncode:
        raise _why_not(folder, lines, done.stderr.decode("utf-8", "replace"))
    if len(lines) != len(ASKED) + 1:  # a path with a line end in it: ask for each alone
        lines = [git.text("rev-parse", option) for option in ASKED]
    return of_answer(folder, lines, environ)


def of_answer(folder: str, lines: Sequence[str], environ: Mapping[str, str]) -> Worktree:
    """The worktree that git has told of, asked ASKED in `folder`."""
    _, path, common, top = lines[: len(ASKED)]
    git_dir, shared = os.path.realpath(path), os.path.realpath(os.path.join(folder, common))
    return Worktree(top, GitDir(git_dir, shared), Git(top, environ))


def _why_not(folder: str, lines: list[str], said: str) -> NotAWorktree:
    if lines[0] == "true":
        return NotAWorktree(folder, "a bare repository has no work tree", "git worktree add PATH")
    if len(lines) > 3:
        return NotAWorktree(folder, "inside a git dir, not in a worktree", "cd to your files")
    if "dubious ownership" in said:
        return NotAWorktree(folder, "git refuses it, its owner is somebody else", "git status")
    return NotAWorktree(folder, "not in a git repository", "git init, or cd into a repository")
