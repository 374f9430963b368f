"""Many processes at once: no half file, no lost decision, no mixed line."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from git_ticketer.lean import history, journal
from git_ticketer.lean.session_file import parse
from tests.support.faults import python
from tests.support.git import GitRepo

READER = """\
import os, sys
from git_ticketer.ops import association
from git_ticketer.ops.workspace import open_workspace

os.nice(10)  # with few processors the one that attaches would wait for eight
folder, stop = sys.argv[1:]
wrong, reads = [], 0
while not wrong and not os.path.exists(stop):
    work = open_workspace(folder, os.environ)
    answer = association.status(work)
    reads += 1
    number = int((answer.current_ticket or "PROJ-0").removeprefix("PROJ-"))
    if not 1 <= number <= 501 or answer.session_id != "SESSION" or work.warnings:
        wrong.append((answer, work.warnings))
print(reads if not wrong else wrong)
"""

WRITER = """\
import os, sys
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import association
from git_ticketer.ops.workspace import open_workspace

folder = sys.argv[1]
lost = []
for number in range(2, 502):
    ticket = TicketId(f"PROJ-{number}")
    association.attach(open_workspace(folder, os.environ), ticket)
    found = association.status(open_workspace(folder, os.environ)).current_ticket
    if found != ticket:
        lost.append((ticket, found))
print(lost)
"""

RENEWER = """\
import os, sys, time
from git_ticketer.lean import session_change
from git_ticketer.lean.session_file import Store

session_change.PATIENCE = 60.0
folder, stop = sys.argv[1:]
renewals = 0
while not os.path.exists(stop):
    session_change.renew(Store(folder, None, 30), int(time.time()) + 100 * (1 + renewals % 2))
    renewals += 1
print(renewals)
"""

DECIDER = """\
import sys, time
from git_ticketer.lean import session_change
from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.session_file import Store

folder = sys.argv[1]
lost = []
for number in range(1, 501):
    ticket = TicketId(f"PROJ-{number}")
    store = Store(folder, None, 30)
    session_change.decide(store, "associated", ticket, int(time.time()), "main", patience=60.0)
    session = Store(folder, None, 30).read().current
    if session is None or session.ticket != ticket:
        lost.append(number)
print(lost)
"""


@contextmanager
def _running(repo: GitRepo, *commands: Sequence[str]) -> Iterator[list["subprocess.Popen[str]"]]:
    """Start every command at once; none outlives the block."""
    running = [
        subprocess.Popen(
            command,
            cwd=repo.path,
            env=repo.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for command in commands
    ]
    try:
        yield running
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
            process.communicate()


def _end(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out.strip(), err


@pytest.mark.slow
def test_forty_parallel_attaches_leave_one_whole_file_with_one_of_their_tickets(
    repo: GitRepo,
) -> None:
    tickets = [f"PROJ-{number}" for number in range(1, 41)]
    with _running(repo, *(["git", "ticket", "attach", id, "--json"] for id in tickets)) as running:
        ends = [_end(process) for process in running]

    assert [(code, err) for code, _, err in ends] == [(0, "")] * 40
    answers = [json.loads(out) for _, out, _ in ends]
    assert [answer["current_ticket"] for answer in answers] == tickets
    state = repo.git_dir / "ticketer"
    [path] = (state / "sessions").iterdir()
    session = parse(path.read_bytes(), str(path))
    assert session.ticket in tickets
    assert {answer["session_id"] for answer in answers} == {session.id}
    assert (state / "current").read_text(encoding="utf-8") == f"{session.id}\n"
    attached = [line[5] for line in repo.journal() if line[1] == journal.ATTACH]
    assert sorted(attached) == sorted(tickets)


@pytest.mark.slow
def test_forty_first_uses_at_once_all_answer_the_session_that_is_stored(repo: GitRepo) -> None:
    (repo.git_dir / "ticketer/current").unlink(missing_ok=True)
    command = ["git", "ticket", "session", "info", "--json", "--fields", "session_id"]
    with _running(repo, *[command] * 40) as running:
        ends = [_end(process) for process in running]

    stored = (repo.git_dir / "ticketer/current").read_text(encoding="utf-8").strip()
    assert [(code, err) for code, _, err in ends] == [(0, "")] * 40
    assert {json.loads(out)["session_id"] for _, out, _ in ends} == {stored}


@pytest.mark.slow
def test_eight_readers_never_miss_the_ticket_while_another_attaches_500_times(
    repo: GitRepo, tmp_path: Path
) -> None:
    session = json.loads(repo.ticket("attach", "PROJ-1", "--json").out)["session_id"]
    stop = tmp_path / "stop"
    reader = python(READER.replace("SESSION", session), str(repo.path), str(stop))
    with _running(repo, *[reader] * 8, python(WRITER, str(repo.path))) as running:
        written = _end(running[-1])
        stop.touch()
        reads = [_end(process) for process in running[:-1]]

    assert written == (0, "[]", "")
    assert [(code, out, err) for code, out, err in reads if code or not out.isdigit()] == []
    assert min(int(out) for _, out, _ in reads) > 0


@pytest.mark.slow
def test_no_decision_is_overwritten_by_the_activity_of_others(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.ticket("status")
    stop = tmp_path / "stop"
    folder = str(repo.git_dir / "ticketer")
    with _running(
        repo, *[python(RENEWER, folder, str(stop))] * 4, python(DECIDER, folder)
    ) as running:
        decided = _end(running[-1])
        stop.touch()
        renewed = [_end(process) for process in running[:-1]]

    assert decided == (0, "[]", "")
    assert [end for end in renewed if end[0] or end[2] or int(end[1]) == 0] == []


@pytest.mark.slow
def test_journal_lines_of_parallel_commits_never_mix(repo: GitRepo, tmp_path: Path) -> None:
    names = [f"tree-{number}" for number in range(6)]
    trees = [repo.worktree(tmp_path / name, name) for name in names]
    for number, tree in enumerate(trees, 1):
        assert tree.ticket("attach", f"PROJ-{number}").code == 0
    before = len(repo.journal())
    loop = 'cd "$0" && for i in 0 1 2 3 4 5 6 7 8 9; do git commit -q --allow-empty -m $i; done'
    with _running(repo, *(["sh", "-ec", loop, str(tree.path)] for tree in trees)) as running:
        ends = [_end(process) for process in running]

    assert ends == [(0, "", "")] * 6
    events, broken = history.read(os.fspath(repo.git_dir / "ticketer/journal"))
    found = sorted((e.kind, e.worktree, e.branch, e.ticket) for e in events[before:])
    assert broken == 0
    assert found == sorted(
        (journal.TAGGED, name, name, f"PROJ-{number}")
        for number, name in enumerate(names, 1)
        for _ in range(10)
    )
