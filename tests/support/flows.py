"""Flows for tests: written, allowed and fired."""

import json

from git_ticketer.ops import flows
from git_ticketer.ops.flow_event import Event
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import flow_files
from git_ticketer.storage.flow_files import CREATED, STATUS
from tests.support.git import GitRepo

CREATION = Event(CREATED, "PROJ-1", after="backlog")
MOVE = Event(STATUS, "PROJ-1", "in-progress", "in-review")


def flow(
    repo: GitRepo, command: str, type: str = CREATED, *, name: str = "do", more: str = ""
) -> None:
    """Write a flow that runs a text in the shell."""
    text = f"trigger: {{type: {type}}}\ncommand: {json.dumps(command)}\n{more}"
    repo.write(f".tickets/flows/{name}.yaml", text)


def allow(repo: GitRepo, work: Workspace, name: str = "do") -> None:
    """Allow a flow as it is now."""
    flows.allow(work, flow_files.read(str(repo.path), name), repo.environ)


def fired(
    repo: GitRepo, work: Workspace, event: Event = CREATION, environ: dict[str, str] | None = None
) -> list[str]:
    """What is said of each flow after an event, without the time of one that is done."""
    done = flows.fire(work, event, {**repo.environ, **(environ or {})})
    return [one.text.partition(" in 0.")[0] for one in done]
