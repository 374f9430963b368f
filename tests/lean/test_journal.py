"""The journal: whole lines in, broken lines kept aside, never a hang."""

import os
from pathlib import Path

import pytest

from git_ticketer.lean import history, journal
from git_ticketer.lean.journal import Event
from tests.support.git import GitRepo

EVENT = Event(
    1_795_338_000,
    journal.TAGGED,
    "chat-1",
    ".",
    "feature/ä \udcff",
    "PROJ-1",
    "01JD8Z6W5T3K9QG4R7M2XV1B0A",
    "already tagged",
)
LINE = journal.dump(EVENT)


def _values(event: Event | None) -> dict[str, object]:
    return {name: getattr(event, name) for name in Event.__slots__}


def test_an_event_is_one_line_of_eight_fields() -> None:
    assert LINE == (
        b"2026-11-22T09:00:00Z\ttagged\tchat-1\t.\tfeature/\xc3\xa4 \xff\tPROJ-1\t"
        b"01JD8Z6W5T3K9QG4R7M2XV1B0A\talready tagged\n"
    )


@pytest.mark.parametrize("kind", journal.KINDS)
def test_an_event_is_read_back_as_it_was_written(kind: str) -> None:
    event = Event(0, kind)
    assert _values(history.parse_line(journal.dump(event)[:-1])) == _values(event)
    assert _values(history.parse_line(LINE[:-1])) == _values(EVENT)


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\rb", "a\0b", "a\x1b[31mb"], ids=ascii)
def test_a_control_character_cannot_make_a_line_or_a_field(text: str) -> None:
    line = journal.dump(Event(0, journal.UNTAGGED, branch=text, note=text))

    assert (line.count(b"\n"), line.count(b"\t"), line.count(b"\x1b")) == (1, 7, 0)
    assert history.parse_line(line[:-1]) is not None


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"x", LINE[:40], LINE[:-1] + b"\tmore", b"\xff" * 40, b"\0" * 40),
        LINE[:-1].replace(b"tagged", b"bagged", 1),
        LINE[:-1].replace(b"09:00:00Z", b"09:00:00"),
        LINE[:-1].replace(b"2026-11-22", b"2026-02-30"),
        b"<<<<<<< HEAD",
    ],
    ids=lambda line: repr(line)[:30],
)
def test_a_broken_line_is_no_event(line: bytes) -> None:
    assert history.parse_line(line) is None


def test_broken_lines_are_counted_and_the_others_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    second = journal.dump(Event(1, journal.ATTACH, ticket="PROJ-2"))
    path.write_bytes(LINE + b"\n<<<<<<< HEAD\n" + second + LINE[:20])

    for events, broken in (history.read(str(path)), history.tail(str(tmp_path))):
        assert [event.ticket for event in events] == ["PROJ-1", "PROJ-2"]
        assert broken == 2


def test_a_missing_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert history.read(str(tmp_path / "journal")) == ([], 0)
    assert history.tail(str(tmp_path)) == ([], 0)


def test_the_tail_of_a_long_journal_begins_with_a_whole_line(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(LINE * 2000)
    events, broken = history.tail(str(tmp_path))

    assert broken == 0
    assert len(events) == history.TAIL // len(LINE)


def test_the_journal_is_for_its_user_alone(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    state = repo.git_dir / "ticketer"
    files = [path for path in state.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"journal", "settings", "current", "lock"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in (state, state / "sessions")} == {0o700}


def test_decisions_and_commits_are_a_line_each(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1", GIT_TICKET_SESSION="mine")
    repo.commit("subject", GIT_TICKET_SESSION="mine")
    repo.ticket("attach", "--none", GIT_TICKET_SESSION="mine")
    repo.commit("subject", GIT_TICKET_SESSION="mine")
    repo.ticket("detach", GIT_TICKET_SESSION="mine")
    repo.commit("subject", GIT_TICKET_SESSION="mine")

    undecided = "undecided, not asked: no terminal"
    found = [line[1:] for line in repo.journal()]
    assert found[:-1] == [
        ["attach", "mine", ".", "main", "PROJ-1", "", ""],
        ["tagged", "mine", ".", "main", "PROJ-1", "", ""],
        ["opt-out", "mine", ".", "main", "", "", ""],
        ["untagged", "mine", ".", "main", "", "", "opted out"],
        ["clear", "mine", ".", "main", "", "", ""],
    ]
    assert found[-1][:6] == ["untagged", "mine", ".", "main", "", ""]
    assert found[-1][6].startswith(undecided[:21])


BROKEN = pytest.mark.parametrize(
    "how",
    [
        *("invalid bytes", "empty line", "torn line", "conflict markers", "hostile values"),
        *("a folder", "a link to /dev/zero", "a dangling link", "a FIFO"),
    ],
)
CONTENT = {
    "invalid bytes": b"\xff\xfe\x80" * 9 + b"\n",
    "empty line": b"\t\t\t\t\t\t\t\n",
    "torn line": LINE[:30] + b"\n",
    "conflict markers": b"<<<<<<< HEAD\n=======\n>>>>>>> x\n",
    "hostile values": LINE.replace(b"tagged", b"\x1b]0;owned\x07"),
}


def _break(path: Path, how: str) -> None:
    if how in CONTENT:
        with path.open("ab") as file:
            file.write(CONTENT[how])
        return
    path.unlink()
    if how == "a folder":
        path.mkdir()
    elif how == "a FIFO":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if "zero" in how else "nowhere")


@BROKEN
def test_a_command_reports_a_broken_journal_once_keeps_it_and_goes_on(
    repo: GitRepo, how: str
) -> None:
    repo.ticket("attach", "PROJ-1")
    path = repo.git_dir / "ticketer/journal"
    good = path.read_bytes()
    _break(path, how)
    broken = path.lstat().st_ino
    first = repo.run("timeout", "-k1", "60", "git", "ticket", "attach", "PROJ-2")
    second = repo.run("timeout", "-k1", "60", "git", "ticket", "attach", "PROJ-3")

    assert (first.code, second.code, second.err) == (0, 0, "")
    assert first.err.startswith(f"warning: {path}: ")
    assert len(first.err.splitlines()) == 1
    [kept] = path.parent.glob("journal.corrupt-*")
    assert kept.lstat().st_ino == broken
    tickets = [line[5] for line in repo.journal()]
    assert tickets == (["PROJ-1"] if how in CONTENT else []) + ["PROJ-2", "PROJ-3"]
    assert path.read_bytes().startswith(good if how in CONTENT else b"")


@BROKEN
def test_a_commit_goes_through_tagged_beside_a_broken_journal(repo: GitRepo, how: str) -> None:
    repo.ticket("attach", "PROJ-1")
    path = repo.git_dir / "ticketer/journal"
    _break(path, how)
    command = ("timeout", "-k1", "60", "git", "commit", "--allow-empty", "-qm", "subject")
    done = repo.run(*command)

    assert (done.code, repo.tickets()) == (0, ["PROJ-1"])
    assert len(done.err.splitlines()) == (0 if how in CONTENT else 1)


@BROKEN
def test_an_undecided_commit_goes_through_beside_a_broken_journal(repo: GitRepo, how: str) -> None:
    repo.commit("second")
    _break(repo.git_dir / "ticketer/journal", how)
    command = ("timeout", "-k1", "60", "git", "commit", "--allow-empty", "-qm", "subject")
    done = repo.run(*command)

    assert (done.code, repo.message()) == (0, "subject\n")
    assert done.err.splitlines()[-1].startswith("hint: this commit has no ticket")
