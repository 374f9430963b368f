"""Finding the transcript of the live session in the agents' own stores."""

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from git_ticketer.agents import stores
from git_ticketer.agents.found import Found
from git_ticketer.errors import ExitCode, TicketerError, typed
from git_ticketer.ops.workspace import Workspace

RECENT = 1800.0
"""Seconds: what was written to within them of the newest may be the live one as well."""


class NoTranscript(TicketerError):
    """No agent that is known has a transcript of work in this worktree; `top` is its folder."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, top: str) -> None:
        reason = f"no agent's transcript of work in {top} was found"
        super().__init__(reason, hint="git ticket archive FILE")
        self.top = top


class SeveralTranscripts(TicketerError):
    """More than one transcript may be the live session's; `found` are they, newest first."""

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self, found: Iterable[Found]) -> None:
        self.found = tuple(found)
        lines = "".join(f"\n  {one.text}" for one in self.found)
        first = self.found[0]
        chat = f" --chat {shlex.quote(first.chat)}" if first.chat else ""
        hint = typed(f"git ticket archive{chat}", str(first.path))
        super().__init__(f"several sessions fit:{lines}", hint=hint)


def live(workspace: Workspace, environ: Mapping[str, str], agent: str = "") -> list[Found]:
    """The transcripts that may be the live session's, the likeliest first; one is certain.

    By the session id that the agent announced; else by the worktree's folder and time: the newest
    with those that were written to in the half hour before. Raises: NoTranscript.
    """
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    announced = workspace.live.store.announced
    top = workspace.worktree.top
    if announced:
        found = _wanted(stores.by_session(home, environ, announced[0]), agent)
        if found:
            return found[:1]
    found = _wanted(stores.by_folder(home, environ, top), agent)
    if not found:
        raise NoTranscript(top)
    return [one for one in found if one.modified >= found[0].modified - RECENT]


def since(
    workspace: Workspace, environ: Mapping[str, str], start: float, agent: str = ""
) -> list[Found]:
    """The transcripts of work in this worktree that were written to since `start`, oldest first.

    `start` is in seconds since 1970.
    """
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "/")
    found = _wanted(stores.by_folder(home, environ, workspace.worktree.top), agent)
    return [one for one in reversed(found) if one.modified >= start]


def _wanted(found: Iterable[Found], agent: str) -> list[Found]:
    """Those of an agent (of any, where it is empty), newest first."""
    wanted = [one for one in found if agent in ("", one.agent)]
    return sorted(wanted, key=lambda one: (-one.modified, str(one.path)))
