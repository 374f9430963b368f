"""The cache has the sessions: what was said is searched, what tools did is not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.query import parse
from git_ticketer.model.transcript import ASSISTANT, Entry
from git_ticketer.storage import cache, cache_sessions, worktree
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.cache_seen import Seen
from tests.support.cached import FLOW, every, put, remark
from tests.support.git import GitRepo
from tests.support.sessions import SAID, archive, header, plan, say


@pytest.fixture
def two(empty_repo: GitRepo) -> GitRepo:
    """A repository with two tickets and a session of the first."""
    put(empty_repo, 1, "one")
    put(empty_repo, 2, "two")
    archive(empty_repo, "chat-1", 1)
    return empty_repo


def rows(repo: GitRepo) -> Rows:
    return cache.open(worktree.find(str(repo.path), os.environ), deep=True)


def hits(repo: GitRepo, *words: str) -> list[tuple[str, str, str]]:
    found = rows(repo)
    matches = found.search(parse(words, FLOW))
    assert found.searched(parse(words, FLOW)) == len(matches)
    found.close()
    return [(match.row.id, match.session, match.text) for match in matches]


def test_what_was_said_is_found_with_its_session_and_what_a_tool_did_is_not(two: GitRepo) -> None:
    answer = "Please add an avatar\nIt has a mauve background now."

    assert hits(two, "mauve") == [("PROJ-1", "chat-1", answer)]
    assert hits(two, '"mauve background"', "avat") == [("PROJ-1", "chat-1", answer)]
    assert hits(two, "zebra") == hits(two, "mauve", "nowhere") == []


def test_the_words_of_a_ticket_and_a_comment_go_before_those_of_a_session(two: GitRepo) -> None:
    remark(two, 1, "The mauve one")

    assert hits(two, "mauve") == [("PROJ-1", "", "The mauve one")]


def test_a_list_does_not_look_into_sessions(two: GitRepo) -> None:
    found = rows(two)

    assert found.rows(parse(["mauve"], FLOW), FLOW) == []
    assert [row.id for row in found.rows(parse(["has:session"], FLOW), FLOW)] == ["PROJ-1"]
    found.close()


def test_a_part_is_searched_and_belongs_to_its_session(two: GitRepo) -> None:
    long = [*SAID, *[Entry(ASSISTANT, text="b " * 300_000)] * 2, Entry(ASSISTANT, text="Ochre.")]
    archive(two, "chat-2", 2, long)

    assert [hit[:2] for hit in hits(two, "ochre")] == [("PROJ-2", "chat-2")]
    assert {row.id: row.sessions for row in every(two, deep=True)} == {"PROJ-1": 1, "PROJ-2": 1}


def test_a_session_that_grew_is_read_again(two: GitRepo) -> None:
    assert hits(two, "ochre") == []

    archive(two, "chat-1", 1, [*SAID, Entry(ASSISTANT, text="Now ochre.")])

    assert [hit[:2] for hit in hits(two, "ochre")] == [("PROJ-1", "chat-1")]


def test_headers_plans_and_comments_come_back_as_they_are_in_the_files(two: GitRepo) -> None:
    uid = plan(two, 5, 1, "Code review", "chat-1")
    say(two, 6, 2, "move", "chat-1", "moved from PROJ-1")
    say(two, 7, 1, "note", "another", "of a session that is not here")

    found = rows(two)
    kept, first, second = (
        cache_sessions.everything(found),
        cache_sessions.of_ticket(found, "PROJ-1"),
        cache_sessions.of_ticket(found, "PROJ-2"),
    )
    found.close()

    name = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-"
    assert [(one.header, one.path[: len(name)]) for one in kept.archived] == [
        (header("chat-1", 1), name)
    ]
    assert [(one.uid, one.title, one.parent) for one in kept.plans] == [
        (uid, "Code review", "chat-1")
    ]
    assert [one.session for one in kept.comments] == ["chat-1", "another"]
    assert (first.archived, first.plans) == (kept.archived, kept.plans)
    assert (second.archived, second.plans) == (kept.archived, [])
    assert [one.kind for one in first.comments] == ["move"]


BROKEN = [
    ("an entry", "role: user", "role: robot", ":19", "role is one of user, assistant, tool, sys"),
    ("the header", "ticket: PROJ-1\n\nticket_uid", "ticket: x\n\nticket_uid", ":3", "not a ticket"),
    ("yaml", "role: assistant", "role: [", ":29", "did not find expected"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), [b[1:] for b in BROKEN], ids=str)
def test_a_broken_archive_is_a_row_with_its_line(
    two: GitRepo, old: str, new: str, line: str, reason: str
) -> None:
    path = next(Path(two.path, ".tickets/PROJ-1/sessions").iterdir())
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    shown = path.relative_to(two.path).as_posix()

    (broken,) = (row for row in every(two, deep=True) if row.error)

    assert (broken.id, broken.path) == ("PROJ-1", shown)
    assert broken.error.startswith(f"{shown}{line}: {reason}")
    found = rows(two)
    (same,) = cache_sessions.of_ticket(found, "PROJ-1").broken
    found.close()
    assert same.message == broken.error


def test_a_file_of_another_name_is_a_row(two: GitRepo) -> None:
    two.write(".tickets/PROJ-1/sessions/notes.yaml", "id: x\n\nticket: PROJ-1\n")

    assert [row.error for row in every(two, deep=True) if row.error] == [
        ".tickets/PROJ-1/sessions/notes.yaml: not the name of an archived session's file"
    ]


def test_many_versions_of_a_growing_session_do_not_stay_for_ever(
    two: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "UNUSED_BYTES", 2000)
    for number in range(12):
        archive(two, "chat-1", 1, [*SAID, Entry(ASSISTANT, text=f"{number} ochre")])
        assert len(hits(two, "ochre")) == 1

    found = rows(two)
    size = found.select("SELECT sum(size) FROM attached")[0][0]
    found.close()
    assert size < 8000


def near(repo: GitRepo, name: str) -> tuple[bool, int]:
    """Whether a ticket has sessions, and how many comments."""
    found = cache.near(worktree.find(str(repo.path), os.environ), name)
    answer = found.has_sessions(name), len(found.comments(name)[0])
    found.close()
    return answer


def settle(repo: GitRepo, name: str) -> None:
    """Let all be looked at, and what stands for that be older than a moment."""
    git = worktree.find(str(repo.path), os.environ)
    near(repo, name)  # the folder of the cache is there
    for path in (git.dirs.path + "/index", git.dirs.state):
        os.utime(path, (1000, 1000))
    near(repo, name)
    assert Seen(git, f"{git.dirs.shared}/cache").holds()


def by_hand(repo: GitRepo) -> None:
    archive(repo, "chat-3", 2)


def by_git(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "side")


def by_command(repo: GitRepo) -> None:
    archive(repo, "chat-3", 1, mentions=(TicketId("PROJ-2"),))
    assert repo.ticket("comment", "PROJ-1", "-m", "A comment of another ticket").code == 0


@pytest.mark.parametrize("change", [by_hand, by_git, by_command])
def test_what_concerns_one_ticket_is_seen_at_once(
    two: GitRepo, change: Callable[[GitRepo], None]
) -> None:
    two.git("add", "-A")
    two.commit("tickets")
    two.git("checkout", "-q", "-b", "side")
    archive(two, "chat-2", 1, mentions=(TicketId("PROJ-2"),))
    two.git("add", "-A")
    two.commit("side")
    two.git("checkout", "-q", "main")
    assert two.ticket("status").code == 0
    settle(two, "PROJ-2")
    assert near(two, "PROJ-2") == (False, 0)

    change(two)

    assert near(two, "PROJ-2") == (True, 0)
    say(two, 8, 2, "", "", "by hand")
    assert near(two, "PROJ-2") == (True, 1)
