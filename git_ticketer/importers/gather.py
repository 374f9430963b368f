"""Items to entries: one entry per message, results beside their calls, all of it redacted.

The detail decides what is kept. `conversation` is prompts, answers, and of tools the name, the
start of the input and the size of the output; `full` adds reasoning and the start of the outputs.
Everything passes the redactor whole, before it is cut.
"""

import json
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from git_ticketer.importers.items import (
    About,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Skipped,
    Unknown,
    Withdrawn,
)
from git_ticketer.importers.times import utc
from git_ticketer.model.transcript import (
    ASSISTANT,
    ATTACHMENT,
    FULL,
    REASONING,
    TOOL,
    TOOL_CALL,
    TOOL_RESULT,
    USER,
    Entry,
    Output,
)

INPUT, NOTE = 200, 200
"""Characters that are kept of a tool's input, and of what the system says."""

CAPPED = 2000
"""Characters of an input or output where the detail is full."""

MAIN = (
    *("command", "cmd", "file_path", "filePath", "notebook_path", "path"),
    *("pattern", "query", "url", "prompt", "description"),
)
"""The argument that says what a tool does, by the names that agents give it."""

LASTING = ("title", "model", "version")


class Redacting(Protocol):
    """What makes texts safe: see redact/redactor.py."""

    def whole(self, text: str) -> str:
        """The text without secrets."""

    def cut(self, text: str, limit: int) -> str:
        """The start of the text without secrets."""

    def add_home(self, cwd: str) -> None:
        """From now on the home folder that `cwd` is in becomes `~`."""


class Gathered(NamedTuple):
    """What a source said: its facts (redacted), its entries, and what was counted on the way.

    `kinds` are the names of the unknown kinds.
    """

    about: About
    entries: tuple[Entry, ...]
    records: int
    skipped: int
    unknown: int
    kinds: tuple[str, ...]


def gather(items: Iterable[Item], clean: Redacting, detail: str) -> Gathered:
    """The entries in a stream of items; raises what the stream and the redactor raise."""
    return _Gatherer(clean, detail).of(items)


class _Gatherer:
    def __init__(self, clean: Redacting, detail: str) -> None:
        self.clean = clean
        self.is_full = detail == FULL
        self.facts: dict[str, str] = {}
        self.entries: list[Entry | None] = []
        self.calls: dict[str, int] = {}
        self.said: dict[str, int] = {}
        self.names: dict[str, str] = {}  # of tools, as they are kept
        self.last = ""  # the key of the message that the last entry belongs to
        self.records = self.skipped = self.unknown = 0
        self.kinds: dict[str, None] = {}

    def of(self, items: Iterable[Item]) -> Gathered:
        steps = {
            Said: self._said,
            Called: self._called,
            Returned: self._returned,
            Attached: self._attached,
            About: self._about,
            Withdrawn: self._withdrawn,
            Skipped: self._skipped,
            Unknown: self._unknown,
        }
        for item in items:
            steps[type(item)](item)  # type: ignore[operator]
        entries = tuple(entry for entry in self.entries if entry is not None)
        about = About(**self.facts)
        kinds = tuple(self.kinds)
        return Gathered(about, entries, self.records, self.skipped, self.unknown, kinds)

    def _about(self, item: About) -> None:
        for name, value in zip(About._fields, item, strict=True):
            text = utc(value) if name == "started" else str(value or "")
            known = self.facts.get(name)
            if text and text != known and (not known or name in LASTING):
                if name == "cwd":
                    self.clean.add_home(text)
                self.facts[name] = self.clean.whole(text)

    def _said(self, item: Said) -> None:
        self.records += 1
        if item.kind == REASONING and not self.is_full:
            return
        text = item.text
        if not text.strip():
            return
        if item.role in (USER, ASSISTANT) or item.kind == REASONING:
            text = self.clean.whole(text)
        else:
            text = self.clean.cut(text, CAPPED if self.is_full else NOTE)
        place = f"{item.role}\0{item.kind}\0{item.key}" if item.key else ""
        if place and place == self.last and (before := self.entries[-1]):
            self.entries[-1] = before._replace(text=f"{before.text}\n\n{text}")
            return
        self._add(Entry(item.role, item.kind, text, utc(item.at), agent=item.agent))
        self.last = place
        if item.key:
            self.said[item.key] = len(self.entries) - 1

    def _add(self, entry: Entry) -> None:
        self.last = ""
        if entry.agent:
            entry = entry._replace(agent=self.clean.cut(entry.agent, 64))
        self.entries.append(entry)

    def _called(self, item: Called) -> None:
        self.records += 1
        limit = CAPPED if self.is_full else INPUT
        name = self.names.get(item.name)
        if name is None:
            name = self.names[item.name] = self.clean.cut(item.name, INPUT)
        text = self._input(item.input, limit)
        self._add(Entry(TOOL, TOOL_CALL, at=utc(item.at), name=name, input=text, agent=item.agent))
        if item.key:
            self.calls[item.key] = len(self.entries) - 1

    def _input(self, value: object, limit: int) -> str:
        """A tool's input as one text: its main argument, or all of them, a line each."""
        if isinstance(value, dict):
            main = next((value[key] for key in MAIN if value.get(key)), None)
            if main is None or self.is_full:
                lines = (f"{key}: {self._value(item, limit)}" for key, item in value.items())
                return self.clean.cut("\n".join(lines), limit)
            value = main
        return self._value(value, limit)

    def _value(self, value: object, limit: int) -> str:
        if isinstance(value, str):
            return self.clean.cut(value, limit)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return self.clean.cut(" ".join(value), limit)
        if value is None:
            return ""
        try:
            text = json.dumps(self._decoded(value), ensure_ascii=False)
        except RecursionError:  # the reader of JSON goes deeper than its writer
            text = "(nested too deeply)"
        return self.clean.cut(text, limit)

    def _decoded(self, value: object) -> object:
        """A JSON value in which every text is redacted, before its line ends become escapes."""
        if isinstance(value, str):
            return self.clean.whole(value)
        if isinstance(value, dict):
            return {self.clean.whole(str(k)): self._decoded(v) for k, v in value.items()}
        return [self._decoded(item) for item in value] if isinstance(value, list) else value

    def _returned(self, item: Returned) -> None:
        self.records += 1
        at = self.calls.pop(item.key, None) if item.key else None
        call = self.entries[at] if at is not None else None
        output = self._output(item)
        if at is not None and call is not None:
            self.entries[at] = call._replace(output=output)
            return
        self._add(Entry(TOOL, TOOL_RESULT, at=utc(item.at), output=output, agent=item.agent))

    def _output(self, item: Returned) -> Output:
        text = item.text
        if item.output:
            kept = self.clean.cut(item.output.text, CAPPED) if self.is_full else ""
            return item.output._replace(text=kept)
        size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        lines = text.count("\n") + (not text.endswith("\n")) if text else 0
        kept = self.clean.cut(text, CAPPED) if self.is_full else ""
        return Output(size, lines, kept, item.failed)

    def _attached(self, item: Attached) -> None:
        name = self.clean.cut(item.media, INPUT)
        at = utc(item.at)
        self._add(Entry(item.role, ATTACHMENT, at=at, name=name, size=item.size, agent=item.agent))

    def _withdrawn(self, item: Withdrawn) -> None:
        at = self.said.pop(item.key, None)
        if at is not None:
            self.entries[at] = None
            self.last = ""

    def _skipped(self, item: Skipped) -> None:
        self.records += 1
        self.skipped += 1

    def _unknown(self, item: Unknown) -> None:
        self.records += 1
        self.unknown += 1
        if len(self.kinds) < 20:
            self.kinds[self.clean.cut(item.kind, 40)] = None


def is_prompt(entry: Entry) -> bool:
    """Whether the person said it."""
    return entry.role == USER and not entry.agent and entry.kind != ATTACHMENT
