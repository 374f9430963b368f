"""What a renumber moves: whose each comment and session is, and how all gets on disk.

A process killed at any point loses nothing: what is removed is on disk elsewhere by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import make_folders, sync_folder, write_file
from git_ticketer.model.changes import FieldChange
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops import collisions, known
from git_ticketer.ops.known import TaggedCommit
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import refs, transcript_text, yamledit, yamlfile
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import COMMENTS, FOLDER, make_shared, umask
from git_ticketer.storage.yamlfile import MAX_BYTES, BadFile, Document, Value
from git_ticketer.storage.yamltext import Plain

KINDS = (COMMENTS, "sessions")
WORK_TREE, CONFLICT = "work tree", "conflict"


class Side(NamedTuple):
    """One of two tickets: its file, and the commit it was read from, empty for the work tree.

    `ref` is what people call that place.
    """

    document: Document
    ticket: Ticket
    commit: str = ""
    ref: str = WORK_TREE


@dataclass(frozen=True)
class Renumbered:
    """What was done.

    `old` is the id that `keeper` (a uid, empty where nobody does) keeps, `new` that of the ticket
    `uid`, which was found in `source`. `written` and `removed` are paths from the top, `left`
    files whose ticket cannot be told. `differing` is what `new`, made by an earlier renumber,
    does not have of the ticket as it was found. `stage` is what is to be added to git's index.
    `pointing` are tickets that name `old` as parent
    or in a link, `commits` those whose trailer does. `is_copy` is whether the ticket had the uid
    of `old` and has one of its own now. `attached` is whether a session of this worktree went
    with the ticket, `unsure` whether one holds the old id and does not say whose it was.
    """

    old: TicketId
    new: TicketId
    uid: str
    keeper: str
    source: str
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    differing: tuple[FieldChange, ...] = ()
    pointing: tuple[TicketId, ...] = ()
    commits: tuple[TaggedCommit, ...] = ()
    is_copy: bool = False
    attached: bool = False
    unsure: bool = False


@dataclass
class Plan:
    """Files to be written, by path from the top and in order; `removed` go before `last`."""

    first: dict[str, bytes]
    removed: list[str]
    last: dict[str, bytes]
    left: list[str]


def plan_files(
    workspace: Workspace,
    plan: Plan,
    old: TicketId,
    new: TicketId,
    keeper: Side | None,
    loser: Side,
) -> None:
    """Plan where comments and sessions go: each to the ticket whose uid it carries."""
    for path, data in files_here(workspace, old, plan):
        uid = refs.owner_of(data)
        if keeper is None or uid == loser.ticket.uid:
            plan.first[moved(path, new)] = for_ticket(data, path, new)
            plan.removed.append(path)
        elif not uid:
            plan.left.append(path)
    for path, data in _on(workspace, old, loser):
        if refs.owner_of(data) in (loser.ticket.uid, ""):
            plan.first.setdefault(moved(path, new), for_ticket(data, path, new))
    for path, data in _on(workspace, old, keeper):
        if refs.owner_of(data) != loser.ticket.uid:
            plan.last[path] = data


def moved(path: str, new: TicketId) -> str:
    """Where a comment or session is once its ticket has the id `new`."""
    kind, name = path.split("/")[2:]
    return f"{FOLDER}/{new}/{kind}/{name}"


def files_here(workspace: Workspace, id: TicketId, plan: Plan) -> Iterator[tuple[str, bytes]]:
    """The comments and sessions in the work tree; one that cannot be read stays where it is."""
    for kind in KINDS:
        folder = inside(workspace.worktree.top, f"{FOLDER}/{id}/{kind}")
        for path in sorted(folder.glob("*.yaml")):
            relative = f"{FOLDER}/{id}/{kind}/{path.name}"
            try:
                data = yamlfile.read_bytes(path, relative)
            except BadFile:
                data = bytes(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                plan.left.append(relative)
            else:
                yield relative, data


def _on(workspace: Workspace, id: TicketId, side: Side | None) -> Iterator[tuple[str, bytes]]:
    """The comments and sessions of a side that is in a commit."""
    for kind in KINDS:
        if side and side.commit:
            yield from refs.file_contents(workspace.worktree.git, side.commit, id, kind)


def for_ticket(data: bytes, path: str, new: TicketId, uid: str = "") -> bytes:
    """A comment or session of another ticket's id (and uid); one that is no YAML as it is."""
    try:
        document = yamlfile.parse(data, path)
    except BadFile:
        return data
    old = document.value.get("ticket") if isinstance(document.value, dict) else ""
    for key, value in (("ticket", new), ("ticket_uid", uid)):
        if value and isinstance(document.value, dict) and key in document.value:
            document = yamledit.put(document, (key,), Plain(value))
    return refs.encoded(_with_spans(document, old, new))


def _with_spans(document: Document, old: Value | None, new: TicketId) -> Document:
    """The document of an archive whose spans name the ticket by its new id."""
    if not isinstance(document.value, dict) or "spans" not in document.value:
        return document
    try:
        spans = transcript_text.header_of(document).spans
    except BadFile:
        return document
    values: list[Value] = [
        {
            "ticket": Plain(new if span.ticket == old else span.ticket),
            "entries": Plain(f"{span.first}-{span.last}"),
        }
        for span in spans
    ]
    return yamledit.put(document, ("spans",), values)


def carry_out(workspace: Workspace, plan: Plan, found: Renumbered) -> Renumbered:
    """Write and remove what is planned, each step on disk before the next; say what was done."""
    written = [path for path in plan.first if _write(workspace, path, plan.first[path])]
    removed = [path for path in plan.removed if _remove(workspace, path)]
    written += [path for path in plan.last if _write(workspace, path, plan.last[path])]
    collisions.forget(workspace.worktree)
    return replace(
        found,
        written=tuple(written),
        removed=tuple(removed),
        left=tuple(plan.left),
        stage=refs.stageable(workspace.worktree, (*written, *removed, *plan.last)),
        pointing=tuple(known.pointing(workspace, found.old)),
        commits=tuple(known.tagged_commits(workspace, found.old)),
    )


def _write(workspace: Workspace, relative: str, data: bytes) -> bool:
    """Put a file in the work tree; False where it is there already."""
    path, staging = inside(workspace.worktree.top, relative), workspace.worktree.dirs.state
    if path.is_file() and path.read_bytes() == data:
        return False
    is_new = not path.parent.is_dir()
    make_shared(path.parent)
    make_folders(staging)
    write_file(str(path), data, mode=0o666 & ~umask(), staging=staging)
    if is_new:
        sync_folder(str(path.parent.parent))
    return True


def _remove(workspace: Workspace, relative: str) -> bool:
    """Take away a file whose content is on disk elsewhere, and folders that are empty then."""
    path = inside(workspace.worktree.top, relative)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(str(path.parent))
    for folder in list(path.parents)[: relative.count("/") - 1]:
        try:
            folder.rmdir()
        except OSError:
            break
    return True
