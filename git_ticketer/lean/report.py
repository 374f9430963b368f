"""What a hook says: one line on stderr, and one in `.git/ticketer/hook.log` for `doctor`."""

from .clock import now, to_text
from .system import append, make_folders, os, write_all

LOG_LIMIT = 1 << 20


def say(text: str) -> None:
    """Write one line to stderr, control characters made visible."""
    line = "".join(c if c.isprintable() else "?" for c in text) + "\n"
    try:
        write_all(2, line.encode("utf-8", "replace"))
    except OSError:
        return


def hint(text: str) -> None:
    """Say what to type next."""
    say("hint: " + text)


def trouble(shared: str | None, event: str, text: str) -> None:
    """Say that something of ours went wrong, and log it in the shared state folder if we can."""
    say(f"warning: git-ticketer: {text}")
    if shared is None:
        return
    path = shared + "/hook.log"
    try:
        make_folders(shared)
        if _size(path) > LOG_LIMIT:
            os.replace(path, path + ".old")
        line = f"{to_text(now())} {event}: {text}".replace("\n", " ") + "\n"
        append(path, line.encode("utf-8", "replace"))
    except OSError:
        return


def describe(error: BaseException) -> str:
    """An unexpected error in one line: type, text, and the place in our code that raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = ""
    if trace:
        file = trace.tb_frame.f_code.co_filename.rpartition("/")[2]
        place = f" ({file}:{trace.tb_lineno})"
    return f"{type(error).__name__}: {error}{place}"


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
