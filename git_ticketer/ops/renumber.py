"""Two tickets under one id, made in two clones: which they are, and a new id for the younger.

All is planned, then written so that a process killed at any point loses nothing and the same
command goes on: the new ticket, its comments and sessions, then the old places are cleared, and
the ticket that keeps the id comes last. git's index, with a conflict's stages, is not touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.clock import from_text
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, sync_folder, write_file
from git_ticketer.model.changes import FieldChange, changes
from git_ticketer.model.keys import KEYS
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops import collisions, known
from git_ticketer.ops.create import new_uid
from git_ticketer.ops.known import TaggedCommit
from git_ticketer.ops.workspace import Workspace, ticket_id
from git_ticketer.storage import numbers, refs, schema, team_config, yamledit, yamlfile
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import (
    COMMENTS,
    FILE,
    FOLDER,
    PATIENCE,
    Tickets,
    make_shared,
    umask,
)
from git_ticketer.storage.yamlfile import MAX_BYTES, BadFile, Document
from git_ticketer.storage.yamltext import Plain

KINDS = (COMMENTS, "sessions")
WORK_TREE, CONFLICT = "work tree", "conflict"


class NothingToRenumber(TicketerError):
    """An id that only one ticket has, on `ref` where one was named."""

    def __init__(self, id: str, ref: str = "") -> None:
        super().__init__(
            f"only one ticket has the id {id}, {f'also on {ref}' if ref else 'on all branches'}",
            hint=f"git ticket renumber {id} --to ID",
        )
        self.id = id


class SeveralOthers(TicketerError):
    """An id that several other refs have for different tickets; `refs` are those."""

    exit_code = ExitCode.USAGE

    def __init__(self, id: str, refs: tuple[str, ...]) -> None:
        super().__init__(
            f"different tickets have the id {id} on {', '.join(refs)}",
            hint=f"git ticket renumber {id} --ref {refs[0]}",
        )
        self.id = id
        self.refs = refs


class AlreadyRenumbered(TicketerError):
    """A ticket that has a new id already; `new` is that."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"{old} was renumbered to {new} before", hint=f"git ticket show {new}")
        self.new = new


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
    or in a link, `commits` those whose trailer does.
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


@dataclass
class _Plan:
    """Files to be written, by path from the top and in order; `removed` go before `last`."""

    first: dict[str, bytes]
    removed: list[str]
    last: dict[str, bytes]
    left: list[str]


def renumber(
    workspace: Workspace, text: str, *, to: str | None = None, ref: str | None = None
) -> Renumbered:
    """Give the younger of two tickets with one id a new one: the next number, or `to`.

    The other is found in the stages of a conflict, on `ref`, or on whatever ref has another
    ticket of that id. Where no other is found, a folder whose name is not its ticket's id is
    mended; else the ticket itself moves to `to`.

    Raises: BadId, NothingToRenumber, SeveralOthers, AlreadyRenumbered, Taken, CannotNumber,
    NoSuchRef, NoSuchTicket, BadFile, LeadsOutside, OSError.
    """
    id, chosen = ticket_id(text), ticket_id(to) if to else None
    tickets = Tickets(workspace.worktree)
    folder = tickets.folder(id)
    if folder.is_dir():
        with Lock(str(folder), PATIENCE, folder=True):
            sides = sorted(_sides(workspace, id, ref), key=age)
            if len(sides) == 2:
                return _separate(workspace, id, sides[0], sides[1], chosen)
            if sides and chosen:
                return _separate(workspace, id, None, sides[0], chosen)
    name = known.misnamed(workspace, id)
    if name is None:
        now = known.in_work_tree(workspace, id)
        raise AlreadyRenumbered(id, now) if now != id else NothingToRenumber(id)
    with Lock(str(tickets.folder(name)), PATIENCE, folder=True):
        return _mend(workspace, name, chosen)


def age(side: Side) -> tuple[str, str]:
    """What tickets are ordered by, the oldest first; the same in every clone."""
    try:
        from_text(side.ticket.created)
    except ValueError:
        return "unknown", side.ticket.uid
    return side.ticket.created, side.ticket.uid


def _sides(workspace: Workspace, id: TicketId, ref: str | None) -> list[Side]:
    """The two tickets of an id, or the one; none where its folder has another's file."""
    git = workspace.worktree.git
    if ref is not None:
        mine, theirs = Side(*Tickets(workspace.worktree).read(id)), _on_ref(workspace, id, ref)
        if mine.ticket.uid == theirs.ticket.uid:
            raise NothingToRenumber(id, ref)
        return [mine, theirs]
    staged = _staged(workspace, id)
    if len({side.ticket.uid for side in staged}) == 2:
        return staged
    if known.is_misnamed(workspace, id):
        return []
    mine = Side(*Tickets(workspace.worktree).read(id))
    others: dict[str, str] = {}
    blobs = {blob: ref for ref, blob in reversed(refs.refs_with(git, id))}
    for blob, data in refs.contents(git, blobs).items():
        uid = refs.uid_of(data)
        if uid and uid != mine.ticket.uid:
            others.setdefault(uid, known.short_ref(blobs[blob]))
    if len(others) > 1:
        raise SeveralOthers(id, tuple(others.values()))
    return [mine, *(_on_ref(workspace, id, other) for other in others.values())]


def _on_ref(workspace: Workspace, id: TicketId, ref: str) -> Side:
    git = workspace.worktree.git
    return Side(*refs.read(git, ref, id), refs.commit(git, ref), ref)


def _staged(workspace: Workspace, id: TicketId) -> list[Side]:
    """The tickets in the stages of a conflict, as the work tree has them where it is readable.

    Comments and sessions of both have met in the folder without one: their names are unique.
    """
    path = f"{FOLDER}/{id}/{FILE}"
    blobs = refs.staged(workspace.worktree.git, path)
    data = refs.contents(workspace.worktree.git, blobs.values())
    found = []
    for stage in sorted(blobs.keys() & {"2", "3"}):
        if blobs[stage] in data:
            document = yamlfile.parse(data[blobs[stage]], f":{stage}:{path}")
            found.append(Side(document, schema.ticket(document), ref=CONFLICT))
    try:
        mine = Side(*Tickets(workspace.worktree).read(id))
    except TicketerError:
        return found
    return [
        side if side.ticket.uid != mine.ticket.uid else mine._replace(ref=CONFLICT)
        for side in found
    ]


def _separate(
    workspace: Workspace, old: TicketId, keeper: Side | None, loser: Side, to: TicketId | None
) -> Renumbered:
    """Write the loser to a new id, with what belongs to it, and the keeper to the old one."""
    before = _made_before(workspace, old, loser.ticket.uid)
    if before and to and before.id != to:
        raise AlreadyRenumbered(old, before.id)
    new = before.id if before else _new_id(workspace, old, to)
    plan = _Plan({}, [], {}, [])
    if not before:
        plan.first[f"{FOLDER}/{new}/{FILE}"] = refs.encoded(_with_id(loser.document, old, new))
    _plan_files(workspace, plan, old, new, keeper, loser)
    path = f"{FOLDER}/{old}/{FILE}"
    if keeper is None:
        plan.removed.append(path)
    else:
        plan.last[path] = refs.encoded(keeper.document)
    kept = keeper.ticket.uid if keeper else ""
    found = changes(before, loser.ticket) if before else []
    differing = tuple(one for one in found if one.field not in ("id", "aliases"))
    done = Renumbered(old, new, loser.ticket.uid, kept, loser.ref, differing=differing)
    return _carry_out(workspace, plan, done)


def _made_before(workspace: Workspace, old: TicketId, uid: str) -> Ticket | None:
    """The ticket that an earlier renumber, perhaps a killed one, made of this one."""
    tickets = Tickets(workspace.worktree)
    for id in known.ids_holding(workspace, uid):
        if id != old:
            ticket = tickets.read(id).ticket
            if ticket.uid == uid and old in ticket.aliases:
                return ticket
    return None


def _new_id(workspace: Workspace, old: TicketId, to: TicketId | None) -> TicketId:
    if to:
        numbers.claim(workspace.worktree, to)
        return to
    random = team_config.load(workspace.worktree.top).id_style == team_config.RANDOM
    return numbers.reserve(workspace.worktree, old.prefix, random=random)


def _with_id(document: Document, old: TicketId, new: TicketId, *, alias: bool = True) -> Document:
    """A ticket's file with another id, the old one among its aliases, and nothing else changed."""
    held = schema.ticket(document).aliases
    changed = yamledit.put(document, ("id",), Plain(new), KEYS)
    if alias and old not in held:
        changed = yamledit.add_item(changed, ("aliases",), old, KEYS)
    return changed


def _plan_files(
    workspace: Workspace,
    plan: _Plan,
    old: TicketId,
    new: TicketId,
    keeper: Side | None,
    loser: Side,
) -> None:
    """Plan where comments and sessions go: each to the ticket whose uid it carries."""
    for path, data in _files_here(workspace, old, plan):
        uid = refs.owner_of(data)
        if keeper is None or uid == loser.ticket.uid:
            plan.first[_moved(path, new)] = _for_ticket(data, path, new)
            plan.removed.append(path)
        elif not uid:
            plan.left.append(path)
    for path, data in _on(workspace, old, loser):
        if refs.owner_of(data) in (loser.ticket.uid, ""):
            plan.first.setdefault(_moved(path, new), _for_ticket(data, path, new))
    for path, data in _on(workspace, old, keeper):
        if refs.owner_of(data) != loser.ticket.uid:
            plan.last[path] = data


def _mend(workspace: Workspace, name: TicketId, to: TicketId | None) -> Renumbered:
    """Make the id of a ticket that of its folder, or `to`; a copy becomes a ticket of its own."""
    document = known.raw(workspace, name)
    ticket = schema.ticket(document)
    if to:
        numbers.claim(workspace.worktree, to)
    new, uid, is_copy = to or name, ticket.uid, known.is_copy(workspace, name, ticket.uid)
    alias = not is_copy and not Tickets(workspace.worktree).has(ticket.id)
    document = _with_id(document, ticket.id, new, alias=alias)
    if is_copy:
        uid = new_uid()
        document = yamledit.put(document, ("uid",), Plain(uid), KEYS)
    plan = _Plan({}, [], {}, [])
    for path, data in _files_here(workspace, name, plan):
        plan.first[_moved(path, new)] = _for_ticket(data, path, new, uid)
    plan.first[f"{FOLDER}/{new}/{FILE}"] = refs.encoded(document)
    if new != name:
        plan.removed = [path.replace(f"/{new}/", f"/{name}/", 1) for path in plan.first]
    keeper = ticket.uid if is_copy else ""
    return _carry_out(workspace, plan, Renumbered(ticket.id, new, uid, keeper, f"{FOLDER}/{name}"))


def _moved(path: str, new: TicketId) -> str:
    kind, name = path.split("/")[2:]
    return f"{FOLDER}/{new}/{kind}/{name}"


def _files_here(workspace: Workspace, id: TicketId, plan: _Plan) -> Iterator[tuple[str, bytes]]:
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


def _for_ticket(data: bytes, path: str, new: TicketId, uid: str = "") -> bytes:
    """A comment or session of another ticket's id (and uid); one that is no YAML as it is."""
    try:
        document = yamlfile.parse(data, path)
    except BadFile:
        return data
    for key, value in (("ticket", new), ("ticket_uid", uid)):
        if value and isinstance(document.value, dict) and key in document.value:
            document = yamledit.put(document, (key,), Plain(value))
    return refs.encoded(document)


def _carry_out(workspace: Workspace, plan: _Plan, found: Renumbered) -> Renumbered:
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
