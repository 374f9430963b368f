"""Where the transcripts of sessions lie: small files that outlive whoever wrote them."""

from pathlib import Path

import pytest

from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.ops import agent_spool
from git_ticketer.ops.agent_spool import TRIES, Position

ONE = SessionId("one")


@pytest.fixture
def git(tmp_path: Path) -> GitDir:
    return GitDir(str(tmp_path / "git"))


def position(**values: object) -> Position:
    found = Position(ONE, "claude-code", "/home/dana/a\n%0A b")
    for name, value in values.items():
        setattr(found, name, value)
    return found


def fields(found: Position | None) -> dict[str, object]:
    return {name: getattr(found, name) for name in Position.__slots__}


def test_a_position_is_read_as_it_was_written(git: GitDir) -> None:
    whole = position(
        path="/home/dana/\udcff \n.jsonl",
        size=48211,
        ticket=TicketId("PROJ-1"),
        ready=True,
        at=1_795_338_000,
        pid=7,
        start="99",
        tries=2,
        problem="no such file",
    )
    (Path(git.path) / "ticketer").mkdir(parents=True)

    agent_spool.keep(git, whole)

    assert fields(agent_spool.load(git, ONE)) == fields(whole)
    assert [fields(one) for one in agent_spool.waiting(git)] == [fields(whole)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"agent a\ntop /x\n",
        b"agent a\ntop /x\nat x\n",
        b"agent a\ntop /\nat 1\nticket x",
    ],
)
def test_a_broken_position_is_left_out(git: GitDir, data: bytes) -> None:
    folder = Path(git.shared, "positions")
    folder.mkdir(parents=True)
    (folder / "one").write_bytes(data)
    (folder / "no id").write_bytes(b"")

    assert agent_spool.waiting(git) == []


def test_a_later_position_is_not_dropped_with_an_earlier_one(git: GitDir) -> None:
    (Path(git.path) / "ticketer").mkdir(parents=True)
    first, second = position(at=1, size=10), position(at=2, size=20)
    agent_spool.keep(git, first)
    agent_spool.keep(git, second)

    assert agent_spool.drop(git, first) is False
    assert agent_spool.load(git, ONE) is not None
    assert agent_spool.drop(git, second) is True
    assert agent_spool.waiting(git) == []


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"ready": True}, True),
        ({"ready": True, "tries": TRIES}, False),
        ({}, False),
        ({"pid": 1, "start": "never"}, True),
    ],
)
def test_it_is_due_once_its_session_is_over_or_its_agent_gone(
    values: dict[str, object], due: bool
) -> None:
    assert position(**values).is_due is due
