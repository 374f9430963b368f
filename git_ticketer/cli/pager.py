"""Showing a long answer in the user's pager, as git would."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator

from git_ticketer.storage.gitcmd import Git

# How the shell ends where it cannot start the command (POSIX.1-2017, XCU 2.8.2).
NOT_STARTED = (126, 127)


@contextlib.contextmanager
def paged(git: Git) -> Iterator[None]:
    """Send what is printed meanwhile through `git var GIT_PAGER`, if stdout is a terminal.

    `less` gets git's own usual options, so that a short answer needs no key. Where the pager
    cannot be started, the answer is printed plainly.
    """
    command = git.text("var", "GIT_PAGER") if sys.stdout.isatty() else "cat"
    if command in ("", "cat"):
        yield
        return
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        yield
    if _show(command, printed.getvalue()) in NOT_STARTED:
        sys.stdout.write(printed.getvalue())


def _show(command: str, text: str) -> int:
    """Run the pager until it is closed; returns its exit code."""
    import subprocess

    environ = {"LESS": "FRX", "LV": "-c", **os.environ}
    process = subprocess.Popen(
        ["sh", "-c", command], stdin=subprocess.PIPE, env=environ, encoding="utf-8"
    )
    process.communicate(text)
    return process.returncode
