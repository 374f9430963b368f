"""What the words of a query mean, and that the cache answers them as the model does."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_ticketer.lean.ids import TicketId
from git_ticketer.model import query, ulid
from git_ticketer.model.query import Among, BadQuery, Created, Query, Words
from git_ticketer.model.ticket import Comment, Criterion, Link, Subtask, Ticket
from git_ticketer.model.workflow import Workflow
from git_ticketer.storage import cache, schema, worktree, yamltext
from tests.support.git import GitRepo

FLOW = Workflow()
SOME_DAY = "2026-11-22T09:00:00Z"


def parsed(*words: str) -> Query:
    return query.parse(words, FLOW, lambda: "dana@example.com")


MEANINGS = {
    "label:ui": Among("label", ("ui",)),
    "label:UI,Back-end": Among("label", ("ui", "back-end")),
    'label:"two  words"': Among("label", ("two words",)),
    "-label:ui": Among("label", ("ui",), negated=True),
    "status:planned,backlog": Among("status", ("backlog", "planned")),
    "status:In_Progress": Among("status", ("in-progress",)),
    "is:closed": Among("status", ("done", "cancelled", "archived")),
    "status:open": Among(
        "status", ("in-progress", "in-review", "done", "cancelled", "archived"), negated=True
    ),
    "status:open,done": Among(
        "status", ("in-progress", "in-review", "cancelled", "archived"), negated=True
    ),
    "assignee:me": Among("assignee", (" dana example.com ",)),
    "assignee:none": Among("assignee", ("",)),
    "parent:proj-01": Among("parent", ("PROJ-1",)),
    "parent:none": Among("parent", ("",)),
    "id:PROJ-1,PROJ-2": Among("id", ("PROJ-1", "PROJ-2")),
    "type:bug": Among("type", ("bug",)),
    "priority:HIGH": Among("priority", ("high",)),
    "has:comment": Among("has", ("comment",)),
    "no:label": Among("has", ("label",), negated=True),
    "-no:label": Among("has", ("label",)),
    "created:>2026-01-01": Created((((">", "2026-01-01"),),)),
    "created:2026-01": Created((((">=", "2026-01"), ("<=", "2026-01")),)),
    "created:2025..2026-03": Created((((">=", "2025"), ("<=", "2026-03")),)),
    "created:*..2026": Created(((("<=", "2026"),),)),
    "avatar": Words("avatar"),
    "foo-bar": Words("foo bar"),
    '"Two Words"': Words("two words", whole=True),
    '-"Two Words"': Words("two words", whole=True, negated=True),
    "-avatar": Words("avatar", negated=True),
}


@pytest.mark.parametrize(("word", "meaning"), MEANINGS.items(), ids=MEANINGS)
def test_a_word_means_one_thing(word: str, meaning: query.Term) -> None:
    assert parsed(word) == Query((meaning,))


ORDERS = {
    "sort:created": ("created", True),
    "sort:created-asc": ("created", False),
    "sort:id": ("id", False),
    "sort:priority-desc": ("priority", True),
    "sort:title": ("title", False),
}


@pytest.mark.parametrize(("word", "order"), ORDERS.items(), ids=ORDERS)
def test_an_order_can_be_asked_for(word: str, order: tuple[str, bool]) -> None:
    assert parsed("label:x", word) == Query((Among("label", ("x",)),), *order)


WRONG = {
    "colour:red": "'colour:red': no qualifier 'colour' (quote it to search for it); there are: "
    "status, is, label, assignee, parent, type, priority, id, has, no, created, sort",
    "status:opne": "'status:opne': no 'opne' here; there are: open, active, closed, backlog, "
    "planned, in-progress, in-review, done, cancelled, archived",
    "priority:urgent": "'priority:urgent': no 'urgent' here; there are: critical, high, medium, "
    "low",
    "has:wings": "'has:wings': no 'wings' here; there are: session, comment, subtask, criterion, "
    "parent, assignee, label, link",
    "sort:size": "'sort:size': no such order; there are: created[-asc|-desc], id[-asc|-desc], "
    "priority[-asc|-desc], status[-asc|-desc], title[-asc|-desc]",
    "created:yesterday": "'created:yesterday': a date is YYYY, YYYY-MM or YYYY-MM-DD",
    "created:=>2026": "'created:=>2026': no comparison '=>'; there are: <, <=, >, >=, ..",
    "label:": "'label:': a value is missing",
    "!!!": "'!!!': no letter or digit to search for",
}


@pytest.mark.parametrize(("word", "message"), WRONG.items(), ids=WRONG)
def test_a_wrong_word_is_named_with_what_is_possible(word: str, message: str) -> None:
    with pytest.raises(BadQuery) as caught:
        parsed("label:fine", word)

    assert (caught.value.message, caught.value.word, caught.value.exit_code) == (message, word, 2)


def test_a_ticket_in_a_status_that_the_team_does_not_know_is_open() -> None:
    odd = query.subject(Ticket(ulid.make(1, bytes(10)), TicketId("A-1"), "t", status="waiting"))

    assert query.matches(parsed("status:open"), odd)
    assert not query.matches(parsed("status:active,closed"), odd)


# --- the cache agrees

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12
) | st.sampled_from(["avatar", "Avatar upload", "ein Straßenfest", "naïve café", "foo_bar x-1"])
LINE = TEXT.filter(lambda text: bool(text.strip()))
LABEL = st.sampled_from(["ui", "UI", "two words", "bäck"]) | LINE
TIMES = st.sampled_from(["", SOME_DAY, "2025-01-31T00:00:00Z", "2026-01-01T12:00:00Z", "odd"])


@st.composite
def tickets(draw: st.DrawFn) -> list[Ticket]:
    return [
        Ticket(
            uid=ulid.make(index, bytes(10)),
            id=TicketId(f"{draw(st.sampled_from(['A', 'PROJ']))}-{index}"),
            title=draw(LINE),
            type=draw(st.sampled_from(["", "bug", "task"])),
            status=draw(st.sampled_from(["", "backlog", "done", "in-progress", "waiting"])),
            priority=draw(st.sampled_from(["", "low", "high", "urgent"])),
            parent=draw(st.sampled_from(["", "A-1", "a-1", "nowhere"])),
            assignee=draw(
                st.sampled_from(["", "dana@example.com", "Dana <dana@example.com>", "x"])
            ),
            labels=tuple(draw(st.lists(LABEL, max_size=2))),
            created=draw(TIMES),
            description=draw(TEXT),
            criteria=tuple(Criterion("a1b2", text) for text in draw(st.lists(LINE, max_size=1))),
            subtasks=tuple(
                Subtask("a1b2", text, "done") for text in draw(st.lists(LINE, max_size=1))
            ),
            links=(Link("blocks", "A-1"),) if draw(st.booleans()) else (),
        )
        for index in range(1, draw(st.integers(2, 5)))
    ]


WORD = st.sampled_from(
    [
        *(word for word in MEANINGS if word != "!!!"),
        *("ava", "café", "strassenfest", "foo", '"x 1"', "-upload", "label:bäck", "has:label"),
        *("has:subtask,link", "assignee:dana", "assignee:none,x", "created:<2026", "no:parent"),
    ]
) | LINE.map(lambda text: f'"{text.replace(chr(34), "")}"')
SORT = st.sampled_from(
    [[], *([f"sort:{key}{way}"] for key in query.SORTS for way in ("", "-desc"))]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tickets(), st.lists(WORD, max_size=3), SORT, st.booleans())
def test_the_cache_finds_what_the_model_finds_in_the_same_order(
    empty_repo: GitRepo, every: list[Ticket], words: list[str], sort: list[str], remark: bool
) -> None:
    try:
        asked = parsed(*words, *sort)
    except BadQuery:
        return
    here = worktree.find(str(empty_repo.path), os.environ)
    clear(empty_repo.path / ".tickets")
    comments = []
    for ticket in every:
        text = yamltext.dump(schema.ticket_values(ticket))
        empty_repo.write(f".tickets/{ticket.id}/ticket.yaml", text)
    if remark:
        uid = ulid.make(9, bytes(10))
        comments = [Comment(uid, every[0].id, every[0].uid, "Dana", SOME_DAY, "my avatar")]
        text = yamltext.dump(schema.comment_values(comments[0]))
        empty_repo.write(f".tickets/{every[0].id}/comments/{uid}.yaml", text)

    rows = cache.open(here, deep=True)
    found = [row.id for row in rows.rows(asked, FLOW)]
    counted = rows.count(asked)
    rows.close()

    subjects = [query.subject(t, comments if t is every[0] else ()) for t in every]
    meant = [s for s in subjects if query.matches(asked, s)]
    assert found == [s.ticket.id for s in query.arranged(asked, meant, FLOW)]
    assert counted == len(meant)


def clear(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
