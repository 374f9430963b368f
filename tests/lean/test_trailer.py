"""Trailers against git itself: what git reads must be what was meant, and nothing may be lost."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.lean import trailer

OURS = [("Ticket", "PROJ-1"), ("Ticket-Session", "0f1c.2-x")]
LINES = [b"Ticket: PROJ-1", b"Ticket-Session: 0f1c.2-x"]
BLOCK = b"Ticket: PROJ-1\nTicket-Session: 0f1c.2-x\n"
SCISSORS = b"# ------------------------ >8 ------------------------\n# Do not.\ndiff --git a b\n"

TITLES = st.sampled_from(
    [b"subject", b"fix: it", b"Acked-by: title", b"https://x.org", "é ü 🎫".encode(), b"\xe9t\xe9"]
)
PROSE = st.sampled_from(
    [
        b"Some prose.",
        b"see: the words with blanks: x",
        b"two words: no trailer",
        b"---",
        b"\xe9crit en latin1",
        "日本語".encode(),
        b"a\tb \x1b[31m",
        b"* a list: of things",
        b": nothing before",
    ]
)
TRAILERS = st.sampled_from(
    [
        b"Acked-by: Lee <lee@example.com>",
        b"Signed-off-by: Dana <dana@example.com>",
        b"(cherry picked from commit 0123456789abcdef)",
        b"Refs:#12",
        b"X-Note : spaced",
        b"Ticket: PROJ-9",
        b"ticket-session: older",
        b"Fixes: \xe9",
        b"Acked-by: Lee\n folded",
        b"Empty:",
    ]
)
URL = st.just([b"https://example.com/a?b=c"])
PARAGRAPHS = st.one_of(
    st.lists(PROSE, min_size=1, max_size=4),
    st.lists(TRAILERS, min_size=1, max_size=4),
    st.lists(st.one_of(PROSE, TRAILERS), min_size=1, max_size=5),
    URL,
)
BODIES = st.lists(PARAGRAPHS, max_size=3)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    paragraphs = [[draw(TITLES)], *draw(BODIES)]
    text = b"\n\n".join(b"\n".join(lines) for lines in paragraphs)
    text += draw(st.sampled_from([b"", b"\n", b"\n\n\n", b" \n"]))
    return text.replace(b"\n", draw(st.sampled_from([b"\n", b"\n", b"\r\n"])))


def parsed(message: bytes) -> list[bytes]:
    """The trailers of a message as git reads them, each on one line."""
    command = ("git", "interpret-trailers", "--parse", "--no-divider")
    done = subprocess.run(command, input=message, capture_output=True, check=True)
    return [line.rstrip() for line in done.stdout.splitlines()]


def is_url(line: bytes) -> bool:
    """Whether git took a URL apart at its colon, which is the fault that ours leaves out."""
    return line.startswith(b"https: //")


def assert_only_added(before: bytes, after: bytes, added: bytes) -> None:
    at = max(i for i in range(len(before) + 1) if after.startswith(before[:i]))
    places = range(max(0, at - len(added)), at + 1)
    assert any(after == before[:i] + added + before[i:] for i in places)


@settings(max_examples=150, deadline=None)
@given(messages())
def test_git_reads_our_trailers_once_and_every_other_as_before(message: bytes) -> None:
    after, added = trailer.insert(message, OURS, None, ())

    assert_only_added(message, after, added)
    found = parsed(after)
    assert [line for line in found if line in LINES] == LINES
    assert [x for x in found if x not in LINES] == [x for x in parsed(message) if not is_url(x)]
    assert trailer.insert(after, OURS, None, ()) == (after, b"")


@settings(max_examples=150, deadline=None)
@given(
    messages().filter(lambda text: b"\r" not in text),
    st.sampled_from([b"# help\n#\n", b"\n# help\n", SCISSORS, b"\n#\n" + SCISSORS]),
)
def test_comments_and_scissors_stay_below(message: bytes, help: bytes) -> None:
    prepared = message.rstrip() + b"\n" + help
    after, added = trailer.insert(prepared, OURS, b"#", ())

    assert_only_added(prepared, after, added)
    assert after.endswith(help)
    found = parsed(after.partition(SCISSORS)[0])
    before = parsed(prepared.partition(SCISSORS)[0])
    assert [line for line in found if line in LINES] == LINES
    assert [x for x in found if x not in LINES] == [x for x in before if not is_url(x)]
    assert trailer.insert(after, OURS, b"#", ()) == (after, b"")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, b"#", b";", b"//"]))
def test_any_bytes_get_the_trailers_and_lose_nothing(text: bytes, comment: bytes | None) -> None:
    after, added = trailer.insert(text, OURS, comment, ())

    assert_only_added(text, after, added)
    assert trailer.values(after, "Ticket", comment) == [b"PROJ-1"]
    assert trailer.values(after, "ticket-session", comment) == [b"0f1c.2-x"]
    assert trailer.insert(after, OURS, comment, ()) == (after, b"")


@settings(max_examples=150, deadline=None)
@given(messages())
def test_without_takes_out_exactly_what_insert_put_in(message: bytes) -> None:
    after, added = trailer.insert(message, OURS, None, ())

    left = [line for line in trailer.without(after, added).splitlines() if line.strip()]
    assert left == [line for line in message.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"", b"\n\n" + BLOCK),
        (b"new", b"new\n\n" + BLOCK),
        (b"new\n", b"new\n\n" + BLOCK),
        (b"new\r\n", b"new\r\n\r\n" + BLOCK.replace(b"\n", b"\r\n")),
        (b"A: b\n", b"A: b\n\n" + BLOCK),
        (b"new\n\nA: b", b"new\n\nA: b\n" + BLOCK),
        (b"new\n\nA: b\n\n\n", b"new\n\nA: b\n" + BLOCK + b"\n\n"),
        (b"new\n\nhttps://x.org\n", b"new\n\nhttps://x.org\n\n" + BLOCK),
        (b"new\n\n" + BLOCK, b"new\n\n" + BLOCK),
        (b"new\n\nticket:PROJ-1\n", b"new\n\nticket:PROJ-1\nTicket-Session: 0f1c.2-x\n"),
        (
            b"new\n\n" + BLOCK + b"Signed-off-by: D <d@x>\n",
            b"new\n\n" + BLOCK + b"Signed-off-by: D <d@x>\n",
        ),
    ],
    ids=[
        "empty",
        "no line end",
        "title",
        "CRLF",
        "title like a trailer",
        "block without line end",
        "block",
        "URL",
        "there already",
        "other case",
        "followed by another",
    ],
)
def test_insert(message: bytes, expected: bytes) -> None:
    assert trailer.insert(message, OURS, None, ())[0] == expected


def test_a_url_among_trailers_does_not_end_their_being_trailers() -> None:
    message = b"new\n\nAcked-by: Lee\nhttps://x.org\n"
    after, added = trailer.insert(message, OURS, None, ())

    assert_only_added(message, after, added)
    assert [x for x in parsed(after) if not is_url(x)] == [b"Acked-by: Lee", *LINES]


def test_what_a_person_typed_for_a_key_of_once_stays_alone() -> None:
    typed = b"new\n\nTicket: PROJ-5\n"

    assert trailer.insert(typed, OURS, None, ("Ticket", "Ticket-Session")) == (
        b"new\n\nTicket: PROJ-5\nTicket-Session: 0f1c.2-x\n",
        b"Ticket-Session: 0f1c.2-x\n",
    )
    assert trailer.insert(typed, OURS, None, ())[0] == typed + BLOCK


@pytest.mark.parametrize(
    ("message", "comment", "found"),
    [
        (b"new\n\nTicket: A-1\nTICKET : B-2\nticket:C-3\n", None, [b"A-1", b"B-2", b"C-3"]),
        (b"Ticket: A-1\n", None, []),
        (b"new\n\nTicket: A-1\n\nMore.\n", None, []),
        (b"new\n\nTicket: A-1\n# x\n", b"#", [b"A-1"]),
        (b"new\n\nTicket: A-1\n# x\n", None, []),
        (b"new\n\nTickets: A-1\nX-Ticket: B-2\n", None, []),
        (b"new\n\n" + SCISSORS + b"\nTicket: A-1\n", b"#", []),
        (b"new\r\n\r\nTicket: A-1\r\n", None, [b"A-1"]),
        (b"", None, []),
    ],
)
def test_values_are_those_of_the_last_block(
    message: bytes, comment: bytes | None, found: list[bytes]
) -> None:
    assert trailer.values(message, "Ticket", comment) == found


def test_indented_finds_each_ticket_of_a_squash_message_once() -> None:
    message = (
        b"Squashed commit of the following:\n\ncommit 1\nAuthor: D\n\n    two\n\n"
        b"    Ticket: PROJ-9\n    Ticket-Session: s\n\ncommit 2\n\n    one\n\n    ticket: PROJ-8\n"
        b"    Ticket: PROJ-9\n\nTicket: PROJ-1\n  Ticket: PROJ-2\n    See Ticket: PROJ-3\n"
    )

    assert trailer.indented(message, "Ticket") == ["PROJ-9", "PROJ-8"]
    assert trailer.indented(message, "Bug") == []


@pytest.mark.parametrize(
    ("message", "comment", "lines"),
    [
        (b"\n\n# help\n#\n", b"#", []),
        (b"new \n\nbody\n# help\n", b"#", [b"new", b"body"]),
        (b"#1\n; help\n", b";", [b"#1"]),
        (b"new\n" + SCISSORS + b"+code\n", b"#", [b"new"]),
    ],
)
def test_typed_is_what_a_person_wrote(message: bytes, comment: bytes, lines: list[bytes]) -> None:
    assert trailer.typed(message, comment) == lines


def test_without_finds_our_lines_wherever_the_editor_left_them() -> None:
    added = b"\n\n" + BLOCK

    assert trailer.without(b"  Ticket: PROJ-1 \r\ntitle\n" + BLOCK + b"# x\n", added) == (
        b"title\n# x\n"
    )
    assert trailer.without(b"a\n\n\nTicket: PROJ-2\n", added) == b"a\n\n\nTicket: PROJ-2\n"


@pytest.mark.parametrize(
    ("message", "configured", "comment"),
    [
        (b"\n# help\n#\n", b"#", b"#"),
        (b"\n; help\n;\n", b"#", b";"),
        (b"\n; help\n;\n", b"auto", b";"),
        (b"#1\n\n" + SCISSORS.replace(b"#", b";"), b"auto", b";"),
        (b"new\n" + SCISSORS, b";", b"#"),
        (b"\n// help\n", b"//", b"//"),
        (b"new\n", b"auto", b"#"),
        (b"new\n", b";", b";"),
        (b"", b"#", b"#"),
    ],
)
def test_the_comment_string_is_the_one_git_used(
    message: bytes, configured: bytes, comment: bytes
) -> None:
    assert trailer.comment_string(message, configured) == comment
