"""Different tickets under one id are found wherever they are; edits of one ticket are none."""

from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.ops.branches import collisions
from git_ticketer.ops.renumber import renumber
from git_ticketer.ops.workspace import Workspace, open_workspace
from tests.support.git import GitRepo

OLDER, YOUNGER, THIRD = (f"01JD8Z6W5T3K9QG4R7M2XV1B0{end}" for end in "ABC")


def ticket(uid: str, id: str = "PROJ-5", *, title: str = "T") -> str:
    return f"uid: {uid}\n\nid: {id}\n\ntitle: {title}\n\ncreated: 2026-11-22T09:00:00Z\n"


def put(repo: GitRepo, id: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        repo.write(f".tickets/{id}/{name}", text)


def commit(repo: GitRepo) -> None:
    repo.git("add", "--all", ".tickets")
    repo.git("commit", "--quiet", "-m", "change")


def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


@pytest.fixture
def clones(empty_repo: GitRepo) -> GitRepo:
    """`main` has the older PROJ-5 and is checked out, `theirs` has the younger."""
    empty_repo.commit()
    for branch, uid in (("theirs", YOUNGER), ("main", OLDER)):
        empty_repo.git("switch", "--quiet", *(["-c"] if branch != "main" else []), branch)
        put(empty_repo, "PROJ-5", {"ticket.yaml": ticket(uid)})
        commit(empty_repo)
    return empty_repo


def test_collisions_name_both_tickets_and_where_they_are(clones: GitRepo, tmp_path: Path) -> None:
    repo = clones
    other = repo.worktree(tmp_path / "other", "other")
    put(other, "PROJ-5", {"ticket.yaml": ticket(THIRD)})
    put(repo, "PROJ-9", {"ticket.yaml": ticket(OLDER, "PROJ-9")})
    five = TicketId("PROJ-5")
    [first, second] = collisions(work(repo).worktree)
    assert (first.kind, first.name) == ("id", "PROJ-5")
    assert [tuple(holder) for holder in first.holders] == [
        (five, OLDER, "work tree"),
        (five, YOUNGER, "theirs"),
        (five, THIRD, str(other.path)),
    ]
    assert (second.kind, second.name) == ("uid", OLDER)
    assert [holder.id for holder in second.holders] == ["PROJ-5", "PROJ-9"]


def test_edits_of_one_ticket_on_many_branches_are_no_collision(empty_repo: GitRepo) -> None:
    put(empty_repo, "PROJ-5", {"ticket.yaml": ticket(OLDER)})
    commit(empty_repo)
    for name in ("a", "b"):
        empty_repo.git("switch", "--quiet", "-c", name, "main")
        put(empty_repo, "PROJ-5", {"ticket.yaml": ticket(OLDER, title=name)})
        commit(empty_repo)
    assert collisions(work(empty_repo).worktree) == []


def test_a_collision_between_two_other_branches_is_shown_too(
    clones: GitRepo,
) -> None:
    repo = clones
    repo.git("branch", "mine")
    repo.git("switch", "--quiet", "--detach", "main~1")
    repo.git("branch", "--quiet", "-D", "main")
    [found] = collisions(work(repo).worktree)
    assert {(holder.uid, holder.where) for holder in found.holders} == {
        (OLDER, "mine"),
        (YOUNGER, "theirs"),
    }


def test_what_a_renumber_here_has_mended_is_shown_no_more(clones: GitRepo) -> None:
    assert [one.name for one in collisions(work(clones).worktree)] == ["PROJ-5"]
    renumber(work(clones), "PROJ-5")
    assert collisions(work(clones).worktree) == []


def test_uids_that_are_known_already_are_not_read_again(clones: GitRepo) -> None:
    (clones.path / ".tickets/PROJ-5/ticket.yaml").unlink()
    here = {TicketId("PROJ-5"): THIRD}
    [found] = collisions(work(clones).worktree, here)
    assert [holder.uid for holder in found.holders] == [THIRD, OLDER, YOUNGER]
