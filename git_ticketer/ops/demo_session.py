"""The transcript of `git ticket demo`: shaped like one of Claude Code, with a secret in it."""

import json
from collections.abc import Iterator

from git_ticketer.lean import clock

SESSION = "5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4"
SECRET = "ghp_" + "x7Kd93mQpL2vRt5wYz8B" + "n4Hs6Jf1Gc0aEuXq"


def lines() -> str:
    """The lines of the session file: a prompt, tool calls, an answer; the commit is made now."""
    now = clock.now()
    return "".join(
        json.dumps(_line(number, now - age, role, content)) + "\n"
        for number, (age, role, content) in enumerate(_said())
    )


def _said() -> Iterator[tuple[int, str, object]]:
    """What was said: seconds before the commit, by whom, and what."""
    yield 50, "user", f"The avatar must be square. See how others do it, the token is {SECRET}."
    yield 40, "assistant", [{"type": "text", "text": "I crop it to the smaller side."}]
    yield 30, "assistant", [_tool("toolu_1", f"GITHUB_TOKEN={SECRET} gh search code crop")]
    yield 20, "user", [_result("toolu_1", "crop.py: def crop(image):")]
    yield 0, "assistant", [_tool("toolu_2", "git commit -qam 'Crop the avatar'")]
    yield 0, "user", [_result("toolu_2", "")]


def _tool(id: str, command: str) -> dict[str, object]:
    return {"type": "tool_use", "id": id, "name": "Bash", "input": {"command": command}}


def _result(id: str, output: str) -> dict[str, object]:
    return {"type": "tool_result", "tool_use_id": id, "content": output}


def _line(number: int, at: int, role: str, content: object) -> dict[str, object]:
    message: dict[str, object] = {"role": role, "content": content}
    if role == "assistant":
        message |= {"id": f"msg_{number}", "type": "message", "model": "claude-opus-4-5"}
    return {
        "parentUuid": f"u{number - 1}" if number else None,
        "isSidechain": False,
        "userType": "external",
        "cwd": "/home/dana/profile",
        "sessionId": SESSION,
        "version": "2.1.12",
        "gitBranch": "main",
        "type": role,
        "message": message,
        "uuid": f"u{number}",
        "timestamp": clock.to_text(at),
    }
