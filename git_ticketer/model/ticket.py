"""The ticket and what belongs to it, as values. Texts are as they stand in the files."""

from typing import NamedTuple

from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.workflow import DONE

SCHEMA = 1
INVERSES = {
    "blocks": "blocked-by",
    "blocked-by": "blocks",
    "relates-to": "relates-to",
    "duplicates": "duplicated-by",
    "duplicated-by": "duplicates",
    "child-of": "parent-of",
    "parent-of": "child-of",
}
LINK_KINDS = ("blocks", "blocked-by", "relates-to", "duplicates")
"""The kinds a file holds; parent and child are the `parent` key, the others their other ends."""


class Criterion(NamedTuple):
    """An acceptance criterion; `key` is what it is called by, `added` a UTC time."""

    key: str
    text: str
    done: bool = False
    added: str = ""


class Subtask(NamedTuple):
    """A step of the work; `status` is pending, in-progress or done."""

    key: str
    title: str
    status: str
    added: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is left of it."""
        return self.status == DONE


class Link(NamedTuple):
    """A pointer to a ticket or URL, as `blocks PROJ-130`."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def ticket(self) -> TicketId | None:
        """The ticket it points to; None for a URL."""
        try:
            return TicketId(self.target)
        except InvalidId:
            return None


class Comment(NamedTuple):
    """A comment file: `uid` is its name, `kind` is comment, note, review, title or move."""

    uid: str
    ticket: str
    ticket_uid: str
    author: str
    created: str
    text: str
    kind: str = "comment"
    session: str = ""


class Ticket(NamedTuple):
    """A unit of intended work; a text that is not there is empty. Times are UTC."""

    uid: str
    id: TicketId
    title: str
    type: str = ""
    status: str = ""
    priority: str = ""
    parent: str = ""
    assignee: str = ""
    labels: tuple[str, ...] = ()
    created: str = ""
    created_by: str = ""
    description: str = ""
    requirements: str = ""
    criteria: tuple[Criterion, ...] = ()
    subtasks: tuple[Subtask, ...] = ()
    links: tuple[Link, ...] = ()
    aliases: tuple[TicketId, ...] = ()

    @property
    def open_criteria(self) -> tuple[Criterion, ...]:
        """The criteria that are not met yet."""
        return tuple(criterion for criterion in self.criteria if not criterion.done)

    @property
    def open_subtasks(self) -> tuple[Subtask, ...]:
        """The subtasks of which something is left."""
        return tuple(subtask for subtask in self.subtasks if not subtask.done)
