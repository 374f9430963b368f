"""A transcript for people: on a terminal, as Markdown, as JSON."""

import re
from collections.abc import Iterator
from typing import Any

from git_ticketer.cli import output
from git_ticketer.cli.session_rows import row_json
from git_ticketer.model.transcript import (
    ASSISTANT,
    ATTACHMENT,
    REASONING,
    TOOL,
    USER,
    Entry,
    Output,
    Span,
    Transcript,
)
from git_ticketer.ops.session_list import Listed

COLOURS = {USER: "green", ASSISTANT: "blue", TOOL: "cyan"}
FENCE = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)


def show(read: Transcript, listed: Listed) -> None:
    """Print it for reading: who, when, and what was said."""
    for name, value in facts(read, listed):
        output.say(output.styled(f"{name:<10}", bold=True), f"  {value}")
    starts = {span.first: span for span in read.header.spans if len(read.header.spans) > 1}
    for number, entry in enumerate(read.entries, 1):
        if number in starts:
            output.say()
            output.say(output.styled(_span(starts[number]), colour="yellow"))
        _entry(entry)


def facts(read: Transcript, listed: Listed) -> list[tuple[str, str]]:
    """What is known of the session, in words."""
    header = read.header
    found = [
        ("session", header.id),
        ("ticket", listed.ticket + (f", moved from {header.ticket}" if listed.moved_from else "")),
        ("waits", "in the git dir, it is not archived yet" if listed.waits else ""),
        ("title", listed.title),
        ("agent", ", ".join(part for part in (header.agent, header.model) if part)),
        ("time", f"{header.started} to {header.ended}" if header.started else ""),
        ("branch", header.branch),
        ("parent", header.parent),
        ("mentions", ", ".join(header.mentions)),
        ("redacted", ", ".join(f"{rule} {count}" for rule, count in header.redactions)),
        ("reviewed", ", ".join(listed.reviewed_by)),
        *(("note", note) for note in listed.notes),
    ]
    return [(name, value) for name, value in found if value]


def _span(span: Span) -> str:
    return f"=== {span.ticket}: entries {span.first} to {span.last}"


def _entry(entry: Entry) -> None:
    if entry.role == TOOL:
        called = f"{entry.name or 'result'}: {entry.input}" if entry.input else entry.name
        lines = called.rstrip("\n").split("\n")
        output.say(output.styled(f"  > {lines[0]}", colour=COLOURS[TOOL]), _size(entry.output))
        _lines("    ", "\n".join(lines[1:]))
        _lines("    | ", entry.output.text if entry.output else "")
        return
    output.say()
    who = entry.role + (f" ({entry.agent})" if entry.agent else "")
    kind = f", {entry.kind}" if entry.kind in (REASONING, ATTACHMENT) else ""
    heading = f"{who}{kind}  {entry.at}".rstrip()
    output.say(output.styled(heading, colour=COLOURS.get(entry.role, "magenta"), bold=True))
    if entry.kind == ATTACHMENT:
        output.say(f"  {entry.name}, {entry.size} bytes")
    _lines("  ", entry.text)


def _lines(indent: str, text: str) -> None:
    for line in text.rstrip("\n").split("\n") if text.strip("\n") else ():
        output.say(f"{indent}{line.expandtabs(4)}".rstrip())


def _size(found: Output | None) -> str:
    if found is None:
        return ""
    failed = ", failed" if found.failed else ""
    lines = "1 line" if found.lines == 1 else f"{found.lines} lines"
    return f"  ({lines}, {found.bytes} bytes{failed})"


def as_json(read: Transcript, listed: Listed) -> dict[str, Any]:
    """The whole session as JSON."""
    entries = [_entry_json(entry) for entry in read.entries]
    header = read.header
    return {
        "success": True,
        **row_json(listed),
        "model": header.model,
        "branch": header.branch,
        "detail": header.detail,
        "source": header.source._asdict(),
        "transcript": entries,
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    values = {key: value for key, value in entry._asdict().items() if value}
    if entry.output:
        values["output"] = entry.output._asdict()
    if entry.size:
        values["bytes"] = values.pop("size")
    return values


def markdown(read: Transcript, listed: Listed) -> Iterator[str]:
    """The session as Markdown, in pieces; control characters are made visible."""
    yield f"# {_inline(listed.title or f'Session {read.header.id}')}\n\n"
    for name, value in facts(read, listed):
        yield f"- {name}: {_inline(value)}\n"
    for entry in read.entries:
        if entry.role == TOOL:
            text = entry.input or (entry.output.text if entry.output else "")
            yield f"\n{_fenced(f'{entry.name}: {text}{_size(entry.output)}')}"
            continue
        yield f"\n## {entry.role.capitalize()}{f', {entry.at}' if entry.at else ''}\n\n"
        body = entry.text or f"{entry.name}, {entry.size} bytes"
        yield f"{_closed(output.visible(body).rstrip())}\n"


def _inline(text: str) -> str:
    return " ".join(output.visible(text).split())


def _fenced(text: str) -> str:
    """A text in a code fence that it cannot close."""
    body = output.visible(text).rstrip("\n")
    longest = max((len(found) for found in FENCE.findall(body)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{body}\n{fence}\n"


def _closed(text: str) -> str:
    """A text whose open code fence is closed, so that what follows is not taken into it."""
    open_fence = ""
    for found in FENCE.findall(text):
        if not open_fence:
            open_fence = found
        elif len(found) >= len(open_fence):
            open_fence = ""
    return f"{text}\n{open_fence}" if open_fence else text
