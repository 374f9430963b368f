"""Codex: hooks in `~/.codex/hooks.json`, or shared in `.codex/hooks.json`.

Source: Codex's hooks page and the schemas in codex-rs/hooks/schema/generated, autumn 2026. It
has no event for the end of a session, runs no hooks under `codex exec`, and asks its user to
trust a hook before it runs the first time.
"""

from git_ticketer.agents.hooks.event import KINDS, PROMPT, START, STOP, Event, Reply, snake

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from git_ticketer.agents.hooks.config import Hooks

NAME, LABEL = "codex", "Codex"
EVENTS = {kind: kind for kind in KINDS if kind in (START, PROMPT, STOP)}
ENDS = False
THEIRS = {START: "SessionStart", PROMPT: "UserPromptSubmit", STOP: "Stop"}


def event(kind: str, payload: "Mapping[str, Any]") -> Event:
    """What a payload says."""
    return snake(kind, NAME, payload)


def answer(kind: str, reply: Reply) -> str:
    """Context as `hookSpecificOutput`; its schema allows no title, and nothing for Stop."""
    from git_ticketer.agents.hooks.event import specific

    return specific(THEIRS[kind], Reply(reply.context))


def hooks() -> "Hooks":
    """Its own file for hooks."""
    from git_ticketer.agents.hooks.config import SECONDS, Home, Hooks, group

    return Hooks(
        personal=Home("CODEX_HOME", ".codex", "hooks.json"),
        shared=".codex/hooks.json",
        entries={theirs: group("codex", kind, timeout=SECONDS) for kind, theirs in THEIRS.items()},
        add_server="codex mcp add git-ticket -- git ticket mcp",
        note="Codex asks you to trust the hooks when it starts the next time (/hooks shows them)",
    )
