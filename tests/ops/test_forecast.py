"""What status says of the next and the last commit is true."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.git import GitRepo


def status(repo: GitRepo) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(repo.ticket("status", "--json").out)
    return document


def test_a_commit_that_finishes_a_merge_is_announced_as_untagged(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("on side")
    repo.git("checkout", "-q", "main")
    repo.commit("on main")
    repo.git("merge", "--no-commit", "--no-ff", "-q", "side")

    said = status(repo)["next_commit"]
    repo.git("commit", "-q", "--no-edit")

    reason = "git finishes a merge, pick or revert, which is never tagged"
    assert said == {"tagged": False, "trailers": [], "reason": reason}
    assert repo.tickets() == []


def test_unstaging_does_not_change_why_the_last_commit_is_untagged(repo: GitRepo) -> None:
    repo.ticket("attach", "--none")
    repo.commit("subject")
    before = status(repo)["last_commit"]
    repo.write("file", "x")
    repo.git("add", "file")
    repo.git("reset", "-q")

    assert before["reason"] == "opted out"
    assert status(repo)["last_commit"] == before


def test_signatures_shown_by_configuration_do_not_reach_the_answer(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.commit("subject")
    before = status(repo)["last_commit"]
    repo.git("config", "log.showSignature", "true")

    assert status(repo)["last_commit"] == before


def test_a_ticket_typed_by_hand_is_what_the_journal_says(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.commit("subject\n\nTicket: OTHER-2")

    assert repo.tickets() == ["OTHER-2"]
    assert [line[5] for line in repo.journal() if line[1] == "tagged"] == ["OTHER-2"]


def test_each_worktree_goes_by_its_own_team_configuration(repo: GitRepo, tmp_path: Path) -> None:
    config = "trailers:\n  ticket: {}\n"
    repo.write(".tickets/config.yaml", config.format("Ticket"))
    repo.git("add", ".")
    repo.git("commit", "-q", "-m", "configure", GIT_TICKET="none")
    other = repo.worktree(tmp_path / "other", "other")
    repo.ticket("attach", "PROJ-1")
    other.write(".tickets/config.yaml", config.format("Issue"))
    other.ticket("attach", "PROJ-2")

    assert "\nTicket: PROJ-1\n" in repo.commit("here")
    assert "\nIssue: PROJ-2\n" in other.commit("there")
    assert "\nTicket: PROJ-1\n" in repo.commit("here again")


def test_a_broken_team_configuration_is_one_line_from_a_hook(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.write(".tickets/config.yaml", "<<<<<<< ours\n")
    done = repo.attempt("commit", "--allow-empty", "-qm", "subject")

    line = "warning: git-ticketer: the settings could not be read anew; see: git ticket doctor\n"
    assert (done.code, done.err) == (0, line)
    assert repo.tickets() == ["PROJ-1"]
    assert repo.ticket("hooks", "uninstall").code == 0


@pytest.mark.parametrize("value", ["", "none"])
def test_a_variable_that_names_no_ticket_is_no_error(repo: GitRepo, value: str) -> None:
    assert repo.ticket("status", GIT_TICKET=value).code == 0


def test_a_question_put_off_by_a_clock_that_was_ahead_is_asked_again(repo: GitRepo) -> None:
    repo.ticket("status")
    (path,) = (repo.git_dir / "ticketer/sessions").iterdir()
    path.write_text(path.read_text(encoding="utf-8") + "quiet_until 99999999999\n", "utf-8")
    repo.commit("subject")

    assert repo.journal()[-1][7] != "undecided, not asked: an earlier question was not answered"


def test_a_folded_value_goes_with_its_trailer_when_it_is_replaced(repo: GitRepo) -> None:
    repo.ticket("attach", "--none")
    repo.commit("subject\n\nTicket: PROJ-5\n and more\nReviewed-by: Lee")
    repo.ticket("attach", "PROJ-1", "--amend")
    session = repo.ticket("session", "info").out.split()[1]

    block = f"Reviewed-by: Lee\nTicket: PROJ-1\nTicket-Session: {session}\n"
    assert repo.message() == f"subject\n\n{block}"
