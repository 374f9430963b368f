"""The driver inside git: everything that merges, and everything that can be wrong with it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.install.attributes import DRIVER, install
from git_ticketer.storage.worktree import find
from tests.support.git import GitRepo

TICKET = ".tickets/PROJ-1/ticket.yaml"
BASE = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-1

title: Add avatars  # keep it short

status: planned

# ours to decide
labels:
- backend
- web

subtasks:
  a1:
    title: Write it
    status: pending
"""
OURS = BASE.replace("- backend\n", "- backend\n- cache\n").replace("keep it short", "or long")
THEIRS = BASE.replace("- backend\n", "- backend\n- docs\n").replace("ours to decide", "by theirs")
MERGED = (
    BASE.replace("- backend\n", "- backend\n- cache\n- docs\n")
    .replace("keep it short", "or long")
    .replace("ours to decide", "by theirs")
)


@pytest.fixture
def forked(empty_repo: GitRepo) -> GitRepo:
    """The ticket with a label of ours on main and one of theirs on side: lines alone conflict."""
    install(find(str(empty_repo.path), empty_repo.environ))
    return fork(empty_repo, BASE, OURS, THEIRS)


def fork(repo: GitRepo, base: str, ours: str, theirs: str) -> GitRepo:
    """Commit `base`, then `theirs` on branch side and `ours` on main, which is checked out."""
    repo.git("checkout", "-q", "-B", "main")
    save(repo, base)
    repo.git("checkout", "-q", "-b", "side")
    save(repo, theirs)
    repo.git("checkout", "-q", "main")
    save(repo, ours)
    return repo


def save(repo: GitRepo, text: str) -> None:
    repo.write(TICKET, text)
    repo.git("add", "-A")
    repo.commit()


def ticket(repo: GitRepo) -> str:
    return (repo.path / TICKET).read_text(encoding="utf-8")


def merge(repo: GitRepo) -> None:
    repo.git("merge", "-q", "--no-edit", "side")


def rebase(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "side")
    repo.git("rebase", "-q", "main")


def cherry_pick(repo: GitRepo) -> None:
    repo.git("cherry-pick", "side")


def revert(repo: GitRepo) -> None:
    """Take back the commit that took theirs back."""
    repo.git("checkout", "-q", "side")
    save(repo, BASE)
    save(repo, OURS)
    repo.git("revert", "--no-edit", "HEAD~1")


def stash_pop(repo: GitRepo) -> None:
    repo.git("checkout", "-q", "HEAD~1")
    repo.write(TICKET, THEIRS)
    repo.git("stash", "-q")
    repo.git("checkout", "-q", "main")
    repo.git("stash", "pop", "-q")


def am(repo: GitRepo) -> None:
    patch = repo.git("format-patch", "-1", "side", "--stdout")
    repo.git("am", "-q", "-3", input=patch + "\n")


def checkout_m(repo: GitRepo) -> None:
    """Carry the uncommitted change of theirs to main."""
    repo.git("checkout", "-q", "HEAD~1")
    repo.write(TICKET, THEIRS)
    repo.git("checkout", "-q", "-m", "main")


WAYS = (merge, rebase, cherry_pick, revert, stash_pop, am, checkout_m)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_two_labels_in_one_gap_are_both_there_and_so_are_the_comments(
    forked: GitRepo, way: Callable[[GitRepo], None]
) -> None:
    way(forked)

    assert ticket(forked) == MERGED
    assert list(forked.path.glob(".merge_file*")) == []
    assert list(forked.path.glob(".git-ticketer*")) == []


def test_without_the_driver_this_is_a_conflict(empty_repo: GitRepo) -> None:
    fork(empty_repo, BASE, OURS, THEIRS)

    assert empty_repo.attempt("merge", "-q", "side").code == 1


def test_a_linked_worktree_merges_with_the_driver_too(forked: GitRepo, tmp_path: Path) -> None:
    linked = forked.worktree(tmp_path / "linked", "other")

    linked.git("merge", "-q", "--no-edit", "side")

    assert ticket(linked) == MERGED


def test_a_criss_cross_is_merged_over_its_virtual_base(forked: GitRepo) -> None:
    forked.git("branch", "main2", "main")
    forked.git("merge", "-q", "--no-edit", "side")
    forked.git("checkout", "-q", "side")
    forked.git("merge", "-q", "--no-edit", "main2")
    save(forked, MERGED.replace("planned", "done"))
    forked.git("checkout", "-q", "main")
    save(forked, MERGED.replace("pending", "done"))

    forked.git("merge", "-q", "--no-edit", "side")

    assert ticket(forked) == MERGED.replace("planned", "done").replace("pending", "done")


def test_a_criss_cross_whose_virtual_base_is_a_conflict_is_git_s_own_merge(
    empty_repo: GitRepo,
) -> None:
    install(find(str(empty_repo.path), empty_repo.environ))
    one, two = BASE.replace("planned", "done"), BASE.replace("planned", "backlog")
    repo = fork(empty_repo, BASE, one, two)
    repo.git("branch", "main2", "main")
    for branch, other, text in (("main", "side", one), ("side", "main2", two)):
        repo.git("checkout", "-q", branch)
        assert repo.attempt("merge", "-q", other).code == 1
        save(repo, text)

    repo.git("checkout", "-q", "main")
    done = repo.attempt("merge", "-q", "side")

    assert done.code == 1
    assert "<<<<<<< ours\nstatus: done\n=======\nstatus: backlog\n>>>>>>> theirs\n" in ticket(repo)


def test_a_disputed_field_stands_between_markers_and_git_names_the_file(
    empty_repo: GitRepo,
) -> None:
    install(find(str(empty_repo.path), empty_repo.environ))
    repo = fork(empty_repo, BASE, OURS.replace("planned", "done"), THEIRS.replace("planned", "x"))

    done = repo.attempt("merge", "side")

    assert done.code == 1
    assert f"CONFLICT (content): Merge conflict in {TICKET}" in done.out
    assert ticket(repo) == MERGED.replace(
        "status: planned\n",
        "<<<<<<< ours: status\nstatus: done\n=======\nstatus: x\n>>>>>>> theirs: status\n",
    )
    stages = [line.split()[2] for line in repo.git("ls-files", "-u").splitlines()]
    assert stages == ["1", "2", "3"]


def test_a_ticket_that_git_takes_for_another_one_is_not_merged_into_it(
    empty_repo: GitRepo,
) -> None:
    """Main deletes PROJ-1 and makes the similar PROJ-5; git sees a rename (storage.md, 3a)."""
    install(find(str(empty_repo.path), empty_repo.environ))
    repo = fork(empty_repo, BASE, BASE, BASE.replace("planned", "done"))
    other = BASE.replace("1B0A", "1B0B").replace("PROJ-1", "PROJ-5")
    repo.git("rm", "-q", TICKET)
    repo.write(".tickets/PROJ-5/ticket.yaml", other)
    repo.git("add", "-A")
    repo.commit()

    done = repo.attempt("merge", "side")

    assert done.code == 1
    text = (repo.path / ".tickets/PROJ-5/ticket.yaml").read_text(encoding="utf-8")
    theirs = BASE.replace("planned", "done")
    assert text == f"<<<<<<< ours: uid\n{other}=======\n{theirs}>>>>>>> theirs: uid\n"


def test_one_id_for_two_tickets_is_a_conflict_of_both(empty_repo: GitRepo) -> None:
    install(find(str(empty_repo.path), empty_repo.environ))
    empty_repo.git("add", "-A")
    empty_repo.commit()
    other = BASE.replace("1B0A", "1B0B")
    empty_repo.git("checkout", "-q", "-b", "side")
    save(empty_repo, other)
    empty_repo.git("checkout", "-q", "main")
    save(empty_repo, BASE)

    assert empty_repo.attempt("merge", "side").code == 1
    assert ticket(empty_repo) == f"<<<<<<< ours: uid\n{BASE}=======\n{other}>>>>>>> theirs: uid\n"


LINE_CONFLICT = "- backend\n<<<<<<< ours\n- cache\n=======\n- docs\n>>>>>>> theirs\n- web\n"


def without_program(environ: dict[str, str]) -> str:
    """A PATH with git and sh on it and no git-ticket."""
    folders = environ["PATH"].split(os.pathsep)
    return os.pathsep.join(f for f in folders if not Path(f, "git-ticket").exists())


def test_without_the_program_git_merges_lines_and_leaves_markers(forked: GitRepo) -> None:
    path = without_program(forked.environ)

    done = forked.attempt("merge", "side", PATH=path)

    assert done.code == 1
    assert LINE_CONFLICT in ticket(forked)


@pytest.mark.parametrize(
    "death", ["kill -9 $$", "exit 1", "exit 2", "exit 139", "echo broken >&2; exit 1"]
)
def test_a_program_that_dies_leaves_the_markers_of_git_s_merge(
    forked: GitRepo, tmp_path: Path, death: str
) -> None:
    program = tmp_path / "git-ticket"
    program.write_text(f"#!/bin/sh\n{death}\n", encoding="utf-8")
    program.chmod(0o755)

    done = forked.attempt("merge", "side", PATH=f"{tmp_path}{os.pathsep}{forked.environ['PATH']}")

    assert done.code == 1
    assert LINE_CONFLICT in ticket(forked)


def test_where_nothing_can_be_written_git_stops_and_changes_nothing(
    forked: GitRepo, tmp_path: Path
) -> None:
    """The driver's last resort on a full disk: no file at all instead of ours without markers."""
    program = tmp_path / "git-ticket"
    program.write_text('#!/bin/sh\nrm "$3"\nexit 128\n', encoding="utf-8")
    program.chmod(0o755)

    done = forked.attempt("merge", "side", PATH=f"{tmp_path}{os.pathsep}{forked.environ['PATH']}")

    assert done.code not in (0, 1)
    assert forked.attempt("rev-parse", "-q", "--verify", "HEAD^2").code != 0
    assert ticket(forked) == OURS
    assert forked.git("status", "--porcelain") == ""


def test_a_hostile_attribute_cannot_make_us_merge_other_files_by_keys(forked: GitRepo) -> None:
    forked.git("checkout", "-q", "--orphan", "new")
    forked.write(".gitattributes", "* merge=git-ticket\n")
    texts = (f"uses:\n- {word}\n" for word in ("a", "b", "c"))
    base, ours, theirs = texts
    for branch, text in (("base", base), ("t", theirs)):
        forked.git("checkout", "-q", "-b", branch)
        forked.write("$(touch hacked) ci.yaml", text)
        forked.git("add", "-A")
        forked.commit()
    forked.git("checkout", "-q", "-b", "o", "base")
    forked.write("$(touch hacked) ci.yaml", ours)
    forked.git("commit", "-qam", "ours")

    done = forked.attempt("merge", "t")

    assert done.code == 1
    assert not (forked.path / "hacked").exists()
    text = (forked.path / "$(touch hacked) ci.yaml").read_text(encoding="utf-8")
    assert text == "uses:\n<<<<<<< ours\n- b\n=======\n- c\n>>>>>>> theirs\n"


def test_a_ticket_that_became_a_link_is_git_s_own_conflict(forked: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text(BASE, encoding="utf-8")
    forked.git("checkout", "-q", "side")
    (forked.path / TICKET).unlink()
    (forked.path / TICKET).symlink_to(outside)
    forked.git("add", "-A")
    forked.commit()
    forked.git("checkout", "-q", "main")

    assert forked.attempt("merge", "side").code == 1
    assert outside.read_text(encoding="utf-8") == BASE


def test_the_configured_command_names_all_that_git_expands() -> None:
    assert DRIVER.count("%A") == 3
    assert "merge-driver %O %A %B %L %P" in DRIVER
