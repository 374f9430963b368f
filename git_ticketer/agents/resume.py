"""How each agent takes a session up again (the agents' own command lines, autumn 2026)."""

import re

COMMANDS = {
    "claude-code": ("claude", "--resume", "{id}"),
    "codex": ("codex", "resume", "{id}"),
    "gemini": ("gemini", "--resume", "{id}"),
    "cursor": ("cursor-agent", "--resume", "{id}"),
    "copilot": ("copilot", "--resume", "{id}"),
    "opencode": ("opencode", "--session", "{id}"),
    "amp": ("amp", "threads", "continue", "{id}"),
    "droid": ("droid", "--resume", "{id}"),
    "pi": ("pi", "--session", "{id}"),
}
GENERATED = re.compile(r".+-[0-9a-f]{16}")
SUBAGENT = "agent-"


def command(agent: str, session: str) -> tuple[str, ...]:
    """The words that resume a session of an agent; none where the agent is not known to do it.

    `agent` is its name, `session` a valid session id: it begins with a letter or digit, so that
    it is never taken for an option.
    """
    if is_generated(session) or is_subagent(session):
        return ()
    return tuple(word.format(id=session) for word in COMMANDS.get(agent, ()))


def is_generated(session: str) -> bool:
    """Whether an id was made by `git ticket archive` from what was said: no agent knows it.

    The last group of an agent's own UUID has 12 digits (RFC 9562, 4), never 16.
    """
    return bool(GENERATED.fullmatch(session))


def is_subagent(session: str) -> bool:
    """Whether an id is that of a subagent's file, `agent-<id>.jsonl` of Claude Code."""
    return session.startswith(SUBAGENT)
