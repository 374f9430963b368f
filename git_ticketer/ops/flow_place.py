"""Where no flow runs: in a git hook, because of another flow, on a system that cannot bound it."""

import os
from collections.abc import Mapping

from git_ticketer.errors import TicketerError
from git_ticketer.ops.workspace import Workspace

NESTED = "GIT_TICKET_FLOW"

# What git sets for the hooks it runs and not for `git ticket` (git 2.39: GIT_PREFIX in every
# client hook, GIT_INDEX_FILE in those of a commit), and what pre-commit sets for its own.
OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "PRE_COMMIT")


class NotHere(TicketerError):
    """A flow that is to run where none does: in a git hook, or in another flow."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"flow {name} does not run inside {where}", hint="git ticket flow list")
        self.where = where


class NotOnThisSystem(TicketerError):
    """The system has no process groups, so a flow could not be bounded."""

    def __init__(self) -> None:
        super().__init__(
            "flows do not run on this system, which has no process groups; in WSL they do",
            hint="git ticket flow list",
        )


def in_hook(environ: Mapping[str, str]) -> bool:
    """Whether this runs inside a git hook, as far as git tells its hooks."""
    return any(name in environ for name in OF_A_HOOK)


def is_nested(workspace: Workspace, environ: Mapping[str, str]) -> bool:
    """Whether a flow started this: the environment says so, or a process above this one runs one.

    An agent may start its MCP server with a few variables of its own choice.
    """
    if NESTED in environ:
        return True
    from git_ticketer.ops import agent_process, flow_log

    watching = flow_log.watchers(workspace.live.git)
    return bool(watching) and any(
        process.pid in watching for process in agent_process.ancestors(os.getpid())
    )


def refuse_without_groups() -> None:
    """Raises NotOnThisSystem where nothing could end all that a command has started."""
    if not hasattr(os, "killpg"):
        raise NotOnThisSystem


def refuse(name: str, workspace: Workspace, environ: Mapping[str, str]) -> None:
    """Refuse to run a flow where none runs; raises NotHere, NotOnThisSystem."""
    refuse_without_groups()
    if in_hook(environ):
        raise NotHere(name, "a git hook")
    if is_nested(workspace, environ):
        raise NotHere(name, "another flow")
