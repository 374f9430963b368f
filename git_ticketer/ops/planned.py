"""Planned sessions: what somebody means to talk over with an agent, written down beforehand."""

from collections.abc import Iterator

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock
from git_ticketer.lean.ids import InvalidId, SessionId
from git_ticketer.model.transcript import Plan
from git_ticketer.model.ulid import is_ulid
from git_ticketer.ops import lookup
from git_ticketer.ops.create import new_uid, one_line
from git_ticketer.ops.edits import refuse_broken
from git_ticketer.ops.redaction import redacted
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import archives, identity, transcript_text
from git_ticketer.storage.archives import PLAN, SESSIONS, Archives, Stored
from git_ticketer.storage.tickets import Tickets


class NoSuchPlan(TicketerError):
    """No planned session is called that, or several are; `word` is what was given."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, word: str, count: int) -> None:
        many = "several planned sessions are" if count else "no planned session is"
        super().__init__(f"{many} called {word}", hint="git ticket session list")
        self.word = word


class AlreadyFulfilled(TicketerError):
    """A planned session, by its uid `plan`, that another `session` is already."""

    def __init__(self, plan: str, session: str) -> None:
        hint = f"git ticket session show {session}"
        super().__init__(f"planned session {plan} is session {session} already", hint=hint)
        self.plan = plan
        self.session = session


class NotASession(TicketerError):
    """A text that is the id of no session and no plan; `text` is what was given."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        reason = "is neither a session nor a planned one"
        super().__init__(f"{text[:60]!a} {reason}", hint="git ticket session list")
        self.text = text


def plan(workspace: Workspace, word: str | None, title: str, parent: str = "") -> tuple[Plan, str]:
    """Plan a session for a ticket and return it with its path; secrets are taken from its title.

    `parent` is a session or a planned one. Raises: what lookup.find raises, Unfit, NotASession,
    NoIdentity.
    """
    title = one_line("title", redacted(workspace, title))
    ticket = lookup.find(workspace, word).ticket
    refuse_broken(workspace, ticket.id)
    new = Plan(
        uid=new_uid(),
        ticket=ticket.id,
        ticket_uid=ticket.uid,
        title=title,
        created=clock.to_text(clock.now()),
        created_by=identity.author(workspace.worktree.git),
        parent=_parent(workspace, parent),
    )
    values = transcript_text.plan_values(new)
    return new, Tickets(workspace.worktree).add_file(ticket.id, SESSIONS, PLAN + new.uid, values)


def _parent(workspace: Workspace, text: str) -> str:
    """The id of a session, or the uid of a planned one; raises NotASession."""
    uid = text.removeprefix(PLAN).upper()
    if is_ulid(uid):
        return uid
    try:
        return SessionId(text) if text else ""
    except InvalidId:
        raise NotASession(redacted(workspace, text)) from None


def find(workspace: Workspace, word: str, session: str = "") -> Plan:
    """The planned session with that uid, or the end or start of one.

    `session` is the one that is to be it. Raises: NoSuchPlan, AlreadyFulfilled by another one.
    """
    uid = word.removeprefix(PLAN).upper()
    every, _ = Archives(workspace.worktree).plans()
    found = [one for one in every if uid and (one.uid.startswith(uid) or one.uid.endswith(uid))]
    if len(found) != 1:
        raise NoSuchPlan(word, len(found))
    for store in (Archives(workspace.worktree), archives.waiting(workspace.worktree)):
        for stored in fulfilled(store, found[0].uid) if session else ():
            if stored.header.id != session:
                raise AlreadyFulfilled(found[0].uid, stored.header.id)
    return found[0]


def fulfilled(store: Archives, uid: str) -> Iterator[Stored]:
    """The archives that say they are a planned session; raises LeadsOutside."""
    return (one for one in store.all()[0] if one.header.plan == uid)
