"""A scripted agent for `git ticket demo --agent`: it does what Claude Code does, word for word.

It runs the hooks that are in the project's settings with the payloads of its documentation, talks
to `git ticket mcp`, writes its transcript, and commits from a shell that bears its session id.

Usage: python -m git_ticketer.cli.demo_agent start | prompt TEXT | say TEXT | call TOOL JSON |
commit MESSAGE | end
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from git_ticketer.lean import clock

SESSION = "5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4"
SETTINGS = ".claude/settings.local.json"
PATIENCE = 30.0
PROTOCOL = "2025-06-18"


class Agent:
    """The agent in the worktree `top`; its own files are in `home`."""

    def __init__(self, top: Path, home: Path) -> None:
        self.top = top
        folder = home / ".claude/projects" / str(top).replace("/", "-").replace("_", "-")
        self.transcript = folder / f"{SESSION}.jsonl"
        self.environ = {**os.environ, "CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": SESSION}

    def start(self) -> str:
        """Begin the session; what the hook tells the agent."""
        self.transcript.parent.mkdir(parents=True, exist_ok=True)
        self.transcript.touch()
        said = self._hook("SessionStart", source="startup", model="claude-opus-4-5")
        return str(json.loads(said)["hookSpecificOutput"]["additionalContext"]) if said else ""

    def prompt(self, text: str) -> str:
        """The user says something."""
        self._write("user", text)
        return self._hook("UserPromptSubmit", prompt=text)

    def say(self, text: str) -> str:
        """The agent answers."""
        self._write("assistant", [{"type": "text", "text": text}])
        return ""

    def call(self, tool: str, arguments: str) -> str:
        """Call a tool of the MCP server, which the agent starts as its own child."""
        values = json.loads(arguments)
        self._use(f"mcp__git-ticket__{tool}", values)
        answer = self._ask(tool, values)
        self._result(answer)
        return answer

    def commit(self, message: str) -> str:
        """Commit everything, as the agent's shell does."""
        words = ["git", "commit", "--quiet", "--all", "--message", message]
        self._use("Bash", {"command": f"git commit -qam {message!r}"})
        done = self._run(words)
        self._result(done)
        return done

    def end(self) -> str:
        """End the turn and the session; the archive is written meanwhile, so wait for it."""
        self._hook("Stop", stop_hook_active=False)
        self._hook("SessionEnd", reason="prompt_input_exit")
        over = time.monotonic() + PATIENCE
        while time.monotonic() < over:
            if found := list(self.top.glob(".tickets/*/sessions/*.yaml")):
                return "archived " + str(found[0].relative_to(self.top))
            time.sleep(0.05)
        return "nothing was archived"

    def _hook(self, event: str, **more: object) -> str:
        """Run the hooks that the project's settings name for an event."""
        settings = json.loads((self.top / SETTINGS).read_text(encoding="utf-8"))
        payload = {
            "session_id": SESSION,
            "transcript_path": str(self.transcript),
            "cwd": str(self.top),
            "permission_mode": "default",
            "hook_event_name": event,
            **more,
        }
        commands = [one["command"] for group in settings["hooks"][event] for one in group["hooks"]]
        return "".join(self._run(["sh", "-c", line], json.dumps(payload)) for line in commands)

    def _ask(self, tool: str, arguments: dict[str, Any]) -> str:
        """One call in a conversation of its own: initialize, tools/call, end of input."""
        process = subprocess.Popen(
            ["git", "ticket", "mcp"],
            cwd=self.top,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            about = {"name": "demo", "version": "1"}
            hello = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": about}
            _request(process, 1, "initialize", hello)
            _send(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
            asked = {"name": tool, "arguments": arguments}
            found = _request(process, 2, "tools/call", asked)
        return json.dumps(found["structuredContent"])

    def _run(self, words: list[str], text: str = "") -> str:
        done = subprocess.run(
            words,
            cwd=self.top,
            env=self.environ,
            input=text,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def _use(self, name: str, arguments: dict[str, Any]) -> None:
        id = f"toolu_{self._count()}"
        self._write("assistant", [{"type": "tool_use", "id": id, "name": name, "input": arguments}])

    def _result(self, text: str) -> None:
        id = f"toolu_{self._count() - 1}"
        self._write("user", [{"type": "tool_result", "tool_use_id": id, "content": text}])

    def _count(self) -> int:
        return len(self.transcript.read_text(encoding="utf-8").splitlines())

    def _write(self, role: str, content: object) -> None:
        """Add a line to the transcript, as Claude Code 2.1 writes it."""
        number = self._count()
        message: dict[str, object] = {"role": role, "content": content}
        if role == "assistant":
            message |= {"id": f"msg_{number}", "type": "message", "model": "claude-opus-4-5"}
        line = {
            "parentUuid": f"u{number - 1}" if number else None,
            "isSidechain": False,
            "userType": "external",
            "cwd": str(self.top),
            "sessionId": SESSION,
            "version": "2.1.12",
            "gitBranch": "main",
            "type": role,
            "message": message,
            "uuid": f"u{number}",
            "timestamp": clock.to_text(clock.now()),
        }
        with self.transcript.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _send(process: "subprocess.Popen[str]", message: dict[str, Any]) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def _request(
    process: "subprocess.Popen[str]", id: int, method: str, params: dict[str, Any]
) -> dict[str, Any]:
    _send(process, {"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    assert process.stdout
    for line in process.stdout:
        answer: dict[str, Any] = json.loads(line)
        if answer.get("id") == id:
            return dict(answer["result"])
    raise EOFError(method)


def main() -> None:
    """Do one thing and print what came of it."""
    agent = Agent(Path.cwd(), Path(os.environ["HOME"]))
    said = getattr(agent, sys.argv[1])(*sys.argv[2:])
    if said:
        sys.stdout.write(said.rstrip("\n") + "\n")


if __name__ == "__main__":
    main()
