"""The three-way merge of ticket files: texts in, text and conflicts out.

A key that only one side changed is taken from that side byte for byte; maps merge by key and
lists as sets. The result is read again and compared with the merge of the values (values.py):
a text that does not say that is never called clean.
"""

from git_ticketer.merge.blocks import Entry, NotLines, whole
from git_ticketer.merge.fields import Clash, Pieces, entries, pick, taken
from git_ticketer.merge.values import Choice, Disagree, resolve
from git_ticketer.storage.yamlfile import BadFile, Document, Value, nodes, parse

MARKER = 7


class Merged:
    """A merged text, and the names of the fields in conflict; none where it is clean."""

    __slots__ = ("conflicts", "text")

    def __init__(self, text: str, conflicts: tuple[str, ...] = ()) -> None:
        self.text = text
        self.conflicts = conflicts


class NotAMap(Exception):
    """A file that is not made of keys and values."""


def merge(base: str, ours: str, theirs: str, *, size: int = MARKER) -> Merged:
    """Merge two changes of one file; `size` is the length of the conflict markers.

    Two tickets with different uids, and texts that cannot be cut into lines, become one conflict
    of the whole file. Raises: BadFile where one is not YAML, NotAMap where one is something else.
    """
    names = ("base", "ours", "theirs")
    texts = (base, ours, theirs)
    documents = [parse(text.encode(), name) for name, text in zip(names, texts, strict=True)]
    values = [_map(document) for document in documents]
    if _are_different(values):
        return _all(ours, theirs, size, "uid")
    try:
        pieces = _file(documents)
    except NotLines:
        return _all(ours, theirs, size, "")
    if not _is_said(pieces, values):
        return _all(ours, theirs, size, "")
    clashes = [piece for piece in pieces if isinstance(piece, Clash)]
    newline = "\r\n" if "\r\n" in ours else "\n"
    text = documents[1].mark + "".join(_marked(piece, size, newline) for piece in pieces)
    return Merged(text, tuple(".".join(clash.place) for clash in clashes))


def _map(document: Document) -> dict[str, Value]:
    if isinstance(document.value, dict):
        return document.value
    if document.text.strip():
        raise NotAMap(document.path)
    return {}


def _are_different(values: list[dict[str, Value]]) -> bool:
    """Whether these are two tickets: git pairs up similar files, and ids can meet."""
    base, ours, theirs = values
    uids = {str(side.get("uid")) for side in (ours, theirs)}
    return len(uids | {str(base["uid"])} if "uid" in base else uids) > 1


def _is_said(pieces: Pieces, values: list[dict[str, Value]]) -> bool:
    """Whether the text says what the values' own merge says, with either side of its clashes."""
    places = frozenset(piece.place for piece in pieces if isinstance(piece, Clash))
    try:
        for side in (0, 1) if places else (0,):
            choice = Choice(places, side)
            read = parse(taken(pieces, side).encode(), "merged").value
            if (read or None) != resolve(values[0], values[1], values[2], choice):
                return False
    except (BadFile, Disagree):
        return False
    return True


def _marked(piece: str | Clash, size: int, newline: str) -> str:
    if isinstance(piece, str):
        return piece
    return _markers(piece.ours, piece.theirs, size, ".".join(piece.place), newline)


def _markers(ours: str, theirs: str, size: int, name: str, newline: str) -> str:
    above, between, below = (mark * size for mark in "<=>")
    shown = "".join(c if c.isprintable() else "?" for c in f": {name[:80]}") if name else ""
    return (
        f"{above} ours{shown}{newline}{_ended(ours, newline)}{between}{newline}"
        f"{_ended(theirs, newline)}{below} theirs{shown}{newline}"
    )


def _ended(text: str, newline: str) -> str:
    return text + newline if text and not text.endswith("\n") else text


def _all(ours: str, theirs: str, size: int, name: str) -> Merged:
    """Both files, one after the other, between markers."""
    newline = "\r\n" if "\r\n" in ours else "\n"
    return Merged(_markers(ours, theirs, size, name, newline), (name or "file",))


def _file(documents: list[Document]) -> Pieces:
    """The pieces of a whole file; raises NotLines."""
    parts = [_cut(document) for document in documents]
    above, below = pick([part[0] for part in parts]), pick([part[2] for part in parts])
    if above is None or below is None:
        raise NotLines
    return [above, *entries((), [part[1] for part in parts]), below]


def _cut(document: Document) -> tuple[str, list[Entry], str]:
    root = nodes(document)
    text = document.text
    if text and not text.endswith("\n"):
        text += "\n"
    return whole(text, root) if root and root.items else ("", [], text)
