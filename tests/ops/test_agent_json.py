"""Adding to JSON and taking away again, without touching what else is in the text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.ops import agent_json
from git_ticketer.ops.agent_json import Broken

OURS = {"hooks": [{"type": "command", "command": "ours"}]}


def is_ours(value: Any) -> bool:
    return isinstance(value, dict) and value.get("command") == "ours"


def test_an_entry_is_added_in_the_layout_of_the_file() -> None:
    text = """\
{
    "model": "opus",   "env": {"A": [1,2 ,3]},
    "hooks": {
        "Stop": [
            { "hooks": [] }
        ]
    }
}
"""

    assert (
        agent_json.add(text, ("hooks", "Stop"), OURS)
        == """\
{
    "model": "opus",   "env": {"A": [1,2 ,3]},
    "hooks": {
        "Stop": [
            { "hooks": [] },
            {
                "hooks": [
                    {
                        "type": "command",
                        "command": "ours"
                    }
                ]
            }
        ]
    }
}
"""
    )


def test_a_document_on_one_line_stays_on_one_line() -> None:
    text = '{"a": 1, "hooks": {}}'

    added = agent_json.add(text, ("hooks", "Stop"), OURS)

    assert added == (
        '{"a": 1, "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "ours"}]}]}}'
    )


def test_line_ends_and_tabs_are_those_of_the_file() -> None:
    text = '\ufeff{\r\n\t"a": 1\r\n}\r\n'

    added = agent_json.put(text, ("b", "c"), [1])

    assert added == (
        '\ufeff{\r\n\t"a": 1,\r\n\t"b": {\r\n\t\t"c": [\r\n\t\t\t1\r\n\t\t]\r\n\t}\r\n}\r\n'
    )


def test_only_our_handler_goes_from_a_group_that_holds_others() -> None:
    other = {"type": "command", "command": "lint"}
    text = json.dumps({"hooks": {"Stop": [{"matcher": "x", "hooks": [other, *OURS["hooks"]]}]}})

    assert json.loads(agent_json.remove(text, is_ours, ("hooks",))) == {
        "hooks": {"Stop": [{"matcher": "x", "hooks": [other]}]}
    }


def test_a_group_of_ours_goes_with_its_matcher_and_what_is_empty_then() -> None:
    text = json.dumps({"a": 1, "hooks": {"Stop": [{"matcher": "x", **OURS}, OURS], "B": [OURS]}})

    assert json.loads(agent_json.remove(text, is_ours, ("hooks",))) == {"a": 1}


def test_an_event_that_is_called_as_a_group_has_its_handlers_stays() -> None:
    text = '{"hooks": {"hooks": [null]}}'

    added = agent_json.add(text, ("hooks", "Stop"), OURS)

    assert agent_json.remove(added, is_ours, ("hooks",)) == text


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no JSON: Expecting value"),
        ('{\n  // mine\n  "a": 1\n}', 2, "comments are no JSON"),
        ('{\n  "a": 1,\n  /* mine */ "b": 2\n}', 3, "comments are no JSON"),
        ('{"a": 1\n "b": 2}', 2, "no JSON: Expecting ',' delimiter"),
        ('{"a": 1,\n "a": 2}', 2, "the key 'a' stands twice"),
        ("[1]", 1, "an object was expected here"),
        ('{\n"hooks": 7}', 2, "an object was expected here"),
        ('{"hooks":\n{"Stop": {}}}', 2, "'Stop' is no list"),
        ("[" * 100_000 + "]" * 100_000, 1, "no JSON that can be read"),
        ("[" * 200 + "]" * 200, 1, "too deep"),
    ],
)
def test_what_cannot_be_edited_is_refused_with_its_place(text: str, line: int, reason: str) -> None:
    with pytest.raises(Broken) as caught:
        agent_json.add(text, ("hooks", "Stop"), OURS)

    assert (agent_json.line_of(text, caught.value.at), caught.value.reason) == (line, reason)


def test_what_is_there_is_not_put_a_second_time() -> None:
    with pytest.raises(Broken, match="'b' is there already"):
        agent_json.put('{"a": {"b": 1}}', ("a", "b"), 2)


KEYS = st.sampled_from(["hooks", "Stop", "Start", "matcher", "a", "ä\n"]) | st.text(max_size=3)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
LAYOUTS = st.sampled_from([None, 0, 1, 2, 4, "\t"])


def written(document: Any, indent: Any, ascii_only: bool, line_end: str) -> str:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    return text.replace("\n", line_end) + line_end


@given(DOCUMENTS, LAYOUTS, st.booleans(), st.sampled_from(["\n", "\r\n", ""]))
def test_a_document_is_read_as_json_reads_it(
    document: dict[str, Any], indent: Any, ascii_only: bool, line_end: str
) -> None:
    text = written(document, indent, ascii_only, line_end)

    assert agent_json.parse(text).value == document


@given(DOCUMENTS, LAYOUTS, st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_was_added_is_there_and_taking_it_away_gives_the_bytes_from_before(
    document: dict[str, Any], indent: Any, ascii_only: bool, line_end: str
) -> None:
    text = written(document, indent, ascii_only, line_end)
    try:
        added = agent_json.add(text, ("hooks", "Stop"), OURS)
    except Broken:
        held = document["hooks"]
        assert not isinstance(held, dict) or not isinstance(held.get("Stop", []), list)
        return

    after = json.loads(added)
    assert after["hooks"]["Stop"][-1] == OURS
    assert {k: v for k, v in after.items() if k != "hooks"} == {
        k: v for k, v in document.items() if k != "hooks"
    }
    back = agent_json.remove(added, is_ours, ("hooks",))
    hooks = document.get("hooks")
    if hooks == {} or (isinstance(hooks, dict) and hooks.get("Stop") == []) or not document:
        without = {k: v for k, v in document.items() if k != "hooks"}
        rest = {k: v for k, v in (hooks or {}).items() if k != "Stop"}
        assert json.loads(back) == without | ({"hooks": rest} if rest else {})
    else:
        assert back == text
