"""Amp's threads."""

import json

from git_ticketer.importers import amp
from git_ticketer.importers.items import About
from git_ticketer.model.transcript import FULL
from tests.importers.making import gathered, shown, source_of


def call(id: str, name: str, **given: object) -> dict[str, object]:
    return {"type": "tool_use", "complete": True, "id": id, "name": name, "input": given}


def back(id: str, status: str, **run: object) -> dict[str, object]:
    return {"type": "tool_result", "toolUseID": id, "run": {"status": status, **run}}


MESSAGES: list[dict[str, object]] = [
    {
        "role": "user",
        "messageId": 0,
        "content": [{"type": "text", "text": "Add a joke"}, {"type": "text", "text": "in French"}],
        "meta": {"sentAt": 1772241201792},
    },
    {
        "role": "assistant",
        "messageId": 1,
        "content": [
            {"type": "text", "text": "\n\n"},
            {"type": "thinking", "thinking": "Where are they?", "signature": "c2ln"},
            {"type": "text", "text": "I look."},
            call("t1", "Read", path="jokes.csv"),
            call("t2", "Bash", cmd="false"),
        ],
        "usage": {"model": "claude-opus-4-6", "timestamp": "2026-02-28T01:13:27.454Z"},
    },
    {
        "role": "user",
        "messageId": 2,
        "content": [
            back("t1", "done", result={"absolutePath": "/w/jokes.csv", "content": "1: a"}),
            back("t2", "error", error={"message": "exit 1"}),
            {"type": "text", "text": "hurry", "hidden": True},
        ],
    },
    {
        "role": "info",
        "content": [
            {"type": "summary", "summary": {"type": "message", "summary": "Handed over."}},
            {"type": "manual_bash_invocation", "args": {"cmd": "ls"}, "toolRun": {"result": "a b"}},
        ],
    },
    {
        "role": "assistant",
        "messageId": 4,
        "content": [{"type": "text", "text": "Done."}, {"type": "video"}],
        "state": {"type": "cancelled"},
    },
]


def thread(**changed: object) -> bytes:
    tree = {"uri": "file:///w/my%20jokes", "repository": {"ref": "refs/heads/main"}}
    initial = {"trees": [tree], "platform": {"clientVersion": "0.0.177"}}
    head = {"v": 220, "id": "T-1", "created": 1772241173221, "title": "Jokes"}
    whole = {**head, "messages": MESSAGES, "env": {"initial": initial}, **changed}
    return json.dumps(whole, indent=2).encode()


def sample() -> bytes:
    return thread()


def test_a_thread_is_read_with_results_beside_their_calls_and_hidden_text_left_out() -> None:
    found = gathered(amp, thread(), FULL)

    assert amp.recognises(source_of(thread()))
    assert found.about == About(
        session="T-1",
        version="0.0.177",
        model="claude-opus-4-6",
        title="Jokes",
        branch="main",
        cwd="/w/my jokes",
        started="2026-02-28T01:12:53Z",
    )
    assert shown(found.entries) == [
        ("user", "Add a joke\n\nin French"),
        ("assistant", "reasoning", "Where are they?"),
        ("assistant", "I look."),
        ("tool", "tool-call", "Read", "path: jokes.csv", (4, 1, "1: a", False)),
        ("tool", "tool-call", "Bash", "cmd: false", (6, 1, "exit 1", True)),
        ("tool", "tool-call", "bash", "ls", (3, 1, "a b", False)),
        ("system", "Handed over."),
        ("assistant", "Done."),
        ("system", "cancelled"),
    ]
    assert [entry.at for entry in found.entries[:2]] == [
        "2026-02-28T01:13:21Z",
        "2026-02-28T01:13:27Z",
    ]
    assert found.kinds == ("assistant/video",)


def test_a_thread_longer_than_the_head_is_recognised_by_its_first_message() -> None:
    long = [{**MESSAGES[0], "content": "x" * 100}] * 2000

    assert amp.recognises(source_of(thread(id="other", messages=long)))
