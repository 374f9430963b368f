"""Claude Code's lines of every version become one entry per message; no prompt is lost."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.importers import claude_code
from git_ticketer.importers.source import Source
from tests.importers.claude_code_lines import (
    COMMON,
    PIXEL,
    assistant,
    attachment,
    call,
    line,
    queue,
    result,
    text,
    user,
)
from tests.importers.making import gathered, jsonl, mutated, readable, shown, source_of


def said(*records: object, detail: str = "conversation") -> list[tuple[object, ...]]:
    return shown(gathered(claude_code, jsonl(*records), detail).entries)


CONVERSATION = (
    {"type": "summary", "summary": "Avatars", "leafUuid": "u-9"},
    user("Crop the image", uuid="u-1"),
    assistant("m-1", {"type": "thinking", "thinking": "Square.", "signature": "c2ln"}, uuid="a-1"),
    assistant("m-1", text("I will look."), uuid="a-2"),
    assistant("m-1", call("t-1", "ls src"), uuid="a-3"),
    user([result("t-1", "a.py\nb.py", is_error=False)], uuid="u-2", toolUseResult={"stdout": "a"}),
    assistant("m-2", {"type": "redacted_thinking", "data": "eA=="}, text("Done."), uuid="a-4"),
)


def test_a_conversation_is_its_prompts_answers_and_tools_with_what_they_gave() -> None:
    found = gathered(claude_code, jsonl(*CONVERSATION))
    assert shown(found.entries) == [
        ("user", "Crop the image"),
        ("assistant", "I will look."),
        ("tool", "tool-call", "Bash", "ls src", (9, 2, "", False)),
        ("assistant", "Done."),
    ]
    assert found.about._asdict() == {
        "session": "s-1",
        "version": "2.1.12",
        "model": "claude-opus-4-5",
        "title": "Avatars",
        "parent": "",
        "branch": "main",
        "cwd": "/home/dana/app",
        "agent": "",
        "started": "2026-11-22T09:00:04Z",
    }
    assert (found.skipped, found.unknown) == (0, 0)


def test_full_detail_has_the_thoughts_without_their_signature() -> None:
    assert said(*CONVERSATION, detail="full")[1] == ("assistant", "reasoning", "Square.")


def test_what_the_system_wrote_as_the_user_is_no_prompt() -> None:
    records = (
        user("Skill: review everything", isMeta=True),
        line("system", subtype="compact_boundary", content="Conversation compacted", uuid="c-1"),
        user("This session is being continued", isCompactSummary=True, uuid="u-5"),
        line("system", subtype="stop_hook_summary", hookCount=1),
        line("system", subtype="local_command", content="<command-name>/cost</command-name>"),
    )
    assert said(*records) == [
        ("system", "Conversation compacted"),
        ("system", "This session is being continued"),
        ("user", "/cost"),
    ]


def test_errors_of_the_service_are_not_the_assistants_words_nor_its_model() -> None:
    record = assistant("m-1", text("API Error: 529"), isApiErrorMessage=True)
    record["message"] = {**record["message"], "model": "<synthetic>"}  # type: ignore[dict-item]
    found = gathered(claude_code, jsonl(user("hi"), record))
    assert shown(found.entries)[1:] == [("system", "API Error: 529")]
    assert found.about.model == ""


def test_a_message_told_again_and_longer_while_it_streams_stands_once() -> None:
    records = (
        user("go"),
        assistant("m-1", text("I will")),
        assistant("m-1", text("I will look.")),
        assistant("m-1", text("I will look."), {**call("t-1", ""), "input": {}}),
        assistant("m-1", text("I will look."), call("t-1", "ls")),
        user([result("t-1", "a")]),
        assistant("m-1", text("I will look.")),
        assistant("m-2", text("I will look.")),
    )
    assert said(*records)[1:] == [
        ("assistant", "I will look."),
        ("tool", "tool-call", "Bash", "ls", (1, 1, "", False)),
        ("assistant", "I will look."),
    ]


def test_answers_without_any_id_are_messages_of_their_own() -> None:
    record = line("assistant", message={"role": "assistant", "content": "Done."})
    assert said(record, record) == [("assistant", "Done."), ("assistant", "Done.")]


def test_lines_that_a_resumed_file_repeats_stand_once_but_repeated_words_stay() -> None:
    again = [{**record, "sessionId": "s-2"} for record in CONVERSATION[1:]]
    later = (user("Crop the image", uuid="u-8", sessionId="s-2"), user("other", uuid="u-1"))
    assert said(*CONVERSATION, *again, *later) == [
        *said(*CONVERSATION),
        ("user", "Crop the image"),
        ("user", "other"),
    ]


def test_a_resumed_files_session_is_the_one_that_it_is_named_after(tmp_path: Path) -> None:
    path = tmp_path / "s-2.jsonl"
    path.write_bytes(jsonl(user("one"), user("two", sessionId="s-2")))
    assert gathered(claude_code, Source(path)).about.session == "s-2"
    assert gathered(claude_code, path.read_bytes()).about.session == "s-1"


def test_both_branches_of_a_rewind_stay_in_file_order() -> None:
    records = (
        user("first", uuid="u-1"),
        user("wrong way", uuid="u-2", parentUuid="u-1"),
        user("right way", uuid="u-3", parentUuid="u-1"),
        user("on", uuid="u-4", parentUuid="not-in-this-file"),
    )
    assert [entry[1] for entry in said(*records)] == ["first", "wrong way", "right way", "on"]


def test_files_and_images_keep_type_and_size() -> None:
    records = (
        user([text("see"), {"type": "image", "source": PIXEL}]),
        user([{"type": "document", "source": {**PIXEL, "media_type": "application/pdf"}}]),
        attachment(type="file", filename="a.py", content={"file": {"content": "x = 1\n"}}),
        attachment(type="todo_reminder", content=[]),
        assistant("m-1", call("t-1", "shot")),
        user([result("t-1", [text("here"), {"type": "image", "source": PIXEL}])]),
    )
    assert said(*records) == [
        ("user", "see"),
        ("user", "attachment", "image/png", 8),
        ("user", "attachment", "application/pdf", 8),
        ("user", "attachment", "a.py", 6),
        ("tool", "tool-call", "Bash", "shot", (4, 1, "", False)),
        ("tool", "attachment", "image/png", 8),
    ]


def test_titles_go_by_who_gave_them() -> None:
    titles = (
        {"type": "custom-title", "customTitle": "Mine", "sessionId": "s-1"},
        {"type": "ai-title", "aiTitle": "Its", "sessionId": "s-1"},
        {"type": "summary", "summary": "Short", "leafUuid": "u-1"},
    )
    for count, title in ((3, "Mine"), (2, "Its"), (1, "Short")):
        found = gathered(claude_code, jsonl(user("hi"), *titles[-count:]))
        assert found.about.title == title


def test_sidechain_lines_in_the_main_file_belong_to_their_subagent() -> None:
    records = (
        user("find it"),
        user("Search", isSidechain=True),
        assistant("m-1", text("Found"), isSidechain=True, agentId="ab1"),
    )
    assert said(*records) == [
        ("user", "find it"),
        ("user", "Search", "sidechain"),
        ("assistant", "Found", "ab1"),
    ]


def test_a_subagents_own_file_is_a_session_under_the_main_one(tmp_path: Path) -> None:
    side = {"isSidechain": True, "agentId": "ab1"}
    data = jsonl(user("Search", **side), assistant("m-1", text("Found"), **side))
    found = gathered(claude_code, data)
    assert (found.about.session, found.about.parent) == ("agent-ab1", "s-1")
    assert shown(found.entries) == [("user", "Search"), ("assistant", "Found")]
    path = tmp_path / "s-1" / "subagents" / "agent-cd2.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(jsonl(user("Search")))
    placed = gathered(claude_code, Source(path)).about
    assert (placed.session, placed.parent) == ("agent-cd2", "s-1")


def test_the_parts_of_a_session_are_its_subagents_files(tmp_path: Path) -> None:
    files = {
        "s-1.jsonl": "s-1",
        "s-1/subagents/agent-b.jsonl": "s-1",
        "agent-a.jsonl": "s-1",
        "s-1/subagents/workflows/wf_1/agent-c.jsonl": "s-1",
        "agent-d.jsonl": "s-2",
    }
    for name, session in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(jsonl(user("x", sessionId=session)))
    (tmp_path / "s-1/subagents/agent-b.meta.json").write_text("{}")
    assert [path.name for path in claude_code.parts(tmp_path / "s-1.jsonl")] == [
        *("agent-b.jsonl", "agent-c.jsonl", "agent-a.jsonl"),
    ]


def test_noise_is_passed_over_unread_but_never_a_prompt_that_looks_like_it() -> None:
    noise = b'{"parentUuid":"a","type":"progress","data":{"broken": nonsense},"uuid":"p"}'
    hidden = jsonl(line("progress", data={"type": "user"})).replace(b" ", b"").strip()
    quoted = user('{"type":"progress"} is what it says', uuid="u-2")
    nested = {"message": {"role": "user", "content": [{"type": "progress"}, text("kept")]}}
    odd = {"toolUseResult": {"x": 1}, **user("after the copy", uuid="u-3")}
    odd = {key: odd[key] for key in ("toolUseResult", *COMMON, "type", "message", "uuid")}
    found = gathered(
        claude_code, jsonl(noise, hidden, quoted, {"type": "user", **COMMON, **nested}, odd)
    )
    assert shown(found.entries) == [
        ("user", '{"type":"progress"} is what it says'),
        ("user", "kept"),
        ("user", "after the copy"),
    ]
    assert (found.skipped, found.kinds) == (0, ("user/progress",))


def test_broken_lines_are_counted_and_what_is_whole_in_them_is_read() -> None:
    whole = jsonl(user("two in", uuid="u-2")).strip()
    found = gathered(
        claude_code,
        jsonl(
            user("one"),
            b'{"type":"user","mess',
            whole + jsonl(user("one line", uuid="u-3")).strip(),
            whole[:40] + jsonl(user("after a half", uuid="u-4")).replace(b'": ', b'":').strip(),
            b"42",
            b'{"sessionId":"s-1","type":"user","message":{"content":"caf\xe9"}}',
        ),
    )
    assert [entry.text for entry in found.entries] == [
        *("one", "two in", "one line", "after a half", "caf\ufffd"),
    ]
    assert (found.skipped, found.unknown) == (3, 0)


def test_unknown_kinds_are_counted_by_name() -> None:
    records = (
        user("hi"),
        line("hologram"),
        line("system", subtype="new"),
        user([{"type": "smell"}]),
    )
    found = gathered(claude_code, jsonl(*records))
    assert (found.unknown, found.kinds) == (3, ("hologram", "system/new", "user/smell"))


def test_a_first_line_longer_than_the_head_is_recognised() -> None:
    assert claude_code.recognises(source_of(jsonl(user("x" * 100_000))))
    last = {"type": "user", "message": {"content": "x" * 100_000}, "sessionId": "s"}
    assert claude_code.recognises(source_of(jsonl(last)))
    assert not claude_code.recognises(source_of(jsonl({"sessionId": "s", "kind": "x" * 100_000})))


EVERYTHING = (
    *CONVERSATION,
    user([text("see"), {"type": "image", "source": PIXEL}, result("t-2", [text("x")])], uuid="u-3"),
    line("system", subtype="informational", content="note", uuid="y-1"),
    attachment(type="queued_command", prompt=[text("more")], origin={"kind": "human"}),
    attachment(type="file", filename="a", content={"file": {"content": "x"}}),
    queue("enqueue", content="q", timestamp="2026-11-22T09:00:09Z"),
    {"type": "ai-title", "aiTitle": "T", "sessionId": "s-1"},
    {"type": "pr-link", "prUrl": "https://example.com/pull/1", "sessionId": "s-1"},
)


@settings(max_examples=300, deadline=None)
@given(mutated(EVERYTHING))
def test_any_value_at_any_place_gives_entries_or_the_one_error(records: list[object]) -> None:
    source = source_of(jsonl(*records))
    claude_code.recognises(source)
    readable(claude_code, source.data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_any_bytes_give_entries_or_the_one_error(data: bytes, at: int) -> None:
    whole = jsonl(*CONVERSATION)
    readable(claude_code, data)
    readable(claude_code, whole[:at] + data + whole[at + len(data) :])
