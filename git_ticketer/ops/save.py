"""Committing the tickets alone, whatever else is staged or changed."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import TEMPORARY
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.tickets import FOLDER

NAMED = 3
UNTRACKED = "??"
FROM_STDIN = ("--pathspec-file-nul", "--pathspec-from-file=-")
PATHSPECS = tuple(f"GIT_{kind}_PATHSPECS" for kind in ("LITERAL", "GLOB", "NOGLOB", "ICASE"))
PATHS = (FOLDER, f":(exclude,glob){FOLDER}/**/{TEMPORARY}*")


class NothingToSave(TicketerError):
    """Every ticket is committed as it is."""

    def __init__(self) -> None:
        super().__init__("nothing to save: all tickets are committed", hint="git ticket list")


class Ignored(TicketerError):
    """Tickets that git leaves out of every commit: their `paths`."""

    def __init__(self, paths: list[str]) -> None:
        files = f"{len(paths)} file{'s' if len(paths) > 1 else ''}"
        super().__init__(
            f"git ignores {files} of {FOLDER}, such as {paths[0]}",
            hint=f"git check-ignore -v {shlex.quote(paths[0])}",
        )
        self.paths = paths


class CommitFailed(TicketerError):
    """A commit that git or a hook refused: its exit `code` and everything that was `said`."""

    def __init__(self, code: int, said: str) -> None:
        lines = "\n".join(said.strip().splitlines())
        super().__init__(f"git commit: {lines or f'exit code {code}'}")
        self.code = code
        self.said = said


class Unmerged(TicketerError):
    """A merge is going on; a commit of the tickets alone would end it: `paths` are in conflict."""

    def __init__(self, paths: list[str]) -> None:
        there = f": {', '.join(paths[:NAMED])}" if paths else ""
        super().__init__(f"a merge is not finished{there}", hint="git status")
        self.paths = paths


@dataclass(frozen=True)
class Saved:
    """The commit that was made, and the paths in it."""

    commit: str
    subject: str
    paths: tuple[str, ...]


def save(workspace: Workspace, message: str = "") -> Saved:
    """Commit everything under `.tickets` and nothing else.

    The user's index stays as it was for every other path; git's hooks run as for any commit.
    Raises: NothingToSave, Ignored, Unmerged, CommitFailed with what git and the hooks said.
    """
    git = with_magic(workspace.worktree.git)
    if workspace.live.git.has("MERGE_HEAD") or git.run("ls-files", "--unmerged", "-z"):
        listed = git.run("diff", "--name-only", "--diff-filter=U", "-z").split(b"\0")
        raise Unmerged([path.decode("utf-8", "replace") for path in listed if path])
    changed = changes(git)
    if not changed:
        refuse_ignored(git)
        raise NothingToSave
    paths = tuple(sorted(path for _, path in changed))
    subject = message or default_message(paths)
    commit(git, subject, [path for code, path in changed if code == UNTRACKED])
    return Saved(git.text("rev-parse", "--short", "HEAD"), subject.split("\n", 1)[0], paths)


def with_magic(git: Git) -> Git:
    """The same git, whatever the environment says of pathspecs (git(1), GIT_*_PATHSPECS)."""
    kept = {name: value for name, value in git.environ.items() if name not in PATHSPECS}
    return Git(git.folder, kept)


def changes(git: Git) -> list[tuple[str, str]]:
    """What is not committed as it is under `.tickets`: git's two letters and the path."""
    words = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    listed = git.run(*words, "--", *PATHS).decode("utf-8", "surrogateescape")
    return [(entry[:2], entry[3:]) for entry in listed.split("\0") if entry]


def refuse_ignored(git: Git) -> None:
    """Refuse to pass over tickets that git ignores; raises Ignored.

    What editors and file managers leave there is no ticket, and is ignored with good reason.
    """
    words = ("ls-files", "--others", "--ignored", "--exclude-standard", "-z")
    listed = git.run(*words, "--", *PATHS).decode("utf-8", "surrogateescape").split("\0")
    names = ((path, path.rpartition("/")[2]) for path in listed)
    paths = [path for path, name in names if name.endswith(".yaml") and name[0] != "."]
    if paths:
        raise Ignored(paths)


def commit(git: Git, message: str, new: list[str]) -> None:
    """Commit the tickets; where that fails the `new` files are untracked again.

    Raises: CommitFailed, GitFailed for an index that cannot be written.
    """
    stdin = "\0".join(new).encode("utf-8", "surrogateescape")
    if new:
        git.run("--literal-pathspecs", "add", "--intent-to-add", *FROM_STDIN, input=stdin)
    done = git.attempt("commit", "--quiet", "--only", "-m", message, "--", *PATHS)
    if not done.returncode:
        return
    if new:
        words = ("--literal-pathspecs", "rm", "--cached", "--quiet", "--ignore-unmatch")
        git.attempt(*words, *FROM_STDIN, input=stdin)
    raise CommitFailed(done.returncode, done.stderr.decode("utf-8", "replace"))


def default_message(paths: Sequence[str]) -> str:
    """A subject that names the tickets: `tickets: update PROJ-1, PROJ-2`."""
    names = list(dict.fromkeys(path.split("/")[1] for path in paths))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"tickets: update {', '.join(names[:NAMED])}{more}"
