"""What people say of an archived session: reviews, titles, notes and moves, each a comment file."""

from git_ticketer.errors import TicketerError
from git_ticketer.model.ticket import Comment
from git_ticketer.ops import edits, lookup, session_list
from git_ticketer.ops.session_list import MOVE, Listed
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.archives import Archives, NoSuchSession


class AlreadyThere(TicketerError):
    """A session that is to be moved to the ticket it belongs to."""

    def __init__(self, session: str, ticket: str) -> None:
        super().__init__(f"session {session} is {ticket}'s", hint=f"git ticket show {ticket}")
        self.session = session
        self.ticket = ticket


def find(workspace: Workspace, word: str) -> Listed:
    """The archived session that `word` names; raises NoSuchSession, BadFile."""
    id = Archives(workspace.worktree).named(word).header.id
    for one in session_list.everything(workspace).listed:
        if one.id == id:
            return one
    raise NoSuchSession(word)


def say(workspace: Workspace, word: str, kind: str, text: str) -> tuple[Comment, str]:
    """Write a review, title or note of a session, with its ticket; raises NoSuchSession."""
    one = find(workspace, word)
    return edits.comment(workspace, one.ticket, text, kind=kind, session=one.id)


def move(workspace: Workspace, word: str, ticket: str, text: str = "") -> tuple[Listed, str]:
    """Record that a session belongs to another ticket; its file stays where it is.

    Returns the session as it is now and the record's path. Raises: NoSuchSession, AlreadyThere,
    what lookup.find raises.
    """
    one = find(workspace, word)
    target = lookup.find(workspace, ticket).ticket
    if target.id == one.ticket:
        raise AlreadyThere(one.id, target.id)
    said = text or f"moved from {one.ticket}"
    _, path = edits.comment(workspace, target.id, said, kind=MOVE, session=one.id)
    return find(workspace, one.id), path
