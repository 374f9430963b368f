"""Every importer: a message of the person in which nothing is found is counted, not passed over."""

import json
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from git_ticketer.importers import (
    copilot,
    cursor,
    gemini,
    opencode,
    opencode_db,
    pi,
    specstory,
    windsurf,
)
from git_ticketer.importers.source import Source
from tests.importers import test_chatgpt, test_claude_ai, test_opencode_db
from tests.importers.claude_code_lines import user
from tests.importers.making import gathered, jsonl, shown
from tests.importers.test_codex import event, message
from tests.importers.test_opencode_db import sample_path, session

WORDS: dict[str, str] = {"type": "text", "text": ""}
ASKED = {"type": "text", "text": "<user_query>\nHi\n</user_query>"}
AMP = {"id": "T-1", "v": 1, "messages": [{"role": "user", "messageId": 0, "content": []}]}
DROID = {"type": "message", "timestamp": "2026", "message": {"role": "user", "content": [WORDS]}}
GEMINI = {"id": "1", "timestamp": "2026", "type": "user", "content": [{"text": " "}]}
OPENCODE = {"info": {"id": "s"}, "messages": [{"info": {"role": "user"}, "parts": [WORDS]}]}
EMPTY: list[tuple[str, bytes]] = [
    ("claude_code", jsonl(user(""))),
    ("claude_code", jsonl(user([WORDS]))),
    ("claude_code", jsonl(user(None))),
    ("claude_code_web", json.dumps({"loglines": [user([])]}).encode()),
    ("codex", jsonl(message("user", ""))),
    ("codex", jsonl(event("user_message", message=""))),
    ("gemini", jsonl(GEMINI)),
    ("gemini", jsonl({"type": "user", "uuid": "1", "message": {"parts": []}})),
    ("copilot", jsonl({"type": "user.message", "data": {"content": ""}})),
    ("cursor", jsonl({"role": "user", "message": {"content": []}})),
    ("opencode", json.dumps(OPENCODE).encode()),
    ("amp", json.dumps(AMP).encode()),
    ("droid", jsonl(DROID)),
    ("pi", jsonl({"type": "message", "message": {"role": "user", "content": ""}})),
    ("windsurf", jsonl({"type": "user_input", "user_input": {"x": [1]}})),
    ("chatgpt", test_chatgpt.data({"mapping": {"a": test_chatgpt.node("a", None, "user", "")}})),
    ("claude_ai", test_claude_ai.data(test_claude_ai.talk(test_claude_ai.message("human", "")))),
    ("specstory", b"_**User**_\n\n_**Agent**_\n\nHello\n"),
    ("plain", b'[{"role": "user", "text": ""}]'),
    ("plain", b"## User\n\n## Assistant\n\nHello\n"),
]


@pytest.mark.parametrize(("name", "data"), EMPTY)
def test_a_message_of_the_person_without_text_is_counted(name: str, data: bytes) -> None:
    found = gathered(import_module(f"git_ticketer.importers.{name}"), data)

    assert (found.unknown, found.kinds) == (1, ("user without text",))
    assert [entry for entry in found.entries if entry.role == "user"] == []


@pytest.mark.parametrize(
    "record",
    [{"role": "user", "content": "Hi"}, {"role": "user", "text": "Hi"}],
)
def test_cursors_lines_may_have_no_message(record: dict[str, object]) -> None:
    lines = jsonl({"role": "user", "message": {"content": [ASKED]}}, record)

    assert shown(gathered(cursor, lines).entries) == [("user", "Hi"), ("user", "Hi")]
    assert cursor.recognises(Source(None, jsonl({"role": "user", "content": [ASKED]})))


def test_a_tag_in_the_middle_of_a_line_is_what_the_person_talks_about() -> None:
    said = "What is <user_query>x</user_query> for?"
    lines = jsonl({"role": "user", "message": {"content": said}})

    assert shown(gathered(cursor, lines).entries) == [("user", said)]


def test_windsurf_keeps_what_was_typed_in_pieces_too() -> None:
    items = [{"text": "Look at "}, {"item": {"file": "a.py"}}, {"text": "again"}]
    lines = jsonl({"type": "user_input", "user_input": {"items": items}})

    assert shown(gathered(windsurf, lines).entries) == [("user", "Look at again")]


def test_what_a_person_says_to_a_question_a_plan_or_a_tool_of_copilot_is_theirs() -> None:
    lines = jsonl(
        {"type": "user_input.completed", "data": {"answer": "blue"}},
        {"type": "exit_plan_mode.completed", "data": {"approved": False, "feedback": "shorter"}},
        {"type": "permission.completed", "data": {"result": {"kind": "no", "feedback": "ask me"}}},
        {"type": "elicitation.completed", "data": {"content": {"name": "app", "tests": ""}}},
    )

    said = [("user", text) for text in ("blue", "shorter", "ask me", "> name\napp")]
    assert shown(gathered(copilot, lines).entries) == said


def test_what_a_person_says_to_a_question_or_a_tool_of_opencode_is_theirs() -> None:
    questions = {"questions": [{"question": "Which?"}, {"question": "Why?"}]}
    answered = {"status": "completed", "input": questions, "output": "ok"}
    refused = "The user rejected permission to use this specific tool call with the following"
    parts = [
        {
            "type": "tool",
            "tool": "question",
            "state": {**answered, "metadata": {"answers": [["a", "b"], []]}},
        },
        {"type": "tool", "tool": "bash", "state": {"status": "error", "error": f"{refused} x"}},
        {
            "type": "tool",
            "tool": "bash",
            "state": {"status": "error", "error": f"{refused} feedback: not there"},
        },
    ]
    data = {"info": {"id": "s"}, "messages": [{"info": {"role": "assistant"}, "parts": parts}]}

    found = gathered(opencode, json.dumps(data).encode())
    prompts = [entry.text for entry in found.entries if entry.role == "user"]
    assert prompts == ["> Which?\na, b", "not there"]


def test_what_a_person_answers_gemini_and_qwen_is_theirs() -> None:
    call = {
        "id": "c",
        "name": "ask_user",
        "args": {"questions": [{"question": "Which?"}]},
        "result": [{"functionResponse": {"response": {"output": '{"answers": {"0": "that"}}'}}}],
        "status": "success",
    }
    display = {"answers": [{"question": "Which?", "answer": "that"}]}
    qwen = {"type": "tool_result", "uuid": "1", "message": {"parts": []}}

    for record in (
        {"id": "1", "timestamp": "2026", "type": "gemini", "content": "", "toolCalls": [call]},
        {**qwen, "toolCallResult": {"resultDisplay": display, "status": "success"}},
    ):
        found = gathered(gemini, jsonl(record))
        prompts = [entry.text for entry in found.entries if entry.role == "user"]
        assert prompts == ["> Which?\nthat"]


def test_a_prompt_in_a_message_that_sets_gemini_up_is_kept() -> None:
    setting_up = {"text": "This is the Gemini CLI. We are setting up the context for our chat."}
    record = {**GEMINI, "content": [setting_up, {"text": "Hi"}]}

    assert shown(gathered(gemini, jsonl(record)).entries) == [("user", "Hi")]


def test_a_session_of_opencode_that_went_on_in_version_2_is_whole(tmp_path: Path) -> None:
    path = sample_path(tmp_path)
    before = gathered(opencode_db, Source(path)).entries
    with closing(sqlite3.connect(path)) as database:
        database.executescript(test_opencode_db.NEWER)
        session(database, "session_v2", "ses_1", 1706459836000)
        said = json.dumps({"text": "and then?", "time": {"created": 1806459836000}})
        row = ("m1", "ses_1", "user", 1, 0, said)
        database.execute("INSERT INTO session_message VALUES (?, ?, ?, ?, ?, ?)", row)
        database.commit()

    found = gathered(opencode_db, Source(path)).entries
    assert [entry.text for entry in found] == [*(e.text for e in before), "and then?"]


def test_what_a_person_writes_to_specstory_is_never_a_thought_or_a_tool_of_the_agent() -> None:
    prompt = "Why does it print\n<think>\nhm\n</think>\nTool use: **Bash**\n`ls`\nand stop?"

    found = gathered(specstory, f"_**User**_\n\n{prompt}\n\n---\n\n_**Agent**_\n\nSo.\n".encode())
    assert shown(found.entries) == [("user", prompt), ("assistant", "So.")]


def test_only_files_named_to_pi_are_taken_off_a_prompt() -> None:
    written = ['<file name="/a">\nx\n</file>\nGo', "<file>\nx\n</file>\nGo"]
    lines = [{"type": "message", "message": {"role": "user", "content": text}} for text in written]

    assert shown(gathered(pi, jsonl(*lines)).entries) == [("user", "Go"), ("user", written[1])]
