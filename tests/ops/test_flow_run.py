"""A flow's command is bounded in time and output, ends with all it started, and is logged."""

import os
import select
import shlex
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from git_ticketer.ops import flow_log, flows
from git_ticketer.ops.flow_log import LIMIT
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage.flow_files import CREATED
from tests.support.cached import put
from tests.support.flows import CREATION, allow, fired, flow
from tests.support.git import GitRepo

LEAVE = """\
import os
os.setsid()
os.mkdir("ready")
os.open({end!r}, os.O_RDONLY)
"""


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(empty_repo, 1, "Add an avatar")
    return empty_repo


@pytest.fixture
def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A pipe that what a flow starts holds open: its path, and the end that shows who is there."""
    path = tmp_path / "alive"
    os.mkfifo(path)
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield shlex.quote(str(path)), fd
    os.close(fd)


def is_over(fd: int) -> bool:
    """Whether all that held the pipe are gone, waiting for the kernel to end what was killed."""
    return bool(select.select([fd], [], [], 20)[0]) and os.read(fd, 1) == b""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit 3", "flow do: failed with exit code 3: git ticket flow log do"),
        ("kill -9 $$", "flow do: was killed by signal 9: git ticket flow log do"),
    ],
)
def test_a_command_that_fails_is_one_line(
    repo: GitRepo, work: Workspace, command: str, said: str
) -> None:
    flow(repo, command)
    allow(repo, work)

    assert fired(repo, work) == [said]


def test_a_command_that_is_not_there_is_one_line_and_in_the_log(
    repo: GitRepo, work: Workspace
) -> None:
    repo.write(".tickets/flows/do.yaml", "trigger: {type: ticketCreated}\ncommand: [no-such]\n")
    allow(repo, work)

    reason = "could not be started: no-such: No such file or directory"
    assert fired(repo, work) == [f"flow do: {reason}: git ticket flow log do"]
    assert [run.result for run in flow_log.runs(work.live.git)] == [reason]


def test_the_whole_group_ends_when_the_time_is_up(
    repo: GitRepo, work: Workspace, alive: tuple[str, int]
) -> None:
    path, fd = alive
    trap = "trap '' TERM HUP INT"
    flow(repo, f"exec 3>{path}; {trap}; (sleep 1000 & sleep 1000); sleep 1000", more="timeout: 1\n")
    allow(repo, work)

    said = "flow do: was ended after 1 s, its time was up: git ticket flow log do"
    assert fired(repo, work) == [said]
    assert is_over(fd)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start what it cannot end later")
def test_what_cannot_be_killed_is_not_waited_for(repo: GitRepo) -> None:
    watch = """\
import os, subprocess
from git_ticketer.ops import flow_run
pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
process = subprocess.Popen(["cat"], **pipes, start_new_session=True)
os.setresuid(65534, 65534, 65534)  # as an ordinary user, and the other as sudo
flow_run._end_group(process, flow_run.Output(bytearray()))
assert process.returncode is None
"""
    assert repo.run(sys.executable, "-c", watch).code == 0


def test_what_a_command_leaves_behind_ends_with_it(
    repo: GitRepo, work: Workspace, alive: tuple[str, int]
) -> None:
    path, fd = alive
    flow(repo, f"exec 3>{path}; sleep 1000 & echo left")
    allow(repo, work)

    assert fired(repo, work) == ["flow do: done"]
    assert is_over(fd)


def test_what_has_left_the_group_is_not_waited_for(
    repo: GitRepo, work: Workspace, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "end")
    leave = tmp_path / "leave.py"
    leave.write_text(LEAVE.format(end=str(tmp_path / "end")), encoding="utf-8")
    program = shlex.join([sys.executable, str(leave)])
    flow(repo, f"{program} & until test -e ready; do :; done")
    allow(repo, work)

    assert fired(repo, work) == ["flow do: done"]
    (tmp_path / "end").write_bytes(b"")  # it is still there, and this lets it go


def test_output_over_the_bound_is_counted_and_not_kept(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "head -c 3000000 /dev/zero | tr '\\0' x; echo end >ended")
    allow(repo, work)

    (done,) = flows.fire(work, CREATION, repo.environ)

    assert (repo.path / "ended").exists()
    (logged,) = flow_log.runs(work.live.git)
    assert (logged.size, logged.output == "x" * LIMIT, logged.cut) == (3_000_000, True, True)
    assert done.run == logged


def test_the_log_keeps_the_last_runs_for_the_user_alone(repo: GitRepo, work: Workspace) -> None:
    folder = Path(work.live.git.shared, "flows")
    for number in range(60):
        run = flow_log.Run("old", CREATED, f"PROJ-{number + 1}", "s", "2026-11-22T09:00:00Z")
        flow_log.write(flow_log.new_path(work.live.git, "old"), run, b"said\n")
    flow(repo, "echo new")
    allow(repo, work)

    assert fired(repo, work) == ["flow do: done"]

    kept = list(flow_log.runs(work.live.git))
    assert [(run.flow, run.output) for run in kept[:2]] == [("do", "new\n"), ("old", "said\n")]
    assert len(kept) == len(list(folder.iterdir())) == 50
    assert [run.flow for run in flow_log.runs(work.live.git, "do")] == ["do"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_runs_that_could_not_be_logged(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    Path(work.live.git.shared, "flows").write_bytes(b"")

    (done,) = flows.fire(work, CREATION, repo.environ)
    assert done.text.startswith("flow do: not run, [Errno 20]")
    assert not (repo.path / "started").exists()


def test_secrets_are_taken_out_of_what_is_kept(repo: GitRepo, work: Workspace) -> None:
    secret = "ghp_" + "k3Rq9vXz2LmN8pTs4WyB7cDf1GhJ5aQe6UoI"
    flow(repo, f"echo before {secret[:9]}''{secret[9:]} after")
    allow(repo, work)

    (done,) = flows.fire(work, CREATION, repo.environ)

    (logged,) = flow_log.runs(work.live.git)
    assert logged.output == "before [REDACTED:github-token] after\n"
    assert done.run == logged


def test_a_secret_that_the_bound_cuts_is_not_kept(repo: GitRepo, work: Workspace) -> None:
    fill = LIMIT - 20
    flow(repo, f"head -c {fill} /dev/zero | tr '\\0' x; echo ' ghp_''{'k3Rq9vXz2LmN8pTs' * 3}'")
    allow(repo, work)

    (done,) = flows.fire(work, CREATION, repo.environ)

    assert done.run is not None
    assert (done.run.cut, done.run.output == "x" * fill) == (True, True)


def test_without_the_rules_for_secrets_nothing_runs(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    repo.write(".tickets/config.yaml", "redact: no\n")

    (done,) = flows.fire(work, CREATION, repo.environ)
    assert done.text.startswith("flow do: not run, ")
    assert ".tickets/config.yaml:1: " in done.text
    assert not (repo.path / "started").exists()


def test_where_there_is_no_room_for_the_output_the_log_says_how_it_ended(repo: GitRepo) -> None:
    flow(repo, "head -c 900000 /dev/zero | tr '\\0' x")
    assert repo.ticket("flow", "allow", "do", "--yes").code == 0

    limited = "ulimit -f 1000; exec git ticket flow run do --ticket 1"  # 512,000 bytes a file
    assert repo.run("sh", "-c", limited).out == "x" * 900_000 + "\n"

    work = open_workspace(str(repo.path), repo.environ)
    (logged,) = flow_log.runs(work.live.git)
    assert (logged.state, logged.size, logged.output) == (flow_log.DONE, 900_000, "")
