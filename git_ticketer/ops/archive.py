"""Archiving a session: read, redact, look at what is there, write. Never part of a commit hook."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.importers import registry
from git_ticketer.importers.gather import Gathered, gather
from git_ticketer.importers.items import NO_TEXT
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.lean import history
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.journal import FILES, Event
from git_ticketer.model import transcript
from git_ticketer.model.ticket import Ticket
from git_ticketer.model.transcript import CONVERSATION, Entry, Header
from git_ticketer.ops import earlier, flow_event, lookup, spans
from git_ticketer.ops.redaction import redactor_for
from git_ticketer.ops.workspace import Workspace
from git_ticketer.redact.scan import MARKER
from git_ticketer.storage import archives, team_config
from git_ticketer.storage.archives import Archives, Stored
from git_ticketer.storage.tickets import NoSuchTicket, Tickets

PLAIN = "plain"


class NothingSaid(NotATranscript):
    """A source that holds no prompt, answer or tool call."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "nothing was said in it", hint="git ticket archive FILE")


class ArchivesAreOff(TicketerError):
    """The team keeps no archives."""

    def __init__(self) -> None:
        super().__init__("this team keeps no archives (archive: off)", hint="git ticket comment ID")


class ArchivesStayOut(TicketerError):
    """The team keeps archives out of the repository; `wanted` would put something into it."""

    def __init__(self, wanted: str) -> None:
        reason = "the team keeps archives out of the repository (archive: local)"
        super().__init__(f"{wanted}: {reason}", hint="git ticket session list --pending")


class NoTicketForSession(TicketerError):
    """Nobody said which ticket a session was for; `session` is its id."""

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self, session: str) -> None:
        hint = "git ticket archive --ticket ID"
        super().__init__(f"which ticket was session {session} for?", hint=hint)
        self.session = session


class NotOurTicket(TicketerError):
    """A ticket of another tracker: there is no folder here that an archive could lie in."""

    def __init__(self, id: str) -> None:
        reason = "is a ticket of another tracker; an archive lies with a ticket of this repository"
        super().__init__(f"{id} {reason}", hint="git ticket create TITLE")
        self.id = id


@dataclass(frozen=True)
class Wish:
    """What the user wants.

    `ticket` is any word for it, empty to find it out; `agent` counts where the content does not
    tell; `chat` is one of many in a source, `parent` the session that started this one.
    """

    ticket: str = ""
    agent: str = ""
    detail: str = CONVERSATION
    chat: str = ""
    parent: str = ""
    plan: str = ""
    replace: bool = False


@dataclass(frozen=True)
class Prepared:
    """An archive that is ready to be written, and what it was made from.

    `raw` is the size of the source in bytes, `before` what is there already, `kinds` the names
    of unknown records.
    """

    header: Header
    entries: tuple[Entry, ...]
    files: archives.Parts
    raw: int
    before: Stored | None = None
    kinds: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def redacted(self) -> Iterator[tuple[int, str]]:
        """The number of each entry in which something was redacted, from 1, and its rule."""
        for number, entry in enumerate(self.entries, 1):
            shown = entry.output.text if entry.output else ""
            text = "\n".join((entry.text, entry.name, entry.input, shown))
            yield from ((number, rule) for rule in MARKER.findall(text))


@dataclass(frozen=True)
class Done:
    """What was archived: `written` are the files that changed, none where all was there.

    `waits` is the folder that they lie in, where that is not the work tree but the spool.
    """

    prepared: Prepared
    written: tuple[str, ...] = field(default=())
    waits: str = ""

    @property
    def path(self) -> str:
        """The main file: from the worktree's top, or a whole path in the spool."""
        path = str(self.prepared.files[0].path)
        return f"{self.waits}/{path}" if self.waits else path


def prepare(workspace: Workspace, source: Source, wish: Wish) -> Prepared:
    """Read a source and make its archive; nothing is written.

    Raises: NotATranscript, NoTicketForSession, NotOurTicket, NoSuchTicket, FiledElsewhere,
    WouldLose, BadFile.
    """
    importer = registry.recognised(source)
    redactor = redactor_for(workspace)
    read = gather(importer.read(source, wish.chat), redactor, wish.detail)
    if not read.entries:
        raise NothingSaid(source.shown)
    id = _session_id(read, importer.NAME)
    store = Archives(workspace.worktree)
    before = store.find(id)
    ticket = _ticket(workspace, wish, id, before)
    header = _header(workspace, read, id, ticket, importer.NAME, importer.FORMAT, wish)
    plan = _planned(workspace, wish, id)
    header = header._replace(
        plan=plan.uid if plan else before.header.plan if before else "",
        parent=header.parent
        or (plan.parent if plan else "")
        or (before.header.parent if before else ""),
        source=header.source._replace(escaped=redactor.escaped),
        redactions=tuple(sorted(redactor.counts.items())),
    )
    warnings = _warnings(wish, importer.NAME) + _lost(source, read)
    if before and not wish.replace:
        warnings += earlier.lose_nothing(
            store, before, read.entries, redactor_for(workspace), source.shown
        )
    return _prepared(header, read.entries, before, source.size, read.kinds, warnings)


def again(workspace: Workspace, old: transcript.Transcript, wish: Wish) -> Prepared:
    """Make the archive anew from one that lies elsewhere, under the ticket that is wished.

    Raises: what `prepare` raises.
    """
    store = Archives(workspace.worktree)
    before = store.find(old.header.id)
    ticket = _ticket(workspace, wish, old.header.id, before)
    spans = tuple(
        span._replace(ticket=ticket.id) if span.ticket == old.header.ticket else span
        for span in old.header.spans
    )
    header = old.header._replace(ticket=ticket.id, ticket_uid=ticket.uid, spans=spans)
    warnings: tuple[str, ...] = ()
    if before:
        warnings = earlier.lose_nothing(store, before, old.entries, redactor_for(workspace), "FILE")
    return _prepared(header, old.entries, before, 0, warnings=warnings)


def _prepared(
    header: Header,
    entries: tuple[Entry, ...],
    before: Stored | None,
    raw: int,
    kinds: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Prepared:
    """The files of an archive, read back once; one that is there keeps its name."""
    name = before.path.rpartition("/")[2].removesuffix(".yaml") if before else ""
    wanted = archives.files(header, entries, name=name)
    archives.check(header, entries, wanted)
    header = header._replace(parts=len(wanted))
    return Prepared(header, entries, wanted, raw, before, kinds, warnings)


def store(workspace: Workspace, prepared: Prepared) -> Done:
    """Write what was prepared; on disk when this returns. Raises: what Archives.write raises."""
    header = prepared.header
    written = Archives(workspace.worktree).write(header, prepared.files)
    if written:
        workspace.tell(flow_event.archived(header.ticket, header.id))
    return Done(prepared, tuple(written))


def _session_id(read: Gathered, agent: str) -> SessionId:
    """The agent's own id of the session; else one made from how it begins, which stays the same."""
    try:
        return SessionId(read.about.session)
    except InvalidId:
        import hashlib

        first = read.entries[0]
        start = "\0".join((read.about.session, first.role, first.at, first.text or first.input))
        return SessionId(f"{agent}-{hashlib.sha256(start.encode()).hexdigest()[:16]}")


def _ticket(workspace: Workspace, wish: Wish, id: SessionId, before: Stored | None) -> Ticket:
    """The ticket to archive under: the one named, the one it is under, the session's own."""
    plan = _planned(workspace, wish, id)
    word = wish.ticket or (plan.ticket if plan else "")
    named = lookup.named(workspace, word) if word else None
    if before:
        ticket = _read(workspace, before.header.ticket)
        if named and named != ticket.id and not _is_of(workspace, id, named, ticket):
            raise earlier.FiledElsewhere(before, named)
        return ticket
    found = named or _of_session(workspace, id)
    if found is None:
        raise NoTicketForSession(id)
    return _read(workspace, found)


def _is_of(workspace: Workspace, id: SessionId, named: TicketId, ticket: Ticket) -> bool:
    """Whether the ticket named is the one a session is under, or the one it was moved to."""
    from git_ticketer.ops import session_list  # with the cache

    meant = _read(workspace, named)
    return meant.uid == ticket.uid or meant.id == session_list.ticket_of(workspace, id)


def _planned(workspace: Workspace, wish: Wish, id: SessionId) -> transcript.Plan | None:
    """The planned session that it is to be; raises NoSuchPlan, AlreadyFulfilled."""
    if not wish.plan:
        return None
    from git_ticketer.ops import planned  # with what writes tickets: 20 ms

    return planned.find(workspace, wish.plan, id)


def _read(workspace: Workspace, id: TicketId) -> Ticket:
    try:
        return lookup.find(workspace, id).ticket
    except NoSuchTicket:
        if team_config.load(workspace.worktree.top).is_own(id):
            raise
        raise NotOurTicket(id) from None


def _of_session(workspace: Workspace, id: SessionId) -> TicketId | None:
    """The ticket that the session was last on: by the journal, else what is attached now."""
    turns = spans.turns(events(workspace), {id}, workspace.live.git.worktree_name)
    named = [turn.ticket for turn in turns if turn.ticket]
    return named[-1] if named else workspace.live.association().ticket


def events(workspace: Workspace) -> list[Event]:
    """The whole journal, oldest first; what cannot be read of it is left out."""
    found = []
    for name in FILES:
        try:
            found += history.read(f"{workspace.live.git.shared}/{name}")[0]
        except OSError:
            continue
    return found


def _header(
    workspace: Workspace,
    read: Gathered,
    id: SessionId,
    ticket: Ticket,
    agent: str,
    format: str,
    wish: Wish,
) -> Header:
    about = read.about
    times = [entry.at for entry in read.entries if entry.at]
    claimed = wish.agent if agent == PLAIN else ""
    agent = claimed or about.agent or agent
    store = workspace.live.store
    followed = {store.current.id} if store.current else set()
    turns = spans.turns(events(workspace), {id, *followed}, workspace.live.git.worktree_name)
    found = spans.spans(read.entries, turns, ticket.id)
    own = {ticket.id, *(span.ticket for span in found)}
    known = set(Tickets(workspace.worktree).names())
    return Header(
        id=id,
        ticket=ticket.id,
        ticket_uid=ticket.uid,
        agent=f"{agent} {about.version}".strip(),
        source=transcript.Source(format, read.records, read.skipped, read.unknown),
        model=about.model,
        title=" ".join(about.title.split())[:200],
        parent=_parent(wish.parent or about.parent),
        started=times[0] if times else str(about.started or ""),
        ended=max(times, default=""),
        branch=about.branch,
        detail=wish.detail,
        mentions=spans.mentions(spans.said(read.entries), known, own),
        spans=found,
    )


def _parent(text: str) -> str:
    try:
        return SessionId(text)
    except InvalidId:
        return ""


def _lost(source: Source, read: Gathered) -> tuple[str, ...]:
    """What the person may have said and is not in the archive."""
    lost = f"{source.lost} records that may be the person's are too long to be read"
    odd = "messages of the person were found in which no text is known: see `skipped`"
    return (*((lost,) if source.lost else ()), *((odd,) if NO_TEXT.kind in read.kinds else ()))


def _warnings(wish: Wish, agent: str) -> tuple[str, ...]:
    if wish.agent and agent not in (wish.agent, PLAIN):
        return (f"this is a transcript of {agent}, not of {wish.agent}: archived as what it is",)
    return ()
