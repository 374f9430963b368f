"""Two tickets under one id, made in two clones: which they are, and a new id for the younger.

All is planned, then written so that a process killed at any point loses nothing and the same
command goes on: the new ticket, its comments and sessions, then the old places are cleared, and
the ticket that keeps the id comes last. git's index, with a conflict's stages, is not touched.
"""

from dataclasses import replace

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock, decide, journal, session_change
from git_ticketer.lean.clock import from_text
from git_ticketer.lean.decide import Association, Session
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.session_file import Store
from git_ticketer.model.changes import changes
from git_ticketer.model.keys import KEYS
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops import known, lookup
from git_ticketer.ops.create import new_uid
from git_ticketer.ops.moving import (
    CONFLICT,
    WORK_TREE,
    Plan,
    Renumbered,
    Side,
    carry_out,
    files_here,
    for_ticket,
    moved,
    plan_files,
)
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import numbers, refs, schema, team_config, yamledit, yamlfile
from git_ticketer.storage.tickets import FILE, FOLDER, PATIENCE, Tickets
from git_ticketer.storage.yamlfile import Document
from git_ticketer.storage.yamltext import Plain


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


def renumber(
    workspace: Workspace, text: str, *, to: str | None = None, ref: str | None = None
) -> Renumbered:
    """Give the younger of two tickets with one id a new one: the next number, or `to`.

    A session that is attached to the ticket goes with it.

    The other is found in the stages of a conflict, on `ref`, or on whatever ref has another
    ticket of that id. Where no other is found, a folder whose name is not its ticket's id is
    mended, and a copy with the uid of another ticket becomes a ticket of its own; else the ticket
    itself moves to `to`. Both ids are what `lookup.named` takes.

    Raises: BadId, NoCurrentTicket, NothingToRenumber, SeveralOthers, AlreadyRenumbered, Taken,
    CannotNumber, NoSuchRef, NoSuchTicket, BadFile, LeadsOutside, OSError.
    """
    id, chosen = lookup.named(workspace, text), lookup.named(workspace, to) if to else None
    return _with_sessions(workspace, _renumber(workspace, id, chosen, ref))


def _renumber(
    workspace: Workspace, id: TicketId, chosen: TicketId | None, ref: str | None
) -> Renumbered:
    tickets = Tickets(workspace.worktree)
    folder = tickets.folder(id)
    copy = None
    if folder.is_dir():
        with Lock(str(folder), PATIENCE, folder=True):
            sides = sorted(_sides(workspace, id, ref), key=age)
            if len(sides) == 2:
                return _separate(workspace, id, sides[0], sides[1], chosen)
            copy = known.copied(workspace, sides[0].ticket) if sides else None
            if sides and chosen and (copy is None or copy.copy != id):
                return _separate(workspace, id, None, sides[0], chosen)
    name = copy.copy if copy else known.misnamed(workspace, id)
    if name is None:
        now = known.in_work_tree(workspace, id)
        raise AlreadyRenumbered(id, now) if now != id else NothingToRenumber(id)
    with Lock(str(tickets.folder(name)), PATIENCE, folder=True):
        return _mend(workspace, name, chosen, copy.original if copy else None)


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
    plan = Plan({}, [], {}, [])
    if not before:
        plan.first[f"{FOLDER}/{new}/{FILE}"] = refs.encoded(_with_id(loser.document, old, new))
    plan_files(workspace, plan, old, new, keeper, loser)
    path = f"{FOLDER}/{old}/{FILE}"
    if keeper is None:
        plan.removed.append(path)
    else:
        plan.last[path] = refs.encoded(keeper.document)
    kept = keeper.ticket.uid if keeper else ""
    found = changes(before, loser.ticket) if before else []
    differing = tuple(one for one in found if one.field not in ("id", "aliases"))
    done = Renumbered(old, new, loser.ticket.uid, kept, loser.ref, differing=differing)
    return carry_out(workspace, plan, done)


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


def _mend(
    workspace: Workspace, name: TicketId, to: TicketId | None, original: TicketId | None
) -> Renumbered:
    """Make the id of a ticket that of its folder, or `to`; a copy becomes a ticket of its own.

    `original` is what it is a copy of, where its own id does not say that.
    """
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
    plan = Plan({}, [], {}, [])
    for path, data in files_here(workspace, name, plan):
        plan.first[moved(path, new)] = for_ticket(data, path, new, uid)
    plan.first[f"{FOLDER}/{new}/{FILE}"] = refs.encoded(document)
    if new != name:
        plan.removed = [path.replace(f"/{new}/", f"/{name}/", 1) for path in plan.first]
    keeper, old = ticket.uid if is_copy else "", original or ticket.id
    done = Renumbered(old, new, uid, keeper, f"{FOLDER}/{name}", is_copy=is_copy)
    return carry_out(workspace, plan, done)


def _with_sessions(workspace: Workspace, done: Renumbered) -> Renumbered:
    """Attach the sessions of this worktree that were attached to the ticket to its new id."""
    live = workspace.live
    unannounced = Store(live.git.state, None, live.settings.timeout).read()
    attached = unsure = False
    for store in [live.store, unannounced] if live.store.announced else [live.store]:
        session = store.own if store.announced else store.current
        if session is None or not store.alive(session, live.now):
            continue
        if session.decision != decide.ASSOCIATED or session.ticket != _former(done):
            continue
        follows = _is_meant(workspace, session, done)
        if follows:
            attached |= _attach(workspace, store, session, done)
        unsure |= follows is None
    return replace(done, attached=attached, unsure=unsure)


def _former(done: Renumbered) -> str:
    """What a session calls the ticket so far; a copy has the name of its folder."""
    return done.source.rpartition("/")[2] if done.is_copy else done.old


def _is_meant(workspace: Workspace, session: Session, done: Renumbered) -> bool | None:
    """Whether a session that holds the old id means the ticket that moved; None if unsure."""
    if done.is_copy or not done.keeper or session.uid:
        return done.is_copy or not session.uid or session.uid == done.uid
    return _was_here(workspace, done) or None


def _was_here(workspace: Workspace, done: Renumbered) -> bool:
    """Whether the ticket that moved surely was the one in the work tree, before any merge."""
    if done.source != CONFLICT:
        return done.source == WORK_TREE
    if workspace.live.git.rebasing():
        return False  # HEAD is the other side's
    name = f"HEAD:{FOLDER}/{done.old}/{FILE}"
    return refs.uid_of(refs.contents(workspace.worktree.git, [name]).get(name, b"")) == done.uid


def _attach(workspace: Workspace, store: Store, session: Session, done: Renumbered) -> bool:
    """Attach a session to the new id, and write that to the journal; False where it cannot."""
    live = workspace.live
    live.now = clock.now()
    try:
        session_change.decide(
            *(store, decide.ASSOCIATED, done.new, live.now, session.branch),
            uid=done.uid,
            patience=PATIENCE,
        )
    except OSError as error:
        reason = f"this session is still attached to {session.ticket}: {error}"
        workspace.warnings.append(reason)
        return False
    try:
        association = Association(decide.ASSOCIATED, done.new, session.id, "session", done.uid)
        live.record(journal.ATTACH, association)
    except OSError as error:
        workspace.warnings.append(f"the decision is stored, the journal is not: {error}")
    return True
