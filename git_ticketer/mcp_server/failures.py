"""Known trouble as an answer: what went wrong and what to call next, in our words alone.

An agent takes the text of an error for the tool's own. So what a file of the repository says, and
an error quotes, is left out of it; where it helps to choose it is given as data beside it.
"""

from collections.abc import Callable
from typing import Any

from git_ticketer.errors import TicketerError
from git_ticketer.mcp_server import hints
from git_ticketer.mcp_server.data import LABEL
from git_ticketer.model.query import BadQuery
from git_ticketer.model.workflow import NoTransition
from git_ticketer.ops.create import Unfit
from git_ticketer.ops.edits import BrokenTicket, NoSuchItem, StillOpen
from git_ticketer.ops.save import CommitFailed
from git_ticketer.ops.session_place import StillPlanned
from git_ticketer.ops.start import Claimed
from git_ticketer.storage.worktree import NotAWorktree
from git_ticketer.storage.yamlfile import MAX_BYTES, BadFile

LONGEST = 400
LINT = "git ticket lint"
TOO_LARGE = f"larger than {MAX_BYTES} bytes"
DOCTOR = "git ticket doctor"
START = "start the MCP server inside a repository, or with: git ticket mcp --repo PATH"


def answer(error: TicketerError | OSError) -> dict[str, Any]:
    """The answer for an error, `success: false`."""
    if isinstance(error, OSError):
        return {"success": False, "error": _system(error), "hint": DOCTOR}
    for kind, say in SAID.items():
        if isinstance(error, kind):
            return {"success": False, **say(error)}
    return {"success": False, **_plain(error, error.message)}


def _plain(error: TicketerError, reason: str) -> dict[str, Any]:
    return {"error": reason[:LONGEST], "hint": hints.for_agents(error.hint)}


def _system(error: OSError) -> str:
    """What the system refused, and for which file."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{str(error.filename)[:LONGEST]}: {reason}" if error.filename else reason


def _beside(error: TicketerError, reason: str, **data: Any) -> dict[str, Any]:
    """An error with data of files beside it."""
    found = _plain(error, reason)
    given = {name: values for name, values in data.items() if values}
    if "there_are" in given:
        found["hint"] = found["hint"] or "one of there_are"
    return found | ({"about_this_data": LABEL, **given} if given else {})


def _listed(error: TicketerError, opening: str) -> dict[str, Any]:
    """An error that ends with a list of what the team has: the list is data."""
    reason, _, there = error.message.partition(opening)
    return _beside(error, reason, there_are=[word for word in there.split(", ") if word])


def _bad_file(error: Any) -> dict[str, Any]:
    place = f"{error.path}:{error.line}" if error.line else error.path
    if error.reason == TOO_LARGE:
        return {"error": f"{place[-LONGEST:]}: {TOO_LARGE}", "hint": "less text, in several pieces"}
    return {"error": f"{place[-LONGEST:]}: broken, and no command reads it", "hint": LINT}


def _broken_ticket(error: Any) -> dict[str, Any]:
    return {"error": f"the file of {error.id} is broken", "hint": LINT}


def _no_such_item(error: Any) -> dict[str, Any]:
    reason = f"{error.id} has no single {error.kind} of that key or text"
    return _beside(error, reason, there_are=list(error.near))


def _no_transition(error: Any) -> dict[str, Any]:
    reason = "the team's workflow does not lead there from the ticket's status"
    return _beside(error, reason, status=error.before, there_are=list(error.allowed)) | {
        "hint": "ticket_status with one of there_are, or with force=true"
    }


def _still_open(error: Any) -> dict[str, Any]:
    return _plain(error, error.message.replace("--force", "force=true"))


def _still_planned(error: Any) -> dict[str, Any]:
    return _plain(error, f"session {error.plan} is planned: there is nothing to read yet")


def _claimed(error: Any) -> dict[str, Any]:
    return _beside(error, "it is assigned to somebody else", assignee=error.assignee)


def _commit_failed(error: Any) -> dict[str, Any]:
    return _beside(error, "git or one of its hooks refused the commit", said=error.said)


def _not_a_worktree(error: Any) -> dict[str, Any]:
    return {"error": error.message[:LONGEST], "hint": START}


SAID: dict[type[TicketerError], Callable[[Any], dict[str, Any]]] = {
    BadFile: _bad_file,
    BadQuery: lambda error: _listed(error, "; there are: "),
    BrokenTicket: _broken_ticket,
    Claimed: _claimed,
    CommitFailed: _commit_failed,
    NoSuchItem: _no_such_item,
    NoTransition: _no_transition,
    NotAWorktree: _not_a_worktree,
    StillOpen: _still_open,
    StillPlanned: _still_planned,
    Unfit: lambda error: _listed(error, ": expected one of "),
}
"""How those errors are told that quote what a file says, or that mean the command line."""
