"""What an agent's hook does: at a session's start, a prompt, the end of an answer, the end.

Prompts and stops come often, so they get by with what a git hook has: no git is started, no YAML
is read. A start imports more (agent_start). Nothing here raises for what a repository or a
payload holds; what the caller must log it raises as it is.
"""

import os
import sys
from collections.abc import Mapping

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.event import END, PROMPT, START, STOP, BadPayload, Event, Reply
from git_ticketer.lean import ask, clock, decide, history, report, session_change
from git_ticketer.lean.gitdir import GitDir, of_folder
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId, ids_in
from git_ticketer.lean.live import Live
from git_ticketer.lean.system import exists
from git_ticketer.ops import agent_process, agent_spool
from git_ticketer.ops.agent_process import Record
from git_ticketer.ops.agent_spool import Position

SEEN = 1 << 18
"""Characters of a prompt that are looked through for tickets."""

MENTIONS = 50
SESSION = "GIT_TICKET_SESSION"


class Unknown(ValueError):
    """An agent or an event that we do not know."""


class Place:
    """A worktree at `top`, and the session in it that an event is of, as (id, agent)."""

    __slots__ = ("announced", "environ", "git", "top")

    def __init__(
        self, top: str, git: GitDir, environ: Mapping[str, str], announced: tuple[SessionId, str]
    ) -> None:
        self.top = top
        self.git = git
        self.environ = environ
        self.announced = announced

    @property
    def id(self) -> SessionId:
        """The id of the session."""
        return self.announced[0]

    @property
    def is_at_work(self) -> bool:
        """Whether the session has done something here before."""
        return exists(f"{self.git.state}/sessions/{self.id}")

    def live(self) -> Live:
        """Its live state."""
        raw = {os.fsencode(key): os.fsencode(value) for key, value in self.environ.items()}
        return Live(self.git, raw, self.announced, top=self.top)

    def trouble(self, kind: str, error: Exception) -> None:
        """Log what went wrong; the rest is done all the same."""
        report.trouble(self.git.shared, f"agent {kind}", report.describe(error))


def answer(agent: str, word: str, data: bytes, environ: Mapping[str, str], folder: str) -> str:
    """What to answer the hook `word` of an agent, in its own form.

    `data` is what came on standard input, `folder` where the hook runs. What goes wrong in a
    repository is logged there. Raises: Unknown, BadPayload.
    """
    adapter = hooks.adapter(agent)
    if adapter is None:
        raise Unknown(f"unknown agent {agent[:40]!a}")
    kind = adapter.EVENTS.get(word)
    if kind is None:
        raise Unknown(f"unknown event {word[:40]!a}")
    event = adapter.event(kind, payload(data))
    event.agent = _whose(event, environ)
    place = find(event, environ, folder)
    reply = Reply()
    if place:
        try:
            reply = handle(place, event, ends=adapter.ENDS)
        except Exception as error:  # noqa: BLE001 - whatever it is, the agent gets an answer
            place.trouble(kind, error)
    return adapter.answer(kind, reply)


def silence(agent: str, word: str) -> str:
    """What to answer where nothing can be done: the agent's own form of saying nothing."""
    adapter = hooks.adapter(agent)
    return adapter.answer(adapter.EVENTS.get(word, STOP), Reply()) if adapter else ""


def log(agent: str, word: str, error: Exception, folder: str) -> None:
    """Log why a hook that runs in `folder` could not do anything."""
    place = _place(folder, {}, (SessionId("none"), ""))
    shared = place.git.shared if place and uses_tickets(place) else None
    text = str(error) if isinstance(error, Unknown | BadPayload) else report.describe(error)
    report.trouble(shared, f"agent {agent[:40]!a} {word[:40]!a}", text)


def payload(data: bytes) -> dict[str, object]:
    """The object in what came on standard input; raises BadPayload."""
    import json

    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"{len(data)} bytes that are no JSON ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise BadPayload(f"JSON that is no object ({type(found).__name__})")
    return found


def _whose(event: Event, environ: Mapping[str, str]) -> str:
    """The agent whose session it is: another one may run these hooks, and say so by a variable."""
    for name, agent in decide.SESSION_VARIABLES:
        if agent and environ.get(name.decode()) == event.session:
            return agent
    return event.agent


def find(event: Event, environ: Mapping[str, str], folder: str) -> Place | None:
    """The worktree that an event is of: where its session is at work, else the first there is.

    None outside of git, and in a repository that does not use this program.
    """
    more = (environ.get("CLAUDE_PROJECT_DIR", ""), environ.get("GEMINI_PROJECT_DIR", ""), folder)
    folders = dict.fromkeys(filter(os.path.isabs, (*event.folders, *more)))
    known = environ_of(environ)
    session = _announced(event, environ)
    found = (_place(name, known, session) for name in folders)
    places = [place for place in found if place and uses_tickets(place)]
    at_work = (place for place in places if place.is_at_work)
    return next(at_work, places[0] if places else None)


def environ_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what announces a session: the payload does, and it is right."""
    names = {name.decode() for name, _ in decide.SESSION_VARIABLES}
    return {key: value for key, value in environ.items() if key not in names}


def _announced(event: Event, environ: Mapping[str, str]) -> tuple[SessionId, str]:
    """The session by which commits of this agent go: the one it was started as, else its own."""
    try:
        return SessionId(environ.get(SESSION, "")), event.agent
    except InvalidId:
        return event.session, event.agent


def _place(folder: str, environ: Mapping[str, str], session: tuple[SessionId, str]) -> Place | None:
    top = folder
    while not exists(top + "/.git"):
        above = os.path.dirname(top)
        if above == top:
            return None
        top = above
    raw = {os.fsencode(key): os.fsencode(value) for key, value in environ.items()}
    try:
        git = of_folder(top, raw)
        if sys.platform != "win32" and os.stat(git.path).st_uid != os.geteuid():
            return _asked(top, environ, session)
    except OSError:
        return None
    real = GitDir(os.path.realpath(git.path), os.path.realpath(git.common))
    return Place(os.path.realpath(top), real, environ, session)


def _asked(top: str, environ: Mapping[str, str], session: tuple[SessionId, str]) -> Place | None:
    """A worktree of another owner: git knows whether this user trusts it (safe.directory)."""
    from git_ticketer.errors import TicketerError
    from git_ticketer.storage import worktree

    try:
        found = worktree.find(top, environ)
    except TicketerError:
        return None
    return Place(found.top, found.dirs, environ, session)


def uses_tickets(place: Place) -> bool:
    """Whether the repository has tickets, or this program was used in it."""
    return exists(place.top + "/.tickets") or exists(place.git.shared)


def handle(place: Place, event: Event, *, ends: bool) -> Reply:
    """Do what an event asks for; `ends` is whether its agent tells the end of a session."""
    if event.kind == START:
        from git_ticketer.ops import agent_start

        return agent_start.start(place, event)
    if event.kind == PROMPT:
        return _prompt(place, event)
    live = place.live()
    if event.kind == STOP:
        _renew(place, live, event.kind)
    if event.kind == END:
        _note_end(place, event)
    _spool(place, live, event, over=event.kind == END or not ends)
    return Reply()


def _renew(place: Place, live: Live, kind: str) -> None:
    """Keep the session alive."""
    if live.store.needs_renewal(live.now):
        try:
            session_change.renew(live.store, live.now)
        except OSError as error:
            place.trouble(kind, error)


def _prompt(place: Place, event: Event) -> Reply:
    """Note the tickets that a prompt names; the first one of an undecided session says how."""
    live = place.live()
    _renew(place, live, event.kind)
    association = _association(live)
    named = [id for id in named_in(event.prompt, live) if id != association.ticket]
    asks = False

    def note(record: Record) -> None:
        nonlocal asks
        asks = association.decision == decide.UNDECIDED and not record.asked
        record.asked = record.asked or asks
        record.agent = record.agent or event.agent
        if not record.pid:
            record.belong_to(agent_process.agent_of(os.getpid()))
        record.mentions = tuple(dict.fromkeys((*record.mentions, *named)))[:MENTIONS]

    try:
        agent_process.change(live.git, place.id, note)
    except OSError as error:
        place.trouble(event.kind, error)
    return Reply(reminder(named[0] if named else likely(live, place.id))) if asks else Reply()


def _association(live: Live) -> decide.Association:
    """The association in force; a GIT_TICKET that is none leaves it undecided."""
    try:
        return live.association()
    except InvalidId:
        return decide.Association(decide.UNDECIDED)


def named_in(prompt: str, live: Live) -> list[TicketId]:
    """The tickets of the work tree that a prompt names, in order."""
    found = dict.fromkeys(ids_in(prompt[:SEEN]))
    return [id for id in found if exists(f"{live.top}/.tickets/{id}/ticket.yaml")]


def likely(live: Live, session: SessionId) -> TicketId | None:
    """The ticket that an undecided session may be for: its own last one, else the branch's."""
    before = likely_before(live, session)
    if before:
        return before
    offered = ask.suggestions(live)
    return offered[0][0] if offered else None


def likely_before(live: Live, session: SessionId) -> TicketId | None:
    """The last ticket of a session that goes on after its decision has lapsed."""
    worktree = live.git.worktree_name
    for event in history.newest(live.git.shared, ask.USES):
        if event.session == session and event.worktree == worktree:
            return ask.valid_ticket(event.ticket)
    return None


def reminder(ticket: TicketId | None) -> str:
    """One line for an undecided session; `ticket` is a guess."""
    return (
        "git-ticketer: no ticket is attached to this session yet; before you commit: "
        f"git ticket attach {ticket or 'ID'}  or: git ticket attach --none"
    )


def _note_end(place: Place, event: Event) -> None:
    now = clock.now()

    def end(record: Record) -> None:
        record.ended = now

    try:
        agent_process.change(place.git, place.id, end)
    except OSError as error:
        place.trouble(event.kind, error)


def _spool(place: Place, live: Live, event: Event, *, over: bool) -> None:
    """Note where the transcript lies; once the session is over it is archived by another process.

    Work that was opted out of has no archive.
    """
    association = _association(live)
    if association.decision == decide.OPTED_OUT:
        return
    record = agent_process.load(place.git, place.id)
    before = agent_spool.load(place.git, event.session)
    position = Position(event.session, event.agent, place.top)
    position.path = event.transcript or (before.path if before else "")
    position.size = _size(position.path)
    if position.path and not position.size:
        return  # nothing was said
    position.ticket = association.ticket or (before.ticket if before else None)
    position.ready, position.at = over, live.now
    if record:
        position.pid, position.start = record.pid, record.start
    agent_spool.keep(place.git, position)
    if over:
        from git_ticketer.ops import agent_spawn

        agent_spawn.archiver(place.top, place.git, place.environ)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size if path else 0
    except (OSError, ValueError):
        return 0
