"""`git ticket start`: claim, status, attach, and a branch named after the ticket."""

import json

import pytest

from git_ticketer.ops.start import branch_name
from tests.support.git import GitRepo, Result


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "Add an avatar", "--no-parent").code == 0
    repo.git("add", ".gitattributes")
    repo.commit("attributes")
    repo.ticket("save")
    return repo


def shown(repo: GitRepo, *fields: str) -> dict[str, object]:
    found = json.loads(repo.ticket("show", "1", "--json", "--fields", ",".join(fields)).out)
    return {name: found[name] for name in fields}


def test_the_ticket_is_claimed_in_progress_and_attached(team: GitRepo) -> None:
    done = team.ticket("start", "1")

    assert done == Result(
        0,
        "Work session now associated with ticket: PROJ-1\n"
        "PROJ-1  status: backlog -> in-progress\n"
        "PROJ-1  assignee: + dana@example.com\n",
        "hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets\n",
    )
    team.commit("work")
    assert team.tickets() == ["PROJ-1"]


def test_a_branch_named_after_the_ticket_is_made_and_switched_to(team: GitRepo) -> None:
    found = json.loads(team.ticket("start", "1", "--branch", "--json").out)

    assert (found["branch"], found["current_ticket"]) == ("PROJ-1-add-an-avatar", "PROJ-1")
    assert team.git("branch", "--show-current") == "PROJ-1-add-an-avatar"


@pytest.mark.parametrize(
    ("title", "branch"),
    [
        ("Add user profile: avatar upload (v2)!", "P-1-add-user-profile-avatar-upload-v2"),
        ("Über Größe ändern", "P-1-uber-groe-andern"),
        ("日本語", "P-1"),
        ("../../.git/config --force @{-1} ~^:?*[", "P-1-git-config-force-1"),
    ],
)
def test_a_branch_name_is_plain_whatever_the_title(title: str, branch: str) -> None:
    assert branch_name("P-1", title) == branch


@pytest.mark.parametrize("name", ["-f", "a..b", "main"])
def test_a_branch_that_cannot_be_made_starts_nothing(team: GitRepo, name: str) -> None:
    done = team.ticket("start", "1", f"--branch-name={name}")

    assert (done.code, done.out) == (1, "")
    assert team.git("status", "--porcelain") == ""
    assert team.git("branch", "--show-current") == "main"


def test_a_status_that_cannot_be_left_makes_no_branch(team: GitRepo) -> None:
    team.ticket("close", "1", "--cancel")

    done = team.ticket("start", "1", "--branch-name", "x1")

    assert done == Result(
        1,
        "",
        "error: PROJ-1 cannot go from cancelled to in-progress (allowed: backlog, archived)\n"
        "hint: git ticket move PROJ-1 backlog\n",
    )
    assert team.git("branch", "--format=%(refname:short)") == "main"


def test_a_branch_that_is_there_is_to_be_switched_to(team: GitRepo) -> None:
    team.git("branch", "it's")

    assert team.ticket("start", "1", "--branch-name", "it's") == Result(
        1, "", "error: there is a branch it's already\nhint: git switch 'it'\"'\"'s'\n"
    )


def test_what_is_somebody_elses_needs_force(team: GitRepo) -> None:
    team.ticket("edit", "1", "-a", "Eve <eve@example.com>")

    refused = team.ticket("start", "1")
    taken = team.ticket("start", "1", "--force")

    assert refused == Result(
        1,
        "",
        "error: PROJ-1 is assigned to Eve <eve@example.com> (--force takes it over)\n"
        "hint: git ticket attach PROJ-1\n",
    )
    assert taken.code == 0
    assert shown(team, "assignee", "status") == {
        "assignee": "dana@example.com",
        "status": "in-progress",
    }


def test_a_closed_ticket_is_taken_up_as_its_workflow_says(team: GitRepo) -> None:
    team.ticket("close", "1")

    assert team.ticket("start", "1").code == 0
    assert shown(team, "status") == {"status": "in-progress"}


def test_started_again_it_stays_as_it_is(team: GitRepo) -> None:
    team.ticket("start", "1")
    team.ticket("move", "1", "in-review")

    done = team.ticket("start", "1")

    assert done.err == "hint: PROJ-1 is like that already, nothing was changed\n"
    assert shown(team, "status") == {"status": "in-review"}
