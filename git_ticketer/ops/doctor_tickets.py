"""Doctor's checks of the tickets: are they merged by fields, are any broken or claimed twice."""

from git_ticketer.errors import TicketerError
from git_ticketer.install import attributes
from git_ticketer.ops import branches, queries
from git_ticketer.ops.check import OK, WARNING, Check
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.tickets import Tickets

SHOWN = 3


def merge_driver(work: Workspace) -> list[Check]:
    """Whether git merges tickets field by field here."""
    if not Tickets(work.worktree).names():
        return []
    try:
        found = attributes.status(work.worktree)
    except (TicketerError, OSError) as error:
        return [Check("merge driver", WARNING, str(error), "git ticket init")]
    if found.installed:
        return [Check("merge driver", OK, "tickets are merged field by field")]
    lacks = ".gitattributes lacks its lines" if found.missing else "git config lacks its command"
    return [Check("merge driver", WARNING, lacks, "git ticket init")]


def tickets(work: Workspace) -> list[Check]:
    """How many tickets there are, which are broken, and which ids several of them have."""
    try:
        answer = queries.find(work, (), everything=True)
        twice = branches.collisions(work.worktree)
    except TicketerError as error:
        return [Check("tickets", WARNING, error.message, error.hint)]
    if not answer.total and not answer.broken:
        return []
    found = [Check("tickets", OK, f"{answer.total} in the work tree")]
    for row in answer.broken[:SHOWN]:
        found.append(Check("broken", WARNING, row.error, "git ticket lint"))
    if len(answer.broken) > SHOWN:
        more = f"and {len(answer.broken) - SHOWN} more"
        found.append(Check("broken", WARNING, more, "git ticket lint"))
    found += [Check(f"same {one.kind}", WARNING, one.text, one.hint) for one in twice]
    return found
