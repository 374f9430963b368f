"""Ticket numbers that are given once in a clone, whatever runs at the same time or is removed.

A number is free when it is above every one that was found or given: in `.tickets` of any ref, in
any worktree of this clone, as an alias, and above the floor, which is on disk before an id is
given and is never lowered. All that happens under one lock in the common git dir.

Two git processes and one look at the names in each worktree are the usual cost: a `.tickets`
tree that was looked at once is remembered, and a new one is compared with one that is known.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import InvalidId, TicketId, is_prefix
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, read_file, write_file
from git_ticketer.storage import refs, yamlfile
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.tickets import FILE, FOLDER
from git_ticketer.storage.worktree import Worktree

STATE = "numbers"
PATIENCE = 60.0
HIGHEST = 999_999_999_999  # what an id can hold (lean/ids.py)
RANDOM_FROM, RANDOM_COUNT = 100_000_000, 900_000_000


class CannotNumber(TicketerError):
    """Where the numbers are kept cannot be read or written; `path` is that place."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f"no id can be given, {path} cannot be written: {error.strerror or error}",
            hint=f"ls -ld {path}",
        )
        self.path = path


class NoNumberLeft(TicketerError):
    """A prefix whose highest number is in use, by a mistake or on purpose."""

    def __init__(self, prefix: str) -> None:
        highest = f"{prefix}-{HIGHEST}"
        super().__init__(
            f"{highest} is in use, no number is above it",
            hint=f"git log --all -- {FOLDER}/{highest}",
        )
        self.prefix = prefix


class Taken(TicketerError):
    """An id that is or was in use, or below one that is; `free` is one that is not."""

    def __init__(self, id: str, free: str) -> None:
        super().__init__(
            f"{id} is not free: ids up to it were given", hint=f"git ticket renumber ID --to {free}"
        )
        self.id = id
        self.free = free


@dataclass
class _Numbers:
    """What is known: the highest number of each prefix, ids given out of order, trees looked at."""

    floors: dict[str, int] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)

    def note(self, names: Iterable[str]) -> None:
        """Raise the floors to the ids among `names`; the rest of them is passed over."""
        floors = self.floors
        for name in names:
            prefix, _, digits = name.rpartition("-")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
                continue
            number, prefix = int(digits), prefix.upper()
            if number > floors.get(prefix, 0) and is_prefix(prefix):
                floors[prefix] = number

    def next(self, prefix: str) -> TicketId:
        """The lowest id above the floor; raises NoNumberLeft."""
        number = self.floors.get(prefix, 0) + 1
        while f"{prefix}-{number}" in self.used:
            number += 1
        if number > HIGHEST:
            raise NoNumberLeft(prefix)
        return TicketId(f"{prefix}-{number}")


def reserve(worktree: Worktree, prefix: str, *, random: bool = False) -> TicketId:
    """A new id with `prefix` that was never given in this clone; nobody else will get it.

    With `random` its number has nine random digits, for teams whose clones rarely meet: ids stay
    PREFIX-NUMBER, as branch names and other trackers expect them. n tickets made apart from each
    other hold two equal ids with odds of about n * n / 1,800,000,000: 1 in 1,800 for 1,000.

    Raises: CannotNumber, NoNumberLeft, GitFailed.
    """
    if random:
        return reserve_first(worktree, _random_ids(prefix))
    with _numbers(worktree) as (state, _):
        id = state.next(prefix)
        state.note([id])
    return id


def reserve_first(worktree: Worktree, ids: Iterator[TicketId]) -> TicketId:
    """The first of `ids` that is nowhere and was not given; see `reserve`."""
    with _numbers(worktree) as (state, trees):
        taken = {name.upper() for top in tops(worktree) for name in _names(top)} | set(state.used)
        id = next(id for id in ids if id not in taken and not _in_trees(worktree.git, trees, id))
        state.used[id] = None
    return id


def claim(worktree: Worktree, id: TicketId) -> None:
    """Take an id that somebody chose; raises Taken where it is not above all others."""
    with _numbers(worktree) as (state, _):
        free = state.next(id.prefix)
        if id in state.used or int(id.rpartition("-")[2]) < int(free.rpartition("-")[2]):
            raise Taken(id, free)
        state.note([id])


def _random_ids(prefix: str) -> Iterator[TicketId]:
    while True:
        number = int.from_bytes(os.urandom(8), "big") % RANDOM_COUNT + RANDOM_FROM
        yield TicketId(f"{prefix}-{number}")


def _in_trees(git: Git, trees: list[str], id: str) -> bool:
    found = refs.looked_up(git, [f"{tree}:{id}" for tree in trees])
    return any(line.startswith(("tree ", "blob ")) for line in found)


@contextmanager
def _numbers(worktree: Worktree) -> Iterator[tuple[_Numbers, list[str]]]:
    """What is known, all refs and worktrees looked at, and the trees of the refs; under the lock.

    It is on disk when the block is left; not where the block raises.
    """
    shared = worktree.dirs.shared
    try:
        make_folders(shared)
        with Lock(f"{shared}/{STATE}.lock", PATIENCE):
            before = _load(f"{shared}/{STATE}")
            state = _parse(before)
            trees = _look(worktree, state)
            yield state, trees
            after = _dump(state)
            if after != before:
                write_file(f"{shared}/{STATE}", after)
    except OSError as error:
        raise CannotNumber(shared, error) from None


def _look(worktree: Worktree, state: _Numbers) -> list[str]:
    """Note the ids of all refs and worktrees; return the `.tickets` trees of the refs."""
    base = list(state.seen)[-1:]
    lines = refs.looked_up(worktree.git, [*base, *_revisions(worktree)])
    if base and lines.pop(0) != f"tree {base[0]}":
        base = []
    trees = dict.fromkeys(line[5:] for line in lines if line.startswith("tree "))
    new = [tree for tree in trees if tree not in state.seen]
    if new:
        _note_trees(worktree.git, state, [*base, *new])
    state.seen = {tree: None for tree in state.seen if tree in trees} | dict.fromkeys(new)
    for top in tops(worktree):
        state.note(_names(top))
    return list(trees)


def _revisions(worktree: Worktree) -> list[str]:
    """`.tickets` of every ref and of every worktree's HEAD, which may be on no branch."""
    out = worktree.git.text("for-each-ref", "--format=%(objectname)")
    heads = [f"worktrees/{name}/HEAD" for name in _linked(worktree.dirs.common)]
    tips = dict.fromkeys(out.split("\n") if out else [])
    return [f"{tip}:{FOLDER}" for tip in ("HEAD", "main-worktree/HEAD", *heads, *tips)]


def _note_trees(git: Git, state: _Numbers, trees: list[str]) -> None:
    """Note the ids and aliases in `trees`; the first was looked at before, if any was.

    Each is compared with the one before it, so that only what is new in it is read.
    """
    if trees[0] not in state.seen:
        trees = [refs.empty_tree(git), *trees]
    found = list(refs.differing(git, trees))
    state.note(name for _, _, name in found)
    for data in refs.contents(git, [f"{folder}:{FILE}" for _, folder, _ in found]).values():
        for alias in _aliases(data):
            state.used[alias] = None
            state.note([alias])


def _aliases(data: bytes) -> list[TicketId]:
    """The former ids that a ticket's file holds; none where it cannot be read."""
    if b"aliases" not in data:
        return []
    found = []
    try:
        value = yamlfile.parse(data, FILE).value
        names = value.get("aliases") if isinstance(value, dict) else None
        for name in names if isinstance(names, list) else []:
            found.append(TicketId(str(name)))
    except (yamlfile.BadFile, InvalidId):
        pass
    return found


def tops(worktree: Worktree) -> list[str]:
    """The top folders of all worktrees of this clone, this one first; some may be gone.

    A linked worktree is named by `worktrees/NAME/gitdir` (gitrepository-layout(5)). The main one
    is beside its `.git`; where git keeps that elsewhere, `core.worktree` names it.
    """
    common = worktree.dirs.common
    found = [worktree.top]
    if common.endswith("/.git"):
        found.append(common.removesuffix("/.git"))
    elif configured := worktree.git.config("core.worktree"):
        found.append(os.path.join(common, configured))
    for name in _linked(common):
        try:
            line = read_file(f"{common}/worktrees/{name}/gitdir", 4096)
        except OSError:
            continue
        path = os.path.join(common, "worktrees", name, os.fsdecode(line).rstrip("\n"))
        found.append(os.path.dirname(path))
    return list(dict.fromkeys(os.path.normpath(path) for path in found))


def _linked(common: str) -> list[str]:
    """The names of the linked worktrees."""
    try:
        return sorted(os.listdir(f"{common}/worktrees"))
    except OSError:
        return []


def _names(top: str) -> list[str]:
    """The names in `.tickets` of a worktree; none where that is a link or not there.

    Raises: OSError where it cannot be read: an id in it might be given again.
    """
    try:
        return os.listdir(inside(top, FOLDER))
    except (FileNotFoundError, NotADirectoryError, LeadsOutside):
        return []


def _load(path: str) -> bytes:
    try:
        return read_file(path)
    except FileNotFoundError:
        return b""


def _parse(data: bytes) -> _Numbers:
    """What a file of numbers says: `floor PREFIX NUMBER`, `used ID`, `seen TREE` lines.

    Where a line is broken nothing counts as seen, so that all is looked at again.
    """
    state = _Numbers()
    whole = True
    for line in data.decode("ascii", "replace").split("\n")[:-1]:
        key, _, value = line.partition(" ")
        try:
            if key == "floor":
                state.note([TicketId(value.replace(" ", "-"))])
            elif key == "used":
                state.used[TicketId(value)] = None
            elif key == "seen" and value.isalnum():
                state.seen[value] = None
            else:
                whole = False
        except InvalidId:
            whole = False
    if not whole:
        state.seen.clear()
    return state


def _dump(state: _Numbers) -> bytes:
    """The bytes of a file of numbers; `_parse` gives them again."""
    lines = [f"floor {prefix} {number}" for prefix, number in sorted(state.floors.items())]
    lines += [f"used {id}" for id in state.used]
    lines += [f"seen {tree}" for tree in state.seen]
    return "".join(f"{line}\n" for line in lines).encode()
