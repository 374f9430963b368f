"""A ticket as JSON: the keys of its file, with booleans and null where YAML has words."""

from typing import Any

from git_ticketer.model.ticket import Comment, Ticket


def as_json(ticket: Ticket) -> dict[str, Any]:
    """Every key of a ticket; a text that is not there is null."""
    found: dict[str, Any] = {name: value or None for name, value in ticket._asdict().items()}
    return found | {
        "labels": list(ticket.labels),
        "links": [str(link) for link in ticket.links],
        "aliases": list(ticket.aliases),
        "criteria": {c.key: _without_key(c._asdict()) for c in ticket.criteria},
        "subtasks": {s.key: _without_key(s._asdict()) for s in ticket.subtasks},
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """Every key of a comment."""
    return {name: value or None for name, value in comment._asdict().items()}


def _without_key(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "key"}
