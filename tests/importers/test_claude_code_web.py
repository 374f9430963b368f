"""Claude Code's web form holds the entries of the files, whatever is around them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.importers import claude_code, claude_code_web
from tests.importers.making import gathered, jsonl, mutated, readable, shown, source_of

ENTRIES = (
    {
        "type": "user",
        "timestamp": "2026-11-22T09:00:04Z",
        "message": {"role": "user", "content": "Crop it"},
    },
    {
        "type": "assistant",
        "timestamp": "2026-11-22T09:00:08Z",
        "message": {
            "id": "m-1",
            "role": "assistant",
            "model": "claude-opus-4-5",
            "content": [{"type": "text", "text": "Done."}],
        },
    },
)
EVENTS = [
    {"event_id": "e-1", "event_type": "user", "payload": ENTRIES[0], "created_at": "2026-11-22"},
    {"event_id": "e-2", "event_type": "status", "payload": None, "created_at": "2026-11-22"},
    {"event_id": "e-3", "event_type": "assistant", "payload": ENTRIES[1], "created_at": "x"},
]


@pytest.mark.parametrize(
    "document",
    [
        {"loglines": ENTRIES},
        {"data": EVENTS, "next_cursor": "e-3"},
        [{**entry, "sessionId": "s-1"} for entry in ENTRIES],
    ],
    ids=["loglines", "events", "entries"],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_form_gives_its_conversation(document: object, indent: int | None) -> None:
    data = json.dumps(document, indent=indent).encode()
    assert claude_code_web.recognises(source_of(data))
    assert not claude_code.recognises(source_of(data))
    found = gathered(claude_code_web, data)
    assert shown(found.entries) == [("user", "Crop it"), ("assistant", "Done.")]
    assert (found.about.model, found.skipped, found.unknown) == ("claude-opus-4-5", 0, 0)


def test_title_and_id_of_the_document_are_the_sessions() -> None:
    data = json.dumps({"id": "session_01", "title": "Avatars", "loglines": ENTRIES}).encode()
    about = gathered(claude_code_web, data).about
    assert (about.session, about.title) == ("session_01", "Avatars")


def test_lines_of_json_are_not_the_web_form() -> None:
    assert not claude_code_web.recognises(source_of(jsonl(*ENTRIES)))


@settings(max_examples=150, deadline=None)
@given(mutated([{"loglines": ENTRIES}]) | mutated([{"data": EVENTS}]) | st.just([{}]))
def test_any_value_at_any_place_gives_entries_or_the_one_error(document: list[object]) -> None:
    data = json.dumps(document[0]).encode()
    claude_code_web.recognises(source_of(data))
    readable(claude_code_web, data)
