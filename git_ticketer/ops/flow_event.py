"""What happened to a ticket, as flows are told."""

from typing import NamedTuple

from git_ticketer.storage.flow_files import ARCHIVED, CREATED, STATUS


class Event(NamedTuple):
    """What happened: `type` is one of `flow_files.TYPES`, `ticket` the id.

    `before` and `after` are statuses: of a new ticket only `after`. `session` is the session that
    was archived.
    """

    type: str
    ticket: str
    before: str = ""
    after: str = ""
    session: str = ""


def created(ticket: str, status: str) -> Event:
    """A ticket was created."""
    return Event(CREATED, ticket, after=status)


def moved(ticket: str, before: str, after: str) -> Event:
    """A ticket has another status."""
    return Event(STATUS, ticket, before, after)


def archived(ticket: str, session: str) -> Event:
    """A session was archived under a ticket, or its archive went on."""
    return Event(ARCHIVED, ticket, session=session)
