"""A source: bytes of which nothing is known yet, read in pieces of bounded size."""

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from git_ticketer.errors import TicketerError

HEAD = 1 << 16
CHUNK = 1 << 20
MAX_LINE = 1 << 23
"""Bytes of a record; what is longer, without its images, is skipped and counted."""

MAX_WHOLE = 1 << 29
"""Bytes of a source that must be read whole."""

IMAGE = re.compile(rb"[A-Za-z0-9+/]{4096,}={0,2}")
SQLITE = b"SQLite format 3\0"


class NotATranscript(TicketerError):
    """A source that no importer can read; `path` names it."""

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{path}: {reason}", hint=hint or "git ticket archive -h")
        self.path = path
        self.reason = reason


class Source:
    """A transcript somewhere: a file, a folder, or bytes that were given.

    `path` is None for bytes; `shown` is what messages call it. `head` is its first 64 KiB.
    `progress` is told of bytes that were read since it was last told.
    """

    def __init__(self, path: Path | None, data: bytes = b"", *, shown: str = "") -> None:
        self.path = path
        self.shown = shown or str(path)
        self.data = data
        self.progress: Callable[[int], None] = lambda _: None
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
        """A stream of its bytes; raises NotATranscript, also for what is no regular file."""
        if self.path is None:
            return io.BytesIO(self.data)
        if not self.path.is_file():
            raise NotATranscript(self.shown, "no such file", hint=f"ls -l {self.shown}")
        try:
            return self.path.open("rb")
        except OSError as error:
            raise NotATranscript(self.shown, error.strerror or str(error)) from None

    def whole(self) -> bytes:
        """All of its bytes; raises NotATranscript where they are too many."""
        if self.size > MAX_WHOLE:
            raise NotATranscript(self.shown, f"larger than {MAX_WHOLE} bytes")
        with self.open() as stream:
            return stream.read(MAX_WHOLE)

    def text(self) -> str:
        """All of it as text, without a byte order mark; bytes that are no UTF-8 are replaced."""
        return self.whole().decode("utf-8", "replace").removeprefix("\ufeff")

    def lines(self) -> Iterator[bytes | None]:
        """Its lines with something in them; None for one that is too long."""
        unsaid = 0
        with self.open() as stream:
            for line in _lines(stream):
                if line is None or not line.isspace():
                    yield line
                unsaid += len(line) if line else MAX_LINE
                if unsaid > CHUNK:
                    self.progress(unsaid)
                    unsaid = 0
        self.progress(unsaid)

    def records(self) -> Iterator[dict[str, object] | None]:
        """The JSON objects of its lines; None for a line that is none or is too long."""
        loads = json.loads
        for line in self.lines():
            try:
                value = loads(line) if line else None
            except (ValueError, RecursionError):
                value = None
            yield value if isinstance(value, dict) else None

    def first_records(self, limit: int = 50) -> list[dict[str, object]]:
        """The JSON objects among the first lines, to tell the format by."""
        found = []
        for line in self.head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:limit]:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found.append(value)
        return found

    def document(self) -> object:
        """The one JSON value that it is; raises NotATranscript."""
        try:
            return json.loads(self.text())
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 0)
            raise NotATranscript(
                f"{self.shown}:{line}" if line else self.shown, "not JSON"
            ) from None


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines of bounded size; of a longer one the images (base64) are taken out first."""
    line = stream.readline(MAX_LINE).removeprefix(b"\xef\xbb\xbf")
    while line:
        whole = len(line) < MAX_LINE or line.endswith(b"\n")
        yield line if whole else _shortened(stream, IMAGE.sub(b"", line))
        line = stream.readline(MAX_LINE)


def _shortened(stream: BinaryIO, line: bytes) -> bytes | None:
    """The rest of a long line without its images; None where it stays too long."""
    parts, size = [line], len(line)
    while piece := stream.readline(CHUNK):
        kept = IMAGE.sub(b"", piece)
        size += len(kept)
        if size <= MAX_LINE:
            parts.append(kept)
        if piece.endswith(b"\n"):
            break
    return b"".join(parts) if size <= MAX_LINE else None
