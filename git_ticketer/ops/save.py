"""Committing the tickets alone, whatever else is staged or changed."""

from dataclasses import dataclass

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import TEMPORARY
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.gitcmd import GitFailed
from git_ticketer.storage.tickets import FOLDER

NAMED = 3
PATHS = (FOLDER, f":(exclude,glob){FOLDER}/**/{TEMPORARY}*")


class NothingToSave(TicketerError):
    """Every ticket is committed as it is."""

    def __init__(self) -> None:
        super().__init__("nothing to save: all tickets are committed", hint="git ticket list")


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
    Raises: NothingToSave, Unmerged, GitFailed with what git or a hook said.
    """
    git = workspace.worktree.git
    if workspace.live.git.has("MERGE_HEAD") or git.run("ls-files", "--unmerged", "-z"):
        listed = git.run("diff", "--name-only", "--diff-filter=U", "-z").split(b"\0")
        raise Unmerged([path.decode("utf-8", "replace") for path in listed if path])
    paths = changed_paths(workspace)
    if not paths:
        raise NothingToSave
    subject = message or default_message(paths)
    known = set(git.run("ls-files", "-z", "--", FOLDER).split(b"\0"))
    git.run("add", "--intent-to-add", "--", *PATHS)
    try:
        git.run("commit", "--quiet", "--only", "-m", subject, "--", *PATHS)
    except GitFailed:
        new = [path for path in paths if path.encode("utf-8", "surrogateescape") not in known]
        stdin = "\0".join(new).encode("utf-8", "surrogateescape")
        words = ("rm", "--cached", "--quiet", "--ignore-unmatch", "--pathspec-file-nul")
        git.run("--literal-pathspecs", *words, "--pathspec-from-file=-", input=stdin)
        raise
    commit = git.text("rev-parse", "--short", "HEAD")
    return Saved(commit, subject.split("\n", 1)[0], tuple(paths))


def changed_paths(workspace: Workspace) -> list[str]:
    """The paths under `.tickets` that are not committed as they are, sorted."""
    words = ("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    listed = workspace.worktree.git.run(*words, "--", *PATHS).decode("utf-8", "surrogateescape")
    return sorted(entry[3:] for entry in listed.split("\0") if entry)


def default_message(paths: list[str]) -> str:
    """A subject that names the tickets: `tickets: update PROJ-1, PROJ-2`."""
    names = list(dict.fromkeys(path.split("/")[1] for path in paths))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"tickets: update {', '.join(names[:NAMED])}{more}"
