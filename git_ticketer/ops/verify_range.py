"""Which commits are to be checked, and by which settings: what words and git's hooks mean."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.ops import difference
from git_ticketer.storage import refs, team_config, worktree, yamlfile
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.team_config import TeamConfig

UPSTREAM = "@{upstream}"
DOTS = re.compile(r"\.{2,3}")


class BadPush(TicketerError):
    """A line that git does not give to a pre-push hook; `line` is it."""

    exit_code = ExitCode.USAGE

    def __init__(self, line: str) -> None:
        super().__init__(f"not a line of a pre-push hook: {line[:80]!a}", hint="git help hooks")
        self.line = line


class NoCommits(refs.NoSuchRef):
    """There is no commit yet that a range could begin or end with."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.message, self.hint = "there is no commit yet", "git status"


class NotInShallow(refs.NoSuchRef):
    """A revision that this clone does not have, which has only a part of the history."""

    def __init__(self, ref: str) -> None:
        super().__init__(ref)
        self.message += ", and this clone is shallow"
        self.hint = "git fetch --unshallow"


class Place(NamedTuple):
    """Where commits are checked: git, its shared git dir, and the team's settings.

    `bare` is whether there are no files here, as in a hook of a server.
    """

    git: Git
    common: str
    team: TeamConfig
    bare: bool = False


class Range(NamedTuple):
    """Commits to be checked: those that lead to `wanted` and not to `unwanted`."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


def place(folder: str, environ: Mapping[str, str]) -> Place:
    """The repository that `folder` is in; without a work tree its settings are those of HEAD.

    Raises: NotAWorktree outside of a repository, BadFile, LeadsOutside.
    """
    try:
        found = worktree.find(folder, environ)
    except worktree.NotAWorktree:
        git = Git(folder, environ)
        done = git.attempt("rev-parse", "--git-common-dir")
        if done.returncode:
            raise
        common = os.fsdecode(done.stdout.removesuffix(b"\n"))
        return Place(git, os.path.join(folder, common), _of_head(git), bare=True)
    return Place(found.git, found.dirs.common, team_config.load(found.top))


def _of_head(git: Git) -> TeamConfig:
    """The settings of the default branch: those of a push would be the pusher's own."""
    path = team_config.RELATIVE_PATH
    for data in refs.contents(git, [f"HEAD:{path}"]).values():
        return team_config.from_document(yamlfile.parse(data, f"HEAD:{path}"))
    return TeamConfig()


def of_words(place: Place, words: Sequence[str]) -> Range:
    """The range that words mean to git: `A..B`, `A...B`, `^A`, `A^!`, and `A` with all before it.

    Without words what the upstream branch does not have, else what came since this branch left
    the default branch. On a server also `OLD..NEW` as its hooks have it. Raises: NoSuchRef.
    """
    git = place.git
    if not words:
        return Range((_head(git),), (_base(git),))
    wanted: list[str] = []
    unwanted: list[str] = []
    for word in words:
        for name in _of_hook(git, word) if place.bare else _revisions(git, word):
            (unwanted if name.startswith("^") else wanted).append(name.removeprefix("^"))
    return Range(tuple(wanted), tuple(unwanted))


def _of_hook(git: Git, word: str) -> list[str]:
    """The object names of a range; of a new branch (zeros) what no branch has, of a deletion none.

    They are what git gives an update hook (githooks(5)).
    """
    old, dots, new = word.partition("..")
    if dots and _is_zero(new):
        return []
    if not dots or not _is_zero(old):
        return _revisions(git, word)
    heads = git.text("for-each-ref", "--format=^%(objectname)", "refs/heads/").split()
    return [*_revisions(git, new), *heads]


def _is_zero(word: str) -> bool:
    """Whether it is what git's hooks have for a ref that is not there."""
    return _is_name(word) and not word.strip("0")


def _head(git: Git) -> str:
    try:
        return refs.commit(git, "HEAD")
    except refs.NoSuchRef:
        raise NoCommits("HEAD") from None


def _base(git: Git) -> str:
    try:
        return refs.commit(git, UPSTREAM)
    except refs.NoSuchRef:
        return difference.ends(git, "")[0]


def _revisions(git: Git, word: str) -> list[str]:
    """The object names that a word means to git-rev-parse(1), those to be left out with `^`."""
    if not word or word.startswith("-") or any(c < " " for c in word):
        raise refs.NoSuchRef(word)
    done = git.attempt("rev-parse", "--revs-only", word, "--")
    found = done.stdout.decode("ascii", "replace").split()
    if done.returncode or not found or not all(map(_is_name, found)):
        raise _missing(git, word)
    peeled = refs.looked_up(git, [f"{name.removeprefix('^')}^{{commit}}" for name in found])
    if not all(line.startswith("commit ") for line in peeled):
        raise _missing(git, word)
    return found


def _missing(git: Git, word: str) -> refs.NoSuchRef:
    """The error that names the part of a range that is not there, and why it may not be."""
    name = next((part for part in DOTS.split(word) if part and not _is_commit(git, part)), word)
    if not _is_commit(git, "HEAD"):
        return NoCommits(name)
    shallow = git.text("rev-parse", "--is-shallow-repository") == "true"
    return NotInShallow(name) if shallow else refs.NoSuchRef(name)


def _is_commit(git: Git, word: str) -> bool:
    try:
        return bool(refs.commit(git, word))
    except refs.NoSuchRef:
        return False


def _is_name(word: str) -> bool:
    digits = word.removeprefix("^")
    return len(digits) in (40, 64) and not digits.strip("0123456789abcdef")


def of_push(git: Git, lines: Iterable[str]) -> Range:
    """The commits that a push brings, from what git gives a pre-push hook (githooks(5)).

    Of a new branch, and where the remote's commit is not known here, those that no branch of a
    remote has; of a deletion none. Raises: BadPush, and NoSuchRef for an object that is not here.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for line in filter(str.strip, lines):
        words = line.split()
        if len(words) != 4 or not (_is_name(words[1]) and _is_name(words[3])):
            raise BadPush(line)
        if words[1].strip("0"):
            if refs.looked_up(git, [words[1]])[0].endswith(" missing"):
                raise refs.NoSuchRef(words[1])
            wanted.append(words[1])
            unwanted.append(words[3])
    known = [name for name in unwanted if name.strip("0") and _has(git, name)]
    if len(known) < len(unwanted):
        known += git.text("for-each-ref", "--format=%(objectname)", "refs/remotes/").split()
    return Range(tuple(wanted), tuple(known))


def _has(git: Git, name: str) -> bool:
    return refs.looked_up(git, [name])[0].startswith(("commit ", "tag "))
