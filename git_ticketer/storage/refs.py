"""Tickets as they are on a ref, read from git's objects without touching the work tree.

What a user calls a ref is looked up once and used as an object name from then on, so that no text
of his or of a cloned repository becomes an option. Links are not followed: git's own lookups stop
at them, and a file that is one is refused by its mode.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.ticket import Comment
from git_ticketer.model.ulid import is_ulid
from git_ticketer.storage import schema, yamlfile
from git_ticketer.storage.gitcmd import Git, GitFailed
from git_ticketer.storage.tickets import (
    COMMENTS,
    FILE,
    FOLDER,
    NoSuchTicket,
    Stored,
    checked,
    order,
)
from git_ticketer.storage.worktree import Worktree
from git_ticketer.storage.yamlfile import MAX_BYTES, BadFile

AT_ONCE = 1 << 25
REGULAR = ("100644", "100755")
KINDS = ("refs/heads/", "refs/remotes/")


class NoSuchRef(TicketerError):
    """A text that names no commit; `ref` is what was given."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, ref: str) -> None:
        super().__init__(f"there is no branch, tag or commit {ref}", hint="git branch --all")
        self.ref = ref


class Entry(NamedTuple):
    """A file in a tree: its mode, object and path from the top."""

    mode: str
    object: str
    path: str


class Tip(NamedTuple):
    """A ref, the object it leads to, and what was looked up there; empty where it is not."""

    ref: str
    object: str
    found: str


def commit(git: Git, ref: str) -> str:
    """The commit that `ref` names, in full; raises NoSuchRef."""
    if not ref or ref[0] in "-^" or any(c < " " for c in ref):
        raise NoSuchRef(ref)
    done = git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
    found = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not found.isalnum():
        raise NoSuchRef(ref)
    return found


def read(git: Git, ref: str, id: str) -> Stored:
    """The ticket `id` as it is on `ref`; raises NoSuchRef, NoSuchTicket, BadFile."""
    path = f"{FOLDER}/{TicketId(id)}/{FILE}"
    for entry in entries(git, commit(git, ref), path):
        if entry.path == path:
            return _stored(ref, entry, contents(git, [entry.object]))
    raise NoSuchTicket(id, hint="git ticket list --all-branches")


def names(git: Git, ref: str) -> list[TicketId]:
    """The ids of the tickets on `ref`, sorted; raises NoSuchRef."""
    return sorted(_tickets(entries(git, commit(git, ref), FOLDER)), key=order)


def everything(git: Git, ref: str) -> tuple[list[Stored], list[BadFile]]:
    """Every ticket on `ref`, by id, and the files that are none; raises NoSuchRef."""
    found = _tickets(entries(git, commit(git, ref), FOLDER))
    data = contents(git, [entry.object for entry in found.values()])
    good, bad = [], []
    for id in sorted(found, key=order):
        try:
            good.append(_stored(ref, found[id], data))
        except BadFile as error:
            bad.append(error)
    return good, bad


def comments(git: Git, ref: str, id: str) -> tuple[list[Comment], list[BadFile]]:
    """The comments of a ticket on `ref`, oldest first, and the files that are none."""
    found = files(git, commit(git, ref), TicketId(id), COMMENTS)
    data = contents(git, [entry.object for entry in found])
    good, bad = [], []
    for entry in found:
        try:
            document = _document(ref, entry, data)
            name = entry.path.rpartition("/")[2].removesuffix(".yaml")
            good.append(schema.comment(document, name))
        except BadFile as error:
            bad.append(error)
    return good, bad


def files(git: Git, commit: str, id: TicketId, kind: str) -> list[Entry]:
    """The files of one kind of a ticket, such as its comments, in a commit, by name."""
    found = entries(git, commit, f"{FOLDER}/{id}/{kind}")
    return sorted((e for e in found if e.path.endswith(".yaml")), key=lambda entry: entry.path)


def file_contents(git: Git, commit: str, id: TicketId, kind: str) -> Iterator[tuple[str, bytes]]:
    """The path and content of each of those files that is regular and not too large."""
    found = [entry for entry in files(git, commit, id, kind) if entry.mode in REGULAR]
    data = contents(git, [entry.object for entry in found])
    for entry in found:
        content = data.get(entry.object)
        if content is not None and len(content) <= MAX_BYTES:
            yield entry.path, content


def staged(git: Git, path: str) -> dict[str, str]:
    """The stages of a path in a conflict, from "1" to "3", with their objects; else nothing.

    The output is that of git-ls-files(1) `-u -z`: MODE OBJECT STAGE, TAB, path.
    """
    out = git.run("--literal-pathspecs", "ls-files", "-u", "-z", "--full-name", "--", path)
    lines = (line.split(b"\t")[0].decode("ascii").split(" ") for line in out.split(b"\0")[:-1])
    return {stage: object for mode, object, stage in lines if mode in REGULAR}


def stageable(worktree: Worktree, paths: Iterable[str]) -> tuple[str, ...]:
    """The tickets' folders among `paths` that `git add` finds: in the work tree or the index."""
    folders = dict.fromkeys("/".join(path.split("/")[:2]) for path in paths)
    return tuple(
        folder
        for folder in folders
        if os.path.isdir(f"{worktree.top}/{folder}")
        or worktree.git.run("ls-files", "-z", "--", folder)
    )


def encoded(document: yamlfile.Document) -> bytes:
    """The bytes of a document's file."""
    return (document.mark + document.text).encode("utf-8")


def refs_with(git: Git, id: str) -> list[tuple[str, str]]:
    """The refs that have the ticket `id`, branches first, each with the blob of its file."""
    return [(tip.ref, tip.found) for tip in tips(git, f"{FOLDER}/{TicketId(id)}/{FILE}", "blob")]


def tips(git: Git, path: str, kind: str) -> list[Tip]:
    """Every ref that has an object of `kind` at `path`, branches first: two git processes.

    A ref that only stands for another one, such as `origin/HEAD`, is left out.
    """
    out = git.text("for-each-ref", "--format=%(objectname) %(refname) %(symref)")
    lines = [line.split(" ") for line in out.split("\n") if line.endswith(" ")]
    looked = looked_up(git, [f"{line[0]}:{path}" for line in lines])
    found = [
        Tip(line[1], line[0], answer.removeprefix(f"{kind} "))
        for line, answer in zip(lines, looked, strict=True)
        if answer.startswith(f"{kind} ")
    ]
    return sorted(found, key=lambda tip: (_kind(tip.ref), tip.ref))


def _kind(ref: str) -> int:
    """What a ref is sorted by: local branches, then those of remotes, then the rest."""
    return next((i for i, start in enumerate(KINDS) if ref.startswith(start)), len(KINDS))


def entries(git: Git, commit: str, path: str) -> list[Entry]:
    """The files at and below `path` in a commit (git-ls-tree(1), `-z`: MODE KIND OBJECT, TAB)."""
    out = git.run("--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, "--", path)
    found = []
    for line in out.split(b"\0")[:-1]:
        facts, _, name = line.partition(b"\t")
        mode, _, object = facts.decode("ascii").split(" ")[:3]
        found.append(Entry(mode, object, os.fsdecode(name)))
    return found


def ticket_of(path: str) -> tuple[TicketId, str] | None:
    """The ticket a path of a file in `.tickets` belongs to, and the rest of the path."""
    folder, _, rest = path.partition("/")
    name, _, rest = rest.partition("/")
    try:
        id = TicketId(name)
    except InvalidId:
        return None
    return (id, rest) if folder == FOLDER and rest and id == name else None


def _tickets(found: Iterable[Entry]) -> dict[TicketId, Entry]:
    """The ticket files among the entries of a tree."""
    tickets = {}
    for entry in found:
        owner = ticket_of(entry.path)
        if owner and owner[1] == FILE:
            tickets[owner[0]] = entry
    return tickets


def _stored(ref: str, entry: Entry, data: dict[str, bytes]) -> Stored:
    document = _document(ref, entry, data)
    return Stored(document, checked(document, entry.path.split("/")[1]))


def _document(ref: str, entry: Entry, data: dict[str, bytes]) -> yamlfile.Document:
    """The guarded document in an entry; raises BadFile, which names the ref."""
    shown = f"{ref}:{entry.path}"
    if entry.mode not in REGULAR or entry.object not in data:
        raise BadFile(shown, 0, "not a regular file")
    return yamlfile.parse(data[entry.object], shown)


def differing(git: Git, trees: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Each entry that a tree has and the one before it has not: tree, object and name.

    Trees that are alike cost next to nothing. The output is that of git-diff-tree(1) with
    `--stdin -z`: a line with both trees, then for each entry
    `:MODE MODE OBJECT OBJECT STATUS`, NUL, its name, NUL.
    """
    pairs = "".join(f"{a} {b}\n" for a, b in pairwise(trees))
    options = ("--stdin", "--raw", "-z", "--no-renames", "--no-abbrev")
    words = git.run("diff-tree", *options, input=pairs.encode()).split(b"\0")
    if sum(word.count(b"\n") for word in words[::2]) != len(trees) - 1:
        raise GitFailed(("diff-tree",), 0, f"a {FOLDER} tree cannot be read")
    tree = ""
    for word, name in zip(words[::2], words[1::2], strict=False):
        heads, _, entry = word.decode("ascii").rpartition("\n")
        tree = heads.rpartition(" ")[2] if heads else tree
        facts = entry.split(" ")
        if facts[4] != "D":
            yield tree, facts[3], os.fsdecode(name)


def empty_tree(git: Git) -> str:
    """The name of a tree without entries; git knows that object without its being stored."""
    return git.text("hash-object", "-t", "tree", "--stdin")


def uid_of(data: bytes) -> str:
    """The uid in a ticket's file, which is its first line; empty where it cannot be told."""
    line = data[:64].partition(b"\n")[0].decode("ascii", "replace").rstrip("\r")
    if line.startswith("uid: ") and is_ulid(line[5:]):
        return line[5:]
    try:
        value = yamlfile.parse(data, FILE).value
    except BadFile:
        return ""
    uid = value.get("uid") if isinstance(value, dict) else None
    return uid if isinstance(uid, str) and is_ulid(uid) else ""


def owner_of(data: bytes) -> str:
    """The `ticket_uid` of a comment or session; empty where it has none or cannot be read."""
    try:
        value = yamlfile.parse(data, "").value
    except BadFile:
        return ""
    uid = value.get("ticket_uid") if isinstance(value, dict) else None
    return uid if isinstance(uid, str) else ""


def contents(
    git: Git, names: Iterable[str], limit: int = MAX_BYTES, at_once: int = AT_ONCE
) -> dict[str, bytes]:
    """The contents of the blobs that `names` name, such as `main:a/b`; others are left out.

    A blob larger than `limit` is given as `limit` + 1 bytes of nothing, which every reader of ours
    refuses by its size; it is never read. Of the others git gives about `at_once` bytes at a time.
    No name may hold a line end.
    """
    found: dict[str, bytes] = {}
    sizes = dict(_sizes(git, list(dict.fromkeys(names))))
    for name, size in sizes.items():
        if size > limit:
            found[name] = bytes(limit + 1)
    for chunk in _chunks({name: size for name, size in sizes.items() if size <= limit}, at_once):
        found.update(_read(git, chunk, sizes))
    return found


def _sizes(git: Git, names: list[str]) -> Iterator[tuple[str, int]]:
    """The size of every blob among the named objects (git-cat-file(1), BATCH OUTPUT)."""
    for name, line in zip(names, looked_up(git, names, "%(objecttype) %(objectsize)"), strict=True):
        kind, _, size = line.partition(" ")
        if kind == "blob":
            yield name, int(size)


def looked_up(git: Git, names: list[str], form: str = "%(objecttype) %(objectname)") -> list[str]:
    """One line of `form` for each named object; one that is not there gives another line."""
    if not names:
        return []
    lines = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    out = git.run("cat-file", f"--batch-check={form}", input=lines)
    return out.decode("utf-8", "surrogateescape").split("\n")[:-1]


def _chunks(sizes: dict[str, int], at_once: int) -> Iterator[list[str]]:
    """The names in groups that fit in memory together."""
    group: list[str] = []
    total = 0
    for name, size in sizes.items():
        if group and total + size > at_once:
            yield group
            group, total = [], 0
        group.append(name)
        total += size
    if group:
        yield group


def _read(git: Git, names: list[str], sizes: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    """The contents of blobs whose sizes are known."""
    lines = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    out = git.run("cat-file", "--batch", input=lines)
    start = 0
    for name in names:
        start = out.index(b"\n", start) + 1
        yield name, out[start : start + sizes[name]]
        start += sizes[name] + 1
