"""Commits as git tells of them: the tips of all refs, the graph, messages and edits of tickets.

Only full object names go to git, and they go through its standard input, so that no text of a
cloned repository becomes an option.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from git_ticketer.lean.system import read_file
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.worktree import Worktree

FOLDER, FILE = ".tickets", "ticket.yaml"
AT_ONCE = 10_000
LATEST = 253_402_300_799  # the last second of the year 9999
TRUNKS = ("refs/heads/main", "refs/heads/master")
NOT_HISTORY = ("refs/stash", "refs/notes/", "refs/replace/")
# Replaced commits would not be what their names say.
LOG = ("--no-replace-objects", "log", "--no-walk=unsorted", "--stdin", "-z", "--encoding=UTF-8")
PLAIN = ("--no-color", "--no-show-signature", "--no-notes", "--no-mailmap", "--no-follow")
FORM = "--format=%x01%H%x00%P%x00%ct%x00%an%x00%B%x00"
EDITS = ("--raw", "--root", "--no-renames", "--no-abbrev", "--no-diff-merges", "--full-history")
REV_LIST = ("--no-replace-objects", "rev-list", "--parents")
REGULAR = (b"100644", b"100755")


class Edit(NamedTuple):
    """A file of a ticket before and after a commit: blobs, empty where there is none.

    `name` is its path from the ticket's folder.
    """

    ticket: str
    name: str
    old: str
    new: str


class Commit(NamedTuple):
    """A commit; `at` is its committer date in epoch seconds, `message` is UTF-8."""

    name: str
    parents: tuple[str, ...]
    at: int
    author: str
    message: bytes
    edits: tuple[Edit, ...] = ()

    @property
    def subject(self) -> str:
        """The first line of its message."""
        line = self.message.lstrip(b"\n").partition(b"\n")[0]
        return line[:1000].decode("utf-8", "replace").strip()


class Tips(NamedTuple):
    """What all refs and the HEADs of all worktrees lead to, sorted, and the default branch's.

    `bounds` is what else decides which commits there are: where a shallow clone ends, and grafts.
    """

    names: tuple[str, ...]
    trunk: str
    bounds: str


def tips(worktree: Worktree) -> Tips:
    """The tips as they are now; one git process."""
    out = worktree.git.text("for-each-ref", "--format=%(objectname) %(refname) %(symref)")
    lines = [line.split(" ") for line in out.split("\n") if line]
    refs = {ref: name for name, ref, _ in lines if not ref.startswith(NOT_HISTORY)}
    heads = _heads(worktree)
    meant = next((symref for _, ref, symref in lines if ref == "refs/remotes/origin/HEAD"), "")
    trunks = (refs[ref] for ref in (meant, *TRUNKS) if ref in refs)
    common = worktree.dirs.common
    return Tips(
        tuple(sorted({*refs.values(), *heads})),
        next(trunks, heads[0] if heads else ""),
        (_content(f"{common}/shallow") + _content(f"{common}/info/grafts")).decode(
            "utf-8", "replace"
        ),
    )


def seen(worktree: Worktree) -> str:
    """What the files of the refs hold now: while that is the same, no ref moved.

    Read without starting git (gitrepository-layout(5)): loose refs and HEADs as they are,
    `packed-refs`, which git replaces as a whole, by its numbers.
    """
    common = worktree.dirs.common
    single = ("shallow", "info/grafts", "reftable/tables.list")
    paths = [*_head_files(worktree), *(f"{common}/{name}" for name in single)]
    paths += sorted(_loose(f"{common}/refs"))
    texts = [f"{path} {_content(path).decode('utf-8', 'replace')}" for path in paths]
    try:
        found = os.stat(f"{common}/packed-refs")
        texts.append(f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}")
    except OSError:
        texts.append("none packed")
    return "\n".join(texts)


def _loose(folder: str) -> Iterator[str]:
    """The files below a folder of refs."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _loose(entry.path)
            else:
                yield entry.path


def _head_files(worktree: Worktree) -> list[str]:
    """The files of the HEADs of all worktrees; seen from each of them, the same list."""
    common = worktree.dirs.common
    folders = [common]
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(f"{common}/worktrees"))
        folders += (f"{common}/worktrees/{name}" for name in names)
    return [f"{folder}/HEAD" for folder in folders]


def _heads(worktree: Worktree) -> list[str]:
    """The commits of detached HEADs, in this and in other worktrees (gitrepository-layout(5))."""
    common = worktree.dirs.common
    if os.path.isdir(f"{common}/reftable"):
        out = worktree.git.text("worktree", "list", "--porcelain")
        return [line[5:] for line in out.split("\n") if line.startswith("HEAD ") and line[5:]]
    found = (_content(path).strip() for path in _head_files(worktree))
    return [head.decode() for head in found if _is_name(head)]


def _is_name(text: bytes) -> bool:
    return len(text) in (40, 64) and not text.strip(b"0123456789abcdef") and bool(text.strip(b"0"))


def _content(path: str) -> bytes:
    try:
        return read_file(path)
    except OSError:
        return b""


def graph(
    git: Git, wanted: Iterable[str], unwanted: Iterable[str] = (), *options: str
) -> dict[str, tuple[str, ...]]:
    """Every commit that leads to `wanted` but not to `unwanted`, newest first, with its parents.

    Raises: GitFailed where one of them is not there.
    """
    lines = [*wanted, *(f"^{name}" for name in unwanted)]
    if not lines:
        return {}
    # What stands after --stdin comes too late for the names in it.
    given = "".join(f"{line}\n" for line in lines).encode()
    out = git.run(*REV_LIST, *options, "--stdin", input=given)
    rows = (line.split(" ") for line in out.decode("ascii").split("\n")[:-1])
    return {name: tuple(parents) for name, *parents in rows}


def commits(git: Git, names: Sequence[str], *, edits: bool = False) -> Iterator[Commit]:
    """The commits of those names, in that order, some thousands of them in memory at a time.

    With `edits` they tell which tickets' files they changed; a merge changed none.
    """
    more = (*EDITS, "--sparse", "--", f":(top,literal){FOLDER}") if edits else ("--no-patch",)
    for start in range(0, len(names), AT_ONCE):
        lines = "".join(f"{name}\n" for name in names[start : start + AT_ONCE])
        yield from _commits(git.run(*LOG, *PLAIN, FORM, *more, input=lines.encode()))


def _commits(out: bytes) -> Iterator[Commit]:
    """The commits in git's output: for each the fields of FORM, then its entries of `--raw -z`.

    An entry is `:MODE MODE OBJECT OBJECT STATUS`, NUL, the path, NUL.
    """
    words = out.split(b"\0")
    i = 0
    while i + 5 < len(words):
        name, parents, at, author, message = words[i : i + 5]
        i += 6
        edits = []
        while i + 1 < len(words) and not words[i].startswith(b"\x01"):
            if words[i].lstrip(b"\n").startswith(b":"):
                edits.append((words[i].lstrip(b"\n:"), words[i + 1]))
                i += 1
            i += 1
        yield Commit(
            name[1:].decode("ascii"),
            tuple(parents.decode("ascii").split()),
            _seconds(at),
            author.decode("utf-8", "replace"),
            message,
            tuple(filter(None, (_edit(*edit) for edit in edits))),
        )


def _seconds(text: bytes) -> int:
    """A date; 0 where it is none that a calendar has."""
    return int(text) if text.isdigit() and len(text) < 13 and int(text) <= LATEST else 0


def _edit(entry: bytes, path: bytes) -> Edit | None:
    """An edit of a file of a ticket; None for other files."""
    folder, _, rest = path.partition(b"/")
    id, _, name = rest.partition(b"/")
    if folder != FOLDER.encode() or not name:
        return None
    old_mode, new_mode, old, new = entry.split(b" ")[:4]
    return Edit(
        id.decode("utf-8", "replace"),
        name.decode("utf-8", "replace"),
        old.decode("ascii") if old_mode in REGULAR else "",
        new.decode("ascii") if new_mode in REGULAR else "",
    )


def files(git: Git, revision: str, folder: str) -> dict[str, str]:
    """The files below a folder with their blobs, by path; none where there is no such commit.

    The output is that of git-ls-tree(1), `-z`: MODE KIND OBJECT, TAB, path.
    """
    options = ("--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree")
    out = git.attempt(*options, revision, "--", folder).stdout
    lines = (line.partition(b"\t") for line in out.split(b"\0")[:-1])
    return {
        os.fsdecode(path): facts.rpartition(b" ")[2].decode("ascii") for facts, _, path in lines
    }


def brought(parents: dict[str, tuple[str, ...]], trunk: str) -> dict[str, str]:
    """For every commit of a graph that a merge brought to the trunk: the first such merge."""
    line = []
    while trunk in parents:
        line.append(trunk)
        trunk = parents[trunk][0] if parents[trunk] else ""
    seen = set(line)
    found: dict[str, str] = {}
    for merge in reversed(line):
        waiting = list(parents[merge][1:])
        while waiting:
            name = waiting.pop()
            if name in parents and name not in seen:
                seen.add(name)
                found[name] = merge
                waiting += parents[name]
    return found
