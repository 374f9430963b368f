"""`git ticket mcp`: the same for coding agents, over the Model Context Protocol."""

import importlib.util
import os

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder
from git_ticketer.errors import TicketerError


class NoSdk(TicketerError):
    """The package `mcp` is not installed beside this program, or is too old for it."""

    def __init__(self) -> None:
        super().__init__(
            "the MCP server needs the package mcp, 2.3 or later",
            hint="pip install 'git-ticketer[mcp]'",
        )


def require_sdk() -> None:
    """Raise NoSdk where the server cannot start."""
    if importlib.util.find_spec("mcp") is None:
        raise NoSdk


@click.command("mcp")
@click.option("--all-tools", is_flag=True, help="Offer the fuller set of tools.")
@click.option("--repo", metavar="PATH", default="", help="Serve the worktree at PATH.")
def command(all_tools: bool, repo: str) -> None:
    """Serve tickets and sessions to a coding agent over MCP.

    It speaks on standard input and output, for the worktree it was started in.

    The agent starts it itself: `claude mcp add git-ticket -- git ticket mcp`, or a line in its
    configuration with the command `git` and the arguments `ticket`, `mcp`.
    """
    require_sdk()
    if os.isatty(0):
        output.note("hint", "an agent starts this; Ctrl-C ends it")
    try:
        from git_ticketer.mcp_server import server
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise NoSdk from None
    from git_ticketer.ops import agent_process

    folder = os.path.join(current_folder(), repo) if repo else current_folder()
    server.serve(server.build(folder, os.environ, agent_process.of_ancestors, full=all_tools))
