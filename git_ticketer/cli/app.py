"""The `git ticket` group and the one boundary that turns errors into text and exit codes."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

from git_ticketer import __version__
from git_ticketer.cli import output
from git_ticketer.errors import ExitCode, TicketerError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

PROGRAM = "git ticket"
COMPLETION_VARIABLE = "_GIT_TICKET_COMPLETE"

# Every command and its one-line help. The module is imported when its command is used; a test
# holds the lines against the commands' own help.
COMMANDS = {
    "attach": ("attach", "Associate this work session with a ticket"),
    "detach": ("detach", "Take this session's decision back"),
    "status": ("status", "Show the ticket of this session and what the next commit will carry"),
    "start": ("start", "Claim a ticket, set it in progress and attach it"),
    "create": ("create", "Create a ticket and print its id"),
    "show": ("show", "Show a ticket with its comments, sessions, children and links"),
    "list": ("list", "List tickets by a query, such as status:open label:backend"),
    "search": ("search", "Search the text of tickets, comments and archived sessions"),
    "edit": ("edit", "Change fields of a ticket; without a field, its file in the editor"),
    "comment": ("comment", "Add a comment to a ticket"),
    "subtask": ("subtask", "Add, start, finish or reopen the steps of a ticket"),
    "criterion": ("criterion", "Add, tick or untick the acceptance criteria of a ticket"),
    "link": ("link", "Link a ticket to another ticket or an address"),
    "unlink": ("unlink", "Take a link away"),
    "move": ("move", "Move a ticket to a status"),
    "close": ("close", "Close a ticket as done"),
    "reopen": ("reopen", "Take a closed or archived ticket up again"),
    "todo": ("todo", "Show what is left on a ticket: its open subtasks and criteria"),
    "next": ("next", "Show what can be started now: ready and unblocked"),
    "board": ("board", "Show tickets as a board, a column a status"),
    "tree": ("tree", "Show a ticket with its children and theirs"),
    "save": ("save", "Commit everything in .tickets and nothing else"),
    "diff": ("diff", "Show what a branch changes in tickets: fields, comments, sessions"),
    "renumber": ("renumber", "Give a ticket whose id is taken a new one"),
    "lint": ("lint", "Check the tickets, for people, CI and pre-commit"),
    "archive": ("archive", "Archive an agent session under its ticket, without secrets"),
    "session": ("session", "List, read, plan, review and move agent sessions"),
    "log": ("log", "Show the timeline of a ticket: changes, comments, sessions, commits"),
    "mcp": ("mcp", "Serve tickets and sessions to a coding agent over MCP"),
    "why": ("why", "Show the ticket, session and conversation behind a line of code"),
    "verify": ("verify", "Check that every commit of a range names its ticket"),
    "context": ("context", "Print what an agent needs to know of a ticket"),
    "prime": ("prime", "Tell an agent how tickets are used here, in a few lines"),
    "run": ("run", "Run a command as a session of its own, linked to a ticket"),
    "flow": ("flow", "List, allow, run and look at flows: commands a team runs on events"),
    "init": ("init", "Set this repository up: hooks, team configuration and merge driver"),
    "agent": ("agent", "Let a coding agent know the ticket, and archive its sessions"),
    "hooks": ("hooks", "Install, remove or show the git hooks"),
    "doctor": ("doctor", "Say on one screen whether commits will be tagged, and if not why"),
    "demo": ("demo", "Run the main job in a scratch repository, showing each command"),
    "completion": ("completion", "Print or install completion for bash or zsh"),
    "man": ("man", "Show the manual page, or install it where git finds it"),
    "help": ("help", "Show help for git ticket or one of its commands"),
}


# Other names that users of gh, git and issue trackers type; they are not listed.
ALIASES = {"new": "create", "view": "show", "ls": "list"}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from the module of that name."""
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"git_ticketer.cli.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; an error offers the names it may have meant."""
        known = {**COMMANDS, **ALIASES}
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise NoSuchCommand(args[0], possibilities=known, ctx=ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """The names from the table, so that TAB imports no command, and the options."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=text)
            for name, (_, text) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

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
    except SystemExit:  # click: completion is answered, or the reader of a pipe has left
        return ExitCode.DONE
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _silence()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the boundary: a bug is reported, never a traceback
        return _fail(error)


def _fail(error: Exception) -> int:
    """Say what went wrong, to whom still listens, and return the exit code."""
    known, code = _known(error)
    try:
        if isinstance(error, NoArgsIsHelpError):
            click.echo(error.format_message(), err=True)
        else:
            output.failure(known)
    except OSError:
        _silence()
    if isinstance(error, OSError):
        _silence()
    return code


def _known(error: Exception) -> tuple[TicketerError, int]:
    if isinstance(error, TicketerError):
        return error, error.exit_code
    if isinstance(error, click.UsageError):
        hint = f"{error.ctx.command_path} -h" if error.ctx else f"{PROGRAM} -h"
        return TicketerError(error.format_message(), hint=hint), ExitCode.USAGE
    if isinstance(error, click.ClickException):
        return TicketerError(error.format_message()), ExitCode.ERROR
    if isinstance(error, OSError):  # the system refused: a full disk, a folder that is gone
        return TicketerError(str(error)), ExitCode.ERROR
    return _bug(error), ExitCode.BUG


def _silence() -> None:
    """Nobody can read standard output any more: what is still buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _run(arguments: Sequence[str]) -> int:
    result: Any = group.main(
        args=list(arguments),
        prog_name=PROGRAM,
        complete_var=COMPLETION_VARIABLE,
        standalone_mode=False,
        color=output.colour(),
    )
    if sys.stdout:
        sys.stdout.flush()
    return result if isinstance(result, int) else ExitCode.DONE


def _bug(error: Exception) -> TicketerError:
    """Write what happened to a file and say where; the arguments may hold private text."""
    import platform
    import tempfile
    import traceback

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
    return TicketerError(f"a bug: {type(error).__name__}: {error}", hint=hint)


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
