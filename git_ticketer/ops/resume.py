"""Taking a session up again: its ticket attached, and the agent's own command."""

from typing import NamedTuple

from git_ticketer.agents import resume
from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import association, session_place
from git_ticketer.ops.association import Answer
from git_ticketer.ops.session_list import Listed
from git_ticketer.ops.workspace import Workspace


class CannotResume(TicketerError):
    """A session that its agent cannot take up again; `agent` is its name."""

    def __init__(self, one: Listed, agent: str, reason: str) -> None:
        is_child = resume.is_subagent(one.id) and one.parent
        hint = f"resume {one.parent}" if is_child else f"show {one.id}"
        super().__init__(reason, hint=f"git ticket session {hint}")
        self.session = one.id
        self.agent = agent


class Resumable(NamedTuple):
    """A session that can go on: `command` is the agent's own."""

    session: Listed
    command: tuple[str, ...]


def find(workspace: Workspace, word: str) -> Resumable:
    """How the session that `word` names is taken up again; nothing is attached.

    Raises: what session_place.place raises, CannotResume.
    """
    one = session_place.find(workspace, word)
    agent = one.agent.split(" ")[0]
    command = resume.command(agent, one.id)
    if not command:
        raise CannotResume(one, agent, _why_not(one.id, agent))
    return Resumable(one, command)


def _why_not(session: str, agent: str) -> str:
    name = agent or "its agent"
    if resume.is_subagent(session):
        return f"session {session} is a subagent's: {name} takes up the one that started it"
    if resume.is_generated(session):
        return f"session {session} is not known to {name}: what it was read from has no id"
    return f"it is not known how {name} takes a session up again"


def attach(workspace: Workspace, found: Resumable) -> Answer:
    """Attach the ticket of a session that goes on; raises what association.attach raises."""
    return association.attach(workspace, TicketId(found.session.ticket))
