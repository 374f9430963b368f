"""What the hooks of an agent cost: the commands that `git ticket agent install claude` writes."""

import json
import os
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from harness import Cost, Failed, run
from mcp_sides import Ours

START, PROMPT, STOP, END = "SessionStart", "UserPromptSubmit", "Stop", "SessionEnd"
EVENTS = (START, PROMPT, STOP, END)
TICKET = "PROJ-7"
MB = 1_000_000
MORE: dict[str, dict[str, object]] = {
    START: {"source": "startup"},
    PROMPT: {"prompt": f"Go on with {TICKET}"},
    STOP: {"stop_hook_active": False},
    END: {"reason": "exit"},
}


@dataclass
class Hook:
    """One hook: its event, its command, and what the runs of it cost."""

    event: str
    command: str
    costs: list[Cost] = field(default_factory=list)

    def run(self, side: Ours, session: str, transcript: Path) -> None:
        """Run it once as the agent does; raises Failed."""
        said: dict[str, object] = {
            "session_id": session,
            "transcript_path": str(transcript),
            "cwd": str(side.folder),
            "hook_event_name": self.event,
            **MORE[self.event],
        }
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, shell=True, cwd=side.folder, env=side.environ,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(said).encode())
        process.stdin.close()
        answer = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode or (self.event == START and TICKET.encode() not in answer):
            raise Failed(f"{self.event}: exit {process.returncode}, {answer[:80]!r}")
        self.costs.append(Cost((usage.ru_utime + usage.ru_stime) * 1000, wall * 1000))

    def median(self) -> Cost:
        """The median cost."""
        return Cost(median(c.cpu for c in self.costs), median(c.wall for c in self.costs))


def measure(side: Ours, rounds: int, megabytes: int) -> list[Hook]:
    """Run every hook of a session in each round, a new session each time; raises Failed.

    The ends come last: each starts a process that archives, which here it is not allowed to do.
    """
    run(("git", "config", "ticketer.archive", "off"), side.folder, side.environ)
    run(("git", "ticket", "attach", TICKET), side.folder, side.environ)
    run(("git", "ticket", "agent", "install", "claude"), side.folder, side.environ)
    hooks = installed(side.folder / ".claude/settings.local.json")
    transcript = side.folder.with_name("transcript.jsonl")
    with transcript.open("wb") as file:
        file.truncate(megabytes * MB)
    sessions = [str(uuid.uuid4()) for _ in range(rounds + 1)]
    for session in sessions:
        for hook in hooks[:-1]:
            hook.run(side, session, transcript)
    for session in sessions:
        hooks[-1].run(side, session, transcript)
    for hook in hooks:
        del hook.costs[0]  # it was the first that looked at so many tickets
    return hooks


def installed(path: Path) -> list[Hook]:
    """The hooks in an agent's settings, in the order of a session."""
    settings = json.loads(path.read_text(encoding="utf-8"))["hooks"]
    return [Hook(event, settings[event][0]["hooks"][0]["command"]) for event in EVENTS]
