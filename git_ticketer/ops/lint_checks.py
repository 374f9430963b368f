"""What `git ticket lint` finds in a ticket or comment: values in, notes out; nothing is read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from git_ticketer.lean import clock
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.ticket import LINK_KINDS, Comment, Link, Ticket
from git_ticketer.model.workflow import PRIORITIES
from git_ticketer.storage.team_config import TeamConfig
from git_ticketer.storage.yamlfile import Place, Value

ERROR, WARNING = "error", "warning"
SHOWN = 6
KEY = re.compile(rb"^(uid|id|parent):[ \t]*[\"']?([A-Za-z0-9_-]+)", re.MULTILINE)
ALIASES = re.compile(rb"^aliases:[^\n]*(?:\n(?=[ -])[^\n]*)*", re.MULTILINE)
ID = re.compile(rb"[A-Za-z][A-Za-z0-9_]{0,31}-[0-9]{1,12}")

Values = Mapping[str, Value]


class Note(NamedTuple):
    """Something that is not right at a place of a document; `fixable` is what --fix mends."""

    place: Place
    rule: str
    reason: str
    severity: str = ERROR
    fixable: bool = False


class Head(NamedTuple):
    """What the other tickets must know of one; a text that is not there is empty."""

    folder: str
    uid: str = ""
    id: str = ""
    parent: str = ""
    aliases: tuple[str, ...] = ()


def head(folder: str, data: bytes) -> Head:
    """The head of a ticket file, also of one that is broken, at the price of three searches."""
    found: dict[str, str] = {}
    for key, value in KEY.findall(data):
        found.setdefault(key.decode(), value.decode())
    listed = ALIASES.search(data)
    aliases = tuple(_stored(word.decode()) for word in ID.findall(listed[0])) if listed else ()
    id, parent = _stored(found.get("id", "")), _stored(found.get("parent", ""))
    return Head(folder, found.get("uid", ""), id, parent, aliases)


def _stored(text: str) -> str:
    """An id in its stored form, another text as it is."""
    try:
        return TicketId(text)
    except InvalidId:
        return text


class Known:
    """All tickets of a work tree, by what they are called, and the team's own words.

    `team` is None where the configuration is broken: then no word is unknown.
    """

    def __init__(self, heads: Iterable[Head], team: TeamConfig | None) -> None:
        self.heads = {head.folder: head for head in heads}
        self.team = team
        self.ids = _by((head.id, head.folder) for head in self.heads.values())
        self.uids = _by((head.uid, head.folder) for head in self.heads.values())
        pairs = ((alias, head.folder) for head in self.heads.values() for alias in head.aliases)
        self.aliases = _by(pairs)
        self.parents = {head.id: head.parent for head in self.heads.values()}
        self.cycles: dict[str, list[str]] = {}
        self._walked: set[str] = set()
        self._prefixes = {team.prefix} if team and team.prefix else self._used_prefixes()

    def _used_prefixes(self) -> set[str]:
        foreign = set(self.team.foreign_prefixes) if self.team else set()
        return {folder.rpartition("-")[0] for folder in self.heads} - foreign

    def is_missing(self, id: TicketId) -> bool:
        """Whether an id is this repository's own, and no ticket or alias has it."""
        there = id in self.heads or id in self.ids or id in self.aliases
        return id.prefix in self._prefixes and not there

    def cycle(self, id: str) -> list[str]:
        """The tickets of the cycle of parents that `id` is in, from `id` on."""
        path: dict[str, int] = {}
        at = id
        while at and at not in path and at not in self._walked:
            path[at] = len(path)
            at = self.parents.get(at, "")
        self._walked.update(path)
        if at in path:
            members = list(path)[path[at] :]
            self.cycles.update(dict.fromkeys(members, members))
        members = self.cycles.get(id, [])
        start = members.index(id) if members else 0
        return members[start:] + members[:start]


def _by(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, folder in pairs:
        if key:
            found.setdefault(key, []).append(folder)
    return found


def ticket_notes(ticket: Ticket, values: Values, folder: str, known: Known) -> Iterator[Note]:
    """What is not right in a valid ticket file, whose values are `values`."""
    yield from _identity(ticket, folder, known)
    yield from _spelling(ticket, values)
    yield from _words(ticket, known.team)
    yield from _parent(ticket, known)
    yield from _aliases(ticket, folder, known)
    for index, link in enumerate(ticket.links):
        yield from _link(ticket, link, ("links", index), known)
    yield from _order(values)
    yield from _time(ticket.created, ("created",))
    for name, items in (("criteria", ticket.criteria), ("subtasks", ticket.subtasks)):
        for item in items:
            yield from _time(item.added, (name, item.key, "added"))


def comment_notes(comment: Comment, folder: str, known: Known) -> Iterator[Note]:
    """What is not right in a valid comment file that lies in `folder`."""
    yield from owner_notes(comment.ticket_uid, folder, known)
    if is_moved(comment, folder, known):
        reason = f"it says {comment.ticket[:40]!a}, the ticket is {folder}"
        yield Note(("ticket",), "comment", reason, fixable=True)
    yield from _time(comment.created, ("created",))


def is_moved(comment: Comment, folder: str, known: Known) -> bool:
    """Whether a comment belongs to the ticket it lies under, but names another."""
    owner = known.heads.get(folder)
    return bool(owner and owner.uid == comment.ticket_uid and comment.ticket != folder)


def owner_notes(uid: Value, folder: str, known: Known) -> Iterator[Note]:
    """Whether a file with this `ticket_uid` belongs to the ticket it lies under."""
    owner = known.heads.get(folder)
    if not uid or not isinstance(uid, str):
        yield Note(("ticket_uid",), "ticket-uid", "ticket_uid is missing")
    elif owner and owner.uid and owner.uid != uid:
        others = known.uids.get(uid, [])
        whose = f", {others[0]}" if others else ""
        reason = f"it belongs to another ticket{whose}: ticket_uid is not the uid of {folder}"
        yield Note(("ticket_uid",), "ticket-uid", reason)


def _identity(ticket: Ticket, folder: str, known: Known) -> Iterator[Note]:
    if ticket.id != folder:
        yield Note(("id",), "folder", f"the folder is {folder}, the id is {ticket.id}")
    others = [name for name in known.ids.get(ticket.id, []) if name != folder]
    if others:
        reason = f"{ticket.id} is also the id in {', '.join(others[:SHOWN])}"
        yield Note(("id",), "duplicate-id", reason)
    others = [name for name in known.uids.get(ticket.uid, []) if name != folder]
    if others:
        reason = f"the uid is also that of {', '.join(others[:SHOWN])}"
        yield Note(("uid",), "duplicate-uid", reason)


def spellings(ticket: Ticket, values: Values) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every place where a word is not spelled as it is stored: the place, the old and the new."""
    words = {"id": ticket.id, "parent": _stored(ticket.parent)}
    words |= {"type": ticket.type, "status": ticket.status, "priority": ticket.priority}
    for name, word in words.items():
        old = values.get(name, "")
        if old != word:
            yield (name,), str(old), word
    subtasks = _map(values.get("subtasks"))
    for subtask in ticket.subtasks:
        old = _map(subtasks.get(subtask.key)).get("status", "")
        if old and old != subtask.status:
            yield ("subtasks", subtask.key, "status"), str(old), subtask.status


def _spelling(ticket: Ticket, values: Values) -> Iterator[Note]:
    for place, old, new in spellings(ticket, values):
        reason = f"{place[-1]} {old[:40]!a} is stored as {new}"
        yield Note(place, "spelling", reason, WARNING, fixable=True)


def _words(ticket: Ticket, team: TeamConfig | None) -> Iterator[Note]:
    if team is None:
        return
    flow = team.workflow
    known = (("status", flow.statuses), ("type", flow.types), ("priority", PRIORITIES))
    for name, words in known:
        word = getattr(ticket, name)
        if word and word not in words:
            reason = f"there is no {name} {word[:40]!a} (there are: {', '.join(words)})"
            yield Note((name,), name, reason)
    type = flow.types.get(ticket.type)
    if type and not type.parent and ticket.parent:
        yield Note(("parent",), "parent", f"a ticket of type {type.name} has no parent", WARNING)


def _parent(ticket: Ticket, known: Known) -> Iterator[Note]:
    if not ticket.parent:
        return
    try:
        id = TicketId(ticket.parent)
    except InvalidId:
        yield Note(("parent",), "parent", f"not a ticket id: {ticket.parent[:40]!a}")
        return
    if known.is_missing(id):
        yield Note(("parent",), "parent", f"there is no ticket {id}")
    members = known.cycle(ticket.id)
    if members:
        more = ["..."] if len(members) > SHOWN else []
        path = " > ".join([*members[:SHOWN], *more, members[0]])
        yield Note(("parent",), "cycle", f"the ticket is above itself: {path}")


def _aliases(ticket: Ticket, folder: str, known: Known) -> Iterator[Note]:
    for index, alias in enumerate(ticket.aliases):
        others = [name for name in known.aliases.get(alias, []) if name != folder]
        if alias == ticket.id:
            yield Note(("aliases", index), "alias", f"{alias} is the ticket's own id")
        elif others:
            reason = f"{alias} is ambiguous, it is also an alias of {', '.join(others[:SHOWN])}"
            yield Note(("aliases", index), "alias", reason, WARNING)


def _link(ticket: Ticket, link: Link, place: Place, known: Known) -> Iterator[Note]:
    if link.kind not in LINK_KINDS:
        reason = f"there is no link {link.kind[:40]!a} (there are: {', '.join(LINK_KINDS)})"
        yield Note(place, "link-kind", reason)
    id = link.ticket
    if id is None and "://" not in link.target:
        yield Note(place, "link", f"neither a ticket nor an address: {link.target[:40]!a}")
    elif id == ticket.id:
        yield Note(place, "link", "the ticket is linked to itself")
    elif id and known.is_missing(id):
        yield Note(place, "link", f"there is no ticket {id}")


def _order(values: Values) -> Iterator[Note]:
    for name in ("labels", "links"):
        found = texts(values, name)
        if found != sorted(set(found)):
            twice = len(found) != len(set(found))
            reason = f"{name} hold an item twice" if twice else f"{name} are not sorted"
            yield Note((name,), "order", reason, WARNING, fixable=True)


def _map(value: object) -> Values:
    return value if isinstance(value, dict) else {}


def texts(values: Values, name: str) -> list[str]:
    """The texts of a list that may not be there."""
    found = values.get(name)
    return [str(item) for item in found] if isinstance(found, list) else []


def _time(text: str, place: Place) -> Iterator[Note]:
    if not text:
        return
    try:
        clock.from_text(text)
    except ValueError:
        reason = f"not a UTC time such as 2026-11-22T09:00:00Z: {text[:40]!a}"
        yield Note(place, "time", reason)
