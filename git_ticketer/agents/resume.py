"""How each agent takes a session up again (the agents' own command lines, autumn 2026)."""

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


def command(agent: str, session: str) -> tuple[str, ...]:
    """The words that resume a session of an agent; none where the agent is not known to do it.

    `agent` is its name, `session` a valid session id: it begins with a letter or digit, so that
    it is never taken for an option.
    """
    return tuple(word.format(id=session) for word in COMMANDS.get(agent, ()))
