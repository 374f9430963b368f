"""`git ticket create` at a terminal, while nobody decided what the session is for."""

import json

import pytest

from tests.support.git import GitRepo
from tests.support.terminal import terminal

CREATE = ("git-ticket", "create", "A child")


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "One", "--no-parent").code == 0
    return repo


@pytest.mark.parametrize(
    ("answer", "parent", "current", "opted_out"),
    [
        ("PROJ-1\n", "PROJ-1", "PROJ-1", False),
        ("n\n", None, None, True),
        ("s\n", None, None, False),
    ],
    ids=["associate", "opt out", "this once"],
)
def test_the_answer_decides_for_the_session_or_for_this_once(
    team: GitRepo, answer: str, parent: str | None, current: str | None, opted_out: bool
) -> None:
    with terminal(*CREATE, folder=team.path, environ=team.environ) as shown:
        shown.expect("Which ticket is this session for?")
        shown.expect("s: no parent, this once")
        shown.expect("ticket> ")
        shown.send(answer)
        shown.expect("PROJ-2")
        assert shown.wait() == 0

    created = json.loads(team.ticket("show", "PROJ-2", "--json").out)
    status = json.loads(team.ticket("status", "--json").out)
    assert created["parent"] == parent
    assert (status["current_ticket"], status["opted_out"]) == (current, opted_out)


def test_ctrl_c_creates_nothing(team: GitRepo) -> None:
    with terminal(*CREATE, folder=team.path, environ=team.environ) as shown:
        shown.expect("ticket> ")
        shown.interrupt()
        assert shown.wait() == 130

    assert not (team.path / ".tickets/PROJ-2").exists()


def test_what_cannot_be_created_is_refused_before_anybody_is_asked(team: GitRepo) -> None:
    with terminal(*CREATE, "--type", "story", folder=team.path, environ=team.environ) as shown:
        shown.expect("type cannot be 'story'")
        assert shown.wait() == 2


def test_an_epic_needs_no_decision(team: GitRepo) -> None:
    with terminal(*CREATE, "--type", "epic", folder=team.path, environ=team.environ) as shown:
        shown.expect("PROJ-2")
        assert shown.wait() == 0
