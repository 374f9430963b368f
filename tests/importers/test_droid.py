"""Factory Droid's sessions."""

from git_ticketer.importers import droid
from git_ticketer.importers.items import About
from tests.importers.making import gathered, jsonl, shown, source_of

START = {
    "type": "session_start",
    "id": "052cb8d0",
    "title": "Change the comment",
    "sessionTitle": "New Session",
    "version": 2,
    "cwd": "/home/u/w",
}


def text(said: str) -> dict[str, object]:
    return {"type": "text", "text": said}


def message(role: str, *content: object, **more: object) -> dict[str, object]:
    said = {"role": role, "content": list(content), **more}
    return {"type": "message", "id": "m", "timestamp": "2026-01-28T16:57:01.391Z", "message": said}


LINES = (
    START,
    message(
        "user",
        text("<system-reminder>\nThe tools are a, b\n</system-reminder>"),
        text("Change @index.ts"),
        text("Contents of /home/u/w/index.ts (lines 1-25 of 25):\n// DROID2\n"),
    ),
    message("user", text("Only for the model"), visibility="llm_only"),
    message(
        "assistant",
        {"type": "tool_use", "id": "c1", "name": "Read", "input": {"file_path": "index.ts"}},
        modelId="gpt-5",
    ),
    {"type": "todo_state", "id": "t", "todos": {"todos": "1. [in_progress] it"}},
    message(
        "user",
        {"type": "tool_result", "tool_use_id": "c1", "content": "// DROID2\n"},
        text("and be quick"),
    ),
    b'{"type":"message","message":{"role":"us',
    {"type": "compaction_state", "summaryText": "They changed a comment."},
    {"type": "warp_drive"},
    message("assistant", text("# Done")),
)


def sample() -> bytes:
    return jsonl(*LINES)


def test_prompts_are_told_from_what_droid_put_beside_them() -> None:
    found = gathered(droid, sample())

    assert found.about == About(
        session="052cb8d0", model="gpt-5", title="Change the comment", cwd="/home/u/w"
    )
    assert shown(found.entries) == [
        ("user", "Change @index.ts"),
        ("tool", "tool-call", "Read", "index.ts", (10, 1, "", False)),
        ("user", "and be quick"),
        ("system", "They changed a comment."),
        ("assistant", "# Done"),
    ]
    assert (found.skipped, found.kinds) == (1, ("warp_drive",))


def test_a_prompt_that_looks_like_a_file_stays_where_nothing_else_was_said() -> None:
    alone = message("user", text("Contents of /etc/motd (lines 1-2 of 2):\nwhat is wrong here?"))

    assert [entry.role for entry in gathered(droid, jsonl(START, alone)).entries] == ["user"]


def test_messages_are_recognised_without_the_first_line() -> None:
    assert droid.recognises(source_of(jsonl(*LINES[1:])))
