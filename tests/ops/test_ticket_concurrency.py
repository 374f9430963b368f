"""Many processes at the same tickets: no lost edit, no id twice, nothing torn for a reader."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import faults
from tests.support.faults import python
from tests.support.git import GitRepo

PROCESSES, EDITS = 8, 25

# Every edit of the file is told as a digest of the ticket before it and after it.
WRITER = """\
import hashlib, os, sys
from git_ticketer.ops import edits
from git_ticketer.ops.edits import Fields
from git_ticketer.ops.workspace import open_workspace

name, count = sys.argv[1], int(sys.argv[2])
work = open_workspace(".", os.environ)
statuses = ("planned", "in-progress", "in-review")

def told(change):
    for ticket in (change.before, change.after):
        print(hashlib.sha256(repr(ticket).encode()).hexdigest())

for number in range(count):
    mark = f"{name}-{number}"
    kind = number % 5
    if kind == 0:
        told(edits.edit(work, "1", Fields(add_labels=(mark,))))
    elif kind == 1:
        told(edits.add_subtask(work, "1", mark)[0])
        told(edits.set_subtask(work, "1", mark, "done")[0])
    elif kind == 2:
        told(edits.add_criterion(work, "1", mark)[0])
    elif kind == 3:
        edits.comment(work, "1", mark)
    else:
        status = statuses[(number // 5 + int(name)) % 3]
        told(edits.set_status(work, "1", status, force=True))
"""

# Reads with a command until the file `stop` is there; tickets and labels only ever grow.
READER = """\
import json, os, subprocess, sys

stop, *words = sys.argv[1:]
wrong, reads, most = "", 0, 0
while not (wrong or os.path.exists(stop)):
    done = subprocess.run(["git-ticket", *words, "--json"], capture_output=True)
    try:
        found = json.loads(done.stdout)
        tickets = found.get("tickets", [found])
        size = len(tickets) + sum(len(ticket["labels"]) for ticket in tickets)
        if done.returncode or done.stderr or found.get("broken") or size < most:
            wrong = repr((most, done))
        most = size
    except (ValueError, KeyError, TypeError) as error:
        wrong = repr((error, done))
    reads += 1
print(wrong or reads)
"""


@contextmanager
def running(*commands: tuple[GitRepo, Sequence[str]]) -> Iterator[list["subprocess.Popen[str]"]]:
    """Start every command at once; none outlives the block."""
    started = [
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
        for repo, command in commands
    ]
    try:
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
            process.communicate()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out.strip(), err


@contextmanager
def readers(repo: GitRepo, stop: Path) -> Iterator[None]:
    """Let `show` and `list` be read all the time in the block; all they read must be right."""
    commands = [("show", "PROJ-1"), ("list", "--all", "--limit", "0")]
    with running(*((repo, python(READER, str(stop), *words)) for words in commands)) as started:
        try:
            yield
        finally:
            stop.touch()
        ends = [ended(process) for process in started]
    assert [(code, out, err) for code, out, err in ends if code or err or not out.isdigit()] == []
    assert min(int(out) for _, out, _ in ends) > 0


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    """A repository with one ticket, committed."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "One", "--no-parent").out == "PROJ-1\n"
    repo.git("add", ".")
    repo.git("commit", "--quiet", "-m", "tickets")
    return repo


def shown(repo: GitRepo) -> dict[str, list[str]]:
    """What the ticket has of each kind."""
    found = json.loads(repo.ticket("show", "1", "--json").out)
    return {
        "labels": sorted(found["labels"]),
        "subtasks": sorted(item["title"] for item in found["subtasks"].values()),
        "open": [item["title"] for item in found["subtasks"].values() if item["status"] != "done"],
        "criteria": sorted(item["text"] for item in found["criteria"].values()),
        "comments": sorted(item["text"] for item in found["comments"]),
    }


def marks(kind: int) -> list[str]:
    """What all writers added in the edits of a kind."""
    numbers = range(kind, EDITS, 5)
    return sorted(f"{name}-{number}" for name in range(PROCESSES) for number in numbers)


@pytest.mark.slow
def test_eight_processes_with_25_mixed_edits_each_lose_none_while_others_read(
    team: GitRepo, tmp_path: Path
) -> None:
    names = [str(number) for number in range(PROCESSES)]
    writers = [(team, python(WRITER, name, str(EDITS))) for name in names]
    with readers(team, tmp_path / "stop"), running(*writers) as started:
        ends = [ended(process) for process in started]
    last = ended_chain(ends)

    assert [(code, err) for code, _, err in ends] == [(0, "")] * PROCESSES
    assert shown(team) == {
        "labels": marks(0),
        "subtasks": marks(1),
        "open": [],
        "criteria": marks(2),
        "comments": marks(3),
    }
    assert last == "", "every edit began with what the one before it had left"
    assert team.ticket("lint").code == 0


def ended_chain(ends: Sequence[tuple[int, str, str]]) -> str:
    """What does not fit where all edits are put in one row; nothing where none was lost.

    In a row every ticket that an edit left is the one that the next began with: the two differ
    in the first beginning and the last end alone.
    """
    lines = [line for _, out, _ in ends for line in out.split()]
    before, after = Counter(lines[::2]), Counter(lines[1::2])
    begun, left = (before - after).total(), (after - before).total()
    return "" if (begun, left) == (1, 1) else f"{begun} beginnings and {left} ends"


@pytest.mark.slow
def test_forty_creates_at_once_in_four_worktrees_give_forty_ids_while_others_read(
    team: GitRepo, tmp_path: Path
) -> None:
    trees = [team, *(team.worktree(tmp_path / name, name) for name in ("a", "b", "c"))]
    creates = [
        (tree, ["git", "ticket", "create", f"Number {number}", "--no-parent"])
        for tree in trees
        for number in range(10)
    ]
    with readers(team, tmp_path / "stop"), running(*creates) as started:
        ends = [ended(process) for process in started]

    ids = [out for _, out, _ in ends]
    stored = [path.parent.name for tree in trees for path in tree.path.glob(".tickets/*/*.yaml")]
    assert [code for code, _, _ in ends] == [0] * 40
    assert Counter(ids) == Counter(f"PROJ-{n}" for n in range(2, 42))
    assert Counter(stored) == Counter([*ids, *["PROJ-1"] * 4])
    assert [tree.ticket("lint").code for tree in trees] == [0] * 4


def test_commands_at_once_on_one_ticket_all_arrive(team: GitRepo) -> None:
    commands = [
        *(("edit", "1", "--label", f"l{number}") for number in range(4)),
        *(("subtask", "add", "1", f"s{number}") for number in range(4)),
        *(("criterion", "add", "1", f"c{number}") for number in range(4)),
        *(("comment", "1", "-m", f"m{number}") for number in range(4)),
    ]
    with running(*((team, ["git-ticket", *words]) for words in commands)) as started:
        ends = [ended(process) for process in started]

    assert [code for code, _, _ in ends] == [0] * 16
    found = shown(team)
    assert [found[name] for name in ("labels", "subtasks", "criteria", "comments")] == [
        [f"{letter}{number}" for number in range(4)] for letter in "lscm"
    ]


def with_editor(repo: GitRepo, path: Path, script: str) -> GitRepo:
    """The repository with an editor that runs `script` with the file as `$1`."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return GitRepo(repo.path, {**repo.environ, "GIT_EDITOR": str(path)})


def test_an_editor_and_a_command_at_once_lose_nothing_and_one_of_them_is_refused(
    team: GitRepo, tmp_path: Path
) -> None:
    for name in ("opened", "closed"):
        subprocess.run(["mkfifo", str(tmp_path / name)], check=True)
    script = f'echo >{tmp_path}/opened; read -r _ <{tmp_path}/closed; echo "# mine" >>"$1"'
    edited = with_editor(team, tmp_path / "editor", script)
    with running((edited, ["git", "ticket", "edit", "1"])) as [editor]:
        (tmp_path / "opened").read_text(encoding="utf-8")
        command = team.ticket("edit", "1", "--label", "theirs")
        (tmp_path / "closed").write_text("\n", encoding="utf-8")
        code, out, err = ended(editor)

    [kept] = (team.git_dir / "ticketer").glob("edit-*")
    assert command.code == 0
    assert (code, out) == (1, "")
    assert "changed by somebody else meanwhile; nothing was stored, your text is kept in" in err
    assert shown(team)["labels"] == ["theirs"]
    assert kept.read_text(encoding="utf-8").endswith("# mine\n")


def test_editors_and_commands_that_race_store_their_text_or_keep_it(
    team: GitRepo, tmp_path: Path
) -> None:
    editors = [
        (with_editor(team, tmp_path / f"e{number}", f'echo "# e{number}" >>"$1"'), ("edit", "1"))
        for number in range(4)
    ]
    commands = [(team, ("edit", "1", "--label", f"l{number}")) for number in range(4)]
    both = [(repo, ["git-ticket", *words]) for repo, words in [*editors, *commands]]
    with running(*both) as started:
        codes = [ended(process)[0] for process in started]

    text = (team.path / ".tickets/PROJ-1/ticket.yaml").read_text(encoding="utf-8")
    kept = "".join(
        path.read_text(encoding="utf-8") for path in (team.git_dir / "ticketer").glob("edit-*")
    )
    stored = [number for number, code in enumerate(codes[:4]) if code == 0]
    assert {*codes[:4]} <= {0, 1}
    assert codes[4:] == [0] * 4
    assert shown(team)["labels"] == ["l0", "l1", "l2", "l3"]
    assert sorted(re.findall(r"^# e(\d)$", text, flags=re.MULTILINE)) == [*map(str, stored)]
    assert {*re.findall(r"^# e(\d)$", kept, flags=re.MULTILINE)} >= {
        str(number) for number in range(4) if number not in stored
    }


def test_two_editors_on_one_ticket_at_once_have_a_file_each(team: GitRepo, tmp_path: Path) -> None:
    faults.needs_strace()
    first = f"{team.git_dir}/ticketer/edit-PROJ-1-1.yaml"
    slowly = ("-P", first, "-e", "trace=%file", "-e", "inject=%file:delay_enter=300ms")
    command = ["strace", "-qq", "-o", "/dev/null", *slowly, "git-ticket", "edit", "1"]
    editors = [
        with_editor(team, tmp_path / f"e{number}", f'echo "# e{number}" >>"$1"')
        for number in range(2)
    ]
    with running(*((repo, command) for repo in editors)) as started:
        codes = [ended(process)[0] for process in started]

    text = (team.path / ".tickets/PROJ-1/ticket.yaml").read_text(encoding="utf-8")
    [kept] = (team.git_dir / "ticketer").glob("edit-*")
    marks = [
        re.findall(r"^# e\d$", part, flags=re.MULTILINE) for part in (text, kept.read_text("utf-8"))
    ]
    assert sorted(codes) == [0, 1]
    assert marks == [[f"# e{codes.index(0)}"], [f"# e{codes.index(1)}"]]
