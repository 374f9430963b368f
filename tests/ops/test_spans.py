"""Which entries of a session belong to which ticket, by the journal; and who is mentioned."""

import pytest

from git_ticketer.lean.clock import to_text
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.journal import ATTACH, CLEAR, OPT_OUT, TAGGED, UNTAGGED, Event
from git_ticketer.model.transcript import ASSISTANT, USER, Entry
from git_ticketer.ops import spans

START = 1_795_338_000
OURS, TREE = "0f1c2a9e", "main"


def event(minute: int, kind: str, ticket: str = "", session: str = OURS, tree: str = TREE) -> Event:
    return Event(START + minute * 60, kind, session, tree, "main", ticket)


def entries(*minutes: int | None) -> list[Entry]:
    times = [to_text(START + m * 60) if m is not None else "" for m in minutes]
    return [Entry(USER, text="x", at=at) for at in times]


@pytest.mark.parametrize(
    ("events", "minutes", "wanted"),
    [
        ([], (0, 1, 2), ["PROJ-1 1-3"]),
        ([event(1, ATTACH, "PROJ-2")], (0, 1, 2), ["PROJ-1 1-1", "PROJ-2 2-3"]),
        ([event(0, ATTACH, "PROJ-1"), event(2, OPT_OUT)], (0, 1, 2, 3), ["PROJ-1 1-2"]),
        ([event(0, ATTACH, "PROJ-1"), event(2, CLEAR), event(3, ATTACH, "PROJ-2")], (0, 2, 3),
         ["PROJ-1 1-1", "PROJ-2 3-3"]),
        ([event(0, ATTACH, "PROJ-1"), event(1, TAGGED, "PROJ-1"), event(5, TAGGED, "PROJ-2")],
         (0, 1, 3, 6), ["PROJ-1 1-2", "PROJ-2 3-3", "PROJ-1 4-4"]),
        ([event(1, ATTACH, "PROJ-2", session="another")], (0, 1, 2), ["PROJ-1 1-3"]),
        ([event(1, ATTACH, "PROJ-2", tree="elsewhere")], (0, 1, 2), ["PROJ-1 1-3"]),
        ([event(1, UNTAGGED), event(1, ATTACH, "no id")], (0, 2), ["PROJ-1 1-1"]),
        ([event(1, ATTACH, "PROJ-2")], (0, None, 2, None), ["PROJ-1 1-2", "PROJ-2 3-4"]),
        ([event(1, ATTACH, "PROJ-2")], (), []),
    ],
    ids=["no events", "attach in the middle", "opted out at the end", "a gap", "another trailer",
         "another session", "another worktree", "nothing usable", "without times", "nothing said"],
)  # fmt: skip
def test_entries_belong_to_the_ticket_of_the_last_decision_before_them(
    events: list[Event], minutes: tuple[int | None, ...], wanted: list[str]
) -> None:
    turns = spans.turns(events, {OURS}, TREE)
    found = spans.spans(entries(*minutes), turns, TicketId("PROJ-1"))

    assert [f"{span.ticket} {span.first}-{span.last}" for span in found] == wanted


def test_the_person_whom_the_agent_follows_decides_for_it() -> None:
    events = [event(1, ATTACH, "PROJ-2", session="the person's")]
    turns = spans.turns(events, {OURS, "the person's"}, TREE)

    assert [turn.ticket for turn in turns] == ["PROJ-2"]


def test_only_known_tickets_that_are_named_whole_are_mentions() -> None:
    said = [
        "See PROJ-9, PROJ-10 and PROJ-11; UTF-8 and PROJ-1 are not meant, nor is XPROJ-12x.",
        "proj-13 PROJ-14a PROJ-0015",
    ]
    known = {f"PROJ-{number}" for number in range(20)}

    assert spans.mentions(said, known, {"PROJ-1"}) == ("PROJ-9", "PROJ-10", "PROJ-11", "PROJ-15")


def test_what_tools_were_given_is_nothing_that_was_said() -> None:
    several = [Entry(USER, text="a"), Entry("tool", input="PROJ-2"), Entry(ASSISTANT, text="b")]

    assert list(spans.said(several)) == ["a", "b"]
