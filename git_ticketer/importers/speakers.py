"""The names that people and programs give to those who speak in a conversation."""

from git_ticketer.model.transcript import ASSISTANT, SYSTEM, TOOL, USER

NAMES = {
    USER: ("user", "human", "person", "you", "me", "prompt", "customer"),
    ASSISTANT: (
        *("assistant", "ai", "model", "agent", "bot", "llm", "response", "chatgpt", "gpt"),
        *("claude", "claude code", "codex", "gemini", "copilot", "github copilot", "cursor"),
        *("windsurf", "cascade", "aider", "amp", "opencode", "grok", "deepseek", "perplexity"),
    ),
    TOOL: ("tool", "function", "tool call", "tool result", "tool_call", "tool_result"),
    SYSTEM: ("system", "developer"),
}
ROLES = {name: role for role, names in NAMES.items() for name in names}


def role_of(name: str) -> str:
    """The role that a name stands for, in any case; empty where it stands for none."""
    return ROLES.get(" ".join(name.lower().split()), "")
