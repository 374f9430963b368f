"""`git ticket hooks install`, `uninstall` and `status` where git runs hook files."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.git import GitRepo, create
from tests.support.hooks import EVENTS, KEPT, entry, file, folder, hooks, installed

MARK = b"# git-ticketer hook: "


def link(target: str, *, create: bool = True, absolute: bool = False) -> Callable[[Path], None]:
    """A maker of a hook that is a symbolic link."""

    def make(path: Path) -> None:
        goal = path.parent / target
        if create:
            goal.parent.mkdir(exist_ok=True)
            file(b"#!/bin/sh\nexit 0\n")(goal)
        path.symlink_to(goal if absolute else target)

    return make


def binary(path: Path) -> None:
    shutil.copy(shutil.which("true") or "", path)


def by_pre_commit(path: Path) -> None:
    """The script that pre-commit itself installs."""
    top = path.parents[2]
    (top / ".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")
    command = ["pre-commit", "install", "-t", path.name]
    subprocess.run(command, cwd=top, check=True, capture_output=True)


KINDS: dict[str, Callable[[Path], None]] = {
    "sh": file(b"#!/bin/sh\nexit 0\n"),
    "python": file(b"#!/usr/bin/env python3\nimport sys\nsys.exit(0)\n"),
    "no-shebang": file(b"exit 0\n"),
    "relative-link": link("../scripts/hook"),
    "absolute-link": link("../scripts/hook", absolute=True),
    "dangling-link": link("../nowhere/hook", create=False),
    "not-executable": file(b"#!/bin/sh\nexit 1\n", 0o644),
    "read-only": file(b"#!/bin/sh\nexit 0\n", 0o555),
    "private": file(b"#!/bin/sh\nexit 0\n", 0o700),
    "failing": file(b"#!/bin/sh\nexit 1\n"),
    "crlf": file(b"#!/bin/sh\r\nexit 0\r\n"),
    "empty": file(b""),
    "binary": binary,
    "pre-commit": by_pre_commit,
}


FOREIGN = [name for name in KINDS if name != "pre-commit"]


@pytest.fixture(params=[KINDS[name] for name in FOREIGN], ids=FOREIGN)
def hooked(request: pytest.FixtureRequest, empty_repo: GitRepo) -> GitRepo:
    """A repository with a foreign hook of some kind for each event, without ours."""
    empty_repo.commit("first")
    for event in EVENTS:
        request.param(hooks(empty_repo) / event)
    return empty_repo


def test_install_says_where_each_hook_is(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("hooks", "install")

    assert (done.code, done.out, done.err) == (0, installed(empty_repo), "")
    assert empty_repo.ticket("hooks", "status").out == done.out
    assert {name: mode for name, (_, mode, _) in folder(empty_repo).items()} == dict.fromkeys(
        sorted(EVENTS), 0o755
    )


def test_before_install_status_says_that_nothing_is_installed(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("hooks", "status")

    assert (done.code, done.err) == (0, "")
    assert done.out == "".join(f"{event:<20}not installed\n" for event in EVENTS)


def test_uninstall_says_what_it_removed_and_then_that_there_is_nothing(repo: GitRepo) -> None:
    done = repo.ticket("hooks", "uninstall")
    again = repo.ticket("hooks", "uninstall")

    removed = "".join(f"removed {hooks(repo)}/{event}\n" for event in EVENTS)
    assert (done.code, done.out, done.err) == (0, removed, "")
    assert (again.code, again.out) == (0, "No hook of ours was installed\n")
    assert folder(repo) == {}


def test_a_foreign_hook_is_kept_as_it_is_beside_ours(hooked: GitRepo) -> None:
    before = folder(hooked)
    done = hooked.ticket("hooks", "install")

    after = folder(hooked)
    assert (done.code, done.err) == (0, "")
    assert {e: after.pop(e + KEPT) for e in EVENTS} == {e: before[e] for e in EVENTS}
    assert all(MARK in after.pop(event)[2] for event in EVENTS)
    assert after == {name: was for name, was in before.items() if name not in EVENTS}


def test_uninstall_restores_bytes_mode_and_link_target(hooked: GitRepo) -> None:
    before = folder(hooked)
    hooked.ticket("hooks", "install")
    done = hooked.ticket("hooks", "uninstall")

    restored = "".join(f"restored {hooks(hooked)}/{event}\n" for event in EVENTS)
    assert (done.code, done.out, done.err) == (0, restored, "")
    assert folder(hooked) == before


def test_installing_again_changes_nothing(hooked: GitRepo) -> None:
    first = hooked.ticket("hooks", "install")
    once = folder(hooked)
    second = hooked.ticket("hooks", "install")

    assert (second.code, second.out, second.err) == (0, first.out, "")
    assert folder(hooked) == once


def test_the_hook_of_pre_commit_is_kept_and_restored(empty_repo: GitRepo) -> None:
    """Either side may start the other, as long as the script itself is not changed."""
    for event in EVENTS:
        by_pre_commit(hooks(empty_repo) / event)
    before = folder(empty_repo)
    empty_repo.ticket("hooks", "install")
    once = folder(empty_repo)
    again = empty_repo.ticket("hooks", "install")
    twice = folder(empty_repo)
    empty_repo.ticket("hooks", "uninstall")

    assert again.code == 0
    assert twice == once
    assert all(before[event] in once.values() for event in EVENTS)
    assert sum(MARK in data for _, _, data in once.values()) == len(EVENTS)
    assert folder(empty_repo) == before


def test_the_chained_hook_is_named(empty_repo: GitRepo) -> None:
    place = hooks(empty_repo)
    KINDS["sh"](place / "commit-msg")
    done = empty_repo.ticket("hooks", "install")

    ours = installed(empty_repo).splitlines(keepends=True)
    ours.insert(2, f"{'':<20}after the hook kept in {place}/commit-msg{KEPT}\n")
    assert done.out == "".join(ours)


def test_a_hook_that_links_to_another_event_is_kept(empty_repo: GitRepo) -> None:
    """One script for several events is common; the link must not be taken for a hook of ours."""
    place = hooks(empty_repo)
    file(b'#!/bin/sh\necho "$0" >>"$HOME/log"\n')(place / "prepare-commit-msg")
    (place / "commit-msg").symlink_to("prepare-commit-msg")
    before = folder(empty_repo)
    empty_repo.ticket("hooks", "install")
    empty_repo.commit("subject")
    runs = Path(empty_repo.environ["HOME"], "log").read_text(encoding="utf-8").splitlines()
    empty_repo.ticket("hooks", "uninstall")

    assert len(runs) == 2
    assert folder(empty_repo) == before


def test_install_from_a_linked_worktree_serves_every_worktree(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit("first")
    linked = empty_repo.worktree(tmp_path / "linked", "topic")
    done = linked.ticket("hooks", "install")
    linked.ticket("attach", "PROJ-2")
    empty_repo.ticket("attach", "PROJ-1")
    linked.commit()
    empty_repo.commit()

    assert (done.code, done.out) == (0, installed(empty_repo))
    assert (empty_repo.tickets(), linked.tickets()) == (["PROJ-1"], ["PROJ-2"])


def test_install_in_a_submodule_leaves_the_outer_repository_alone(
    empty_repo: GitRepo, tmp_path: Path, environ: dict[str, str]
) -> None:
    source = create(tmp_path / "source", environ)
    source.commit("first")
    empty_repo.git("submodule", "--quiet", "add", str(source.path), "part")
    part = GitRepo(empty_repo.path / "part", environ)
    done = part.ticket("hooks", "install")
    part.ticket("attach", "PROJ-3")
    part.commit()

    module = empty_repo.git_dir / "modules/part/hooks"
    assert done.out == "".join(f"{e:<20}hook file ({module}/{e})\n" for e in EVENTS)
    assert part.tickets() == ["PROJ-3"]
    assert folder(empty_repo) == {}


def test_install_from_a_subfolder_finds_the_hooks_folder(empty_repo: GitRepo) -> None:
    empty_repo.write("deep/er/file", "")
    below = GitRepo(empty_repo.path / "deep/er", empty_repo.environ)

    assert below.ticket("hooks", "install").out == installed(empty_repo)


@pytest.mark.parametrize("name", ["a b", "it's", 'say "hi"', "$HOME", "back`tick", "ünï cödé"])
def test_a_path_with_special_characters_is_no_obstacle(
    tmp_path: Path, environ: dict[str, str], name: str
) -> None:
    repo = create(tmp_path / name, environ)
    KINDS["sh"](hooks(repo) / "commit-msg")
    done = repo.ticket("hooks", "install")
    repo.ticket("attach", "PROJ-1")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "topic")

    assert done.code == 0
    assert repo.tickets() == ["PROJ-1"]


def test_two_foreign_hooks_for_one_event_are_both_left_as_they_are(repo: GitRepo) -> None:
    place = hooks(repo)
    file(b"#!/bin/sh\n# older\n")(place / f"commit-msg{KEPT}")
    file(b"#!/bin/sh\n# newer\n")(place / "commit-msg")
    before = folder(repo)
    done = repo.ticket("hooks", "install")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: {place}/commit-msg is not ours, and an earlier hook is kept in commit-msg{KEPT}"
        " beside it\n"
        f"hint: join the two in {place}/commit-msg, move commit-msg{KEPT} elsewhere,"
        " then git ticket init\n"
    )
    assert folder(repo) == before


def test_a_kept_hook_whose_shim_was_deleted_is_put_back_by_uninstall(empty_repo: GitRepo) -> None:
    place = hooks(empty_repo)
    KINDS["sh"](place / "commit-msg")
    before = folder(empty_repo)
    empty_repo.ticket("hooks", "install")
    (place / "commit-msg").unlink()
    empty_repo.ticket("hooks", "uninstall")

    assert folder(empty_repo) == before


def test_an_outdated_shim_is_named_and_brought_up_to_date(repo: GitRepo) -> None:
    shim = hooks(repo) / "commit-msg"
    current = entry(shim)
    shim.write_bytes(shim.read_bytes().replace(b"hook.py", b"older.py"))
    before = repo.ticket("hooks", "status").out.splitlines()
    repo.ticket("hooks", "install")

    old = f"{'commit-msg':<20}hook file ({shim}), of another installation: git ticket hooks install"
    assert before[1] == old
    assert entry(shim) == current


@pytest.mark.parametrize("mode", [0o644, 0o600], ids=oct)
def test_a_shim_that_git_would_ignore_does_not_count(repo: GitRepo, mode: int) -> None:
    (hooks(repo) / "commit-msg").chmod(mode)
    lines = repo.ticket("hooks", "status").out.splitlines()
    repo.ticket("hooks", "install")

    assert lines[1] == f"{'commit-msg':<20}not installed"
    assert repo.ticket("hooks", "status").out == installed(repo)
