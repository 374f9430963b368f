"""The error that people see, and the exit codes (design, section 7)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    DECISION_NEEDED = 4
    BUG = 70
    INTERRUPTED = 130


class TicketerError(Exception):
    """A known trouble: one line for `error:` and, where there is one, the next thing to type.

    `hint` is a command or an advice that is safe to follow; `exit_code` is how the command ends.
    Subclasses carry the data of their trouble and stand beside the code that raises them.
    """

    exit_code = ExitCode.ERROR

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def typed(start: str, *paths: str) -> str:
    """The command `start` with paths after it, as it can be typed in a shell.

    A path is quoted where it has to be, and one that begins like an option or like a pathspec's
    magic (gitglossary(7), pathspec) begins with `./`.
    """
    return " ".join((start, *map(_typed, paths)))


def _typed(path: str) -> str:
    import shlex

    path = f"./{path}" if path.startswith(("-", ":")) else path
    if path.isprintable():
        return shlex.quote(path)
    # Quoted as bash, zsh and POSIX 2024 (2.2.4) have it: what is printed stays one line.
    data = path.encode("utf-8", "surrogateescape")
    plain = (chr(c) if 32 <= c < 127 and c not in b"'\\" else f"\\x{c:02x}" for c in data)
    return f"$'{''.join(plain)}'"
