"""What ticket a commit belongs to, and what a hook does about it: decisions without effects.

The order of authority (design, section 3): `GIT_TICKET` in the environment, then the session's
own decision, then for an announced session without one the decision of the unannounced session,
then, where the user switched it on, the name of the branch.
"""

from .ids import InvalidId, SessionId, TicketId

ASSOCIATED, OPTED_OUT, UNDECIDED = "associated", "opted-out", "undecided"
DECISIONS = (ASSOCIATED, OPTED_OUT, UNDECIDED)

# Where an announced session's id is found, first match wins, with the agent's name.
# The agents document these for the commands they run (openai/codex PR 10096 for Codex).
SESSION_VARIABLES = (
    (b"GIT_TICKET_SESSION", ""),
    (b"CLAUDE_CODE_SESSION_ID", "claude-code"),
    (b"CODEX_THREAD_ID", "codex"),
    (b"GEMINI_SESSION_ID", "gemini"),
    (b"COPILOT_AGENT_SESSION_ID", "copilot"),
    (b"CURSOR_CONVERSATION_ID", "cursor"),
    (b"OPENCODE_SESSION_ID", "opencode"),
    (b"AMP_CURRENT_THREAD_ID", "amp"),
)


class Session:
    """The live state of one session. Times are epoch seconds; `active` is 0 until it is stored.

    `decision` is None until the session decides for itself. `branch` is the branch it last
    decided on. No prompt appears before `quiet_until`; `skipped` is the mtime (ns) of the
    message file for which the person chose to skip.
    """

    __slots__ = (
        "active",
        "agent",
        "branch",
        "decision",
        "id",
        "quiet_until",
        "skipped",
        "started",
        "ticket",
        "uid",
    )

    def __init__(self, id: SessionId, started: int, agent: str = "") -> None:
        self.id = id
        self.started = started
        self.active = 0
        self.agent = agent
        self.decision: str | None = None
        self.ticket: TicketId | None = None
        self.uid = ""
        self.branch = ""
        self.quiet_until = 0
        self.skipped = 0


class Association:
    """What ties the work to a ticket right now.

    `ticket` is set exactly when `decision` is `associated`. `session` is the id to record, None
    where none is stored. `origin` says who decided: `environment`, `session`, `followed`,
    `branch`, or `` while undecided.
    """

    __slots__ = ("decision", "origin", "session", "ticket", "uid")

    def __init__(
        self,
        decision: str,
        ticket: TicketId | None = None,
        session: SessionId | None = None,
        origin: str = "",
        uid: str = "",
    ) -> None:
        self.decision = decision
        self.ticket = ticket
        self.session = session
        self.origin = origin
        self.uid = uid


def announced(environ: dict[bytes, bytes]) -> tuple[SessionId, str] | None:
    """The session that the environment announces, as (id, agent); None where there is none.

    Raises: InvalidId where a variable holds something that is no session id.
    """
    for name, agent in SESSION_VARIABLES:
        value = environ.get(name)
        if value:
            return _session_id(value.decode("utf-8", "surrogateescape"), name.decode()), agent
    return None


def _session_id(text: str, source: str) -> SessionId:
    try:
        return SessionId(text)
    except InvalidId as problem:
        raise InvalidId("session", text, problem.pattern, source) from None


def is_alive(session: Session, now: int, timeout: int) -> bool:
    """Whether `session` was active in the last `timeout` minutes (0: for ever).

    A time in the future counts by its distance as well, so that a clock that was ahead and then
    corrected cannot keep a session alive.
    """
    return timeout == 0 or abs(now - session.active) <= timeout * 60


def associate(
    own: Session | None,
    current: Session | None,
    *,
    now: int,
    timeout: int,
    announced: SessionId | None = None,
    ticket_variable: bytes | None = None,
    branch_ticket: TicketId | None = None,
) -> Association:
    """The association in force.

    `announced` is the id that the environment announces, `own` that session where it is stored,
    `current` the unannounced session, `branch_ticket` the ticket that the branch names where
    `ticketer.autoAttach` is on.

    Raises: InvalidId where `ticket_variable` (the value of GIT_TICKET) is neither an id nor `none`.
    """
    decider = own if own and own.decision else current
    origin = "followed" if announced and decider is current else "session"
    alive = decider is not None and is_alive(decider, now, timeout)
    session = announced or (decider.id if decider and alive else None)
    if ticket_variable:
        if ticket_variable.lower() == b"none":
            return Association(OPTED_OUT, None, session, "environment")
        ticket = TicketId(ticket_variable.decode("utf-8", "surrogateescape"))
        return Association(ASSOCIATED, ticket, session, "environment")
    if decider and alive and decider.decision in (ASSOCIATED, OPTED_OUT):
        return Association(decider.decision, decider.ticket, session, origin, decider.uid)
    if branch_ticket:
        return Association(ASSOCIATED, branch_ticket, session, "branch")
    return Association(UNDECIDED, None, session)


def trailers(
    association: Association, *, ticket_key: str, session_key: str, uid_key: str, opt_out: bool
) -> list[tuple[str, str]]:
    """The trailers of a new commit, in order; keys that are off give none.

    `opt_out` says whether an opted-out commit is marked `Ticket: none`.
    """
    if association.decision == OPTED_OUT and opt_out and ticket_key:
        return [(ticket_key, "none")]
    if association.ticket is None:
        return []
    found = [(ticket_key, str(association.ticket)), (uid_key, association.uid)]
    found.append((session_key, association.session or ""))
    return [(key, value) for key, value in found if key and value]
