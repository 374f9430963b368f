"""Ids: only short ASCII texts pass, because an id becomes a path, a trailer and a terminal line."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from git_ticketer.lean.ids import InvalidId, SessionId, TicketId, ids_in, is_prefix

TICKET = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}-(?=[0-9]{1,12}\Z)0*([1-9][0-9]*)", re.ASCII)
SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
NEARLY = st.text(st.sampled_from("aZ09_-./ \n\r\t\0é\uff11\uff21ß\u0130\u2013\u200b"), max_size=70)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("PROJ-123", "PROJ-123"),
        ("proj-123", "PROJ-123"),
        ("Proj-0007", "PROJ-7"),
        ("A-1", "A-1"),
        ("A_B2-10", "A_B2-10"),
        ("P" * 32 + "-1", "P" * 32 + "-1"),
        ("P-" + "9" * 12, "P-" + "9" * 12),
        ("P-" + "0" * 11 + "1", "P-1"),
    ],
)
def test_a_ticket_id_is_stored_upper_case_and_without_leading_zeros(text: str, id: str) -> None:
    assert TicketId(text) == id
    assert TicketId(id) == id
    assert TicketId(text).prefix == id.rpartition("-")[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "PROJ",
        "PROJ-",
        "-1",
        "PROJ-0",
        "PROJ-000",
        "PROJ--1",
        "PROJ-1-2",
        "PROJ-1a",
        "1PROJ-1",
        "_P-1",
        "P.-1",
        "P P-1",
        "PROJ-1\n",
        "\nPROJ-1",
        "PROJ-1\r",
        "PROJ-1 ",
        " PROJ-1",
        "PROJ-1\0",
        "../PROJ-1",
        "../../x-1",
        "a/b-1",
        ".-1",
        "PROJ-\uff11\uff12",
        "\uff30\uff32\uff2f\uff2a-1",
        "PROJ-٣",
        "PROJ-²",
        "PROJ\u20131",
        "ß-1",
        "\u0131-1",
        "ﬁ-1",
        "PROJ-+1",
        "PROJ-1_0",
        "P" * 33 + "-1",
        "P-" + "9" * 13,
        "P-" + "0" * 12 + "1",
        "\udcff-1",
        "none",
    ],
)
def test_anything_else_is_refused_and_named(text: str) -> None:
    with pytest.raises(InvalidId) as caught:
        TicketId(text)

    assert (caught.value.kind, caught.value.text) == ("ticket", text)
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


@given(st.one_of(NEARLY, st.from_regex(TICKET, fullmatch=True), st.text(max_size=20)))
@example("a-00")
@example("\u00df-1")
@example("\u0131-1")
def test_a_text_is_a_ticket_id_exactly_if_the_pattern_says_so(text: str) -> None:
    match = TICKET.fullmatch(text)
    try:
        id = str(TicketId(text))
    except InvalidId:
        assert match is None
    else:
        assert match
        assert id == f"{text.rpartition('-')[0].upper()}-{match[1]}"
        assert TicketId(id) == id


@given(st.one_of(NEARLY, st.from_regex(SESSION, fullmatch=True)))
def test_a_text_is_a_session_id_exactly_if_the_pattern_says_so(text: str) -> None:
    try:
        id = str(SessionId(text))
    except InvalidId:
        assert SESSION.fullmatch(text) is None
    else:
        assert SESSION.fullmatch(text)
        assert id == text


@pytest.mark.parametrize(
    "text", ["", ".", "..", "-a", "_a", ".a", "a/b", "a\n", "a b", "é", "\uff11", "a" * 65, "a\0"]
)
def test_a_session_id_is_no_path_and_no_option(text: str) -> None:
    with pytest.raises(InvalidId):
        SessionId(text)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("P", True),
        ("P_1", True),
        ("P" * 32, True),
        ("P" * 33, False),
        ("", False),
        ("p", False),
        ("1P", False),
        ("_P", False),
        ("P-", False),
        ("É", False),
    ],
)
def test_a_prefix_is_a_capital_and_up_to_31_more(text: str, valid: bool) -> None:
    assert is_prefix(text) is valid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PROJ-123", ["PROJ-123"]),
        ("feature/proj-0123-avatar", ["PROJ-123"]),
        ("fix_PROJ-1", ["FIX_PROJ-1", "PROJ-1"]),
        ("a_b_c-1", ["A_B_C-1", "B_C-1", "C-1"]),
        ("ABC-1-DEF-2", ["ABC-1", "DEF-2"]),
        ("ABC-1/DEF-2", ["ABC-1", "DEF-2"]),
        ("proj-1_x", ["PROJ-1"]),
        ("utf-8", ["UTF-8"]),
        ("1proj-1", []),
        ("proj-1x", []),
        ("proj-0", []),
        ("proj-", []),
        ("-1", []),
        ("--1", []),
        ("a--1", []),
        ("proj1", []),
        ("proj-1234567890123", []),
        ("", []),
        ("proj-\uff11", []),
        ("../proj-1", ["PROJ-1"]),
        ("proj-1\n", ["PROJ-1"]),
    ],
)
def test_the_ids_in_a_branch_name_in_order(text: str, found: list[str]) -> None:
    assert ids_in(text) == found


@given(NEARLY)
def test_every_id_in_a_text_stands_there_bounded(text: str) -> None:
    for id in ids_in(text):
        prefix, _, number = id.rpartition("-")
        bounded = rf"(?<![A-Za-z0-9]){prefix}-0*{number}(?![A-Za-z0-9])"
        assert re.search(bounded, text, re.IGNORECASE | re.ASCII)
