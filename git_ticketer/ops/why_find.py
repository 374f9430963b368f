"""The ticket that an id in a commit means, and the conversation that a session id means."""

from dataclasses import dataclass, replace

from git_ticketer.errors import TicketerError
from git_ticketer.lean.clock import to_text
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model.transcript import Transcript
from git_ticketer.ops import why_place
from git_ticketer.ops.why_commits import Commit
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.archives import Archives, Stored, waiting
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.tickets import Tickets

TRAILER, BODY, ITS_TIME, ATTACHED = "trailer", "body", "time", "attached"
"""Evidence: a trailer of the commit; a line elsewhere in its message; a session of the ticket
that was going on at the commit's date; the ticket that is attached now."""

ARCHIVED, PENDING, MISSING = "archived", "pending", "not archived"


@dataclass(frozen=True)
class TicketFound:
    """A ticket behind a line; texts that do not apply are empty.

    `through` is the origin that names it, such as `reverts 0123456789`, where the commit itself
    does not. `where` is a branch or worktree, where the work tree does not have it; `former` the
    id in the commit, where it was renumbered. `problem` is why nothing more is known.
    """

    id: str
    evidence: str
    through: str = ""
    title: str = ""
    status: str = ""
    where: str = ""
    former: str = ""
    url: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Speech:
    """A prompt or an answer: the number of its entry, from 1, its time and its whole text."""

    entry: int
    at: str
    text: str


@dataclass(frozen=True)
class Conversation:
    """A session behind a line: what was said in it before the commit.

    `state` is `archived`, `pending` (in the spool) or `not archived`. `place` is how the commit's
    place was found (why_place.Place), empty where it was not looked for; `problem` is why the
    archive cannot be read.
    """

    id: str
    evidence: str
    through: str = ""
    state: str = MISSING
    ticket: str = ""
    agent: str = ""
    title: str = ""
    path: str = ""
    place: str = ""
    prompt: Speech | None = None
    answers: tuple[Speech, ...] = ()
    problem: str = ""


class Finder:
    """Looks tickets and sessions up, each once.

    Without `deep` only in the work tree, and no transcript is read: for files with many commits.
    """

    def __init__(self, workspace: Workspace, *, deep: bool) -> None:
        self.workspace = workspace
        self.deep = deep
        self._tickets: dict[tuple[str, str], list[TicketFound]] = {}
        self._read: dict[str, Conversation | tuple[Transcript, Conversation]] = {}

    def ticket(self, id: TicketId, uid: str, evidence: str, through: str) -> list[TicketFound]:
        """What an id means now: one ticket, or several where that cannot be told."""
        if (id, uid) not in self._tickets:
            try:
                found = self._ticket(id, uid)
            except TicketerError as error:
                found = [TicketFound(id, "", problem=error.message)]
            self._tickets[id, uid] = found
        return [replace(one, evidence=evidence, through=through) for one in self._tickets[id, uid]]

    def _ticket(self, id: TicketId, uid: str) -> list[TicketFound]:
        tickets = Tickets(self.workspace.worktree)
        if tickets.has(id):
            ticket = tickets.read(id).ticket
            if not uid or ticket.uid == uid or not self.deep:
                return [TicketFound(id, "", title=ticket.title, status=ticket.status)]
        if not self.deep:
            return [TicketFound(id, "")]
        from git_ticketer.ops import known

        exact = known.tagged(self.workspace, id, uid).tickets if uid else ()
        return [self._renumbered(one, id) for one in exact] or [self._elsewhere(id)]

    def _renumbered(self, id: TicketId, former: TicketId) -> TicketFound:
        ticket = Tickets(self.workspace.worktree).read(id).ticket
        return TicketFound(
            id,
            "",
            title=ticket.title,
            status=ticket.status,
            former=former if former != id else "",
        )

    def _elsewhere(self, id: TicketId) -> TicketFound:
        """A ticket that the work tree does not have: renumbered, on a branch, of another tracker.

        Raises: UnknownTicket, Ambiguous and what reading it raises.
        """
        from git_ticketer.ops import known
        from git_ticketer.storage import refs, team_config

        found = known.resolve(self.workspace, id)
        if found.former:
            return self._renumbered(found.id, id)
        if not found.known:
            template = team_config.load(self.workspace.worktree.top).url_template
            return TicketFound(id, "", url=template.replace("{id}", id))
        title = ""
        if found.uid and found.where:
            title = refs.read(self.workspace.worktree.git, found.where, id).ticket.title
        problem = found.problem
        return TicketFound(
            id, "", title=title, status=found.status, where=found.where, problem=problem
        )

    def conversation(
        self, id: SessionId, ticket: str, commit: Commit, evidence: str, through: str
    ) -> Conversation:
        """The session of that id, first under a ticket, with what was said before a commit."""
        if id not in self._read:
            try:
                self._read[id] = self._session(id, ticket)
            except TicketerError as error:
                self._read[id] = Conversation(id, "", state=ARCHIVED, problem=error.message)
        found = self._read[id]
        if isinstance(found, Conversation):
            return replace(found, evidence=evidence, through=through)
        transcript, about = found
        about = replace(about, evidence=evidence, through=through)
        return _spoken(about, transcript, ticket, commit)

    def _session(
        self, id: SessionId, ticket: str
    ) -> Conversation | tuple[Transcript, Conversation]:
        store, state = Archives(self.workspace.worktree), ARCHIVED
        stored = (ticket and store.find(id, ticket)) or store.find(id)
        if not stored:
            store, state = waiting(self.workspace.worktree), PENDING
            stored = store.find(id)
        if not stored:
            store, state = Archives(self.workspace.worktree), ARCHIVED
            stored = _started_by(store, id, ticket)
        if not stored:
            return Conversation(id, "")
        about = _about(stored, state)
        return (store.read(stored), about) if self.deep else about

    def going_on(self, ticket: str, at: int) -> list[SessionId]:
        """The archived sessions of a ticket that were going on at a time, the latest first."""
        when = to_text(at)
        try:
            stored = Archives(self.workspace.worktree).of_ticket(ticket)[0]
        except LeadsOutside:
            return []
        found = [one.header for one in stored if one.header.started]
        found = [one for one in found if one.started <= when <= one.ended]
        return [one.id for one in sorted(found, key=lambda one: one.started, reverse=True)]


def _started_by(store: Archives, id: SessionId, ticket: str) -> Stored | None:
    """The archive of what `git ticket run` started as that session: its agent has an own id."""
    of_ticket = store.of_ticket(ticket)[0] if ticket else []
    return next((one for one in of_ticket if one.header.parent == id), None)


def _about(stored: Stored, state: str) -> Conversation:
    header = stored.header
    return Conversation(
        header.id,
        "",
        state=state,
        ticket=header.ticket,
        agent=header.agent,
        title=header.title,
        path=stored.path if state == ARCHIVED else "",
    )


def _spoken(about: Conversation, read: Transcript, ticket: str, commit: Commit) -> Conversation:
    entries = read.entries

    def speech(i: int) -> Speech:
        return Speech(i + 1, entries[i].at, entries[i].text)

    found = why_place.exchange(read.header, entries, ticket, commit.at, commit.subject)
    return replace(
        about,
        place=found.how,
        prompt=None if found.prompt is None else speech(found.prompt),
        answers=tuple(map(speech, found.answers)),
    )
