"""Showing a long answer in the user's pager, as git would."""

import contextlib
import os
import sys
from collections.abc import Iterator

from git_ticketer.storage.gitcmd import Git


@contextlib.contextmanager
def paged(git: Git) -> Iterator[None]:
    """Send what is printed meanwhile through `git var GIT_PAGER`, if stdout is a terminal.

    `less` gets git's own usual options, so that a short answer needs no key.
    """
    command = git.text("var", "GIT_PAGER") if sys.stdout.isatty() else "cat"
    if command in ("", "cat"):
        yield
        return
    import subprocess

    environ = {"LESS": "FRX", "LV": "-c", **os.environ}
    process = subprocess.Popen(
        ["sh", "-c", command], stdin=subprocess.PIPE, env=environ, encoding="utf-8"
    )
    assert process.stdin
    try:
        with contextlib.redirect_stdout(process.stdin):
            yield
    except BrokenPipeError:
        pass
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
