"""`git ticket run`: a command as a session of its own that is linked to a ticket."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import workspace
from git_ticketer.errors import TicketerError
from git_ticketer.ops import running

if TYPE_CHECKING:
    from git_ticketer.ops.archive import Done

COMMAND = "git_ticketer.command"
FROM_KEYBOARD = ("SIGINT", "SIGQUIT")
PASSED_ON = (*FROM_KEYBOARD, "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
NOT_FOUND, NOT_ALLOWED, KILLED = 127, 126, 128
"""How a shell ends for a command that is not there, cannot be run, or died of a signal."""


class CannotRun(TicketerError):
    """A command that the system does not start; `code` is what a shell would end with."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(f"{name}: {error.strerror or error}", hint="git ticket run -h")
        self.code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_ALLOWED


class WithCommand(click.Command):
    """A click command that keeps all after `--` as it is, in the context."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before the first `--`."""
        at = args.index("--") if "--" in args else len(args)
        ctx.meta[COMMAND] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


@click.command("run", cls=WithCommand)
@click.argument("ticket", required=False, metavar="[ID] -- COMMAND...")
@click.pass_context
def command(ctx: click.Context, ticket: str | None) -> int:
    """Run a command as a session of its own, linked to a ticket.

    The command may be an agent or anything else. Without ID it is the ticket of this session.
    GIT_TICKET_CONTEXT names a file with the ticket's context. At the end the transcript is
    archived, as far as you allowed that to happen.
    """
    words: list[str] = ctx.meta[COMMAND]
    if not words:
        raise click.UsageError("give the command after --, such as: git ticket run ID -- claude")
    work = workspace(stores=True)
    with running.session(work, ticket, os.environ) as run:
        output.warn_all(work.warnings)
        work.warnings.clear()
        try:
            code = launch(words, run.environ)
        except CannotRun as error:
            output.failure(error)
            code = error.code
    _say(running.archived(work, run))
    output.warn_all(work.warnings)
    return code


def launch(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command on this terminal and return its exit code, 128 and more for a signal.

    Signals are passed on; those from the keyboard reach it by themselves. Raises: CannotRun.
    """
    early: list[int] = []
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        elif number not in _numbers(FROM_KEYBOARD) or not _is_in_foreground():
            child.send_signal(number)

    with _handled(pass_on):
        try:
            child = subprocess.Popen(words, env=environ)
        except OSError as error:
            raise CannotRun(words[0], error) from None
        for number in early:
            child.send_signal(number)
        code = child.wait()
    return code if code >= 0 else KILLED - code


@contextmanager
def _handled(handler: "signal._HANDLER") -> Iterator[None]:
    """Handle signals for a while; one that is ignored, as by nohup, stays ignored."""
    before = {number: signal.getsignal(number) for number in _numbers(PASSED_ON)}
    mine = [number for number, old in before.items() if old not in (signal.SIG_IGN, None)]
    for number in mine:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, before[number])


def _numbers(names: Sequence[str]) -> list[int]:
    """Those of the signals that this system has."""
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _is_in_foreground() -> bool:
    """Whether this process group is its terminal's: what is typed there reaches all of it."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _say(archived: "Sequence[Done]") -> None:
    """Name what was archived, on stderr: standard output is the command's."""
    for done in archived:
        header = done.prepared.header
        if done.waits:
            text = f"session {header.id} waits: git ticket session list --pending"
            output.note("hint", text)
        elif done.written:
            text = f"session {header.id} is archived under {header.ticket}: git ticket save"
            output.note("hint", text)
