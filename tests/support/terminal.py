"""Commands in a real pseudo-terminal, as a person starts them from a shell."""

import codecs
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The command runs as a foreground job of a session leader, as under an interactive shell: the
# leader starts it in a process group of its own, gives that group the terminal, and hands a
# SIGHUP on to it when the window is closed, as bash(1) does.
LEADER = """\
import os, signal, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])

def hang_up(*_):
    os.killpg(child, signal.SIGHUP)
    os._exit(129)

signal.signal(signal.SIGHUP, hang_up)
_, status = os.waitpid(child, 0)
os.tcsetpgrp(0, os.getpgrp())
sys.exit(os.waitstatus_to_exitcode(status) % 256)
"""


class Terminal:
    """A program in a pseudo-terminal: `expect` waits for text, `send` types."""

    def __init__(self, command: list[str], folder: Path, environ: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        self.all_ended, alive = os.pipe()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            pass_fds=[alive],
            preexec_fn=lambda: _take_terminal(slave),  # noqa: PLW1509 - one thread only
        )
        os.close(slave)
        os.close(alive)
        self.seen = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def expect(self, text: str, seconds: float = 20.0, times: int = 1) -> str:
        """Wait until `text` has been shown `times` times; return all that was shown."""
        deadline = time.monotonic() + seconds
        while self.seen.count(text) < times:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} was not shown, but: {self.seen!r}"
            if not self._read(left):
                missing = self.seen.count(text) < times
                assert not missing, f"{text!r} was not shown, but: {self.seen!r}"
        return self.seen

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen = (self.seen + self.decoder.decode(data)).replace("\r\n", "\n")
        return bool(data)

    def send(self, text: str) -> None:
        """Type `text`."""
        os.write(self.master, text.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.send("\x03")

    def hang_up(self) -> None:
        """Close the terminal window."""
        os.close(self.master)
        self.master = -1

    def wait(self, seconds: float = 30.0) -> int:
        """Wait for the end and return the exit code; what is shown goes on being read."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it hangs, having shown: {self.seen!r}"
            if self.master >= 0 and not self._read(0.05):
                self.process.wait(max(0.1, deadline - time.monotonic()))
            elif self.master < 0:
                time.sleep(0.02)
        while self.master >= 0 and select.select([self.master], [], [], 0.05)[0]:
            if not self._read(0.05):
                break
        return self.process.returncode

    def wait_for_all(self, seconds: float = 30.0) -> None:
        """Wait until everything the program started has ended, as after `hang_up`.

        Each process inherits one end of a pipe; the other end is readable when the last is gone.
        """
        ended = select.select([self.all_ended], [], [], seconds)[0]
        assert ended, f"something it started still runs, having shown: {self.seen!r}"

    def close(self) -> None:
        """End whatever still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)
        os.close(self.all_ended)


def _take_terminal(slave: int) -> None:
    import fcntl
    import termios

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


@contextmanager
def terminal(
    *command: str, folder: Path, environ: dict[str, str], leader: bool = True
) -> Iterator[Terminal]:
    """Run a command in a pseudo-terminal, as the job of a shell; without `leader` as the leader
    of a private session, which is how a TUI or `docker run -t` starts it.
    """
    started = [sys.executable, "-c", LEADER, *command] if leader else list(command)
    shown = Terminal(started, folder, environ)
    try:
        yield shown
    finally:
        shown.close()
