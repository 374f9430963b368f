"""The journal in `.git/ticketer/journal`: one line per decision and per commit made.

`time TAB kind TAB session TAB worktree TAB branch TAB ticket TAB uid TAB note`, one O_APPEND write
a line, so lines of parallel commits never mix. `history` reads it, for suggestions, `attach
--resume` and "why was this commit not tagged"; nothing depends on it to tag a commit.
"""

from . import system
from .clock import to_text

ATTACH, OPT_OUT, CLEAR = "attach", "opt-out", "clear"
TAGGED, UNTAGGED = "tagged", "untagged"
FILES = ("journal.old", "journal")
KINDS = (ATTACH, OPT_OUT, CLEAR, TAGGED, UNTAGGED)


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


def append(shared: str, event: Event) -> None:
    """Add one line; raises OSError where the file cannot be written."""
    system.append(shared + "/journal", dump(event))
