"""What the cache answers to the other commands: what is related, and what can be started."""

import gc
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from git_ticketer.model.ticket import Link
from git_ticketer.ops import log, queries, session_list, view
from git_ticketer.ops.workspace import Workspace, open_workspace
from tests.support.cached import folder, put
from tests.support.git import GitRepo


def workspace(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), os.environ)


def ids(rows: list[queries.Row]) -> list[str]:
    return [row.id for row in rows]


def test_children_and_links_are_found_from_the_other_end(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "parent")
    put(empty_repo, 2, "child", parent="proj-1")
    put(empty_repo, 3, "blocker", links=(Link("blocks", "PROJ-1"),))
    put(empty_repo, 4, "other", links=(Link("relates-to", "https://example.com"),))
    work = workspace(empty_repo)

    found = view.view(work, "PROJ-1")

    assert [row.id for row in found.children] == ["PROJ-2"]
    assert [(end.kind, end.id) for end in found.incoming] == [("blocked-by", "PROJ-3")]


def test_ready_is_open_and_free_and_not_blocked_from_either_end(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "low", status="backlog", priority="low")
    put(empty_repo, 2, "urgent", status="planned", priority="critical")
    put(empty_repo, 3, "mine", status="planned", assignee="dana@example.com")
    put(empty_repo, 4, "somebody's", status="planned", assignee="ann@example.com")
    put(empty_repo, 5, "begun", status="in-progress", links=(Link("blocks", "PROJ-6"),))
    put(empty_repo, 6, "blocked", status="planned")
    put(empty_repo, 7, "waits", status="planned", links=(Link("blocked-by", "PROJ-5"),))
    put(empty_repo, 8, "done", status="done", links=(Link("blocks", "PROJ-9"),))
    put(empty_repo, 9, "free", status="planned", links=(Link("blocked-by", "PROJ-8"),))

    assert ids(queries.ready(workspace(empty_repo)).rows) == [
        "PROJ-2",
        "PROJ-1",
        "PROJ-9",
        "PROJ-3",
    ]
    assert ids(queries.ready(workspace(empty_repo), ["priority:low"]).rows) == ["PROJ-1"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: queries.find(work, [], limit=2),
        lambda work: queries.search(work, ["one"]),
        queries.ready,
        lambda work: view.view(work, "PROJ-1"),
        lambda work: log.log(work, "PROJ-1"),
        session_list.everything,
    ],
    ids=["find", "search", "ready", "view", "log", "sessions"],
)
def test_a_program_that_asks_again_and_again_does_not_lock_the_cache(
    empty_repo: GitRepo, ask: Callable[[Workspace], object]
) -> None:
    put(empty_repo, 1, "one")
    empty_repo.commit("first")
    gc.disable()
    try:
        for _ in range(3):  # the first one fills the cache
            ask(workspace(empty_repo))
        place = folder(empty_repo) / "tickets.db"
        with closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
    finally:
        gc.enable()
