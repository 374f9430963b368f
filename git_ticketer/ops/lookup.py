"""Which ticket a word on the command line means."""

from typing import TYPE_CHECKING

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops.workspace import Workspace, ticket_id

if TYPE_CHECKING:
    from git_ticketer.storage.tickets import Stored

CURRENT = "@"


class NoCurrentTicket(TicketerError):
    """No ticket was named, and this session has none."""

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self) -> None:
        super().__init__("no ticket is named, and none is attached", hint="git ticket attach ID")


def named(workspace: Workspace, word: str | None) -> TicketId:
    """The id that `word` means: an id, a bare number with this repository's prefix, or `@`.

    Nothing and `@` mean the ticket of this session. Raises: BadId, NoCurrentTicket.
    """
    if word is None or word == CURRENT:
        current = workspace.live.association().ticket
        if current is None:
            raise NoCurrentTicket
        return current
    if word.isascii() and word.isdigit():
        from git_ticketer.storage import team_config

        prefix = team_config.load(workspace.worktree.top).prefix
        return ticket_id(f"{prefix}-{word}" if prefix else word)
    return ticket_id(word)


def find(workspace: Workspace, word: str | None) -> "Stored":
    """The ticket that `word` means, also by a former id, in the work tree.

    Raises: BadId, NoCurrentTicket, NoSuchTicket with near matches, BadFile.
    """
    from git_ticketer.ops import known
    from git_ticketer.storage.tickets import Tickets

    id = named(workspace, word)
    tickets = Tickets(workspace.worktree)
    if tickets.has(id):
        return tickets.read(id)
    return tickets.read(known.in_work_tree(workspace, id))
