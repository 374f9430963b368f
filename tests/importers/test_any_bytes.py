"""Every importer: any bytes are a transcript or one clean error, and no format takes another's."""

import contextlib
import functools
import json
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.importers.gather import gather
from git_ticketer.importers.items import Importer
from git_ticketer.importers.registry import MODULES, recognised
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import FULL
from tests.importers.making import Plain, jsonl, mutated, source_of


def importer(name: str) -> Importer:
    return import_module(f"git_ticketer.importers.{name}")


@functools.cache
def sample_of(name: str) -> bytes:
    """The least good source of a format, from the tests of its importer."""
    tests = import_module(f"tests.importers.test_{name}")
    if name in ("claude_code", "codex"):
        return jsonl(*tests.EVERYTHING)
    if name == "claude_code_web":
        return json.dumps({"loglines": tests.ENTRIES}).encode()
    if hasattr(tests, "sample"):
        given: bytes = tests.sample()
        return given
    with tempfile.TemporaryDirectory() as folder:
        found: Path = tests.sample_path(Path(folder))
        return found.read_bytes()


def records_of(sample: bytes) -> list[object]:
    """The values that a JSON source consists of; lines that are none stay as they are."""
    try:
        return [json.loads(sample)]
    except ValueError:
        return [_value(line) for line in sample.splitlines()]


def _value(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return line


def damaged(sample: bytes) -> st.SearchStrategy[bytes]:
    """The sample with a value replaced, cut off anywhere, or with any bytes put into it."""
    places = st.integers(0, len(sample))
    cut = places.map(lambda at: sample[:at])
    put = st.builds(lambda at, new: sample[:at] + new + sample[at:], places, st.binary(max_size=40))
    over = st.builds(
        lambda at, new: sample[:at] + new + sample[at + len(new) :], places, st.binary()
    )
    records = records_of(sample)
    if not all(isinstance(record, dict | list | bytes) for record in records):
        return cut | put | over
    kept = [record for record in records if not isinstance(record, bytes)]
    replaced = mutated(kept).map(lambda new: json.dumps(new[0]).encode())
    lines = mutated(kept).map(lambda new: jsonl(*new))
    return (
        cut | put | over | (lines if len(records) > 1 else replaced) if kept else cut | put | over
    )


def read(source: Source, by: Importer) -> int:
    """How many entries all conversations in a source have; None of them may fail otherwise."""
    try:
        chats = [chat.id for chat in by.chats(source)]
        found = [gather(by.read(source, chat), Plain(), FULL) for chat in chats or [""]]
    except NotATranscript:
        return 0
    return sum(len(gathered.entries) for gathered in found)


@pytest.mark.parametrize("name", MODULES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_bytes_are_a_transcript_or_one_clean_error(name: str, data: st.DataObject) -> None:
    source = source_of(data.draw(damaged(sample_of(name))))
    with contextlib.suppress(NotATranscript):
        read(source, recognised(source))
    read(source, importer(name))


@pytest.mark.parametrize("name", MODULES)
def test_a_source_is_taken_by_its_own_importer(name: str) -> None:
    source = source_of(sample_of(name))

    taken = [other for other in MODULES if importer(other).recognises(source)]

    assert taken[0] == name
    assert read(source, importer(name)) > 0


@pytest.mark.parametrize("name", MODULES)
def test_a_value_as_deep_as_json_allows_is_read_at_any_place(name: str) -> None:
    """What json.loads() accepts may still be too deep for what walks through it."""
    deep: object = "x"
    for _ in range(600):
        deep = [deep]
    records = [record for record in records_of(sample_of(name)) if not isinstance(record, bytes)]

    for changed in replaced(records, deep):
        lines = changed if isinstance(changed, list) else [changed]
        read(source_of(jsonl(*lines)), importer(name))


def replaced(value: object, new: object) -> Iterator[object]:
    """The value with each thing in it replaced, one after the other."""
    yield new
    if isinstance(value, dict):
        for key, item in value.items():
            yield from ({**value, key: changed} for changed in replaced(item, new))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from ([*value[:at], c, *value[at + 1 :]] for c in replaced(item, new))
