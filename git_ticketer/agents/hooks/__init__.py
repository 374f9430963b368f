"""The agents' hook systems: one module per agent says what its events and its files look like.

A hook runs at every prompt, so nothing here imports more than it must.
"""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from git_ticketer.agents.hooks.config import Hooks
    from git_ticketer.agents.hooks.event import Event, Reply

    class Adapter(Protocol):
        """What a module of this package says of its agent."""

        NAME: str
        """The agent's name, as its importer has it."""

        LABEL: str
        """What people call it."""

        EVENTS: "Mapping[str, str]"
        """Our words for its events, with the kind of each; `config` has the agent's names."""

        ENDS: bool
        """Whether it says when a session is over."""

        def event(self, kind: str, payload: "Mapping[str, Any]") -> "Event":
            """What a payload says; raises BadPayload where it names no session."""

        def answer(self, kind: str, reply: "Reply") -> str:
            """A reply as the agent reads it from standard output."""

        def hooks(self) -> "Hooks":
            """Where and how our hooks stand in its configuration."""


NAMES = ("claude", "codex", "gemini", "cursor", "copilot", "opencode")


def adapter(name: str) -> "Adapter | None":
    """The adapter of the agent that the command line calls `name`; None where there is none."""
    if name not in NAMES:
        return None
    module: Adapter = import_module(f"git_ticketer.agents.hooks.{name}")
    return module
