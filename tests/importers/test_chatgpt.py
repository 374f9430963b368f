"""ChatGPT's export: the current path through a tree, and no prompt of another one lost."""

import json
from collections.abc import Iterable

import pytest

from git_ticketer.importers import chatgpt
from git_ticketer.importers.gather import gather
from git_ticketer.importers.source import NotATranscript
from git_ticketer.model.transcript import FULL
from tests.importers.making import Plain, gathered, shown, source_of

Json = dict[str, object]
START = 1763802000.5  # 2025-11-22T09:00:00Z


def node(id: str, parent: str | None, role: str = "", text: object = "", **more: object) -> Json:
    """A node with a message; `more` are fields of the message."""
    content = text if isinstance(text, dict) else {"content_type": "text", "parts": [text]}
    message: object = {
        "id": id,
        "author": {"role": role, "name": more.pop("name", None), "metadata": {}},
        "create_time": START + int(str(more.pop("after", 0))),
        "content": content,
        "recipient": "all",
        "metadata": {},
        **more,
    }
    return {"id": id, "parent": parent, "children": [], "message": message if role else None}


def conversation(nodes: Iterable[Json], current: object, **more: object) -> Json:
    mapping = {str(each["id"]): each for each in nodes}
    for each in mapping.values():
        parent = mapping.get(str(each["parent"]))
        if parent:
            children = parent["children"]
            assert isinstance(children, list)
            children.append(each["id"])
    facts = {"title": "Sorting", "create_time": START, "update_time": START + 99}
    return {**facts, "mapping": mapping, "current_node": current, "id": "c-1", **more}


def talk(id: str = "c-1", **more: object) -> Json:
    nodes = [
        node("root", None),
        node("sys", "root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
        node("u1", "sys", "user", "Sort it", after=4),
        node("a1", "u1", "assistant", "Sorted.", after=9, metadata={"model_slug": "gpt-5"}),
    ]
    return conversation(nodes, "a1", **{"id": id, **more})


def data(value: object) -> bytes:
    return json.dumps(value).encode()


def sample() -> bytes:
    return data([talk()])


@pytest.mark.parametrize(
    "value", [talk(), [talk()], {"conversations": [talk()]}], ids=["one", "list", "wrapped"]
)
def test_a_conversation_stands_alone_or_in_a_list(value: object) -> None:
    found = gathered(chatgpt, data(value))
    assert chatgpt.recognises(source_of(data(value)))
    assert shown(found.entries) == [("user", "Sort it"), ("assistant", "Sorted.")]
    assert [entry.at for entry in found.entries] == [
        *("2025-11-22T09:00:04Z", "2025-11-22T09:00:09Z"),
    ]
    about = found.about
    assert (about.session, about.title, about.model) == ("c-1", "Sorting", "gpt-5")
    assert about.started == "2025-11-22T09:00:00Z"


def test_one_of_many_conversations_is_picked() -> None:
    source = source_of(data([talk("old", update_time=START - 5), talk("new"), {"title": "empty"}]))
    assert [chat.id for chat in chatgpt.chats(source)] == ["new", "old"]
    found = gather(chatgpt.read(source, "old"), Plain(), FULL)
    assert (found.about.session, len(found.entries)) == ("old", 2)
    with pytest.raises(NotATranscript, match="holds 2 chats"):
        list(chatgpt.read(source))
    with pytest.raises(NotATranscript, match="no conversation other"):
        list(chatgpt.read(source, "other"))


def test_prompts_on_paths_that_were_left_stand_where_they_left() -> None:
    nodes = [
        node("root", None),
        node("u1b", "root", "user", "Sort it fast", after=20),
        node("u1a", "root", "user", "Sort it", after=4),
        node("a1a", "u1a", "assistant", "An answer to what was edited", after=5),
        node("u2a", "a1a", "user", "And print it", after=6),
        node("a1b", "u1b", "assistant", "Fast.", after=21),
        node("a1c", "u1b", "assistant", "An answer that was asked for again", after=22),
        node("lost", "nowhere", "user", "Hello?", after=1),
        node("ring1", "ring2", "user", "Round", after=2),
        node("ring2", "ring1"),
    ]
    found = gathered(chatgpt, data(conversation(nodes, "a1b")))
    assert shown(found.entries) == [
        ("user", "Hello?"),
        ("user", "Round"),
        ("user", "Sort it"),
        ("user", "And print it"),
        ("user", "Sort it fast"),
        ("assistant", "Fast."),
    ]


@pytest.mark.parametrize("current", [None, "gone", 7], ids=str)
def test_without_a_current_node_the_latest_leaf_ends_the_path(current: object) -> None:
    nodes = [
        node("u1", None, "user", "Sort it"),
        node("new", "u1", "assistant", "New.", after=9),
        node("old", "u1", "assistant", "Old.", after=8),
    ]
    found = gathered(chatgpt, data(conversation(nodes, current)))
    assert shown(found.entries) == [("user", "Sort it"), ("assistant", "New.")]


def test_context_and_hidden_messages_are_no_prompts() -> None:
    hidden = {"is_user_system_message": True}
    context = {"content_type": "user_editable_context", "user_profile": "I am", "parts": ["x"]}
    nodes = [
        node("p", None, "user", context),
        node("h", "p", "user", "Be brief", metadata=hidden),
        node("u", "h", "user", "Hi"),
    ]
    assert shown(gathered(chatgpt, data(conversation(nodes, "u"))).entries) == [("user", "Hi")]


def test_images_voices_and_files_are_attached() -> None:
    image = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-a"}
    voice = {"content_type": "audio_transcription", "text": "spoken words", "direction": "in"}
    sound = {
        "content_type": "audio_asset_pointer",
        "asset_pointer": "sediment://s",
        "format": "wav",
    }
    parts = [{**image, "size_bytes": 1234}, voice, {**sound, "size_bytes": 5}, "typed", None, 7]
    content = {"content_type": "multimodal_text", "parts": parts}
    files = [{"id": "file-a", "name": "a.png"}, {"id": "file-b", "name": "b.pdf", "size": 9}]
    nodes = [node("u", None, "user", content, metadata={"attachments": files})]
    assert shown(gathered(chatgpt, data(conversation(nodes, "u"))).entries) == [
        ("user", "spoken words\ntyped"),
        ("user", "attachment", "image", 1234),
        ("user", "attachment", "audio", 5),
        ("user", "attachment", "b.pdf", 9),
    ]


def test_what_is_sent_to_a_tool_is_a_call_and_thoughts_are_no_answers() -> None:
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    out = {"content_type": "execution_output", "text": "1\n"}
    quote = {"content_type": "tether_quote", "url": "https://x.test", "text": "quoted"}
    thought = {"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "think"}]}
    recap = {"content_type": "reasoning_recap", "content": "Thought for 3s"}
    image = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://i"}
    nodes = [
        node("u", None, "user", "Draw"),
        node("t", "u", "assistant", thought),
        node("c1", "t", "assistant", code, recipient="python"),
        node("r1", "c1", "tool", out, name="python"),
        node("c2", "r1", "assistant", '{"query": "cats"}', recipient="browser"),
        node("r2", "c2", "tool", quote, name="browser"),
        node("r3", "r2", "tool", {"content_type": "multimodal_text", "parts": [image]}),
        node("n", "r3", "assistant", recap),
        node("a", "n", "assistant", "Here.", recipient="somebody"),
    ]
    assert shown(gathered(chatgpt, data(conversation(nodes, "a")), FULL).entries) == [
        ("user", "Draw"),
        ("assistant", "reasoning", "Plan\nthink"),
        ("tool", "tool-call", "python", "print(1)", (2, 1, "1\n", False)),
        ("tool", "tool-call", "browser", "query: cats", (6, 1, "quoted", False)),
        ("tool", "tool-result", (0, 0, "", False)),
        ("tool", "attachment", "image"),
        ("assistant", "reasoning", "Thought for 3s"),
        ("assistant", "Here."),
    ]


def test_missing_keys_and_wrong_types_are_no_reason_to_stop() -> None:
    odd: list[Json] = [
        {"id": "x1", "parent": None, "message": []},
        {"id": "x2", "parent": 7, "message": {"author": "user", "content": "x"}},
        {"id": "x3", "parent": "x2", "message": {"author": {"role": "user"}, "content": None}},
        {"id": "x4", "parent": "x3", "message": {"author": {"role": "critic"}}},
        {"id": "x5", "parent": "x4", "message": {"author": {"role": "user"}, "create_time": "?"}},
    ]
    mapping: Json = {str(each["id"]): each for each in odd}
    mapping |= {"x6": None, "x7": node("x7", "x5", "user", "Still here")}
    found = gathered(chatgpt, data({"mapping": mapping, "current_node": "x7", "title": 3}))
    assert shown(found.entries) == [("user", "Still here")]
    assert found.kinds == ("no role", "user without text", "critic")


@pytest.mark.parametrize("text", [b"[", b"[]", b'{"mapping": 1}', b"[1]"], ids=repr)
def test_what_has_no_conversation_is_one_error(text: bytes) -> None:
    assert not chatgpt.recognises(source_of(text))
    with pytest.raises(NotATranscript):
        list(chatgpt.read(source_of(text)))
