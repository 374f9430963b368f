"""The one door for YAML: any bytes give data, or one error naming file and line.

A cloned repository is hostile, so anchors, aliases, tags, duplicate keys, deep nesting and large
files are refused before anything is built. Every scalar is read as the text that is written
there; what it means is the schema's business (YAML 1.1 would read `no` as false, `1:30` as 90).
yamlparse.py, which imports the reader (12 ms), is loaded when a file must really be read.
"""

from __future__ import annotations

from git_ticketer.errors import TicketerError

TYPE_CHECKING = False  # the merge driver cannot pay for importing typing
if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
BOM = "\ufeff"

Value = str | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]

SCALAR, LIST, MAP = "scalar", "list", "map"


class BadFile(TicketerError):
    """A file that cannot be used: `path`, `line` (from 1, 0 for the whole file) and `reason`."""

    def __init__(self, path: str, line: int, reason: str, *, hint: str = "") -> None:
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {reason}", hint=hint or f"mend {path}")
        self.path = path
        self.line = line
        self.reason = reason


class Node:
    """A value as it stands in a text: `start` and `end` are indexes into it, `line` is from 1.

    `kind` is SCALAR, LIST or MAP. A list's `items` are its values, a map's its values in order,
    with their keys in `keys`. `flow` is whether it is written as `[...]` or `{...}`; `style` is
    a scalar's mark: empty, a quote, `|` or `>`. A missing value has `start == end`.
    """

    __slots__ = ("end", "flow", "items", "keys", "kind", "line", "start", "style", "text")

    def __init__(self, kind: str, start: int, end: int, line: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.line = line
        self.text = self.style = ""
        self.flow = False
        self.keys: list[Node] = []
        self.items: list[Node] = []

    def get(self, key: str) -> Node | None:
        """The value of a key of a map, None where it is not there."""
        for name, item in zip(self.keys, self.items, strict=True):
            if name.text == key:
                return item
        return None

    def value(self) -> Value:
        """The data of this node."""
        if self.kind == SCALAR:
            return self.text
        values = [item.value() for item in self.items]
        if self.kind == LIST:
            return values
        return dict(zip((key.text for key in self.keys), values, strict=True))


class Document:
    """What a file holds: its `path`, its `text` and its `value`.

    `mark` is a byte order mark that stood before the text.
    """

    __slots__ = ("mark", "path", "text", "value")

    def __init__(self, path: str, text: str, value: Value, mark: str = "") -> None:
        self.mark = mark
        self.path = path
        self.text = text
        self.value = value

    @property
    def lines(self) -> dict[Place, int]:
        """For every place, such as ("trailers", "ticket"), its line; found when it is asked for."""
        found: dict[Place, int] = {}
        root = nodes(self)
        if root:
            _note_lines(root, (), found)
        return found

    def error(self, place: Place, reason: str) -> BadFile:
        """An error at a place of this document."""
        lines = self.lines
        while place and place not in lines:
            place = place[:-1]
        return BadFile(self.path, lines.get(place, 0), reason)


def _note_lines(node: Node, place: Place, found: dict[Place, int]) -> None:
    found[place] = node.line
    for index, item in enumerate(node.items):
        name = node.keys[index].text if node.kind == MAP else index
        _note_lines(item, (*place, name), found)


def read(path: Path) -> Document:
    """The document in `path`; raises BadFile, also for links, folders and unreadable files."""
    return parse(read_bytes(path), str(path))


def read_bytes(path: Path, shown: str = "") -> bytes:
    """The bytes of a regular file, at most one more than the limit.

    Raises: BadFile, which calls the file `shown`, such as its path from the worktree's top.
    """
    try:
        if path.is_symlink() or not path.is_file():
            raise BadFile(shown or str(path), 0, "not a regular file")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadFile(shown or str(path), 0, error.strerror or str(error)) from None


def parse(data: bytes, path: str) -> Document:
    """The document in `data`, the content of `path`; raises BadFile."""
    if len(data) > MAX_BYTES:
        raise BadFile(path, 0, f"larger than {MAX_BYTES} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(path, line, "not UTF-8") from None
    from git_ticketer.storage import yamlparse

    text = whole.removeprefix(BOM)
    value = yamlparse.value_of(text, path)
    return Document(path, text, value, BOM if whole.startswith(BOM) else "")


def nodes(document: Document) -> Node | None:
    """Where everything stands in the document's text; None where it is empty."""
    from git_ticketer.storage import yamlparse

    return yamlparse.nodes_of(document.text)
