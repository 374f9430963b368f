"""Queries: the words of `git ticket list`, what they mean, and which tickets they mean.

The same words work everywhere a list is shown. A query is a value; it is matched here for
tickets that were read from a ref, and by storage/cache_sql.py for those in the cache. Both go by
the same folded texts, which is why those are made here.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.model.workflow import CATEGORIES, OPEN, PRIORITIES, Workflow, normal

FIELDS = (
    "status", "is", "label", "assignee", "parent", "type", "priority", "id", "has", "no",
    "created", "sort",
)  # fmt: skip
HAS = (
    "session", "comment", "subtask", "criterion", "parent", "assignee", "label", "link",
)  # fmt: skip
SORTS = {"created": True, "id": False, "priority": False, "status": False, "title": False}
"""The orders, and whether each is a falling one where nothing is said (the newest first)."""

NONE, ME = "none", "me"
_WORDS = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
_VALUES = re.compile(r'(?:[^,"]|"[^"]*"?)+')
_QUALIFIER = re.compile(r"([A-Za-z_-]+):(.*)", re.DOTALL)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?")
_GAPS = re.compile(r"[\W_]+")


class BadQuery(TicketerError):
    """A word of a query that means nothing: `word`, and what could stand there instead."""

    exit_code = ExitCode.USAGE

    def __init__(self, word: str, reason: str, possible: Iterable[str] = ()) -> None:
        there = ", ".join(possible)
        super().__init__(
            f"{word!r}: {reason}" + (f"; there are: {there}" if there else ""),
            hint="git ticket list -h",
        )
        self.word = word


class Among(NamedTuple):
    """The ticket has one of some values in a field; with `negated`, none of them."""

    field: str
    values: tuple[str, ...]
    negated: bool = False


class Created(NamedTuple):
    """The time lies within one of the `spans`, each some bounds such as (">=", "2026-01")."""

    spans: tuple[tuple[tuple[str, str], ...], ...]
    negated: bool = False


class Words(NamedTuple):
    """The folded words stand one after another in a text; the last may be begun only."""

    text: str
    whole: bool = False
    negated: bool = False


Term = Among | Created | Words


class Query(NamedTuple):
    """All of the `terms` hold. `sort` is a key of SORTS, empty where none was asked for."""

    terms: tuple[Term, ...] = ()
    sort: str = ""
    falling: bool = True

    @property
    def words(self) -> tuple[Words, ...]:
        """The free words that must be there."""
        return tuple(t for t in self.terms if isinstance(t, Words) and not t.negated)

    @property
    def asks_status(self) -> bool:
        """Whether the query says itself which statuses it means."""
        return any(isinstance(t, Among) and t.field in ("status", "id") for t in self.terms)

    @property
    def deep(self) -> bool:
        """Whether it needs the comments and sessions beside the tickets."""
        return any(
            isinstance(t, Words)
            or (isinstance(t, Among) and t.field == "has" and {"comment", "session"} & {*t.values})
            for t in self.terms
        )


class Subject(NamedTuple):
    """A ticket as queries see it: its folded texts, and what it `has`."""

    ticket: Ticket
    people: str
    labels: frozenset[str]
    parent: str
    has: frozenset[str]
    texts: tuple[str, ...]


def fold(text: str) -> str:
    """The words of a text, as they are searched: small letters and digits, one blank between."""
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", text)
    return _GAPS.sub(" ", text.casefold()).strip()


def fold_label(label: str) -> str:
    """A label or title as it is compared."""
    return " ".join(label.casefold().split())


def fold_person(text: str) -> str:
    """The names of a person, each between blanks: `Dana <dana@a.org>` is ` dana dana a.org `."""
    found = " ".join(re.sub("[<>@]", " ", text.casefold()).split())
    return f" {found} " if found else ""


def fold_id(text: str) -> str:
    """An id in its stored form where it is one, else the text."""
    try:
        return TicketId(text)
    except InvalidId:
        return text


def ticket_text(ticket: Ticket) -> str:
    """Everything in a ticket that is searched."""
    parts = [ticket.id, ticket.title, *ticket.labels, ticket.description, ticket.requirements]
    parts += [subtask.title for subtask in ticket.subtasks]
    parts += [criterion.text for criterion in ticket.criteria]
    return "\n".join(parts)


def features(ticket: Ticket) -> frozenset[str]:
    """What the ticket file itself has, as `has:` names it."""
    found = {
        "subtask": ticket.subtasks,
        "criterion": ticket.criteria,
        "parent": ticket.parent,
        "assignee": ticket.assignee,
        "label": ticket.labels,
        "link": ticket.links,
    }
    return frozenset(name for name, value in found.items() if value)


def subject(ticket: Ticket, comments: Iterable[Comment] = (), sessions: int = 0) -> Subject:
    """A ticket with its comments and the number of its sessions, as queries see it."""
    texts = [comment.text for comment in comments]
    has = features(ticket) | {n for n, v in (("comment", texts), ("session", sessions)) if v}
    return Subject(
        ticket,
        fold_person(ticket.assignee),
        frozenset(map(fold_label, ticket.labels)),
        fold_id(ticket.parent),
        has,
        tuple(f" {fold(text)} " for text in [ticket_text(ticket), *texts]),
    )


def matches(query: Query, ticket: Subject) -> bool:
    """Whether a ticket is meant."""
    return all(_holds(term, ticket) != term.negated for term in query.terms)


def _holds(term: Term, ticket: Subject) -> bool:
    if isinstance(term, Words):
        words = f" {term.text}{' ' if term.whole else ''}"
        return any(words in text for text in ticket.texts)
    if isinstance(term, Created):
        return any(all(_within(ticket.ticket.created, b) for b in span) for span in term.spans)
    return any(_is(term.field, value, ticket) for value in term.values)


def _within(created: str, bound: tuple[str, str]) -> bool:
    operator, value = bound
    start = created[: len(value)]
    return {
        "<": start < value,
        "<=": start <= value,
        ">": start > value,
        ">=": start >= value,
    }[operator]


def _is(field: str, value: str, ticket: Subject) -> bool:
    if field == "label":
        return value in ticket.labels
    if field == "has":
        return value in ticket.has
    if field == "assignee":
        return value in ticket.people if value else not ticket.people
    if field == "parent":
        return value == ticket.parent
    return bool(value == getattr(ticket.ticket, field))


def arranged(query: Query, tickets: Iterable[Subject], workflow: Workflow) -> list[Subject]:
    """The tickets in the query's order, the newest first where it asks for none."""
    newest = sorted(tickets, key=lambda t: number(t.ticket.id), reverse=True)
    newest.sort(key=lambda t: t.ticket.created, reverse=True)
    keys: dict[str, Callable[[Subject], Any]] = {
        "created": lambda t: t.ticket.created,
        "id": lambda t: number(t.ticket.id),
        "priority": lambda t: place(t.ticket.priority, PRIORITIES),
        "status": lambda t: place(t.ticket.status, workflow.statuses),
        "title": lambda t: fold_label(t.ticket.title),
    }
    return sorted(newest, key=keys[query.sort or "created"], reverse=query.falling)


def number(id: str) -> tuple[str, int]:
    """An id by its parts, so that 10 stands behind 9."""
    prefix, _, digits = id.rpartition("-")
    return prefix, int(digits)


def place(value: str, values: Iterable[str]) -> int:
    """The place of a value in its order; unknown ones stand last."""
    known = list(values)
    return known.index(value) if value in known else len(known)


def parse(words: Iterable[str], workflow: Workflow, me: Callable[[], str] = str) -> Query:
    """The query in some words of a command line; `me` gives the user's name or address.

    Raises: BadQuery.
    """
    terms: list[Term] = []
    sort, falling = "", True
    for word in _WORDS.findall(" ".join(words)):
        negated = word.startswith("-") and len(word) > 1
        found = _QUALIFIER.fullmatch(word[negated:])
        if not found:
            terms.append(_words(word, negated))
            continue
        name = found[1].lower()
        if name not in FIELDS:
            raise BadQuery(word, f"no qualifier {found[1]!r} (quote it to search for it)", FIELDS)
        values = [value.replace('"', "") for value in _VALUES.findall(found[2])]
        if not all(value.strip() for value in values) or not values:
            raise BadQuery(word, "a value is missing")
        if name == "sort":
            sort, falling = _sort(word, values)
        else:
            terms.append(_term(word, name, values, negated, workflow, me))
    return Query(tuple(terms), sort, falling)


def _words(word: str, negated: bool) -> Words:
    bare = word[negated:]
    text = fold(bare.replace('"', " "))
    if not text:
        raise BadQuery(word, "no letter or digit to search for")
    return Words(text, '"' in bare, negated)


def _sort(word: str, values: list[str]) -> tuple[str, bool]:
    name, dash, way = values[0].lower().partition("-")
    if len(values) > 1 or name not in SORTS or way not in (("asc", "desc") if dash else ("",)):
        raise BadQuery(word, "no such order", [f"{key}[-asc|-desc]" for key in SORTS])
    return name, way == "desc" if dash else SORTS[name]


def _term(
    word: str,
    name: str,
    values: list[str],
    negated: bool,
    workflow: Workflow,
    me: Callable[[], str],
) -> Term:
    if name in ("status", "is"):
        return _status(word, values, negated, workflow)
    if name == "created":
        return Created(tuple(_span(word, value) for value in values), negated)
    if name in ("has", "no"):
        return Among("has", _known(word, values, HAS), negated != (name == "no"))
    if name == "type":
        return Among(name, _known(word, values, workflow.types), negated)
    if name == "priority":
        return Among(name, _known(word, values, PRIORITIES), negated)
    if name == "assignee":
        return Among(name, tuple(_person(word, value, me) for value in values), negated)
    if name == "label":
        return Among(name, tuple(map(fold_label, values)), negated)
    empty = name == "parent"
    return Among(name, tuple(_id(word, value, empty) for value in values), negated)


def _known(word: str, values: list[str], known: Iterable[str]) -> tuple[str, ...]:
    there = tuple(known)
    for value in values:
        if normal(value) not in there:
            raise BadQuery(word, f"no {value!r} here", there)
    return tuple(map(normal, values))


def _status(word: str, values: list[str], negated: bool, workflow: Workflow) -> Among:
    """Statuses and categories; open is what is in no other category, so unknown ones are open."""
    chosen: set[str] = set()
    for value in _known(word, values, (*CATEGORIES, *workflow.statuses)):
        chosen |= {value} if value in workflow.statuses else {*workflow.of_category(value)}
    if OPEN not in map(normal, values) or OPEN in workflow.statuses:
        return Among("status", tuple(s for s in workflow.statuses if s in chosen), negated)
    return Among("status", tuple(s for s in workflow.statuses if s not in chosen), not negated)


def _span(word: str, value: str) -> tuple[tuple[str, str], ...]:
    low, dots, high = value.partition("..")
    if dots:
        found = ((">=", low), ("<=", high))
        bounds = tuple(bound for bound in found if bound[1] not in ("", "*"))
    else:
        operator = value[: len(value) - len(value.lstrip("<>="))]
        if operator not in ("", "<", "<=", ">", ">="):
            raise BadQuery(word, f"no comparison {operator!r}", ("<", "<=", ">", ">=", ".."))
        date = value[len(operator) :]
        bounds = ((operator, date),) if operator else ((">=", date), ("<=", date))
    if not bounds or not all(_DATE.fullmatch(date) for _, date in bounds):
        raise BadQuery(word, "a date is YYYY, YYYY-MM or YYYY-MM-DD")
    return bounds


def _person(word: str, value: str, me: Callable[[], str]) -> str:
    if value.lower() == NONE:
        return ""
    found = fold_person(me() if value.lower() == ME else value)
    if not found:
        raise BadQuery(word, "nobody is known by that name")
    return found


def _id(word: str, value: str, empty: bool) -> str:
    if empty and value.lower() == NONE:
        return ""
    try:
        return TicketId(value)
    except InvalidId as problem:
        raise BadQuery(word, str(problem)) from None
