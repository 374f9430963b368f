"""Statuses and types: which there are, what they mean, and which status may follow which.

The defaults are those of Sciorex 0.2 (features/ticketing.md), with closing allowed from every
open status; a team's configuration may name its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from git_ticketer.errors import TicketerError

OPEN, ACTIVE, CLOSED = "open", "active", "closed"
CATEGORIES = (OPEN, ACTIVE, CLOSED)
CANCELLED, ARCHIVED = "cancelled", "archived"
PRIORITIES = ("critical", "high", "medium", "low")
DEFAULT_PRIORITY = "medium"
DEFAULT_TYPE = "task"
PENDING, IN_PROGRESS, DONE = "pending", "in-progress", "done"
SUBTASK_STATUSES = (PENDING, IN_PROGRESS, DONE)


class NoTransition(TicketerError):
    """A status that may not follow another: `before`, `after` and the `allowed` ones."""

    def __init__(self, id: str, before: str, after: str, allowed: tuple[str, ...]) -> None:
        there = ", ".join(allowed) or "none"
        super().__init__(
            f"{id} cannot go from {before} to {after} (allowed: {there})",
            hint=f"git ticket move {id} {allowed[0]}" if allowed else f"git ticket show {id}",
        )
        self.before = before
        self.after = after
        self.allowed = allowed


@dataclass(frozen=True)
class Status:
    """A status: its name, its category, and the statuses that may follow it."""

    name: str
    category: str
    following: tuple[str, ...] = ()


@dataclass(frozen=True)
class TicketType:
    """A kind of ticket; `parent` is whether it may have one."""

    name: str
    parent: bool = True


def _statuses() -> Mapping[str, Status]:
    table = (
        Status("backlog", OPEN, ("planned", "in-progress", "done", "cancelled")),
        Status("planned", OPEN, ("backlog", "in-progress", "done", "cancelled")),
        Status("in-progress", ACTIVE, ("backlog", "planned", "in-review", "done", "cancelled")),
        Status("in-review", ACTIVE, ("in-progress", "done", "cancelled")),
        Status("done", CLOSED, ("in-progress", "backlog", ARCHIVED)),
        Status(CANCELLED, CLOSED, ("backlog", ARCHIVED)),
        Status(ARCHIVED, CLOSED, ("backlog",)),
    )
    return {status.name: status for status in table}


def _types() -> Mapping[str, TicketType]:
    names = ("task", "bug", "feature", "research", "documentation", "refactor")
    return {name: TicketType(name) for name in names} | {"epic": TicketType("epic", parent=False)}


@dataclass(frozen=True)
class Workflow:
    """A team's statuses, in the order of its board, and its types."""

    statuses: Mapping[str, Status] = field(default_factory=_statuses)
    types: Mapping[str, TicketType] = field(default_factory=_types)

    @property
    def first(self) -> str:
        """The status of a new ticket."""
        return next(iter(self.statuses))

    def category(self, status: str) -> str:
        """The category of a status; one that the team does not know counts as open."""
        found = self.statuses.get(status)
        return found.category if found else OPEN

    def of_category(self, category: str) -> tuple[str, ...]:
        """The statuses of a category."""
        return tuple(s.name for s in self.statuses.values() if s.category == category)

    def check(self, id: str, before: str, after: str) -> None:
        """Refuse a status that may not follow another; raises NoTransition.

        From a status that the team no longer has every other may follow.
        """
        old = self.statuses.get(before)
        if old and after != before and after not in old.following:
            raise NoTransition(id, before, after, old.following)


def normal(text: str) -> str:
    """A status, type or priority as it is stored: small letters, dashes for `_` and blanks."""
    return "-".join(text.lower().replace("_", " ").replace("-", " ").split())
