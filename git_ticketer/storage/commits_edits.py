"""What the commits of a history changed in a ticket's file, read from its blobs once and kept."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from git_ticketer.model.changes import FieldChange, changes
from git_ticketer.model.ticket import Ticket
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.gitcmd import Git

if TYPE_CHECKING:
    from git_ticketer.storage.commits import Commits

Pair = tuple[str, str]


class Difference(NamedTuple):
    """What differs between two states of a file; texts that do not apply are empty.

    `before` and `after` are the tickets' uids, `problem` is why the second state cannot be read.
    """

    before: str
    after: str
    changes: tuple[FieldChange, ...] = ()
    problem: str = ""


def differences(git: Git, commits: "Commits", pairs: Iterable[Pair]) -> dict[Pair, Difference]:
    """What differs between the blobs of each pair, of which one may be empty."""

    def compute(missing: list[Pair]) -> dict[Pair, str]:
        from git_ticketer.storage import refs

        data = refs.contents(git, [name for pair in missing for name in pair if name])
        return {pair: _dump(_difference(pair, data)) for pair in missing}

    found = commits.remembered(pairs, compute)
    return {pair: _load(text) for pair, text in found.items()}


def blob_of(rows: Rows, name: str) -> str:
    """Git's name for the file of the ticket in a folder, as the cache of tickets has it."""
    found = rows.select(
        "SELECT t.oid FROM entry e JOIN ticket t ON t.key = e.key"
        " WHERE e.worktree = ? AND e.name = ?",
        (rows.worktree, name),
    )
    return bytes(found[0][0]).hex() if found else ""


def _difference(pair: Pair, data: dict[str, bytes]) -> Difference:
    before, after = (_read(name, data) for name in pair)
    problem = after if isinstance(after, str) else ""
    old, new = (state if isinstance(state, Ticket) else None for state in (before, after))
    found = tuple(changes(old, new)) if old and new else ()
    return Difference(old.uid if old else "", new.uid if new else "", found, problem)


def _read(name: str, data: dict[str, bytes]) -> Ticket | str | None:
    """The ticket in a blob, or why it is none; None where there is no blob."""
    from git_ticketer.storage import schema, yamlfile

    if not name:
        return None
    if name not in data:
        return "this clone does not have it"
    try:
        return schema.ticket(yamlfile.parse(data[name], "ticket.yaml"))
    except yamlfile.BadFile as error:
        return error.message


def _dump(found: Difference) -> str:
    return json.dumps(found)


def _load(text: str) -> Difference:
    before, after, several, problem = json.loads(text)
    return Difference(before, after, tuple(FieldChange(*one) for one in several), problem)
