"""Session files: what is written is read back, and what cannot be read is kept and reported."""

import json
import os
import shutil
from pathlib import Path

import pytest

from git_ticketer.lean.decide import ASSOCIATED, Session
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.lean.session_change import dump
from git_ticketer.lean.session_file import CorruptState, parse
from tests.support.faults import unprivileged
from tests.support.git import GitRepo

GOOD = b"""\
version 1
id chat-1
started 2026-11-22T09:00:00Z
active 2026-11-22T09:10:00Z
decision associated
ticket PROJ-1
"""


def _session() -> Session:
    session = Session(SessionId("chat-1"), 1_795_338_000, "claude-code")
    session.active = 1_795_338_600
    session.decision, session.ticket = ASSOCIATED, TicketId("PROJ-1")
    session.uid, session.branch = "01JD8Z6W5T3K9QG4R7M2XV1B0A", "feature/ä \udcff"
    session.quiet_until, session.skipped = 1_795_339_200, 1_795_338_600_123_456_789
    return session


def _values(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in Session.__slots__}


def test_a_session_is_read_back_as_it_was_written() -> None:
    assert _values(parse(dump(_session()), "f")) == _values(_session())
    bare = Session(SessionId("x"), 0)
    assert _values(parse(dump(bare), "f")) == _values(bare)


def test_the_file_is_lines_of_key_and_value() -> None:
    session = parse(GOOD, "f")

    assert (session.id, session.decision, session.ticket) == ("chat-1", "associated", "PROJ-1")
    assert dump(session) == GOOD


def test_a_line_end_in_a_value_cannot_make_a_line() -> None:
    session = _session()
    session.branch = "a\nticket PROJ-666"

    assert b"branch a?ticket PROJ-666\n" in dump(session)


def test_unknown_lines_of_a_later_version_do_no_harm() -> None:
    assert parse(GOOD + b"later thing\n", "f").ticket == "PROJ-1"


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "version: missing"),
        (b"version 2\n", 1, "version: bad value '2'"),
        (b"version 1\n", 1, "id: missing"),
        (GOOD.replace(b"id chat-1", b"id ../x"), 2, "id: bad value '../x'"),
        (GOOD.replace(b"09:00:00Z", b"09:00:00"), 3, "started: bad value '2026-11-22T09:00:00'"),
        (GOOD.replace(b"09:10:00Z", b"25:10:00Z"), 4, "active: bad value '2026-11-22T25:10:00Z'"),
        (GOOD.replace(b"associated", b"no"), 5, "decision: bad value 'no'"),
        (GOOD.replace(b"PROJ-1", b"PROJ-1 x"), 6, "ticket: bad value 'PROJ-1 x'"),
        (GOOD.replace(b"PROJ-1", b"\xff\xfe"), 6, "ticket: bad value '\\udcff\\udcfe'"),
        (GOOD + b"ticket PROJ-2\n", 7, "'ticket' stands twice"),
        (GOOD + b"quiet_until soon\n", 7, "quiet_until: bad value 'soon'"),
        (GOOD + b"skipped \xd9\xa1x\n", 7, "skipped: bad value '\\u0661x'"),
    ],
    ids=[
        *("empty", "another version", "truncated", "a path as id", "no zone", "no such hour"),
        *("no such decision", "no ticket id", "invalid bytes", "twice", "no number", "odd digits"),
    ],
)
def test_what_is_wrong_names_its_line(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(CorruptState) as caught:
        parse(data, "sessions/chat-1")

    assert (caught.value.line, caught.value.reason) == (line, reason)
    assert str(caught.value) == f"sessions/chat-1:{line}: {reason}"


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace(b"ticket PROJ-1\n", b""),
        GOOD.replace(b"associated", b"opted-out"),
        GOOD.replace(b"decision associated\n", b""),
    ],
    ids=["a ticket is missing", "opted out with a ticket", "undecided with a ticket"],
)
def test_a_decision_and_a_ticket_that_do_not_agree_are_refused(data: bytes) -> None:
    with pytest.raises(CorruptState):
        parse(data, "f")


def _break(path: Path, how: str) -> None:
    """Put something unreadable in the place of a live-state file."""
    old = path.read_bytes()
    path.unlink()
    content = {
        "invalid bytes": b"\xff\xfe\x00\x80" * 9,
        "empty": b"",
        "truncated": old[: len(old) // 2],
        "conflict markers": b"<<<<<<< HEAD\n" + old + b"=======\n" + old + b">>>>>>> x\n",
        "duplicate keys": old + old,
        "NUL": b"\0" * len(old),
        "hostile value": old.replace(b"PROJ-", b"../../").replace(old[:8], b"../../x\n"),
        "mode 000": old,
    }
    if how in content:
        path.write_bytes(content[how])
    if how == "mode 000":
        path.chmod(0)
    elif how == "a folder":
        path.mkdir()
        (path / "precious").write_text("x", encoding="utf-8")
    elif how == "a dangling link":
        path.symlink_to("nowhere")
    elif how == "a link to /dev/zero":
        path.symlink_to("/dev/zero")
    elif how == "a FIFO":
        os.mkfifo(path)


BROKEN = pytest.mark.parametrize(
    "how",
    [
        *("invalid bytes", "empty", "truncated", "conflict markers", "duplicate keys", "NUL"),
        *("hostile value", "mode 000", "a folder", "a dangling link", "a link to /dev/zero"),
        "a FIFO",
    ],
)
FILES = pytest.mark.parametrize("file", ["session", "current"])


def _broken(repo: GitRepo, file: str, how: str) -> tuple[Path, str]:
    """Attach PROJ-1, then break a file; return its path and the session's id."""
    id = json.loads(repo.ticket("attach", "PROJ-1", "--json").out)["session_id"]
    state = repo.git_dir / "ticketer"
    path = state / "sessions" / id if file == "session" else state / "current"
    _break(path, how)
    return path, id


def _kind(path: Path) -> tuple[int, bytes | str | list[str]]:
    """What stands at a path: its type, and its bytes, target or names."""
    kind = path.lstat().st_mode & 0o170000
    if path.is_symlink():
        return kind, os.readlink(path)
    if path.is_dir():
        return kind, sorted(os.listdir(path))
    return kind, path.read_bytes() if path.is_file() else b""


@FILES
@BROKEN
def test_a_command_reports_a_broken_file_once_keeps_it_and_begins_a_new_session(
    repo: GitRepo, file: str, how: str
) -> None:
    prefix = unprivileged() if how == "mode 000" else ()
    path, old = _broken(repo, file, how)
    content = _kind(path)
    first = repo.run(*prefix, "timeout", "-k1", "60", "git", "ticket", "status", "--json")
    second = repo.run(*prefix, "timeout", "-k1", "60", "git", "ticket", "status", "--json")

    answer = json.loads(first.out)
    assert (first.code, second.code, second.err) == (0, 0, "")
    assert first.err.startswith(f"warning: {path}:")
    assert len(first.err.splitlines()) == 1
    assert (answer["decision"], answer["session_id"] == old) == ("undecided", False)
    assert json.loads(second.out)["session_id"] == answer["session_id"]
    [kept] = path.parent.glob(f"{path.name}.corrupt-*")
    assert _kind(kept) == content


@FILES
@BROKEN
def test_a_commit_goes_through_with_one_line_beside_a_broken_file(
    repo: GitRepo, file: str, how: str
) -> None:
    prefix = unprivileged() if how == "mode 000" else ()
    path, _ = _broken(repo, file, how)
    content = _kind(path)
    command = ("timeout", "-k1", "60", "git", "commit", "--allow-empty", "-qm", "subject")
    done = repo.run(*prefix, *command)

    assert (done.code, repo.message()) == (0, "subject\n")
    warnings = [line for line in done.err.splitlines() if not line.startswith("hint:")]
    assert len(warnings) == 1
    assert path.name in warnings[0]
    [kept] = path.parent.glob(f"{path.name}.corrupt-*")
    assert _kind(kept) == content


@pytest.mark.parametrize("how", ["invalid bytes", "a folder", "a FIFO"])
def test_a_broken_file_of_an_announced_session_leaves_it_its_id_and_undecided(
    repo: GitRepo, how: str
) -> None:
    agent = {"CLAUDE_CODE_SESSION_ID": "chat-1"}
    repo.ticket("attach", "PROJ-1", **agent)
    _break(repo.git_dir / "ticketer/sessions/chat-1", how)
    done = repo.ticket("status", "--json", "--fields", "session_id,decision", **agent)

    assert json.loads(done.out) == {"schema": 1, "session_id": "chat-1", "decision": "undecided"}
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("how", ["a file", "a dangling link"])
def test_something_else_in_the_place_of_the_state_folder_does_not_stop_a_commit(
    repo: GitRepo, how: str
) -> None:
    state = repo.git_dir / "ticketer"
    shutil.rmtree(state)
    if how == "a file":
        state.write_text("x", encoding="utf-8")
    else:
        state.symlink_to("nowhere")
    attached = repo.ticket("attach", "PROJ-1")
    done = repo.attempt("commit", "--allow-empty", "-qm", "subject", GIT_TICKET="PROJ-9")

    assert (attached.code, attached.out) == (1, "")
    assert attached.err.splitlines()[-2].startswith("error: nothing was stored")
    assert (done.code, repo.tickets()) == (0, ["PROJ-9"])
