"""The records of Claude Code's lines, with as little work as the noise in them deserves.

Four fifths of the bytes are progress, snapshots of files and second copies of tool results.
"""

from collections.abc import Iterator

from git_ticketer.importers.source import BROKEN, DECODE, Source, object_of

Record = dict[str, object]

NOISE = (b'"type":"progress"', b'"type":"file-history-snapshot"')
BEGINNING = 1500
"""In so many bytes stands the type of a line, if it stands before its data."""

COPY = b',"toolUseResult":'
ANSWERS = (b'{"questions":', b'{"answers":', b'{"annotations":')
"""How a copy begins in which there is what the person answered to a question."""

RECORDS = ('{"parentUuid":', '{"type":"user"', '{"type":"assistant"')
"""What a record may begin with that another writer put in the middle of a line."""

ATTEMPTS = 20


def records(source: Source) -> Iterator[Record | None]:
    """The records in file order without those that are known noise; None for what is broken."""
    for line in source.lines():
        if line is None:
            yield None
        elif not _is_noise(line):
            record = _record(line)
            if record is not None:
                yield record
            else:
                yield from _rescued(line)


def _is_noise(line: bytes) -> bool:
    """Whether the line's own type is noise: no object or list begins before the type.

    Such bytes cannot stand inside a text, where the quotes would be escaped.
    """
    for mark in NOISE:
        at = line.find(mark, 0, BEGINNING)
        if at >= 0:
            head = line[1:at]
            return b"{" not in head and b"[" not in head and line.rstrip().endswith(b"}")
    return False


def _record(line: bytes) -> Record | None:
    """The object that a line is, without the second copy of a tool's result at its end."""
    if (at := line.find(COPY)) > 0 and not line.startswith(ANSWERS, at + len(COPY)):
        record = object_of(line[:at] + b"}")
        if record is not None and _is_only_results(record):
            return record
    return object_of(line)


def _is_only_results(record: Record) -> bool:
    """Whether nothing that counts can follow; only a whole object can be cut at its own level.

    Behind an error may stand what the person says to it.
    """
    message = record.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    return (
        isinstance(content, list)
        and "timestamp" in record
        and bool(content)
        and all(isinstance(b, dict) and b.get("type") == "tool_result" for b in content)
        and not any(block.get("is_error") for block in content)
    )


def content_of(record: Record) -> object:
    """What a user line holds; some writers put it into the line itself."""
    message = record.get("message")
    if isinstance(message, dict):
        return message.get("content", message.get("text"))
    return next((record[key] for key in ("message", "text", "content") if record.get(key)), None)


def _rescued(line: bytes) -> Iterator[Record | None]:
    """The whole records in a line that two wrote into; None for the rest, where there is any."""
    text = line.decode("utf-8", "replace").strip()
    start, lost = 0, False
    for _ in range(ATTEMPTS):
        try:
            value, end = DECODE.raw_decode(text, start)
        except BROKEN:
            value, end = None, start + 1
        if isinstance(value, dict) and (not start or "sessionId" in value):
            yield value
        else:
            lost = True
        following = [at for mark in RECORDS if (at := text.find(mark, end)) >= 0]
        lost |= text[end : min(following, default=len(text))].strip() != ""
        if not following:
            break
        start = min(following)
    if lost:
        yield None
