"""What every tool shares: the caller's worktree, and how answers and failures are given.

A tool is a function that returns a dictionary. Where it raises TicketerError the agent gets
`success: false` with an error and a hint in our words; texts from files are only ever in the data
of an answer, with who wrote them.
"""

import functools
import inspect
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools.base import Tool
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from git_ticketer.errors import TicketerError
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId
from git_ticketer.mcp_server import data, failures, schemas
from git_ticketer.model.visible import visible
from git_ticketer.ops import flows, workspace
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.worktree import Worktree

Answer = dict[str, Any]
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
SETS = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

AgentOf = Callable[[GitDir, int], tuple[SessionId, str] | None]


class Gone(TicketerError):
    """The folder that the server speaks for is not there, or not that worktree any more."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"the worktree that this server speaks for is not there: {folder}",
            hint="start the MCP server where the worktree is now",
        )
        self.folder = folder


class StrictTool(Tool):
    """A tool that takes no argument it does not know, and answers wrong ones in our form.

    The SDK's own leaves unknown ones out (mcp 2.3.0): a ticket would get another parent than the
    one that was given by a slip as `parent`.
    """

    async def run(self, arguments: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Run the tool, as Tool.run does."""
        if unknown := sorted(arguments.keys() - self.parameters["properties"].keys()):
            return self._refused(f"{unknown[0][:60]!a} is no argument of it")
        try:
            return await super().run(arguments, *args, **kwargs)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            wrong = error.__cause__.errors(include_url=False, include_input=False)
            places = (".".join(map(str, one["loc"])) for one in wrong)
            said = [f"{place}: {one['msg']}" for place, one in zip(places, wrong, strict=True)]
            return self._refused("; ".join(said[:3]))

    def _refused(self, reason: str) -> CallToolResult:
        there = ", ".join(self.parameters["properties"]) or "none"
        values = {"error": f"{self.name}: {reason}", "hint": f"its arguments: {there}"}
        return result({"success": False, **values}, is_error=True)


class Face:
    """The worktree of `folder` as one agent sees it; `environ` is the server's environment.

    `agent_of` finds the session of the agent that started this server, where the environment does
    not announce one. `tools` are what was offered.
    """

    def __init__(self, folder: str, environ: Mapping[str, str], agent_of: AgentOf) -> None:
        self.folder = folder
        self.environ = environ
        self.agent_of = agent_of
        self.tools: list[Tool] = []
        self._known: Worktree | None = None

    def open(self) -> Workspace:
        """The workspace as it is now, for the session of the agent that started this server.

        Raises: Gone, and what workspace.open_workspace raises.
        """
        known = self._known = self._worktree()
        agent = self.agent_of(known.dirs, os.getpid())
        opened = workspace.of_worktree(known, self.environ, agent)
        opened.tell = lambda event: flows.fire(opened, event, self.environ, background=True)
        return opened

    def _worktree(self) -> Worktree:
        """The worktree it speaks for: never another one, such as that around a nested one."""
        known = self._known
        if known and os.path.isdir(known.dirs.path) and os.path.isdir(known.top):
            return known
        if not os.path.isdir(self.folder):
            raise Gone(self.folder)
        found = workspace.worktree_of(self.folder, self.environ)
        if known and (found.top, found.dirs.path) != (known.top, known.dirs.path):
            raise Gone(known.top)
        return found

    def offer(
        self, function: Callable[..., Answer], annotations: ToolAnnotations, answer: Answer
    ) -> None:
        """Offer a function as a tool; its docstring is the description, `answer` the schema."""
        tool = StrictTool.from_function(
            answering(function), description=inspect.getdoc(function), annotations=annotations
        )
        tool.parameters = schemas.lean(tool.parameters)
        tool.fn_metadata.output_schema = answer
        self.tools.append(tool)


def answering(function: Callable[..., Answer]) -> Callable[..., CallToolResult]:
    """The function as the SDK wants it; known trouble is an answer as well."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> CallToolResult:
        try:
            return result(function(*args, **kwargs))
        except (TicketerError, OSError) as error:
            return result(failures.answer(error), is_error=True)

    call.__annotations__ = {**function.__annotations__, "return": CallToolResult}
    return call


def result(answer: Answer, *, is_error: bool = False) -> CallToolResult:
    """An answer on the wire: structured, and the same as text with indent 2, as the seed gives it.

    Control and bidirectional characters in any text are escaped; what is too long is cut.
    """
    values = shown(data.fitting(answer))
    text = json.dumps(values, indent=2, ensure_ascii=False)
    content = [TextContent(type="text", text=text)]
    return CallToolResult(content=list(content), structured_content=values, is_error=is_error)


def shown(value: Any) -> Any:
    """A value with every text in it made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(str(key)): shown(one) for key, one in value.items()}
    return [shown(one) for one in value] if isinstance(value, list | tuple) else value
