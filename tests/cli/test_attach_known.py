"""Attaching: which ids are known, where a ticket is, and the uid that keeps tags exact."""

import json

import pytest

from tests.support.git import GitRepo, Result


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    """A repository with PROJ-1, PROJ-2 and PROJ-3; PROJ-4 is on the branch topic only."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    repo.ticket("attach", "--none")
    for title in ("One", "Two", "Three"):
        repo.ticket("create", title)
    repo.ticket("save")
    repo.git("switch", "-qc", "topic")
    repo.ticket("create", "Four")
    repo.ticket("save")
    repo.git("switch", "-q", "main")
    return repo


def attached(ticket: str) -> str:
    return f"Work session now associated with ticket: {ticket}\n"


@pytest.mark.parametrize("word", ["PROJ-2", "proj-2", "2", "PROJ-002"])
def test_a_ticket_is_attached_however_it_is_written(team: GitRepo, word: str) -> None:
    assert team.ticket("attach", word) == Result(0, attached("PROJ-2"), "")


def test_an_unknown_id_of_our_own_is_an_error_with_near_matches(team: GitRepo) -> None:
    team.ticket("attach", "PROJ-1")
    done = team.ticket("attach", "PROJ-31")

    assert done == Result(
        3,
        "",
        "error: there is no ticket PROJ-31 (did you mean PROJ-3, PROJ-1, PROJ-2?)\n"
        "hint: git ticket list\n",
    )
    assert json.loads(team.ticket("status", "--json").out)["current_ticket"] == "PROJ-1"


def test_before_there_are_tickets_every_id_is_accepted(empty_repo: GitRepo) -> None:
    empty_repo.ticket("init", "--prefix", "PROJ")

    assert empty_repo.ticket("attach", "PROJ-31").out == attached("PROJ-31")


def test_a_foreign_id_is_accepted_and_marked_unknown(team: GitRepo) -> None:
    done = team.ticket("attach", "JIRA-31", "--json")

    assert json.loads(done.out)["known"] is False


def test_a_ticket_of_another_branch_is_attached_with_a_hint(team: GitRepo) -> None:
    done = team.ticket("attach", "PROJ-4")
    found = json.loads(team.ticket("attach", "PROJ-4", "--json").out)

    assert done == Result(
        0, attached("PROJ-4"), "hint: PROJ-4 is not in this work tree, it is on topic\n"
    )
    assert (found["known"], found["where"]) == (True, "topic")


def test_a_closed_ticket_is_attached_with_a_warning(team: GitRepo) -> None:
    team.ticket("close", "PROJ-1")

    assert team.ticket("attach", "PROJ-1") == Result(
        0, attached("PROJ-1"), "warning: PROJ-1 is closed: its status is done\n"
    )


def test_an_archived_ticket_is_refused(team: GitRepo) -> None:
    team.ticket("close", "PROJ-1")
    team.ticket("move", "PROJ-1", "archived")

    assert team.ticket("attach", "PROJ-1") == Result(
        1, "", "error: PROJ-1 is archived\nhint: git ticket reopen PROJ-1\n"
    )


def test_a_former_id_attaches_the_ticket_it_is_now(team: GitRepo) -> None:
    path = team.path / ".tickets/PROJ-3/ticket.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\naliases:\n- PROJ-9\n", encoding="utf-8")

    done = team.ticket("attach", "PROJ-9")

    assert done == Result(0, attached("PROJ-3"), "warning: PROJ-9 is now PROJ-3\n")


def test_a_broken_ticket_is_attached_with_what_is_wrong(team: GitRepo) -> None:
    team.write(".tickets/PROJ-1/ticket.yaml", "title: [\n")

    done = team.ticket("attach", "PROJ-1")

    assert (done.code, done.out) == (0, attached("PROJ-1"))
    assert done.err.startswith("warning: .tickets/PROJ-1/ticket.yaml:2: ")


@pytest.fixture
def with_uids(team: GitRepo) -> GitRepo:
    config = team.path / ".tickets/config.yaml"
    text = config.read_text(encoding="utf-8").replace('uid: ""', "uid: Ticket-Uid")
    config.write_text(text, encoding="utf-8")
    return team


def uid(repo: GitRepo, ticket: str, *options: str) -> str:
    done = repo.ticket("show", ticket, *options, "--json", "--fields", "uid")
    return str(json.loads(done.out)["uid"])


def test_with_its_key_set_a_commit_carries_the_uid(with_uids: GitRepo) -> None:
    with_uids.ticket("attach", "PROJ-2")
    with_uids.commit()

    found = with_uids.git("log", "-1", "--format=%(trailers:key=Ticket-Uid,valueonly)")
    assert found.strip() == uid(with_uids, "PROJ-2")


def test_the_uid_is_that_of_the_other_branch_where_the_ticket_is_there(
    with_uids: GitRepo,
) -> None:
    with_uids.ticket("attach", "PROJ-4")
    with_uids.commit()

    found = with_uids.git("log", "-1", "--format=%(trailers:key=Ticket-Uid,valueonly)")
    assert found.strip() == uid(with_uids, "PROJ-4", "--ref", "topic")


def test_a_ticket_named_by_the_environment_brings_its_uid(with_uids: GitRepo) -> None:
    with_uids.ticket("status")
    with_uids.commit(GIT_TICKET="PROJ-3")

    found = with_uids.git("log", "-1", "--format=%(trailers:key=Ticket-Uid,valueonly)")
    assert found.strip() == uid(with_uids, "PROJ-3")


def test_a_foreign_ticket_has_no_uid(with_uids: GitRepo) -> None:
    with_uids.ticket("attach", "JIRA-1")
    with_uids.commit()

    assert [line.partition(":")[0] for line in with_uids.trailers().splitlines()] == [
        "Ticket",
        "Ticket-Session",
    ]
