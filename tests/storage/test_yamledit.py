"""An edit changes the lines of what it edits and no other byte."""

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.storage import yamledit, yamltext
from git_ticketer.storage.yamlfile import BadFile, Document, Value, parse

TICKET = """\
# made by hand
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-123   # our first

title: "Add user  profile"

x_points: 5

labels:
- backend   # the server
- ui

description: | # long
  Users upload

  an avatar.

criteria:
  k3f9:
    text: The image is square
    done: false

# the end
links: [blocks PROJ-130]
"""
ORDER = ("uid", "id", "title", "status", "labels", "description", "criteria", "subtasks", "links")


def document(text: str) -> Document:
    return parse(text.encode(), "ticket.yaml")


TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            string.printable + "'\"#:-|>&*!%@`{}[],?~=\x00\x85\u2028\ufeff\u202e😀\u200d"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)


def edited(old: str, new: str) -> list[str]:
    """The lines that differ, as `-old` and `+new`, found from both ends."""
    before, after = old.split("\n"), new.split("\n")
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return [f"-{line}" for line in before] + [f"+{line}" for line in after]


@pytest.mark.parametrize(
    ("place", "value", "changes"),
    [
        (("id",), "PROJ-9", ["-id: PROJ-123   # our first", "+id: PROJ-9   # our first"]),
        (("title",), "no", ['-title: "Add user  profile"', "+title: 'no'"]),
        (("status",), "done", ["+status: done", "+"]),
        (("x_points",), "8", ["-x_points: 5", "+x_points: '8'"]),
        (
            ("criteria", "k3f9", "done"),
            yamltext.Plain("true"),
            ["-    done: false", "+    done: true"],
        ),
        (
            ("description",),
            "Short",
            [
                "-description: | # long",
                "-  Users upload",
                "-",
                "-  an avatar.",
                "+description: Short # long",
            ],
        ),
        (
            ("description",),
            "Users upload\n\nan avatar!\n",
            ["-  an avatar.", "+  an avatar!"],
        ),
        (
            ("criteria", "a1b2"),
            {"text": "New", "done": yamltext.Plain("false")},
            ["+  a1b2:", "+    text: New", "+    done: false", "+"],
        ),
        (
            ("criteria", "z9z9"),
            {"text": "New"},
            ["+  z9z9:", "+    text: New", "+"],
        ),
        (
            ("subtasks", "f0d1"),
            {"title": "Test"},
            ["+subtasks:", "+  f0d1:", "+    title: Test", "+"],
        ),
        (
            ("links",),
            ["blocks PROJ-1"],
            ["-links: [blocks PROJ-130]", "+links:", "+- blocks PROJ-1"],
        ),
    ],
    ids=lambda part: str(part)[:40],
)
def test_setting_a_value_changes_its_own_lines(
    place: tuple[str, ...], value: Value, changes: list[str]
) -> None:
    new = yamledit.put(document(TICKET), place, value, ORDER)

    assert edited(TICKET, new.text) == changes


@pytest.mark.parametrize(
    ("place", "item", "changes"),
    [
        (("labels",), "api", ["+- api"]),
        (("labels",), "frontend", ["+- frontend"]),
        (("labels",), "zoo", ["+- zoo"]),
        (
            ("links",),
            "blocks PROJ-2",
            ["-links: [blocks PROJ-130]", "+links:", "+- blocks PROJ-130", "+- blocks PROJ-2"],
        ),
    ],
    ids=lambda part: str(part)[:40],
)
def test_an_item_takes_its_place_in_a_sorted_list(
    place: tuple[str, ...], item: str, changes: list[str]
) -> None:
    assert edited(TICKET, yamledit.add_item(document(TICKET), place, item, ORDER).text) == changes


def test_an_item_and_then_the_empty_list_go_away() -> None:
    first = yamledit.drop_item(document(TICKET), ("labels",), "backend")
    second = yamledit.drop_item(first, ("labels",), "ui")

    assert edited(TICKET, first.text) == ["-- backend   # the server"]
    assert edited(first.text, second.text) == ["-labels:", "-- ui", "-"]


def test_dropping_the_only_item_of_a_map_drops_the_map() -> None:
    new = yamledit.drop(document(TICKET), ("criteria", "k3f9"))

    assert edited(TICKET, new.text) == [
        "-criteria:",
        "-  k3f9:",
        "-    text: The image is square",
        "-    done: false",
        "-",
    ]


@pytest.mark.parametrize("key", ["a1", "b1", "c1"])
def test_the_items_that_are_left_stand_as_the_layout_has_them(key: str) -> None:
    items: dict[str, Value] = {name: {"text": name} for name in ("a1", "b1", "c1")}
    whole: dict[str, Value] = {"id": "x", "criteria": items, "links": ["a b"]}

    new = yamledit.drop(document(yamltext.dump(whole)), ("criteria", key))

    del items[key]
    assert new.text == yamltext.dump(whole)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n", "{id: PROJ-1}\n", "a: b"])
def test_a_key_is_put_into_any_shape_of_file(text: str) -> None:
    old = document(text)
    new = yamledit.put(old, ("title",), "Now", ORDER)

    assert new.value == {**(old.value or {}), "title": "Now"}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("{a: b, c: d}\n", ("a",), {"c": "d"}),
        ("x:\n  y: {a: b, c: d}\n", ("x", "y", "a"), {"x": {"y": {"c": "d"}}}),
        ("a: b\n", ("a",), ""),
    ],
    ids=str,
)
def test_a_key_is_dropped_from_any_shape_of_file(
    text: str, place: tuple[str, ...], value: Value
) -> None:
    assert yamledit.drop(document(text), place).value == value


def test_windows_line_ends_stay() -> None:
    text = TICKET.replace("\n", "\r\n")
    new = yamledit.put(document(text), ("description",), "a\nb\n", ORDER)
    new = yamledit.put(new, ("status",), "done", ORDER)
    new = yamledit.add_item(new, ("labels",), "api")

    assert new.text.count("\n") == new.text.count("\r\n")
    assert document(TICKET).value != new.value


def test_what_cannot_be_edited_by_command_is_refused_by_name() -> None:
    with pytest.raises(BadFile, match=r"ticket\.yaml: it is written in a way"):
        yamledit.put(document("? title # a: b\n: old\n"), ("title",), "new")


@given(text=TEXTS)
def test_any_text_is_read_back_by_every_reader(text: str) -> None:
    written = yamltext.dump(
        {"before": "x", "text": text, "after": ["y", text], "m": {"k": {"t": text}}}
    )
    meant = {"before": "x", "text": text, "after": ["y", text], "m": {"k": {"t": text}}}

    assert document(written).value == meant
    assert yaml.load(written, yaml.CSafeLoader) == meant
    assert yaml.safe_load(written) == meant


@given(
    text=TEXTS,
    place=st.sampled_from(
        [
            ("title",),
            ("description",),
            ("note",),
            ("criteria", "k3f9", "text"),
            ("criteria", "b", "t"),
        ]
    ),
)
def test_any_text_in_any_field_leaves_every_other_line(text: str, place: tuple[str, ...]) -> None:
    old = document(TICKET)
    once = yamledit.put(old, place, "mark", ORDER)
    new = yamledit.put(once, place, text, ORDER)
    back = yamledit.put(new, place, "mark", ORDER)

    assert back.text == once.text


@given(items=st.lists(TEXTS, unique=True, max_size=6), data=st.data())
def test_items_put_in_and_taken_out_again_leave_the_text_as_it_was(
    items: list[str], data: st.DataObject
) -> None:
    found = document(TICKET)
    for item in items:
        found = yamledit.add_item(found, ("labels",), item, ORDER)
    assert sorted(found.value["labels"]) == sorted(["backend", "ui", *items])  # type: ignore[index, call-overload]
    for item in data.draw(st.permutations(items)):
        found = yamledit.drop_item(found, ("labels",), item)
    assert found.text == TICKET
