"""What differs between two states of the tickets: what a branch changes.

Trees are compared by git, object by object; only files that differ are read.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import read_file
from git_ticketer.model.changes import FieldChange, changes
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import refs, schema, yamlfile
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import COMMENTS, FILE, FOLDER, order
from git_ticketer.storage.yamlfile import BadFile

UPSTREAM = "@{upstream}"
RAW = ("--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=all")


@dataclass(frozen=True)
class TicketChange:
    """What differs in one ticket.

    `title` and `status` are the newer ones. `comments` and `sessions` are those added, the latter
    as paths. `replaced` is whether another ticket (uid) has the id now. `problems` are files that
    differ and cannot be read.
    """

    id: TicketId
    title: str = ""
    status: str = ""
    created: bool = False
    removed: bool = False
    replaced: bool = False
    fields: tuple[FieldChange, ...] = ()
    comments: tuple[Comment, ...] = ()
    sessions: tuple[str, ...] = ()
    problems: tuple[BadFile, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What differs from commit `base` to commit `head`, which is empty for the work tree."""

    base: str
    head: str
    tickets: tuple[TicketChange, ...]


class _Pair(NamedTuple):
    """A file's content before and after; None where it is not there."""

    before: bytes | None
    after: bytes | None


def difference(workspace: Workspace, range: str = "") -> Difference:
    """What differs in tickets over a range, written as for `git diff`.

    `A..B` is from A to B, `A...B` from their merge base to B, `A` from A to the work tree. Without
    a range it is from where the branch left the default branch (on that: its upstream) to the work
    tree, uncommitted changes included.

    Raises: NoSuchRef, GitFailed, LeadsOutside.
    """
    git = workspace.worktree.git
    base, head = ends(git, range)
    pairs = _committed(git, base, head) if head else _uncommitted(workspace, base)
    owned: dict[TicketId, dict[str, _Pair]] = {}
    for path, pair in pairs.items():
        owner = refs.ticket_of(path)
        if owner and pair.before != pair.after:
            owned.setdefault(owner[0], {})[owner[1]] = pair
    found = (_change(id, owned[id]) for id in sorted(owned, key=order))
    return Difference(base, head, tuple(one for one in found if one))


def ends(git: Git, range: str) -> tuple[str, str]:
    """The two commits of a range, the second empty for the work tree; raises NoSuchRef."""
    for dots in ("...", ".."):
        left, found, right = range.partition(dots)
        if found:
            base, head = (refs.commit(git, ref or "HEAD") for ref in (left, right))
            return (_merge_base(git, base, head) if dots == "..." else base), head
    return (refs.commit(git, range) if range else _usual_base(git)), ""


def _merge_base(git: Git, a: str, b: str) -> str:
    """Where two commits parted; a tree without entries where they have nothing in common."""
    done = git.attempt("merge-base", a, b)
    return done.stdout.decode("ascii").strip() or refs.empty_tree(git)


def _usual_base(git: Git) -> str:
    """Where this branch left the default branch; on that, its upstream; else HEAD."""
    try:
        head = refs.commit(git, "HEAD")
    except refs.NoSuchRef:
        return refs.empty_tree(git)
    branch, default = _target(git, "HEAD"), _default(git)
    is_default = default.rpartition("/")[2] == branch.rpartition("/")[2]
    try:
        return _merge_base(git, refs.commit(git, UPSTREAM if is_default else default), head)
    except refs.NoSuchRef:
        return head


def _default(git: Git) -> str:
    """The default branch: the one the remote names, else main or master, else the upstream."""
    remote = _target(git, "refs/remotes/origin/HEAD")
    for ref in (remote, "refs/heads/main", "refs/heads/master"):
        try:
            if refs.commit(git, ref):
                return ref
        except refs.NoSuchRef:
            continue
    return UPSTREAM


def _target(git: Git, ref: str) -> str:
    """The ref that a symbolic one stands for; empty where it is none."""
    done = git.attempt("symbolic-ref", "--quiet", ref)
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def _committed(git: Git, base: str, head: str) -> dict[str, _Pair]:
    """The files in `.tickets` that differ between two commits (git-diff-tree(1) `--raw -z`)."""
    out = git.run("diff-tree", "-r", *RAW, base, head, "--", FOLDER)
    found = _raw(out)
    data = refs.contents(git, [object for pair in found.values() for object in pair if object])
    return {p: _Pair(data.get(old), data.get(new)) for p, (old, new) in found.items()}


def _uncommitted(workspace: Workspace, base: str) -> dict[str, _Pair]:
    """The files in `.tickets` of the work tree that differ from a commit, untracked ones too."""
    git = workspace.worktree.git
    found = _raw(git.run("diff-index", *RAW, base, "--", FOLDER))
    untracked = git.run("ls-files", "--others", "-z", "--", FOLDER).split(b"\0")[:-1]
    for name in map(os.fsdecode, untracked):
        found.setdefault(name, ("", ""))
    data = refs.contents(git, [old for old, _ in found.values() if old])
    return {p: _Pair(data.get(old), _content(workspace, p)) for p, (old, _) in found.items()}


def _raw(out: bytes) -> dict[str, tuple[str, str]]:
    """For each path its two objects, empty where there is no regular file.

    An entry is `:MODE MODE OBJECT OBJECT STATUS`, NUL, the path, NUL; a path in a conflict stands
    twice and counts once.
    """
    words = out.split(b"\0")[:-1]
    found: dict[str, tuple[str, str]] = {}
    for entry, path in zip(words[::2], words[1::2], strict=True):
        old_mode, new_mode, old, new = entry[1:].decode("ascii").split(" ")[:4]
        sides = (old if old_mode in refs.REGULAR else "", new if new_mode in refs.REGULAR else "")
        if entry[-1:] != b"U":
            found[os.fsdecode(path)] = sides
        else:
            found.setdefault(os.fsdecode(path), sides)
    return found


def _content(workspace: Workspace, path: str) -> bytes | None:
    """A file of the work tree; None where it is gone or not regular. Raises LeadsOutside."""
    try:
        return read_file(str(inside(workspace.worktree.top, path)), yamlfile.MAX_BYTES + 1)
    except OSError:
        return None


def _change(id: TicketId, files: Mapping[str, _Pair]) -> TicketChange | None:
    """What differs in a ticket whose `files` differ; None where that is nothing of ours."""
    problems: list[BadFile] = []
    pair = files.get(FILE)
    before = _ticket(id, pair.before, problems) if pair else None
    after = _ticket(id, pair.after, problems) if pair else None
    newest = after or before
    replaced = bool(before and after and before.uid != after.uid)
    found = TicketChange(
        id,
        title=newest.title if newest else "",
        status=newest.status if newest else "",
        created=bool(pair and pair.before is None and pair.after is not None),
        removed=bool(pair and pair.after is None and pair.before is not None),
        replaced=replaced,
        fields=tuple(changes(before, after)) if before and after else (),
        comments=tuple(_comments(id, files, problems)),
        sessions=tuple(f"{FOLDER}/{id}/{path}" for path in files if _is_new_session(path, files)),
        problems=tuple(problems),
    )
    return found if found != TicketChange(id, found.title, found.status) else None


def _ticket(id: TicketId, data: bytes | None, problems: list[BadFile]) -> Ticket | None:
    if data is None:
        return None
    try:
        return schema.ticket(yamlfile.parse(data, f"{FOLDER}/{id}/{FILE}"))
    except BadFile as error:
        problems.append(error)
        return None


def _comments(
    id: TicketId, files: Mapping[str, _Pair], problems: list[BadFile]
) -> Iterable[Comment]:
    """The comments that were added, oldest first."""
    for path in sorted(files):
        kind, _, name = path.partition("/")
        data = files[path].after
        if kind == COMMENTS and name.endswith(".yaml") and data is not None:
            shown = f"{FOLDER}/{id}/{path}"
            try:
                yield schema.comment(yamlfile.parse(data, shown), name.removesuffix(".yaml"))
            except BadFile as error:
                problems.append(error)


def _is_new_session(path: str, files: Mapping[str, _Pair]) -> bool:
    return path.startswith("sessions/") and path.endswith(".yaml") and files[path].after is not None
