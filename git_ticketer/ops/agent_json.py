"""Editing JSON as text: what is added or taken away is all that changes, byte for byte.

Settings of other programs are not written anew: whoever looks at the diff sees our lines alone.
Taking away what was added last gives the text from before.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from git_ticketer.errors import TicketerError

SPACE = re.compile(r"[ \t\r\n]*")
INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
DEEPEST = 100
SCALAR = json.JSONDecoder().raw_decode
BOM = "\ufeff"


class NotPlainJson(TicketerError):
    """A settings file that we do not change; `path`, `line` from 1, and why."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(
            f"{path}:{line}: {reason}; nothing was changed",
            hint=f"python3 -m json.tool {path}",
        )
        self.path = path
        self.line = line


class Broken(ValueError):
    """What cannot be edited, at a place in the text: `at` and `reason`."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.reason = reason


class Node(NamedTuple):
    """A value in the text, from `start` to `end`; `first` is where its key begins, if it has one.

    `items` are what an object or an array holds, `key` is its own key in an object.
    """

    value: Any
    first: int
    start: int
    end: int
    items: "tuple[Node, ...]" = ()
    key: str = ""

    def member(self, key: str) -> "Node | None":
        """The value of a key of this object."""
        return next((item for item in self.items if item.key == key), None)


def parse(text: str) -> Node:
    """The document in `text`; raises Broken, also for a key that stands twice."""
    start = _skip(text, len(BOM) if text.startswith(BOM) else 0)
    try:
        json.loads(text[start:])
    except json.JSONDecodeError as error:
        comment = text[start + error.pos :].lstrip()[:2] in ("//", "/*")
        reason = "comments are no JSON" if comment else f"no JSON: {error.msg}"
        raise Broken(start + error.pos, reason) from None
    except (ValueError, RecursionError):
        raise Broken(start, "no JSON that can be read") from None
    return _value(text, start, start, "", 0)


def _skip(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, first: int, at: int, key: str, depth: int) -> Node:
    """The value that begins at `at`; the text is known to be JSON."""
    if depth > DEEPEST:
        raise Broken(at, "too deep")
    if text[at] in "{[":
        return _container(text, first, at, key, depth)
    value, end = SCALAR(text, at)
    return Node(value, first, at, end, (), key)


def _container(text: str, first: int, start: int, key: str, depth: int) -> Node:
    is_object = text[start] == "{"
    items: list[Node] = []
    names: set[str] = set()
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        at = _skip(text, at + 1) if text[at] == "," else at
        begin, name = at, ""
        if is_object:
            name, at = SCALAR(text, at)
            at = _skip(text, _skip(text, at) + 1)
        item = _value(text, begin, at, name, depth + 1)
        if is_object and name in names:
            raise Broken(begin, f"the key {name!a} stands twice")
        names.add(name)
        items.append(item)
        at = _skip(text, item.end)
    value = {i.key: i.value for i in items} if is_object else [i.value for i in items]
    return Node(value, first, start, at + 1, tuple(items), key)


def add(text: str, path: Sequence[str], value: Any) -> str:
    """The text with `value` at the end of the array at `path`, which is made where it is missing.

    Raises: Broken where something else than an object or array stands on the way.
    """
    node, depth = _reach(text, path)
    if depth < len(path):
        return _insert(text, node, path[depth], _nested(path[depth + 1 :], [value]))
    if not isinstance(node.value, list):
        raise Broken(node.start, f"{path[-1]!a} is no list")
    return _insert(text, node, "", value)


def put(text: str, path: Sequence[str], value: Any) -> str:
    """The text with `value` as the new member at `path`; raises Broken, also where there is one."""
    node, depth = _reach(text, path)
    if depth == len(path):
        raise Broken(node.start, f"{path[-1]!a} is there already")
    return _insert(text, node, path[depth], _nested(path[depth + 1 :], value))


def _reach(text: str, path: Sequence[str]) -> tuple[Node, int]:
    """The deepest value on the path that is there, and how many of its keys that took."""
    node = parse(text)
    for depth, key in enumerate(path):
        if not isinstance(node.value, dict):
            raise Broken(node.start, "an object was expected here")
        inner = node.member(key)
        if inner is None:
            return node, depth
        node = inner
    return node, len(path)


def _nested(keys: Sequence[str], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _insert(text: str, node: Node, key: str, value: Any) -> str:
    """The text with one more item at the end of an object or array, laid out like the others."""
    unit = _unit(text)
    in_lines = _in_lines(text, node)
    outer = _indent_at(text, node.start)
    inner = _indent_at(text, node.items[-1].first) if node.items and in_lines else outer + unit
    line_end = "\r\n" if "\r\n" in text else "\n"
    written = json.dumps(value, ensure_ascii=False, indent=unit if in_lines else None)
    written = (f"{json.dumps(key, ensure_ascii=False)}: " if key else "") + written
    written = written.replace("\n", line_end + inner)
    if node.items:
        last = node.items[-1].end
        between = line_end + inner if in_lines else " "
        return f"{text[:last]},{between}{written}{text[last:]}"
    if in_lines:
        written = f"{line_end}{inner}{written}{line_end}{outer}"
    return f"{text[: node.start + 1]}{written}{text[node.end - 1 :]}"


def _unit(text: str) -> str:
    found = INDENT.search(text)
    return found[1] if found else "  "


def _in_lines(text: str, node: Node) -> bool:
    """Whether its items stand on lines of their own; of an empty one, whether the document does."""
    if node.items:
        return "\n" in text[node.start : node.items[0].first]
    return "\n" in text.strip() or text.strip() in ("{}", "[]", "")


def _indent_at(text: str, at: int) -> str:
    """The white space that the line of a place begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def remove(text: str, is_ours: Callable[[Any], bool], path: Sequence[str]) -> str:
    """The text without the items that are ours, at any depth under `path`.

    What holds nothing any more after that goes too, up to and with the first key of the path.
    """
    while found := _ours(text, is_ours, path):
        text = _without(text, found)
    return text


def _ours(text: str, is_ours: Callable[[Any], bool], path: Sequence[str]) -> list[Node] | None:
    """The first thing of ours, after what it stands in; None where there is none."""
    chain = [parse(text)]
    for key in path:
        inner = chain[-1].member(key)
        if inner is None:
            return None
        chain.append(inner)
    return next((chain[:-1] + found for found in _search(chain[-1], is_ours)), None)


def _search(node: Node, is_ours: Callable[[Any], bool]) -> Iterator[list[Node]]:
    if is_ours(node.value):
        yield [node]
        return
    for item in node.items:
        for found in _search(item, is_ours):
            yield [node, *found]


def _without(text: str, chain: list[Node]) -> str:
    """The text without the last of the chain, and without those that would be left empty."""
    while len(chain) > 2 and _is_hollow(chain):
        chain = chain[:-1]
    container, item = chain[-2:]
    where = container.items.index(item)
    if where:
        return text[: container.items[where - 1].end] + text[item.end :]
    if len(container.items) > 1:
        return text[: item.first] + text[container.items[1].first :]
    return text[: container.start + 1] + text[container.end - 1 :]


def _is_hollow(chain: list[Node]) -> bool:
    """Whether the last but one is nothing without the last, as a group with a matcher alone is.

    A group stands in the list of an event, and has its handlers in `hooks`.
    """
    container, item = chain[-2:]
    is_of_group = len(chain) > 4 and item.key == "hooks" and len(item.items) == 1
    return len(container.items) == 1 or is_of_group


def line_of(text: str, at: int) -> int:
    """The line of a place in the text, from 1."""
    return text.count("\n", 0, at) + 1
