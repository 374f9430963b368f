"""What differs between two states of a ticket, field by field."""

from typing import NamedTuple

from git_ticketer.model.ticket import Criterion, Subtask, Ticket

EDITABLE = (
    "title",
    "type",
    "status",
    "priority",
    "parent",
    "assignee",
    "description",
    "requirements",
)
TEXTS = ("id", *EDITABLE)
SETS = ("labels", "links", "aliases")


class FieldChange(NamedTuple):
    """One field that differs; what is not there is empty. An item of a set has one side only."""

    field: str
    before: str
    after: str


def changes(before: Ticket, after: Ticket) -> list[FieldChange]:
    """Every difference between two states of one ticket, in the order of its file."""
    found = [
        FieldChange(name, getattr(before, name), getattr(after, name))
        for name in TEXTS
        if getattr(before, name) != getattr(after, name)
    ]
    for name in SETS:
        old, new = map(str, getattr(before, name)), map(str, getattr(after, name))
        found += _set_changes(name, set(old), set(new))
    found += _item_changes("criterion", _criteria(before), _criteria(after))
    return found + _item_changes("subtask", _subtasks(before), _subtasks(after))


def _set_changes(name: str, old: set[str], new: set[str]) -> list[FieldChange]:
    gone = [FieldChange(name, item, "") for item in sorted(old - new)]
    return gone + [FieldChange(name, "", item) for item in sorted(new - old)]


def _item_changes(name: str, old: dict[str, str], new: dict[str, str]) -> list[FieldChange]:
    return [
        FieldChange(f"{name} {key}", old.get(key, ""), new.get(key, ""))
        for key in sorted({**old, **new})
        if old.get(key) != new.get(key)
    ]


def _criteria(ticket: Ticket) -> dict[str, str]:
    return {criterion.key: _criterion(criterion) for criterion in ticket.criteria}


def _criterion(criterion: Criterion) -> str:
    return f"[{'x' if criterion.done else ' '}] {criterion.text}"


def _subtasks(ticket: Ticket) -> dict[str, str]:
    return {subtask.key: _subtask(subtask) for subtask in ticket.subtasks}


def _subtask(subtask: Subtask) -> str:
    return f"{subtask.title} ({subtask.status})"
