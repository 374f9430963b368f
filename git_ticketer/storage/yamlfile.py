"""The one door for YAML: any bytes give data, or one error naming file and line.

A cloned repository is hostile, so anchors, aliases, tags, duplicate keys, deep nesting and large
files are refused before anything is built. Every scalar is read as the text that is written
there; what it means is the schema's business (YAML 1.1 would read `no` as false, `1:30` as 90).
"""

from __future__ import annotations

import yaml
from yaml import (
    AliasEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from git_ticketer.errors import TicketerError

TYPE_CHECKING = False  # the merge driver cannot pay for importing typing
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    Event = Any  # an event of yaml.parse; what it holds depends on its kind

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
BOM = "\ufeff"

Value = str | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]

SCALAR, LIST, MAP = "scalar", "list", "map"

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


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

    def __init__(self, kind: str, event: Event) -> None:
        self.kind = kind
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.line: int = event.start_mark.line + 1
        self.text = str(event.value) if kind == SCALAR else ""
        self.style = (event.style or "") if kind == SCALAR else ""
        self.flow = kind != SCALAR and bool(event.flow_style)
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
    text = whole.removeprefix(BOM)
    try:
        value = _build(path, yaml.parse(text, Loader=_Loader))
    except yaml.reader.ReaderError:
        bad = next((i for i, c in enumerate(text) if not _is_yaml(c)), 0)
        line = text.count("\n", 0, bad) + 1
        raise BadFile(path, line, f"the character {text[bad]!a} is not allowed") from None
    except yaml.YAMLError as error:
        raise _not_yaml(path, text, error) from None
    return Document(path, text, value, BOM if whole.startswith(BOM) else "")


def _not_yaml(path: str, text: str, error: yaml.YAMLError) -> BadFile:
    """The error of a text that is not YAML; conflict markers are the likeliest reason."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    for number, content in enumerate(text.split("\n"), 1):
        if content.startswith("<<<<<<< "):
            hint = f"resolve the conflict in {path}, then git add {path}"
            return BadFile(path, number, "a merge conflict", hint=hint)
    return BadFile(path, line, str(getattr(error, "problem", None) or "not YAML"))


def _is_yaml(character: str) -> bool:
    """Whether YAML allows the character unescaped (YAML 1.1, section 5.1)."""
    return character in "\t\n\r\x85" or (
        " " <= character != "\x7f" and not "\x80" <= character < "\xa0"
    )


def _line(event: Event) -> int:
    """The line of an event, from 1."""
    return event.start_mark.line + 1 if event.start_mark else 0


def _build(path: str, events: Iterator[Event]) -> Value:
    """The value of one document; the fast way, without places."""
    builder = _Builder(path, events)
    next(events)
    first = next(events)
    if isinstance(first, StreamEndEvent):
        return ""
    value = builder.value(next(events), 0)
    next(events)
    last = next(events)
    if not isinstance(last, StreamEndEvent):
        raise builder.error(last, "a second document")
    return value


class _Builder:
    """Builds values from the parser's events, refusing what the door does not let in."""

    __slots__ = ("events", "path")

    def __init__(self, path: str, events: Iterator[Event]) -> None:
        self.path = path
        self.events = events

    def error(self, event: Event, reason: str) -> BadFile:
        return BadFile(self.path, _line(event), reason)

    def value(self, event: Event, depth: int) -> Value:
        kind = type(event)
        if kind is ScalarEvent:
            if event.anchor or event.tag:
                self._refuse(event)
            return str(event.value)
        if depth >= MAX_DEPTH:
            raise self.error(event, "nested too deeply")
        if kind is AliasEvent or event.anchor or event.tag:
            self._refuse(event)
        if kind is SequenceStartEvent:
            items: list[Value] = []
            for item in self.events:
                if type(item) is SequenceEndEvent:
                    break
                items.append(self.value(item, depth + 1))
            return items
        return self._mapping(depth + 1)

    def _mapping(self, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        events = self.events
        for event in events:
            kind = type(event)
            if kind is MappingEndEvent:
                break
            if kind is not ScalarEvent or event.anchor or event.tag:
                self._refuse(event)
                raise self.error(event, "a key must be a plain text")
            if event.value in found:
                raise self.error(event, f"the key {event.value!r} stands twice")
            found[event.value] = self.value(next(events), depth)
        return found

    def _refuse(self, event: Event) -> None:
        """Refuse what makes one text stand for another, or for a program's object."""
        if type(event) is AliasEvent:
            raise self.error(event, "an alias (*name) is not allowed")
        if event.anchor:
            raise self.error(event, "an anchor (&name) is not allowed")
        if event.tag:
            raise self.error(event, "a tag (!name) is not allowed")


def nodes(document: Document) -> Node | None:
    """Where everything stands in the document's text; None where it is empty."""
    events = yaml.parse(document.text, Loader=_Loader)
    next(events)
    if isinstance(next(events), StreamEndEvent):
        return None
    return _node(next(events), events)


def _node(event: Event, events: Iterator[Event]) -> Node:
    if isinstance(event, ScalarEvent):
        return Node(SCALAR, event)
    if isinstance(event, SequenceStartEvent):
        node = Node(LIST, event)
        while not isinstance(event := next(events), SequenceEndEvent):
            node.items.append(_node(event, events))
    else:
        node = Node(MAP, event)
        while not isinstance(event := next(events), MappingEndEvent):
            node.keys.append(_node(event, events))
            node.items.append(_node(next(events), events))
    if node.flow:
        node.end = event.end_mark.index
    elif node.items:
        node.end = node.items[-1].end
    return node
