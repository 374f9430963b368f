"""`git ticket demo`: the main job, run for real before your eyes."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from git_ticketer.cli import output
from git_ticketer.cli.mcp import require_sdk
from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.ops import demo


class DemoFailed(TicketerError):
    """A command of the demonstration ended badly: here something does not work."""

    def __init__(self, command: str, code: int) -> None:
        super().__init__(f"{command!r} ended with exit code {code}", hint="git ticket doctor")


@contextlib.contextmanager
def _scratch(*, keep: bool) -> Iterator[str]:
    """A new folder, removed at the end unless it is to be kept."""
    folder = tempfile.mkdtemp(prefix="git-ticket-demo-")
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@click.command("demo")
@click.option("--keep", is_flag=True, help="Keep the scratch repository and say where it is.")
@click.option("--agent", is_flag=True, help="What a coding agent does, with a scripted one.")
def command(keep: bool, agent: bool) -> int:
    """Run the main job in a scratch repository, showing each command."""
    if agent:
        require_sdk()
    with _scratch(keep=keep) as folder:
        for step in demo.run(Path(folder), os.environ, agent=agent):
            if step.heading:
                output.say()
                output.say(output.styled(step.heading, bold=True))
                continue
            output.say(output.styled("$ ", colour="green"), step.command)
            if step.output.strip():
                output.say(step.output.rstrip("\n"))
            if step.code:
                raise DemoFailed(step.command, step.code)
        if keep:
            output.say()
            output.say(f"The repository is {folder}/repository")
    return ExitCode.DONE
