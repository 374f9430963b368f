"""`git ticket context` as a person or an agent types it."""

import json

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Criterion
from git_ticketer.ops.context_text import LABEL
from tests.support.cached import put
from tests.support.git import GitRepo, Result
from tests.support.sessions import say


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A repository with a ticket that has a comment."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(empty_repo, 1, "Add an avatar", status="planned", criteria=(Criterion("k3f9", "Square"),))
    say(empty_repo, 5, 1, "comment", "", "Which size?")
    return empty_repo


SHOWN = f"""\
{LABEL}

# PROJ-1: `Add an avatar`

- Status: `planned`
- Created: `2026-11-22T09:00:00Z`

## Open criteria (0 of 1 done)

- [ ] `k3f9`: `Square`

## Last comments

- `2026-11-22T09:00:00Z` `Dana`: `Which size?`
"""


@pytest.mark.parametrize("word", ["PROJ-1", "1", "proj-01"])
def test_it_is_printed_as_markdown(repo: GitRepo, word: str) -> None:
    assert repo.ticket("context", word) == Result(0, SHOWN, "")


def test_without_an_id_it_is_that_of_the_session(repo: GitRepo) -> None:
    hint = "error: no ticket is named, and none is attached\nhint: git ticket attach ID\n"
    assert repo.ticket("context") == Result(4, "", hint)
    repo.ticket("attach", "1")

    assert repo.ticket("context") == Result(0, SHOWN, "")


def test_as_json_it_is_one_document_of_which_fields_can_be_picked(repo: GitRepo) -> None:
    found = json.loads(repo.ticket("context", "1", "--json").out)

    assert list(found) == [
        *("schema", "success", "note", "ticket_id", "known", "where", "url"),
        *("ticket", "related", "sessions", "comments", "left_out", "all_of_it"),
    ]
    assert (found["ticket"]["title"], found["note"]) == ("Add an avatar", LABEL)
    assert found["all_of_it"] == "git ticket show PROJ-1"
    picked = repo.ticket("context", "1", "--json", "--fields", "ticket_id,known")
    assert json.loads(picked.out) == {"schema": 1, "ticket_id": "PROJ-1", "known": True}


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["markdown", "json"])
def test_what_is_printed_stays_within_the_budget(repo: GitRepo, form: tuple[str, ...]) -> None:
    put(repo, 2, "é" * 300, description="\x1b[31m" + "å \U0001f600\n" * 4000)

    for budget in (2000, 9000):
        done = repo.ticket("context", "2", "--budget", str(budget), *form)
        assert (done.code, done.err) == (0, "")
        assert budget // 2 < len(done.out) <= budget
        assert "git ticket show PROJ-2" in done.out


def test_a_budget_in_which_nothing_has_room_is_refused(repo: GitRepo) -> None:
    done = repo.ticket("context", "1", "--budget", "10")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: Invalid value for '--budget'")


def test_a_ticket_that_is_not_there_is_said_so(repo: GitRepo) -> None:
    text = "error: there is no ticket PROJ-2 (did you mean PROJ-1?)\nhint: git ticket list\n"

    assert repo.ticket("context", "2") == Result(3, "", text)


def test_a_broken_ticket_is_an_error_with_its_place_and_no_context(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-1/ticket.yaml", "uid: [\n")

    done = repo.ticket("context", "1")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: .tickets/PROJ-1/ticket.yaml:2: ")


def test_a_foreign_ticket_that_is_attached_is_no_error(repo: GitRepo) -> None:
    repo.ticket("attach", str(TicketId("JIRA-7")))

    text = (
        f"{LABEL}\n\nJIRA-7 is a ticket of another tracker, nothing of it is in this repository.\n"
    )
    assert repo.ticket("context") == Result(0, text, "")


def test_tickets_behind_a_link_are_not_read(repo: GitRepo) -> None:
    outside = repo.path.parent / "outside"
    (repo.path / ".tickets").rename(outside)
    (repo.path / ".tickets").symlink_to(outside)

    done = repo.ticket("context", "PROJ-1")

    assert (done.code, done.out) == (1, "")
    assert "which is not followed" in done.err
