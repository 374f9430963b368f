"""Tickets for tests of the cache: written as files, and what the cache says of them."""

import os
from pathlib import Path
from typing import Any

from git_ticketer.lean.ids import TicketId
from git_ticketer.model import ulid
from git_ticketer.model.query import Query
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.model.workflow import Workflow
from git_ticketer.storage import cache, schema, worktree, yamltext
from git_ticketer.storage.cache_rows import Row
from tests.support.git import GitRepo

FLOW = Workflow()
DAY = "2026-11-22T09:00:00Z"


def put(repo: GitRepo, number: int, title: str, **fields: Any) -> Path:
    """Write the ticket PROJ-`number` and return its file."""
    uid = ulid.make(number, bytes(10))
    ticket = Ticket(uid, TicketId(f"PROJ-{number}"), title, created=DAY)._replace(**fields)
    text = yamltext.dump(schema.ticket_values(ticket))
    return repo.write(f".tickets/PROJ-{number}/ticket.yaml", text)


def remark(repo: GitRepo, number: int, text: str) -> Path:
    """Write a comment on a ticket and return its file."""
    uid = ulid.make(number, b"comment---")
    values = schema.comment_values(Comment(uid, f"PROJ-{number}", uid, "Dana", DAY, text))
    return repo.write(f".tickets/PROJ-{number}/comments/{uid}.yaml", yamltext.dump(values))


def titles(repo: GitRepo) -> dict[str, str]:
    """The ids with their titles, or with what is wrong with them."""
    return {row.id: row.error or row.title for row in every(repo)}


def every(repo: GitRepo, *, deep: bool = False) -> list[Row]:
    """All rows, the broken ones last."""
    rows = cache.open(worktree.find(str(repo.path), os.environ), deep=deep)
    found = rows.rows(Query(), FLOW) + rows.broken()
    assert rows.all() == found
    rows.close()
    return found


def folder(repo: GitRepo) -> Path:
    """Where the cache is."""
    return Path(repo.path, repo.git("rev-parse", "--git-common-dir"), "ticketer/cache")
