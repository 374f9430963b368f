"""Creating a ticket, and which parent it gets.

The parent's rule is the same for every way of creating: named (also as none) before the session's
ticket, before the team's default, before asking. An opted-out session gives none, also where the
team has a default. No text is ever searched for a parent.
"""

import os
from dataclasses import dataclass, replace

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock, decide
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Criterion, Link, Subtask, Ticket
from git_ticketer.model.ulid import make, short_key
from git_ticketer.model.workflow import (
    DEFAULT_PRIORITY,
    DEFAULT_TYPE,
    PENDING,
    PRIORITIES,
    SUBTASK_STATUSES,
    Workflow,
    normal,
)
from git_ticketer.ops import flow_event, known
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity, numbers, schema, team_config, yamltext
from git_ticketer.storage.team_config import RANDOM, TeamConfig
from git_ticketer.storage.tickets import Tickets
from git_ticketer.storage.yamlfile import MAX_BYTES

MAX_LINE = 1000
"""Characters of a title and of other texts of one line."""

EXPLICIT, SESSION, DEFAULT, NONE = "explicit", "session", "default", "none"


class DecisionNeeded(TicketerError):
    """A ticket is created while nobody decided what this session is for, and nobody can be asked.

    `session` is the session's id, None where it could not be stored.
    """

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self, session: str | None) -> None:
        super().__init__(
            "no ticket association found for this work session; nothing was created",
            hint="git ticket attach PROJ-123\ngit ticket attach --none\n"
            "or for this one ticket only: --parent ID, --no-parent",
        )
        self.session = session


class Unfit(TicketerError):
    """A value for a field that it cannot have: `field`, `value`."""

    exit_code = ExitCode.USAGE

    def __init__(self, field: str, value: str, expected: str, *, hint: str = "") -> None:
        super().__init__(f"{field} cannot be {value[:60]!a}: expected {expected}", hint=hint)
        self.field = field
        self.value = value


class NoPrefix(TicketerError):
    """The team has not settled what its ids begin with."""

    def __init__(self) -> None:
        super().__init__("this repository has no prefix for ids", hint="git ticket init")


@dataclass(frozen=True)
class Draft:
    """A ticket to be created. `parent` None is not named, `no_parent` names none."""

    title: str
    type: str = ""
    status: str = ""
    priority: str = ""
    assignee: str = ""
    parent: TicketId | None = None
    no_parent: bool = False
    labels: tuple[str, ...] = ()
    description: str = ""
    requirements: str = ""
    criteria: tuple[str, ...] = ()
    subtasks: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Created:
    """A ticket that was created: where its file is, and what its parent comes from."""

    ticket: Ticket
    path: str
    parent_from: str
    parent_known: bool | None = None


def check(workspace: Workspace, draft: Draft) -> tuple[Draft, TeamConfig]:
    """The draft with the team's words in it, before anybody is asked anything.

    Raises: Unfit, NoPrefix, BadFile, UnknownTicket.
    """
    team = team_config.load(workspace.worktree.top)
    if not team.prefix:
        raise NoPrefix
    found = replace(
        draft,
        title=one_line("title", draft.title),
        type=type_of(team.workflow, draft.type or _usual_type(team.workflow)),
        status=status_of(team.workflow, draft.status or team.workflow.first),
        priority=priority_of(draft.priority or DEFAULT_PRIORITY),
        labels=tuple(one_line("label", label) for label in draft.labels),
        criteria=tuple(one_line("criterion", text) for text in draft.criteria),
        subtasks=tuple(one_line("subtask", text) for text in draft.subtasks),
    )
    if draft.parent and not team.workflow.types[found.type].parent:
        raise Unfit("parent", draft.parent, f"none, a ticket of type {found.type} has no parent")
    return found, team


def needs_decision(workspace: Workspace, draft: Draft, team: TeamConfig) -> bool:
    """Whether a person must decide before this draft can be created."""
    if draft.parent or draft.no_parent or not team.workflow.types[draft.type].parent:
        return False
    undecided = workspace.live.association().decision == decide.UNDECIDED
    return undecided and not team.default_parent


def create(workspace: Workspace, draft: Draft) -> Created:
    """Create a ticket; on disk when this returns.

    Raises: DecisionNeeded where its parent is nobody's decision yet; what `check` raises,
    NoIdentity, OSError. Nothing is written then but the number, which stays used.
    """
    draft, team = check(workspace, draft)
    if needs_decision(workspace, draft, team):
        raise DecisionNeeded(workspace.live.association().session)
    parent, origin = _parent(workspace, draft, team)
    found = known.resolve(workspace, parent) if parent else None
    author = identity.author(workspace.worktree.git)
    ticket = _ticket(draft, TicketId(f"{team.prefix}-1"), author, found.id if found else "")
    text = yamltext.dump(schema.ticket_values(ticket))
    if len(text.encode()) > MAX_BYTES:  # what cannot be written must not use a number up
        raise Unfit("description", draft.description, f"at most {MAX_BYTES} bytes in all")
    id = numbers.reserve(workspace.worktree, team.prefix, random=team.id_style == RANDOM)
    ticket = ticket._replace(id=id)
    path = Tickets(workspace.worktree).create(ticket)
    workspace.tell(flow_event.created(ticket.id, ticket.status))
    return Created(ticket, path, origin, found.known if found else None)


def _parent(workspace: Workspace, draft: Draft, team: TeamConfig) -> tuple[TicketId | None, str]:
    if draft.no_parent or not team.workflow.types[draft.type].parent:
        return None, NONE
    if draft.parent:
        return draft.parent, EXPLICIT
    association = workspace.live.association()
    if association.ticket:
        return association.ticket, SESSION
    if association.decision == decide.OPTED_OUT or not team.default_parent:
        return None, NONE
    return TicketId(team.default_parent), DEFAULT


def _ticket(draft: Draft, id: TicketId, author: str, parent: str) -> Ticket:
    now = clock.to_text(clock.now())
    keys = new_keys(len(draft.criteria) + len(draft.subtasks), set())
    return Ticket(
        uid=new_uid(),
        id=id,
        title=draft.title,
        type=draft.type,
        status=draft.status,
        priority=draft.priority,
        parent=parent,
        assignee=draft.assignee,
        labels=draft.labels,
        created=now,
        created_by=author,
        description=draft.description,
        requirements=draft.requirements,
        criteria=tuple(Criterion(keys.pop(), text, False, now) for text in draft.criteria),
        subtasks=tuple(Subtask(keys.pop(), text, PENDING, now) for text in draft.subtasks),
        links=draft.links,
    )


def new_uid() -> str:
    """A ULID of now."""
    return make(clock.milliseconds(), os.urandom(10))


def new_keys(count: int, taken: set[str]) -> list[str]:
    """So many short keys that are not in `taken`, the first to be used last.

    Items of one moment are shown sorted by key, so they get theirs in order.
    """
    found: set[str] = set()
    while len(found) < count:
        found |= {short_key(os.urandom(4))} - taken
    return sorted(found, reverse=True)


def one_line(field: str, text: str) -> str:
    """A text that stands on one line; raises Unfit."""
    clean = text.strip()
    if not clean or any(c < " " or "\x7f" <= c < "\xa0" for c in clean):
        raise Unfit(field, text, "one line of text")
    if len(clean) > MAX_LINE:
        raise Unfit(field, text, f"at most {MAX_LINE} characters")
    return clean


def _usual_type(workflow: Workflow) -> str:
    return DEFAULT_TYPE if DEFAULT_TYPE in workflow.types else next(iter(workflow.types))


def type_of(workflow: Workflow, text: str) -> str:
    """A type that the team has; raises Unfit."""
    return _one_of("type", normal(text), tuple(workflow.types))


def status_of(workflow: Workflow, text: str) -> str:
    """A status that the team has; raises Unfit."""
    return _one_of("status", normal(text), tuple(workflow.statuses))


def priority_of(text: str) -> str:
    """A priority; raises Unfit."""
    return _one_of("priority", normal(text), PRIORITIES)


def subtask_status_of(text: str) -> str:
    """A status of a subtask; raises Unfit."""
    return _one_of("status of a subtask", normal(text), SUBTASK_STATUSES)


def _one_of(field: str, text: str, known: tuple[str, ...]) -> str:
    if text in known:
        return text
    raise Unfit(field, text, f"one of {', '.join(known)}")
