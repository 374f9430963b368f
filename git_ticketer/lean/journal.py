"""The journal in `.git/ticketer/journal`: one line per decision and per commit made.

`time TAB kind TAB session TAB worktree TAB branch TAB ticket TAB uid TAB note`, one O_APPEND write
a line, so lines of parallel commits never mix. Suggestions, `attach --resume` and "why was this
commit not tagged" read it; nothing depends on it to tag a commit.
"""

from .clock import from_text, to_text
from .system import append_line, read_file, read_tail

ATTACH, OPT_OUT, CLEAR, EXPIRED = "attach", "opt-out", "clear", "expired"
TAGGED, UNTAGGED = "tagged", "untagged"
KINDS = (ATTACH, OPT_OUT, CLEAR, EXPIRED, TAGGED, UNTAGGED)
TAIL = 1 << 16


class Event:
    """One line of the journal. Texts that do not apply are empty; `at` is epoch seconds."""

    __slots__ = ("at", "branch", "kind", "note", "session", "ticket", "uid", "worktree")

    def __init__(
        self,
        at: int,
        kind: str,
        session: str = "",
        worktree: str = "",
        branch: str = "",
        ticket: str = "",
        uid: str = "",
        note: str = "",
    ) -> None:
        self.at = at
        self.kind = kind
        self.session = session
        self.worktree = worktree
        self.branch = branch
        self.ticket = ticket
        self.uid = uid
        self.note = note


def dump(event: Event) -> bytes:
    """The line of an event, with control characters in its texts replaced by `?`."""
    texts = (
        event.kind,
        event.session,
        event.worktree,
        event.branch,
        event.ticket,
        event.uid,
        event.note,
    )
    clean = ["".join(c if c >= " " else "?" for c in text) for text in texts]
    line = "\t".join([to_text(event.at), *clean]) + "\n"
    return line.encode("utf-8", "surrogateescape")


def parse_line(line: bytes) -> Event | None:
    """The event of one line without its line end; None where the line is broken."""
    fields = line.decode("utf-8", "surrogateescape").split("\t")
    if len(fields) != 8 or fields[1] not in KINDS:
        return None
    try:
        return Event(from_text(fields[0]), *fields[1:])
    except ValueError:
        return None


def append(shared: str, event: Event) -> None:
    """Add one line; raises OSError where the file cannot be written."""
    append_line(shared + "/journal", dump(event))


def tail(shared: str) -> list[Event]:
    """The newest events, oldest first, from at most the last 64 KiB; broken lines left out."""
    try:
        data, whole = read_tail(shared + "/journal", TAIL)
    except OSError:
        return []
    lines = data.split(b"\n")[0 if whole else 1 :]
    return [event for event in map(parse_line, lines) if event]


def read(path: str) -> tuple[list[Event], int]:
    """All events of a journal file, oldest first, and how many lines were broken."""
    try:
        lines = [line for line in read_file(path, 1 << 28).split(b"\n") if line]
    except FileNotFoundError:
        return [], 0
    events = [event for event in map(parse_line, lines) if event]
    return events, len(lines) - len(events)
