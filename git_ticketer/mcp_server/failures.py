"""Known trouble as an answer: what went wrong and what to call next, in our words alone.

An agent takes the text of an error for the tool's own. So what a file of the repository says, and
an error quotes, is left out of it; where it helps to choose it is given as data beside it.
"""

from collections.abc import Callable
from typing import Any

from git_ticketer.errors import TicketerError
from git_ticketer.ops.edits import BrokenTicket, NoSuchItem
from git_ticketer.ops.start import Claimed
from git_ticketer.storage.yamlfile import BadFile

LONGEST = 400
LINT = "git ticket lint"


def answer(error: TicketerError | OSError) -> dict[str, Any]:
    """The answer for an error, `success: false`."""
    if isinstance(error, OSError):
        return {"success": False, "error": error.strerror or type(error).__name__, "hint": None}
    for kind, say in SAID.items():
        if isinstance(error, kind):
            return {"success": False, **say(error)}
    return {"success": False, "error": error.message[:LONGEST], "hint": error.hint or None}


def _bad_file(error: Any) -> dict[str, Any]:
    place = f"{error.path}:{error.line}" if error.line else error.path
    return {"error": f"{place}: broken, and no command reads it", "hint": LINT}


def _broken_ticket(error: Any) -> dict[str, Any]:
    return {"error": f"the file of {error.id} is broken", "hint": LINT}


def _no_such_item(error: Any) -> dict[str, Any]:
    reason = f"{error.id} has no single {error.kind} of that key or text"
    return {"error": reason, "hint": error.hint, "there_are": error.near}


def _claimed(error: Any) -> dict[str, Any]:
    reason = "it is assigned to somebody else"
    return {"error": reason, "hint": error.hint, "assignee": error.assignee}


SAID: dict[type[TicketerError], Callable[[Any], dict[str, Any]]] = {
    BadFile: _bad_file,
    BrokenTicket: _broken_ticket,
    NoSuchItem: _no_such_item,
    Claimed: _claimed,
}
"""How those errors are told that quote what a file says."""
