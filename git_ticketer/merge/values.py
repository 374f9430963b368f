"""The three-way merge of values: what a merged file must say, whatever its text looks like."""

from git_ticketer.storage.yamlfile import Value

SETS = frozenset(("aliases", "labels", "links"))
COLLECTIONS = SETS | {"criteria", "subtasks"}
"""A ticket has no such key where it has nothing of the kind: a missing one is an empty one."""

Found = Value | None
Way = tuple[str, ...]


class Disagree(Exception):
    """Both sides changed one value differently; `place` is where."""

    def __init__(self, place: Way) -> None:
        super().__init__(".".join(place))
        self.place = place


class Choice:
    """Places that are settled by taking one side whole: 0 is ours, 1 is theirs."""

    __slots__ = ("places", "side")

    def __init__(self, places: frozenset[Way] = frozenset(), side: int = 0) -> None:
        self.places = places
        self.side = side

    def is_within(self, place: Way) -> bool:
        """Whether a settled place is at or below this one."""
        return any(settled[: len(place)] == place for settled in self.places)


NO_CHOICE = Choice()


def resolve(
    base: Found, ours: Found, theirs: Found, choice: Choice = NO_CHOICE, place: Way = ()
) -> Found:
    """The merged value, None where nothing is left; a None stands for a missing key.

    Maps merge by key, lists as sets, anything else is taken from the side that changed it.
    Raises: Disagree at a place that both changed and that `choice` does not settle.
    """
    if place in choice.places:
        return theirs if choice.side else ours
    if not choice.is_within(place):
        if theirs in (ours, base):
            return ours
        if base == ours:
            return theirs
    kind = _kind(ours, theirs, place)
    if kind is dict:
        return _maps([_map(value, place) for value in (base, ours, theirs)], choice, place)
    if kind is list:
        lists = [_list(value, place) for value in (base, ours, theirs)]
        if not is_set(lists, place):
            raise Disagree(place)
        return [*union(*lists)] or None
    raise Disagree(place)


def _kind(ours: Found, theirs: Found, place: Way) -> type:
    """What both sides are; a missing collection is an empty one."""
    kinds = {type(value) for value in (ours, theirs) if value is not None}
    if len(kinds) != 1 or (None in (ours, theirs) and not is_collection(place)):
        raise Disagree(place)
    return kinds.pop()


def is_collection(place: Way) -> bool:
    """Whether a missing key at this place is an empty list or map."""
    return len(place) == 1 and place[0] in COLLECTIONS


def _map(value: Found, place: Way) -> dict[str, Value]:
    if isinstance(value, dict):
        return value
    if value:
        raise Disagree(place)
    return {}


def _list(value: Found, place: Way) -> list[str]:
    if value and not isinstance(value, list):
        raise Disagree(place)
    items = value or []
    if not all(isinstance(item, str) for item in items):
        raise Disagree(place)
    return [str(item) for item in items]


def _maps(maps: list[dict[str, Value]], choice: Choice, place: Way) -> Found:
    found: dict[str, Value] = {}
    base, ours, theirs = maps
    for key in {**ours, **theirs}:
        value = resolve(base.get(key), ours.get(key), theirs.get(key), choice, (*place, key))
        if value is not None:
            found[key] = value
    return found or None


def is_set(lists: list[list[str]], place: Way) -> bool:
    """Whether three lists merge as sets: known to be ones, or sorted; nothing in them twice."""
    if any(len(set(items)) != len(items) for items in lists):
        return False
    is_known = len(place) == 1 and place[0] in SETS
    return is_known or all(sorted(items) == items for items in lists)


def union(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Ours without what they removed, and with what they added before the first greater item."""
    gone = set(base) - set(theirs)
    found = [item for item in ours if item not in gone]
    for item in theirs:
        if item not in base and item not in found:
            at = next((i for i, other in enumerate(found) if other > item), len(found))
            found.insert(at, item)
    return found
