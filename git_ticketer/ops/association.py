"""Attach, detach, opt out, resume, and what the session is: the seed system's three states.

The messages are those of mcp-ticketer 1.4.4 word for word, the guidance names our commands.
"""

from dataclasses import dataclass

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock, decide, history, journal, session_change
from git_ticketer.lean.ask import valid_ticket
from git_ticketer.lean.clock import to_text
from git_ticketer.lean.decide import Association
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import exists
from git_ticketer.ops.workspace import PATIENCE, CannotStore, Workspace

HOW_TO_DECIDE = (
    "Associate with a ticket: git ticket attach PROJ-123\nOpt out: git ticket attach --none"
)
HOW_TO_ATTACH = "You can associate with a ticket anytime using git ticket attach PROJ-123"


class NothingToResume(TicketerError):
    """No ticket was attached in this worktree before."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self) -> None:
        super().__init__(
            "no ticket was attached in this worktree before", hint="git ticket attach PROJ-123"
        )


@dataclass(frozen=True)
class Answer:
    """The answer to attach, detach and status.

    `known` is whether the ticket is in this repository, None without a ticket; `where` is the
    branch or worktree that has it where this one does not. `note` goes with an opt-out.
    """

    message: str
    current_ticket: str | None
    session_id: str | None
    opted_out: bool
    guidance: str | None = None
    known: bool | None = None
    note: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class SessionInfo:
    """The answer to `session info`; the time is UTC, None where nothing could be stored."""

    session_id: str | None
    current_ticket: str | None
    opted_out: bool
    last_activity: str | None
    session_timeout_minutes: int


def attach(workspace: Workspace, ticket: TicketId) -> Answer:
    """Associate this session with `ticket`; on disk when this returns.

    Raises: CannotStore, and what `known.to_attach` raises for an id that cannot be attached.
    """
    from git_ticketer.ops import known

    found = known.to_attach(workspace, ticket)
    association = _store(workspace, decide.ASSOCIATED, found.id, journal.ATTACH, found.uid)
    return Answer(
        f"Work session now associated with ticket: {found.id}",
        str(found.id),
        association.session,
        opted_out=False,
        known=found.known,
        where=found.where or None,
    )


def opt_out(workspace: Workspace) -> Answer:
    """Opt this session out of tickets. Raises CannotStore."""
    association = _store(workspace, decide.OPTED_OUT, None, journal.OPT_OUT)
    timeout = workspace.live.settings.timeout
    return Answer(
        "Opted out of ticket association for this session",
        None,
        association.session,
        opted_out=True,
        note=f"This opt-out will reset after {timeout} minutes of inactivity" if timeout else None,
    )


def clear(workspace: Workspace) -> Answer:
    """Take the decision of this session back. Raises CannotStore."""
    association = _store(workspace, decide.UNDECIDED, None, journal.CLEAR)
    return Answer(
        "Ticket association cleared",
        None,
        association.session,
        opted_out=False,
        guidance=HOW_TO_ATTACH,
    )


def resume(workspace: Workspace) -> Answer:
    """Attach the ticket that was attached last in this worktree.

    Raises: NothingToResume, CannotStore.
    """
    ticket = last_ticket(workspace)
    if ticket is None:
        raise NothingToResume
    return attach(workspace, ticket)


def last_ticket(workspace: Workspace) -> TicketId | None:
    """The ticket attached last in this worktree; None where none was."""
    git = workspace.live.git
    for name in reversed(journal.FILES):
        try:
            events, _ = history.read(f"{git.shared}/{name}")
        except OSError:
            continue
        for event in reversed(events):
            ticket = valid_ticket(event.ticket) if event.kind == journal.ATTACH else None
            if ticket and event.worktree == git.worktree_name:
                return ticket
    return None


def status(workspace: Workspace) -> Answer:
    """What this session is associated with; nothing is decided by asking."""
    found = workspace.live.association()
    if found.decision == decide.ASSOCIATED and found.ticket:
        return Answer(
            f"Currently associated with ticket: {found.ticket}",
            str(found.ticket),
            found.session,
            opted_out=False,
            known=is_known(workspace, found.ticket),
        )
    if found.decision == decide.OPTED_OUT:
        message = "No ticket associated (opted out for this session)"
        return Answer(message, None, found.session, opted_out=True)
    return Answer(
        "No ticket associated", None, found.session, opted_out=False, guidance=HOW_TO_DECIDE
    )


def session_info(workspace: Workspace) -> SessionInfo:
    """The session of this worktree."""
    live = workspace.live
    found = live.association()
    session = live.store.own or live.store.current
    return SessionInfo(
        session_id=found.session,
        current_ticket=found.ticket,
        opted_out=found.decision == decide.OPTED_OUT,
        last_activity=to_text(session.active) if session and found.session else None,
        session_timeout_minutes=live.settings.timeout,
    )


def is_known(workspace: Workspace, ticket: TicketId) -> bool:
    """Whether the work tree has `ticket`."""
    return exists(f"{workspace.worktree.top}/.tickets/{ticket}/ticket.yaml")


def _store(
    workspace: Workspace, decision: str, ticket: TicketId | None, kind: str, uid: str = ""
) -> Association:
    live = workspace.live
    live.now = clock.now()
    try:
        session = session_change.decide(
            live.store, decision, ticket, live.now, live.branch or "", uid=uid, patience=PATIENCE
        )
    except OSError as error:
        raise CannotStore(live.git.state, error) from None
    association = Association(decision, ticket, session.id, "session", uid)
    try:
        live.record(kind, association)
    except OSError as error:
        workspace.warnings.append(f"the decision is stored, the journal is not: {error}")
    return association
