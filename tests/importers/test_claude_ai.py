"""Claude.ai's export: messages in order, as texts or as blocks."""

import json

import pytest

from git_ticketer.importers import claude_ai
from git_ticketer.importers.gather import gather
from git_ticketer.importers.source import NotATranscript
from git_ticketer.model.transcript import FULL
from tests.importers.making import Plain, gathered, shown, source_of

Json = dict[str, object]


def message(sender: str, text: str, *blocks: object, **more: object) -> Json:
    at = "2026-11-22T09:00:04.123456Z"
    facts = {"uuid": "m", "text": text, "sender": sender, "created_at": at}
    return {**facts, "content": [*blocks], "attachments": [], "files": [], **more}


def talk(*messages: Json, id: str = "c-1", **more: object) -> Json:
    facts = {"uuid": id, "name": "Sorting", "summary": "", "account": {"uuid": "a"}}
    at = {"created_at": "2026-11-22T09:00:00Z", "updated_at": "2026-11-22T10:00:00Z"}
    said = messages or (message("human", "Sort it"), message("assistant", "Sorted."))
    return {**facts, **at, "chat_messages": [*said], **more}


def data(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def sample() -> bytes:
    return data([talk()])


@pytest.mark.parametrize("value", [talk(), [talk()]], ids=["one", "list"])
def test_a_conversation_stands_alone_or_in_a_list(value: object) -> None:
    found = gathered(claude_ai, data(value))
    assert claude_ai.recognises(source_of(data(value)))
    assert shown(found.entries) == [("user", "Sort it"), ("assistant", "Sorted.")]
    about = found.about
    assert (about.session, about.title, about.started) == (
        *("c-1", "Sorting", "2026-11-22T09:00:00Z"),
    )
    assert found.entries[0].at == "2026-11-22T09:00:04Z"


def test_one_of_many_conversations_is_picked() -> None:
    old = talk(id="old", updated_at="2026-11-21T09:00:00+02:00")
    source = source_of(data([old, talk(id="new"), talk(id="odd", updated_at=None)]))
    assert [chat.id for chat in claude_ai.chats(source)] == ["new", "odd", "old"]
    assert gather(claude_ai.read(source, "old"), Plain(), FULL).about.session == "old"
    with pytest.raises(NotATranscript, match="holds 3 chats"):
        list(claude_ai.read(source))


def test_blocks_count_before_the_text_that_repeats_them() -> None:
    unsupported = "```\nThis block is not supported on your current device yet.\n```"
    blocks = [
        {"type": "thinking", "thinking": "hm", "summaries": []},
        {"type": "text", "text": "Looking.", "citations": []},
        {"type": "tool_use", "id": None, "name": "web_search", "input": {"query": "cats"}},
        {"type": "tool_result", "tool_use_id": None, "content": [{"type": "text", "text": "many"}]},
        {"type": "token_budget"},
        {"type": "text", "text": "Many cats."},
        {"type": "novelty"},
    ]
    said = talk(
        message("human", "Cats?", {"type": "text", "text": "Cats?"}),
        message("assistant", f"Looking.\n\n{unsupported}\n\nMany cats.", *blocks),
        message("assistant", unsupported, {"type": "tool_use", "name": "repl", "input": {}}),
    )
    found = gathered(claude_ai, data(said), FULL)
    assert shown(found.entries) == [
        ("user", "Cats?"),
        ("assistant", "reasoning", "hm"),
        ("assistant", "Looking."),
        ("tool", "tool-call", "web_search", "query: cats", (4, 1, "many", False)),
        ("assistant", "Many cats."),
        ("tool", "tool-call", "repl"),
    ]
    assert found.kinds == ("assistant/novelty",)


def test_attachments_and_files_are_named_with_their_size() -> None:
    given = {"file_name": "a.txt", "file_type": "txt", "file_size": 9, "extracted_content": "für"}
    asked = message("human", "", attachments=[given], files=[{"file_name": "a.png"}, None])
    assert shown(gathered(claude_ai, data(talk(asked))).entries) == [
        ("user", "attachment", "a.txt", 4),
        ("user", "attachment", "a.png"),
    ]


def test_a_long_text_that_was_pasted_is_said_though_the_export_attaches_it() -> None:
    pasted = {"file_name": "", "file_type": "txt", "extracted_content": "line 1\nline 2"}
    asked = message("human", "Why?", attachments=[pasted])
    assert shown(gathered(claude_ai, data(talk(asked))).entries) == [
        ("user", "Why?\n\nline 1\nline 2"),
    ]


def test_missing_keys_and_wrong_types_are_no_reason_to_stop() -> None:
    odd = {"sender": "human", "text": None, "content": "Hi", "files": 3, "attachments": [None]}
    said: list[object] = [None, 7, {}, {"sender": ["human"]}, odd]
    found = gathered(claude_ai, data({"chat_messages": said, "uuid": 5, "name": None}))
    assert shown(found.entries) == [("user", "Hi")]
    assert (found.unknown, found.kinds) == (2, ("no sender",))


@pytest.mark.parametrize("text", [b"[", b"[]", b'{"chat_messages": 1}', b"[1]"], ids=repr)
def test_what_has_no_conversation_is_one_error(text: bytes) -> None:
    assert not claude_ai.recognises(source_of(text))
    with pytest.raises(NotATranscript):
        list(claude_ai.read(source_of(text)))


def test_the_hint_to_choose_one_of_many_is_safe_to_type_whatever_it_is_called() -> None:
    first = {**talk(message("human", "Hi")), "uuid": "$(id)", "updated_at": "2027-01-01"}
    with pytest.raises(NotATranscript) as error:
        list(claude_ai.read(source_of(data([first, talk(message("human", "Ho"))]))))
    assert error.value.hint == "git ticket archive - --chat '$(id)'"
