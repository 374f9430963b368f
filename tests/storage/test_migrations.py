"""Older ticket files come up to this version's schema, and nothing else in them changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.model.ticket import SCHEMA
from git_ticketer.storage import migrations, schema, yamltext
from git_ticketer.storage.yamlfile import BadFile, Document, Value, parse

HEAD = "# by hand\nuid: 01JD8Z6W5T3K9QG4R7M2XV1B0A\n\nid: PROJ-1   # ours\n\ntitle: 'Old'\n\n"
OLD = f"""\
{HEAD}schema: 0

labels: ui, backend ,ui

x_points: 5   # the team's own

criteria:
- "[x] The image is square"
- text: It is small
  done: no
  size: 5

created: 2026-11-22T09:00:00Z

subtasks: [Add it, {{title: Test it, done: yes}}, {{text: Ship it, status: In_Progress}}]
# the end
"""
NEW = f"""\
{HEAD}labels:
- backend
- ui

x_points: 5   # the team's own

criteria:
  m2n4:
    text: The image is square
    done: true
    added: 2026-11-22T09:00:00Z

  yzxc:
    text: It is small
    done: false
    size: '5'
    added: 2026-11-22T09:00:01Z

created: 2026-11-22T09:00:00Z

subtasks:
  vaev:
    title: Ship it
    status: in-progress
    added: 2026-11-22T09:00:02Z

  w133:
    title: Add it
    status: pending
    added: 2026-11-22T09:00:00Z

  w6ht:
    title: Test it
    status: done
    added: 2026-11-22T09:00:01Z
# the end
"""


def document(text: str) -> Document:
    return parse(text.encode(), "ticket.yaml")


def migrated(text: str) -> str:
    return migrations.migrate(document(text))[0].text


def test_there_is_a_step_from_every_older_schema() -> None:
    assert sorted(migrations.MIGRATIONS) == list(range(SCHEMA))
    assert all(step.what for step in migrations.MIGRATIONS.values())


def test_a_file_of_schema_0_becomes_one_of_schema_1_byte_for_byte() -> None:
    found, done = migrations.migrate(document(OLD))

    assert done == ["criteria and subtasks are maps, labels are a list"]
    assert found.text == NEW


@pytest.mark.parametrize("number", ["1", "1.4", "2", "7.1", "x", "'-1'", "[0]", "99999999999"])
def test_a_file_of_this_or_a_newer_schema_stays_as_it_is(number: str) -> None:
    text = OLD.replace("schema: 0", f"schema: {number}")

    assert migrations.migrate(document(text))[0].text == text
    assert not migrations.is_older(document(text))


def test_a_file_that_does_not_say_its_schema_is_of_the_first() -> None:
    text = OLD.replace("schema: 0\n\n", "")

    assert migrations.number(document(text)) == 1
    assert migrated(text) == text


@pytest.mark.parametrize("number", ["0", "0.9"])
def test_what_comes_out_is_a_ticket_in_the_order_it_was_written_in(number: str) -> None:
    old = document(OLD.replace("schema: 0", f"schema: {number}"))
    assert migrations.is_older(old)

    ticket = schema.ticket(migrations.migrate(old)[0])

    assert ticket.labels == ("backend", "ui")
    assert [(c.text, c.done) for c in ticket.criteria] == [
        ("The image is square", True),
        ("It is small", False),
    ]
    assert [(s.title, s.status) for s in ticket.subtasks] == [
        ("Add it", "pending"),
        ("Test it", "done"),
        ("Ship it", "in-progress"),
    ]


def test_an_item_keeps_its_key_when_another_clone_has_one_more() -> None:
    more = OLD.replace('- "[x] The', '- First of all\n- "[x] The')
    keys = {c.text: c.key for c in schema.ticket(document(migrated(OLD))).criteria}
    others = {c.text: c.key for c in schema.ticket(document(migrated(more))).criteria}

    assert others == {**keys, "First of all": others["First of all"]}


def test_items_that_say_the_same_have_keys_of_their_own() -> None:
    text = f"{HEAD}schema: 0\n\ncriteria: [a, a, a]\n"

    assert len({c.key for c in schema.ticket(document(migrated(text))).criteria}) == 3


def test_without_a_time_of_its_own_the_time_in_the_uid_orders_the_items() -> None:
    text = f"{HEAD}schema: 0\n\ncriteria: [b, a]\n"
    found = schema.ticket(document(migrated(text))).criteria

    assert [(c.text, c.added) for c in found] == [
        ("b", "2024-11-22T03:38:48Z"),
        ("a", "2024-11-22T03:38:49Z"),
    ]


@pytest.mark.parametrize(
    ("word", "done"),
    [
        *((word, True) for word in ("yes", "True", "on", "x", "1")),
        *((word, False) for word in ("no", "off", "FALSE", "''", "0")),
    ],
)
def test_done_is_true_or_false_also_in_a_map(word: str, done: bool) -> None:
    text = f"{HEAD}schema: 0\n\ncriteria:\n  k3f9:\n    text: a  # why\n    done: {word}  # so\n"
    new = f"{HEAD}criteria:\n  k3f9:\n    text: a  # why\n    done: {str(done).lower()}  # so\n"

    assert migrated(text) == new


def test_a_text_in_a_map_becomes_an_item() -> None:
    text = f"{HEAD}schema: 0\n\nsubtasks:\n  a7c2: Add it\n"

    assert migrated(text) == (f"{HEAD}subtasks:\n  a7c2:\n    title: Add it\n    status: pending\n")


@pytest.mark.parametrize("lines", ["criteria:\n- [a]\n", "criteria: [maybe]\ntitle2: {done: x}\n"])
def test_what_nobody_can_bring_up_is_said_by_the_schema_or_left(lines: str) -> None:
    found = document(migrated(f"{HEAD}schema: 0\n\n{lines}"))

    if "[a]" in lines:
        with pytest.raises(BadFile, match="criteria must be a map of short keys"):
            schema.ticket(found)
    else:
        assert [c.text for c in schema.ticket(found).criteria] == ["maybe"]


@pytest.mark.parametrize("comment", ["- a  # why\n", "- text: a\n  # why\n  done: no\n"])
def test_comments_in_a_list_are_not_lost_but_left_to_a_person(comment: str) -> None:
    with pytest.raises(BadFile) as caught:
        migrated(f"{HEAD}schema: 0\n\ncriteria:\n{comment}- b # 2\n")

    assert caught.value.reason == "criteria hold comments, which would be lost"


def test_a_hash_in_a_text_is_no_comment() -> None:
    text = f"{HEAD}schema: 0\n\ncriteria:\n- 'a # b'\n- |\n  # c\n- d#e\n# the end\n"

    assert sorted(c.text for c in schema.ticket(document(migrated(text))).criteria) == [
        "# c",
        "a # b",
        "d#e",
    ]


def test_crlf_and_a_byte_order_mark_stay() -> None:
    old = parse(b"\xef\xbb\xbf" + OLD.replace("\n", "\r\n").encode(), "ticket.yaml")
    new, _ = migrations.migrate(old)

    assert new.mark == "\ufeff"
    assert new.text.replace("\r\n", "\n") == NEW
    assert "\n" not in new.text.replace("\r\n", "")


LINES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=5, max_size=20)


@given(st.lists(LINES, min_size=1, max_size=6), st.lists(LINES, min_size=1, max_size=6))
def test_any_texts_come_out_as_they_were_in_the_same_order(
    criteria: list[str], subtasks: list[str]
) -> None:
    values: dict[str, Value] = {"criteria": [*criteria], "subtasks": [*subtasks]}
    text = f"{HEAD}schema: 0\n\n{yamltext.dump(values)}"
    new = migrated(text)
    ticket = schema.ticket(document(new))

    assert [c.text for c in ticket.criteria] == criteria
    assert [s.title for s in ticket.subtasks] == subtasks
    assert new.startswith(HEAD)
    assert migrated(new) == new == migrated(text)
