"""The merge of one session that was archived on two branches, at two lengths or two details.

An archive is made of its source alone, so the longer one holds all of the shorter one: it is
taken whole. Nothing is put together from two transcripts, and what a person changed by hand is
never overruled: where one side is not simply longer, the merge is not done here.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from git_ticketer.model.transcript import ASSISTANT, FULL, TEXT, TOOL, USER, Entry, Header
from git_ticketer.storage import transcript_text, yamlfile

BODY = "\ntranscript:\n"
CHOSEN = ("plan", "parent")


class NotTheSame(Exception):
    """Two files of which none simply holds what the other does."""


class Archive(NamedTuple):
    """A file of an archive; `header` is None in a further part, `head` are its first lines."""

    text: str
    head: str
    header: Header | None
    entries: tuple[Entry, ...]


def merge(base: str, ours: str, theirs: str) -> str:
    """The text of the longer of two files, with what only the header of the other has.

    `base` is empty where there is none. Raises: NotTheSame, and BadFile where one is no archive.
    """
    sides = [_read(ours, "ours"), _read(theirs, "theirs")]
    known = _read(base, "base") if base.strip() else None
    if known and not all(_goes_on(known, side) for side in sides):
        raise NotTheSame  # somebody took something out
    short, long = sorted(sides, key=_length)
    if not _goes_on(short, long) or not _is_as_written(short):
        raise NotTheSame
    if short.header is None or long.header is None:
        return _part(short, long)
    if _length(short) == _length(long):
        long = _settled(known, short, long)
    return _with(short.header, long)


def _read(text: str, name: str) -> Archive:
    document = yamlfile.parse(text.encode(), name)
    values = document.value if isinstance(document.value, dict) else {}
    header = None if "part" in values else transcript_text.header_of(document)
    entries = tuple(transcript_text.entries_of(document))
    return Archive(text, text.partition(BODY)[0], header, entries)


def _length(one: Archive) -> tuple[int, int, int, str]:
    """How much of a session is in an archive: of the last of its parts a file says nothing."""
    if one.header is None:
        return 0, 0, len(one.entries), "".join(entry.text for entry in one.entries[-1:])
    count = max(one.header.source.entries, len(one.entries))
    return one.header.detail == FULL, one.header.parts, count, one.header.ended


def _goes_on(short: Archive, long: Archive) -> bool:
    """Whether an archive holds all that another of the same session does."""
    if short.header is None or long.header is None:
        return short.header is long.header and _holds(short.entries, long.entries)
    mine, other = short.header, long.header
    if (mine.id, mine.ticket, mine.ticket_uid) != (other.id, other.ticket, other.ticket_uid):
        return False
    if mine.detail != other.detail:
        return other.detail == FULL and _holds(_said(short.entries), _said(long.entries))
    return _holds(short.entries, long.entries)


def _said(entries: Iterable[Entry]) -> list[Entry]:
    return [e for e in entries if e.role in (USER, ASSISTANT) and e.kind == TEXT]


def _holds(short: Sequence[Entry], long: Sequence[Entry]) -> bool:
    """Whether a transcript begins with another; what was still going on may have got further."""
    if len(short) > len(long):
        return False
    pairs = list(zip(short, long, strict=False))
    return all(map(_is_same, short[:-1], long)) and all(_is_start(*pair) for pair in pairs[-1:])


def _is_same(short: Entry, long: Entry) -> bool:
    """Whether it is one entry, where a tool may have answered since."""
    waits = short.role == TOOL and short.output is None
    return short == (long._replace(output=None) if waits else long)


def _is_start(short: Entry, long: Entry) -> bool:
    """Whether an entry is the beginning of another."""
    begins = long.text.startswith(short.text.rstrip("\n"))
    return begins and _is_same(short, long._replace(text=short.text))


def _is_as_written(one: Archive) -> bool:
    """Whether nobody has put anything into a file that its values do not say."""
    body = "".join(map(transcript_text.entry_text, one.entries))
    head = transcript_text.head(one.header) if one.header else one.head
    return one.text == (f"{head}{BODY}{body}" if body else head)


def _part(short: Archive, long: Archive) -> str:
    if short.head != long.head:
        raise NotTheSame
    return long.text


def _settled(base: Archive | None, ours: Archive, theirs: Archive) -> Archive:
    """The side whose header is the newer one, where both are as long; raises NotTheSame."""
    one, other = (side.header and _compared(side.header) for side in (ours, theirs))
    if one == other:
        return theirs
    before = base and base.header and _compared(base.header)
    if before not in (one, other):
        raise NotTheSame
    return ours if other == before else theirs


def _compared(header: Header) -> Header:
    """A header without what can be put together."""
    return header._replace(mentions=(), plan="", parent="")


def _with(short: Header, long: Archive) -> str:
    """The longer text, with what its header lacks of the shorter one's."""
    assert long.header  # see merge
    header = long.header
    own = {header.ticket, *header.tickets()}
    mentions = {*header.mentions, *short.mentions} - own
    for name in CHOSEN:
        mine, other = getattr(header, name), getattr(short, name)
        if mine and other and mine != other:
            raise NotTheSame
        header = header._replace(**{name: mine or other})
    if mentions != {*header.mentions}:
        header = header._replace(mentions=tuple(sorted(mentions, key=_order)))
    if header == long.header:
        return long.text
    if transcript_text.head(long.header) != long.head:
        raise NotTheSame
    return transcript_text.head(header) + long.text[len(long.head) :]


def _order(id: str) -> tuple[str, int]:
    prefix, _, number = id.rpartition("-")
    return prefix, int(number)
