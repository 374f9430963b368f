"""What an agent needs to know of a ticket before it works on it, gathered and as text."""

from dataclasses import dataclass
from typing import NamedTuple

from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import read_file
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.model.transcript import TEXT, USER
from git_ticketer.ops import lookup, view
from git_ticketer.ops.context_text import as_json as as_json
from git_ticketer.ops.context_text import markdown as markdown
from git_ticketer.ops.queries import Row
from git_ticketer.ops.session_list import PENDING, PLANNED, Listed
from git_ticketer.ops.view import View
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.tickets import Tickets

LAST = 5
PROMPT = 120
HEADS = (1 << 16, 1 << 20)
"""How much of an archive is read for its first prompt: most have it in the first bytes."""


class Related(NamedTuple):
    """Another ticket; `kind` is a link's, `parent` or `child`; texts not known are empty."""

    kind: str
    id: str
    title: str = ""
    status: str = ""


class Note(NamedTuple):
    """What somebody said of a session."""

    author: str
    text: str


class Past(NamedTuple):
    """A session of the ticket; `prompt` is how the first prompt begins, `date` a UTC day."""

    id: str
    state: str
    title: str
    prompt: str
    date: str
    agent: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Context:
    """A ticket with what belongs to it; sessions and comments are the last ones, newest first.

    A ticket of another tracker is not `known` and has no more than its id, and a `url` where the
    team has one for such. `ticket` is None, too, where only another worktree has it; `where` is
    then that one, else the branch that has the ticket where the work tree has not.
    """

    id: TicketId
    known: bool
    ticket: Ticket | None = None
    related: tuple[Related, ...] = ()
    sessions: tuple[Past, ...] = ()
    comments: tuple[Comment, ...] = ()
    where: str = ""
    url: str = ""


def build(workspace: Workspace, word: str | None = None) -> Context:
    """The context of the ticket that `word` means, else of this session's.

    Raises: BadId, NoCurrentTicket, BadFile; NoSuchTicket with near matches for an id of this
    repository's own.
    """
    id = lookup.named(workspace, word)
    if Tickets(workspace.worktree).has(id):
        return _here(workspace, id)
    return _elsewhere(workspace, id)


def _here(workspace: Workspace, id: TicketId) -> Context:
    seen = view.view(workspace, id)
    ticket = seen.ticket
    sessions = _last(seen.sessions)
    notes = _notes(workspace, seen, sessions)
    listed = {one.id for one in seen.sessions}
    comments = [one for one in seen.comments if one.session not in listed][-LAST:]
    return Context(
        ticket.id,
        known=True,
        ticket=ticket,
        related=_related(seen),
        sessions=tuple(_past(workspace, one, notes) for one in sessions),
        comments=tuple(reversed(comments)),
    )


def _last(listed: tuple[Listed, ...]) -> list[Listed]:
    """The last sessions of others, newest first; a subagent's only where somebody noted on it."""
    ids = {one.id for one in listed}
    told = [
        one
        for one in listed
        if not one.mine and (one.notes or one.state == PLANNED or one.parent not in ids)
    ]
    return sorted(told, key=lambda one: one.started or one.ended, reverse=True)[:LAST]


def _elsewhere(workspace: Workspace, id: TicketId) -> Context:
    """A ticket that the work tree has by another id, or a branch has, or another tracker."""
    from git_ticketer.ops import known
    from git_ticketer.storage import team_config

    found = known.resolve(workspace, id)
    if not found.known:
        template = team_config.load(workspace.worktree.top).url_template
        return Context(id, known=False, url=template.replace("{id}", id))
    if not found.where:
        return _here(workspace, found.id)
    if not found.uid:
        return Context(id, known=True, where=found.where)
    seen = view.view(workspace, id, ref=found.where)
    links = tuple(Related(end.kind, end.id) for end in seen.links)
    comments = tuple(reversed(seen.comments[-LAST:]))
    return Context(id, True, seen.ticket, links, comments=comments, where=found.where)


def _related(seen: View) -> tuple[Related, ...]:
    """The parent, both ends of links and the children, with their titles and statuses."""
    near = {row.id: row for row in seen.related}
    named = [("parent", seen.ticket.parent)] if seen.ticket.parent else []
    named += [(end.kind, end.id) for end in seen.links]
    named += [("child", row.id) for row in seen.children]
    return tuple(_relation(kind, id, near.get(id)) for kind, id in dict.fromkeys(named))


def _relation(kind: str, id: str, row: Row | None) -> Related:
    return Related(kind, id, row.title, row.status) if row else Related(kind, id)


def _notes(workspace: Workspace, seen: View, sessions: list[Listed]) -> list[Comment]:
    """What was said of the sessions; of one that belongs to another ticket it lies there."""
    said = list(seen.comments)
    for other in sorted({one.ticket for one in sessions if one.notes} - {seen.ticket.id}):
        said += Tickets(workspace.worktree).comments(TicketId(other))[0]
    return said


def _past(workspace: Workspace, one: Listed, said: list[Comment]) -> Past:
    notes = [Note(c.author, c.text.strip()) for c in said if c.session == one.id]
    date = (one.started or one.ended)[:10]
    kept = tuple(note for note in notes if note.text in one.notes)
    return Past(one.id, one.state, one.title, _prompt(workspace, one), date, one.agent, kept)


def _prompt(workspace: Workspace, one: Listed) -> str:
    """How the first prompt of an archived session begins; empty where it cannot be told."""
    from git_ticketer.storage import archives
    from git_ticketer.storage.inside import inside

    if not archives.MAIN.fullmatch(one.path.rpartition("/")[2]):
        return ""
    pending = one.state == PENDING
    top = archives.waiting(workspace.worktree).top if pending else workspace.worktree.top
    try:
        path = str(inside(top, one.path))
        prompts = (_first_prompt(read_file(path, size), one.path, size) for size in HEADS)
        return next(filter(None, prompts), "")
    except (TicketerError, OSError):
        return ""


def _first_prompt(data: bytes, path: str, size: int) -> str:
    """The first prompt in the beginning of an archive; only whole entries are read of it."""
    from git_ticketer.storage import transcript_text, yamlfile
    from git_ticketer.storage.archives import BODY

    if len(data) == size:
        data = data[: max(data.rfind(b"\n- "), 0)]
    _, body, entries = data.partition(BODY.encode())
    document = yamlfile.parse(body + entries, path)
    for entry in transcript_text.entries_of(document) if entries else ():
        if entry.role == USER and entry.kind == TEXT and entry.text.strip():
            text = " ".join(entry.text[: 8 * PROMPT].split())
            return text if len(text) <= PROMPT else f"{text[: PROMPT - 1]}…"
    return ""
