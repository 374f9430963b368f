"""Planned sessions: what somebody means to talk over with an agent, written down beforehand."""

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock
from git_ticketer.lean.ids import InvalidId, SessionId
from git_ticketer.model.transcript import Plan
from git_ticketer.model.ulid import is_ulid
from git_ticketer.ops import lookup
from git_ticketer.ops.create import new_uid, one_line
from git_ticketer.ops.edits import refuse_broken
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity, transcript_text
from git_ticketer.storage.archives import PLAN, SESSIONS, Archives
from git_ticketer.storage.tickets import Tickets


class NoSuchPlan(TicketerError):
    """No planned session is called that, or several are; `word` is what was given."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, word: str, count: int) -> None:
        many = "several planned sessions are" if count else "no planned session is"
        super().__init__(f"{many} called {word}", hint="git ticket session list")
        self.word = word


class NotASession(TicketerError):
    """A text that is the id of no session and no plan; `text` is what was given."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        reason = "is neither a session nor a planned one"
        super().__init__(f"{text[:60]!a} {reason}", hint="git ticket session list")
        self.text = text


def plan(workspace: Workspace, word: str | None, title: str, parent: str = "") -> tuple[Plan, str]:
    """Plan a session for a ticket and return it with its path.

    Raises: what lookup.find raises, Unfit, NotASession, NoIdentity.
    """
    title = one_line("title", title)
    ticket = lookup.find(workspace, word).ticket
    refuse_broken(workspace, ticket.id)
    try:
        if parent and not is_ulid(parent):
            SessionId(parent)
    except InvalidId:
        raise NotASession(parent) from None
    new = Plan(
        uid=new_uid(),
        ticket=ticket.id,
        ticket_uid=ticket.uid,
        title=title,
        created=clock.to_text(clock.now()),
        created_by=identity.author(workspace.worktree.git),
        parent=parent,
    )
    values = transcript_text.plan_values(new)
    return new, Tickets(workspace.worktree).add_file(ticket.id, SESSIONS, PLAN + new.uid, values)


def find(workspace: Workspace, word: str) -> Plan:
    """The planned session with that uid, or the end or start of one; raises NoSuchPlan."""
    uid = word.removeprefix(PLAN).upper()
    every, _ = Archives(workspace.worktree).plans()
    found = [one for one in every if uid and (one.uid.startswith(uid) or one.uid.endswith(uid))]
    if len(found) != 1:
        raise NoSuchPlan(word, len(found))
    return found[0]
