"""An archive that is killed or refused while it is written: the old one or the new one, whole."""

import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from git_ticketer.lean.system import TEMPORARY
from tests.support import faults, transcripts
from tests.support.faults import Call
from tests.support.git import GitRepo, Result
from tests.support.transcripts import SESSION, answer, user

FOLDER = ".tickets/PROJ-1/sessions"
SHORT = (user("Begin"), answer("Begun"))
LONG = (*SHORT, *(answer(f"{number} " * 200_000) for number in range(3)), user("End"))


@pytest.fixture
def base(repo: GitRepo, tmp_path: Path) -> GitRepo:
    """A ticket with a short archive; `long.jsonl` is what the session has become."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "One", "--no-parent").code == 0
    short = transcripts.write(tmp_path / "short.jsonl", *SHORT)
    transcripts.write(tmp_path / "long.jsonl", *LONG)
    assert archive(repo, short).code == 0
    return repo


def command(path: Path) -> tuple[str, ...]:
    return "git-ticket", "archive", str(path), "--ticket", "PROJ-1"


def archive(repo: GitRepo, path: Path) -> Result:
    return repo.run(*command(path))


def contents(repo: GitRepo) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (repo.path / FOLDER).iterdir()}


def points(base: GitRepo, tmp_path: Path) -> list[Call]:
    """The calls that change something, from the first on an archive's file."""
    recorded = faults.copy(base, tmp_path / "recorded")
    calls = faults.record(recorded, tmp_path / "log", *command(tmp_path / "long.jsonl"))
    first = next(i for i, call in enumerate(calls) if "/.tickets/PROJ-1" in call.text)
    found = [call for call in faults.distinct(calls[first:]) if faults.changes_files(call)]
    return [call for call in found if "pipe:" not in call.text]  # what is said, not stored


def at_every(base: GitRepo, tmp_path: Path, check: Callable[[GitRepo, Call], object]) -> list[Call]:
    """Check at each of the points; returns them."""
    calls = points(base, tmp_path)

    def one(number: int) -> object:
        return check(faults.copy(base, tmp_path / str(number)), calls[number])

    with ThreadPoolExecutor(2) as pool:
        wrong = [found for found in pool.map(one, range(len(calls))) if found]
    assert not wrong
    assert {call.name for call in calls} >= {"openat", "write", "fsync"}
    return calls


@pytest.mark.slow
def test_a_kill_at_any_call_leaves_a_whole_archive_and_the_next_one_succeeds(
    base: GitRepo, tmp_path: Path
) -> None:
    faults.needs_strace()
    done = faults.copy(base, tmp_path / "done")
    archive(done, tmp_path / "long.jsonl")
    old, new = contents(base), contents(done)
    assert (len(old), len(new)) == (1, 2)

    def check(repo: GitRepo, call: Call) -> object:
        words = command(tmp_path / "long.jsonl")
        killed = faults.inject(repo, call, "signal=SIGKILL", *words)
        found = contents(repo)
        shown = repo.ticket("session", "show", SESSION)
        again = archive(repo, tmp_path / "long.jsonl")
        wrong = {
            "killed": killed.code != -signal.SIGKILL,
            "torn": any(data not in (old.get(name), new[name]) for name, data in found.items()),
            "not shown": shown.code != 0 or "Begun" not in shown.out,
            "not again": again.code != 0 or contents(repo) != new,
        }
        return (
            (call.text, [name for name, bad in wrong.items() if bad])
            if any(wrong.values())
            else None
        )

    at_every(base, tmp_path, check)


@pytest.mark.slow
@pytest.mark.parametrize("error", ["ENOSPC", "EROFS"])
def test_a_call_that_fails_fails_the_archive_and_leaves_no_temporary_file(
    base: GitRepo, tmp_path: Path, error: str
) -> None:
    faults.needs_strace()
    old = contents(base)

    def check(repo: GitRepo, call: Call) -> object:
        words = command(tmp_path / "long.jsonl")
        done = faults.inject(repo, call, f"error={error}", *words)
        left = list(repo.path.rglob(f"{TEMPORARY}*"))
        name = min(old)
        whole = contents(repo)[name] == old[name] if done.code else "End" in shown(repo)
        fine = whole and not left and (done.code == 0 or faults.kinds(done.err).count("error") == 1)
        return None if fine else (call.text, done, left)

    at_every(base, tmp_path, check)


def shown(repo: GitRepo) -> str:
    return repo.ticket("session", "show", SESSION).out


def test_every_file_is_on_disk_before_its_name_and_the_main_one_is_last(
    base: GitRepo, tmp_path: Path
) -> None:
    faults.needs_strace()
    calls = faults.record(base, tmp_path / "log", *command(tmp_path / "long.jsonl"))
    steps = [
        (call.name, found[1])
        for call in calls
        if call.name in ("fsync", *faults.RENAMES)
        and (
            found := re.search(
                r"(\.2\.yaml|[0-9a-f]{12}\.yaml|sessions>|" + TEMPORARY + ")", call.text
            )
        )
    ]
    renamed = [call.text for call in calls if call.name in faults.RENAMES and FOLDER in call.text]

    assert [".2.yaml" in text for text in renamed] == [True, False]
    assert [name for name, _ in steps] == ["fsync", steps[1][0], "fsync"] * 2


@pytest.mark.parametrize("place", ["git", "disk"])
def test_a_read_only_git_dir_or_a_full_disk_is_one_error_and_nothing_half(
    base: GitRepo, tmp_path: Path, place: str
) -> None:
    faults.needs_mounts()
    before = contents(base)
    long = command(tmp_path / "long.jsonl")
    if place == "git":
        setup, first = faults.read_only(base.path / ".git"), ["true"]
    else:
        setup, first = faults.own_disk(base.path, "900k"), faults.fill(base.path)
    _, done = faults.mounted(base, tmp_path / "out", setup, first, long)

    kinds = faults.kinds(done.err)
    if done.code == 0:  # the work tree can be written, and that is where an archive goes
        assert place == "git"
        assert len(contents(base)) == 2
    else:
        assert kinds.count("error") == 1
        assert contents(base) == before
    assert not list(base.path.rglob(f"{TEMPORARY}*"))


def test_a_transcript_that_grows_while_it_is_read_is_archived_as_far_as_it_goes(
    base: GitRepo, tmp_path: Path
) -> None:
    growing = tmp_path / "growing.jsonl"
    data = transcripts.lines((*SHORT, user("More")))
    growing.write_bytes(data[: len(data) - 40])

    assert archive(base, growing).code == 0
    assert "More" not in shown(base)
    with growing.open("ab") as file:
        file.write(data[len(data) - 40 :])
    assert archive(base, growing).code == 0
    assert "More" in shown(base)


def test_a_pipe_or_a_folder_without_permission_is_no_transcript(
    base: GitRepo, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = archive(base, tmp_path / "pipe")

    assert (done.code, faults.kinds(done.err)) == (1, ["error", "hint"])
