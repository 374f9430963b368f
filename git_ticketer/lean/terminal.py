"""The terminal behind a hook: may somebody be asked, and the asking itself.

A hook has no stdin, so only /dev/tty can be used, and opening it proves little: a background
job is stopped by a read, a TUI holds the terminal raw, a pty may have nobody at the other end,
an editor's or agent's run may be watched by no one. Each test below is one of those situations
(measured on git 2.39 and 2.55; entireio/cli issues 1907 and 1918 for the last two).
"""

import sys
import time

from .decide import SESSION_VARIABLES
from .system import os, write_all

TTY = "/dev/tty"
FALSE = (b"", b"0", b"false", b"no", b"off")  # as git reads a boolean variable

# Set by CI systems and agents for the commands they run.
MACHINE_VARIABLES = (
    b"CI",
    b"AI_AGENT",
    b"AUGMENT_AGENT",
    b"CLAUDECODE",
    b"CODEX_CI",
    b"CODEX_SANDBOX",
    b"COPILOT_CLI",
    b"CURSOR_AGENT",
    b"GEMINI_CLI",
    b"GOOSE_TERMINAL",
    b"OPENCODE",
    b"PI_CODING_AGENT",
)


class NoTerminal(Exception):
    """Nobody can be asked; the text says why."""


def open_terminal(environ: dict[bytes, bytes], prompt: str) -> int:
    """The file descriptor of a terminal whose user can be asked now.

    `prompt` is the setting `auto`, `never` or `always`; `always` leaves out the tests that guess
    who is watching, never those that keep a hook from hanging.

    Raises: NoTerminal with the reason.
    """
    reason = _unwatched(environ, prompt)
    if reason:
        raise NoTerminal(reason)
    try:
        fd = os.open(TTY, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        raise NoTerminal("no terminal") from None
    reason = _unanswerable(fd, prompt)
    if reason:
        os.close(fd)
        raise NoTerminal(reason)
    return fd


def _unwatched(environ: dict[bytes, bytes], prompt: str) -> str:
    if sys.platform == "win32":
        return "no terminal to ask on"
    if prompt == "never":
        return "ticketer.prompt is never"
    if environ.get(b"GIT_TERMINAL_PROMPT", b"1").lower() in FALSE:
        return "GIT_TERMINAL_PROMPT forbids it"
    if prompt == "always":
        return ""
    if agent_present(environ):
        return "run by an agent or CI"
    if not environ.get(b"PRE_COMMIT") and not os.isatty(2):
        return "stderr is not a terminal"
    return ""


def _unanswerable(fd: int, prompt: str) -> str:
    if sys.platform == "win32":
        return "no terminal to ask on"
    import termios

    try:
        group = os.tcgetpgrp(fd)
        canonical = termios.tcgetattr(fd)[3] & termios.ICANON
    except (OSError, termios.error):
        return "the terminal is gone"
    if group != os.getpgrp():
        return "run in the background"
    if prompt != "always" and os.getsid(0) == os.getpgrp():
        return "run on a private terminal"
    return "" if canonical else "another program holds the terminal"


def agent_present(environ: dict[bytes, bytes]) -> bool:
    """Whether an agent or a CI system runs this, which nobody watches and nobody can answer."""
    names = [*MACHINE_VARIABLES, *(name for name, agent in SESSION_VARIABLES if agent)]
    return any(environ.get(name, b"").lower() not in FALSE for name in names)


def write(fd: int, text: str) -> None:
    """Show `text`, with control characters other than line ends made visible."""
    shown = "".join(c if c == "\n" or c.isprintable() else "?" for c in text)
    write_all(fd, shown.encode("utf-8", "replace"))


def drain(fd: int) -> None:
    """Forget what was typed before the question, so that it is no answer to it."""
    if sys.platform != "win32":
        import termios

        termios.tcflush(fd, termios.TCIFLUSH)


def read_line(fd: int, deadline: float) -> str | None:
    """The next line typed, without its end; None at the deadline (monotonic seconds) or at EOF.

    A signal that comes just before the waiting begins ends it, too: Python notes signals and acts
    on them later, and writes to the descriptor of `set_wakeup_fd` at once.

    Raises: KeyboardInterrupt on Ctrl-C.
    """
    import signal

    heard, tell = os.pipe()
    os.set_blocking(tell, False)
    before = signal.set_wakeup_fd(tell)
    try:
        return _read_line(fd, heard, deadline)
    finally:
        signal.set_wakeup_fd(before)
        os.close(heard)
        os.close(tell)


def _read_line(fd: int, heard: int, deadline: float) -> str | None:
    import select

    data = b""
    while not data.endswith(b"\n"):
        left = deadline - time.monotonic()
        ready = select.select([fd, heard], [], [], left)[0] if left > 0 else []
        if heard in ready:
            os.read(heard, 1024)
            continue
        if not ready:
            return None
        chunk = os.read(fd, 1024)
        if not chunk or len(data) > 4096:
            return None
        data += chunk
    return data.decode("utf-8", "replace").strip()
