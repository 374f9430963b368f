"""The `git ticket` group and the one boundary that turns errors into text and exit codes."""

import importlib
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

import click

from git_ticketer import __version__
from git_ticketer.cli import output
from git_ticketer.errors import ExitCode, TicketerError

PROGRAM = "git ticket"
COMPLETION_VARIABLE = "_GIT_TICKET_COMPLETE"

# Every command and its one-line help. The module is imported when its command is used; a test
# holds the lines against the commands' own help.
COMMANDS = {
    "attach": ("attach", "Associate this work session with a ticket"),
    "detach": ("detach", "Take this session's decision back"),
    "status": ("status", "Show the ticket of this session and what the next commit will carry"),
    "session": ("session", "Look at work sessions"),
    "init": ("init", "Set this repository up: hooks and team configuration"),
    "hooks": ("hooks", "Install, remove or show the git hooks"),
    "doctor": ("doctor", "Say on one screen whether commits will be tagged, and if not why"),
    "demo": ("demo", "Run the main job in a scratch repository, showing each command"),
    "completion": ("completion", "Print or install completion for bash or zsh"),
    "man": ("man", "Show the manual page, or install it where git finds it"),
    "help": ("help", "Show help for git ticket or one of its commands"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from the module of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"git_ticketer.cli.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`git ticket COMMAND -h` explains a command; `git ticket --help` opens the manual.",
)
@click.version_option(__version__, prog_name="git-ticket", message="%(prog)s %(version)s")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Which ticket is this work for, and which conversation led to it?

    Attach a ticket to your work session and every commit carries it. Without a command: status.
    """
    if ctx.invoked_subcommand is None:
        from git_ticketer.cli.status import command

        ctx.invoke(command)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; nothing is raised."""
    if list(arguments[:2]) == ["hook", "refresh-settings"]:
        return _refresh_settings()
    try:
        return _run(arguments)
    except TicketerError as error:
        output.failure(error)
        return error.exit_code
    except click.UsageError as error:
        context = f"{error.ctx.command_path} -h" if error.ctx else f"{PROGRAM} -h"
        usage = TicketerError(error.format_message(), hint=context)
        output.failure(usage)
        return ExitCode.USAGE
    except click.ClickException as error:
        output.failure(TicketerError(error.format_message()))
        return ExitCode.ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo("", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the boundary: a bug is reported, never a traceback
        return _report_bug(error)


def _run(arguments: Sequence[str]) -> int:
    result: Any = group.main(
        args=list(arguments),
        prog_name=PROGRAM,
        complete_var=COMPLETION_VARIABLE,
        standalone_mode=False,
        color=output.wants_colour(os.environ),
    )
    sys.stdout.flush()
    return result if isinstance(result, int) else ExitCode.DONE


def _report_bug(error: Exception) -> int:
    """Write what happened to a file and say where; the arguments may hold private text."""
    facts = (
        f"git-ticketer {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    )
    text = facts + "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="git-ticket-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        hint = f"please report {file.name}"
    except OSError:
        hint = text
    output.failure(TicketerError(f"a bug: {type(error).__name__}: {error}", hint=hint))
    return ExitCode.BUG


def _refresh_settings() -> int:
    """What a hook starts when its settings snapshot is missing or old: write it, say nothing."""
    from git_ticketer.storage import snapshot, worktree

    try:
        found = worktree.find(".", os.environ)
        snapshot.keep_broken(found)
        snapshot.refresh(found)
    except (TicketerError, OSError):
        return ExitCode.ERROR
    return ExitCode.DONE
