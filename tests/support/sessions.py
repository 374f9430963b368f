"""Archived sessions for tests, written as files under their tickets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model import ulid
from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import (
    ASSISTANT,
    TOOL,
    TOOL_CALL,
    USER,
    Entry,
    Header,
    Output,
    Source,
    Span,
)
from git_ticketer.storage import archives, schema, yamltext
from tests.support.git import GitRepo

AT = "2026-11-22T09:00:00Z"
SAID = (
    Entry(USER, text="Please add an avatar", at=AT),
    Entry(TOOL, TOOL_CALL, name="Bash", input="grep zebra", output=Output(48, 6)),
    Entry(ASSISTANT, text="It has a mauve background now.", at="2026-11-22T09:05:00Z"),
)


def uid_of(number: int) -> str:
    """The uid of the ticket PROJ-`number`, as `tests.support.cached.put` gives it."""
    return ulid.make(number, bytes(10))


def header(id: str, number: int, said: Sequence[Entry] = SAID, **fields: Any) -> Header:
    """The header of a session of PROJ-`number`."""
    ticket = TicketId(f"PROJ-{number}")
    made = Header(
        SessionId(id),
        ticket,
        uid_of(number),
        "claude-code 2.1.12",
        Source("claude-code-jsonl", len(said)),
        started=AT,
        ended="2026-11-22T09:05:00Z",
        spans=(Span(ticket, 1, len(said)),),
    )
    return made._replace(**fields)


def archive(
    repo: GitRepo, id: str, number: int, said: Sequence[Entry] = SAID, **fields: Any
) -> Path:
    """Write the archive of a session and return its main file."""
    found = archives.files(header(id, number, said, **fields), said)
    paths = [repo.write(file.path, file.text) for file in found]
    return paths[0]


def say(repo: GitRepo, at: int, number: int, kind: str, session: str, text: str) -> Path:
    """Write what somebody said of a session, under PROJ-`number`; `at` orders it."""
    uid = ulid.make(at, b"comment---")
    comment = Comment(uid, f"PROJ-{number}", uid_of(number), "Dana", AT, text, kind, session)
    folder = f".tickets/PROJ-{number}/comments"
    return repo.write(f"{folder}/{uid}.yaml", yamltext.dump(schema.comment_values(comment)))


def plan(repo: GitRepo, at: int, number: int, title: str, parent: str = "") -> str:
    """Write a planned session and return its uid."""
    uid = ulid.make(at, b"plan------")
    values = {"ticket": f"PROJ-{number}", "ticket_uid": uid_of(number), "title": title}
    values |= {"parent": parent} if parent else {}
    path = f".tickets/PROJ-{number}/sessions/plan-{uid}.yaml"
    repo.write(path, yamltext.dump({**values}))
    return uid
