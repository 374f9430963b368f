"""Items to entries: one entry a message, results beside calls, everything redacted first."""

import pytest

from git_ticketer.importers.gather import CAPPED, INPUT, gather
from git_ticketer.importers.items import (
    About,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Skipped,
    Unknown,
    Withdrawn,
)
from git_ticketer.importers.times import utc
from git_ticketer.model.transcript import (
    ASSISTANT,
    ATTACHMENT,
    CONVERSATION,
    FULL,
    REASONING,
    SYSTEM,
    TOOL,
    TOOL_CALL,
    TOOL_RESULT,
    USER,
    Entry,
    Output,
)
from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.rules import RULES, Rule
from git_ticketer.redact.scan import findings

AT = "2026-11-22T09:00:04.250Z"


def entries(*items: Item, detail: str = CONVERSATION) -> list[Entry]:
    return list(gather(items, Redactor(), detail).entries)


def test_parts_of_one_message_are_one_entry_unless_a_tool_came_between() -> None:
    items: list[Item] = [
        Said(ASSISTANT, "a", key="m1"),
        Said(ASSISTANT, "b", key="m1"),
        Called("Read", {"file_path": "x"}, key="t1"),
        Said(ASSISTANT, "c", key="m1"),
        Said(ASSISTANT, "d", key="m2"),
        Said(USER, "e"),
        Said(USER, "f"),
    ]

    assert [entry.text or entry.input for entry in entries(*items)] == [
        *("a\n\nb", "x", "c", "d", "e", "f")
    ]


def test_a_result_stands_beside_its_call_also_when_it_comes_late_or_has_none() -> None:
    items: list[Item] = [
        Called("Bash", {"command": "make", "timeout": 3}, AT, "t1"),
        Called("Bash", ["git", "status"], AT, "t2"),
        Returned("t2", "clean\n"),
        Returned("t1", "äb", failed=True),
        Returned("t9", ""),
    ]

    assert entries(*items) == [
        Entry(TOOL, TOOL_CALL, "", "2026-11-22T09:00:04Z", "Bash", "make", Output(3, 1, "", True)),
        Entry(TOOL, TOOL_CALL, "", "2026-11-22T09:00:04Z", "Bash", "git status", Output(6, 1)),
        Entry(TOOL, TOOL_RESULT, output=Output(0, 0)),
    ]


def test_the_detail_decides_about_reasoning_results_and_whole_inputs() -> None:
    items: list[Item] = [
        Said(ASSISTANT, "I think", kind=REASONING),
        Called("Edit", {"file_path": "a.py", "new_string": "x" * 5000}, key="t1"),
        Returned("t1", "y" * 5000),
    ]
    short, full = entries(*items), entries(*items, detail=FULL)

    assert [(e.input, e.output) for e in short] == [("a.py", Output(5000, 1))]
    assert full[0].text == "I think"
    assert full[1].input == f"file_path: a.py\nnew_string: {'x' * 5000}"[:CAPPED]
    assert full[1].output == Output(5000, 1, "y" * CAPPED)


def test_a_prompt_is_never_cut_and_a_withdrawn_one_does_not_count() -> None:
    long = "word " * 50_000
    items: list[Item] = [
        Said(USER, "queued", key="q"),
        Said(USER, long),
        Withdrawn("q"),
        Withdrawn("none"),
    ]

    assert [entry.text for entry in entries(*items)] == [long]


@pytest.mark.parametrize("detail", [CONVERSATION, FULL])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_part_of_a_secret_is_left_wherever_it_stands(detail: str, rule: Rule) -> None:
    secret = rule.example
    items: list[Item] = [About(title=secret, branch=secret, version=secret)]
    for before in (0, INPUT - 30, INPUT - 4, CAPPED - 30, CAPPED - 4):
        text = "x " * (before // 2) + "\n" + secret + "\nmore"
        items += [
            Said(USER, text),
            Said(SYSTEM, text),
            Said(ASSISTANT, text, kind=REASONING),
            Called(secret, {"command": text, "other": [{"deep": text}]}, key="t"),
            Returned("t", text),
            Called("Write", {"nested": {"deep": text}}),
            Attached(USER, text, 3),
        ]
    found = gather(items, Redactor(), detail)
    left = repr(found)

    for _, start, end in findings(secret):
        core = secret[start:end].split("\n")[0]
        pieces = {core[i : i + 7] for i in range(len(core) // 3, len(core) - 6)} or {core}
        assert not [piece for piece in pieces if piece in left]


def test_records_are_counted_and_facts_are_the_first_but_for_title_and_model() -> None:
    items: list[Item] = [
        About(session="a", model="m1", branch="b1", cwd="/home/erin/x"),
        Skipped(),
        Unknown("odd"),
        Unknown("odd"),
        About(session="b", model="m2", title="T", branch="b2"),
        Said(USER, "in /home/erin/x/y", agent="sub"),
        Attached(USER, "image/png", 12, AT),
    ]
    found = gather(items, Redactor(), CONVERSATION)

    assert found.about == About(session="a", model="m2", title="T", branch="b1", cwd="~/x")
    assert (found.records, found.skipped, found.unknown, found.kinds) == (4, 1, 2, ("odd",))
    assert found.entries == (
        Entry(USER, text="in ~/x/y", agent="sub"),
        Entry(USER, ATTACHMENT, at="2026-11-22T09:00:04Z", name="image/png", size=12),
    )


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("2026-01-28T16:57:01.391Z", "2026-01-28T16:57:01Z"),
        ("2026-01-28T16:57:01.391+02:00", "2026-01-28T14:57:01Z"),
        ("2026-01-28 16:57:01", "2026-01-28T16:57:01Z"),
        ("2026-01-28 13:10:29Z", "2026-01-28T13:10:29Z"),
        (1772241201792, "2026-02-28T01:13:21Z"),
        (1772241201.5, "2026-02-28T01:13:21Z"),
        (1772241201792000, "2026-02-28T01:13:21Z"),
        ("soon", ""),
        (True, ""),
        (None, ""),
        (1e300, ""),
        (float("nan"), ""),
    ],
)
def test_times_of_all_kinds_are_utc_to_the_second(time: str | float | None, wanted: str) -> None:
    assert utc(time) == wanted
