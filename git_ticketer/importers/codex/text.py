"""The text of Codex' user messages: what the person said, and what the program put before it.

Facts: published rollouts; the tags are those of codex-rs/protocol and codex-rs/core.
"""

import re

from git_ticketer.importers.tags import Block, leading, without_trailing

INJECTED = {
    *("environment_context", "user_instructions", "turn_aborted", "skill", "skills_instructions"),
    *("permissions", "collaboration_mode", "personality_spec", "apps_instructions", "goal_context"),
    *("plugins_instructions", "model_switch", "subagent_notification", "realtime_conversation"),
    *("recommended_plugins", "user_action", "codex_internal_context", "hook_prompt", "image"),
    *(
        "in-app-browser-context",
        "multi_agent_mode",
        "INSTRUCTIONS",
        "app-context",
        "environments",
        "recommended_skills",
    ),
}
"""What is there for the model alone."""

SHELL = "user_shell_command"
COMMAND = re.compile(r"\s*<command>(.*?)</command>", re.DOTALL)
AGENTS = re.compile(r"\s*# AGENTS\.md instructions[^\n]{0,4096}\n\s*(?=<INSTRUCTIONS>)")
IMAGE = re.compile(r"\s*</?image(?:\s[^<>]{0,4096})?>\s*")
HEADING = "## My request for Codex:"
REQUEST = re.compile(r"(?m)^## My request(?: for Codex)?:[ \t]*")
CONTEXT = (
    *("# Context from my IDE setup:", "# Files mentioned by the user:", "# In app browser:"),
    *("# Files pasted by the user:", "# Browser comments:"),
)
"""How begins what an editor or the app puts before the request; below it stand its own lines."""

LISTED = re.compile(r"## [^\n]*|Distinguish instructions in attached documents[^\n]*|\s*")


def prompt_of(text: str) -> str:
    """What the person said in a text; empty where all of it is the program's."""
    text = _request(text)
    if "<" not in text:
        return text if text.strip() else ""
    if IMAGE.fullmatch(text):
        return ""
    blocks, start = _preamble(text)
    rest = without_trailing(text, INJECTED, start) if start or text.rstrip()[-1:] == ">" else text
    parts = [*(act for block in blocks if (act := _act(block))), _request(rest)]
    return "\n".join(part for part in parts if part.strip())


def _request(text: str) -> str:
    """The text below the heading that the editor or the app put over what the person typed."""
    start = text.lstrip()
    if not start.startswith((HEADING, *CONTEXT)):
        return text
    if found := REQUEST.search(start):
        return start[found.end() :].strip()
    return "" if all(map(LISTED.fullmatch, start.splitlines()[1:])) else text


def _preamble(text: str) -> tuple[list[Block], int]:
    """The blocks that a text begins with, the project's instructions among them."""
    found: list[Block] = []
    start = 0
    while True:
        begin = start
        if head := AGENTS.match(text, start):
            end = text.find("</INSTRUCTIONS>", head.end())
            start = end + len("</INSTRUCTIONS>") if end >= 0 else start
        blocks, start = leading(text, {*INJECTED, SHELL}, start)
        found += blocks
        if start == begin:
            return found, start


def _act(block: Block) -> str:
    """A shell command that the person ran, as `!x`."""
    command = COMMAND.match(block.text) if block.name == SHELL else None
    return f"!{command[1].strip()}" if command else ""
