"""The start of an agent's session: it takes the agent's id and is told what it is for."""

import os

from git_ticketer.agents.hooks.event import FORK, Event, Reply
from git_ticketer.errors import TicketerError
from git_ticketer.lean import ask, decide, journal, session_change
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.lean.session_file import CorruptState, parse
from git_ticketer.lean.system import read_file
from git_ticketer.model.visible import visible
from git_ticketer.ops import agent_process, agent_spawn, agent_spool
from git_ticketer.ops.agent_events import Place, likely_before
from git_ticketer.ops.agent_process import Record
from git_ticketer.ops.workspace import Workspace, of_worktree
from git_ticketer.storage import ahead
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.worktree import Worktree

TWICE = 5
"""Seconds in which the same start of the same session is told only once."""

OFFERED = 3
TITLE = 80


def start(place: Place, event: Event) -> Reply:
    """Begin or go on with the session, and say what it is for or how to decide that.

    Raises: what workspace.of_worktree raises, for a broken configuration.
    """
    found = Worktree(place.top, place.git, Git(place.top, place.environ))
    workspace = of_worktree(found, place.environ, place.announced)
    is_first = _record(place, event, workspace)
    if any(position.is_due for position in agent_spool.waiting(place.git)):
        agent_spawn.archiver(place.top, place.git, place.environ)
    association = workspace.live.association()
    if not is_first or association.decision == decide.OPTED_OUT:
        return Reply()
    if association.ticket is None:
        return Reply(guidance(offers(place, workspace)))
    return _told(place, event, workspace, association.ticket)


def _record(place: Place, event: Event, workspace: Workspace) -> bool:
    """Note the agent's process; whether this start has not been told of a moment ago.

    Agents run each other's hooks, so that one start may come twice.
    """
    process = agent_process.agent_of(os.getpid())
    git, now = place.git, workspace.live.now
    is_first = True

    def note(record: Record) -> None:
        nonlocal is_first
        is_first = record.told != event.source or abs(now - record.at) > TWICE
        record.agent = (not is_first and record.agent) or event.agent
        record.told, record.at, record.ended = event.source, now, 0
        record.belong_to(process)

    try:
        if event.source == FORK:
            _follow(place, workspace, process)
        agent_process.change(git, place.id, note)
        agent_process.sweep(git, now)
    except OSError as error:
        place.trouble(event.kind, error)
    return is_first


def _follow(place: Place, workspace: Workspace, process: agent_process.Process | None) -> None:
    """A conversation that was forked goes on with the ticket of the one it comes from."""
    live = workspace.live
    earlier = [one for one in agent_process.of_worktree(place.git) if one.is_of(process)]
    if not earlier or (live.store.own and live.store.own.decision):
        return
    path = live.store.path_of(max(earlier, key=lambda one: one.at).id)
    try:
        before = parse(read_file(path), path)
    except (CorruptState, OSError):
        return
    if before.decision == decide.ASSOCIATED and live.store.alive(before, live.now):
        branch = live.branch or ""
        session_change.decide(
            live.store, before.decision, before.ticket, live.now, branch, uid=before.uid
        )
        live.record(journal.ATTACH, live.association(), "forked")


def _told(place: Place, event: Event, workspace: Workspace, id: TicketId) -> Reply:
    """The ticket's context and a title of the session."""
    ahead.sweep_all(workspace.worktree.top)
    from git_ticketer.ops import context

    try:
        found = context.build(workspace)
        text = context.markdown(found)
    except (TicketerError, OSError) as error:
        place.trouble(event.kind, error)
        text = f"git-ticketer: this session is attached to {id}; git ticket show {id} shows it."
        return Reply(text, title(event.title, id, ""))
    finally:
        ahead.stop()
    return Reply(text, title(event.title, id, found.ticket.title if found.ticket else ""))


def title(present: str, id: TicketId, text: str) -> str:
    """A title that names the ticket; empty where the session has one that is not of our making."""
    if present and _ticket(present.split(" ", maxsplit=1)[0]) is None:
        return ""
    wanted = " ".join(f"{id} {visible(text)}".split())
    return wanted if len(wanted) <= TITLE else f"{wanted[: TITLE - 1]}…"


def _ticket(word: str) -> TicketId | None:
    try:
        return TicketId(word)
    except InvalidId:
        return None


def offers(place: Place, workspace: Workspace) -> list[tuple[TicketId, str]]:
    """The tickets that an undecided session may be for, the likeliest first, with reasons."""
    live = workspace.live
    own = likely_before(live, place.id)
    found = [(own, "this conversation was on it")] if own else []
    found += [(id, reason) for id, reason in ask.suggestions(live) if id != own]
    return found[:OFFERED]


def guidance(offered: list[tuple[TicketId, str]]) -> str:
    """How to decide. Only ids stand in it: nothing that somebody else wrote becomes our word."""
    attach = "".join(f"- `git ticket attach {id}` ({reason})\n" for id, reason in offered)
    attach = attach or "- `git ticket attach ID`, with an id that `git ticket list` shows\n"
    return (
        "git-ticketer: this work session has no ticket yet, so its commits will not name one.\n"
        "Decide before the first commit; if you cannot tell which ticket the work is for, ask "
        "the user.\n"
        f"{attach}"
        "- `git ticket attach --none` if it is for no ticket\n"
        "The MCP tool attach_ticket does the same: action set with ticket_id, or action none.\n"
    )
