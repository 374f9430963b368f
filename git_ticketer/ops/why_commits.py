"""Commits as git stores them, and what their messages say of tickets: pure but for one reading."""

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.lean.system import read_file
from git_ticketer.storage.gitcmd import Git

Id = TypeVar("Id", TicketId, SessionId)
NONE = "none"
REVERTS, PICKED = "reverts", "cherry-picked from"
LATEST = 253_402_300_799  # the last second of the year 9999
ORIGINS = (
    (REVERTS, re.compile(rb"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)),
    (PICKED, re.compile(rb"^\(cherry picked from commit ([0-9a-f]{7,64})\)", re.MULTILINE)),
)


class Commit(NamedTuple):
    """A commit: `at` is its author date in epoch seconds, which a rebase and an amend leave."""

    id: str
    parents: tuple[str, ...]
    author: str
    at: int
    message: bytes
    encoding: str = "utf-8"

    @property
    def subject(self) -> str:
        """The first line of its message."""
        line = self.message.lstrip(b"\n").partition(b"\n")[0]
        try:
            return line.decode(self.encoding).strip()
        except (LookupError, ValueError):
            return line.decode("utf-8", "replace").strip()


def commits(git: Git, names: Iterable[str]) -> dict[str, Commit]:
    """The commits that hexadecimal names mean, by those names; what is no commit is left out.

    One process (git-cat-file(1), BATCH OUTPUT: `NAME commit SIZE`, the object, a line end).
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    out = git.run("cat-file", "--batch", input="".join(f"{name}\n" for name in wanted).encode())
    found, start = {}, 0
    for name in wanted:
        end = out.index(b"\n", start)
        words = out[start:end].split(b" ")
        start = end + 1
        if len(words) == 3 and words[2].isdigit():
            size = int(words[2])
            if words[1] == b"commit":
                found[name] = _commit(words[0].decode(), out[start : start + size])
            start += size + 1
    return found


def _commit(id: str, data: bytes) -> Commit:
    """A commit from its object (gitformat: header lines, an empty line, the message)."""
    head, _, message = data.partition(b"\n\n")
    lines = [line.partition(b" ")[::2] for line in head.split(b"\n")]
    facts = dict(reversed(lines))
    who, _, date = facts.get(b"author", b"").rpartition(b"> ")
    return Commit(
        id,
        tuple(value.decode("ascii", "replace") for key, value in lines if key == b"parent"),
        who.rpartition(b" <")[0].decode("utf-8", "replace"),
        _seconds(date.partition(b" ")[0]),
        message,
        facts.get(b"encoding", b"utf-8").decode("ascii", "replace"),
    )


def _seconds(text: bytes) -> int:
    """An author's date; 0 where it is none that a calendar has."""
    return int(text) if text.isdigit() and len(text) < 13 and int(text) <= LATEST else 0


def shallow(common: str) -> frozenset[str]:
    """The commits where a shallow clone ends, from its shared git dir.

    Their parents are not there (gitrepository-layout(5), `shallow`: a name a line).
    """
    try:
        return frozenset(read_file(f"{common}/shallow").decode("ascii", "replace").split())
    except OSError:
        return frozenset()
