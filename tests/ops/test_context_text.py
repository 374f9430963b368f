"""The text of a context: in how many characters it is, and that data stays data."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Comment, Criterion, Subtask, Ticket
from git_ticketer.model.visible import visible
from git_ticketer.ops import context
from git_ticketer.ops.context import Context, Past, Related
from git_ticketer.ops.context_text import LEAST
from tests.support.cached import DAY

ONE = TicketId("PROJ-1")


def full() -> Context:
    """A context in which everything is long."""
    ticket = Ticket(
        "",
        ONE,
        "t" * 500,
        status="s" * 300,
        description="d" * 5000,
        requirements="r" * 5000,
        criteria=tuple(Criterion(f"c{i}", "x" * 700) for i in range(20)),
        subtasks=tuple(Subtask(f"s{i}", "y" * 700, "pending") for i in range(20)),
    )
    return Context(
        ONE,
        True,
        ticket,
        tuple(Related("child", f"PROJ-{i}", "z" * 90, "done") for i in range(2, 50)),
        tuple(Past(f"i{i}", "archived", "t", "p" * 120, "2026-11-22", "codex") for i in range(5)),
        tuple(Comment(f"u{i}", ONE, "", "Dana", DAY, "c" * 700) for i in range(5)),
    )


@pytest.mark.parametrize("budget", [LEAST, 3333, 8000, 30_000, 45_000])
def test_a_context_stays_within_its_budget_and_uses_it(budget: int) -> None:
    text = context.markdown(full(), budget)
    document = json.dumps(context.as_json(full(), budget), indent=2)

    assert budget // 4 < len(text) <= budget
    assert budget // 4 < len(document) <= budget


def test_what_is_left_out_is_cut_in_order_and_named() -> None:
    every = [
        context.as_json(full(), budget)["left_out"] for budget in range(60_000, LEAST - 1, -4000)
    ]

    order = ("comments", "sessions", "related", "description", "requirements", "subtasks")
    assert every[0] == {}
    for left in every:
        names = list(left)
        assert names == [*order, "criteria"][: len(names)]
    assert list(every[-1])[:3] == [*order][:3]


def test_the_last_line_says_what_was_left_out_and_where_it_is() -> None:
    last = context.markdown(full(), 10_000).splitlines()[-1]

    assert re.fullmatch(
        r"Left out for length: 5 comments, 5 sessions, 48 related tickets, 5000 characters of the"
        r" description, 5000 characters of the requirements, 20 subtasks, \d+ criteria\."
        r" All of it: `git ticket show PROJ-1`",
        last,
    )


def blocks(text: str) -> tuple[list[str], list[str]]:
    """The lines outside of fences, and the contents of the fences (CommonMark 0.31, 4.5)."""
    outside: list[str] = []
    inside: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            closes = re.fullmatch(r" {0,3}(`{3,}|~{3,})[ \t]*", line)
            if closes and closes[1][0] == fence[0] and len(closes[1]) >= len(fence):
                fence = ""
            else:
                inside[-1] += f"{line}\n"
        elif mark:
            fence = mark[1]
            inside.append("")
        else:
            outside.append(line)
    return outside, inside


LINES = st.text(st.sampled_from("`~#a \n-\t\r\x1b\u202e\u2028é"), min_size=1, max_size=80)


@given(LINES, LINES)
def test_no_text_ends_its_fence_or_hides(description: str, line: str) -> None:
    ticket = Ticket("", ONE, line, description=description, created_by=line)
    comment = Comment("u", ONE, "", line, DAY, description)

    text = context.markdown(Context(ONE, True, ticket, comments=(comment,)))

    outside, inside = blocks(text)
    normal = description.replace("\r\n", "\n").expandtabs(4)
    assert inside == (
        [f"{visible(normal).strip(chr(10))}\n"] if visible(normal).strip("\n") else []
    )
    headings = [one for one in outside if one.startswith("#")]
    wanted = [f"# {ONE}:", "## Description" if inside else "", "## Last comments"]
    assert [one.partition(": ")[0].removesuffix(":") for one in headings] == [
        one.removesuffix(":") for one in wanted if one
    ]
    assert all(c.isprintable() or c == "\n" for c in text)


@given(st.text(st.sampled_from("`a "), min_size=1, max_size=40))
def test_a_line_of_data_is_one_code_span(title: str) -> None:
    text = context.markdown(Context(ONE, True, Ticket("", ONE, title)))
    span = text.split("\n")[2].removeprefix(f"# {ONE}: ")

    line = " ".join(title.split())
    found = re.fullmatch(r"(`+)(?!`)(.*?)(?<!`)\1(?!`)", span)
    assert (found[2].strip() if found else span) == line
    assert not found or found[1] not in re.findall("`+", found[2])
