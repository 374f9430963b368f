"""What a source begins with: enough to tell its format without reading all of it."""

import re
from functools import lru_cache
from itertools import islice

from git_ticketer.importers.source import BROKEN, DECODE, HEAD, Source

KEY = re.compile(r'\s*"([^"\\]{0,200})"\s*:\s*')
OPEN, COMMA, FIRST = re.compile(r"\s*\{"), re.compile(r"\s*,"), re.compile(r"\[\s*")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@lru_cache(maxsize=2)
def records(source: Source) -> tuple[dict[str, object], ...]:
    """The JSON objects among the first lines, also where the first one is longer than the head."""
    if source.is_folder or source.is_database:
        return ()
    head = source.head
    if b"\n" in head or len(head) < HEAD or not head.lstrip().startswith(b"{"):
        return tuple(source.first_records())
    return tuple(record for record in islice(source.records(), 3) if record is not None)


@lru_cache(maxsize=2)
def members(source: Source) -> dict[str, object]:
    """The members of the object that a source begins with, as far as its head reaches.

    Of a list that goes beyond the head there is the first item, of anything else None.
    """
    text = "" if source.is_folder else source.head.decode("utf-8", "replace")
    found: dict[str, object] = {}
    place = OPEN.match(text)
    while place and (key := KEY.match(text, place.end())):
        name = key[1]
        try:
            found[name], end = DECODE.raw_decode(text, key.end())
        except BROKEN:
            found[name] = _first(text, key.end())
            break
        place = COMMA.match(text, end)
    return found


def _first(text: str, start: int) -> list[object] | None:
    """The first item of a list that is cut off."""
    opening = FIRST.match(text, start)
    try:
        return [DECODE.raw_decode(text, opening.end())[0]] if opening else None
    except BROKEN:
        return None


def file_id(source: Source) -> str:
    """The UUID that a file is called, for formats that name their session nowhere else."""
    stem = source.path.stem if source.path else ""
    return stem if UUID.fullmatch(stem) else ""
