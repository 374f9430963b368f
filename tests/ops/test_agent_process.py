"""Which session a process belongs to: its agent's, which a hook recorded."""

import os
import subprocess
from pathlib import Path

import pytest

from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.ops import agent_process
from git_ticketer.ops.agent_process import Process, Record
from tests.support.agents import program

ONE, TWO = SessionId("one"), SessionId("two")


@pytest.fixture
def git(tmp_path: Path) -> GitDir:
    (tmp_path / "git" / "ticketer").mkdir(parents=True)
    return GitDir(str(tmp_path / "git"))


def recorded(git: GitDir, id: SessionId, pid: int, start: str, at: int = 1) -> None:
    def note(record: Record) -> None:
        record.agent, record.pid, record.start, record.at = f"agent of {id}", pid, start, at

    agent_process.change(git, id, note)


def me() -> Process:
    """This process, as its children see it above them."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        return next(agent_process.ancestors(child.pid))


def test_a_record_is_read_as_it_was_written(git: GitDir) -> None:
    def note(record: Record) -> None:
        record.agent, record.pid, record.start, record.told = "claude-code", 7, "99", "startup"
        record.at, record.asked, record.ended = 5, True, 6
        record.mentions = (TicketId("PROJ-1"), TicketId("PROJ-2"))

    written = agent_process.change(git, ONE, note)
    found = agent_process.load(git, ONE)

    assert found is not None
    fields = {name: getattr(written, name) for name in Record.__slots__}
    assert {name: getattr(found, name) for name in Record.__slots__} == fields
    assert agent_process.mentions(git, ONE) == ("PROJ-1", "PROJ-2")
    assert agent_process.ended(git) == {"one"}


@pytest.mark.parametrize("data", [b"", b"\xff\n", b"pid x\nat y", b"mentions ../x", b"a\0b " * 9])
def test_a_broken_record_says_nothing(git: GitDir, data: bytes) -> None:
    folder = Path(git.state, "agents")
    folder.mkdir()
    (folder / "one").write_bytes(data)
    (folder / "no id").write_bytes(b"pid 1")

    assert [record.pid for record in agent_process.of_worktree(git)] == [0]
    assert agent_process.of_ancestors(git) is None


def test_the_session_of_an_ancestor_is_found(git: GitDir) -> None:
    above = me()
    recorded(git, ONE, above.pid, above.start)
    recorded(git, TWO, above.pid, "another start of a process with the same number")

    with subprocess.Popen(["sh", "-c", "cat; :"], stdin=subprocess.PIPE) as child:
        assert agent_process.of_ancestors(git, child.pid) == ("one", "agent of one")
    assert agent_process.of_ancestors(git, above.pid) is None


def test_of_several_sessions_of_an_agent_it_is_the_last_that_goes_on(git: GitDir) -> None:
    above = me()
    recorded(git, ONE, above.pid, above.start, at=20)
    recorded(git, TWO, above.pid, above.start, at=30)
    recorded(git, SessionId("three"), above.pid, above.start, at=40)

    def end(record: Record) -> None:
        record.ended = 41

    agent_process.change(git, SessionId("three"), end)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        assert agent_process.of_ancestors(git, child.pid) == ("two", "agent of two")


def test_the_agent_is_the_nearest_ancestor_that_is_no_shell_and_no_python(tmp_path: Path) -> None:
    asks = (
        "import os\nfrom git_ticketer.ops import agent_process as p\n"
        "found = p.agent_of(os.getpid())\nprint(found.name, found.pid, p.is_running("
        "found.pid, found.start), p.is_running(found.pid, 'x'))"
    )
    agent = program(tmp_path, "fake-agent")
    runs = (
        "import os, subprocess, sys\n"
        f"subprocess.run(['sh', '-c', 'env {program(tmp_path, 'python3')} -c \"$1\"; :', 'sh', "
        "sys.argv[1]])\nprint(os.getpid())"
    )

    done = subprocess.run(
        [agent, "-c", runs, asks], capture_output=True, check=True, encoding="utf-8"
    )

    first, pid = done.stdout.splitlines()
    assert first == f"fake-agent {pid} True False"


def test_a_record_of_a_day_ago_goes_when_its_process_is_gone(git: GitDir) -> None:
    above = me()
    recorded(git, ONE, above.pid, above.start)
    recorded(git, TWO, above.pid, "0")
    recorded(git, SessionId("young"), above.pid, "0")
    folder = Path(git.state, "agents")
    for name in ("one", "two"):
        os.utime(folder / name, (0, 0))

    agent_process.sweep(git, int((folder / "young").stat().st_mtime))

    assert {record.id for record in agent_process.of_worktree(git)} == {"one", "young"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "  501     1 Mon Nov 23 04:20:02 2026     /Applications/My Agent.app/MacOS/agent",
            (501, 1, "Mon-Nov-23-04:20:02-2026", "agent"),
        ),
        ("12 7 Mon Nov  3 04:20:02 2026 -zsh", (12, 7, "Mon-Nov-3-04:20:02-2026", "zsh")),
        ("", None),
        ("PID PPID STARTED COMMAND a b c d", None),
    ],
)
def test_a_line_of_ps_is_understood(line: str, expected: tuple[int, int, str, str] | None) -> None:
    found = agent_process.parse_ps(line)

    assert (found and (found.pid, found.parent, found.start, found.name)) == expected


def test_without_proc_ps_tells_the_ancestors(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["sh", "-c", "cat; :"], stdin=subprocess.PIPE) as child:
        from_proc = [(one.pid, one.parent) for one in agent_process.ancestors(child.pid)]
        monkeypatch.setattr(agent_process, "PROC", "/nowhere")
        from_ps = [(one.pid, one.parent) for one in agent_process.ancestors(child.pid)]

    assert from_ps == from_proc != []
