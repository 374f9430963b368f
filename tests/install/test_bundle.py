"""The one file of bytecode that hooks start from: used where it is right, else done without."""

import marshal
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.install import bundle
from git_ticketer.install.shims import hook_file
from tests.support.git import GitRepo
from tests.test_imports import ASSOCIATED


@pytest.fixture
def lean(tmp_path: Path) -> Path:
    """A copy of the lean folder with nothing but a bundle cached."""
    folder = tmp_path / "lean"
    shutil.copytree(hook_file().parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    bundle.write(folder)
    return folder


def cached(folder: Path) -> set[str]:
    """The modules whose bytecode was cached one by one, as they are when they are imported."""
    return {path.name.partition(".")[0] for path in (folder / "__pycache__").glob("*.pyc")}


def tag_a_message(repo: GitRepo, folder: Path) -> str:
    """Run the hook in `folder` as a commit does and return the message it leaves."""
    message = repo.git_dir / "COMMIT_EDITMSG"
    message.write_text("subject\n", encoding="utf-8")
    arguments = ("prepare-commit-msg", ".git/COMMIT_EDITMSG", "message")
    command = (sys.executable, "-I", "-S", str(folder / "hook.py"), *arguments)
    done = repo.run(*command, GIT_EDITOR=":")
    assert (done.code, done.err) == (0, "")
    return message.read_text(encoding="utf-8").partition("\nTicket-Session")[0]


def test_it_holds_what_a_plain_commit_imports_and_no_more() -> None:
    assert {"lean", *(f"lean.{name}" for name in bundle.MODULES)} == ASSOCIATED


def test_a_hook_starts_from_it_and_imports_nothing_by_itself(repo: GitRepo, lean: Path) -> None:
    repo.ticket("attach", "PROJ-1")

    assert tag_a_message(repo, lean) == "subject\n\nTicket: PROJ-1"
    assert cached(lean) == set()


def change_a_source(folder: Path) -> None:
    source = folder / "trailer.py"
    source.write_bytes(source.read_bytes() + b"\n")


def touch_a_source(folder: Path) -> None:
    (folder / "event.py").touch()


def remove(folder: Path) -> None:
    bundle_file(folder).unlink()


def truncate(folder: Path) -> None:
    data = bundle_file(folder).read_bytes()
    bundle_file(folder).write_bytes(data[: len(data) // 2])


def empty(folder: Path) -> None:
    bundle_file(folder).write_bytes(b"")


def replace_by_another_value(folder: Path) -> None:
    bundle_file(folder).write_bytes(marshal.dumps(7))


def bundle_file(folder: Path) -> Path:
    (found,) = (folder / "__pycache__").glob("*.bundle")
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        change_a_source,
        touch_a_source,
        remove,
        truncate,
        empty,
        replace_by_another_value,
    ],
)
def test_without_a_right_one_every_module_is_imported_by_itself(
    repo: GitRepo, lean: Path, spoil: Callable[[Path], None]
) -> None:
    repo.ticket("attach", "PROJ-1")
    spoil(lean)

    assert tag_a_message(repo, lean) == "subject\n\nTicket: PROJ-1"
    assert cached(lean) == set(bundle.MODULES)
