"""A client of the MCP server: in memory, or talking to the real process."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from mcp import Client, StdioServerParameters

from git_ticketer.mcp_server.server import build
from tests.support.git import GitRepo

ERAS = ("auto", "legacy")
Script = Callable[["Talk"], Awaitable[None]]


class Talk:
    """A conversation with the server: `call` gives an answer's structured content."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a tool."""
        done = await self.client.call_tool(name, arguments)
        assert done.structured_content is not None, done.content
        return dict(done.structured_content)


def in_memory(repo: GitRepo, script: Script, *, full: bool = False, **options: Any) -> None:
    """Talk to a server object; `options` are those of the client, such as `mode`."""
    server = build(str(repo.path), repo.environ, lambda _, __: None, full=full)

    async def main() -> None:
        async with Client(server, **options) as client:
            await script(Talk(client))

    anyio.run(main)


def over_stdio(repo: GitRepo, script: Script, *arguments: str, **environ: str) -> None:
    """Talk to `git ticket mcp` as an agent starts it."""
    server = StdioServerParameters(
        command="git",
        args=["ticket", "mcp", *arguments],
        env=repo.environ | environ,
        cwd=str(repo.path),
    )

    async def main() -> None:
        async with Client(server) as client:
            await script(Talk(client))

    anyio.run(main)
