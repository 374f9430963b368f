"""Collisions of ids between clones: found after a fetch, remembered until the next, and said."""

import json
from pathlib import Path

import pytest

from git_ticketer.ops import collisions
from git_ticketer.storage import worktree
from tests.support.git import GitRepo


def tree(repo: GitRepo) -> worktree.Worktree:
    return worktree.find(str(repo.path), repo.environ)


@pytest.fixture
def clones(repo: GitRepo, tmp_path: Path) -> tuple[GitRepo, GitRepo]:
    """Two clones that both create PROJ-2; the first has pushed it, the second fetches nothing."""
    repo.ticket("init", "--prefix", "PROJ")
    repo.ticket("create", "Shared", "--no-parent")
    repo.git("add", ".gitattributes")
    repo.ticket("save")
    repo.git("commit", "-qm", "attributes")
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(tmp_path / "server"))
    repo.git("clone", "--quiet", str(tmp_path / "server"), str(tmp_path / "other"))
    repo.git("remote", "add", "origin", str(tmp_path / "server"))
    other = GitRepo(tmp_path / "other", repo.environ)
    other.ticket("init")
    for clone, title in ((repo, "Mine"), (other, "Theirs")):
        clone.ticket("attach", "--none")
        clone.ticket("create", title)
        clone.ticket("save")
    repo.git("push", "--quiet", "origin", "main")
    return repo, other


def test_a_collision_is_noted_after_the_fetch_that_brings_it(
    clones: tuple[GitRepo, GitRepo],
) -> None:
    _, other = clones
    assert collisions.noted(tree(other)) == []

    other.git("fetch", "--quiet")

    [found] = collisions.noted(tree(other))
    assert found.text == "PROJ-2 is 2 tickets: work tree, origin/main"
    assert found.hint == "git ticket renumber PROJ-2"
    assert collisions.noted(tree(other)) == [found]


def test_between_fetches_no_branch_is_read_again(clones: tuple[GitRepo, GitRepo]) -> None:
    _, other = clones
    other.git("fetch", "--quiet")
    collisions.noted(tree(other))
    log = other.path.parent / "log"

    found = worktree.find(str(other.path), {**other.environ, "GIT_TRACE": str(log)})
    log.write_text("", encoding="utf-8")
    collisions.noted(found)

    assert log.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("content", [b"", b"garbage\xff\n", b"\0" * 100])
def test_a_note_that_is_broken_is_made_anew(
    clones: tuple[GitRepo, GitRepo], content: bytes
) -> None:
    _, other = clones
    other.git("fetch", "--quiet")
    [found] = collisions.noted(tree(other))
    (other.git_dir / "ticketer/collisions").write_bytes(content)

    assert collisions.noted(tree(other)) == [found]


def test_list_lint_and_doctor_say_it_and_renumber_ends_it(
    clones: tuple[GitRepo, GitRepo],
) -> None:
    _, other = clones
    other.git("fetch", "--quiet")

    listed = other.ticket("list")
    linted = json.loads(other.ticket("lint", "--json").out)
    examined = other.ticket("doctor")

    said = "PROJ-2 is 2 tickets: work tree, origin/main"
    assert listed.err == f"warning: {said}\nhint: git ticket renumber PROJ-2\n"
    assert [row["reason"] for row in linted["findings"]] == [f"{said}; git ticket renumber PROJ-2"]
    assert said in examined.out

    assert other.ticket("renumber", "PROJ-2").code == 0
    assert other.ticket("list").err == ""
    assert other.ticket("lint").code == 0
