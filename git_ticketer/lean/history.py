"""Reading the journal: what was decided and committed before."""

from .clock import from_text
from .journal import KINDS, Event
from .system import exists, read_file, read_tail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

TAIL = 1 << 16
LIMIT = 1 << 28


def parse_line(line: bytes) -> Event | None:
    """The event of one line without its line end; None where the line is broken."""
    fields = line.decode("utf-8", "surrogateescape").split("\t")
    if len(fields) != 8 or fields[1] not in KINDS:
        return None
    try:
        return Event(from_text(fields[0]), *fields[1:])
    except ValueError:
        return None


def tail(shared: str) -> tuple[list[Event], int]:
    """The newest events, oldest first, from the last 64 KiB; and how many lines were broken.

    Raises: OSError where there is a journal that cannot be read.
    """
    try:
        data, whole = read_tail(shared + "/journal", TAIL)
    except FileNotFoundError:
        if exists(shared + "/journal"):
            raise
        return [], 0
    return _events(data.split(b"\n")[0 if whole else 1 :])


def newest(shared: str, kinds: tuple[str, ...]) -> "Iterator[Event]":
    """Events of some kinds, the newest first, from the last 64 KiB; none where it is unreadable.

    Only the lines that are asked for are parsed: a hook stops at the first one it can use.
    """
    try:
        data, whole = read_tail(shared + "/journal", TAIL)
    except OSError:
        return
    marks = [f"\t{kind}\t".encode() for kind in kinds]
    for line in reversed(data.split(b"\n")[0 if whole else 1 :]):
        event = parse_line(line) if any(mark in line for mark in marks) else None
        if event and event.kind in kinds:
            yield event


def read(path: str) -> tuple[list[Event], int]:
    """All events of one journal file, oldest first, and how many lines were broken.

    Raises: OSError where there is a journal that cannot be read.
    """
    try:
        return _events(read_file(path, LIMIT).split(b"\n"))
    except FileNotFoundError:
        return [], 0


def _events(lines: list[bytes]) -> tuple[list[Event], int]:
    written = [line for line in lines if line]
    events = [event for event in map(parse_line, written) if event]
    return events, len(written) - len(events)
