"""Killed, refused or out of space at any moment: the old state or the new one, and no repair."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from git_ticketer.lean.system import TEMPORARY
from tests.support import faults
from tests.support.faults import Call
from tests.support.git import GitRepo, Result

ATTACH = ("git-ticket", "attach", "PROJ-2")
STARTS = pytest.mark.parametrize(
    "old", [None, "PROJ-1"], ids=["the first attach", "a change of ticket"]
)


def _start(repo: GitRepo, old: str | None, scratch: Path) -> Path:
    """Bring the live state to its start and return a copy of it; the imports are cached now."""
    assert repo.run("git-ticket", "attach", old or "PROJ-1").code == 0
    state = repo.git_dir / "ticketer"
    if old is None:
        shutil.rmtree(state)
        state.mkdir(mode=0o700)
    saved = scratch / "saved"
    shutil.copytree(state, saved)
    return saved


def _restore(saved: Path, repo: GitRepo) -> None:
    state = repo.git_dir / "ticketer"
    shutil.rmtree(state)
    shutil.copytree(saved, state)


def _status(repo: GitRepo) -> tuple[int, str, str | None]:
    done = repo.ticket("status", "--json")
    return done.code, done.err, json.loads(done.out)["current_ticket"]


def _on_state(calls: list[Call]) -> list[Call]:
    """The calls from the first one that touches the live state."""
    first = next(i for i, call in enumerate(calls) if ".git/ticketer" in call.text)
    return calls[first:]


def _of_state(calls: list[Call]) -> list[Call]:
    """The calls that touch the live state itself."""
    return [call for call in calls if ".git/ticketer" in call.text]


@pytest.mark.slow
@STARTS
def test_a_kill_at_any_system_call_of_an_attach_leaves_the_old_or_the_new_state(
    repo: GitRepo, old: str | None, tmp_path: Path
) -> None:
    faults.needs_strace()
    saved = _start(repo, old, tmp_path)
    points = faults.distinct(_on_state(faults.record(repo, tmp_path / "log", *ATTACH)))
    seen: list[str | None] = []
    wrong = []

    for call in points:
        _restore(saved, repo)
        killed = faults.inject(repo, call, "signal=SIGKILL", *ATTACH)
        code, err, ticket = _status(repo)
        commit = repo.attempt("commit", "--allow-empty", "-qm", "subject")
        again = repo.run("git-ticket", "attach", "PROJ-3")
        seen.append(ticket)
        found = (killed.code, code, err, commit.code, repo.tickets(), again.code, again.err)
        if found != (-signal.SIGKILL, 0, "", 0, [ticket] if ticket else [], 0, ""):
            wrong.append((call, found))

    assert wrong == []
    assert seen == sorted(seen, key=lambda ticket: ticket == "PROJ-2"), "old, then new, never back"
    assert set(seen) == {old, "PROJ-2"}


@pytest.mark.slow
@STARTS
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EROFS", "EINTR"])
def test_a_failing_system_call_of_an_attach_fails_it_whole_or_not_at_all(
    repo: GitRepo, old: str | None, error: str, tmp_path: Path
) -> None:
    faults.needs_strace()
    saved = _start(repo, old, tmp_path)
    points = faults.distinct(_of_state(faults.record(repo, tmp_path / "log", *ATTACH)))
    wrong = []

    for call in points:
        _restore(saved, repo)
        done = faults.inject(repo, call, f"error={error}", *ATTACH)
        if fault := _not_all_or_nothing(repo, old, done):
            wrong.append((call.text, fault))

    assert {call.name for call in points} >= {"openat", "write", "fsync"}
    assert wrong == []


@pytest.mark.slow
@STARTS
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails_from_some_call_on_fails_an_attach_whole_or_not_at_all(
    repo: GitRepo, old: str | None, error: str, tmp_path: Path
) -> None:
    faults.needs_strace()
    saved = _start(repo, old, tmp_path)
    calls = _of_state(faults.record(repo, tmp_path / "log", *ATTACH))
    points = [call for call in calls if call.name in ("fsync", *faults.RENAMES)]
    wrong = []

    for call in points:
        _restore(saved, repo)
        done = faults.inject(repo, call, f"error={error}", *ATTACH, onwards=True)
        if fault := _not_all_or_nothing(repo, old, done):
            wrong.append((call.text, fault))

    assert wrong == []


def _not_all_or_nothing(repo: GitRepo, old: str | None, done: Result) -> object:
    """What is wrong with an attach of PROJ-2 that met a fault and with what it left; or None."""
    after = _status(repo)
    kinds = faults.kinds(done.err)
    if done.code == 0:
        right = after == (0, "", "PROJ-2") and set(kinds) <= {"warning"}
    else:
        right = after == (0, "", old) and kinds == ["error", "hint"]
    left = [path.name for path in (repo.git_dir / "ticketer").rglob(f"{TEMPORARY}*")]
    return None if right and not left else (done.code, done.err, after, left)


def test_the_bytes_are_on_disk_before_their_name_and_the_name_before_the_answer(
    repo: GitRepo, tmp_path: Path
) -> None:
    faults.needs_strace()
    shutil.rmtree(repo.git_dir / "ticketer")
    calls = faults.record(repo, tmp_path / "log", *ATTACH)
    state = f"{repo.git_dir}/ticketer"
    session = next(Path(state, "sessions").iterdir()).name
    renames = [
        (i, call.text.split('"')[1], call.text.split('"')[3])
        for i, call in enumerate(calls)
        if call.name in faults.RENAMES
    ]
    answered = next(i for i, c in enumerate(calls) if c.name == "write" and "write(1<" in c.text)

    def flushed(path: str, start: int, end: int) -> bool:
        wanted = f"<{path}>)"
        return any(c.name == "fsync" and wanted in c.text for c in calls[start:end])

    durable = [
        (target.removeprefix(state + "/"), flushed(temporary, 0, i), flushed(folder, i, answered))
        for i, temporary, target in renames
        for folder in [target.rpartition("/")[0]]
    ]
    assert {name for name, *_ in durable} == {"settings", "current", f"sessions/{session}"}
    assert [row for row in durable if row[1:] != (True, True)] == []


def test_what_a_killed_attach_left_behind_is_swept_with_the_next_session(
    repo: GitRepo, tmp_path: Path
) -> None:
    faults.needs_strace()
    repo.ticket("attach", "PROJ-1")
    calls = _of_state(faults.record(repo, tmp_path / "log", *ATTACH))
    rename = next(call for call in calls if call.name in faults.RENAMES)
    faults.inject(repo, rename, "signal=SIGKILL", "git-ticket", "attach", "PROJ-3")
    state = repo.git_dir / "ticketer"
    [left] = state.rglob(f"{TEMPORARY}*")
    two_hours_ago = left.stat().st_mtime - 7200
    os.utime(left, (two_hours_ago, two_hours_ago))
    (state / "current").unlink()

    assert repo.ticket("status").code == 0
    assert list(state.rglob(f"{TEMPORARY}*")) == []


def test_a_full_disk_is_one_clear_error_and_keeps_the_old_ticket(
    repo: GitRepo, tmp_path: Path
) -> None:
    faults.needs_mounts()
    state = repo.git_dir / "ticketer"
    status = ("git-ticket", "status", "--json", "--fields", "current_ticket")
    attached, _, refused, kept, commit, _, again, new = faults.mounted(
        repo,
        tmp_path / "scratch",
        faults.small_disk(state),
        ("git-ticket", "attach", "PROJ-1"),
        faults.fill(state),
        ATTACH,
        status,
        ("git", "commit", "--allow-empty", "-qm", "subject"),
        ("rm", str(state / "filler")),
        ATTACH,
        status,
    )

    assert attached.code == 0
    assert refused == Result(
        1,
        "",
        f"error: nothing was stored, {state} cannot be written: No space left on device\n"
        "hint: GIT_TICKET=PROJ-123 git commit tags a commit without stored state\n",
    )
    assert json.loads(kept.out) == {"schema": 1, "current_ticket": "PROJ-1"}
    assert (commit.code, repo.tickets()) == (0, ["PROJ-1"])
    assert again.code == 0
    assert json.loads(new.out) == {"schema": 1, "current_ticket": "PROJ-2"}


@pytest.mark.parametrize("part", ["", "ticketer"], ids=[".git", ".git/ticketer"])
@pytest.mark.parametrize(
    "command",
    [("attach", "PROJ-2"), ("attach", "--none"), ("detach",), ("attach", "--resume")],
    ids=" ".join,
)
def test_a_read_only_git_folder_is_one_clear_error(
    repo: GitRepo, part: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    faults.needs_mounts()
    repo.ticket("attach", "PROJ-1")
    refused, shown = faults.mounted(
        repo,
        tmp_path / "scratch",
        faults.read_only(repo.git_dir / part),
        ("git-ticket", *command),
        ("git-ticket", "status", "--json", "--fields", "current_ticket"),
    )

    assert refused == Result(
        1,
        "",
        f"error: nothing was stored, {repo.git_dir}/ticketer cannot be written: "
        "Read-only file system\n"
        "hint: GIT_TICKET=PROJ-123 git commit tags a commit without stored state\n",
    )
    assert json.loads(shown.out) == {"schema": 1, "current_ticket": "PROJ-1"}


def test_a_fresh_read_only_git_folder_is_one_clear_error(repo: GitRepo, tmp_path: Path) -> None:
    faults.needs_mounts()
    shutil.rmtree(repo.git_dir / "ticketer")
    refused, shown = faults.mounted(
        repo,
        tmp_path / "scratch",
        faults.read_only(repo.git_dir),
        ATTACH,
        ("git-ticket", "status", "--json", "--fields", "success,current_ticket,session_id"),
    )

    assert (refused.code, refused.out, faults.kinds(refused.err)) == (1, "", ["error", "hint"])
    assert (shown.code, faults.kinds(shown.err)) == (0, ["warning"])
    assert json.loads(shown.out) == {
        "schema": 1,
        "success": True,
        "current_ticket": None,
        "session_id": None,
    }


@pytest.mark.parametrize("old", [False, True], ids=["fresh", "with an idle session"])
def test_a_commit_with_read_only_state_is_tagged_by_the_environment(
    repo: GitRepo, old: bool, tmp_path: Path
) -> None:
    faults.needs_mounts()
    state = repo.git_dir / "ticketer"
    if old:
        repo.ticket("attach", "PROJ-1")
        for path in (state / "sessions").iterdir():
            lines = path.read_text(encoding="utf-8").splitlines()
            aged = [
                "active 2026-01-01T00:00:00Z" if line.startswith("active ") else line
                for line in lines
            ]
            path.write_text("\n".join(aged) + "\n", encoding="utf-8")
    else:
        shutil.rmtree(state)
        state.mkdir()
    [commit] = faults.mounted(
        repo,
        tmp_path / "scratch",
        faults.read_only(state),
        ("git", "commit", "--allow-empty", "-qm", "subject"),
        GIT_TICKET="proj-9",
    )

    assert (commit.code, repo.message()) == (0, "subject\n\nTicket: PROJ-9\n")
    assert len(commit.err.splitlines()) == 1, commit.err
    assert "Read-only file system" in commit.err
