"""OpenCode: a plugin in `~/.config/opencode/plugins`, or shared in `.opencode/plugins`.

Source: OpenCode's plugin page and packages/plugin/src/index.ts, 2026. It runs no commands as
hooks, so a plugin of ours (opencode.js) starts them; what passes between the two is our own.
A session has no end there, but for being deleted.
"""

from git_ticketer.agents.hooks.event import KINDS, START, Event, Reply, snake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "opencode", "OpenCode"
EVENTS = KINDS
ENDS = False


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What our plugin says; there is no transcript but in OpenCode's database."""
    return snake(kind, NAME, payload)


def answer(kind: str, reply: Reply) -> str:
    """What our plugin puts into the system prompt, asked for at each of the user's prompts."""
    import json

    return json.dumps({"context": reply.context} if kind == START and reply.context else {})


def hooks() -> "Hooks":
    """The plugin, a file of its own."""
    from pathlib import Path

    from git_ticketer.agents.hooks.config import Home, Hooks

    return Hooks(
        personal=Home("XDG_CONFIG_HOME", ".config", "opencode/plugins/git-ticket.js"),
        shared=".opencode/plugins/git-ticket.js",
        entries={},
        text=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        add_server="opencode mcp add, a local server with the command `git ticket mcp`",
    )
