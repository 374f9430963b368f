"""A ticket's write that is killed or refused leaves the old files or the new ones, and no repair.

Every point gets a copy of one repository; two are worked on at a time.
"""

import json
import re
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from git_ticketer.lean.clock import to_text
from git_ticketer.lean.system import TEMPORARY
from tests.support import faults
from tests.support.faults import Call
from tests.support.git import GitRepo, Result

WRITES = {
    "create": ("create", "Two", "--no-parent"),
    "edit": ("edit", "1", "--title", "Changed"),
    "comment": ("comment", "1", "-m", "Said"),
    "subtask": ("subtask", "add", "1", "A step"),
}
EVERY_WRITE = pytest.mark.parametrize("name", WRITES)
AT_A_TIME = 2
OLD, NEW = "old", "new"
# Errors that calls which change nothing meet as well.
READS = {
    "EIO": ("read", "close", "flock", "getdents64", "newfstatat"),
    "EINTR": ("read", "flock"),
}


@dataclass(frozen=True)
class Case:
    """A command to be disturbed in copies of `base`, and the tickets before and after it."""

    base: GitRepo
    words: tuple[str, ...]
    old: dict[str, str]
    new: dict[str, str]

    def state(self, repo: GitRepo) -> object:
        """OLD or NEW, or what lies there instead."""
        found = contents(repo)
        return OLD if found == self.old else NEW if found == self.new else found


def contents(repo: GitRepo) -> dict[str, str]:
    """All files in `.tickets`, with what is random or a time in them made equal."""
    top = repo.path / ".tickets"
    paths = [path for path in top.rglob("*") if not path.is_dir()]
    return {
        faults.alike(str(p.relative_to(top))): faults.alike(p.read_text(encoding="utf-8"))
        for p in paths
    }


def command(repo: GitRepo, *words: str) -> Result:
    return repo.run("git-ticket", *words)


@pytest.fixture
def base(repo: GitRepo) -> GitRepo:
    """One committed ticket; the session is two minutes old, so that every command renews it."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "One", "--no-parent", "-m", "Text\n").out == "PROJ-1\n"
    repo.git("add", ".")
    repo.git("commit", "--quiet", "-m", "tickets")
    [session] = (repo.git_dir / "ticketer/sessions").iterdir()
    text = session.read_text(encoding="utf-8")
    aged = re.sub("^active .*", f"active {to_text(int(time.time()) - 120)}", text, flags=re.M)
    session.write_text(aged, encoding="utf-8")
    return repo


def case(base: GitRepo, name: str, scratch: Path) -> Case:
    """A case, for which the command ran once undisturbed; the imports are cached now."""
    done = faults.copy(base, scratch / "whole")
    assert command(done, *WRITES[name]).code == 0
    found = Case(base, WRITES[name], contents(base), contents(done))
    assert found.old != found.new
    return found


def recorded(found: Case, scratch: Path, names: Sequence[str] = faults.CALLS) -> list[Call]:
    """The calls from the first on the state; for all but `create`, from the first on a ticket.

    What all commands have in common is looked at with one of them.
    """
    log = scratch / "log"
    calls = faults.record(
        faults.copy(found.base, scratch / "recorded"), log, "git-ticket", *found.words, names=names
    )
    start = ".git/ticketer" if found.words[0] == "create" else ".tickets/PROJ-"
    first = next(i for i, call in enumerate(calls) if start in call.text)
    return calls[first:]


def at_every(
    calls: Sequence[Call],
    found: Case,
    scratch: Path,
    check: Callable[[Case, GitRepo, Call], tuple[object, object]],
) -> tuple[list[object], list[str]]:
    """What `check` says at each call, in their order: the states, and what is wrong."""

    def one(number: int) -> tuple[object, object]:
        repo = faults.copy(found.base, scratch / str(number))
        answer = check(found, repo, calls[number])
        shutil.rmtree(repo.path)
        return answer

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        answers = list(pool.map(one, range(len(calls))))
    pairs = zip(calls, answers, strict=True)
    wrong = [f"{call.text}: {fault}" for call, (_, fault) in pairs if fault is not None]
    return [state for state, _ in answers], wrong


def given(repo: GitRepo) -> int:
    """The highest number that was given, as it is on disk."""
    text = (repo.path / ".git/ticketer/numbers").read_text(encoding="utf-8")
    return int(re.findall(r"^floor PROJ (\d+)$", text, flags=re.MULTILINE)[0])


def folders(repo: GitRepo) -> list[str]:
    return sorted(path.parent.name for path in repo.path.glob(".tickets/*/ticket.yaml"))


def after_a_kill(found: Case, repo: GitRepo, call: Call) -> tuple[object, object]:
    """The state that a kill leaves, and what is wrong with it or with going on from it."""
    killed = faults.inject(repo, call, "signal=SIGKILL", "git-ticket", *found.words)
    state, number, stored = found.state(repo), given(repo), folders(repo)
    status = faults.alike(repo.git("status", "--porcelain", "--untracked-files=all"))
    differing = {name for name in found.new if found.old.get(name) != found.new[name]}
    listed = command(repo, "list", "--all", "--json", "--fields", "id")
    shown = json.loads(listed.out)
    again = command(repo, *found.words)
    lint = command(repo, "lint")

    wrong = {
        "not killed": killed.code != -signal.SIGKILL,
        "torn": state not in (OLD, NEW),
        "status": {line[3:] for line in status.splitlines()}
        != ({f".tickets/{name}" for name in differing} if state == NEW else set()),
        "list": (listed.code, shown["broken"], sorted(row["id"] for row in shown["tickets"]))
        != (0, [], stored),
        "printed, not stored": found.words[0] == "create"
        and killed.out != ""
        and killed.out.strip() not in stored,
        "not below the floor": int(stored[-1].removeprefix("PROJ-")) > number,
        "next run": (again.code, set(faults.kinds(again.err))) != (0, {"hint"}),
        "given twice": found.words[0] == "create" and again.out != f"PROJ-{number + 1}\n",
        "lint": lint.code != 0,
    }
    names = [name for name, bad in wrong.items() if bad]
    return state, (names, killed, state, status, listed, again, lint) if names else None


@pytest.mark.slow
@EVERY_WRITE
def test_a_kill_at_any_call_leaves_the_old_files_or_the_new_ones_and_nothing_to_clean(
    base: GitRepo, name: str, tmp_path: Path
) -> None:
    faults.needs_strace()
    found = case(base, name, tmp_path)
    points = faults.distinct(recorded(found, tmp_path))

    states, wrong = at_every(points, found, tmp_path, after_a_kill)

    assert not wrong, "\n".join(wrong)
    assert states == sorted(states, key=str, reverse=True), "old, then new, never back"
    assert {*states} == {OLD, NEW}
    assert {call.name for call in points} >= {"openat", "write", "fsync"}


def after_an_error(error: str) -> Callable[[Case, GitRepo, Call], tuple[object, object]]:
    """What an error of a call leads to, and what is wrong with that."""

    def check(found: Case, repo: GitRepo, call: Call) -> tuple[object, object]:
        done = faults.inject(repo, call, f"error={error}", "git-ticket", *found.words)
        state, kinds = found.state(repo), faults.kinds(done.err)
        if done.code == 0:
            right = state == NEW and "error" not in kinds
        else:
            right = state == OLD and done.code == 1 and kinds.count("error") == 1
        left = [str(path) for path in repo.path.rglob(f"{TEMPORARY}*")]
        return state, None if right and not left else (done, state, left)

    return check


@pytest.mark.slow
@EVERY_WRITE
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS", "EINTR"])
def test_a_call_that_fails_fails_the_command_whole_or_not_at_all(
    base: GitRepo, name: str, error: str, tmp_path: Path
) -> None:
    faults.needs_strace()
    found = case(base, name, tmp_path)
    names = (*faults.CALLS, *READS.get(error, ()))
    points = faults.distinct(faults.own(recorded(found, tmp_path, names)))
    if error not in READS:
        points = [call for call in points if faults.changes_files(call)]

    _, wrong = at_every(points, found, tmp_path, after_an_error(error))

    assert not wrong, "\n".join(wrong)
    assert {call.name for call in points} >= {"openat", "write", "fsync"}


@EVERY_WRITE
def test_bytes_are_on_disk_before_their_name_and_names_before_the_answer(
    base: GitRepo, name: str, tmp_path: Path
) -> None:
    faults.needs_strace()
    calls = faults.record(base, tmp_path / "log", "git-ticket", *WRITES[name])
    tickets = str(base.path / ".tickets")
    answered = next(i for i, c in enumerate(calls) if c.name == "write" and "write(1<" in c.text)
    made = {
        c.text.split('"')[1]: i
        for i, c in enumerate(calls)
        if c.name.startswith("mkdir") and "= 0" in c.text
    }
    [renamed] = (
        i for i, c in enumerate(calls) if c.name in faults.RENAMES and f', "{tickets}/' in c.text
    )
    temporary, folder = calls[renamed].text.split('"')[1], calls[renamed].text.rsplit("/", 1)[0]

    def flushed(path: str, start: int, end: int) -> bool:
        return any(c.name == "fsync" and f"<{path}>)" in c.text for c in calls[start:end])

    assert temporary.startswith(f"{base.git_dir}/ticketer/{TEMPORARY}")
    assert flushed(temporary, 0, renamed)
    assert flushed(folder.rpartition('"')[2], renamed, answered)
    assert [*made] == {
        "create": [f"{tickets}/PROJ-2"],
        "comment": [f"{tickets}/PROJ-1/comments"],
    }.get(name, [])
    for path, place in made.items():
        assert flushed(path.rpartition("/")[0], place, answered)


def test_a_number_is_on_disk_before_its_ticket_is_begun(base: GitRepo, tmp_path: Path) -> None:
    faults.needs_strace()
    calls = faults.record(base, tmp_path / "log", "git-ticket", *WRITES["create"])
    state = f"{base.git_dir}/ticketer"

    def at(name: str, end: str, start: int = 0) -> int:
        places = range(start, len(calls))
        return next(i for i in places if calls[i].name.startswith(name) and end in calls[i].text)

    temporary = at("write", '"floor PROJ 2')
    number = at("rename", f'"{state}/numbers")', at("fsync", TEMPORARY, temporary))
    begun = at("mkdir", "/.tickets/PROJ-2")
    assert temporary < number < at("fsync", f"<{state}>)", number) < begun


def no_temporary_file(repo: GitRepo) -> Sequence[str]:
    return ("find", str(repo.path), "-name", f"{TEMPORARY}*")


def test_tickets_on_another_disk_than_the_git_dir_are_written(
    base: GitRepo, tmp_path: Path
) -> None:
    faults.needs_mounts()
    *done, lint, left, title = faults.mounted(
        base,
        tmp_path / "scratch",
        faults.own_disk(base.path / ".tickets", "1m"),
        *(("git-ticket", *words) for words in WRITES.values()),
        ("git-ticket", "lint"),
        no_temporary_file(base),
        ("grep", "-h", "^title: ", "-r", ".tickets"),
    )

    assert [(end.code, faults.kinds(end.err)) for end in done] == [(0, ["hint"])] * len(WRITES)
    assert lint.code == 0
    assert left == Result(0, "", "")
    assert sorted(title.out.splitlines()) == ["title: Changed", "title: Two"]


def test_a_full_disk_is_one_error_each_and_keeps_the_old_tickets(
    base: GitRepo, tmp_path: Path
) -> None:
    faults.needs_mounts()
    tickets = base.path / ".tickets"
    kept = ("sh", "-c", "find .tickets -name '*.yaml' | sort | xargs cat")
    before, _, *done, filled, left, freed, again = faults.mounted(
        base,
        tmp_path / "scratch",
        faults.own_disk(base.path / ".tickets", "64k"),
        kept,
        faults.fill(tickets),
        *(("git-ticket", *words) for words in WRITES.values()),
        kept,
        no_temporary_file(base),
        ("rm", str(tickets / "filler")),
        ("git-ticket", *WRITES["create"]),
    )

    assert [(end.code, end.out, faults.kinds(end.err)[:1]) for end in done] == [
        (1, "", ["error"])
    ] * len(WRITES)
    assert ["No space left on device" in end.err for end in done] == [True] * len(WRITES)
    assert (filled, left, freed.code) == (before, Result(0, "", ""), 0)
    assert (again.code, again.out) == (0, "PROJ-3\n")


@pytest.mark.parametrize("folder", ["", ".tickets"], ids=["the repository", ".tickets"])
def test_a_read_only_work_tree_is_one_error_each_and_can_be_read(
    base: GitRepo, folder: str, tmp_path: Path
) -> None:
    faults.needs_mounts()
    *done, listed = faults.mounted(
        base,
        tmp_path / "scratch",
        [*faults.read_only(base.path / folder), f"cd {base.path}"],
        *(("git-ticket", *words) for words in WRITES.values()),
        ("git-ticket", "list", "--fields", "id,title"),
    )

    errors = [[line for line in end.err.splitlines() if line[:6] == "error:"] for end in done]
    assert [(end.code, end.out) for end in done] == [(1, "")] * len(WRITES)
    assert [len(lines) for lines in errors] == [1] * len(WRITES), done
    assert ["Read-only file system" in lines[0] for lines in errors] == [True] * len(WRITES)
    assert (listed.code, listed.out) == (0, "PROJ-1\tOne\n")


def test_with_a_read_only_git_dir_tickets_are_edited_but_none_is_created(
    base: GitRepo, tmp_path: Path
) -> None:
    faults.needs_mounts()
    create, *done, left, lint = faults.mounted(
        base,
        tmp_path / "scratch",
        faults.read_only(base.git_dir),
        *(("git-ticket", *words) for words in WRITES.values()),
        no_temporary_file(base),
        ("git-ticket", "lint"),
    )

    assert (create.code, create.out) == (1, "")
    assert [line for line in create.err.splitlines() if line[:9] != "warning: "] == [
        f"error: no id can be given, {base.git_dir}/ticketer cannot be written: "
        "Read-only file system",
        f"hint: ls -ld {base.git_dir}/ticketer",
    ]
    assert [(end.code, "error" in faults.kinds(end.err)) for end in done] == [(0, False)] * 3
    assert (left, lint.code) == (Result(0, "", ""), 0)
    assert folders(base) == ["PROJ-1"]
    text = (base.path / ".tickets/PROJ-1/ticket.yaml").read_text(encoding="utf-8")
    assert "title: Changed\n" in text
    assert "    title: A step\n" in text
