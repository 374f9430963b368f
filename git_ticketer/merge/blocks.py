"""A YAML text cut into the lines that belong to each key or item; joined, they are the text."""

from collections.abc import Iterator

from git_ticketer.storage.yamlfile import MAP, SCALAR, Node
from git_ticketer.storage.yamllines import BLOCK, content_end, line_end, line_start


class NotLines(Exception):
    """Two keys or items share a line, so that the text cannot be cut between them."""


class Entry:
    """A key of a map or an item of a list, with its lines.

    `gap` holds the blank lines before it, `lead` the comments above it, `own` its key and value,
    `tail` the comments right below it. `first` is whether nothing stands before it in its map.
    `own` begins at index `start` of the text that the node's places are in.
    """

    __slots__ = ("first", "gap", "lead", "name", "node", "own", "start", "tail", "text")

    def __init__(self, text: str, name: str, node: Node, start: int, end: int) -> None:
        self.text = text
        self.name = name
        self.node = node
        self.start = start
        self.own = text[start:end]
        self.first = False
        self.gap = self.lead = self.tail = ""

    @property
    def block(self) -> str:
        """All its lines but the blank ones before it."""
        return self.lead + self.own + self.tail

    @property
    def is_block(self) -> bool:
        """Whether it is a map or list with a line for each of its items."""
        return self.node.kind != SCALAR and not self.node.flow and bool(self.node.items)

    @property
    def is_line(self) -> bool:
        """Whether it is one line with one text in it."""
        scalar = self.node.kind == SCALAR and self.node.style not in BLOCK
        return scalar and "\n" not in self.own.removesuffix("\n")

    def parts(self) -> tuple[str, str, str]:
        """What stands before the value, the value as it is written, and what follows it."""
        start, end = self.node.start - self.start, self.node.end - self.start
        return self.own[:start], self.own[start:end], self.own[end:]

    def inside(self) -> tuple[str, list["Entry"]]:
        """The key's own line, and the entries below it; raises NotLines."""
        key_end = line_end(self.text, self.start)
        return self.text[self.start : key_end], entries(self.text, self.node, key_end)


def _places(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Name, where it begins, and value of everything in a map or list."""
    if node.kind == MAP:
        for key, item in zip(node.keys, node.items, strict=True):
            yield key.text, key, item
    else:
        for item in node.items:
            yield item.text, item, item


def entries(text: str, node: Node, start: int) -> list[Entry]:
    """Everything in a map or list whose lines begin at `start`; raises NotLines."""
    found: list[Entry] = []
    at = start
    for name, key, item in _places(node):
        begin = line_start(text, key.start)
        if begin < at or node.flow:
            raise NotLines
        end = line_end(text, max(key.end, content_end(text, item)))
        entry = Entry(text, name, item, begin, end)
        tail, entry.gap, entry.lead = _divided(lines(text[at:begin]))
        if found:
            found[-1].tail = tail
        elif tail:
            entry.gap, entry.lead = "", text[at:begin]
        entry.first = not found
        found.append(entry)
        at = end
    return found


def whole(text: str, node: Node) -> tuple[str, list[Entry], str]:
    """What stands above the first key of a file, its entries, and what follows the last."""
    found = entries(text, node, 0)
    above = lines(found[0].gap + found[0].lead)
    cut = max((i + 1 for i, line in enumerate(above) if _is_apart(line)), default=0)
    found[0].gap, found[0].lead = "", "".join(above[cut:])
    end = found[-1].start + len(found[-1].own)
    return "".join(above[:cut]), found, text[end:]


def _is_apart(line: str) -> bool:
    """Whether a line above the first key does not belong to it."""
    return not line.strip() or line.startswith(("---", "%"))


def lines(text: str) -> list[str]:
    """The lines of a text with their line ends; `str.splitlines` cuts at more than those."""
    found = [line + "\n" for line in text.split("\n")]
    found[-1] = found[-1][:-1]
    return found if found[-1] else found[:-1]


def _divided(between: list[str]) -> tuple[str, str, str]:
    """The lines between two keys: comments on the first, blank lines, comments on the second."""
    blank = [i for i, line in enumerate(between) if not line.strip()]
    if not blank:
        return "", "", "".join(between)
    begin = end = blank[0]
    while end < len(between) and not between[end].strip():
        end += 1
    return "".join(between[:begin]), "".join(between[begin:end]), "".join(between[end:])


def arranged(names: list[list[str]], keys: tuple[str, ...]) -> list[str]:
    """The keys of three maps in the order of the merged one.

    They stand as the side has them that reordered them; what only the other side has stands
    after those that come before it in `keys`, else by name in a sorted map, else where it stood.
    """
    base, ours, theirs = names
    moved = [name for name in ours if name in base] != [name for name in base if name in ours]
    found, other = ([*ours], theirs) if moved else ([*theirs], ours)
    is_sorted = sorted(found) == found and sorted(other) == other
    for index, name in enumerate(other):
        if name in found:
            continue
        if name in keys:
            earlier = set(keys[: keys.index(name)])
        else:
            earlier = {n for n in found if n < name} if is_sorted else set(other[:index])
        at = max((i + 1 for i, there in enumerate(found) if there in earlier), default=0)
        found.insert(at, name)
    return found
