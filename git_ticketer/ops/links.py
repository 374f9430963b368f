"""Links between tickets, seen from both ends but written at one: two files never disagree."""

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.model.keys import KEYS
from git_ticketer.model.ticket import INVERSES, LINK_KINDS, Link, Ticket
from git_ticketer.model.workflow import normal
from git_ticketer.ops import edits, known, lookup
from git_ticketer.ops.create import Unfit
from git_ticketer.ops.workspace import BadId, Workspace
from git_ticketer.storage import yamledit
from git_ticketer.storage.tickets import Change, Tickets
from git_ticketer.storage.yamlfile import Document

PARENT, CHILD = "parent", "child"
KINDS = (*LINK_KINDS, PARENT, CHILD)
SCHEMES = ("https://", "http://")


class NoSuchLink(TicketerError):
    """A link that neither of its ends has."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, id: str, link: Link) -> None:
        super().__init__(f"{id} has no link {str(link)[:80]!a}", hint=f"git ticket show {id}")
        self.link = link


def parse(workspace: Workspace, kind: str, target: str) -> Link:
    """A link from its two words; the target is a ticket that may be linked, or a URL.

    Raises: Unfit, UnknownTicket.
    """
    kind = normal(kind)
    if kind not in KINDS:
        raise Unfit("kind", kind, f"one of {', '.join(KINDS)}")
    if target.startswith(SCHEMES) and kind not in (PARENT, CHILD):
        if any(c.isspace() for c in target):
            raise Unfit("target", target, "an address without blanks")
        return Link(kind, target)
    return Link(kind, known.resolve(workspace, lookup.named(workspace, target)).id)


def link(workspace: Workspace, word: str | None, kind: str, target: str) -> Change:
    """Link a ticket to another, or to a URL; one that is there already stays as it is.

    Raises: Unfit, UnknownTicket, ParentCycle, what `edits.change` does.
    """
    new = parse(workspace, kind, target)
    ticket = lookup.find(workspace, word).ticket
    if new.target == ticket.id:
        raise Unfit("target", target, "another ticket")
    if new.kind == PARENT:
        return edits.edit(workspace, ticket.id, edits.Fields(parent=new.target))
    if new.kind == CHILD:
        return edits.edit(workspace, new.target, edits.Fields(parent=ticket.id))
    if _other_end(workspace, ticket.id, new):
        return edits.change(workspace, ticket.id, lambda document, _: document)
    return edits.change(workspace, ticket.id, lambda document, now: _with(document, now, new))


def _with(document: Document, ticket: Ticket, new: Link) -> Document:
    if any(_is_same(link, new) for link in ticket.links):
        return document
    return yamledit.add_item(document, ("links",), str(new), KEYS)


def unlink(workspace: Workspace, word: str | None, kind: str, target: str) -> Change:
    """Take a link away at whichever end it is written; raises NoSuchLink."""
    ticket = lookup.find(workspace, word).ticket
    old = Link(normal(kind), _target(workspace, target))
    if old.kind == PARENT and ticket.parent == old.target:
        return edits.edit(workspace, ticket.id, edits.Fields(parent=""))
    if old.kind == CHILD and _parent_of(workspace, old.target) == ticket.id:
        return edits.edit(workspace, old.target, edits.Fields(parent=""))
    if any(_is_same(link, old) for link in ticket.links):
        return _without(workspace, ticket.id, old)
    other = _other_end(workspace, ticket.id, old)
    if other:
        return _without(workspace, old.target, other)
    raise NoSuchLink(ticket.id, old)


def _target(workspace: Workspace, text: str) -> str:
    """What a link that is there may point to; whatever was written by hand can be taken away."""
    try:
        return lookup.named(workspace, text)
    except BadId:
        return text


def _without(workspace: Workspace, id: str, old: Link) -> Change:
    def alter(document: Document, ticket: Ticket) -> Document:
        written = [raw for raw in _raw_links(document) if _is_same(_parsed(raw), old)]
        if not written:
            raise NoSuchLink(id, old)
        for raw in written:
            document = yamledit.drop_item(document, ("links",), raw)
        return document

    return edits.change(workspace, id, alter)


def _raw_links(document: Document) -> list[str]:
    """The links as they are written."""
    values = document.value.get("links", []) if isinstance(document.value, dict) else []
    return [item for item in values if isinstance(item, str)]


def _parsed(raw: str) -> Link:
    kind, _, target = raw.partition(" ")
    return Link(normal(kind), target.strip())


def _is_same(one: Link, other: Link) -> bool:
    """Whether two links say the same, however a person wrote them."""
    same_target = (one.ticket or one.target) == (other.ticket or other.target)
    return normal(one.kind) == normal(other.kind) and same_target


def _other_end(workspace: Workspace, id: str, link: Link) -> Link | None:
    """The same link as the ticket it points to has it; None where that has none."""
    tickets = Tickets(workspace.worktree)
    if not link.ticket or not tickets.has(link.ticket):
        return None
    inverse = Link(INVERSES[link.kind], id)
    links = tickets.read(link.ticket).ticket.links
    return next((found for found in links if _is_same(found, inverse)), None)


def _parent_of(workspace: Workspace, id: str) -> str:
    tickets = Tickets(workspace.worktree)
    return tickets.read(id).ticket.parent if tickets.has(id) else ""
