"""What a writing command says: what it stored, and what is not committed yet."""

from collections.abc import Mapping
from typing import Any

from git_ticketer.cli import output
from git_ticketer.model.changes import FieldChange, changes
from git_ticketer.model.ticket_json import as_json as ticket_json
from git_ticketer.storage.tickets import Change

LONG = 60
FIELDS = ("success", "ticket_id", "path", "committed", "changes", "ticket")


def show_change(
    change: Change,
    *,
    as_json: bool,
    fields: str | None,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Print what an edit changed, one line a field, and that it is not committed."""
    found = changes(change.before, change.after)
    if as_json:
        values = {
            "success": True,
            "ticket_id": change.after.id,
            "path": change.path,
            "committed": False if change.written else None,
            "changes": [one._asdict() for one in found],
            "ticket": ticket_json(change.after),
            **(extra or {}),
        }
        output.document(values, fields)
        return
    for one in found:
        output.say(f"{change.after.id}  {describe(one)}")
    if change.written and not found:
        output.say(f"{change.after.id}  other lines of its file")
    if change.written:
        not_committed(change.path)
    else:
        output.note("hint", f"{change.after.id} is like that already, nothing was changed")


def describe(change: FieldChange) -> str:
    """One change on one line: `status: planned -> in-progress`, `labels: + backend`."""
    before, after = short(change.before), short(change.after)
    if before and after:
        return f"{change.field}: {before} -> {after}"
    return f"{change.field}: + {after}" if after else f"{change.field}: - {before}"


def short(text: str) -> str:
    """A text on one line; of a long one, its beginning and its length."""
    line = text.strip().split("\n", 1)[0]
    if len(line) > LONG or line != text.strip():
        return f"{line[:LONG]}... ({len(text)} characters)"
    return line


def not_committed(*paths: str) -> None:
    """Say that files were written and wait for a commit."""
    output.note("hint", f"not committed: {', '.join(paths)}; git ticket save commits the tickets")
