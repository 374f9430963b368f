"""Commits as git stores them, and what their messages say of tickets: pure but for one reading."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from git_ticketer.lean import trailer
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.settings import Settings
from git_ticketer.model.ulid import is_ulid
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


class Said(NamedTuple):
    """What a message says: tickets and sessions of its trailers, and those of other lines.

    `origins` are kinds of origin (`reverts`, `cherry-picked from`) with the commits' names.
    """

    tickets: tuple[TicketId, ...] = ()
    weak_tickets: tuple[TicketId, ...] = ()
    sessions: tuple[SessionId, ...] = ()
    weak_sessions: tuple[SessionId, ...] = ()
    uids: tuple[str, ...] = ()
    opted_out: bool = False
    origins: tuple[tuple[str, str], ...] = ()


def said(message: bytes, settings: Settings) -> Said:
    """What a commit's message says, by the team's trailer keys."""
    words = list(_words(_trailers(message, settings.ticket_key)))
    tickets = _ids(TicketId, words)
    sessions = _ids(SessionId, _words(_trailers(message, settings.session_key)))
    weak = _ids(TicketId, _words(_lines(message, settings.ticket_key)))
    weak_sessions = _ids(SessionId, _words(_lines(message, settings.session_key)))
    uids = _words(_trailers(message, settings.uid_key))
    return Said(
        tickets,
        tuple(id for id in weak if id not in tickets),
        sessions,
        tuple(id for id in weak_sessions if id not in sessions),
        tuple(uid for uid in uids if is_ulid(uid)),
        not tickets and any(word.lower() == NONE for word in words),
        tuple(_origins(message)),
    )


def _words(values: Iterable[bytes]) -> Iterator[str]:
    for value in values:
        yield from value.decode("ascii", "replace").replace(",", " ").split()


def _trailers(message: bytes, key: str) -> list[bytes]:
    """The values of a trailer; none where the team has turned it off."""
    return trailer.values(message, key) if key else []


def _lines(message: bytes, key: str) -> list[bytes]:
    """The values of lines `KEY: VALUE` of the body, also indented, quoted or in a list.

    A forge puts the messages of the commits that it squashes together in such ways.
    """
    if not key:
        return []
    body = message.lstrip(b"\n").partition(b"\n")[2]
    form = rb"^[ \t>*+-]{0,40}%b[ \t]*:(.*)$" % re.escape(key.encode())
    return [match[1].strip() for match in re.finditer(form, body, re.MULTILINE | re.IGNORECASE)]


def _ids(kind: type[Id], words: Iterable[str]) -> tuple[Id, ...]:
    found: dict[Id, None] = {}
    for word in words:
        try:
            found[kind(word)] = None
        except InvalidId:
            continue
    return tuple(found)


def _origins(message: bytes) -> Iterator[tuple[str, str]]:
    for kind, pattern in ORIGINS:
        for name in dict.fromkeys(pattern.findall(message)):
            yield kind, name.decode()
