"""The reading commands in a bare repository, and `git ticket verify` in the hooks of a server."""

from pathlib import Path

import pytest

from tests.support.git import GitRepo

TICKET = "uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A\n\nid: PROJ-1\n\ntitle: One\n"


@pytest.fixture
def work(empty_repo: GitRepo) -> GitRepo:
    """A tagged commit with a ticket, and an untagged one."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    empty_repo.git("add", ".")
    empty_repo.commit("Good\n\nTicket: PROJ-1")
    empty_repo.commit("Bad")
    return empty_repo


@pytest.fixture
def bare(work: GitRepo, tmp_path: Path) -> GitRepo:
    """A bare clone."""
    work.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    return GitRepo(tmp_path / "bare.git", work.environ)


@pytest.mark.parametrize(
    "command",
    [
        "why a.py:1",
        "log PROJ-1",
        "session list",
        "session show x",
        "show PROJ-1",
        "list",
        "search x",
    ],
)
def test_what_needs_a_work_tree_says_so_in_one_line(bare: GitRepo, command: str) -> None:
    done = bare.ticket(*command.split())

    said = f"error: a bare repository has no work tree: {bare.path}\nhint: git worktree add PATH\n"
    assert (done.code, done.out, done.err) == (1, "", said)


def test_a_range_is_verified_by_the_settings_of_the_default_branch(bare: GitRepo) -> None:
    name = bare.git("rev-parse", "--short=10", "HEAD")

    done = bare.ticket("verify", "HEAD")

    assert (done.code, done.out) == (
        *(1, f"{name} Bad: no Ticket trailer\n1 of 2 commits pass (1 ticket)\n"),
    )
    assert done.err == (
        f"hint: git rebase --interactive {name}^  # reword: a last line Ticket: ID\n"
    )
    good = bare.ticket("verify", "HEAD~1")
    assert (good.code, good.out, good.err) == (0, "1 of 1 commit pass (1 ticket)\n", "")
    assert bare.ticket("verify", "nothing..HEAD").err.startswith(
        "error: there is no branch, tag or commit nothing\n"
    )


def test_inside_a_git_dir_a_range_is_verified_as_well(work: GitRepo) -> None:
    done = GitRepo(work.git_dir, work.environ).ticket("verify", "HEAD")

    assert (done.code, done.out.split("\n")[1]) == (1, "1 of 2 commits pass (1 ticket)")


def test_an_update_hook_lets_only_good_commits_in(work: GitRepo, bare: GitRepo) -> None:
    hook = bare.path / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\nexec git ticket verify "$2..$3"\n', encoding="utf-8")
    hook.chmod(0o755)
    work.git("remote", "add", "origin", str(bare.path))

    work.commit("Worse")
    bad = work.attempt("push", "origin", "main")
    assert (bad.code, "remote: 0 of 1 commit pass" in bad.err) == (1, True)
    assert work.attempt("push", "origin", "HEAD~1:refs/heads/same").code == 0
    assert work.attempt("push", "origin", "HEAD:refs/heads/new").code == 1
    assert work.attempt("push", "origin", ":same").code == 0
    work.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Mended\n\nTicket: PROJ-1")
    assert work.attempt("push", "origin", "main").code == 0
    # A push cannot bring its own, weaker settings.
    work.write(".tickets/config.yaml", "trailers: {ticket: Worse}\n")
    work.git("add", ".")
    work.commit("Sly\n\nWorse: PROJ-1")
    assert work.attempt("push", "origin", "main").code == 1
