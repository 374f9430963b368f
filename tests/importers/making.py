"""Helpers of the importers' tests: lines of JSON, a redactor that does nothing, short forms."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from types import ModuleType
from typing import Any, cast

from hypothesis import strategies as st

from git_ticketer.importers.gather import Gathered, gather
from git_ticketer.importers.items import Importer
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import CONVERSATION, FULL, Entry


class Plain:
    """A redactor that leaves everything as it is."""

    def whole(self, text: str) -> str:
        return text

    def cut(self, text: str, limit: int) -> str:
        return text[:limit]

    def add_home(self, cwd: str) -> None:
        pass


def jsonl(*records: object) -> bytes:
    """A line per record; bytes are lines as they are."""
    lines = (r if isinstance(r, bytes) else json.dumps(r).encode() for r in records)
    return b"".join(line + b"\n" for line in lines)


def source_of(data: bytes) -> Source:
    """A source of bytes, as from standard input."""
    return Source(None, data, shown="-")


def gathered(
    module: ModuleType | Importer, data: bytes | Source, detail: str = CONVERSATION
) -> Gathered:
    """What an importer makes of bytes, without redaction."""
    source = data if isinstance(data, Source) else source_of(data)
    return gather(cast(Importer, module).read(source), Plain(), detail)


def shown(entries: tuple[Entry, ...]) -> list[tuple[object, ...]]:
    """The entries without times: role, kind where it is no text, then what is not empty."""
    return [_short(entry) for entry in entries]


def _short(entry: Entry) -> tuple[object, ...]:
    kind = () if entry.kind == "text" else (entry.kind,)
    result = () if entry.output is None else (tuple(entry.output),)
    rest = (entry.text, entry.name, entry.input, entry.size, entry.agent)
    return (entry.role, *kind, *(value for value in rest if value), *result)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def mutated(records: Sequence[object]) -> st.SearchStrategy[list[object]]:
    """The records with one value anywhere in them replaced by any JSON value."""
    places = [(at, *path) for at, record in enumerate(records) for path in _paths(record)]
    return st.builds(
        lambda path, new: _put(list(records), path, new), st.sampled_from(places), JSON
    )


def _paths(value: object) -> Iterator[tuple[int | str, ...]]:
    yield ()
    if isinstance(value, dict):
        yield from ((key, *path) for key, item in value.items() for path in _paths(item))
    elif isinstance(value, list):
        yield from ((at, *path) for at, item in enumerate(value) for path in _paths(item))


def _put(value: list[object], path: tuple[int | str, ...], new: object) -> list[object]:
    copy = deepcopy(value)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = new
    return copy


def readable(module: ModuleType, data: bytes) -> bool:
    """Whether any bytes give a transcript; else they give the one error and no other."""
    try:
        gathered(module, data, FULL)
    except NotATranscript:
        return False
    return True
