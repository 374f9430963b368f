"""What the first bytes of a file say about the rest: how it is encoded, or that it is packed.

Facts: byte order marks of the Unicode standard 2.13; PowerShell's `>` writes UTF-16 with one.
"""

import codecs
import io
from typing import Any, BinaryIO

GZIP = b"\x1f\x8b"
MARKS = {
    codecs.BOM_UTF8: "",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
PIECE = 1 << 20


def is_packed(stream: BinaryIO) -> bool:
    """Whether it is compressed with gzip (RFC 1952, 2.3.1); the stream is at its start again."""
    start = stream.read(len(GZIP))
    stream.seek(0)
    return start == GZIP


def as_utf8(stream: BinaryIO) -> BinaryIO:
    """The stream without a byte order mark, and as UTF-8 where that mark says UTF-16."""
    start = stream.read(3)
    mark = next((mark for mark in MARKS if start.startswith(mark)), b"")
    stream.seek(len(mark))
    encoding = MARKS.get(mark, "")
    return io.BufferedReader(_Recoded(stream, encoding), PIECE) if encoding else stream


class _Recoded(io.RawIOBase):
    """The bytes of a stream in another encoding as UTF-8; what is no text is replaced."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream = stream
        self.decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b"-"
        while data and not self.left:
            data = self.stream.read(PIECE)
            self.left = self.decoder.decode(data, final=not data).encode()
        part = self.left[: len(buffer)]
        self.left = self.left[len(part) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self.stream.close()
        super().close()
