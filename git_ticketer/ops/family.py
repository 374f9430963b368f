"""Parents and children: the tree that the `parent` of every ticket makes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from git_ticketer.model.workflow import CLOSED, Workflow
from git_ticketer.ops import lookup, queries
from git_ticketer.ops.queries import Row
from git_ticketer.ops.workspace import Workspace

DEEPEST = 50


class Branch(NamedTuple):
    """A ticket with its children; `closed` of the `total` tickets below it are closed."""

    row: Row
    children: tuple["Branch", ...]
    closed: int
    total: int


def tree(workspace: Workspace, word: str | None) -> list[Branch]:
    """The tree below the ticket that `word` means; without a word, all that have children.

    A ticket that is its own ancestor is shown once. Raises: what `lookup.find` raises.
    """
    flow = queries.workflow(workspace)
    wanted = lookup.find(workspace, word).ticket.id if word is not None else None
    rows = queries.find(workspace, ("sort:id",), everything=True).rows
    known = {row.id: row for row in rows}
    below: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.parent:
            below[row.parent].append(row)
    if wanted is not None:
        return [_branch(known[wanted], below, flow, frozenset())]
    tops = [row for row in rows if row.id in below and row.parent not in known]
    return [_branch(row, below, flow, frozenset()) for row in tops]


def _branch(
    row: Row, below: Mapping[str, list[Row]], flow: Workflow, above: frozenset[str]
) -> Branch:
    path = above | {row.id}
    under = [child for child in below.get(row.id, ()) if child.id not in path]
    children = tuple(_branch(c, below, flow, path) for c in under if len(path) < DEEPEST)
    closed = sum(c.closed + (flow.category(c.row.status) == CLOSED) for c in children)
    return Branch(row, children, closed, sum(c.total + 1 for c in children))
