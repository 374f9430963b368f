"""Reading YAML events: values for yamlfile.py, and where they stand in the text."""

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

from git_ticketer.storage.yamlfile import LIST, MAP, MAX_DEPTH, SCALAR, BadFile, Node

TYPE_CHECKING = False  # the merge driver cannot pay for importing typing
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from git_ticketer.storage.yamlfile import Value

    Event = Any  # an event of yaml.parse; what it holds depends on its kind

FILE = "ticket.yaml"
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def value_of(text: str, path: str) -> Value:
    """The value of the one document in a text; raises BadFile, which calls the file `path`."""
    try:
        return _build(path, yaml.parse(text, Loader=_Loader))
    except yaml.reader.ReaderError:
        bad = next((i for i, c in enumerate(text) if not _is_yaml(c)), 0)
        line = text.count("\n", 0, bad) + 1
        raise BadFile(path, line, f"the character {text[bad]!a} is not allowed") from None
    except yaml.YAMLError as error:
        raise _not_yaml(path, text, error) from None


def _not_yaml(path: str, text: str, error: yaml.YAMLError) -> BadFile:
    """The error of a text that is not YAML; conflict markers are the likeliest reason."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    for number, content in enumerate(text.split("\n"), 1):
        if content.startswith("<<<<<<< "):
            id = _given_twice(path, text)
            hint = f"resolve the conflict in {path}, then git add {path}"
            if id:
                hint = f"git ticket renumber {id}"
            return BadFile(path, number, "a merge conflict", hint=hint)
    return BadFile(path, line, str(getattr(error, "problem", None) or "not YAML"))


def _given_twice(path: str, text: str) -> str:
    """The id of a ticket's file in which two tickets meet in a conflict; else empty.

    Choosing a side would delete the other ticket.
    """
    from git_ticketer.lean.ids import InvalidId, TicketId

    folder, _, name = path.rpartition("/")
    uids: set[str] = set()
    inside = False
    for line in text.split("\n"):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            inside = line[0] == "<"
        elif inside and line.startswith("uid:"):
            uids.add(line[4:].strip())
    try:
        return TicketId(folder.rpartition("/")[2]) if name == FILE and len(uids) > 1 else ""
    except InvalidId:
        return ""


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


def nodes_of(text: str) -> Node | None:
    """Where everything stands in a text that can be read; None where it is empty."""
    events = yaml.parse(text, Loader=_Loader)
    next(events)
    if isinstance(next(events), StreamEndEvent):
        return None
    return _node(next(events), events)


def _scalar(event: Event) -> Node:
    node = _at(SCALAR, event)
    node.text, node.style = str(event.value), event.style or ""
    return node


def _collection(kind: str, event: Event) -> Node:
    node = _at(kind, event)
    node.flow = bool(event.flow_style)
    return node


def _at(kind: str, event: Event) -> Node:
    start = event.start_mark
    return Node(kind, start.index, event.end_mark.index, start.line + 1)


def _node(event: Event, events: Iterator[Event]) -> Node:
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if isinstance(event, SequenceStartEvent):
        node = _collection(LIST, event)
        while not isinstance(event := next(events), SequenceEndEvent):
            node.items.append(_node(event, events))
    else:
        node = _collection(MAP, event)
        while not isinstance(event := next(events), MappingEndEvent):
            node.keys.append(_node(event, events))
            node.items.append(_node(next(events), events))
    if node.flow:
        node.end = event.end_mark.index
    elif node.items:
        node.end = node.items[-1].end
    return node
