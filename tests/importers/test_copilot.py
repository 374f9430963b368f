"""GitHub Copilot's command line."""

import pytest

from git_ticketer.importers import copilot
from git_ticketer.importers.items import About
from git_ticketer.model.transcript import FULL
from tests.importers.making import gathered, jsonl, shown


def event(kind: str, agent: str = "", **data: object) -> dict[str, object]:
    at = {"id": "e", "timestamp": "2026-05-12T00:21:10.000Z", "parentId": None}
    return {"type": kind, "data": data, **at, **({"agentId": agent} if agent else {})}


START = event(
    "session.start",
    sessionId="301561f1",
    copilotVersion="1.0.45",
    startTime="2026-05-12T00:21:05.216Z",
    context={"cwd": "/w", "branch": "main"},
)
ASKED = {"toolCallId": "t1", "name": "create", "arguments": '{"path":"a.py"}'}


def sample() -> bytes:
    return jsonl(
        START,
        event("session.model_change", newModel="gpt-4.1"),
        event(
            "user.message",
            content="make a file",
            transformedContent="<current_datetime>now</current_datetime>\n\nmake a file",
            attachments=[{"type": "file", "displayName": "a.png", "byteLength": 9}],
        ),
        event("user.message", content="# How to", source="skill-pdf"),
        event("assistant.turn_start", turnId="0"),
        event(
            "assistant.message",
            messageId="m1",
            content="I make it.",
            reasoningText="Easy.",
            toolRequests=[ASKED],
        ),
        event("assistant.reasoning", content="Easy."),
        event("tool.execution_start", toolCallId="t1", toolName="create", arguments={}),
        event(
            "tool.execution_complete",
            toolCallId="t1",
            result={"result_type": "success", "text_result_for_llm": "made"},
        ),
        event("tool.execution_complete", toolCallId="t1", success=True, result={"content": "made"}),
        event("hook.start", hookType="preToolUse"),
        event("subagent.started", toolCallId="t2", agentName="explore"),
        event("user.message", "agent-1", content="Look around"),
        event("assistant.message", "agent-1", content="Nothing here."),
        event("session.error", message="no network"),
        event("hologram.shown"),
        b"{",
        event("session.shutdown", shutdownType="routine"),
    )


def test_events_are_read_with_each_call_and_result_once() -> None:
    found = gathered(copilot, sample(), FULL)

    assert found.about == About(
        session="301561f1",
        version="1.0.45",
        model="gpt-4.1",
        branch="main",
        cwd="/w",
        started="2026-05-12T00:21:05Z",
    )
    assert shown(found.entries) == [
        ("user", "make a file"),
        ("user", "attachment", "a.png", 9),
        ("system", "# How to"),
        ("assistant", "reasoning", "Easy."),
        ("assistant", "I make it."),
        ("tool", "tool-call", "create", "path: a.py", (4, 1, "made", False)),
        ("user", "Look around", "agent-1"),
        ("assistant", "Nothing here.", "agent-1"),
        ("system", "no network"),
    ]
    assert (found.skipped, found.kinds) == (1, ("hologram.shown",))


@pytest.mark.parametrize(
    ("data", "prompts"),
    [
        pytest.param(
            {
                "content": "",
                "transformedContent": "<current_datetime>now</current_datetime>\n\nfix it\n\n"
                "<system_reminder>\nbe kind\n</system_reminder>",
            },
            ["fix it"],
            id="only the transformed content",
        ),
        pytest.param(
            {"content": "what is <reminder>?", "transformedContent": "other"},
            ["what is <reminder>?"],
            id="the typed content stays as it is",
        ),
        pytest.param({"transformedContent": "<reminder>x</reminder>"}, [], id="only injected"),
    ],
)
def test_a_prompt_is_what_the_person_typed(data: dict[str, object], prompts: list[str]) -> None:
    found = gathered(copilot, jsonl(START, {**event("user.message"), "data": data}))

    assert [entry.text for entry in found.entries] == prompts


def test_a_failed_tool_says_why() -> None:
    failed = event(
        "tool.execution_complete", toolCallId="t", success=False, error={"message": "no"}
    )

    (entry,) = gathered(copilot, jsonl(START, failed), FULL).entries

    assert entry.output == (2, 1, "no", True)
