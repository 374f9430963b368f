"""A source: bytes of which nothing is known yet, read in pieces of bounded size."""

import io
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from git_ticketer.errors import TicketerError, typed
from git_ticketer.importers.encodings import as_utf8, is_packed
from git_ticketer.importers.media import is_of_tool, without_media

HEAD = 1 << 16
CHUNK = 1 << 20
MAX_LINE = 1 << 23
"""Bytes of a record; a tool's that is longer, without its images, is skipped and counted."""

MAX_SAID = 1 << 26
"""Bytes of a record without its images in which somebody may say something."""

MAX_WHOLE = 1 << 29
"""Bytes of a source that must be read whole."""

SQLITE = b"SQLite format 3\0"
DECODE = json.JSONDecoder(strict=False)
BROKEN = (ValueError, RecursionError)


class NotATranscript(TicketerError):
    """A source that no importer can read; `path` names it."""

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}: {reason}", hint=hint or "git ticket archive -h")
        self.path = path
        self.reason = reason


class Source:
    """A transcript somewhere: a file, a folder, or bytes that were given.

    `path` is None for bytes; `shown` is what messages call it. `head` is its first 64 KiB.
    `progress` is told of bytes that were read since it was last told. `lost` is how many records
    were too long to be read in which the person may have said something.
    """

    def __init__(self, path: Path | None, data: bytes = b"", *, shown: str = "") -> None:
        self.path = path
        self.shown = shown or str(path)
        self.data = data
        self.progress: Callable[[int], None] = lambda _: None
        self.lost = 0
        self._head: bytes | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return self.path is not None and self.path.is_dir()

    @property
    def is_database(self) -> bool:
        """Whether it is a SQLite file."""
        return self.head.startswith(SQLITE)

    @property
    def size(self) -> int:
        """Its size in bytes, as it is now."""
        return os.path.getsize(self.path) if self.path else len(self.data)

    @property
    def head(self) -> bytes:
        """Its first bytes; none of a folder."""
        if self._head is None:
            self._head = b""
            if not self.is_folder:
                with self.open() as stream:
                    self._head = stream.read(HEAD)
        return self._head

    def open(self) -> BinaryIO:
        """A stream of its bytes, of a text as UTF-8 without a byte order mark.

        Raises: NotATranscript, also for what is no regular file or is compressed.
        """
        stream = self._opened()
        if is_packed(stream):
            stream.close()
            raise NotATranscript(self.shown, "it is compressed (gzip)", hint=self._unpacking)
        return as_utf8(stream)

    def _opened(self) -> BinaryIO:
        if self.path is None:
            return io.BytesIO(self.data)
        if not self.path.is_file():
            hint = typed("ls -l", self.shown)
            raise NotATranscript(self.shown, "no such file", hint=hint)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise NotATranscript(self.shown, error.strerror or str(error)) from None

    @property
    def _unpacking(self) -> str:
        """What reads it; of bytes that were given it is not known where they are."""
        command = typed("gzip -dc", str(self.path)) if self.path else "gzip -dc"
        return f"{command} | git ticket archive -"

    def archiving(self, chat: str) -> str:
        """The command that archives one of many conversations in it."""
        command = "git ticket archive"
        command = typed(command, self.shown) if self.path else f"{command} -"
        return f"{command} {typed('--chat', chat)}"

    def whole(self) -> bytes:
        """All of its bytes; raises NotATranscript where they are too many."""
        if self.size > MAX_WHOLE:
            raise NotATranscript(self.shown, f"larger than {MAX_WHOLE} bytes")
        with self.open() as stream:
            return stream.read(MAX_WHOLE)

    def text(self) -> str:
        """All of it as text; bytes that are no UTF-8 are replaced."""
        return self.whole().decode("utf-8", "replace")

    def lines(self) -> Iterator[bytes | None]:
        """Its lines with something in them; None for one that is too long."""
        unsaid = 0
        with self.open() as stream:
            for line in self._lines(stream):
                if line is None or not line.isspace():
                    yield line
                unsaid += len(line) if line else MAX_LINE
                if unsaid > CHUNK:
                    self.progress(unsaid)
                    unsaid = 0
        self.progress(unsaid)

    def _lines(self, stream: BinaryIO) -> Iterator[bytes | None]:
        while line := stream.readline(MAX_LINE):
            whole = len(line) < MAX_LINE or line.endswith(b"\n")
            yield line if whole else self._shortened(stream, line)

    def _shortened(self, stream: BinaryIO, start: bytes) -> bytes | None:
        """A long line without its images; None where it stays too long for what it is."""
        limit = MAX_LINE if is_of_tool(start) else MAX_SAID
        parts: list[bytes] = []
        size = 0
        pieces = _pieces(start, stream)
        for piece in without_media(pieces):
            parts.append(piece)
            size += len(piece)
            if size > limit:
                deque(pieces, maxlen=0)
                self.lost += limit == MAX_SAID
                return None
        return b"".join(parts)

    def records(self) -> Iterator[dict[str, object] | None]:
        """The JSON objects of its lines; None for a line that is none or is too long."""
        for line in self.lines():
            yield object_of(line) if line else None

    def first_records(self, limit: int = 50) -> list[dict[str, object]]:
        """The JSON objects among the first lines, to tell the format by."""
        found = map(object_of, self.head.split(b"\n")[:limit])
        return [record for record in found if record is not None]

    def document(self) -> object:
        """The one JSON value that it is; raises NotATranscript."""
        try:
            return json.loads(self.text())
        except BROKEN as error:
            line = getattr(error, "lineno", 0)
            raise NotATranscript(
                f"{self.shown}:{line}" if line else self.shown, "not JSON"
            ) from None


def object_of(line: bytes) -> dict[str, object] | None:
    """The JSON object that a line is; bytes that are no UTF-8 are replaced, not lost."""
    try:
        value = DECODE.decode(line.decode("utf-8", "replace"))
    except BROKEN:
        return None
    return value if isinstance(value, dict) else None


def _pieces(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """The pieces of a line of which the start is known; each is small."""
    for at in range(0, len(start), CHUNK):
        yield start[at : at + CHUNK]
    piece = b""
    while not piece.endswith(b"\n") and (piece := stream.readline(CHUNK)):
        yield piece
