"""One key after the other: which lines of three texts make the merged one.

What one side left alone is taken from the other byte for byte. Where both changed a key, its
comments, the words before its value, the value and what follows are merged each by itself; what
cannot be is a clash of that key. Nothing here is trusted: three_way.py checks what comes out.
"""

from collections.abc import Sequence

from git_ticketer.merge.blocks import Entry, arranged
from git_ticketer.merge.values import (
    NO_CHOICE,
    Disagree,
    Way,
    is_collection,
    is_set,
    resolve,
    union,
)
from git_ticketer.model.keys import KEYS
from git_ticketer.storage.yamlfile import LIST, MAP, SCALAR

Three = tuple[Entry | None, Entry | None, Entry | None]


class Clash:
    """Lines that both sides changed: theirs and ours stand between markers naming the field."""

    __slots__ = ("ours", "place", "theirs")

    def __init__(self, place: Way, ours: str, theirs: str) -> None:
        self.place = place
        self.ours = ours
        self.theirs = theirs


Pieces = list[str | Clash]


def taken(pieces: Pieces, side: int) -> str:
    """The text with one side of every clash: 0 is ours, 1 is theirs."""
    return "".join(
        piece if isinstance(piece, str) else (piece.ours, piece.theirs)[side] for piece in pieces
    )


def entries(place: Way, tables: list[list[Entry]], names: list[str] | None = None) -> Pieces:
    """The merged entries of a map, or those of a list in the order of `names`."""
    if names is None:
        names = arranged([[e.name for e in table] for table in tables], () if place else KEYS)
    found = [{entry.name: entry for entry in table} for table in tables]
    usual = _usual_gap(place, tables)
    pieces: Pieces = []
    for name in names:
        three = (found[0].get(name), found[1].get(name), found[2].get(name))
        merged = _entry((*place, name), three)
        if merged:
            pieces += [_gap(three, usual) if pieces else _gap_above(three), *merged]
    return pieces


def _entry(place: Way, three: Three) -> Pieces:
    """The lines of one key; none where it is removed."""
    base, ours, theirs = ("" if entry is None else entry.block for entry in three)
    if theirs in (ours, base):
        return [ours] if ours else []
    if base == ours:
        return [theirs] if theirs else []
    merged = _both(place, three)
    return [Clash(place, ours, theirs)] if merged is None else merged


def _both(place: Way, three: Three) -> Pieces | None:
    """The lines of a key that both sides changed; None where they disagree."""
    if None in three[1:] and not is_collection(place):
        return None
    lead, tail = (pick(_texts(three, name)) for name in ("lead", "tail"))
    own = _own(place, three)
    if lead is None or tail is None or own is None:
        return None
    if own:
        return [lead, *own, tail]
    is_same = lead + tail == _above_and_below(three[0])
    return [] if is_same else None  # somebody's comment would go with it


def _above_and_below(entry: Entry | None) -> str:
    return entry.lead + entry.tail if entry else ""


def _texts(three: Three, name: str) -> list[str]:
    """An attribute of three entries; a side that has removed its entry has not changed it."""
    base = str(getattr(three[0], name, ""))
    return [base, *(str(getattr(entry, name, base)) for entry in three[1:])]


def pick(texts: Sequence[str]) -> str | None:
    """The text that one side changed; None where both did."""
    base, ours, theirs = texts
    if theirs in (ours, base):
        return ours
    return theirs if base == ours else None


def _own(place: Way, three: Three) -> Pieces | None:
    """A key and its value that both sides changed; empty where nothing is left of it."""
    there = [entry for entry in three[1:] if entry]
    if all(entry.is_block for entry in there) and len({e.node.kind for e in there}) == 1:
        return _inside(place, three)
    if any(entry.node.kind != SCALAR for entry in there):
        return _rendered(place, three)
    if len(there) < 2:
        return None
    if all(entry.is_line for entry in three if entry):
        return _line(three)
    return [there[0].own] if there[0].node.text == there[1].node.text else None


def _line(three: Three) -> Pieces | None:
    """A text on one line: what stands before it, it, and the comment after it, each by itself."""
    parts = [entry.parts() if entry else ("", "", "") for entry in three]
    values = [entry and entry.node.text for entry in three]
    before, after = (pick([part[at] for part in parts]) for at in (0, 2))
    if before is None or after is None or (values[1] != values[2] and values[0] not in values[1:]):
        return None
    is_theirs = values[0] == values[1] != values[2]
    return [before + parts[2 if is_theirs else 1][1] + after]


def _inside(place: Way, three: Three) -> Pieces | None:
    """A map or list with a line for each item, by its items."""
    base = three[0]
    kind = next(entry.node.kind for entry in three[1:] if entry)
    if base and not (base.is_block and base.node.kind == kind) and base.node.value():
        return None
    cut = [e.inside() if e and e.is_block else (None, list[Entry]()) for e in three]
    stand_in = cut[0][0] or ""
    head = pick([stand_in if part[0] is None else part[0] for part in cut])
    tables = [part[1] for part in cut]
    if head is None or len({_indent(table[0]) for table in tables[1:] if table}) > 1:
        return None
    inside = _items(place, tables) if kind == LIST else entries(place, tables)
    if inside == [] and head != stand_in:
        return None
    return _joined(head, inside)


def _indent(entry: Entry) -> int:
    return len(entry.own) - len(entry.own.lstrip(" "))


def _joined(head: str, inside: Pieces | None) -> Pieces | None:
    """A key's line with what is below it; one whole clash where a side has nothing left there."""
    if not inside:
        return inside
    return [head, *inside] if all(taken(inside, side).strip() for side in (0, 1)) else None


def _items(place: Way, tables: list[list[Entry]]) -> Pieces | None:
    """The merged lines of a list; None where it is not a set, or its comments are disputed."""
    if any(entry.node.kind != SCALAR for table in tables for entry in table):
        return None
    names = [[entry.name for entry in table] for table in tables]
    if not is_set(names, place):
        return None
    merged = union(*names)
    gone = [entry for table in tables for entry in table if entry.name not in merged]
    if len({(entry.name, entry.block) for entry in gone}) > len({entry.name for entry in gone}):
        return None
    pieces = entries(place, tables, merged)
    return None if any(isinstance(piece, Clash) for piece in pieces) else pieces


def _rendered(place: Way, three: Three) -> Pieces | None:
    """A value that a side wrote as `[...]` or `{...}`, written anew; None with comments in it."""
    from git_ticketer.storage import yamltext  # few merges need it

    if any(entry and "#" in entry.own for entry in three):
        return None
    base, ours, theirs = (entry.node.value() if entry else None for entry in three)
    try:
        value = resolve(base, ours, theirs, NO_CHOICE, place)
    except Disagree:
        return None
    model = three[1] or three[2]
    if value is None or model is None:
        return []
    if not (model.node.flow and "\n" not in model.own.removesuffix("\n")):
        return [yamltext.block(model.name, value, " " * _indent(model))]
    before, _, after = model.parts()
    return [before + yamltext.flow(value) + after]


def _usual_gap(place: Way, tables: list[list[Entry]]) -> str:
    """The blank lines between two entries of a map, as they stand there or in our layout."""
    there = [entry for table in tables for entry in table]
    gaps = [entry.gap for entry in there if not entry.first]
    is_spaced = not place or any(entry.node.kind == MAP for entry in there)
    return gaps[0] if gaps else "\n" * is_spaced


def _gap_above(three: Three) -> str:
    """The blank lines above the first entry of a merged map."""
    model = three[1] or three[2]
    return model.gap if model and model.first else ""


def _gap(three: Three, usual: str) -> str:
    """The blank lines between an entry of a merged map and the one above it."""
    base, ours, theirs = (entry if entry and not entry.first else None for entry in three)
    if base and ours and theirs:
        return pick((base.gap, ours.gap, theirs.gap)) or ours.gap
    model = ours or theirs
    return model.gap if model else usual
