"""Texts that no command writes: merged where that is certain, else left to a person."""

import pytest

from git_ticketer.merge.three_way import NotAMap, merge
from git_ticketer.storage.yamlfile import BadFile


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("l: [a, c] # x\n", "l: [a, b, c] # x\n", "l: [a] # x\n", None),
        ("l: [a, c]\n", "l: [a, b, c]\n", "l: [a]\n", "l: [a, b]\n"),
        ("l:\n- a\n", "l: [a, b]\n", "l:\n- a\n- c\n", "l: [a, b, c]\n"),
        ("l: []\n", "l:\n- a\n", "l:\n- b\n", "l:\n- a\n- b\n"),
        ("l: [c, a]\n", "l: [c, a, b]\n", "l: [a]\n", None),
        ("m: {a: x, b: x}\n", "m: {a: z, b: x}\n", "m: {a: x, b: z}\n", "m: {a: z, b: z}\n"),
        ("m:\n  a: 1\n", "m:\n    a: 1\n    b: 1\n", "m:\n  a: 1\n  c: 1\n", None),
        ("l:\n- a: 1\n", "l:\n- a: 1\n- b: 1\n", "l:\n- a: 1\n- c: 1\n", None),
        ("a: 1\r\n\r\nb: 1\r\n", "a: 2\r\n\r\nb: 1\r\n", "a: 1\n\nb: 2\n", "a: 2\n\nb: 2\n"),
        ("\ufeffa: 1\n\nb: 1\n", "\ufeffa: 2\n\nb: 1\n", "a: 1\n\nb: 2\n", "\ufeffa: 2\n\nb: 2\n"),
        ("---\na: 1\nb: 1\n", "---\na: 2\nb: 1\n", "---\na: 1\nb: 2\n", "---\na: 2\nb: 2\n"),
        ("a: 1\nb: 1", "a: 2\nb: 1", "a: 1\nb: 2", "a: 2\nb: 2\n"),
        ("a: 1\rb: 1\n", "a: 2\rb: 1\n", "a: 1\rb: 2\n", None),
        ("{a: 1, b: 1}\n", "{a: 2, b: 1}\n", "{a: 1, b: 2}\n", None),
        (
            "a: |+\n  x\n\nb: 1\n",
            "a: |+\n  y\n\nb: 1\n",
            "a: |+\n  x\n\nb: 2\n",
            "a: |+\n  y\n\nb: 2\n",
        ),
        ("b: 1\na: 1\n", "a: 1\nb: 2\n", "b: 1\na: 2\n", "a: 2\nb: 2\n"),
        ("b: 1\na: 1\n", "b: 1\na: 2\n", "a: 1\nb: 1\nc: 1\n", "a: 2\nb: 1\nc: 1\n"),
    ],
    ids=[
        "flow list with a comment",
        "flow list",
        "flow list against block",
        "an empty list",
        "a list in an order of its own",
        "flow map",
        "other indentation",
        "a list of maps",
        "theirs ends its CRLF",
        "BOM on one side",
        "document start",
        "no last line end",
        "lone carriage returns",
        "a flow map as the file",
        "a text that keeps its blank lines",
        "keys that ours reordered",
        "keys that theirs reordered",
    ],
)
def test_other_ways_of_writing_are_merged_or_left_to_a_person(
    base: str, ours: str, theirs: str, expected: str | None
) -> None:
    merged = merge(base, ours, theirs)

    if expected is None:
        assert merged.conflicts
        assert merged.text.startswith("<<<<<<< ours")
    else:
        assert (merged.text, merged.conflicts) == (expected, ())


@pytest.mark.parametrize("bad", ["a: [", "a: &x 1\n", "a: 1\na: 2\n", "<<<<<<< ours\na: 1\n"])
def test_what_the_guarded_door_refuses_is_not_merged(bad: str) -> None:
    for texts in ((bad, "a: 1\n", "a: 2\n"), ("a: 1\n", bad, "a: 2\n"), ("a: 1\n", "a: 2\n", bad)):
        with pytest.raises(BadFile):
            merge(*texts)


def test_a_file_without_keys_is_not_merged() -> None:
    with pytest.raises(NotAMap):
        merge("- a\n", "- b\n", "- c\n")
