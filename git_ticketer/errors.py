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
