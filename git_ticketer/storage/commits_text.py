"""What a commit's message says of tickets, sessions and other commits: pure, bytes in, values out.

Evidence comes in three strengths: a trailer in the last block; a line `Ticket: ...` elsewhere,
such as a forge leaves in the body of a squash; an id somewhere in the text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVar

from git_ticketer.lean import trailer
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.settings import Settings
from git_ticketer.model.ulid import is_ulid

Id = TypeVar("Id", TicketId, SessionId)

NONE = "none"
MOST = 1 << 18
"""Bytes of a message that are read; of a longer one its beginning and its end."""

REVERTS, PICKED = "reverts", "cherry-picked from"
# git-revert(1) and git-cherry-pick(1) `-x` write these lines.
ORIGINS = (
    (REVERTS, re.compile(rb"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)),
    (PICKED, re.compile(rb"^\(cherry picked from commit ([0-9a-f]{7,64})\)", re.MULTILINE)),
)


class Said(NamedTuple):
    """What a message says: tickets and sessions of its trailers, and those of other lines.

    `mentions` are other ids in the text, of known prefixes. `origins` are kinds of origin
    (`reverts`, `cherry-picked from`) with the commits' names.
    """

    tickets: tuple[TicketId, ...] = ()
    weak_tickets: tuple[TicketId, ...] = ()
    mentions: tuple[TicketId, ...] = ()
    sessions: tuple[SessionId, ...] = ()
    weak_sessions: tuple[SessionId, ...] = ()
    uids: tuple[str, ...] = ()
    opted_out: bool = False
    origins: tuple[tuple[str, str], ...] = ()


NOTHING = Said()


def said(message: bytes, settings: Settings) -> Said:
    """What a commit's message says, by the team's trailer keys and prefixes."""
    message = capped(message)
    mentions = _mentions(message, settings.prefixes)
    origins = tuple(_origins(message))
    if not _has_key(message, settings):
        return Said(mentions=mentions, origins=origins) if mentions or origins else NOTHING
    words = list(_words(_trailers(message, settings.ticket_key)))
    tickets = _ids(TicketId, words)
    sessions = _ids(SessionId, _words(_trailers(message, settings.session_key)))
    weak = _without(_ids(TicketId, _words(_lines(message, settings.ticket_key))), tickets)
    weak_sessions = _ids(SessionId, _words(_lines(message, settings.session_key)))
    return Said(
        tickets,
        weak,
        _without(mentions, (*tickets, *weak)),
        sessions,
        _without(weak_sessions, sessions),
        tuple(uid for uid in _words(_trailers(message, settings.uid_key)) if is_ulid(uid)),
        not tickets and any(word.lower() == NONE for word in words),
        origins,
    )


def capped(message: bytes) -> bytes:
    """A message, of one longer than MOST its first and its last lines."""
    if len(message) <= MOST:
        return message
    first, last = message[: MOST // 2], message[-MOST // 2 :]
    return first.rpartition(b"\n")[0] + b"\n" + last.partition(b"\n")[2]


def _has_key(message: bytes, settings: Settings) -> bool:
    """Whether one of the keys stands anywhere: most messages of a history have none."""
    lower = message.lower()
    for key in _needles(settings.ticket_key, settings.session_key, settings.uid_key):
        if key in lower:
            return True
    return False


@lru_cache
def _needles(*keys: str) -> tuple[bytes, ...]:
    """The keys to look for; one that holds another is found with that."""
    wanted = [key.lower() for key in keys if key]
    short = {key for key in wanted if not any(o != key and o in key for o in wanted)}
    return tuple(key.encode() for key in sorted(short))


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
    return [value.strip() for value in _line(key).findall(body)]


@lru_cache
def _line(key: str) -> re.Pattern[bytes]:
    form = rb"^[ \t>*+-]{0,40}%b[ \t]*:(.*)$" % re.escape(key.encode())
    return re.compile(form, re.MULTILINE | re.IGNORECASE)


def _ids(kind: type[Id], words: Iterable[str]) -> tuple[Id, ...]:
    found: dict[Id, None] = {}
    for word in words:
        try:
            found[kind(word)] = None
        except InvalidId:
            continue
    return tuple(found)


def _without(found: tuple[Id, ...], taken: tuple[Id, ...]) -> tuple[Id, ...]:
    return tuple(id for id in found if id not in taken)


def _mentions(message: bytes, prefixes: list[str]) -> tuple[TicketId, ...]:
    """The ids of known prefixes in a text, bounded as in `ids.ids_in`."""
    if not prefixes:
        return ()
    return _ids(TicketId, (word.decode() for word in _mention(tuple(prefixes)).findall(message)))


@lru_cache
def _mention(prefixes: tuple[str, ...]) -> re.Pattern[bytes]:
    names = b"|".join(re.escape(prefix.encode()) for prefix in prefixes)
    form = rb"(?<![A-Za-z0-9])(?:%b)-[0-9]{1,12}(?![A-Za-z0-9])" % names
    return re.compile(form, re.IGNORECASE)


def _origins(message: bytes) -> Iterator[tuple[str, str]]:
    if b" commit " not in message:
        return
    for kind, pattern in ORIGINS:
        for name in dict.fromkeys(pattern.findall(message)):
            yield kind, name.decode()
