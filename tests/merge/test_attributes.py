"""Installing the merge driver: the lines, the command, and everything else as it was."""

from pathlib import Path

import pytest

from git_ticketer.install import attributes
from git_ticketer.install.attributes import DRIVER, LINES, Attributes, NotAFile
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.worktree import Worktree, find
from tests.support.git import GitRepo

PATH = ".tickets/P-1/ticket.yaml"
OURS = "".join(f"{line}\n" for line in LINES)


@pytest.fixture
def worktree(empty_repo: GitRepo) -> Worktree:
    return find(str(empty_repo.path), empty_repo.environ)


def text(repo: GitRepo) -> str:
    return (repo.path / ".gitattributes").read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, OURS),
        ("", OURS),
        ("*.png binary\n", "*.png binary\n" + OURS),
        ("# mine\n*.png binary", "# mine\n*.png binary\n" + OURS),
        ("*.png binary\r\n", "*.png binary\r\n" + OURS.replace("\n", "\r\n")),
        (
            f"{LINES[3]}\n*.png binary\n",
            f"{LINES[3]}\n*.png binary\n" + "".join(f"{line}\n" for line in LINES[:3]),
        ),
        (OURS, OURS),
    ],
    ids=["no file", "empty", "a line", "no line end", "CRLF", "one is there", "all are there"],
)
def test_install_adds_what_is_missing_and_keeps_the_rest(
    empty_repo: GitRepo, worktree: Worktree, before: str | None, after: str
) -> None:
    if before is not None:
        (empty_repo.path / ".gitattributes").write_bytes(before.encode())

    attributes.install(worktree)
    assert text(empty_repo) == after
    found = attributes.install(worktree)

    assert found == Attributes((), DRIVER)
    assert found.installed
    assert text(empty_repo) == after
    assert empty_repo.git("config", "--get-all", "merge.git-ticket.driver") == DRIVER
    assert empty_repo.git("check-attr", "merge", "text", "eol", "--", PATH) == (
        f"{PATH}: merge: git-ticket\n{PATH}: text: set\n{PATH}: eol: lf"
    )


def test_status_says_what_is_not_there(empty_repo: GitRepo, worktree: Worktree) -> None:
    assert attributes.status(worktree) == Attributes(LINES, "")
    assert not (empty_repo.path / ".gitattributes").exists()

    empty_repo.git("config", "merge.git-ticket.driver", "old")
    empty_repo.write(".gitattributes", f"{LINES[0]}\n")

    assert attributes.status(worktree) == Attributes(LINES[1:], "old")


@pytest.mark.parametrize("before", [None, "*.png binary\n# mine\n", "no line end"], ids=repr)
def test_uninstall_takes_away_what_install_put_there(
    empty_repo: GitRepo, worktree: Worktree, before: str | None
) -> None:
    path = empty_repo.path / ".gitattributes"
    if before is not None:
        empty_repo.write(".gitattributes", before)
    attributes.install(worktree)

    attributes.uninstall(worktree)
    attributes.uninstall(worktree)

    expected = before and before.removesuffix("\n") + "\n"
    assert (text(empty_repo) if path.exists() else None) == expected
    assert empty_repo.attempt("config", "--get-regexp", "^merge[.]").code == 1
    assert attributes.status(worktree) == Attributes(LINES, "")


def test_the_file_keeps_its_mode(empty_repo: GitRepo, worktree: Worktree) -> None:
    path = empty_repo.write(".gitattributes", "*.png binary\n")
    path.chmod(0o640)

    attributes.install(worktree)

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_is_not_followed(empty_repo: GitRepo, worktree: Worktree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x\n", encoding="utf-8")
    (empty_repo.path / ".gitattributes").symlink_to(outside)

    for act in (attributes.status, attributes.install, attributes.uninstall):
        with pytest.raises(LeadsOutside):
            act(worktree)

    assert outside.read_text(encoding="utf-8") == "x\n"


def test_a_folder_in_its_place_is_an_error(empty_repo: GitRepo, worktree: Worktree) -> None:
    (empty_repo.path / ".gitattributes").mkdir()

    with pytest.raises(NotAFile):
        attributes.install(worktree)


def test_a_linked_worktree_installs_in_its_own_files_and_the_common_configuration(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit("first")
    linked = empty_repo.worktree(tmp_path / "linked", "side")

    attributes.install(find(str(linked.path), linked.environ))

    assert text(linked) == OURS
    assert empty_repo.git("config", "merge.git-ticket.driver") == DRIVER
    assert not (empty_repo.path / ".gitattributes").exists()
