"""Where `git ticket why` is asked about: odd names, and hints that are safe to type."""

import shlex

import pytest

from git_ticketer.errors import typed
from tests.support.git import GitRepo, create


def commit(repo: GitRepo, **files: str) -> str:
    """Commit everything, with `files` (by name without `.py`) written; its short name."""
    for name, text in files.items():
        repo.write(f"{name}.py", text)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "made\n\nTicket: PROJ-1")
    return repo.git("rev-parse", "HEAD")[:10]


ODD = [
    "-lead",
    "--output=x",
    "two words",
    "it's",
    "$(touch pwned)",
    ":magic",
    "a:3",
    "a\nb",
    "é\udcff",
]


@pytest.mark.parametrize("name", ODD)
def test_a_hint_is_typed_as_it_stands_and_means_that_file(empty_repo: GitRepo, name: str) -> None:
    (empty_repo.path / name).write_bytes(b"one\n")
    made = commit(empty_repo, a="one\n")

    error = empty_repo.ticket("why", "--", f"{name}:9")
    hint = error.err.split("hint: ")[1].removesuffix("\n")

    assert (error.code, "\n" in hint) == (3, False)
    done = empty_repo.run("bash", "-c", hint)
    assert (done.code, made in done.out) == (0, True)
    assert not (empty_repo.path / "pwned").exists()


def test_words_are_quoted_only_where_a_shell_needs_it() -> None:
    assert typed("git add", "a/b.py:3", "c d") == "git add a/b.py:3 'c d'"
    assert typed("cd", "-x", ":y") == "cd ./-x ./:y"
    assert typed("ls -l", "a\x1b'\\") == r"ls -l $'a\x1b\x27\x5c'"
    for text in ("a b", "x;y", "~", "", "*", "\\"):
        assert shlex.split(typed("ls", text)) == ["ls", text]


def test_a_link_in_the_way_has_a_hint_that_can_be_typed(
    environ: dict[str, str], empty_repo: GitRepo
) -> None:
    repo = create(empty_repo.path / "two words;x", environ)
    commit(repo, a="one\n")
    repo.path.joinpath(".tickets").symlink_to("elsewhere")

    assert repo.ticket("why", "a.py").err.endswith(f"hint: ls -l '{repo.path}/.tickets'\n")


def test_lines_in_any_order_and_beyond_the_end_are_those_that_are_there(
    empty_repo: GitRepo,
) -> None:
    commit(empty_repo, a="1\n2\n3\n")

    assert empty_repo.ticket("why", "a.py:9,2").out.startswith("a.py:2-3\n\nlines 2-3\n")
    assert empty_repo.ticket("why", "a.py:2,3").out == empty_repo.ticket("why", "a.py:3,2").out
    done = empty_repo.ticket("why", "a.py:999999")
    assert (done.code, done.err.split("\n")[0]) == (3, "error: a.py:999999: it has 3 lines")


def test_a_file_is_found_from_a_folder_below_also_when_it_was_deleted(empty_repo: GitRepo) -> None:
    made = commit(empty_repo, a="1\n", gone="1\n", **{"sub/b": "1\n"})
    (empty_repo.path / "gone.py").unlink()
    below = GitRepo(empty_repo.path / "sub", empty_repo.environ)

    for place in ("b.py:1", "../a.py:1", str(empty_repo.path / "a.py:1")):
        assert f"commit   {made}" in below.ticket("why", place).out
    error = below.ticket("why", "../gone.py:1")
    hint = error.err.split("hint: ")[1]
    assert (error.code, hint) == (3, "git ticket why --rev HEAD ../gone.py:1\n")
    assert made in below.run("bash", "-c", hint).out


def test_a_file_that_was_only_added_is_not_committed_yet(empty_repo: GitRepo) -> None:
    commit(empty_repo, a="1\n")
    empty_repo.write("new.py", "1\n")
    empty_repo.git("add", "new.py")

    assert "commit   none: not committed yet\n" in empty_repo.ticket("why", "new.py:1").out


def test_lines_end_where_git_ends_them(empty_repo: GitRepo) -> None:
    (empty_repo.path / "crlf.py").write_bytes(b"one\r\ntwo\r\n")
    commit(empty_repo)

    assert empty_repo.ticket("why", "crlf.py:2").out.startswith("crlf.py:2\n    two")


def test_a_binary_file_of_a_commit_has_no_lines_either(empty_repo: GitRepo) -> None:
    (empty_repo.path / "data").write_bytes(b"a\0b\n")
    commit(empty_repo)

    done = empty_repo.ticket("why", "data", "--rev", "HEAD")
    said = "error: data: a binary file has no lines\nhint: git log -- data\n"
    assert (done.code, done.out, done.err) == (2, "", said)


def test_a_branch_that_a_shell_would_run_is_quoted_in_a_hint(empty_repo: GitRepo) -> None:
    commit(empty_repo, a="1\n")
    empty_repo.git("switch", "-q", "-c", "x;touch${IFS}pwned")
    text = "uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A\n\nid: PROJ-9\n\ntitle: There\n"
    empty_repo.write(".tickets/PROJ-9/ticket.yaml", text)
    commit(empty_repo)
    empty_repo.git("switch", "-q", "main")

    hint = empty_repo.ticket("show", "PROJ-9").err.split("hint: ")[1].strip()

    assert hint == "git ticket show PROJ-9 --ref 'x;touch${IFS}pwned'"
    assert "There" in empty_repo.run("bash", "-c", hint).out
