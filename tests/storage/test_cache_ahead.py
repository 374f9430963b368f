"""Looking ahead gives what a command would find by itself, and leaves nothing behind."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from git_ticketer.storage import ahead, sweep, worktree
from tests.support.cached import put, remark
from tests.support.git import PROGRAMS, GitRepo

LIST = (str(PROGRAMS / "git-ticket"), "list", "--fields", "id")


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    ahead.stop()


def test_the_child_finds_what_the_command_would(
    empty_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(empty_repo, 1, "one")
    remark(empty_repo, 1, "hello")
    empty_repo.git("config", "color.ui", "always")
    (empty_repo.path / "sub").mkdir()
    monkeypatch.chdir(empty_repo.path / "sub")
    folder = os.fsencode(empty_repo.path / ".tickets")
    found = sweep.listing(folder)
    tickets = sweep.pack(found.names, sweep.stats_of(folder, found.names, found.links))

    ahead.start(["search", "x"], os.environ, os.getcwd)

    said = ahead.where(os.getcwd())
    git = worktree.find(os.getcwd(), os.environ)
    assert said is not None
    assert (said[1], said[3]) == (git.dirs.path, git.top)
    assert ahead.colour() == "always"
    files = sweep.pack(*sweep.attachments(folder, found))
    assert ahead.sweeps(git.top, deep=True) == (tickets, files)
    assert ahead.sweeps(git.top, deep=True) is None


def test_two_children_find_what_one_does(
    empty_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 8):
        put(empty_repo, number, "x")
    (empty_repo.path / ".tickets/PROJ-9").symlink_to("PROJ-1")
    monkeypatch.chdir(empty_repo.path)
    answers = []
    for alone in (100, 2):
        monkeypatch.setattr(ahead, "ALONE", alone)
        ahead.start(["list"], os.environ, os.getcwd)
        answers.append(ahead.sweeps(str(empty_repo.path), deep=False))

    assert answers[0] is not None
    assert answers[0] == answers[1]


def test_outside_of_a_repository_and_for_other_folders_it_knows_nothing(
    empty_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(empty_repo.path)
    ahead.start(["list"], os.environ, os.getcwd)
    assert ahead.where("/") is None
    assert ahead.sweeps("/", deep=False) is None
    ahead.stop()
    monkeypatch.chdir("/")
    ahead.start(["list"], os.environ, os.getcwd)
    assert ahead.where("/") is None
    assert ahead.colour() is None


def test_a_list_without_fork_and_one_from_within_a_folder_are_the_same(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "one")
    program = "import os; del os.fork; from git_ticketer.__main__ import main; main()"
    python = str(PROGRAMS / "python")
    without = empty_repo.run(python, "-c", program, *LIST[1:])

    inside = GitRepo(empty_repo.path / ".tickets/PROJ-1", empty_repo.environ).run(*LIST)
    assert without == inside == empty_repo.run(*LIST)
    assert without.out == "PROJ-1\n"


def test_an_interrupt_leaves_no_process_and_says_nothing(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "one")
    process = subprocess.Popen(
        LIST,
        cwd=empty_repo.path,
        env=empty_repo.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)  # ends when the last process closes the pipes

    assert b"ahead" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert (out, process.returncode) in ((b"", 130), (b"", -signal.SIGINT), (b"", 1))


def test_a_worktree_that_is_known_is_swept_with_what_is_attached(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "one")
    remark(empty_repo, 1, "hello")
    folder = os.fsencode(empty_repo.path / ".tickets")
    found = sweep.listing(folder)
    tickets = sweep.pack(found.names, sweep.stats_of(folder, found.names, found.links))
    files = sweep.pack(*sweep.attachments(folder, found))

    ahead.sweep_all(str(empty_repo.path))

    assert ahead.is_deep()
    assert ahead.where(str(empty_repo.path)) is None
    assert ahead.sweeps(str(empty_repo.path), deep=True) == (tickets, files)
    assert not ahead.is_deep()
