"""Changes of a ticket: every one edits the lines of its own fields under the ticket's lock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import clock
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.changes import EDITABLE
from git_ticketer.model.keys import CRITERION_KEYS, KEYS, SUBTASK_KEYS
from git_ticketer.model.ticket import Comment, Criterion, Subtask, Ticket
from git_ticketer.model.workflow import CANCELLED, CLOSED, DONE, PENDING, Workflow
from git_ticketer.ops import flow_event, known, lookup
from git_ticketer.ops.create import (
    Unfit,
    new_keys,
    new_uid,
    one_line,
    priority_of,
    status_of,
    type_of,
)
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity, schema, team_config, yamledit, yamltext
from git_ticketer.storage.cache_fill import SAME_UID
from git_ticketer.storage.team_config import RELATIVE_PATH
from git_ticketer.storage.tickets import FILE, FOLDER, Change, Tickets
from git_ticketer.storage.yamlfile import MAX_BYTES, Document
from git_ticketer.storage.yamltext import Plain

Alter = Callable[[Document, Ticket], Document]
CRITERIA, SUBTASKS = "criteria", "subtasks"


class NoSuchItem(TicketerError):
    """A subtask or criterion that a ticket does not have; `near` are those that match in part."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, id: str, kind: str, word: str, near: list[str]) -> None:
        which = f" it may be: {', '.join(near)}" if near else ""
        super().__init__(
            f"{id} has no single {kind} {word[:60]!a};{which}".rstrip(";"),
            hint=f"git ticket todo {id}",
        )
        self.id = id
        self.kind = kind
        self.near = near


class BrokenTicket(TicketerError):
    """A ticket that cannot be edited by command; `problem` names file and line."""

    def __init__(self, id: str, problem: str, *, copy: bool = False) -> None:
        is_copy = copy or SAME_UID in problem
        hint = f"git ticket renumber {id}" if is_copy else "git ticket lint"
        super().__init__(problem, hint=hint)
        self.id = id


class NothingCloses(TicketerError):
    """A workflow of the team without any closed status."""

    def __init__(self) -> None:
        super().__init__(
            "the team's statuses have none of category closed", hint=f"edit {RELATIVE_PATH}"
        )


class StillOpen(TicketerError):
    """A ticket that is to be closed while something is left: how many of each."""

    def __init__(self, ticket: Ticket) -> None:
        parts = []
        for count, name in (
            (len(ticket.open_subtasks), "subtask"),
            (len(ticket.open_criteria), "criterion"),
        ):
            plural = {"subtask": "subtasks", "criterion": "criteria"}[name] if count > 1 else name
            parts += [f"{count} {plural}"] if count else []
        super().__init__(
            f"{ticket.id} has {' and '.join(parts)} open (--force closes it all the same)",
            hint=f"git ticket todo {ticket.id}",
        )


class ParentCycle(TicketerError):
    """A parent that is the ticket itself or one of its own children: `path` leads back to it."""

    def __init__(self, path: list[str]) -> None:
        super().__init__(
            f"a ticket cannot be its own parent: {' -> '.join(path)}",
            hint=f"git ticket tree {path[0]}",
        )
        self.path = path


@dataclass(frozen=True)
class Base:
    """The text of a ticket as it was opened in the editor."""

    id: TicketId
    text: str


@dataclass(frozen=True)
class Fields:
    """What `edit` sets; None leaves a field alone, an empty text takes it away."""

    title: str | None = None
    type: str | None = None
    status: str | None = None
    priority: str | None = None
    parent: TicketId | str | None = None
    assignee: str | None = None
    description: str | None = None
    requirements: str | None = None
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()


def edit(workspace: Workspace, word: str | None, fields: Fields, *, force: bool = False) -> Change:
    """Set fields of a ticket.

    `force` sets a status past the workflow. Raises: Unfit, NoTransition, StillOpen, ParentCycle,
    and what `lookup.find` and `Tickets.change` raise.
    """
    workflow = team_config.load(workspace.worktree.top).workflow
    fields = _fitting(fields, workflow)
    if fields.parent or fields.type is not None:
        _check_parent(workspace, lookup.find(workspace, word).ticket, fields, workflow)

    def alter(document: Document, ticket: Ticket) -> Document:
        if fields.status is not None:
            check_status(ticket, fields.status, workflow, force=force)
        return _with_labels(_with_texts(document, ticket, fields), ticket, fields)

    return change(workspace, word, alter)


def change(workspace: Workspace, word: str | None, alter: Alter) -> Change:
    """Edit the ticket that `word` means; see `Tickets.change`."""
    id = lookup.find(workspace, word).ticket.id
    refuse_broken(workspace, id)
    return _told(workspace, Tickets(workspace.worktree).change(id, alter))


def _told(workspace: Workspace, change: Change) -> Change:
    """The change; where it is one of the status, flows are told."""
    before, after = change.before.status, change.after.status
    if before != after:
        workspace.tell(flow_event.moved(change.after.id, before, after))
    return change


def refuse_broken(workspace: Workspace, id: str) -> None:
    """Refuse one of two tickets with the same uid: nobody can say which one is meant.

    Other broken tickets are refused when they are read. Raises: BrokenTicket.
    """
    from git_ticketer.storage import cache

    row = cache.peek(workspace.worktree, lambda rows: rows.find(id))
    if row is not None:
        if row.error:
            raise BrokenTicket(id, row.error)
        return
    ticket = lookup.find(workspace, id).ticket
    if known.is_copy(workspace, ticket.id, ticket.uid):
        problem = f"{FOLDER}/{id}/{FILE}: another ticket has the same uid"
        raise BrokenTicket(id, problem, copy=True)


def set_status(workspace: Workspace, word: str | None, status: str, *, force: bool) -> Change:
    """Move a ticket to a status, as its workflow allows. Raises: see `edit`."""
    return edit(workspace, word, Fields(status=status), force=force)


def close(workspace: Workspace, word: str | None, *, cancel: bool, force: bool) -> Change:
    """Close a ticket as done, or as cancelled; raises StillOpen and NoTransition."""
    workflow = team_config.load(workspace.worktree.top).workflow
    usual = CANCELLED if cancel else DONE
    closed = workflow.of_category(CLOSED)
    if not closed:
        raise NothingCloses
    status = usual if usual in closed else closed[-1 if cancel else 0]
    return set_status(workspace, word, status, force=force)


def reopen(workspace: Workspace, word: str | None) -> Change:
    """Take a closed ticket up again: the first status that may follow its own and is open."""
    workflow = team_config.load(workspace.worktree.top).workflow
    ticket = lookup.find(workspace, word).ticket
    if workflow.category(ticket.status) != CLOSED:
        return change(workspace, word, lambda document, _: document)
    known = workflow.statuses.get(ticket.status)
    following = known.following if known else (workflow.first,)
    allowed = [name for name in following if workflow.category(name) != CLOSED]
    return set_status(workspace, word, allowed[0] if allowed else workflow.first, force=True)


def comment(
    workspace: Workspace, word: str | None, text: str, *, kind: str = "comment", session: str = ""
) -> tuple[Comment, str]:
    """Add a comment to a ticket and return it with its path. Raises: Unfit, NoIdentity."""
    if not text.strip():
        raise Unfit("comment", text, "some text", hint="git ticket comment ID -m TEXT")
    ticket = lookup.find(workspace, word).ticket
    refuse_broken(workspace, ticket.id)
    new = Comment(
        uid=new_uid(),
        ticket=ticket.id,
        ticket_uid=ticket.uid,
        author=identity.author(workspace.worktree.git),
        created=clock.to_text(clock.now()),
        text=text,
        kind=kind,
        session=session,
    )
    if len(yamltext.dump(schema.comment_values(new)).encode()) > MAX_BYTES:
        raise Unfit("comment", text, f"at most {MAX_BYTES} bytes in all")
    return new, Tickets(workspace.worktree).add_comment(new)


def add_criterion(workspace: Workspace, word: str | None, text: str) -> tuple[Change, str]:
    """Add a criterion and return its key."""
    text = one_line("criterion", text)

    def make(key: str, now: str) -> Mapping[str, object]:
        return schema.criterion_values(Criterion(key, text, False, now))

    return _add_item(workspace, word, CRITERIA, make)


def add_subtask(workspace: Workspace, word: str | None, title: str) -> tuple[Change, str]:
    """Add a subtask and return its key."""
    title = one_line("subtask", title)

    def make(key: str, now: str) -> Mapping[str, object]:
        return schema.subtask_values(Subtask(key, title, PENDING, now))

    return _add_item(workspace, word, SUBTASKS, make)


def _add_item(
    workspace: Workspace,
    word: str | None,
    name: str,
    make: Callable[[str, str], Mapping[str, object]],
) -> tuple[Change, str]:
    key = ""

    def alter(document: Document, ticket: Ticket) -> Document:
        nonlocal key
        taken = {c.key for c in ticket.criteria} | {s.key for s in ticket.subtasks}
        (key,) = new_keys(1, taken)
        values = make(key, clock.to_text(clock.now()))
        return yamledit.put(document, (name, key), dict(values), KEYS)  # type: ignore[arg-type]

    return change(workspace, word, alter), key


def set_criterion(
    workspace: Workspace, word: str | None, item: str, *, done: bool
) -> tuple[Change, str]:
    """Tick a criterion, or take its tick away; `item` is its key or a part of its text."""
    key = ""

    def alter(document: Document, ticket: Ticket) -> Document:
        nonlocal key
        pairs = [(c.key, c.text) for c in ticket.criteria]
        key = _matching(ticket.id, "criterion", item, pairs)
        value = Plain("true" if done else "false")
        return yamledit.put(document, (CRITERIA, key, "done"), value, CRITERION_KEYS)

    return change(workspace, word, alter), key


def set_subtask(
    workspace: Workspace, word: str | None, item: str, status: str
) -> tuple[Change, str]:
    """Set the status of a subtask; `item` is its key or a part of its title."""
    key = ""

    def alter(document: Document, ticket: Ticket) -> Document:
        nonlocal key
        pairs = [(s.key, s.title) for s in ticket.subtasks]
        key = _matching(ticket.id, "subtask", item, pairs)
        return yamledit.put(document, (SUBTASKS, key, "status"), status, SUBTASK_KEYS)

    return change(workspace, word, alter), key


def _matching(id: str, kind: str, word: str, pairs: list[tuple[str, str]]) -> str:
    """The key of the one item that `word` means: its key, its text, or a part of it."""
    for fits in (
        lambda key, _: key == word,
        lambda key, _: key.casefold() == word.casefold(),
        lambda _, text: text.casefold() == word.casefold(),
        lambda _, text: bool(word.strip()) and word.casefold() in text.casefold(),
    ):
        found = [(key, text) for key, text in pairs if fits(key, text)]
        if len(found) == 1:
            return found[0][0]
        if found:
            raise NoSuchItem(id, kind, word, [f"{key} {text[:40]!r}" for key, text in found])
    raise NoSuchItem(id, kind, word, [f"{key} {text[:40]!r}" for key, text in pairs])


def _fitting(fields: Fields, workflow: Workflow) -> Fields:
    """The fields with the team's words in them; raises Unfit."""
    found = dict(vars(fields))
    if fields.title is not None:
        found["title"] = one_line("title", fields.title)
    if fields.type is not None:
        found["type"] = type_of(workflow, fields.type)
    if fields.status is not None:
        found["status"] = status_of(workflow, fields.status)
    if fields.priority is not None:
        found["priority"] = priority_of(fields.priority)
    found["add_labels"] = tuple(one_line("label", label) for label in fields.add_labels)
    return Fields(**found)


def check_status(ticket: Ticket, status: str, workflow: Workflow, *, force: bool) -> None:
    """Refuse a status that the workflow or an open item stands against.

    Raises: NoTransition, StillOpen.
    """
    if force or status == ticket.status:
        return
    workflow.check(ticket.id, ticket.status, status)
    closing = workflow.category(status) == CLOSED != workflow.category(ticket.status)
    if closing and status != CANCELLED and (ticket.open_subtasks or ticket.open_criteria):
        raise StillOpen(ticket)


def _check_parent(workspace: Workspace, ticket: Ticket, fields: Fields, workflow: Workflow) -> None:
    """Refuse a parent for a type without one, and one that is the ticket or below it."""
    parent = ticket.parent if fields.parent is None else fields.parent
    type = workflow.types.get(ticket.type if fields.type is None else fields.type)
    if parent and type and not type.parent:
        raise Unfit("parent", parent, f"none, a ticket of type {type.name} has no parent")
    tickets = Tickets(workspace.worktree)
    path, above = [str(ticket.id)], str(fields.parent or "")
    while above and above not in path[1:]:
        path.append(above)
        if above == ticket.id:
            raise ParentCycle(path)
        above = tickets.read(above).ticket.parent if tickets.has(above) else ""


def _with_texts(document: Document, ticket: Ticket, fields: Fields) -> Document:
    for name in EDITABLE:
        new = getattr(fields, name)
        if new is None or new == getattr(ticket, name):
            continue
        if new:
            document = yamledit.put(document, (name,), str(new), KEYS)
        else:
            document = yamledit.drop(document, (name,))
    return document


def _with_labels(document: Document, ticket: Ticket, fields: Fields) -> Document:
    for label in fields.remove_labels:
        for _ in range(ticket.labels.count(label)):
            document = yamledit.drop_item(document, ("labels",), label)
    for label in dict.fromkeys(fields.add_labels):
        if label not in ticket.labels:
            document = yamledit.add_item(document, ("labels",), label, KEYS)
    return document


def parent(workspace: Workspace, word: str) -> TicketId:
    """The ticket that may be a parent; raises UnknownTicket."""
    found: TicketId = known.resolve(workspace, lookup.named(workspace, word)).id
    return found


def readable(workspace: Workspace, word: str | None) -> Base:
    """The text of a ticket's file, also where it cannot be understood: it is there to be mended.

    Raises: NoSuchTicket, BadFile for what is not text.
    """
    tickets = Tickets(workspace.worktree)
    id = lookup.named(workspace, word)
    if not tickets.has(id):
        id = lookup.find(workspace, word).ticket.id
    return Base(id, tickets.text(id))


def replace_text(workspace: Workspace, base: Base, text: str) -> Change:
    """Store a text that a person edited, if it is a valid ticket of that id and uid.

    Raises: BadFile for a text that is none, ChangedMeanwhile.
    """
    return _told(workspace, Tickets(workspace.worktree).replace(base.id, base.text, text))
