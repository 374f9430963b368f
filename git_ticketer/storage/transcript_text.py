"""Archived sessions as YAML text, and documents back to values.

Texts are literal blocks with an indent indicator, so that a reviewer reads them as they were
said; where YAML 1.1 does not allow a character in a block (5.1, 5.4), they are double-quoted.
"""

import functools
import re
from collections.abc import Iterable, Iterator

from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.model.transcript import (
    CONVERSATION,
    DETAILS,
    KINDS,
    ROLES,
    Entry,
    Header,
    Output,
    Plan,
    Source,
    Span,
    usual_kind,
)
from git_ticketer.storage import yamltext
from git_ticketer.storage.yamlfile import Document, Place, Value
from git_ticketer.storage.yamltext import Plain

LINE = re.compile(r"\n(?=[^\n])")
SAFE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,60}")
RESERVED = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
TEXTS = ("model", "title", "parent", "plan", "started", "ended", "branch")
ENTRY_TEXTS = ("role", "kind", "text", "at", "name", "input", "agent")
COUNTS = ("entries", "skipped", "unknown", "escaped")


def head(header: Header) -> str:
    """The lines above the transcript."""
    source = {"format": header.source.format, "entries": Plain(header.source.entries)}
    source |= {"skipped": Plain(header.source.skipped), "unknown": Plain(header.source.unknown)}
    if header.source.escaped:
        source["escaped"] = Plain(header.source.escaped)
    values: dict[str, Value] = {
        "id": Plain(header.id),
        "ticket": Plain(header.ticket),
        "ticket_uid": Plain(header.ticket_uid),
        "agent": header.agent,
        "model": header.model,
        "title": header.title,
        "parent": Plain(header.parent),
        "plan": Plain(header.plan),
        "started": Plain(header.started),
        "ended": Plain(header.ended),
        "branch": header.branch,
        "detail": "" if header.detail == CONVERSATION else Plain(header.detail),
        "mentions": _flow([*header.mentions]),
        "spans": [Plain(_span(span)) for span in header.spans],
        "source": _flow({**source}),
        "redactions": _flow({name: Plain(count) for name, count in header.redactions}),
        "parts": Plain(header.parts) if header.parts > 1 else "",
    }
    return yamltext.dump({key: value for key, value in values.items() if value})


def part_head(header: Header, number: int) -> str:
    """The lines above a further part of the transcript."""
    values: dict[str, Value] = {
        "id": Plain(header.id),
        "part": Plain(number),
        "ticket": Plain(header.ticket),
        "ticket_uid": Plain(header.ticket_uid),
    }
    return yamltext.dump({key: value for key, value in values.items() if value})


def plan_values(plan: Plan) -> dict[str, Value]:
    """What the file of a planned session holds."""
    values: dict[str, Value] = {
        "ticket": Plain(plan.ticket),
        "ticket_uid": Plain(plan.ticket_uid),
        "title": plan.title,
        "parent": Plain(plan.parent),
        "created": Plain(plan.created),
        "created_by": plan.created_by,
    }
    return {key: value for key, value in values.items() if value}


def plan_of(document: Document, uid: str) -> Plan:
    """The planned session in a document whose file is `plan-<uid>.yaml`; raises BadFile."""
    values = _map(document, document.value, ())
    names = ("ticket_uid", "title", "created", "created_by", "parent")
    text = {name: _text(document, values.get(name, ""), (name,)) for name in names}
    if not text["title"].strip():
        raise document.error(("title",), "title is missing")
    return Plan(uid, _ticket(document, values.get("ticket", ""), ("ticket",)), **text)


def _flow(value: Value) -> Plain:
    return Plain(yamltext.flow(value) if value else "")


def _span(span: Span) -> str:
    return f"{{ticket: {span.ticket}, entries: {span.first}-{span.last}}}"


def entry_text(entry: Entry) -> str:
    """The lines of one entry, an item of the list `transcript`."""
    lines = [f"- role: {entry.role}\n"]
    if entry.kind != usual_kind(entry.role):
        lines.append(f"  kind: {entry.kind}\n")
    if entry.at:
        lines.append(f"  at: {entry.at}\n")
    if entry.agent:
        lines.append(f"  agent: {_short(entry.agent)}\n")
    if entry.name:
        lines.append(f"  name: {_short(entry.name)}\n")
    if entry.size:
        lines.append(f"  bytes: {entry.size}\n")
    if entry.continues:
        lines.append("  continues: true\n")
    if entry.input:
        lines.append(f"  input: {_value(entry.input)}")
    if entry.output:
        lines.append(_output(entry.output))
    if entry.text:
        lines.append(f"  text: {_block(entry.text, '    ')}")
    return "".join(lines)


def _output(output: Output) -> str:
    failed = ", failed: true" if output.failed else ""
    facts = f"bytes: {output.bytes}, lines: {output.lines}{failed}"
    if not output.text:
        return f"  output: {{{facts}}}\n"
    lines = "".join(f"    {fact}\n" for fact in facts.split(", "))
    return f"  output:\n{lines}    text: {_block(output.text, '      ')}"


def _value(text: str) -> str:
    """A text of a line or more; with its line end."""
    return f"{_short(text)}\n" if "\n" not in text else _block(text, "    ")


def _short(text: str) -> str:
    """A text on one line, the common ones without looking at every character."""
    if SAFE_WORD.fullmatch(text) and text.lower() not in RESERVED:
        return text
    return yamltext.scalar(text)


@functools.cache
def _not_literal() -> re.Pattern[str]:
    """What cannot stand in a block; compiled where something is written (4 ms).

    What YAML forbids there, line ends that it would change, marks that turn the reading order.
    """
    return re.compile(
        "[^\t\n\x20-\x7e\xa0-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe"
        "\uff00-\ufffd\U00010000-\U0010ffff]"
    )


def _block(text: str, indent: str) -> str:
    """A text as a literal block with `indent`, or quoted; with its line end."""
    body = text.rstrip("\n")
    if not body or _not_literal().search(text):
        return yamltext.quoted(text) + "\n"
    ends = len(text) - len(body)
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    first = "" if body[0] == "\n" else indent
    lines = LINE.sub("\n" + indent, text[: len(body)])
    return f"|2{chomp}\n{first}{lines}\n" + "\n" * (ends - 1)


def header_of(document: Document) -> Header:
    """The header in an archive's document; raises BadFile naming the line that is not valid."""
    values = _map(document, document.value, ())
    spans = _list(document, values.get("spans", []), ("spans",))
    mentions = _list(document, values.get("mentions", []), ("mentions",))
    counts = _map(document, values.get("redactions", {}), ("redactions",))
    detail = _text(document, values.get("detail", CONVERSATION), ("detail",))
    if detail not in DETAILS:
        raise document.error(("detail",), f"detail is one of {', '.join(DETAILS)}")
    text = {name: _text(document, values.get(name, ""), (name,)) for name in TEXTS}
    return Header(
        id=_session(document, values.get("id", "")),
        ticket=_ticket(document, values.get("ticket", ""), ("ticket",)),
        ticket_uid=_text(document, values.get("ticket_uid", ""), ("ticket_uid",)),
        agent=_text(document, values.get("agent", ""), ("agent",)),
        source=_source(document, _map(document, values.get("source", {}), ("source",))),
        detail=detail,
        mentions=tuple(_ticket(document, v, ("mentions", i)) for i, v in enumerate(mentions)),
        spans=tuple(_span_of(document, v, ("spans", i)) for i, v in enumerate(spans)),
        redactions=tuple(
            (name, _number(document, value, ("redactions", name))) for name, value in counts.items()
        ),
        parts=_number(document, values.get("parts", "1"), ("parts",)),
        **text,
    )


def entries_of(document: Document) -> Iterator[Entry]:
    """The entries in the document of an archive or of a part; raises BadFile."""
    values = _map(document, document.value, ())
    for index, item in enumerate(_list(document, values.get("transcript", []), ("transcript",))):
        yield _entry(document, item, ("transcript", index))


def _entry(document: Document, value: Value, place: Place) -> Entry:
    item = _map(document, value, place)
    texts = [item.get(name, "") for name in ENTRY_TEXTS]
    if not all(isinstance(text, str) for text in texts):
        name = next(n for n, v in zip(ENTRY_TEXTS, texts, strict=True) if not isinstance(v, str))
        raise document.error((*place, name), f"{name} must be a text")
    role, kind, text, at, name, given, agent = map(str, texts)
    kind = kind or usual_kind(role)
    if role not in ROLES or kind not in KINDS:
        wrong = f"role is one of {', '.join(ROLES)}, kind one of {', '.join(KINDS)}"
        raise document.error((*place, "role" if role not in ROLES else "kind"), wrong)
    output = item.get("output")
    found = _output_of(document, output, (*place, "output")) if output else None
    size = _number(document, item.get("bytes", "0"), (*place, "bytes"))
    continues = item.get("continues") == "true"
    return Entry(role, kind, text, at, name, given, found, size, agent, continues)


def _output_of(document: Document, value: Value, place: Place) -> Output:
    item = _map(document, value, place)
    numbers = [_number(document, item.get(k, "0"), (*place, k)) for k in ("bytes", "lines")]
    text = _text(document, item.get("text", ""), (*place, "text"))
    return Output(numbers[0], numbers[1], text, item.get("failed") == "true")


def _source(document: Document, values: dict[str, Value]) -> Source:
    counts = {k: _number(document, values.get(k, "0"), ("source", k)) for k in COUNTS}
    return Source(_text(document, values.get("format", ""), ("source", "format")), **counts)


def _span_of(document: Document, value: Value, place: Place) -> Span:
    item = _map(document, value, place)
    first, _, last = _text(document, item.get("entries", ""), (*place, "entries")).partition("-")
    ticket = _ticket(document, item.get("ticket", ""), (*place, "ticket"))
    return Span(ticket, *(_number(document, n, (*place, "entries")) for n in (first, last)))


def _map(document: Document, value: Value, place: Place) -> dict[str, Value]:
    if isinstance(value, dict):
        return value
    raise document.error(place, "expected lines of `key: value`")


def _list(document: Document, value: Value, place: Place) -> list[Value]:
    if isinstance(value, list):
        return value
    raise document.error(place, f"{place[-1]} must be a list")


def _text(document: Document, value: Value, place: Place) -> str:
    if isinstance(value, str):
        return value
    raise document.error(place, f"{place[-1]} must be a text")


def _number(document: Document, value: Value, place: Place) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    raise document.error(place, f"{place[-1]} must be a number")


def _ticket(document: Document, value: Value, place: Place) -> TicketId:
    try:
        return TicketId(_text(document, value, place))
    except InvalidId as problem:
        raise document.error(place, str(problem)) from None


def _session(document: Document, value: Value) -> SessionId:
    try:
        return SessionId(_text(document, value, ("id",)))
    except InvalidId as problem:
        raise document.error(("id",), str(problem)) from None


def joined(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries with those that continue one put together again."""
    held: Entry | None = None
    for entry in entries:
        if entry.continues and held:
            held = held._replace(text=held.text + entry.text)
            continue
        if held:
            yield held
        held = entry
    if held:
        yield held
