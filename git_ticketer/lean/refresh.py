"""Starting the full program from a hook, once, to write the settings snapshot anew."""

import sys
import time

from .system import os

SECONDS = 5.0


def refresh() -> bool:
    """Have the snapshot of this worktree written; whether that ended well in time."""
    # Not -I, which would hide what `pip install --user` installed.
    command = [sys.executable, "-E", "-P", "-m", "git_ticketer", "hook", "refresh-settings"]
    return bool(sys.executable) and _run(command)


def _run(command: list[str]) -> bool:
    """Run `command` without input or output; whether it ended well in time."""
    if sys.platform == "win32":
        return False
    quiet = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.005)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return False
