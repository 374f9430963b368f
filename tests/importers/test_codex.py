"""Codex' rollouts of every generation: each text once, and no prompt is lost."""

import json

import pytest
from hypothesis import given, settings

from git_ticketer.importers import codex
from tests.importers.making import gathered, jsonl, mutated, readable, shown, source_of

AT = "2026-11-22T09:00:04.120Z"
IMAGE = "data:image/png;base64,iVBORw0KGgo="
META = {
    "id": "0199-a",
    "timestamp": "2026-11-22T09:00:00Z",
    "cwd": "/home/dana/app",
    "cli_version": "0.98.0",
    "source": "cli",
    "git": {"branch": "main", "commit_hash": "0" * 40},
}


def line(kind: str, payload: object, at: str = AT) -> dict[str, object]:
    return {"timestamp": at, "type": kind, "payload": payload}


def meta(**fields: object) -> dict[str, object]:
    return line("session_meta", {**META, **fields})


def item(name: str, /, **fields: object) -> dict[str, object]:
    return line("response_item", {"type": name, **fields})


def event(name: str, /, **fields: object) -> dict[str, object]:
    return line("event_msg", {"type": name, **fields})


def message(role: str, *texts: str) -> dict[str, object]:
    kind = "output_text" if role == "assistant" else "input_text"
    return item("message", role=role, content=[{"type": kind, "text": text} for text in texts])


def call(name: str, arguments: object, key: str = "c-1") -> dict[str, object]:
    return item("function_call", name=name, arguments=arguments, call_id=key)


def result(output: object, key: str = "c-1") -> dict[str, object]:
    return item("function_call_output", call_id=key, output=output)


def said(*records: object, detail: str = "conversation") -> list[tuple[object, ...]]:
    return shown(gathered(codex, jsonl(*records), detail).entries)


ROLLOUT = (
    meta(),
    message("developer", "<permissions instructions>Ask.</permissions instructions>"),
    message("user", "# AGENTS.md instructions for /app\n\n<INSTRUCTIONS>\nShort.\n</INSTRUCTIONS>"),
    message("user", "<environment_context>\n  <cwd>/app</cwd>\n</environment_context>"),
    event("task_started", model_context_window=1),
    line("turn_context", {"cwd": "/home/dana/app", "model": "gpt-5.2-codex"}),
    message("user", "List the files"),
    event("user_message", message="List the files", images=[], kind="plain"),
    event("agent_reasoning", text="**Looking**"),
    item("reasoning", summary=[{"type": "summary_text", "text": "**Looking**"}], content=None),
    call("shell", '{"command": ["bash", "-lc", "ls -a"], "workdir": "/app"}'),
    result('{"output": "a.py\\n", "metadata": {"exit_code": 2}}'),
    event("token_count", info=None),
    event("agent_message", message="One file."),
    message("assistant", "One file."),
    item("ghost_snapshot", ghost_commit={"id": "x"}),
    event("thread_name_updated", thread_name="Files"),
    line("compacted", {"message": "", "replacement_history": []}),
)
ENTRIES = [
    ("user", "List the files"),
    ("tool", "tool-call", "shell", "ls -a", (5, 1, "", True)),
    ("assistant", "One file."),
]


def test_a_rollout_with_both_streams_says_each_text_once() -> None:
    found = gathered(codex, jsonl(*ROLLOUT))
    assert codex.recognises(source_of(jsonl(*ROLLOUT)))
    assert shown(found.entries) == ENTRIES
    assert found.about._asdict() == {
        "session": "0199-a",
        "version": "0.98.0",
        "model": "gpt-5.2-codex",
        "title": "Files",
        "parent": "",
        "branch": "main",
        "cwd": "/home/dana/app",
        "started": "2026-11-22T09:00:00Z",
        "agent": "",
    }
    assert (found.skipped, found.unknown) == (0, 0)
    thoughts = [entry for entry in said(*ROLLOUT, detail="full") if "reasoning" in entry]
    assert thoughts == [("assistant", "reasoning", "**Looking**")]


@pytest.mark.parametrize("stream", ["response_item", "event_msg"])
def test_a_rollout_with_one_stream_says_the_same(stream: str) -> None:
    kept = [r for r in ROLLOUT if r["type"] in (stream, "session_meta")]
    assert [e for e in said(*kept) if e[0] != "tool"] == [ENTRIES[0], ENTRIES[2]]


@pytest.mark.parametrize(
    "records",
    [
        jsonl(
            {"id": "0199-a", "timestamp": META["timestamp"], "instructions": None, "git": {}},
            *(r["payload"] for r in ROLLOUT if r["type"] == "response_item"),
        ),
        jsonl(
            {"id": "0199-a", "timestamp": META["timestamp"], "instructions": None},
            {"record_type": "state"},
            *(r["payload"] for r in ROLLOUT if r["type"] == "response_item"),
            {"record_type": "state"},
        ),
        json.dumps(
            {
                "session": {"id": "0199-a", "timestamp": META["timestamp"]},
                "items": [r["payload"] for r in ROLLOUT if r["type"] == "response_item"],
            },
            indent=2,
        ).encode(),
    ],
    ids=["direct", "with states", "document"],
)
def test_the_earlier_generations_say_the_same(records: bytes) -> None:
    assert codex.recognises(source_of(records))
    found = gathered(codex, records)
    assert (shown(found.entries), found.about.session) == (ENTRIES, "0199-a")
    assert (found.skipped, found.unknown) == (0, 0)


def test_a_prompt_in_one_stream_alone_is_not_lost_and_the_same_words_may_come_again() -> None:
    records = (
        message("user", "continue"),
        message("assistant", "Yes."),
        event("user_message", message="continue"),
        message("assistant", "Yes."),
        event("agent_message", message="Yes."),
        event("user_message", message="continue"),
        message("user", "continue"),
        message("user", "continue"),
    )
    assert [entry[1] for entry in said(*records)] == [
        *("continue", "Yes.", "continue", "Yes.", "continue", "continue"),
    ]


@pytest.mark.parametrize(
    ("written", "prompt"),
    [
        ("<turn_aborted>\nstopped\n</turn_aborted>", ""),
        ("<skill>\n<name>x</name>\n</skill>", ""),
        ("<user_instructions>\nBe brief.\n</user_instructions>", ""),
        (
            "Why does <environment_context> come first?",
            "Why does <environment_context> come first?",
        ),
        ("<environment_context>\n<cwd>/</cwd>\n</environment_context>\n\ngo", "go"),
        (
            "# Context from my IDE setup:\n\n## Active file: a.py\n\n## My request for Codex:\nfix",
            "fix",
        ),
        (
            "## My request for Codex:\nfix\n## My request for Codex:\nit",
            "fix\n## My request for Codex:\nit",
        ),
        ("<environment_context>x</environment_context>\n## My request for Codex: fix", "fix"),
        ("# Files mentioned by the user:\n\n## a.png: /tmp/a.png\n\n## My request:\nfix", "fix"),
        ("\n# Files mentioned by the user:\n\n## a.png: /tmp/a.png\n", ""),
        ("# Files mentioned by the user: which?\nI saw none.", None),
        ("What is\n## My request for Codex:\nfor?", None),
        (
            "<user_shell_command>\n<command>\nls\n</command>\n<result>a</result>\n"
            "</user_shell_command>",
            "!ls",
        ),
        ("# AGENTS.md instructions are what I want to write", None),
    ],
)
def test_only_what_the_person_said_is_a_prompt(written: str, prompt: str | None) -> None:
    expected = written if prompt is None else prompt
    assert said(message("user", written)) == ([("user", expected)] if expected else [])


@pytest.mark.parametrize(
    ("records", "entry"),
    [
        ([call("shell", "not {json")], ("shell", "not {json")),
        ([call("exec_command", '{"cmd": "ls"}')], ("exec_command", "ls")),
        (
            [call("f", "{}"), result([{"type": "input_text", "text": "ab"}])],
            ("f", (2, 1, "", False)),
        ),
        ([call("f", "{}"), result("Exit code: 1\nOutput:\n")], ("f", (21, 2, "", True))),
        ([call("f", "{}"), result({"content": "no", "success": False})], ("f", (2, 1, "", True))),
        (
            [item("custom_tool_call", name="apply_patch", input="*** Begin Patch", call_id="c")],
            ("apply_patch", "*** Begin Patch"),
        ),
        (
            [
                item(
                    "local_shell_call",
                    call_id="c",
                    action={"type": "exec", "command": ["ls", "-a"]},
                )
            ],
            ("local_shell", "ls -a"),
        ),
        (
            [item("web_search_call", action={"type": "search", "query": "yaml"})],
            ("web_search", "yaml"),
        ),
        (
            [
                event(
                    "mcp_tool_call_end",
                    call_id="c",
                    invocation={"server": "s", "tool": "t", "arguments": {"query": "x"}},
                    result={"Ok": {"content": [{"type": "text", "text": "ok"}]}},
                )
            ],
            ("s.t", "x", (2, 1, "", False)),
        ),
        (
            [call("shell", '{"command": "ls"}'), event("exec_command_end", call_id="c-1")],
            ("shell", "ls"),
        ),
    ],
)
def test_tools_in_every_form(records: list[object], entry: tuple[object, ...]) -> None:
    assert said(*records) == [("tool", "tool-call", *entry)]


def test_images_keep_type_and_size() -> None:
    content = [
        {"type": "input_text", "text": "<image name=[Image #1]>"},
        {"type": "input_image", "image_url": IMAGE},
        {"type": "input_text", "text": "</image>"},
        {"type": "input_text", "text": "see"},
    ]
    records = (
        item("message", role="user", content=content),
        event("user_message", message="see", images=[IMAGE]),
    )
    assert said(*records) == [("user", "see"), ("user", "attachment", "image/png", 8)]


@pytest.mark.parametrize(
    "fields",
    [
        {"forked_from_id": "0199-p"},
        {"source": {"subagent": {"thread_spawn": {"parent_thread_id": "0199-p", "depth": 1}}}},
        {"source": {"subagent": "review"}, "parent_thread_id": "0199-p"},
    ],
    ids=["fork", "subagent", "review"],
)
def test_a_fork_or_subagent_names_its_parent(fields: dict[str, object]) -> None:
    records = (meta(id="0199-c", **fields), meta(id="0199-p"), message("user", "hi"))
    about = gathered(codex, jsonl(*records)).about
    assert (about.session, about.parent) == ("0199-c", "0199-p")


def test_lines_that_a_resumed_rollout_repeats_stand_once() -> None:
    later = line("response_item", message("user", "List the files")["payload"], "2026-11-22T10:00Z")
    assert said(*ROLLOUT, *ROLLOUT, later) == [*ENTRIES, ("user", "List the files")]


def test_what_the_program_notes_is_the_systems() -> None:
    records = (
        event("turn_aborted", reason="interrupted"),
        event("error", message="stream closed"),
        event("thread_rolled_back", num_turns=2),
        line("compacted", {"message": "Summary"}),
        event("item_completed", item={"type": "Plan", "text": "1. Test"}),
        event("hologram"),
        b"{broken",
    )
    found = gathered(codex, jsonl(*records))
    assert shown(found.entries) == [
        ("system", "turn aborted: interrupted"),
        ("system", "stream closed"),
        ("system", "rolled back turns: 2"),
        ("system", "Summary"),
        ("assistant", "1. Test"),
    ]
    assert (found.skipped, found.kinds) == (1, ("event/hologram",))


EVERYTHING = (
    *ROLLOUT,
    item("custom_tool_call", name="apply_patch", input="x", call_id="c-2"),
    item("local_shell_call", call_id="c-3", action={"type": "exec", "command": ["ls"]}),
    event("mcp_tool_call_end", call_id="c-4", invocation={"server": "s"}, result={"Ok": {}}),
    event("exec_command_end", call_id="c-5", command=["ls"], exit_code=0),
    event("patch_apply_end", call_id="c-6", changes={"a.py": {}}, success=True),
    item("message", role="user", content=[{"type": "input_image", "image_url": IMAGE}]),
    message("assistant", "One file.")["payload"],
)


@settings(max_examples=300, deadline=None)
@given(mutated(EVERYTHING))
def test_any_value_at_any_place_gives_entries_or_the_one_error(records: list[object]) -> None:
    source = source_of(jsonl(*records))
    codex.recognises(source)
    readable(codex, source.data)


def test_what_the_person_answers_to_a_question_is_a_prompt() -> None:
    questions = {
        "questions": [{"id": "q1", "question": "Which?"}, {"id": "q2", "question": "Why?"}]
    }
    answers = {"answers": {"q1": {"answers": ["a", "b"]}, "q2": {"answers": []}}}
    ask = call("request_user_input", json.dumps(questions))

    entries = said(ask, result(json.dumps(answers)), result(json.dumps(answers)))
    assert [entry[1] for entry in entries if entry[0] == "user"] == ["> Which?\na, b"]
    forged = said(call("cat", "{}"), result(json.dumps(answers)))
    assert [entry[0] for entry in forged] == ["tool"]
