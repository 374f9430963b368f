"""Made-up transcripts of Claude Code, for tests that need any transcript of an agent."""

import json
from collections.abc import Iterable
from pathlib import Path

from git_ticketer.lean.clock import to_text

SESSION = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
START = 1_795_338_000


def user(text: str) -> tuple[str, object]:
    """A prompt."""
    return "user", text


def answer(text: str) -> tuple[str, object]:
    """An answer."""
    return "assistant", [{"type": "text", "text": text}]


def tool(name: str, key: str, **arguments: object) -> tuple[str, object]:
    """A tool call."""
    return "assistant", [{"type": "tool_use", "id": key, "name": name, "input": arguments}]


def result(key: str, text: str) -> tuple[str, object]:
    """What a tool gave back."""
    return "user", [{"type": "tool_result", "tool_use_id": key, "content": text}]


def lines(
    said: Iterable[tuple[str, object]],
    *,
    session: str = SESSION,
    start: int = START,
    cwd: str = "/home/dana/profile",
) -> bytes:
    """The bytes of a session file, a line a minute."""
    found = []
    for number, (role, content) in enumerate(said):
        message: dict[str, object] = {"role": role, "content": content}
        if role == "assistant":
            message |= {"id": f"msg_{number}", "type": "message", "model": "claude-opus-4-5"}
        line = {
            "parentUuid": f"u{number - 1}" if number else None,
            "isSidechain": False,
            "userType": "external",
            "cwd": cwd,
            "sessionId": session,
            "version": "2.1.12",
            "gitBranch": "main",
            "type": role,
            "message": message,
            "uuid": f"u{number}",
            "timestamp": to_text(start + 60 * number),
        }
        found.append(json.dumps(line).encode() + b"\n")
    return b"".join(found)


def write(path: Path, *said: tuple[str, object], session: str = SESSION) -> Path:
    """A session file; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lines(said, session=session))
    return path
