"""Agents of every kind, scripted: their documented payloads, their own files, their own shell.

The process of an agent is this file, run by a Python that bears the agent's name: it does one step
after the other, as its own children, and prints what each of them said.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SESSION = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
PROMPT = "The avatar must be square."
ANSWER = "I crop it to the smaller side."
COMMIT = "git commit -qam 'Crop the avatar'"
TIMES = tuple(f"2026-11-22T08:59:{second}.000Z" for second in ("50", "52", "54", "56"))

Line = dict[str, Any]
DATABASE = """\
CREATE TABLE session (id TEXT PRIMARY KEY, parent_id, directory, title, version,
    time_created, time_updated);
CREATE TABLE message (id TEXT PRIMARY KEY, session_id, time_created, time_updated, data);
CREATE TABLE part (id TEXT PRIMARY KEY, message_id, session_id, time_created, time_updated, data);
"""


@dataclass(frozen=True)
class Scripted:
    """An agent: what it is called by us and in archives, its variable, and its transcript.

    `place` is where the transcript lies, below the home folder; `write` makes it, for a worktree.
    `common` is what every payload has, with the transcript's path where the agent names it.
    """

    name: str
    label: str
    variable: str
    place: str
    write: Callable[[Path, str], None]
    common: Callable[[str, str], Line]

    def transcript(self, home: Path, top: Path) -> Path:
        """Its transcript, written."""
        folder = "".join(c if c.isascii() and c.isalnum() else "-" for c in str(top))
        path = home / self.place.format(folder=folder, session=SESSION)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.write(path, str(top))
        return path


def _lines(lines: Callable[[str], list[Line]]) -> Callable[[Path, str], None]:
    """What writes a transcript that has a record in each line."""

    def write(path: Path, top: str) -> None:
        text = "".join(f"{json.dumps(line)}\n" for line in lines(top))
        path.write_text(text, encoding="utf-8")

    return write


def _claude(top: str) -> list[Line]:
    said: list[tuple[str, object]] = [
        ("user", PROMPT),
        ("assistant", [{"type": "text", "text": ANSWER}]),
        ("assistant", [_use("Bash", {"command": COMMIT})]),
        ("user", [{"type": "tool_result", "tool_use_id": "t1", "content": ""}]),
    ]
    common = {"isSidechain": False, "cwd": top, "sessionId": SESSION, "version": "2.1.12"}
    return [
        {
            **common,
            "type": role,
            "uuid": f"u{number}",
            "parentUuid": f"u{number - 1}" if number else None,
            "timestamp": TIMES[number],
            "message": {"role": role, "content": content, "id": f"m{number}"},
        }
        for number, (role, content) in enumerate(said)
    ]


def _use(name: str, arguments: Line) -> Line:
    return {"type": "tool_use", "id": "t1", "name": name, "input": arguments}


def _codex(top: str) -> list[Line]:
    meta = {"id": SESSION, "timestamp": TIMES[0], "cwd": top, "cli_version": "0.98.0"}
    call = {"type": "function_call", "name": "shell", "call_id": "c1"}
    words = json.dumps({"command": ["bash", "-lc", COMMIT]})
    payloads = [
        ("session_meta", {**meta, "source": "cli"}),
        ("event_msg", {"type": "user_message", "message": PROMPT, "images": []}),
        ("event_msg", {"type": "agent_message", "message": ANSWER}),
        ("response_item", {**call, "arguments": words}),
    ]
    return [
        {"timestamp": time, "type": kind, "payload": payload}
        for time, (kind, payload) in zip(TIMES, payloads, strict=True)
    ]


def _gemini(_: str) -> list[Line]:
    call = {"id": "c1", "name": "run_shell_command", "args": {"command": COMMIT}}
    return [
        {"sessionId": SESSION, "projectHash": "5eb97e", "startTime": TIMES[0], "kind": "main"},
        {"id": "1", "timestamp": TIMES[1], "type": "user", "content": [{"text": PROMPT}]},
        {
            "id": "2",
            "timestamp": TIMES[2],
            "type": "gemini",
            "content": ANSWER,
            "toolCalls": [{**call, "status": "success", "result": []}],
        },
    ]


def _cursor(_: str) -> list[Line]:
    asked = {"type": "text", "text": f"<user_query>\n{PROMPT}\n</user_query>"}
    call = {"type": "tool_use", "name": "Shell", "input": {"command": COMMIT}}
    answer = {"type": "text", "text": ANSWER}
    return [
        {"role": "user", "message": {"content": [asked]}},
        {"role": "assistant", "message": {"content": [answer, call]}},
    ]


def _copilot(top: str) -> list[Line]:
    start = {"sessionId": SESSION, "copilotVersion": "1.0.45", "startTime": TIMES[0]}
    call = {"toolCallId": "t1", "name": "bash", "arguments": json.dumps({"command": COMMIT})}
    events: list[tuple[str, Line]] = [
        ("session.start", {**start, "context": {"cwd": top, "branch": "main"}}),
        ("user.message", {"content": PROMPT}),
        ("assistant.message", {"content": ANSWER, "toolRequests": [call]}),
    ]
    return [
        {"type": kind, "data": data, "id": f"e{number}", "timestamp": TIMES[number]}
        for number, (kind, data) in enumerate(events)
    ]


def _opencode(path: Path, top: str) -> None:
    """Its database (OpenCode 1.2 and later), in which it has all sessions."""
    start = 1_795_337_990_000
    state = {"status": "completed", "input": {"command": COMMIT}, "output": ""}
    call = {"type": "tool", "tool": "bash", "callID": "c1", "state": state}
    messages: list[tuple[str, int, list[Line]]] = [
        ("user", start, [{"type": "text", "text": PROMPT}]),
        ("assistant", start + 2000, [{"type": "text", "text": ANSWER}, call]),
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(DATABASE)
        session = SESSION, None, top, "Avatar", "1.2.1", start, start + 4000
        database.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", session)
        for role, at, parts in messages:
            data = json.dumps({"role": role, "time": {"created": at}})
            row = f"msg_{role}", SESSION, at, at, data
            database.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", row)
            for number, part in enumerate(parts):
                entry = f"prt_{role}_{number}", f"msg_{role}", SESSION, at, at, json.dumps(part)
                database.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", entry)


def _snake(transcript: str, top: str) -> Line:
    return {"session_id": SESSION, "transcript_path": transcript, "cwd": top}


AGENTS = (
    Scripted(
        "claude",
        "claude-code",
        "CLAUDE_CODE_SESSION_ID",
        ".claude/projects/{folder}/{session}.jsonl",
        _lines(_claude),
        _snake,
    ),
    Scripted(
        "codex",
        "codex",
        "CODEX_THREAD_ID",
        ".codex/sessions/2026/11/22/rollout-2026-11-22T08-59-50-{session}.jsonl",
        _lines(_codex),
        _snake,
    ),
    Scripted(
        "gemini",
        "gemini",
        "GEMINI_SESSION_ID",
        ".gemini/tmp/5eb97e/chats/session-2026-11-22T08-59-0f1c2a9e.jsonl",
        _lines(_gemini),
        _snake,
    ),
    Scripted(
        "cursor",
        "cursor",
        "CURSOR_CONVERSATION_ID",
        ".cursor/projects/{folder}/agent-transcripts/{session}.jsonl",
        _lines(_cursor),
        lambda _, top: {"conversation_id": SESSION, "workspace_roots": [top]},
    ),
    Scripted(
        "copilot",
        "copilot",
        "COPILOT_AGENT_SESSION_ID",
        ".copilot/session-state/{session}/events.jsonl",
        _lines(_copilot),
        lambda transcript, top: {"sessionId": SESSION, "transcriptPath": transcript, "cwd": top},
    ),
    Scripted(
        "opencode",
        "opencode",
        "OPENCODE_SESSION_ID",
        ".local/share/opencode/opencode.db",
        _opencode,
        lambda _, top: {"session_id": SESSION, "cwd": top},
    ),
)


def play(steps: list[dict[str, Any]]) -> list[str]:
    """Do one step after the other as an agent's process."""
    return [_step(step) for step in steps]


def _step(step: dict[str, Any]) -> str:
    if "call" in step:
        return _call(*step["call"])
    environ = {**os.environ, **step.get("environ", {})}
    done = subprocess.run(
        ["sh", "-c", step["run"]],
        input=json.dumps(step.get("payload", {})),
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def _call(tool: str, arguments: Line) -> str:
    """Call a tool of the server, which is started for it."""
    about = {"name": "scripted", "version": "1"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": about}
    requests: list[Line] = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}},
    ]
    with subprocess.Popen(
        ["git", "ticket", "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin
        assert server.stdout
        for request in requests:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **request}).encode() + b"\n")
            server.stdin.flush()
            answer = json.loads(server.stdout.readline()) if "id" in request else {}
        server.stdin.close()
    return json.dumps(answer["result"]["structuredContent"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(json.loads(sys.argv[1]))))
