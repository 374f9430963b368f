"""Random pairs of edits of one ticket, made with the real operations, and an oracle for them.

The oracle knows nothing of merging: an edit is a list of places with their new values, two edits
are in conflict where they give one place different values, and else are simply both applied.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.keys import KEYS
from git_ticketer.model.ticket import Comment, Criterion, Link, Subtask, Ticket
from git_ticketer.storage import schema, yamledit, yamltext
from git_ticketer.storage.yamlfile import Document, Value, parse

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
TIME = "2026-11-22T09:00:00Z"
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
WORDS = (
    *("avatar", "backend", "cache", "crop", "delete", "docs", "export", "form"),
    *("gallery", "header", "image", "import", "job", "keyboard", "login", "mail"),
    *("network", "order", "page", "queue", "render", "search", "title", "upload"),
)
CHOICES = {
    "type": ("task", "bug", "feature", "epic", "chore"),
    "status": ("backlog", "planned", "in-progress", "in-review", "done", "cancelled"),
    "priority": ("critical", "high", "medium", "low"),
    "assignee": tuple(f"{name}@example.com" for name in ("dana", "kim", "lee", "noor", "sam")),
    "parent": tuple(f"PROJ-{number}" for number in range(100, 120)),
}
SCALARS = (*CHOICES, "title", "description", "requirements")
OPTIONAL = ("parent", "assignee", "description", "requirements")
COLLECTIONS = ("labels", "links", "subtasks", "criteria")
ACTIONS = (
    *(("set", name) for name in SCALARS),
    *((verb, name) for name in COLLECTIONS for verb in ("add", "remove")),
    ("tick", ""),
    ("comment", ""),
)

Place = tuple[str, ...]
Values = dict[Place, object]


class Side(NamedTuple):
    """An edited ticket file, a comment file or "", and what the edit means."""

    text: str
    comment: str
    edit: Values


class Triple(NamedTuple):
    """A ticket and two edits of it."""

    base: str
    ours: Side
    theirs: Side

    @property
    def is_conflict(self) -> bool:
        """Whether the two edits want different things of one place or of what is in it."""
        return any(
            one[: len(two)] == two[: len(one)] and self.ours.edit[one] != self.theirs.edit[two]
            for one in self.ours.edit
            for two in self.theirs.edit
        )

    @property
    def merged(self) -> Values:
        """What the ticket says with both edits applied."""
        found = facts(self.base)
        for side in (self.ours, self.theirs):
            for place, new in side.edit.items():
                for old in [p for p in found if p[: len(place)] == place]:
                    del found[old]
                if isinstance(new, dict):
                    found.update({(*place, key): value for key, value in new.items()})
                elif new is not None:
                    found[place] = new
        return found


def read(text: str) -> Document:
    """A ticket's text through the guarded door."""
    return parse(text.encode(), "ticket.yaml")


def facts(text: str) -> Values:
    """Everything a ticket says, a place and a value each; an item of a list is a place."""
    found: Values = {}
    _note(read(text).value, (), found)
    return found


def _note(value: Value, place: Place, found: Values) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _note(item, (*place, key), found)
    elif isinstance(value, list):
        assert value == sorted(set(map(str, value)))
        found.update({(*place, str(item)): True for item in value})
    elif value or place[-1] not in COLLECTIONS:  # `labels:` alone says that there are none
        found[place] = value


def some_key(random: Random) -> str:
    """A key of a subtask or criterion."""
    return "".join(random.choices(ALPHABET, k=4))


def some_text(random: Random) -> str:
    """One to twelve lines, blank ones between them."""
    lines = [" ".join(random.choices(WORDS, k=6)) for _ in range(random.randint(1, 12))]
    return ("\n\n" if random.random() < 0.3 else "\n").join(lines) + "\n"


def some_value(name: str, random: Random) -> str:
    """A value for a field."""
    if name in CHOICES:
        return random.choice(CHOICES[name])
    return some_text(random) if name != "title" else " ".join(random.choices(WORDS, k=5))


def some_item(name: str, random: Random) -> str:
    """An item of a list."""
    kind = random.choice(("blocks", "relates-to", "duplicates"))
    if name == "links":
        return f"{kind} PROJ-{random.randint(1, 400)}"
    return f"{random.choice(WORDS)}-{random.choice(WORDS)}"


def some_ticket(random: Random, optional: float = 0.8) -> Ticket:
    """A ticket with 0 to 10 items of each kind; each optional field is there so often."""
    text = {name: some_value(name, random) for name in SCALARS}
    text.update({name: "" for name in OPTIONAL if random.random() >= optional})
    counts = [random.randint(0, 10) for _ in COLLECTIONS]
    links = [some_item("links", random).split() for _ in range(counts[1])]
    subtasks = {some_key(random): random.choice(("pending", "done")) for _ in range(counts[2])}
    criteria = {some_key(random): random.random() < 0.5 for _ in range(counts[3])}
    ticket = Ticket(
        uid=UID,
        id=TicketId("PROJ-123"),
        title=text["title"],
        created=TIME,
        created_by="Dana <dana@example.com>",
        labels=tuple(some_item("labels", random) for _ in range(counts[0])),
        links=tuple(Link(kind, target) for kind, target in links),
        subtasks=tuple(
            Subtask(k, some_value("title", random), s, TIME) for k, s in subtasks.items()
        ),
        criteria=tuple(
            Criterion(k, some_value("title", random), d, TIME) for k, d in criteria.items()
        ),
    )
    return ticket._replace(**text)  # type: ignore[arg-type]


def triples(count: int, seed: int = 1, optional: float = 0.8) -> Iterator[Triple]:
    """So many tickets, each with two random edits."""
    random = Random(seed)
    for _ in range(count):
        ticket = some_ticket(random, optional)
        base = yamltext.dump(schema.ticket_values(ticket))
        yield Triple(base, some_side(base, random), some_side(base, random))


def some_side(base: str, random: Random) -> Side:
    """An edit, each action as likely as any other among those the ticket lets do."""
    document = read(base)
    while True:
        verb, name = random.choice(ACTIONS)
        if verb == "comment":
            return Side(base, some_comment(random), {})
        side = _change(document, verb, name, random)
        if side:
            return Side(side[0].text, "", side[1])


def some_comment(random: Random) -> str:
    """A comment file, which is another path than the ticket."""
    comment = Comment(UID, "PROJ-123", UID, "Dana", TIME, some_text(random))
    return yamltext.dump(schema.comment_values(comment))


def _change(
    document: Document, verb: str, name: str, random: Random
) -> tuple[Document, Values] | None:
    """The edited document and what the edit means; None where there is nothing to edit."""
    values = document.value
    assert isinstance(values, dict)
    if verb == "set":
        value = some_value(name, random)
        if values.get(name) == value:
            return None
        return yamledit.put(document, (name,), value, KEYS), {(name,): value}
    if verb == "tick":
        return _tick(document, values, random)
    items = values.get(name, [])
    if verb == "remove":
        if not items:
            return None
        key = random.choice([*map(str, items)])
        drop = yamledit.drop_item if isinstance(items, list) else _drop
        return drop(document, (name,), key), {(name, key): None}
    if name in ("labels", "links"):
        item = some_item(name, random)
        if item in items:
            return None
        return yamledit.add_item(document, (name,), item, KEYS), {(name, item): True}
    return _add_keyed(document, name, random)


def _drop(document: Document, place: Place, key: str) -> Document:
    return yamledit.drop(document, (*place, key))


def _add_keyed(document: Document, name: str, random: Random) -> tuple[Document, Values]:
    key, title = some_key(random), some_value("title", random)
    if name == "subtasks":
        new = schema.subtask_values(Subtask(key, title, "pending", TIME))
    else:
        new = schema.criterion_values(Criterion(key, title, False, TIME))
    return yamledit.put(document, (name, key), new, KEYS), {(name, key): new}


def _tick(
    document: Document, values: dict[str, Value], random: Random
) -> tuple[Document, Values] | None:
    """Tick a subtask or criterion that is not done, if there is one."""
    places = [
        ((name, key, field), done)
        for name, field, done in (("subtasks", "status", "done"), ("criteria", "done", "true"))
        for key, item in dict(values.get(name) or {}).items()  # type: ignore[arg-type]
        if isinstance(item, dict) and item[field] != done
    ]
    if not places:
        return None
    place, done = random.choice(places)
    return yamledit.put(document, place, yamltext.Plain(done)), {place: done}
