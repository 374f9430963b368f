"""What `git ticket archive` says: previews, sums, and which of many chats is meant."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from git_ticketer.cli import output
from git_ticketer.importers import registry
from git_ticketer.importers.source import Source
from git_ticketer.ops.archive import Done, Prepared, Wish
from git_ticketer.ops.workspace import Workspace

SHOWN = 20


def with_chat(source: Source, wish: Wish) -> Wish:
    """The wish for one of the conversations in a source that holds many.

    Raises: UsageError where there are many and none was picked.
    """
    chats = registry.recognised(source).chats(source)
    if wish.chat or len(chats) < 2:
        return for_chat(wish, wish.chat or (chats[0].id if chats else ""))
    lines = "".join(f"\n  {chat.id}  {chat.title}" for chat in chats[:SHOWN])
    more = f"\n  and {len(chats) - SHOWN} more" if len(chats) > SHOWN else ""
    raise click.UsageError(f"{source.shown} holds {len(chats)} chats; give --chat ID:{lines}{more}")


def for_chat(wish: Wish, chat: str) -> Wish:
    """The same wish for another conversation."""
    return replace(wish, chat=chat)


def start_of(work: Workspace, since: str) -> float:
    """The time that git understands by `since`, in seconds since 1970; all time where empty.

    Raises: UsageError for what git takes as now because it is no date.
    """
    if not since:
        return 0.0
    git = work.worktree.git
    start, now = (
        float(git.text("rev-parse", f"--since={word}").removeprefix("--max-age="))
        for word in ("midnight" if since == "today" else since, "now")
    )
    if start >= now and since != "now":
        example = "2026-11-20, yesterday or '3 days ago'"
        raise click.UsageError(f"--since {since}: not a date in the past, such as {example}")
    return start


def previewed(found: Iterator[Prepared]) -> Iterator[Prepared]:
    """Each of them, once it was shown."""
    for one in found:
        preview(one)
        yield one


def preview(prepared: Prepared) -> None:
    """Print what would be written, file by file, and where something was redacted."""
    for file in prepared.files:
        output.say(output.styled(f"--- {file.path}", bold=True))
        output.say(file.text.rstrip("\n"))
    output.say()
    for number, rule in prepared.redacted():
        output.say(output.styled("redacted", colour="yellow"), f"  entry {number}: {rule}")


def sum_up(done: Done, *, dry_run: bool) -> None:
    """Print the sum: entries, size, redactions, spans, what was skipped."""
    prepared, header = done.prepared, done.prepared.header
    verb = "waits" if done.waits else "archived" if done.written else "unchanged"
    verb = "would write" if dry_run else verb
    output.say(
        f"{header.ticket}  ",
        output.styled(verb, colour="green" if done.written else None),
        f"  {done.path}",
    )
    for name, value in _facts(prepared):
        output.say(f"  {name:<10}  {value}")


def _facts(prepared: Prepared) -> list[tuple[str, str]]:
    header = prepared.header
    share = (
        f", {100 * prepared.files.size / prepared.raw:.1f} % of the source" if prepared.raw else ""
    )
    redacted = ", ".join(f"{rule} {count}" for rule, count in header.redactions)
    spans = [f"{span.ticket} {span.first}-{span.last}" for span in header.spans]
    skipped = [(header.source.skipped, "not readable"), (header.source.unknown, "of unknown kind")]
    said = [f"{count} {what}" for count, what in skipped if count]
    said += [f"({', '.join(prepared.kinds)})"] if prepared.kinds else []
    facts = [
        ("session", f"{header.id}, {header.agent}"),
        ("entries", f"{len(prepared.entries)} from {header.source.entries} records"),
        ("size", f"{prepared.files.size:,} bytes{share}"),
        ("redactions", redacted or "none"),
        ("spans", ", ".join(spans) if len(spans) > 1 else ""),
        ("mentions", ", ".join(header.mentions)),
        ("skipped", " ".join(said)),
        ("escaped", f"{header.source.escaped} texts" if header.source.escaped else ""),
    ]
    return [(name, value) for name, value in facts if value]


def as_json(done: Done, *, whole: bool) -> dict[str, Any]:
    """The answer for one session; `whole` is with the files' texts."""
    prepared, header = done.prepared, done.prepared.header
    values = {
        "session_id": header.id,
        "ticket_id": header.ticket,
        "path": done.path,
        "pending": bool(done.waits),
        "written": list(done.written),
        "agent": header.agent,
        "title": header.title,
        "started": header.started,
        "ended": header.ended,
        "entries": len(prepared.entries),
        "records": header.source.entries,
        "size": prepared.files.size,
        "source_size": prepared.raw,
        "redactions": dict(header.redactions),
        "spans": [{"ticket": s.ticket, "entries": f"{s.first}-{s.last}"} for s in header.spans],
        "mentions": list(header.mentions),
        "skipped": header.source.skipped,
        "unknown": header.source.unknown,
    }
    return values | ({"files": {f.path: f.text for f in prepared.files}} if whole else {})
