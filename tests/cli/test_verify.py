"""`git ticket verify` as people, CI and git's pre-push hook use it."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo, create


@pytest.fixture
def mixed(empty_repo: GitRepo) -> GitRepo:
    """Three commits: one tagged, two not."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.commit("Add a\n\nTicket: PROJ-1\nTicket-Session: s-1")
    empty_repo.commit("Add 100%: \x1b[2J b, c")
    empty_repo.commit("Add d")
    return empty_repo


def names(repo: GitRepo) -> list[str]:
    return repo.git("log", "--abbrev=10", "--format=%h").split()


def test_every_commit_that_does_not_pass_is_a_line_with_what_to_type(mixed: GitRepo) -> None:
    last, middle, first = names(mixed)

    done = mixed.ticket("verify", "HEAD")

    assert done.code == 1
    assert done.out.split("\n") == [
        f"{last} Add d: no Ticket trailer",
        f"{middle} Add 100%: \\x1b[2J b, c: no Ticket trailer",
        f"{first} Add a: session s-1 is not archived (note)",
        f"{first} Add a: there is no ticket PROJ-1 (note)",
        "1 of 3 commits pass (1 ticket)",
        "",
    ]
    assert done.err.split("\n") == [
        "hint: git ticket attach ID --amend  # tags the last commit",
        f"hint: git rebase --interactive {middle}^  # reword: a last line Ticket: ID",
        "",
    ]


def test_a_range_that_passes_ends_well_unless_more_is_required(mixed: GitRepo) -> None:
    done = mixed.ticket("verify", "HEAD~2")

    assert (done.code, done.err) == (0, "")
    assert mixed.ticket("verify", "HEAD~2", "--require-sessions").code == 1
    assert mixed.ticket("verify", "HEAD~2", "--require-tickets").code == 1
    assert mixed.ticket("verify", "--", "--all").code == 3


@pytest.mark.parametrize("more", [{}, {"GITHUB_ACTIONS": "true"}], ids=["flag", "actions"])
def test_github_gets_annotations(mixed: GitRepo, more: dict[str, str]) -> None:
    last, middle, first = names(mixed)

    done = mixed.ticket("verify", "HEAD", *([] if more else ["--github"]), **more)

    assert done.code == 1
    title = "title=Commit without a ticket"
    assert done.out.split("\n") == [
        f"::error {title}::{last} Add d: no Ticket trailer",
        f"::error {title}::{middle} Add 100%25: \\x1b[2J b, c: no Ticket trailer",
        f"::notice title=Session not archived::{first} Add a: session s-1 is not archived",
        f"::notice title=Unknown ticket::{first} Add a: there is no ticket PROJ-1",
        "1 of 3 commits pass (1 ticket)",
        "",
    ]


def test_json_has_every_field(mixed: GitRepo) -> None:
    done = mixed.ticket("verify", "--json", "HEAD^!")

    assert done.code == 1
    assert json.loads(done.out) == {
        "schema": 1,
        "success": False,
        "commits": 1,
        "passed": {},
        "failures": [
            {
                "kind": "untagged",
                "commit": mixed.git("rev-parse", "HEAD"),
                "subject": "Add d",
                "author": "Dana",
                "reason": "no Ticket trailer",
            }
        ],
        "notes": [],
    }


def test_as_a_pre_push_hook_it_lets_only_good_commits_through(
    mixed: GitRepo, tmp_path: Path
) -> None:
    remote = create(tmp_path / "remote", mixed.environ)
    mixed.git("remote", "add", "origin", str(remote.path))
    hook = mixed.write(".git/hooks/pre-push", '#!/bin/sh\nexec git ticket verify --pre-push "$@"\n')
    hook.chmod(0o755)

    bad = mixed.attempt("push", "origin", "main:refs/heads/x")
    good = mixed.attempt("push", "origin", "HEAD~2:refs/heads/x")

    assert (bad.code, good.code) == (1, 0)
    assert "1 of 3 commits pass" in bad.out
    assert mixed.attempt("push", "origin", ":x").code == 0


def test_a_subject_is_no_command_for_a_ci_system(empty_repo: GitRepo) -> None:
    subject = "100% ::set-output name=x::y ##[add-path]/x ##vso[task.setvariable]y\r::error::z"
    path = empty_repo.write("message", subject)
    empty_repo.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", str(path))
    (name,) = names(empty_repo)

    lines = empty_repo.ticket("verify", "HEAD", "--github").out.split("\n")
    said = "::set-output name=x::y # #[add-path]/x # #vso[task.setvariable]y"
    start = f"::error title=Commit without a ticket::{name} 100%25 "
    assert lines[0] == f"{start}{said}%0D::error::z: no Ticket trailer"
    plain = empty_repo.ticket("verify", "HEAD").out.split("\n")
    assert plain[0] == f"{name} 100% {said}\\r::error::z: no Ticket trailer"


def test_hints_mend_what_was_checked_and_nothing_else(mixed: GitRepo) -> None:
    root = create(mixed.path / "other", mixed.environ)
    root.write(".tickets/config.yaml", "trailers: {ticket: Issue}\n")
    root.commit("root")
    root.commit("Good\n\nIssue: PROJ-1")
    assert root.ticket("verify", "HEAD").err == (
        "hint: git rebase --interactive --root  # reword: a last line Issue: ID\n"
    )
    mixed.git("switch", "-q", "--detach", "HEAD~2")
    assert mixed.ticket("verify", "main").err == ""  # nothing here would change that branch


def test_a_missing_end_of_a_range_is_named(mixed: GitRepo, tmp_path: Path) -> None:
    done = mixed.ticket("verify", "nothing..HEAD")
    said = "error: there is no branch, tag or commit nothing\nhint: git branch --all\n"
    assert (done.code, done.out, done.err) == (3, "", said)
    unborn = create(tmp_path / "unborn", mixed.environ)
    for words in ((), ("HEAD",), ("main..HEAD",)):
        done = unborn.ticket("verify", *words)
        said = "error: there is no commit yet\nhint: git status\n"
        assert (done.code, done.out, done.err) == (3, "", said)


def test_a_push_that_brings_nothing_says_nothing(mixed: GitRepo) -> None:
    name, zero = mixed.git("rev-parse", "HEAD"), "0" * 40
    for line in ("", f"(delete) {zero} refs/heads/x {name}\n"):
        done = mixed.run("git", "ticket", "verify", "--pre-push", "origin", "url", input=line)
        assert (done.code, done.out, done.err) == (0, "", "")
    line = f"refs/heads/x {'1' * 40} refs/heads/x {zero}\n"
    done = mixed.run("git", "ticket", "verify", "--pre-push", input=line)
    assert (done.code, done.err.split("\n")[0]) == (
        *(3, f"error: there is no branch, tag or commit {'1' * 40}"),
    )
