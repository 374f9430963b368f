"""Which ticket an id means: in the work tree, by a former id, on another branch, or nobody's."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from git_ticketer.errors import ExitCode, TicketerError, typed
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.ticket import Ticket
from git_ticketer.model.workflow import ARCHIVED, CLOSED
from git_ticketer.ops.workspace import Workspace, ticket_id
from git_ticketer.storage import numbers, refs, schema, team_config, yamlfile
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.tickets import FILE, FOLDER, NoSuchTicket, Tickets, WrongFolder, order
from git_ticketer.storage.yamlfile import BadFile, Document

if TYPE_CHECKING:
    from git_ticketer.storage.cache_rows import Row, Rows

SHOWN = 3
HEADS, REMOTES = "refs/heads/", "refs/remotes/"


class UnknownTicket(NoSuchTicket):
    """An id of this repository's own that no branch and no worktree has."""


class Ambiguous(TicketerError):
    """A former id that several tickets had; `tickets` are their ids now."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, id: str, tickets: tuple[str, ...]) -> None:
        super().__init__(
            f"{id} is a former id of {' and of '.join(tickets)}",
            hint=f"git ticket show {tickets[0]}",
        )
        self.id = id
        self.tickets = tickets


class Archived(TicketerError):
    """An archived ticket, which no work is done for."""

    def __init__(self, id: str) -> None:
        super().__init__(f"{id} is archived", hint=f"git ticket reopen {id}")
        self.id = id


@dataclass(frozen=True)
class Known:
    """What an id means.

    `id` is the ticket's id now and `uid` its uid, `former` the id that was asked for where that
    is an alias. `where` is empty for the work tree, else a branch, such as `topic` or
    `origin/topic`, another ref, or the top of another worktree. `status` is as it stands there.
    `problem` is why its file cannot be read. A foreign id is not `known`.
    """

    id: TicketId
    known: bool = True
    uid: str = ""
    former: str = ""
    where: str = ""
    status: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Tagged:
    """What an id in a trailer means now: no ticket, one, or several where that cannot be told."""

    tickets: tuple[TicketId, ...]

    @property
    def ambiguous(self) -> bool:
        """Whether several tickets bore the id."""
        return len(self.tickets) > 1


class TaggedCommit(NamedTuple):
    """A commit whose trailer holds an id; `uids` are its trailers of the ticket's uid."""

    commit: str
    subject: str
    uids: tuple[str, ...] = ()


class Copy(NamedTuple):
    """A ticket with the uid of another one, and that other one."""

    copy: TicketId
    original: TicketId


def resolve(workspace: Workspace, text: str) -> Known:
    """What the id in `text` means; one file is read where the work tree has it.

    Raises: BadId, Ambiguous, LeadsOutside; UnknownTicket with near matches for an id with this
    repository's own prefix that is nowhere, once the repository has tickets.
    """
    id = ticket_id(text)
    return _here(workspace, id) or _by_alias(workspace, id) or _elsewhere(workspace, id)


def to_attach(workspace: Workspace, text: str) -> Known:
    """What `resolve` says, for work on that ticket; a closed one adds to the warnings.

    Raises: what `resolve` raises, Archived, and BadFile where the team's configuration is broken.
    """
    found = resolve(workspace, text)
    if found.status == ARCHIVED:
        raise Archived(found.id)
    workflow = team_config.load(workspace.worktree.top).workflow
    if found.problem:
        workspace.warnings.append(found.problem)
    elif found.known and workflow.category(found.status) == CLOSED:
        workspace.warnings.append(f"{found.id} is closed: its status is {found.status}")
    if found.former:
        workspace.warnings.append(f"{found.former} is now {found.id}")
    return found


def in_work_tree(workspace: Workspace, id: TicketId) -> TicketId:
    """The id, or what it was renumbered to, of a ticket in the work tree.

    Raises: NoSuchTicket with near matches, or with the branch that has it; Ambiguous.
    """
    tickets = Tickets(workspace.worktree)
    if tickets.has(id):
        return id
    found = _by_alias(workspace, id)
    if found:
        return found.id
    names = tickets.names()
    holders = refs.refs_with(workspace.worktree.git, id)
    hint = typed(f"git ticket show {id} --ref", short_ref(holders[0][0])) if holders else ""
    raise NoSuchTicket(id, () if holders else near(id, names), hint=hint)


def tagged(workspace: Workspace, text: str, uid: str = "") -> Tagged:
    """What a commit's trailer means: by the ticket's uid where that was recorded, else by its id.

    An id that was given twice and mended by a renumber is ambiguous; a uid never is. Raises: BadId.
    """
    id = ticket_id(text)
    here = _here(workspace, id)
    if uid:
        exact = _ids(workspace, lambda rows: rows.by_uid(uid))
        return Tagged(exact or ((id,) if here and here.problem else ()))
    former = _former(workspace, id)
    return Tagged((id, *former) if here else former)


def misnamed(workspace: Workspace, id: TicketId) -> TicketId | None:
    """The folder that is not named by its ticket's id: that of this name, or with this id in it."""
    if is_misnamed(workspace, id):
        return id
    for name in ids_holding(workspace, id_pattern(id), pattern=True):
        if is_misnamed(workspace, name) and schema.ticket(raw(workspace, name)).id == id:
            return name
    return None


def is_misnamed(workspace: Workspace, name: TicketId) -> bool:
    """Whether the folder of that name has a valid ticket of another id."""
    try:
        Tickets(workspace.worktree).read(name)
    except WrongFolder:
        return True
    except (BadFile, NoSuchTicket):
        return False
    return False


def is_copy(workspace: Workspace, name: TicketId, uid: str) -> bool:
    """Whether another folder than `name` has a ticket of that uid."""
    found = (id for id in ids_holding(workspace, uid) if id != name)
    return any(_raw_uid(workspace, id) == uid for id in found)


def copied(workspace: Workspace, ticket: Ticket) -> Copy | None:
    """The copy among the tickets in the work tree with the uid of `ticket`, each in its folder.

    That is `ticket` itself unless it is the original: the one in HEAD, or of the lowest number.
    What an earlier renumber made of a ticket is no copy of it.
    """
    tickets, twins = Tickets(workspace.worktree), {ticket.id: ticket}
    for id in ids_holding(workspace, ticket.uid):
        try:
            twins[id] = tickets.read(id).ticket
        except (BadFile, NoSuchTicket):
            continue
    twins = {id: twin for id, twin in twins.items() if twin.uid == ticket.uid}
    if len(twins) < 2 or any(alias in twins for twin in twins.values() for alias in twin.aliases):
        return None
    names = {id: f"HEAD:{FOLDER}/{id}/{FILE}" for id in twins}
    data = refs.contents(workspace.worktree.git, names.values())
    new = {id for id, name in names.items() if refs.uid_of(data.get(name, b"")) != ticket.uid}
    first, *others = sorted(twins, key=lambda twin: (twin in new, order(twin)))
    return Copy(ticket.id if ticket.id in others else others[-1], first)


def _raw_uid(workspace: Workspace, name: TicketId) -> str:
    try:
        return refs.uid_of(raw(workspace, name).text.encode())
    except BadFile:
        return ""


def raw(workspace: Workspace, name: TicketId) -> Document:
    """The ticket's file in a folder, whatever id is in it; raises BadFile, LeadsOutside."""
    shown = f"{FOLDER}/{name}/{FILE}"
    return yamlfile.parse(yamlfile.read_bytes(inside(workspace.worktree.top, shown), shown), shown)


def pointing(workspace: Workspace, id: TicketId) -> list[TicketId]:
    """The tickets in the work tree that name an id as their parent or in a link."""
    found = _holding(workspace, id_pattern(id), pattern=True)
    return [
        ticket.id
        for ticket in found
        if _same(ticket.parent, id) or any(link.ticket == id for link in ticket.links)
    ]


def _same(text: str, id: TicketId) -> bool:
    try:
        return TicketId(text) == id
    except InvalidId:
        return False


def tagged_commits(workspace: Workspace, id: TicketId) -> list[TaggedCommit]:
    """The commits of all refs whose trailer holds an id, newest first."""
    settings = workspace.live.settings
    if not settings.ticket_key:
        return []
    trailers = [
        f"%(trailers:key={key},valueonly,separator=%x20)" if key else ""
        for key in (settings.ticket_key, settings.uid_key)
    ]
    out = workspace.worktree.git.text(
        *("log", "--all", "-z", "--no-color", "--no-show-signature", "--no-notes", "--no-mailmap"),
        *("-i", "-E", f"--grep={settings.ticket_key}: .*{id_pattern(id)}"),
        "--format=" + "%x09".join(["%h", *trailers, "%s"]),
    )
    found = []
    for line in filter(None, out.split("\0")):
        commit, ids, uids, subject = line.split("\t", 3)
        if any(_same(word, id) for word in ids.replace(",", " ").split()):
            found.append(TaggedCommit(commit, subject, tuple(uids.split())))
    return found


def near(id: TicketId, names: Iterable[TicketId]) -> tuple[str, ...]:
    """At most three ids that may have been meant: a slip of a finger first, then close numbers."""
    number = int(id.rpartition("-")[2])

    def rank(other: TicketId) -> tuple[int, int, int]:
        theirs = other.rpartition("-")[2]
        return _slip(id, other), abs(int(theirs) - number), int(theirs)

    same = [other for other in names if other.prefix == id.prefix and other != id]
    return tuple(sorted(same, key=rank)[:SHOWN])


def short_ref(ref: str) -> str:
    """A ref as people call it: `topic`, `origin/topic`; others in full."""
    return ref.removeprefix(HEADS) if ref.startswith(HEADS) else ref.removeprefix(REMOTES)


def _slip(a: str, b: str) -> int:
    """How likely one id was typed for the other, 0 the likeliest."""
    if len(a) == len(b) and sorted(a) == sorted(b):
        return 0
    if _one_edit(a, b):
        return 1
    return 2 if a.startswith(b) or b.startswith(a) else 3


def _one_edit(a: str, b: str) -> bool:
    """Whether one character put in, left out or replaced makes `a` of `b`."""
    if len(a) > len(b):
        a, b = b, a
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[start:] == b[start + 1 :] or (len(a) == len(b) and a[start + 1 :] == b[start + 1 :])


def _here(workspace: Workspace, id: TicketId, former: str = "") -> Known | None:
    tickets = Tickets(workspace.worktree)
    if not tickets.has(id):
        return None
    try:
        ticket = tickets.read(id).ticket
    except BadFile as error:
        return Known(id, former=former, problem=error.message)
    return Known(id, uid=ticket.uid, former=former, status=ticket.status)


def _by_alias(workspace: Workspace, id: TicketId) -> Known | None:
    found = _former(workspace, id)
    if len(found) > 1:
        raise Ambiguous(id, found)
    return _here(workspace, found[0], former=id) if found else None


def _former(workspace: Workspace, id: TicketId) -> tuple[TicketId, ...]:
    """The tickets in the work tree that had this id before."""
    return _ids(workspace, lambda rows: rows.by_alias(id))


def _ids(workspace: Workspace, ask: "Callable[[Rows], list[Row]]") -> tuple[TicketId, ...]:
    """What the cache says to a question, as ids; broken tickets are not among them."""
    from git_ticketer.storage import cache

    if not Tickets(workspace.worktree).names():
        return ()
    with cache.open(workspace.worktree) as rows:
        return tuple(TicketId(row.id) for row in ask(rows))


def _holding(workspace: Workspace, text: str, *, pattern: bool = False) -> list[Ticket]:
    """The tickets in the work tree whose file holds a text; broken ones are not."""
    tickets, found = Tickets(workspace.worktree), []
    for id in ids_holding(workspace, text, pattern=pattern):
        try:
            found.append(tickets.read(id).ticket)
        except (BadFile, NoSuchTicket, LeadsOutside):
            continue
    return found


def ids_holding(workspace: Workspace, text: str, *, pattern: bool = False) -> list[TicketId]:
    """The folders in the work tree whose ticket file holds a text, or a word of a `pattern`.

    git looks for them, with all processors, and in files that it does not track or ignores.
    """
    kind = ("-E", "-i", "-w") if pattern else ("-F",)
    options = ("--no-recurse-submodules", "--untracked", "--no-exclude-standard", "--no-color")
    done = workspace.worktree.git.attempt(
        *("grep", "-l", "-z", "--full-name", *options, *kind, "-e", text),
        *("--", f":(top,glob){FOLDER}/*/{FILE}"),
    )
    paths = sorted(set(done.stdout.split(b"\0")) - {b""})
    return [owner[0] for owner in map(refs.ticket_of, map(os.fsdecode, paths)) if owner]


def id_pattern(id: TicketId) -> str:
    """What finds an id in a file, also with leading zeros, as an extended regular expression."""
    number = id.rpartition("-")[2]
    return f"{id.removesuffix(number)}0*{number}"


def _elsewhere(workspace: Workspace, id: TicketId) -> Known:
    """An id that the work tree does not have: on a ref, in another worktree, or nowhere."""
    git = workspace.worktree.git
    holders = refs.refs_with(git, id)
    if holders:
        ref = holders[0][0]
        try:
            ticket = refs.read(git, ref, id).ticket
        except BadFile as error:
            return Known(id, where=short_ref(ref), problem=error.message)
        return Known(id, uid=ticket.uid, where=short_ref(ref), status=ticket.status)
    for top in numbers.tops(workspace.worktree)[1:]:
        try:
            if inside(top, f"{FOLDER}/{id}/{FILE}").is_file():
                return Known(id, where=top)
        except (OSError, LeadsOutside):
            continue
    names = _all_names(workspace)
    if names and _is_own(workspace, id, names):
        raise UnknownTicket(id, near(id, names))
    return Known(id, known=False)


def _all_names(workspace: Workspace) -> list[TicketId]:
    """The ids in the work tree; where it has none, those on the branches."""
    names = Tickets(workspace.worktree).names()
    if names:
        return names
    git = workspace.worktree.git
    trees = dict.fromkeys(tip.found for tip in refs.tips(git, FOLDER, "tree"))
    found = [name for _, _, name in refs.differing(git, [refs.empty_tree(git), *trees])]
    owned = (refs.ticket_of(f"{FOLDER}/{name}/{FILE}") for name in dict.fromkeys(found))
    return [owner[0] for owner in owned if owner]


def _is_own(workspace: Workspace, id: TicketId, names: list[TicketId]) -> bool:
    """Whether this repository gives ids with that prefix."""
    team = team_config.load(workspace.worktree.top)
    return team.is_own(id) if team.prefix else any(name.prefix == id.prefix for name in names)
