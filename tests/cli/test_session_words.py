"""What is said of sessions and about them: reviews, titles, lists, and the agent's command."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from git_ticketer.agents.found import Found
from git_ticketer.ops.demo_session import SECRET
from git_ticketer.ops.locate import SeveralTranscripts
from tests.support.cached import put
from tests.support.git import PROGRAMS, GitRepo
from tests.support.sessions import archive, plan, say

CHAT = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
DANA = "Dana <dana@example.com>"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """Two tickets, the first with a session."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    for number in (1, 2):
        put(empty_repo, number, f"ticket {number}")
    archive(empty_repo, CHAT, 1)
    return empty_repo


def said(repo: GitRepo) -> list[str]:
    """The texts of all comment files."""
    return [path.read_text(encoding="utf-8") for path in repo.path.glob(".tickets/*/comments/*")]


def test_the_same_person_reviews_a_session_once(repo: GitRepo) -> None:
    first, again = (repo.ticket("session", "review", CHAT) for _ in range(2))

    assert first.out == f"PROJ-1  session {CHAT} reviewed by {DANA}\n"
    assert (again.code, again.err) == (0, "")
    assert again.out == f"PROJ-1  session {CHAT} already reviewed by {DANA}\n"
    assert len(said(repo)) == 1
    shown = json.loads(repo.ticket("session", "review", CHAT, "--json", "--fields", "path").out)
    assert shown == {"schema": 1, "path": None}


def test_another_person_and_another_word_are_further_reviews(repo: GitRepo) -> None:
    for words in ([], ["-m", "Good"], ["-m", "Good"]):
        assert repo.ticket("session", "review", CHAT, *words).code == 0
    assert len(said(repo)) == 2

    done = repo.ticket("session", "review", CHAT, GIT_AUTHOR_NAME="Kim")

    assert done.out == f"PROJ-1  session {CHAT} reviewed by Kim <dana@example.com>\n"
    assert len(said(repo)) == 3


@pytest.mark.parametrize(
    "words",
    [
        ["review", CHAT, "-m", f"It used {SECRET}"],
        ["move", CHAT, "PROJ-2", "-m", f"It used {SECRET}"],
        ["plan", "PROJ-2", f"It used {SECRET}"],
        ["plan", "PROJ-2", f"It used {SECRET}\n"],
    ],
)
def test_what_people_write_is_kept_without_secrets(repo: GitRepo, words: list[str]) -> None:
    done = repo.ticket("session", *words)

    assert done.code == 0
    texts = [p.read_text(encoding="utf-8") for p in repo.path.glob(".tickets/*/*/*.yaml")]
    assert sum("It used [REDACTED:github-token]" in text for text in texts) == 1
    assert SECRET not in "".join((*texts, done.out, done.err))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["PROJ-1", f"{SECRET}\nx"], "title cannot be '[REDACTED:github-token]\\nx'"),
        (["PROJ-1", "x", "--parent", f"a {SECRET}"], "'a [REDACTED:github-token]' is neither"),
    ],
)
def test_an_error_does_not_print_a_secret(repo: GitRepo, words: list[str], reason: str) -> None:
    done = repo.ticket("session", "plan", *words)

    assert (done.code, done.err.startswith(f"error: {reason}")) == (2, True)
    assert SECRET not in done.err


def test_a_list_of_no_ticket_is_an_error_and_of_a_foreign_one_that_is_worked_on_none(
    repo: GitRepo,
) -> None:
    for words in (["PROJ-9"], ["PROJ-9", "--pending"], ["JIRA-1"]):
        done = repo.ticket("session", "list", *words)
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith(f"error: there is no ticket {words[0]}")
    repo.ticket("attach", "JIRA-1", GIT_TICKET_SESSION="chat-9")

    assert "active    JIRA-1" in repo.ticket("session", "list", "JIRA-1").out
    assert repo.ticket("session", "list", "2").code == 0


def test_a_list_has_one_type_for_each_field(repo: GitRepo) -> None:
    plan(repo, 5, 1, "Code review")
    archive(repo, "chat-2", 1, redactions=(("github-token", 2),))
    say(repo, 6, 2, "move", "chat-2", "moved from PROJ-1")

    rows = json.loads(repo.ticket("session", "list", "--json").out)["sessions"]

    found = {row["state"] + row["ticket_id"]: row for row in rows}
    keys = ("entries", "redactions", "tickets")
    assert {name: [row[key] for key in keys] for name, row in found.items()} == {
        "plannedPROJ-1": [None, {}, ["PROJ-1"]],
        "archivedPROJ-1": [None, {}, ["PROJ-1"]],
        "archivedPROJ-2": [None, {"github-token": 2}, ["PROJ-2"]],
    }
    shown = json.loads(repo.ticket("session", "show", "chat-2", "--json").out)
    assert {key: shown[key] for key in rows[0]} == found["archivedPROJ-2"]


@pytest.mark.parametrize(
    ("session", "fields", "reason", "hint"),
    [
        (
            "claude-code-0123456789abcdef",
            {},
            "is not known to claude-code: what it was read from has no id",
            "show claude-code-0123456789abcdef",
        ),
        (
            "agent-1a2b",
            {"parent": CHAT},
            "is a subagent's: claude-code takes up the one that started it",
            f"resume {CHAT}",
        ),
        ("agent-1a2b", {}, "is a subagent's: claude-code takes up the one that", "show agent-1a2b"),
    ],
)
def test_what_no_agent_knows_is_not_taken_up_and_nothing_is_attached(
    repo: GitRepo, session: str, fields: dict[str, Any], reason: str, hint: str
) -> None:
    archive(repo, session, 1, **fields)

    done = repo.ticket("session", "resume", session)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: session {session} {reason}")
    assert done.err.endswith(f"\nhint: git ticket session {hint}\n")
    assert json.loads(repo.ticket("status", "--json").out)["current_ticket"] is None


def test_an_agent_that_is_not_installed_is_said_before_anything_is_attached(
    repo: GitRepo, tmp_path: Path
) -> None:
    tmp_path.joinpath("git").symlink_to(str(shutil.which("git")))

    done = repo.ticket("session", "resume", CHAT, "--run", PATH=f"{PROGRAMS}:{tmp_path}")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: claude is not installed here\nhint: git ticket session show {CHAT}\n"
    )
    assert json.loads(repo.ticket("status", "--json").out)["current_ticket"] is None


def test_an_agent_is_started_in_place_of_the_command(repo: GitRepo, tmp_path: Path) -> None:
    program = tmp_path / "bin/claude"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$0 $*"\nexit 7\n', encoding="utf-8")
    program.chmod(0o755)
    path = f"{program.parent}:{repo.environ['PATH']}"

    done = repo.ticket("session", "resume", CHAT, "--run", PATH=path)

    assert (done.code, done.out) == (7, f"{program} --resume {CHAT}\n")
    assert done.err == "hint: Work session now associated with ticket: PROJ-1\n"


def test_an_archived_ticket_is_not_attached_again(repo: GitRepo) -> None:
    put(repo, 1, "ticket 1", status="archived")

    done = repo.ticket("session", "resume", CHAT)

    assert (done.code, done.out) == (1, "")
    assert done.err == "error: PROJ-1 is archived\nhint: git ticket reopen PROJ-1\n"


def test_a_hint_that_names_a_file_can_be_typed() -> None:
    found = [
        Found("aider", Path("/my work/x.md"), "x", 0.0, "a b"),
        Found("pi", Path("/y"), "y", 0),
    ]

    hints = [SeveralTranscripts(several).hint for several in (found, found[1:])]

    assert hints == ["git ticket archive --chat 'a b' '/my work/x.md'", "git ticket archive /y"]
