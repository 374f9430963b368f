"""The one door for YAML: any bytes give data, or one error naming file and line.

A cloned repository is hostile, so anchors, aliases, tags, duplicate keys, deep nesting and large
files are refused before anything is built. Every scalar is read as the text that is written
there; what it means is the schema's business (YAML 1.1 would read `no` as false, `1:30` as 90).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from git_ticketer.errors import TicketerError

MAX_BYTES = 1 << 20
MAX_DEPTH = 20

Value = str | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class BadFile(TicketerError):
    """A file that cannot be used: `path`, `line` (from 1, 0 for the whole file) and `reason`."""

    def __init__(self, path: str, line: int, reason: str, *, hint: str = "") -> None:
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {reason}", hint=hint or f"mend {path}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass
class Document:
    """What a file holds. `lines` gives for a place, such as ("trailers", "ticket"), its line."""

    path: str
    value: Value
    lines: dict[Place, int] = field(default_factory=dict)

    def error(self, place: Place, reason: str) -> BadFile:
        """An error at a place of this document."""
        return BadFile(self.path, self.lines.get(place, 0), reason)


def read(path: Path) -> Document:
    """The document in `path`; raises BadFile, also for links, folders and unreadable files."""
    try:
        if path.is_symlink() or not path.is_file():
            raise BadFile(str(path), 0, "not a regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadFile(str(path), 0, error.strerror or str(error)) from None
    return parse(data, str(path))


def parse(data: bytes, path: str) -> Document:
    """The document in `data`, the content of `path`; raises BadFile."""
    if len(data) > MAX_BYTES:
        raise BadFile(path, 0, f"larger than {MAX_BYTES} bytes")
    document = Document(path, "")
    try:
        text = data.decode("utf-8")
        events = yaml.parse(text, Loader=_Loader)
        document.value = _Builder(document, events).build()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile(path, line, "not UTF-8") from None
    except yaml.reader.ReaderError:
        bad = next((i for i, c in enumerate(text) if not _is_yaml(c)), 0)
        line = text.count("\n", 0, bad) + 1
        raise BadFile(path, line, f"the character {text[bad]!a} is not allowed") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        raise BadFile(path, mark.line + 1 if mark else 0, str(problem)) from None
    return document


def _is_yaml(character: str) -> bool:
    """Whether YAML allows the character unescaped (YAML 1.1, section 5.1)."""
    return character in "\t\n\r\x85" or (
        " " <= character != "\x7f" and not "\x80" <= character < "\xa0"
    )


def _line(event: "yaml.Event") -> int:
    """The line of an event, from 1."""
    return event.start_mark.line + 1 if event.start_mark else 0


class _Builder:
    """Builds values from the parser's events, refusing what the door does not let in."""

    def __init__(self, document: Document, events: "Iterator[yaml.Event]") -> None:
        self.document = document
        self.events = events

    def build(self) -> Value:
        next(self.events)
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            return ""
        value = self._value(next(self.events), ())
        next(self.events)
        last = next(self.events)
        if not isinstance(last, yaml.StreamEndEvent):
            raise self._error(last, "a second document")
        return value

    def _error(self, event: "yaml.Event", reason: str) -> BadFile:
        return BadFile(self.document.path, _line(event), reason)

    def _value(self, event: "yaml.Event", place: Place) -> Value:
        self.document.lines[place] = _line(event)
        self._refuse_tricks(event)
        if len(place) > MAX_DEPTH:
            raise self._error(event, "nested too deeply")
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(place)
        return self._mapping(place)

    def _refuse_tricks(self, event: "yaml.Event") -> None:
        """Refuse what makes one text stand for another, or for a program's object."""
        if isinstance(event, yaml.AliasEvent):
            raise self._error(event, "an alias (*name) is not allowed")
        if getattr(event, "anchor", None):
            raise self._error(event, "an anchor (&name) is not allowed")
        if getattr(event, "tag", None):
            raise self._error(event, "a tag (!name) is not allowed")

    def _list(self, place: Place) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*place, len(items))))
        return items

    def _key(self, event: "yaml.Event") -> str:
        self._refuse_tricks(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._error(event, "a key must be a plain text")
        return str(event.value)

    def _mapping(self, place: Place) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in found:
                raise self._error(event, f"the key {key!r} stands twice")
            found[key] = self._value(next(self.events), (*place, key))
        return found
