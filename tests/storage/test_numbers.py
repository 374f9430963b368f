"""Ticket numbers: given once in a clone, whatever runs at the same time or is removed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.storage import numbers, worktree
from git_ticketer.storage.numbers import CannotNumber, NoNumberLeft, Taken
from tests.support import faults
from tests.support.git import GitRepo, create

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
RESERVE = """
import os, sys
from git_ticketer.storage import numbers, worktree
print(numbers.reserve(worktree.find(".", os.environ), "PROJ", random="random" in sys.argv))
"""


def reserve(repo: GitRepo, prefix: str = "PROJ", *, random: bool = False) -> str:
    return numbers.reserve(worktree.find(str(repo.path), repo.environ), prefix, random=random)


def ticket(repo: GitRepo, id: str, *, more: str = "") -> None:
    repo.write(f".tickets/{id}/ticket.yaml", f"uid: {UID}\n\nid: {id}\n\n{more}title: T\n")


def committed(repo: GitRepo, *ids: str, more: str = "") -> None:
    for id in ids:
        ticket(repo, id, more=more)
    repo.git("add", "--force", ".tickets")
    repo.git("commit", "--quiet", "-m", "tickets")


def state(repo: GitRepo) -> Path:
    return Path(repo.path, repo.git("rev-parse", "--git-common-dir"), "ticketer", "numbers")


def processes(repo: GitRepo, log: Path) -> list[str]:
    """The git commands that the next reservation starts."""
    log.unlink(missing_ok=True)
    found = worktree.find(str(repo.path), {**repo.environ, "GIT_TRACE": str(log)})
    log.unlink()
    numbers.reserve(found, "PROJ")
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line.split("git ", 1)[1].split()[0] for line in lines if "built-in: git" in line]


def test_the_first_number_is_one_even_before_the_first_commit(empty_repo: GitRepo) -> None:
    assert [reserve(empty_repo), reserve(empty_repo)] == ["PROJ-1", "PROJ-2"]


def test_every_prefix_has_numbers_of_its_own(empty_repo: GitRepo) -> None:
    committed(empty_repo, "PROJ-7", "OTHER-3")
    assert [reserve(empty_repo), reserve(empty_repo, "OTHER")] == ["PROJ-8", "OTHER-4"]


@pytest.mark.parametrize(
    "place",
    ["refs/heads/topic", "refs/remotes/origin/topic", "refs/tags/v1", "refs/stash", "refs/own/x"],
)
def test_a_number_on_any_ref_is_taken(empty_repo: GitRepo, place: str) -> None:
    empty_repo.commit()
    first = empty_repo.git("rev-parse", "HEAD")
    committed(empty_repo, "PROJ-41")
    empty_repo.git("update-ref", place, "HEAD")
    empty_repo.git("reset", "--quiet", "--hard", first)
    assert reserve(empty_repo) == "PROJ-42"


def test_a_number_in_another_worktree_is_taken_before_it_is_committed(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit()
    other = empty_repo.worktree(tmp_path / "other", "other")
    ticket(other, "PROJ-9")
    assert reserve(empty_repo) == "PROJ-10"
    ticket(empty_repo, "PROJ-20")
    assert reserve(other) == "PROJ-21"


def test_a_number_on_a_detached_head_that_is_not_checked_out_is_taken(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit()
    other = empty_repo.worktree(tmp_path / "other", "other")
    other.git("checkout", "--quiet", "--detach")
    committed(other, "PROJ-5")
    other.git("sparse-checkout", "set", "--no-cone", "nothing")
    assert not (other.path / ".tickets").exists()
    assert reserve(empty_repo) == "PROJ-6"


def test_a_worktree_that_is_gone_does_not_matter(empty_repo: GitRepo, tmp_path: Path) -> None:
    empty_repo.commit()
    other = empty_repo.worktree(tmp_path / "other", "other")
    ticket(other, "PROJ-9")
    shutil.rmtree(other.path)
    (empty_repo.git_dir / "worktrees/broken").mkdir()
    assert reserve(empty_repo) == "PROJ-1"


@pytest.mark.parametrize("name", ["proj-7", "PROJ-007"])
def test_a_folder_that_is_spelled_otherwise_takes_its_number(
    empty_repo: GitRepo, name: str
) -> None:
    (empty_repo.path / ".tickets" / name).mkdir(parents=True)
    assert reserve(empty_repo) == "PROJ-8"


def test_a_number_once_given_is_never_given_again(empty_repo: GitRepo) -> None:
    ticket(empty_repo, reserve(empty_repo))
    shutil.rmtree(empty_repo.path / ".tickets")
    assert reserve(empty_repo) == "PROJ-2"


def test_a_number_that_was_seen_once_is_never_given_again(empty_repo: GitRepo) -> None:
    empty_repo.commit()
    empty_repo.git("switch", "--quiet", "--create", "topic")
    committed(empty_repo, "PROJ-9")
    assert reserve(empty_repo) == "PROJ-10"
    empty_repo.git("switch", "--quiet", "main")
    empty_repo.git("branch", "--quiet", "-D", "topic")
    assert reserve(empty_repo) == "PROJ-11"


@pytest.mark.parametrize("form", ["aliases:\n- PROJ-30\n\n", "aliases: [proj-030]\n\n"])
def test_an_alias_takes_its_number_also_where_it_is_the_highest(
    empty_repo: GitRepo, form: str
) -> None:
    committed(empty_repo, "OTHER-1", more=form)
    assert reserve(empty_repo) == "PROJ-31"


def test_an_alias_that_comes_with_a_later_commit_takes_its_number(empty_repo: GitRepo) -> None:
    committed(empty_repo, "PROJ-1", "OTHER-1")
    assert reserve(empty_repo) == "PROJ-2"
    committed(empty_repo, "OTHER-1", more="aliases: [PROJ-30]\n\n")
    assert reserve(empty_repo) == "PROJ-31"


def test_two_tickets_with_the_same_content_both_count(empty_repo: GitRepo) -> None:
    for id in ("PROJ-1", "OTHER-2"):
        empty_repo.write(f".tickets/{id}/ticket.yaml", "same\n")
    empty_repo.git("add", ".")
    empty_repo.git("commit", "--quiet", "-m", "same")
    shutil.rmtree(empty_repo.path / ".tickets")
    assert [reserve(empty_repo), reserve(empty_repo, "OTHER")] == ["PROJ-2", "OTHER-3"]


def test_the_usual_cost_is_two_git_processes(empty_repo: GitRepo, tmp_path: Path) -> None:
    committed(empty_repo, "PROJ-1")
    new = ["for-each-ref", "cat-file", "hash-object", "diff-tree", "cat-file"]
    assert processes(empty_repo, tmp_path / "log") == [*new, "cat-file"]
    assert processes(empty_repo, tmp_path / "log") == ["for-each-ref", "cat-file"]
    committed(empty_repo, "PROJ-2")
    empty_repo.git("branch", "same")
    known = ["for-each-ref", "cat-file", "diff-tree", "cat-file", "cat-file"]
    assert processes(empty_repo, tmp_path / "log") == known


def test_forty_reservations_at_once_in_four_worktrees_give_forty_ids(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    committed(empty_repo, "PROJ-3")
    trees = [empty_repo, *(empty_repo.worktree(tmp_path / n, n) for n in "abc")]
    running = [
        subprocess.Popen(
            faults.python(RESERVE),
            cwd=trees[number % 4].path,
            env=empty_repo.environ,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(40)
    ]
    given = [process.communicate()[0].strip() for process in running]
    assert len(given) == 40
    assert set(given) == {f"PROJ-{number}" for number in range(4, 44)}


def test_a_kill_at_any_call_leaves_no_number_that_is_given_twice(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    faults.needs_strace()
    command = faults.python(RESERVE)
    reserve(empty_repo)
    calls = faults.record(empty_repo, tmp_path / "log", *command)
    own = [call for call in calls if "ticketer/" in call.text and call.name != "openat"]
    given = [int(reserve(empty_repo)[5:])]
    for call in own:
        faults.inject(empty_repo, call, "signal=SIGKILL", *command)
        given.append(int(reserve(empty_repo)[5:]))
    assert len(own) >= 3
    assert given == sorted(set(given))


@pytest.mark.parametrize("fault", ["error=ENOSPC", "error=EIO"])
def test_a_disk_that_fails_gives_no_id(empty_repo: GitRepo, tmp_path: Path, fault: str) -> None:
    faults.needs_strace()
    command = faults.python(RESERVE)
    reserve(empty_repo)
    calls = faults.record(empty_repo, tmp_path / "log", *command)
    own = [c for c in calls if "ticketer" in c.text and c.name in ("fsync", *faults.RENAMES)]
    assert own
    for call in own:
        before = state(empty_repo).read_text(encoding="utf-8")
        done = faults.inject(empty_repo, call, fault, *command)
        assert (done.code, done.out) == (1, "")
        assert "no id can be given" in done.err
        assert state(empty_repo).read_text(encoding="utf-8") == before


def test_a_read_only_git_dir_is_one_clear_error(empty_repo: GitRepo, tmp_path: Path) -> None:
    faults.needs_mounts()
    script = faults.python(RESERVE)
    setup = faults.read_only(empty_repo.git_dir)
    [done] = faults.mounted(empty_repo, tmp_path / "scratch", setup, script)
    folder = empty_repo.git_dir / "ticketer"
    said = f"no id can be given, {folder} cannot be written: Read-only file system"
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == f"{CannotNumber.__module__}.CannotNumber: {said}"


def test_a_broken_line_makes_everything_be_looked_at_again(empty_repo: GitRepo) -> None:
    committed(empty_repo, "PROJ-9")
    assert reserve(empty_repo) == "PROJ-10"
    shutil.rmtree(empty_repo.path / ".tickets")
    text = state(empty_repo).read_text(encoding="utf-8")
    state(empty_repo).write_text(text.replace("floor PROJ 10", "floor PR"), encoding="utf-8")
    assert reserve(empty_repo) == "PROJ-10"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\0", b"floor PROJ\n", b"floor PROJ 9" * 9999])
def test_a_file_of_numbers_may_hold_anything(empty_repo: GitRepo, data: bytes) -> None:
    committed(empty_repo, "PROJ-4")
    reserve(empty_repo)
    state(empty_repo).write_bytes(data)
    assert reserve(empty_repo) == "PROJ-5"


def test_the_highest_number_leaves_none_and_is_named(empty_repo: GitRepo) -> None:
    ticket(empty_repo, "PROJ-999999999999")
    with pytest.raises(NoNumberLeft) as caught:
        reserve(empty_repo)
    assert caught.value.message == "PROJ-999999999999 is in use, no number is above it"
    assert caught.value.hint == "git log --all -- .tickets/PROJ-999999999999"
    assert reserve(empty_repo, random=True).startswith("PROJ-")


def test_a_linked_folder_is_not_read(empty_repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "outside/PROJ-50").mkdir(parents=True)
    (empty_repo.path / ".tickets").symlink_to(tmp_path / "outside")
    assert reserve(empty_repo) == "PROJ-1"


def test_a_random_id_has_nine_digits_and_does_not_move_the_floor(empty_repo: GitRepo) -> None:
    given = {reserve(empty_repo, random=True) for _ in range(5)}
    assert len(given) == 5
    assert all(TicketId(id) == id and len(id) == len("PROJ-123456789") for id in given)
    assert reserve(empty_repo) == "PROJ-1"


@pytest.mark.parametrize("place", ["ref", "work tree", "given"])
def test_a_random_id_is_one_that_is_nowhere(empty_repo: GitRepo, place: str) -> None:
    found = worktree.find(str(empty_repo.path), empty_repo.environ)
    ids = [TicketId("PROJ-100000001"), TicketId("PROJ-100000002")]
    if place == "given":
        assert numbers.reserve_first(found, iter(ids)) == ids[0]
    elif place == "ref":
        committed(empty_repo, ids[0])
        shutil.rmtree(empty_repo.path / ".tickets")
    else:
        ticket(empty_repo, ids[0])
    assert numbers.reserve_first(found, iter(ids)) == ids[1]


def test_a_number_never_becomes_one_that_was_given_at_random(empty_repo: GitRepo) -> None:
    found = worktree.find(str(empty_repo.path), empty_repo.environ)
    numbers.reserve_first(found, iter([TicketId("PROJ-2")]))
    assert [reserve(empty_repo), reserve(empty_repo)] == ["PROJ-1", "PROJ-3"]


def test_a_chosen_id_must_be_above_all_that_were_given(empty_repo: GitRepo) -> None:
    found = worktree.find(str(empty_repo.path), empty_repo.environ)
    reserve(empty_repo)
    with pytest.raises(Taken) as caught:
        numbers.claim(found, TicketId("PROJ-1"))
    assert caught.value.message == "PROJ-1 is not free: ids up to it were given"
    assert caught.value.hint == "git ticket renumber ID --to PROJ-2"
    numbers.claim(found, TicketId("PROJ-8"))
    assert reserve(empty_repo) == "PROJ-9"


def test_a_sha256_repository_works(tmp_path: Path, environ: dict[str, str]) -> None:
    repo = GitRepo(tmp_path, environ)
    repo.git("init", "--quiet", "--object-format=sha256", ".")
    committed(repo, "PROJ-4")
    shutil.rmtree(repo.path / ".tickets")
    assert [reserve(repo), reserve(repo)] == ["PROJ-5", "PROJ-6"]


def test_a_shallow_clone_works(empty_repo: GitRepo, tmp_path: Path) -> None:
    committed(empty_repo, "PROJ-1")
    committed(empty_repo, "PROJ-2")
    empty_repo.git(
        "clone", "--quiet", "--depth=1", f"file://{empty_repo.path}", str(tmp_path / "c")
    )
    assert reserve(GitRepo(tmp_path / "c", empty_repo.environ)) == "PROJ-3"


def test_a_submodule_has_numbers_of_its_own_and_sees_its_worktrees(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    inner = create(tmp_path / "inner", empty_repo.environ)
    committed(inner, "PROJ-6")
    committed(empty_repo, "PROJ-90")
    empty_repo.git("submodule", "--quiet", "add", str(inner.path), "sub")
    sub = GitRepo(empty_repo.path / "sub", empty_repo.environ)
    assert reserve(sub) == "PROJ-7"
    linked = sub.worktree(tmp_path / "linked", "linked")
    ticket(sub, "PROJ-11")
    assert reserve(linked) == "PROJ-12"


def test_relative_paths_of_worktrees_are_followed(empty_repo: GitRepo, tmp_path: Path) -> None:
    empty_repo.commit()
    other = empty_repo.worktree(tmp_path / "other", "other")
    ticket(other, "PROJ-9")
    folder = empty_repo.git_dir / "worktrees/other"
    target = os.path.relpath(other.path / ".git", folder)
    (folder / "gitdir").write_text(f"{target}\n", encoding="utf-8")
    assert reserve(empty_repo) == "PROJ-10"
