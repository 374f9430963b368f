"""Which ticket a commit belongs to: the order of authority, as tables."""

import pytest

from git_ticketer.lean.decide import (
    ASSOCIATED,
    OPTED_OUT,
    SESSION_VARIABLES,
    UNDECIDED,
    Association,
    Session,
    announced,
    associate,
    is_alive,
    trailers,
)
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId

NOW = 1_800_000_000
ID = SessionId("current-1")
CHAT = SessionId("chat-1")
Found = tuple[str, str | None, str | None, str]


def _session(id: SessionId, decision: str | None = None, ticket: str = "", age: int = 0) -> Session:
    session = Session(id, NOW - age)
    session.active = NOW - age
    session.decision = decision
    session.ticket = TicketId(ticket) if ticket else None
    return session


def _found(association: Association) -> Found:
    return (association.decision, association.ticket, association.session, association.origin)


PERSON = _session(ID, ASSOCIATED, "PROJ-1")
PERSON_OUT = _session(ID, OPTED_OUT)
PERSON_UNDECIDED = _session(ID, UNDECIDED)
PERSON_NEW = _session(ID)
PERSON_IDLE = _session(ID, ASSOCIATED, "PROJ-1", age=1801)


@pytest.mark.parametrize(
    ("current", "found"),
    [
        (None, (UNDECIDED, None, None, "")),
        (PERSON_NEW, (UNDECIDED, None, "current-1", "")),
        (PERSON, (ASSOCIATED, "PROJ-1", "current-1", "session")),
        (PERSON_OUT, (OPTED_OUT, None, "current-1", "session")),
        (PERSON_UNDECIDED, (UNDECIDED, None, "current-1", "")),
        (PERSON_IDLE, (UNDECIDED, None, None, "")),
    ],
    ids=["nothing stored", "new", "associated", "opted out", "cleared", "idle"],
)
def test_an_unannounced_session_decides_for_itself(current: Session | None, found: Found) -> None:
    assert _found(associate(None, current, now=NOW, timeout=30)) == found


@pytest.mark.parametrize(
    ("own", "current", "found"),
    [
        (None, None, (UNDECIDED, None, "chat-1", "")),
        (None, PERSON, (ASSOCIATED, "PROJ-1", "chat-1", "followed")),
        (_session(CHAT), PERSON, (ASSOCIATED, "PROJ-1", "chat-1", "followed")),
        (_session(CHAT), PERSON_OUT, (OPTED_OUT, None, "chat-1", "followed")),
        (_session(CHAT), PERSON_UNDECIDED, (UNDECIDED, None, "chat-1", "")),
        (_session(CHAT), PERSON_IDLE, (UNDECIDED, None, "chat-1", "")),
        (
            _session(CHAT, ASSOCIATED, "PROJ-2"),
            PERSON,
            (ASSOCIATED, "PROJ-2", "chat-1", "session"),
        ),
        (_session(CHAT, OPTED_OUT), PERSON, (OPTED_OUT, None, "chat-1", "session")),
        (_session(CHAT, UNDECIDED), PERSON, (UNDECIDED, None, "chat-1", "")),
        (_session(CHAT, ASSOCIATED, "PROJ-2", 1801), PERSON, (UNDECIDED, None, "chat-1", "")),
        (_session(CHAT, OPTED_OUT, age=1801), None, (UNDECIDED, None, "chat-1", "")),
    ],
    ids=[
        "first use, nobody decided",
        "first use follows",
        "no decision of its own follows",
        "an opt-out is followed",
        "a cleared decision is followed",
        "an idle decision is not followed",
        "its own ticket",
        "its own opt-out",
        "it cleared: undecided, not the person's",
        "idle: undecided, not the person's",
        "idle opt-out",
    ],
)
def test_an_announced_session_decides_for_itself_or_follows(
    own: Session | None, current: Session | None, found: Found
) -> None:
    assert _found(associate(own, current, now=NOW, timeout=30, announced=CHAT)) == found


@pytest.mark.parametrize(
    ("variable", "current", "found"),
    [
        (b"proj-009", PERSON, (ASSOCIATED, "PROJ-9", "current-1", "environment")),
        (b"PROJ-9", PERSON_OUT, (ASSOCIATED, "PROJ-9", "current-1", "environment")),
        (b"PROJ-9", None, (ASSOCIATED, "PROJ-9", None, "environment")),
        (b"none", PERSON, (OPTED_OUT, None, "current-1", "environment")),
        (b"NONE", PERSON, (OPTED_OUT, None, "current-1", "environment")),
        (b"", PERSON, (ASSOCIATED, "PROJ-1", "current-1", "session")),
    ],
    ids=["over a ticket", "over an opt-out", "alone", "none", "NONE", "empty is unset"],
)
def test_the_environment_decides_first(
    variable: bytes, current: Session | None, found: Found
) -> None:
    association = associate(
        None,
        current,
        now=NOW,
        timeout=30,
        ticket_variable=variable,
        branch_ticket=TicketId("PROJ-5"),
    )

    assert _found(association) == found


@pytest.mark.parametrize(
    "variable", [b"x", b"PROJ-", b"PROJ-0", b"PROJ-1\n", b"\xff", b"../PROJ-1"]
)
def test_an_environment_that_names_no_ticket_is_refused(variable: bytes) -> None:
    with pytest.raises(InvalidId) as caught:
        associate(None, PERSON, now=NOW, timeout=30, ticket_variable=variable)

    assert caught.value.text == variable.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("current", "found"),
    [
        (None, (ASSOCIATED, "PROJ-5", None, "branch")),
        (PERSON_UNDECIDED, (ASSOCIATED, "PROJ-5", "current-1", "branch")),
        (PERSON_IDLE, (ASSOCIATED, "PROJ-5", None, "branch")),
        (PERSON, (ASSOCIATED, "PROJ-1", "current-1", "session")),
        (PERSON_OUT, (OPTED_OUT, None, "current-1", "session")),
    ],
    ids=["nothing stored", "undecided", "idle", "associated", "opted out"],
)
def test_the_branch_decides_last(current: Session | None, found: Found) -> None:
    branch = TicketId("PROJ-5")

    assert _found(associate(None, current, now=NOW, timeout=30, branch_ticket=branch)) == found


@pytest.mark.parametrize(
    ("age", "timeout", "alive"),
    [
        (0, 30, True),
        (1799, 30, True),
        (1800, 30, True),
        (1801, 30, False),
        (-1800, 30, True),
        (-1801, 30, False),
        (-864_000, 30, False),
        (60, 1, True),
        (61, 1, False),
        (10**9, 0, True),
        (-(10**9), 0, True),
    ],
)
def test_a_session_lives_as_long_as_its_activity_is_near(
    age: int, timeout: int, alive: bool
) -> None:
    assert is_alive(_session(ID, age=age), NOW, timeout) is alive


@pytest.mark.parametrize(("variable", "agent"), SESSION_VARIABLES, ids=str)
def test_every_agent_variable_announces_a_session(variable: bytes, agent: str) -> None:
    assert announced({variable: b"abc-123"}) == ("abc-123", agent)


def test_the_first_variable_that_is_set_announces_the_session() -> None:
    environ = {b"CLAUDE_CODE_SESSION_ID": b"chat", b"GIT_TICKET_SESSION": b"mine"}

    assert announced(environ) == ("mine", "")
    assert announced({**environ, b"GIT_TICKET_SESSION": b""}) == ("chat", "claude-code")
    assert announced({b"PATH": b"/bin"}) is None


@pytest.mark.parametrize(
    "value", [b"../x", b".x", b"-x", b"a b", b"a\n", b"a/b", b"\xc3\xa9", b"\xff", b"x" * 65]
)
def test_a_variable_that_holds_no_session_id_is_refused(value: bytes) -> None:
    with pytest.raises(InvalidId) as caught:
        announced({b"GIT_TICKET_SESSION": value})

    assert caught.value.kind == "session"


TICKET = Association(ASSOCIATED, TicketId("PROJ-1"), ID, "session", "01JD8Z6W5T3K9QG4R7M2XV1B0A")


@pytest.mark.parametrize(
    ("association", "keys", "opt_out", "found"),
    [
        (TICKET, ("T", "S", ""), False, [("T", "PROJ-1"), ("S", "current-1")]),
        (
            TICKET,
            ("T", "S", "U"),
            False,
            [("T", "PROJ-1"), ("U", "01JD8Z6W5T3K9QG4R7M2XV1B0A"), ("S", "current-1")],
        ),
        (TICKET, ("T", "", ""), False, [("T", "PROJ-1")]),
        (TICKET, ("", "S", ""), False, [("S", "current-1")]),
        (TICKET, ("", "", ""), True, []),
        (Association(ASSOCIATED, TicketId("A-1")), ("T", "S", "U"), False, [("T", "A-1")]),
        (Association(OPTED_OUT, None, ID), ("T", "S", ""), False, []),
        (Association(OPTED_OUT, None, ID), ("T", "S", ""), True, [("T", "none")]),
        (Association(OPTED_OUT, None, ID), ("", "S", ""), True, []),
        (Association(UNDECIDED, None, ID), ("T", "S", "U"), True, []),
    ],
    ids=[
        "ticket and session",
        "with uid",
        "session key off",
        "ticket key off",
        "all keys off",
        "nothing stored",
        "opted out",
        "opted out, recorded",
        "opted out, key off",
        "undecided",
    ],
)
def test_a_commit_carries_what_the_team_switched_on(
    association: Association,
    keys: tuple[str, str, str],
    opt_out: bool,
    found: list[tuple[str, str]],
) -> None:
    ticket, session, uid = keys

    assert (
        trailers(association, ticket_key=ticket, session_key=session, uid_key=uid, opt_out=opt_out)
        == found
    )
