"""A renumber that is killed or meets a full disk loses nothing, and goes on when it is repeated."""

import shutil
from pathlib import Path

import pytest

from tests.support import faults
from tests.support.git import GitRepo

OLDER, YOUNGER = (f"01JD8Z6W5T3K9QG4R7M2XV1B0{end}" for end in "AB")
RENUMBER = """
import os
from git_ticketer.ops.renumber import renumber
from git_ticketer.ops.workspace import open_workspace
renumber(open_workspace(".", os.environ), "PROJ-5")
"""


def files(uid: str, id: str, *, title: str, aliases: str = "") -> dict[str, str]:
    """A ticket with a comment and a session, by path below `.tickets`."""
    second = "0" if uid == OLDER else "5"
    head = f"uid: {uid}\n\nid: {id}\n\n{aliases}title: {title}\n"
    part = f"ticket: {id}\n\nticket_uid: {uid}\n\nauthor: D <d@e>\n\ntext: of {uid}\n"
    return {
        f"{id}/ticket.yaml": f"{head}\ncreated: 2026-11-22T09:00:0{second}Z\n",
        f"{id}/comments/{uid[:-2]}Z{uid[-1]}.yaml": part,
        f"{id}/sessions/2026-11-22-claude-code-00000000000{uid[-1].lower()}.yaml": part,
    }


def write(repo: GitRepo, found: dict[str, str]) -> None:
    for name, text in found.items():
        repo.write(f".tickets/{name}", text)


def contents(repo: GitRepo) -> dict[str, str]:
    top = repo.path / ".tickets"
    found = sorted(path for path in top.rglob("*") if path.is_file())
    return {str(path.relative_to(top)): path.read_text(encoding="utf-8") for path in found}


def finished(new: str) -> dict[str, str]:
    loser = files(YOUNGER, new, title="Edited", aliases="aliases:\n- PROJ-5\n\n")
    return {**files(OLDER, "PROJ-5", title="Older"), **loser}


@pytest.fixture
def before(empty_repo: GitRepo) -> GitRepo:
    """The younger is in the work tree with an edit that is not committed, the older elsewhere."""
    empty_repo.commit()
    for branch, uid, title in (("theirs", OLDER, "Older"), ("mine", YOUNGER, "Younger")):
        empty_repo.git("switch", "--quiet", "-c", branch, "main")
        write(empty_repo, files(uid, "PROJ-5", title=title))
        empty_repo.git("add", ".tickets")
        empty_repo.git("commit", "--quiet", "-m", branch)
    write(empty_repo, files(YOUNGER, "PROJ-5", title="Edited"))
    empty_repo.run(*faults.python("import git_ticketer.ops.renumber"))
    return empty_repo


def copy(repo: GitRepo, path: Path) -> GitRepo:
    shutil.copytree(repo.path, path, symlinks=True)
    return GitRepo(path, repo.environ)


def new_id(repo: GitRepo) -> str:
    """Where the younger is; its text must be whole there."""
    found = [
        name.partition("/")[0]
        for name, text in contents(repo).items()
        if name.endswith("/ticket.yaml") and YOUNGER in text and "title: Edited\n" in text
    ]
    return found[-1]


def check_nothing_is_lost(repo: GitRepo) -> None:
    """Every text of the younger is in the work tree; of the older too, or still on its branch."""
    texts = list(contents(repo).values())
    assert new_id(repo)
    parts = [text for text in texts if f"ticket_uid: {YOUNGER}" in text]
    assert len(parts) >= 2
    for text in texts:
        assert text.endswith("\n")


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=ENOSPC"])
def test_a_fault_at_any_call_loses_nothing_and_the_next_run_ends_it(
    before: GitRepo, tmp_path: Path, fault: str
) -> None:
    faults.needs_strace()
    command = faults.python(RENUMBER)
    calls = faults.record(copy(before, tmp_path / "whole"), tmp_path / "log", *command)
    own = [call for call in calls if ".tickets" in call.text or "ticketer-tmp" in call.text]
    own = [call for call in own if call.name != "openat" or "O_CREAT" in call.text]
    assert len(own) > 15
    for number, call in enumerate(own):
        repo = copy(before, tmp_path / str(number))
        faults.inject(repo, call, fault, *command)
        check_nothing_is_lost(repo)
        done = repo.run(*command)
        assert done.code == 0, (call, done.err)
        assert contents(repo) == finished(new_id(repo)), call
        shutil.rmtree(repo.path)
