"""What people write into ticket files by hand is still there after a merge."""

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.merge.three_way import NotAMap, merge
from git_ticketer.storage.yamlfile import BadFile, parse
from tests.merge.triples import Triple, facts, triples

SEEDS = st.integers(0, 1 << 32)
PLACE = re.compile(r"( *)(?:[a-z0-9_']+:|- )")


def with_comments(text: str, name: str, random: Random, count: int) -> tuple[str, set[str]]:
    """A ticket with comments of one person above keys and items and after one-line values."""
    lines = text.splitlines()
    places = [i for i, line in enumerate(lines) if PLACE.match(line)]
    made = set()
    for number, at in enumerate(sorted(random.sample(places, min(count, len(places))))[::-1]):
        comment = f"# {name} {number}."
        made.add(comment)
        if random.random() < 0.5 and not lines[at].endswith(("|", "|-")):
            lines[at] += f"  {comment}"
        else:
            indent = re.match(" *", lines[at])
            lines.insert(at, (indent[0] if indent else "") + comment)
    return "\n".join(lines) + "\n", made


def commented(seed: int) -> tuple[Triple, str, str, set[str]]:
    """Two edits of a ticket, each with comments of its own."""
    random = Random(seed)
    triple = next(triples(1, seed))
    count = random.randint(1, 3)
    ours, one = with_comments(triple.ours.text, "ours", random, count)
    theirs, two = with_comments(triple.theirs.text, "theirs", random, count)
    return triple, ours, theirs, one | two


@given(SEEDS)
def test_a_clean_merge_holds_the_comments_of_both_and_says_what_both_meant(seed: int) -> None:
    triple, ours, theirs, comments = commented(seed)

    merged = merge(triple.base, ours, theirs)

    for comment in comments:
        assert comment in merged.text
    if not merged.conflicts:
        assert facts(merged.text) == triple.merged
    if triple.is_conflict:
        assert merged.conflicts


def test_comments_are_seldom_a_conflict() -> None:
    clean = 0
    for seed in range(200):
        triple, ours, theirs, _ = commented(seed)
        clean += not merge(triple.base, ours, theirs).conflicts

    assert clean >= 160


@given(SEEDS)
def test_unknown_keys_of_both_sides_survive(seed: int) -> None:
    triple = next(triples(1, seed))
    ours = triple.ours.text + "\nours_own:\n- {a: [1, 2]}\n\ncommon: x\n"
    theirs = "x_first: 1:30\n\n" + triple.theirs.text + "\ntheirs_own: {deep: {er: no}}\n"

    merged = merge(triple.base + "\ncommon: x\n", ours, theirs + "\ncommon: x\n")

    assert bool(merged.conflicts) == triple.is_conflict
    for line in ("ours_own:\n- {a: [1, 2]}\n", "x_first: 1:30\n", "theirs_own: {deep: {er: no}}\n"):
        assert line in merged.text


PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "a: 1",
                "a: 2",
                "a:",
                "b: |",
                "b: >+",
                "  text",
                "  more: 1",
                "  more: 2",
                "c:",
                "- x",
            ),
            *(
                "- y",
                "  - z",
                "# note",
                "  # note",
                "",
                "---",
                "...",
                "{a: 1}",
                "'q: r",
                "d: [x, y]",
            ),
            *(
                "d: [x]",
                "e: {f: g}",
                "e: {f: h}",
                "? k",
                ": v",
                "\tt",
                "uid: A",
                "uid: B",
                "labels:",
            ),
            *(
                "criteria:",
                "  k1:",
                "    done: true",
                "    done: false",
                "a: 'x",
                "  y'",
                "\r",
                "\x85",
            ),
        ]
    ),
    max_size=9,
).map(lambda lines: "\n".join(lines) + "\n")


@given(PARTS, PARTS, PARTS)
def test_any_three_texts_are_refused_or_merge_to_what_each_changed(
    base: str, ours: str, theirs: str
) -> None:
    try:
        merged = merge(base, ours, theirs)
    except (BadFile, NotAMap):
        return
    if merged.conflicts:
        assert "<<<<<<< ours" in merged.text
        return
    values = [_map(text) for text in (base, ours, theirs, merged.text)]
    for key in {key for value in values for key in value}:
        one, two, three, found = (value.get(key) for value in values)
        if one == two:
            assert found == three
        elif three in (one, two):
            assert found == two
        else:
            assert all(isinstance(side, list | dict | None) for side in (two, three))


def _map(text: str) -> dict[str, object]:
    value = parse(text.encode(), "x").value
    return dict(value) if isinstance(value, dict) else {}
