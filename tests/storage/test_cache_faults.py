"""Whatever is done to the cache changes nothing but the time that a list takes."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.model.query import Query
from git_ticketer.storage import cache, worktree
from tests.support import faults
from tests.support.cached import FLOW, folder, put, titles
from tests.support.git import PROGRAMS, GitRepo

RIGHT = {"PROJ-3": "three", "PROJ-2": "two", "PROJ-1": "one"}
LIST = [str(PROGRAMS / "git-ticket"), "list", "--fields", "id,title", "sort:id"]
LISTED = "PROJ-1\tone\nPROJ-2\ttwo\nPROJ-3\tthree\n"


@pytest.fixture
def three(empty_repo: GitRepo) -> GitRepo:
    """A repository with three tickets and a warm cache."""
    for number, title in ((1, "one"), (2, "two"), (3, "three")):
        put(empty_repo, number, title)
    assert titles(empty_repo) == RIGHT
    assert titles(empty_repo) == RIGHT
    return empty_repo


def all_gone(place: Path) -> None:
    shutil.rmtree(place)


def no_stamp(place: Path) -> None:
    (place / "stamp").unlink()


def no_database(place: Path) -> None:
    (place / "tickets.db").unlink()


def empty(place: Path) -> None:
    (place / "tickets.db").write_bytes(b"")


def cut_off(place: Path) -> None:
    os.truncate(place / "tickets.db", 5000)


def noise(place: Path) -> None:
    path = place / "tickets.db"
    path.write_bytes(os.urandom(path.stat().st_size))


def other_words(place: Path) -> None:
    """Readable, of the same size and with the old time, but not what is in the files."""
    path = place / "tickets.db"
    old = path.stat()
    data = path.read_bytes()
    assert b"three" in data
    path.write_bytes(data.replace(b"three", b"THREE"))
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))


def another_version(place: Path) -> None:
    path = place / "stamp"
    path.write_bytes(b"0" + path.read_bytes())


def a_folder(place: Path) -> None:
    (place / "tickets.db").unlink()
    (place / "tickets.db").mkdir()


def a_file_for_the_folder(place: Path) -> None:
    shutil.rmtree(place)
    place.write_bytes(b"x")


def a_journal(place: Path) -> None:
    (place / "tickets.db-journal").write_bytes(os.urandom(5000))


def a_new_one_left_over(place: Path) -> None:
    no_stamp(place)
    (place / "tickets.db.new").write_bytes(b"half")


HARM = (
    *(all_gone, no_stamp, no_database, empty, cut_off, noise, other_words, another_version),
    *(a_folder, a_file_for_the_folder, a_journal, a_new_one_left_over),
)


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: str(harm.__name__))
def test_a_cache_that_was_harmed_gives_the_same_answer(
    three: GitRepo, harm: Callable[[Path], None]
) -> None:
    harm(folder(three))

    assert titles(three) == RIGHT
    put(three, 2, "due")
    assert titles(three) == {**RIGHT, "PROJ-2": "due"}
    done = three.run(*LIST)
    assert (done.code, done.out, done.err) == (0, LISTED.replace("two", "due"), "")


def test_a_cache_that_was_put_back_is_not_believed(three: GitRepo) -> None:
    path = folder(three) / "tickets.db"
    old, stamp, times = path.read_bytes(), folder(three) / "stamp", path.stat()
    before = stamp.read_bytes()
    put(three, 2, "due")
    assert titles(three)["PROJ-2"] == "due"

    path.write_bytes(old)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert titles(three)["PROJ-2"] == "due"
    path.write_bytes(old)
    stamp.write_bytes(before)
    assert titles(three)["PROJ-2"] == "due"


def test_a_cache_that_goes_away_while_it_is_read_still_answers(three: GitRepo) -> None:
    rows = cache.open(worktree.find(str(three.path), os.environ))
    shutil.rmtree(folder(three))

    assert {row.id: row.title for row in rows.rows(Query(), FLOW)} == RIGHT
    rows.close()
    assert titles(three) == RIGHT


def test_a_read_only_git_dir_is_no_trouble(three: GitRepo, tmp_path: Path) -> None:
    faults.needs_mounts()
    put(three, 2, "due")
    setup = faults.read_only(three.path / ".git")

    done = faults.mounted(three, tmp_path / "out", setup, LIST, LIST)

    assert [d.out for d in done] == [LISTED.replace("two", "due")] * 2
    assert [d.code for d in done] == [0, 0]
    assert not [d.err for d in done if "cache" in d.err or "database" in d.err]


@pytest.mark.parametrize("harm", [all_gone, no_stamp, lambda _: None], ids=["gone", "old", "warm"])
def test_a_full_disk_is_no_trouble(
    three: GitRepo, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    faults.needs_mounts()
    harm(folder(three))
    put(three, 2, "due")
    place = three.path / ".git/ticketer"
    kept = tmp_path / "kept"
    shutil.copytree(place, kept)
    setup = [f"mount -t tmpfs -o size=400k none '{place}'", f"cp -a '{kept}/.' '{place}'"]

    _, *done = faults.mounted(three, tmp_path / "out", setup, faults.fill(place), LIST, LIST)

    assert [(d.code, d.out) for d in done] == [(0, LISTED.replace("two", "due"))] * 2


def test_many_processes_at_once_all_get_the_right_answer(three: GitRepo) -> None:
    for _ in range(3):
        all_gone(folder(three))
        started = [
            subprocess.Popen(
                LIST,
                cwd=three.path,
                env=three.environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
            )
            for _ in range(8)
        ]
        ended = [process.communicate(timeout=60) for process in started]
        assert ended == [(LISTED.encode(), b"")] * 8
