"""`git ticket save` commits the tickets and leaves everything else as it was."""

import pytest

from tests.support.git import GitRepo, Result


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    repo.git("add", ".gitattributes")
    repo.commit("attributes")
    repo.ticket("attach", "--none")
    return repo


def test_only_the_tickets_are_committed_and_what_is_staged_stays_staged(team: GitRepo) -> None:
    for name in ("staged", "partly", "unstaged"):
        team.write(name, "1\n")
    team.git("add", "unstaged")
    team.commit("files")
    team.write("partly", "2\n")
    team.git("add", "staged", "partly")
    team.write("partly", "3\n")
    team.write("unstaged", "2\n")
    team.ticket("create", "One")
    before = team.git("status", "--porcelain").splitlines()

    done = team.ticket("save", "-m", "tickets: add one")

    [sha] = [team.git("rev-parse", "--short", "HEAD")]
    assert done == Result(0, f"[{sha}] tickets: add one (2 files)\n", "")
    assert team.git("show", "--name-only", "--format=%s", "HEAD").splitlines() == [
        *("tickets: add one", "", ".tickets/PROJ-1/ticket.yaml", ".tickets/config.yaml")
    ]
    after = team.git("status", "--porcelain").splitlines()
    assert after == [line for line in before if ".tickets" not in line]


def test_the_message_names_the_tickets_and_carries_the_session(team: GitRepo) -> None:
    team.ticket("save")
    team.ticket("create", "One")
    team.ticket("attach", "PROJ-1")
    for title in ("Two", "Three", "Four"):
        team.ticket("create", title)

    team.ticket("save")

    subject = team.git("log", "-1", "--format=%s")
    assert subject == "tickets: update PROJ-1, PROJ-2, PROJ-3 and 1 more"
    assert team.tickets() == ["PROJ-1"]


def test_a_removed_ticket_is_saved_too(team: GitRepo) -> None:
    team.ticket("create", "One")
    team.ticket("save")
    (team.path / ".tickets/PROJ-1/ticket.yaml").unlink()

    assert team.ticket("save").code == 0
    assert team.git("ls-files", ".tickets") == ".tickets/config.yaml"


def test_with_nothing_to_save_nothing_is_committed(team: GitRepo) -> None:
    team.ticket("save")
    head = team.git("rev-parse", "HEAD")

    assert team.ticket("save") == Result(
        1, "", "error: nothing to save: all tickets are committed\nhint: git ticket list\n"
    )
    assert team.git("rev-parse", "HEAD") == head


def test_a_commit_that_a_hook_refuses_leaves_the_index_as_it_was(team: GitRepo) -> None:
    team.ticket("save")
    team.ticket("create", "One")
    hook = team.git_dir / "hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho 'not today' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = team.git("ls-files", "--stage", "--debug", ".tickets/config.yaml")

    done = team.ticket("save")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: git commit: not today\n")
    assert team.git("ls-files", ".tickets") == ".tickets/config.yaml"
    assert team.git("ls-files", "--stage", "--debug", ".tickets/config.yaml") == before
    assert team.git("status", "--porcelain") == "?? .tickets/PROJ-1/"


def test_the_first_commit_of_a_repository_can_be_the_tickets(empty_repo: GitRepo) -> None:
    empty_repo.ticket("init", "--prefix", "PROJ")
    empty_repo.ticket("create", "One", "--no-parent")

    assert empty_repo.ticket("save").code == 0
    assert ".tickets/PROJ-1/ticket.yaml" in empty_repo.git("ls-files").splitlines()


def test_in_an_unfinished_merge_nothing_is_committed(team: GitRepo) -> None:
    team.ticket("save")
    team.write("file", "1\n")
    team.git("add", "file")
    team.commit("base")
    team.git("switch", "-qc", "topic")
    team.write("file", "2\n")
    team.git("commit", "-qam", "topic")
    team.git("switch", "-q", "main")
    team.write("file", "3\n")
    team.git("commit", "-qam", "main")
    team.attempt("merge", "topic")
    team.ticket("create", "One")

    assert team.ticket("save") == Result(
        1, "", "error: a merge is not finished: file\nhint: git status\n"
    )


def test_it_works_from_a_folder_below_the_top(team: GitRepo) -> None:
    below = team.path / "src"
    below.mkdir()
    inside = GitRepo(below, team.environ)
    assert inside.ticket("create", "One").code == 0

    assert inside.ticket("save").code == 0
    assert team.git("status", "--porcelain") == ""
