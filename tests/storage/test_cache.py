"""The cache says what is in the files, whatever happened to them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.errors import TicketerError
from git_ticketer.storage import cache, worktree
from tests.support.cached import every, folder, put, remark, titles
from tests.support.git import GitRepo


@pytest.fixture
def three(empty_repo: GitRepo) -> GitRepo:
    """A repository with three committed tickets and a warm cache."""
    for number, title in ((1, "one"), (2, "two"), (3, "three")):
        put(empty_repo, number, title)
    empty_repo.git("add", "-A")
    empty_repo.commit("tickets")
    assert titles(empty_repo) == {"PROJ-3": "three", "PROJ-2": "two", "PROJ-1": "one"}
    return empty_repo


def checkout(repo: GitRepo) -> dict[str, str]:
    repo.git("checkout", "-q", "-b", "side")
    put(repo, 1, "uno")
    put(repo, 4, "quattro")
    repo.git("add", "-A")
    repo.commit("side")
    assert titles(repo)["PROJ-1"] == "uno"
    repo.git("checkout", "-q", "main")
    return {"PROJ-1": "one"}


def merge(repo: GitRepo) -> dict[str, str]:
    checkout(repo)
    repo.git("merge", "-q", "side")
    return {"PROJ-1": "uno", "PROJ-4": "quattro"}


def stash(repo: GitRepo) -> dict[str, str]:
    put(repo, 2, "due")
    assert titles(repo)["PROJ-2"] == "due"
    repo.git("stash")
    return {}


def stash_pop(repo: GitRepo) -> dict[str, str]:
    stash(repo)
    assert titles(repo)["PROJ-2"] == "two"
    repo.git("stash", "pop")
    return {"PROJ-2": "due"}


def reset(repo: GitRepo) -> dict[str, str]:
    put(repo, 2, "due")
    repo.git("commit", "-aqm", "due")
    assert titles(repo)["PROJ-2"] == "due"
    repo.git("reset", "-q", "--hard", "HEAD~1")
    return {}


def in_place(repo: GitRepo) -> dict[str, str]:
    path = put(repo, 2, "due")
    times = path.stat()
    with path.open("r+b") as file:
        text = file.read().replace(b"due", b"dos")
        file.seek(0)
        file.write(text)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return {"PROJ-2": "dos"}


def by_rename(repo: GitRepo) -> dict[str, str]:
    path = put(repo, 2, "due")
    new = path.with_suffix(".new")
    new.write_bytes(path.read_bytes().replace(b"due", b"dos"))
    os.replace(new, path)
    return {"PROJ-2": "dos"}


def removed(repo: GitRepo) -> dict[str, str]:
    shutil.rmtree(repo.path / ".tickets/PROJ-2")
    return {"PROJ-2": ""}


def untracked(repo: GitRepo) -> dict[str, str]:
    put(repo, 7, "seven")
    return {"PROJ-7": "seven"}


def emptied(repo: GitRepo) -> dict[str, str]:
    (repo.path / ".tickets/PROJ-2/ticket.yaml").unlink()
    return {"PROJ-2": ""}


CHANGES = (
    *(checkout, merge, stash, stash_pop, reset),
    *(in_place, by_rename, removed, untracked, emptied),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.__name__))
def test_a_change_of_the_files_is_seen(
    three: GitRepo, change: Callable[[GitRepo], dict[str, str]]
) -> None:
    changed = change(three)

    expected = {"PROJ-1": "one", "PROJ-2": "two", "PROJ-3": "three", **changed}
    assert titles(three) == {id: title for id, title in expected.items() if title}


def test_edits_that_follow_each_other_at_once_are_all_seen(three: GitRepo) -> None:
    path = put(three, 2, "00")
    text = path.read_bytes()
    for number in range(40):
        with path.open("r+b") as file:  # the same size, inode and perhaps time
            file.write(text.replace(b"'00'", b"'%02d'" % number))
        assert titles(three)["PROJ-2"] == f"{number:02d}"


def test_comments_and_sessions_are_counted_and_their_changes_seen(three: GitRepo) -> None:
    def counts() -> dict[str, tuple[int | None, int | None]]:
        return {row.id: (row.comments, row.sessions) for row in every(three, deep=True)}

    assert counts() == {"PROJ-3": (0, 0), "PROJ-2": (0, 0), "PROJ-1": (0, 0)}
    comment = remark(three, 2, "hello")
    name = "PROJ-3/sessions/2026-11-22-x-0123456789ab.yaml"
    three.write(f".tickets/{name}", "id: x\n\nticket: PROJ-3\n")
    assert counts() == {"PROJ-3": (0, 1), "PROJ-2": (1, 0), "PROJ-1": (0, 0)}
    comment.unlink()
    assert counts() == {"PROJ-3": (0, 1), "PROJ-2": (0, 0), "PROJ-1": (0, 0)}


def test_ten_worktrees_do_not_drive_each_other_out(three: GitRepo, tmp_path: Path) -> None:
    trees = [three.worktree(tmp_path / f"w{n}", f"b{n}") for n in range(10)]
    for number, tree in enumerate(trees):
        put(tree, 1, f"one of {number}")
    for number, tree in enumerate(trees):
        assert titles(tree)["PROJ-1"] == f"one of {number}"
    before = (folder(three) / "stamp").read_bytes()

    assert [titles(tree)["PROJ-1"] for tree in trees] == [f"one of {n}" for n in range(10)]
    assert titles(three)["PROJ-1"] == "one"
    settled = (folder(three) / "stamp").read_bytes()
    assert [titles(tree)["PROJ-1"] for tree in [*trees, three]] == [
        *(f"one of {n}" for n in range(10)),
        "one",
    ]
    assert (folder(three) / "stamp").read_bytes() == settled
    assert before


def test_what_no_worktree_has_any_more_is_thrown_out(
    three: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "UNUSED", 5)
    for number in range(30):
        put(three, 1, f"edit {number}")
        assert titles(three)["PROJ-1"] == f"edit {number}"

    rows = cache.open(worktree.find(str(three.path), os.environ))
    stored = rows.database.execute("SELECT count(*) FROM ticket").fetchone()[0]
    rows.close()
    assert stored <= 3 + 2 * 3 + 5


BROKEN: dict[str, tuple[str, str]] = {
    "not YAML": ("title: [", "2: did not find expected node content"),
    "newer schema": ("schema: 2\n", "1: schema 2 is newer than this git-ticketer reads (1)"),
    "merge conflict": ("<<<<<<< HEAD\na: 1\n=======\n", "1: a merge conflict"),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_ticket_is_a_row_with_file_and_line(
    three: GitRepo, text: str, reason: str
) -> None:
    three.write(".tickets/PROJ-2/ticket.yaml", text)

    for _ in range(2):  # when it is read, and when it is known
        assert titles(three)["PROJ-2"].startswith(".tickets/PROJ-2/ticket.yaml:" + reason)
        assert titles(three)["PROJ-1"] == "one"


def test_a_ticket_in_a_wrong_folder_and_a_copied_uid_are_rows_with_the_reason(
    three: GitRepo,
) -> None:
    shutil.copytree(three.path / ".tickets/PROJ-1", three.path / ".tickets/PROJ-9")
    path = three.path / ".tickets/PROJ-3/ticket.yaml"
    other = (three.path / ".tickets/PROJ-2/ticket.yaml").read_text(encoding="utf-8")
    path.write_text(other.replace("PROJ-2", "PROJ-3"), encoding="utf-8")

    same = "/ticket.yaml:1: the uid is also that of "
    assert titles(three) == {
        "PROJ-1": f".tickets/PROJ-1{same}PROJ-9",
        "PROJ-2": f".tickets/PROJ-2{same}PROJ-3",
        "PROJ-3": f".tickets/PROJ-3{same}PROJ-2",
        "PROJ-9": ".tickets/PROJ-9/ticket.yaml:3: the folder is PROJ-9, the id is PROJ-1",
    }
    shutil.rmtree(three.path / ".tickets/PROJ-9")
    three.git("checkout", "-q", ".")
    assert titles(three) == {"PROJ-3": "three", "PROJ-2": "two", "PROJ-1": "one"}


def test_links_are_not_followed_and_are_rows(three: GitRepo, tmp_path: Path) -> None:
    shutil.copytree(three.path / ".tickets/PROJ-1", tmp_path / "outside")
    (three.path / ".tickets/PROJ-8").symlink_to(tmp_path / "outside")
    (three.path / ".tickets/PROJ-2/ticket.yaml").unlink()
    (three.path / ".tickets/PROJ-2/ticket.yaml").symlink_to(tmp_path / "outside/ticket.yaml")

    reason = "/ticket.yaml: a symbolic link, which is not followed"
    assert titles(three) == {
        "PROJ-3": "three",
        "PROJ-1": "one",
        "PROJ-2": f".tickets/PROJ-2{reason}",
        "PROJ-8": f".tickets/PROJ-8{reason}",
    }


def test_a_folder_that_holds_comments_but_no_ticket_is_a_row(three: GitRepo) -> None:
    remark(three, 5, "lost")

    assert titles(three)["PROJ-5"] == ".tickets/PROJ-5/ticket.yaml: ticket.yaml is missing"


def test_a_broken_comment_is_a_row(three: GitRepo) -> None:
    path = remark(three, 2, "fine")
    path.write_text("text: [", encoding="utf-8")

    relative = str(path.relative_to(three.path))
    broken = [(row.path, row.error) for row in every(three, deep=True) if row.error]
    assert [(name, text.partition(": ")[0]) for name, text in broken] == [
        (relative, f"{relative}:2")
    ]


def test_tickets_that_are_a_link_are_refused(three: GitRepo, tmp_path: Path) -> None:
    os.rename(three.path / ".tickets", tmp_path / "elsewhere")
    (three.path / ".tickets").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(TicketerError) as caught:
        titles(three)
    assert "is a symbolic link" in caught.value.message
