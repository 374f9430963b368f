"""Parents and children: the tree that the `parent` of every ticket makes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from git_ticketer.model.workflow import CLOSED, Workflow
from git_ticketer.ops import lookup, queries
from git_ticketer.ops.edits import refuse_broken
from git_ticketer.ops.queries import Row
from git_ticketer.ops.workspace import Workspace

DEEPEST = 200


class Branch(NamedTuple):
    """A ticket with its children; `closed` of the `total` tickets below it are closed."""

    row: Row
    children: tuple["Branch", ...]
    closed: int
    total: int


class Tree(NamedTuple):
    """Tickets with those below them, and the broken ones, which are in no tree."""

    branches: list[Branch]
    broken: list[Row]


def tree(workspace: Workspace, word: str | None) -> Tree:
    """The tree below the ticket that `word` means; without a word, all that have children.

    A ticket that is its own ancestor is shown once. Raises: what `lookup.find` raises, and
    BrokenTicket.
    """
    flow = queries.workflow(workspace)
    wanted = lookup.find(workspace, word).ticket.id if word is not None else None
    answer = queries.find(workspace, ("sort:id",), everything=True)
    rows = answer.rows
    known = {row.id: row for row in rows}
    below: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.parent:
            below[row.parent].append(row)
    if wanted is not None:
        refuse_broken(workspace, wanted)
        return Tree([_branch(known[wanted], below, flow, frozenset())], answer.broken)
    tops = [row for row in rows if row.id in below and row.parent not in known]
    branches = [_branch(row, below, flow, frozenset()) for row in tops]
    shown = {id for branch in branches for id in _ids(branch)}
    for row in rows:  # what is left is below itself
        if row.id in below and row.id not in shown:
            branches.append(_branch(row, below, flow, frozenset()))
            shown |= _ids(branches[-1])
    return Tree(branches, answer.broken)


def _ids(branch: Branch) -> set[str]:
    return {branch.row.id}.union(*map(_ids, branch.children))


def _branch(
    row: Row, below: Mapping[str, list[Row]], flow: Workflow, above: frozenset[str]
) -> Branch:
    path = above | {row.id}
    under = [child for child in below.get(row.id, ()) if child.id not in path]
    children = tuple(_branch(c, below, flow, path) for c in under if len(path) < DEEPEST)
    closed = sum(c.closed + (flow.category(c.row.status) == CLOSED) for c in children)
    return Branch(row, children, closed, sum(c.total + 1 for c in children))
