"""Edits of a YAML text that leave every other byte as it is.

A person's comments, order, quoting and unknown keys stay: only the slice of the text that holds
the edited value is replaced. What comes out is read again and compared with what was meant; a
shape that cannot be edited so is refused, never guessed.
"""

import copy
from collections.abc import Sequence

from git_ticketer.storage import yamltext
from git_ticketer.storage.yamlfile import (
    LIST,
    MAP,
    MAX_BYTES,
    SCALAR,
    BadFile,
    Document,
    Node,
    Value,
    nodes,
    parse,
)
from git_ticketer.storage.yamllines import (
    BLOCK,
    content_end,
    line_end,
    line_start,
    newline,
    text_end,
)

Path = tuple[str, ...]


class _Commented(Exception):
    """A comment that an edit would lose."""


def put(document: Document, place: Path, value: Value, order: Sequence[str] = ()) -> Document:
    """The document with `value` at `place`; missing maps above it are made.

    A new key stands after those that come before it in `order`; without one, sorted by name.
    Raises: BadFile where the text is written in a way that cannot be edited by command.
    """
    try:
        text = _put(document.text, nodes(document), place, value, order)
    except _Commented:
        reason = "a comment stands inside a value that would be written anew"
        raise BadFile(document.path, 0, reason, hint=f"edit {document.path} by hand") from None
    return _checked(document, text, _with(document.value, place, value))


def drop(document: Document, place: Path) -> Document:
    """The document without the key at `place`; a map that is empty then goes as well.

    Raises: BadFile, KeyError where the key is not there.
    """
    root = nodes(document)
    while len(place) > 1 and _find(root, place[:-1]).keys[1:] == []:
        place = place[:-1]
    meant = copy.deepcopy(document.value)
    del _map_at(meant, place[:-1])[place[-1]]
    parent = _find(root, place[:-1])
    if parent.flow and len(place) > 1:
        return put(document, place[:-1], _map_at(meant, place[:-1]))
    whole = yamltext.dump(_as_map(meant)) if parent.flow else ""
    text = whole or _without(document.text, parent, place[-1])
    return _checked(document, text, meant)


def add_item(document: Document, place: Path, item: str, order: Sequence[str] = ()) -> Document:
    """The document with `item` in the sorted list at `place`, which is made if it is missing.

    Raises: BadFile.
    """
    node = _maybe(nodes(document), place)
    if node is None or node.kind != LIST or node.flow or not node.items:
        old = node.value() if node and node.kind == LIST else []
        return put(document, place, [*sorted([*map(str, old), item])], order)
    text = document.text
    before = next((i for i in node.items if i.text > item), None)
    model = before or node.items[-1]
    start = line_start(text, model.start)
    line = text[start : model.start] + yamltext.scalar(item) + newline(text)
    at = start if before else line_end(text, content_end(text, model))
    meant = _list_at(document, place)
    meant.insert(node.items.index(before) if before else len(meant), item)
    return _checked(document, _spliced(text, at, at, line), _with(document.value, place, meant))


def drop_item(document: Document, place: Path, item: str) -> Document:
    """The document without `item` in the list at `place`; an empty list goes as well.

    Raises: BadFile, ValueError where the item is not there.
    """
    meant = _list_at(document, place)
    index = meant.index(item)
    del meant[index]
    if not meant:
        return drop(document, place)
    node = _find(nodes(document), place)
    if node.flow:
        return put(document, place, meant)
    text, old = document.text, node.items[index]
    start, end = line_start(text, old.start), line_end(text, content_end(text, old))
    return _checked(document, text[:start] + text[end:], _with(document.value, place, meant))


def _list_at(document: Document, place: Path) -> list[Value]:
    value = _map_at(document.value, place[:-1])[place[-1]]
    assert isinstance(value, list)
    return list(value)


def _map_at(value: Value, place: Path) -> dict[str, Value]:
    for key in place:
        value = _as_map(value)[key]
    return _as_map(value)


def _with(value: Value, place: Path, new: Value) -> Value:
    whole = copy.deepcopy(value) if isinstance(value, dict) else {}
    _set(whole, place, new)
    return whole


def _set(above: dict[str, Value], place: Path, value: Value) -> None:
    for key in place[:-1]:
        found = above.setdefault(key, {})
        if not isinstance(found, dict):
            found = above[key] = {}
        above = found
    above[place[-1]] = value


def _checked(document: Document, text: str, meant: Value) -> Document:
    """The new document, read back; raises BadFile where it does not say what was meant."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        reason = f"it would be larger than {MAX_BYTES} bytes"
        raise BadFile(document.path, 0, reason, hint=f"ls -l {document.path}")
    try:
        read = parse(text.encode(), document.path)
    except BadFile:
        read = None
    if read is None or (read.value or {}) != meant:
        reason = "it is written in a way that cannot be edited by command"
        raise BadFile(document.path, 0, reason, hint=f"edit {document.path} by hand")
    read.mark = document.mark
    return read


def _maybe(root: Node | None, place: Path) -> Node | None:
    node = root
    for key in place:
        node = node.get(key) if node and node.kind == MAP else None
    return node


def _find(root: Node | None, place: Path) -> Node:
    node = _maybe(root, place)
    if node is None:
        raise KeyError(place)
    return node


def _put(text: str, root: Node | None, place: Path, value: Value, order: Sequence[str]) -> str:
    if root is None:
        return text + yamltext.dump({place[0]: _nested(place[1:], value)})
    parent, depth = root, 0
    while depth < len(place) - 1:
        below = parent.get(place[depth])
        if below is None or below.kind != MAP or below.flow:
            break
        parent, depth = below, depth + 1
    key = place[depth]
    old = parent.get(key)
    new = _nested(place[depth + 1 :], value)
    if old is not None and old.kind == MAP and depth < len(place) - 1:
        new = _with(old.value(), place[depth + 1 :], value)
    if parent.kind != MAP or parent.flow:
        _keep_comments(text)
        return yamltext.dump(_as_map(_with(root.value(), place, value)))
    if old is not None:
        return _replaced(text, parent, key, old, new)
    return _inserted(text, parent, key, new, order if depth == len(place) - 1 or not depth else ())


def _as_map(value: Value) -> dict[str, Value]:
    assert isinstance(value, dict)
    return value


def _nested(place: Path, value: Value) -> Value:
    for key in reversed(place):
        value = {key: value}
    return value


def _replaced(text: str, parent: Node, name: str, old: Node, value: Value) -> str:
    """The text with another value for a key that is there; its line's comment stays."""
    key = next(key for key in parent.keys if key.text == name)
    colon = text.index(":", key.end) + 1
    indent = " " * (key.start - line_start(text, key.start))
    head, body = yamltext.rendered(value, indent)
    inline = old.line == key.line and old.start != old.end and old.style not in BLOCK
    if inline and (old.kind == SCALAR or old.flow):
        _keep_comments(text[old.start : old.end] if old.flow else "")
        start, end = old.start, text_end(text, old.end)
        comment = text[old.end : end]
    else:
        start, end = colon, text_end(text, max(content_end(text, old), colon))
        line = text[colon : text_end(text, colon)]
        comment = line[line.index(" #") :] if " #" in line else ""
    before = text[:start].rstrip(" ")
    lines = f"{' ' if head else ''}{head}{comment}\n{body}".removesuffix("\n")
    return before + lines.replace("\n", newline(text)) + text[end:]


def _keep_comments(replaced: str) -> None:
    """Refuse to write anew what has, or seems to have, a comment in it."""
    if any(line.lstrip().startswith("#") or " #" in line for line in replaced.split("\n")):
        raise _Commented


def _inserted(text: str, parent: Node, name: str, value: Value, order: Sequence[str]) -> str:
    """The text with a new key in a map, a blank line beside it where the map has them."""
    first = parent.keys[0]
    indent = " " * (first.start - line_start(text, first.start))
    at = _place_in(parent, name, order)
    spaced = not indent or isinstance(value, dict)
    lines = yamltext.block(name, value, indent)
    if at == 0:
        start = line_start(text, first.start)
        return _spliced(text, start, start, lines + ("\n" if spaced else ""))
    end = line_end(text, content_end(text, parent.items[at - 1]))
    return _spliced(text, end, end, ("\n" if spaced else "") + lines)


def _place_in(parent: Node, name: str, order: Sequence[str]) -> int:
    """How many keys stand before a new one."""
    names = [key.text for key in parent.keys]
    if not order:
        return sum(other < name for other in names)
    if name not in order:
        return len(names)
    earlier = set(order[: order.index(name)])
    return max((i + 1 for i, other in enumerate(names) if other in earlier), default=0)


def _without(text: str, parent: Node, name: str) -> str:
    index = [key.text for key in parent.keys].index(name)
    start = line_start(text, parent.keys[index].start)
    end = line_end(text, content_end(text, parent.items[index]))
    blank = newline(text)
    is_first = index == 0 or text[:start].endswith(blank * 2)
    if text.startswith(blank, end) and is_first:
        end += len(blank)
    elif text[:start].endswith(blank * 2) and not text[end:].strip():
        start -= len(blank)
    return text[:start] + text[end:]


def _spliced(text: str, start: int, end: int, lines: str) -> str:
    """The text with whole lines put in; a last line without a line end gets one."""
    line = newline(text)
    before = text[:start]
    if before and not before.endswith("\n"):
        before += line
    return before + lines.replace("\r\n", "\n").replace("\n", line) + text[end:]
