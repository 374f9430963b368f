"""Questions about the tickets of a worktree, answered from the cache."""

from collections.abc import Iterable
from typing import NamedTuple

from git_ticketer.lean.system import read_file
from git_ticketer.model import query
from git_ticketer.model.query import Among, Query
from git_ticketer.model.ticket import Ticket
from git_ticketer.model.workflow import ACTIVE, CLOSED, OPEN, Workflow
from git_ticketer.ops import people
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity
from git_ticketer.storage.cache_rows import Match, Row, Rows
from git_ticketer.storage.cache_sql import Progress

__all__ = ["Answer", "Match", "Row", "find", "ready", "related", "rows", "search"]

NOT_CLOSED = f"status:{OPEN},{ACTIVE}"


class Answer(NamedTuple):
    """What a query found: the rows shown, of how many, and the broken ones, which are extra."""

    rows: list[Row]
    total: int
    broken: list[Row]


class Found(NamedTuple):
    """What a search found: the matches shown, of how many, and what could not be searched."""

    matches: list[Match]
    words: tuple[str, ...]
    total: int
    broken: list[Row]


def nothing(done: int, total: int) -> None:
    """A progress that nobody watches."""


def rows(workspace: Workspace, *, deep: bool = False, progress: Progress = nothing) -> Rows:
    """The tickets of the worktree as they are in its files now; `deep` is with comments."""
    from git_ticketer.storage import cache  # SQLite, for those who ask only

    return cache.open(workspace.worktree, deep=deep, progress=progress)


def near(workspace: Workspace, id: str) -> Rows:
    """The tickets with their comments and sessions, for whom one of them is what counts."""
    from git_ticketer.storage import cache

    return cache.near(workspace.worktree, id)


def workflow(workspace: Workspace) -> Workflow:
    """The team's statuses and types; raises BadFile, LeadsOutside.

    A configuration that does not name any is not worth the import of a YAML reader.
    """
    path = f"{workspace.worktree.top}/.tickets/config.yaml"
    try:
        data = read_file(path)
    except OSError:
        data = b""
    lines = [line for line in data.splitlines() if not line.lstrip().startswith(b"#")]
    if not any(word in line for line in lines for word in (b"statuses", b"types", b"\\")):
        return Workflow()
    from git_ticketer.storage import team_config

    return team_config.load(workspace.worktree.top).workflow


def parsed(workspace: Workspace, words: Iterable[str], *, everything: bool = True) -> Query:
    """The query in some words; without `everything`, closed tickets only where it asks for them.

    Raises: BadQuery, and NoIdentity for `me`.
    """
    flow = workflow(workspace)
    found = query.parse(words, flow, lambda: people.me(workspace))
    if everything or found.asks_status:
        return found
    return found._replace(terms=(*query.parse([NOT_CLOSED], flow).terms, *found.terms))


def find(
    workspace: Workspace,
    words: Iterable[str],
    *,
    everything: bool = False,
    limit: int = 0,
    deep: bool = False,
    progress: Progress = nothing,
) -> Answer:
    """The tickets that a query means, at most `limit` where that is not 0; see `parsed`."""
    asked = parsed(workspace, words, everything=everything)
    flow = workflow(workspace)

    def question(found: Rows) -> Answer:
        shown = found.rows(asked, flow, limit)
        total = found.count(asked) if limit and len(shown) == limit else len(shown)
        return Answer(shown, total, found.broken())

    from git_ticketer.storage import cache

    deep = deep or asked.deep
    return cache.ask(workspace.worktree, question, deep=deep, progress=progress)


def elsewhere(
    workspace: Workspace, words: Iterable[str], *, everything: bool = False
) -> tuple[list[Row], list[Row]]:
    """The tickets that a query means and that only other branches have; and the broken ones."""
    from git_ticketer.ops import branches

    asked = parsed(workspace, words, everything=everything)
    good, bad = branches.elsewhere(workspace.worktree)
    refs = {ticket.uid: ref for ref, ticket in good}
    subjects = (query.subject(ticket) for _, ticket in good)
    meant = [subject for subject in subjects if query.matches(asked, subject)]
    found = query.arranged(asked, meant, workflow(workspace))
    broken = [Row(error.path.split("/")[-2], error.path, error.message) for error in bad]
    return [_row(one.ticket, refs[one.ticket.uid]) for one in found], broken


def _row(ticket: Ticket, ref: str) -> Row:
    return Row(
        id=ticket.id,
        path=f".tickets/{ticket.id}/ticket.yaml",
        uid=ticket.uid,
        title=ticket.title,
        type=ticket.type,
        status=ticket.status,
        priority=ticket.priority,
        parent=ticket.parent,
        assignee=ticket.assignee,
        labels=ticket.labels,
        created=ticket.created,
        subtasks_done=len(ticket.subtasks) - len(ticket.open_subtasks),
        subtasks=len(ticket.subtasks),
        criteria_done=len(ticket.criteria) - len(ticket.open_criteria),
        criteria=len(ticket.criteria),
        links=tuple(map(str, ticket.links)),
        aliases=ticket.aliases,
        ref=ref,
    )


def search(
    workspace: Workspace, words: Iterable[str], *, limit: int = 0, progress: Progress = nothing
) -> Found:
    """The tickets with some words in their text, comments or sessions, the best match first."""
    asked = parsed(workspace, words)

    def question(found: Rows) -> Found:
        matches = found.search(asked, limit)
        total = found.searched(asked) if limit and len(matches) == limit else len(matches)
        return Found(matches, tuple(w.text for w in asked.words), total, found.broken())

    from git_ticketer.storage import cache

    return cache.ask(workspace.worktree, question, deep=True, progress=progress)


def related(found: Rows, ticket: Ticket) -> list[Row]:
    """The tickets that a ticket has to do with: its parent, children, and both ends of links."""
    named = [query.fold_id(id) for id in (ticket.parent, *(link.target for link in ticket.links))]
    known = [row for row in map(found.find, filter(None, named)) if row]
    every = [*known, *found.by_parent(ticket.id), *found.linked_to(ticket.id)]
    return list({row.path: row for row in every}.values())


def ready(workspace: Workspace, words: Iterable[str] = ()) -> Answer:
    """What can be started now, the most urgent and oldest first, among what a query means.

    Open, nobody's or the user's own, and not blocked by a ticket that is not closed; a block may
    stand on either of the two.
    """
    flow = workflow(workspace)
    asked = query.parse([f"status:{OPEN}", "sort:priority"], flow)
    more = query.parse(words, flow, lambda: people.me(workspace))
    asked = asked._replace(terms=(*asked.terms, *more.terms, _mine(workspace)))
    with rows(workspace, deep=more.deep) as found:
        every = found.rows(asked, flow)
        blocked = _blocked(found, flow)
        free = [row for row in every if row.id not in blocked and not _waits(row, found, flow)]
        return Answer(free, len(free), found.broken())


def _mine(workspace: Workspace) -> Among:
    """What is nobody's or the user's, if git knows who that is."""
    try:
        return Among("assignee", ("", query.fold_person(people.me(workspace))))
    except identity.NoIdentity:
        return Among("assignee", ("",))


def _blocked(found: Rows, flow: Workflow) -> set[str]:
    """The tickets that others which are not closed say they block."""
    blocking = found.rows(query.parse(["has:link", NOT_CLOSED], flow), flow)
    links = (_link(link) for row in blocking for link in row.links)
    return {query.fold_id(target) for kind, target in links if kind == "blocks"}


def _waits(row: Row, found: Rows, flow: Workflow) -> bool:
    """Whether a ticket says itself that one which is not closed blocks it."""
    others = [target for kind, target in map(_link, row.links) if kind == "blocked-by"]
    known = filter(None, (found.find(query.fold_id(other)) for other in others))
    return any(flow.category(other.status) != CLOSED for other in known)


def _link(text: str) -> tuple[str, str]:
    kind, _, target = text.partition(" ")
    return kind, target
