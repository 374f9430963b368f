"""How hooks stand in agents' configuration files, for all of them that read JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

PROGRAM = "git-ticket agent hook"
SECONDS = 10
"""How long an agent waits for a hook; at a session's end Claude Code gives less by itself."""


class Home(NamedTuple):
    """A file of the user's: `path` from the folder that `variable` names, else `folder` at home."""

    variable: str
    folder: str
    path: str


class Hooks(NamedTuple):
    """Our hooks in an agent's configuration.

    `personal` is the file of this user, from the worktree's top where it is a text; `shared` is
    from the top. `entries` are an entry for each of the agent's events, `base` what a new file
    holds besides. `text` is the whole file, where the agent takes a program and no JSON.
    `servers` is the project's file of MCP servers, where there is one; `add_server` is what the
    user does for a server else. `note` is said after installing.
    """

    personal: Home | str
    shared: str
    entries: Mapping[str, Any]
    base: Mapping[str, Any] = {}
    text: str = ""
    servers: str = ""
    add_server: str = ""
    note: str = ""


def command(agent: str, event: str) -> str:
    """The guarded command of a hook: a colleague without the tool is not disturbed by it.

    `sh -c` in quotes means the same to any shell that the agent may run it by.
    """
    run = f"exec {PROGRAM} {agent} {event}"
    return f"sh -c 'command -v git-ticket >/dev/null 2>&1 || exit 0; {run}'"


def powershell(agent: str, event: str) -> str:
    """The same for PowerShell."""
    test = "Get-Command git-ticket -ErrorAction SilentlyContinue"
    return f"if ({test}) {{ $input | {PROGRAM} {agent} {event} }}"


def is_ours(text: str, agent: str) -> bool:
    """Whether a command is a hook of ours for that agent, of this version or another one."""
    return f"{PROGRAM} {agent} " in text or f"git ticket agent hook {agent} " in text


def group(agent: str, event: str, *, timeout: int, matcher: str = "", name: str = "") -> Any:
    """An entry as Claude Code, Codex and Gemini CLI want it: a group with one command."""
    handler = {"type": "command", "command": command(agent, event), "timeout": timeout}
    handler = {"name": name, **handler} if name else handler
    return {**({"matcher": matcher} if matcher else {}), "hooks": [handler]}
