"""Gemini CLI's sessions, and those of Qwen Code."""

import json
from pathlib import Path

import pytest

from git_ticketer.importers import gemini
from git_ticketer.importers.items import About
from git_ticketer.importers.registry import recognised
from git_ticketer.importers.source import Source
from git_ticketer.model.transcript import FULL
from tests.importers.making import gathered, jsonl, shown, source_of

FACTS = {
    "sessionId": "3bacc8a0",
    "projectHash": "5eb97e",
    "startTime": "2026-01-06T18:25:00.000Z",
    "kind": "main",
}


def said(id: str, kind: str, content: object, **more: object) -> dict[str, object]:
    at = "2026-01-06T18:25:18.042Z"
    return {"id": id, "timestamp": at, "type": kind, "content": content, **more}


CALL = {
    "id": "c1",
    "name": "read_file",
    "args": {"file_path": "a.ts"},
    "status": "success",
    "result": [{"functionResponse": {"id": "c1", "response": {"output": "let a\n"}}}],
}
CONTEXT = "<session_context>\nI'm currently working in the directory: /w\n</session_context>"


def sample() -> bytes:
    return jsonl(
        FACTS,
        said("0", "user", [{"text": CONTEXT}]),
        said("1", "user", [{"text": "add a log"}, {"text": "to @a.ts"}]),
        said("2", "gemini", "I"),
        b"{",
        said("3", "info", "Update available"),
        {"$set": {"summary": "Adding a log", "lastUpdated": "2026-01-06T18:26:00Z"}},
        said(
            "2",
            "gemini",
            "I read.",
            model="gemini-2.5-pro",
            thoughts=[{"subject": "Plan", "description": "read first"}],
            toolCalls=[CALL, {**CALL, "id": "c2", "status": "error", "result": None}],
        ),
        said("4", "hologram", "x"),
    )


def test_a_message_that_is_written_again_counts_once_at_its_first_place() -> None:
    found = gathered(gemini, sample(), FULL)

    assert found.about == About(
        session="3bacc8a0",
        model="gemini-2.5-pro",
        title="Adding a log",
        cwd="/w",
        started="2026-01-06T18:25:00Z",
    )
    assert shown(found.entries) == [
        ("user", "add a log\nto @a.ts"),
        ("assistant", "reasoning", "Plan: read first"),
        ("assistant", "I read."),
        ("tool", "tool-call", "read_file", "file_path: a.ts", (6, 1, "let a\n", False)),
        ("tool", "tool-call", "read_file", "file_path: a.ts", (0, 0, "", True)),
        ("system", "Update available"),
    ]
    assert (found.skipped, found.kinds) == (1, ("hologram",))


ONE, TWO, THREE = (said(id, "user", id) for id in ("one", "two", "three"))


@pytest.mark.parametrize(
    ("lines", "prompts"),
    [
        pytest.param([ONE, TWO, {"$rewindTo": "two"}, THREE], ["one", "three"], id="rewound"),
        pytest.param([ONE, TWO, {"$rewindTo": "?"}, THREE], ["three"], id="to an unknown id"),
        pytest.param([ONE, {"$set": {"messages": [TWO]}}, THREE], ["two", "three"], id="replaced"),
        pytest.param([ONE, {"$set": {"kind": "main"}}], ["one"], id="only facts are set"),
    ],
)
def test_what_was_taken_back_is_not_said(lines: list[object], prompts: list[str]) -> None:
    found = gathered(gemini, jsonl(FACTS, *lines))

    assert [entry.text for entry in found.entries] == prompts


def test_the_older_single_file_says_the_same() -> None:
    whole = json.dumps({**FACTS, "messages": [ONE, None, TWO]}, indent=2).encode()

    found = gathered(gemini, whole)

    assert gemini.recognises(source_of(whole))
    assert [entry.text for entry in found.entries] == ["one", "two"]
    assert (found.about.session, found.skipped) == ("3bacc8a0", 1)


@pytest.mark.parametrize(
    ("written", "prompt"),
    [
        pytest.param(
            "see @a\n--- Content from referenced files ---\nContent from @a:\nX\n"
            "--- End of content ---",
            "see @a",
            id="files",
        ),
        pytest.param("what is <session_context>?", "what is <session_context>?", id="a question"),
        pytest.param("go\n<system-reminder>\nx\n</system-reminder>", "go", id="a reminder"),
    ],
)
def test_a_prompt_is_what_the_person_typed(written: str, prompt: str) -> None:
    (entry,) = gathered(gemini, jsonl(FACTS, said("1", "user", written))).entries

    assert entry.text == prompt


def test_a_subagents_session_names_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "chats" / "parent-1" / "sub-1.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(jsonl({**FACTS, "kind": "subagent", "directories": ["/w"]}, ONE))

    about = gathered(gemini, Source(path)).about

    assert (about.parent, about.cwd) == ("parent-1", "/w")


def qwen(kind: str, *parts: object, **more: object) -> dict[str, object]:
    head = {"uuid": "u", "parentUuid": None, "sessionId": "5111125b", "cwd": "/w", "type": kind}
    message = {"message": {"role": "user", "parts": list(parts)}} if parts else {}
    return {**head, "version": "0.21.14", "timestamp": "2026-08-19T22:05:33Z", **message, **more}


def qwen_sample() -> bytes:
    response = {"functionResponse": {"id": "c1", "name": "run", "response": {"error": "no"}}}
    return jsonl(
        qwen("user", {"text": "write hello.txt"}, provenance="real_user"),
        qwen("system", subtype="ui_telemetry", systemPayload={}),
        qwen(
            "assistant",
            {"text": "Think", "thought": True},
            {"text": "I write."},
            {"functionCall": {"id": "c1", "name": "run", "args": {"command": "touch"}}},
            model="qwen3",
        ),
        qwen("tool_result", response, toolCallResult={"callId": "c1", "status": "error"}),
        qwen("system", subtype="custom_title", systemPayload={"customTitle": "Hello"}),
        qwen("user", {"text": "A task ended"}, subtype="notification", provenance="system"),
        qwen("system", subtype="hologram"),
    )


def test_qwens_lines_are_read_as_an_agent_of_their_own() -> None:
    found = gathered(gemini, qwen_sample(), FULL)

    assert recognised(source_of(qwen_sample())).FORMAT == gemini.FORMAT
    assert (found.about.agent, found.about.session, found.about.title) == (
        *("qwen-code", "5111125b", "Hello"),
    )
    assert shown(found.entries) == [
        ("user", "write hello.txt"),
        ("assistant", "reasoning", "Think"),
        ("assistant", "I write."),
        ("tool", "tool-call", "run", "command: touch", (2, 1, "no", True)),
        ("system", "A task ended"),
    ]
    assert found.kinds == ("system/hologram",)
