"""Pi's sessions."""

import pytest

from git_ticketer.importers import pi
from git_ticketer.importers.items import About
from git_ticketer.model.transcript import FULL
from tests.importers.making import gathered, jsonl, shown, source_of


def entry(role: str, content: object = None, **more: object) -> dict[str, object]:
    said = {"role": role, "content": content, "timestamp": 1774951801000, **more}
    return {"type": "message", "id": "a", "parentId": None, "message": said}


LINES = (
    {
        "type": "session",
        "version": 3,
        "id": "pi-2",
        "timestamp": "2026-03-31T10:10:00.000Z",
        "cwd": "/w",
        "parentSession": "/s/2026-03-30T09-00-00_pi-1.jsonl",
    },
    {"type": "model_change", "provider": "openai", "modelId": "gpt-5"},
    {"type": "thinking_level_change", "thinkingLevel": "high"},
    entry("user", [{"type": "text", "text": '<file name="/w/a">\nA\n</file>\nRename it'}]),
    entry(
        "assistant",
        [
            {"type": "thinking", "thinking": "Hm."},
            {"type": "text", "text": "I do."},
            {"type": "toolCall", "id": "c1", "name": "edit", "arguments": {"path": "a"}},
        ],
        model="claude-sonnet-4-5",
    ),
    entry(
        "toolResult",
        [
            {"type": "text", "text": "no"},
            {"type": "image", "data": "AAAA", "mimeType": "image/png"},
        ],
        toolCallId="c1",
        isError=True,
    ),
    entry("bashExecution", command="ls", output="a b\n", exitCode=0),
    entry("hookMessage", "From an extension"),
    {"type": "compaction", "summary": "So far: renamed.", "tokensBefore": 5},
    {"type": "branch_summary", "summary": "Tried b.", "fromId": "a"},
    {"type": "custom_message", "customType": "x", "content": "Injected"},
    {"type": "custom", "customType": "x", "data": {}},
    {"type": "label", "targetId": "a", "label": "here"},
    {"type": "session_info", "name": "Renaming"},
    entry("user", "Thanks"),
    {"type": "hologram"},
)


def sample() -> bytes:
    return jsonl(*LINES)


def test_all_branches_are_read_in_file_order() -> None:
    found = gathered(pi, sample(), FULL)

    assert found.about == About(
        session="pi-2",
        model="claude-sonnet-4-5",
        title="Renaming",
        parent="pi-1",
        cwd="/w",
        started="2026-03-31T10:10:00Z",
    )
    assert shown(found.entries) == [
        ("user", "Rename it"),
        ("assistant", "reasoning", "Hm."),
        ("assistant", "I do."),
        ("tool", "tool-call", "edit", "path: a", (2, 1, "no", True)),
        ("tool", "attachment", "image/png", 3),
        ("tool", "tool-call", "bash", "ls", (4, 1, "a b\n", False)),
        ("system", "From an extension"),
        ("system", "So far: renamed."),
        ("system", "Tried b."),
        ("system", "Injected"),
        ("user", "Thanks"),
    ]
    assert found.kinds == ("hologram",)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(({"type": "session", "id": "1", "timestamp": "2024-12-03"},), id="version 1"),
        pytest.param(LINES[3:5], id="without its first line"),
    ],
)
def test_a_session_is_recognised(lines: tuple[object, ...]) -> None:
    assert pi.recognises(source_of(jsonl(*lines)))
