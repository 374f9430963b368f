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


def refuse(repo: GitRepo, *lines: str) -> None:
    """Let a pre-commit hook print `lines` and refuse every commit."""
    said = "\n".join(lines)
    hook = repo.git_dir / "hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}\nEND\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)


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
    refuse(team, "not today")
    before = team.git("ls-files", "--stage", "--debug", ".tickets/config.yaml")

    done = team.ticket("save")

    assert done == Result(1, "", "error: git commit: not today\n")
    assert team.git("ls-files", ".tickets") == ".tickets/config.yaml"
    assert team.git("ls-files", "--stage", "--debug", ".tickets/config.yaml") == before
    assert team.git("status", "--porcelain") == "?? .tickets/PROJ-1/"


def test_everything_that_a_refusing_hook_said_is_shown(team: GitRepo) -> None:
    team.ticket("create", "One")
    team.ticket("save")
    team.ticket("edit", "1", "-p", "low")
    refuse(team, "lint: 2 problems", "  a.py:1 unused", "hint: run the fixer")

    assert team.ticket("save") == Result(
        1,
        "",
        "error: git commit: lint: 2 problems\n  a.py:1 unused\nhint: run the fixer\n",
    )
    assert team.git("status", "--porcelain") == " M .tickets/PROJ-1/ticket.yaml"


def test_an_index_that_is_locked_is_named(team: GitRepo) -> None:
    team.ticket("create", "One")
    lock = team.git_dir / "index.lock"
    lock.touch()

    assert team.ticket("save") == Result(
        1, "", f"error: git add: Unable to create '{lock}': File exists.\n"
    )


def test_ignored_tickets_are_named_and_not_taken_for_committed(team: GitRepo) -> None:
    team.write(".git/info/exclude", ".*\n")
    team.ticket("create", "One")

    assert team.ticket("save") == Result(
        1,
        "",
        "error: git ignores 2 files of .tickets, such as .tickets/PROJ-1/ticket.yaml\n"
        "hint: git check-ignore -v .tickets/PROJ-1/ticket.yaml\n",
    )


def test_ignored_files_that_are_no_tickets_are_passed_over(team: GitRepo) -> None:
    team.ticket("save")
    team.write(".git/info/exclude", "*.swp\n.DS_Store\n.#*\n")
    for name in (".ticket.yaml.swp", ".DS_Store", ".#ticket.yaml"):
        team.write(f".tickets/{name}", "")

    assert team.ticket("save").err.startswith("error: nothing to save: ")


def test_tickets_that_were_added_by_force_are_saved_though_ignored(team: GitRepo) -> None:
    team.ticket("create", "One")
    team.git("add", "--force", ".tickets")
    team.commit("forced")
    team.write(".git/info/exclude", ".*\n")
    team.ticket("edit", "1", "-p", "low")

    assert team.ticket("save").code == 0
    assert team.git("status", "--porcelain") == ""


@pytest.mark.parametrize("kind", ["LITERAL", "GLOB", "NOGLOB", "ICASE"])
def test_how_the_environment_reads_pathspecs_does_not_matter(team: GitRepo, kind: str) -> None:
    setting = {f"GIT_{kind}_PATHSPECS": "1"}
    team.ticket("create", "One")

    done = team.ticket("save", **setting)

    assert (done.code, done.err) == (0, "")
    assert team.git("status", "--porcelain") == ""


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
