"""Shims that were edited, and places of hooks that look installed but are not."""

from pathlib import Path

from tests.support.git import GitRepo

EVENT = "prepare-commit-msg"


def edit(repo: GitRepo) -> tuple[Path, bytes]:
    path = repo.git_dir / "hooks" / EVENT
    data = path.read_bytes().replace(b"#!/bin/sh\n", b"#!/bin/sh\necho my own line\n")
    path.write_bytes(data)
    return path, data


def copies(path: Path) -> list[bytes]:
    return [found.read_bytes() for found in path.parent.glob(f"{EVENT}.edited-*")]


def test_an_edited_shim_is_kept_when_it_is_replaced(repo: GitRepo) -> None:
    path, data = edit(repo)
    done = repo.ticket("hooks", "install")

    (kept,) = path.parent.glob(f"{EVENT}.edited-*")
    assert f"the file that was edited is kept as {kept}\n" in done.out
    assert (kept.read_bytes(), b"my own line" in path.read_bytes()) == (data, False)


def test_an_edited_shim_is_kept_when_it_is_removed(repo: GitRepo) -> None:
    path, data = edit(repo)
    done = repo.ticket("hooks", "uninstall")

    assert done.out.startswith("kept what was edited as ")
    assert (copies(path), path.exists()) == ([data], False)


def test_an_untouched_shim_leaves_no_copy(repo: GitRepo) -> None:
    path = repo.git_dir / "hooks" / EVENT
    repo.ticket("hooks", "install")

    assert copies(path) == []


def test_an_empty_hooks_path_runs_nothing_and_says_so(repo: GitRepo) -> None:
    repo.git("config", "core.hooksPath", "")
    repo.ticket("attach", "PROJ-1")
    repo.commit("subject")

    assert repo.tickets() == []
    assert repo.ticket("hooks", "status").out == "".join(
        f"{event:<20}not installed\n" for event in (EVENT, "commit-msg", "post-checkout")
    )
    assert repo.ticket("doctor").code == 1


def test_anchors_in_the_configuration_of_pre_commit_hide_nothing(empty_repo: GitRepo) -> None:
    hook = f"- id: git-ticket-{EVENT}\n    name: x\n    entry: git-ticket hook {EVENT}\n"
    more = f"    language: system\n    stages: [{EVENT}]\n    always_run: true\n"
    text = f"x: &y [1]\nrepos:\n- repo: local\n  hooks:\n  {hook}{more}"
    empty_repo.write(".pre-commit-config.yaml", text)
    assert empty_repo.run("pre-commit", "install", "-t", EVENT).code == 0

    status = empty_repo.ticket("hooks", "status").out
    assert status.startswith(f"{EVENT:<20}pre-commit (.pre-commit-config.yaml)\n")
