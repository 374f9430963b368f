"""Taking an archived session up again: its ticket attached, and the agent's own command."""

from typing import NamedTuple

from git_ticketer.agents import resume
from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import association, session_edits
from git_ticketer.ops.association import Answer
from git_ticketer.ops.session_list import Listed
from git_ticketer.ops.workspace import Workspace


class CannotResume(TicketerError):
    """A session of an agent that is not known to take sessions up again; `agent` is its name."""

    def __init__(self, session: str, agent: str) -> None:
        reason = f"it is not known how {agent or 'its agent'} takes a session up again"
        super().__init__(reason, hint=f"git ticket session show {session}")
        self.session = session
        self.agent = agent


class Resumed(NamedTuple):
    """A session that goes on: what attaching its ticket said, and the agent's `command`."""

    session: Listed
    answer: Answer
    command: tuple[str, ...]


def session(workspace: Workspace, word: str) -> Resumed:
    """Attach the ticket of an archived session and say how its agent resumes it.

    Raises: NoSuchSession, CannotResume (nothing is attached then), what association.attach raises.
    """
    one = session_edits.find(workspace, word)
    name = one.agent.split(" ")[0]
    command = resume.command(name, one.id)
    if not command:
        raise CannotResume(one.id, name)
    return Resumed(one, association.attach(workspace, TicketId(one.ticket)), command)
