"""The driver as git starts it: three files, one of which gets the result or the markers."""

import sys
from pathlib import Path

import pytest

from tests.merge.triples import UID
from tests.support.faults import Call, inject, needs_strace, record
from tests.support.git import GitRepo, Result

PATH = ".tickets/PROJ-1/ticket.yaml"
BASE = f"uid: {UID}\n\ntitle: One\n\nstatus: planned\n"
OURS = BASE.replace("One", "Two")
THEIRS = BASE.replace("planned", "done")
MERGED = OURS.replace("planned", "done")


def driver(
    repo: GitRepo, base: str, ours: str, theirs: str, *, path: str = PATH, size: str = "7"
) -> Result:
    """Run the driver on three files; `out` is what ours holds afterwards."""
    for name, text in (("O", base), ("A", ours), ("B", theirs)):
        repo.write(name, text)
    done = repo.run("git-ticket", "merge-driver", "O", "A", "B", size, path)
    assert (done.out, done.err) == ("", "")
    return Result(done.code, (repo.path / "A").read_text(encoding="utf-8"), "")


def test_a_clean_merge_ends_with_0_and_leaves_no_other_file(empty_repo: GitRepo) -> None:
    done = driver(empty_repo, BASE, OURS, THEIRS)

    assert (done.code, done.out) == (0, MERGED)
    assert {path.name for path in empty_repo.path.iterdir()} == {".git", "O", "A", "B"}


def test_a_conflict_ends_with_1_and_markers_that_name_the_field(empty_repo: GitRepo) -> None:
    done = driver(empty_repo, BASE, OURS, BASE.replace("One", "Three"), size="9")

    assert (done.code, done.out) == (
        1,
        f"uid: {UID}\n\n<<<<<<<<< ours: title\ntitle: Two\n=========\ntitle: Three\n"
        ">>>>>>>>> theirs: title\n\nstatus: planned\n",
    )


LINES = ("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n")


@pytest.mark.parametrize(
    ("texts", "path", "code", "expected"),
    [
        (LINES, "README.md", 0, "A\nb\nc\nd\nE\n"),
        (("a\n", "b\n", "c\n"), "x", 1, "<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n"),
        ((BASE, OURS, THEIRS), "other/PROJ-1/ticket.yaml", 0, MERGED),
        (
            ("a: [\n", "b: [\n", "c: [\n"),
            PATH,
            1,
            "<<<<<<< ours\nb: [\n=======\nc: [\n>>>>>>> theirs\n",
        ),
        (
            (BASE + "x: &a 1\n", OURS + "x: &a 1\n", THEIRS + "x: &a 1\n"),
            PATH,
            0,
            MERGED + "x: &a 1\n",
        ),
        (
            (BASE.replace("title", "<<<<<<<<< ours\ntitle"), OURS, BASE),
            PATH,
            1,
            f"uid: {UID}\n\n<<<<<<< ours\ntitle: Two\n=======\ntitle: One\n>>>>>>> theirs\n\n"
            "status: planned\n",
        ),
        (
            ("", "a: 1\0\n", "a: 2\0\n"),
            PATH,
            1,
            "<<<<<<< ours\na: 1\0\n=======\na: 2\0\n>>>>>>> theirs\n",
        ),
        (("", "", "a: 1\n"), PATH, 0, "a: 1\n"),
        (("a: 1\n", "", "a: 2\n"), PATH, 1, "<<<<<<< ours: a\n=======\na: 2\n>>>>>>> theirs: a\n"),
    ],
    ids=[
        "another file",
        "another file in conflict",
        "a ticket elsewhere",
        "broken YAML",
        "an anchor",
        "a base with markers",
        "binary",
        "empty files",
        "ours is empty",
    ],
)
def test_what_is_no_ticket_gets_git_s_own_merge_or_markers(
    empty_repo: GitRepo, texts: tuple[str, str, str], path: str, code: int, expected: str
) -> None:
    done = driver(empty_repo, *texts, path=path)

    assert (done.code, done.out) == (code, expected)


def test_bytes_that_are_no_text_end_between_markers(empty_repo: GitRepo) -> None:
    for name, data in (("O", b"a: 1\n"), ("A", b"a: \xff\n"), ("B", b"a: \xfe\n")):
        (empty_repo.path / name).write_bytes(data)

    done = empty_repo.run("git-ticket", "merge-driver", "O", "A", "B", "7", PATH)

    assert done.code == 1
    expected = b"<<<<<<< ours\na: \xff\n=======\na: \xfe\n>>>>>>> theirs\n"
    assert (empty_repo.path / "A").read_bytes() == expected


def test_a_file_too_large_for_a_ticket_is_merged_as_text(empty_repo: GitRepo) -> None:
    more = "description: |\n" + "  line\n" * 200_000

    done = driver(empty_repo, BASE + more, OURS + more, THEIRS + more)

    assert (done.code, done.out) == (0, MERGED + more)


def test_without_git_both_files_stand_between_markers(empty_repo: GitRepo, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("git-ticket")
    for name, text in (("O", "a\n"), ("A", "b\n"), ("B", "c\n")):
        empty_repo.write(name, text)

    done = empty_repo.run(
        sys.executable, str(program), "merge-driver", "O", "A", "B", "7", "x", PATH=str(tmp_path)
    )

    text = (empty_repo.path / "A").read_text(encoding="utf-8")
    assert (done.code, text) == (1, "<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n")


@pytest.mark.parametrize("missing", ["O", "A", "B"])
def test_a_missing_file_makes_git_stop(empty_repo: GitRepo, missing: str) -> None:
    for name in {"O", "A", "B"} - {missing}:
        empty_repo.write(name, BASE)

    done = empty_repo.run("git-ticket", "merge-driver", "O", "A", "B", "7", PATH)

    assert done.code != 0
    assert not (empty_repo.path / "A").exists() or missing == "O"


def write_calls(repo: GitRepo, log: Path) -> list[Call]:
    """The calls by which the driver lands its result."""
    calls = record(repo, log, *COMMAND)
    return [c for c in calls if ".git-ticketer-tmp-" in c.text or c.name == "write"]


COMMAND = ("git-ticket", "merge-driver", "O", "A", "B", "7", PATH)


@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=ENOSPC", "error=EIO"])
@pytest.mark.parametrize("onwards", [False, True], ids=["once", "and on"])
def test_a_fault_while_writing_leaves_ours_or_the_merge_or_markers(
    empty_repo: GitRepo, tmp_path: Path, fault: str, onwards: bool
) -> None:
    needs_strace()
    driver(empty_repo, BASE, OURS, THEIRS)
    empty_repo.write("A", OURS)
    calls = write_calls(empty_repo, tmp_path / "log")
    assert len(calls) >= 3  # the temporary file is opened, written and renamed
    for call in calls:
        empty_repo.write("A", OURS)
        done = inject(empty_repo, call, fault, *COMMAND, onwards=onwards)
        path = empty_repo.path / "A"
        text = path.read_text(encoding="utf-8") if path.exists() else None
        if "SIGKILL" in fault:
            assert (done.code, text) == (-9, OURS), call
        else:
            assert (done.code, text) in ((0, MERGED), (128, None)), call


def test_wrong_arguments_are_a_usage_error(empty_repo: GitRepo) -> None:
    assert empty_repo.run("git-ticket", "merge-driver", "O", "A").code == 2


def test_the_driver_imports_nothing_that_it_does_not_need(empty_repo: GitRepo) -> None:
    for name, text in (("O", BASE), ("A", OURS), ("B", THEIRS)):
        empty_repo.write(name, text)
    program = (
        "import sys, atexit; sys.argv = ['git-ticket', 'merge-driver', 'O', 'A', 'B', '7', "
        f"'{PATH}']\n"
        "atexit.register(lambda: print(*sorted(sys.modules)))\n"
        "from git_ticketer.__main__ import main\nmain()"
    )

    found = set(empty_repo.run(sys.executable, "-c", program).out.split())

    ours = {name for name in found if name.startswith("git_ticketer.")}
    assert ours == {
        *("git_ticketer.__main__", "git_ticketer.errors", "git_ticketer.lean"),
        *("git_ticketer.lean.system", "git_ticketer.model", "git_ticketer.model.keys"),
        *("git_ticketer.storage", "git_ticketer.storage.yamlfile"),
        *("git_ticketer.storage.yamllines", "git_ticketer.storage.yamlparse"),
        "git_ticketer.merge",
        *(f"git_ticketer.merge.{n}" for n in ("blocks", "driver", "fields", "three_way", "values")),
    }
    heavy = {"click", "dataclasses", "inspect", "subprocess", "pygit2", "sqlite3", "tempfile"}
    assert found.isdisjoint(heavy)
