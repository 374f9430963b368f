"""The table of agents whose transcripts can be found, and asking all of them."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from git_ticketer.agents.found import Found
from git_ticketer.lean.ids import SessionId

MODULES = (
    "claude_code",
    "codex",
    "gemini",
    "cursor",
    "copilot",
    "opencode",
    "opencode_db",
    "amp",
    "droid",
    "pi",
    "windsurf",
    "aider",
)


class Store(Protocol):
    """Finds one agent's transcripts; a module of this package is one.

    `home` is the user's home folder, `environ` the environment. What is not there gives nothing,
    and nothing outside of the agent's own folder is looked at, wherever links lead.
    """

    NAME: str
    """The agent's name, as its importer has it."""

    def by_session(self, home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
        """The transcripts of the session with that id."""

    def by_folder(self, home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
        """The transcripts of work in a folder, which is a worktree's top, in any order."""


def stores() -> Iterator[Store]:
    """Every store, in the order of the table."""
    for name in MODULES:
        yield cast(Store, import_module(f"git_ticketer.agents.{name}"))


def by_session(home: Path, environ: Mapping[str, str], session: str) -> Iterator[Found]:
    """The transcripts of the session with that id, of all agents; raises InvalidId."""
    session = SessionId(session)  # it becomes a part of paths
    for store in stores():
        yield from store.by_session(home, environ, session)


def by_folder(home: Path, environ: Mapping[str, str], top: str) -> Iterator[Found]:
    """The transcripts of work in the worktree at `top`, of all agents."""
    for store in stores():
        yield from store.by_folder(home, environ, top)
