"""Long texts: what was typed is never lost, and only what was written is stored."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result
from tests.support.terminal import terminal

TYPED = "# A heading\n\n#42 is typed\n"


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    """A repository with one ticket that has a description."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    done = repo.ticket("create", "One", "--no-parent", "-s", "planned", "-m", "Old text")
    assert done.code == 0, done.err
    return repo


def typing(tmp_path: Path, text: str, *, then: str = "") -> str:
    """An editor that appends a text to its file, notes that it ran, and runs a command."""
    source, script = tmp_path / "typed", tmp_path / "editor"
    source.write_text(text, encoding="utf-8")
    lines = ["#!/bin/sh", f'cat "{source}" >> "$1"', f'touch "{tmp_path}/opened"', then]
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script)


def description(repo: GitRepo, id: str) -> str | None:
    done = repo.ticket("show", id, "--json")
    assert done.code == 0, done.err
    found: str | None = json.loads(done.out)["description"]
    return found


def kept(repo: GitRepo) -> list[Path]:
    """The files with texts that were typed and not stored."""
    return sorted((repo.git_dir / "ticketer").glob("TICKET_EDITMSG*"))


@pytest.mark.parametrize(
    ("arguments", "then", "error"),
    [
        (
            ["edit", "1", "-s", "in-review", "-e"],
            "",
            "error: PROJ-1 cannot go from planned to in-review (allowed: backlog, in-progress, "
            "done, cancelled)",
        ),
        (
            ["comment", "1", "-e"],
            "rm -r .tickets/PROJ-1",
            "error: there is no ticket PROJ-1",
        ),
        (
            ["create", "Two", "--no-parent", "-e"],
            "git config --global user.useConfigOnly true; git config --global --unset user.email",
            "error: git does not know your name and e-mail address",
        ),
    ],
    ids=["edit", "comment", "create"],
)
def test_what_was_typed_is_kept_where_it_cannot_be_stored(
    team: GitRepo, tmp_path: Path, arguments: list[str], then: str, error: str
) -> None:
    done = team.ticket(*arguments, GIT_EDITOR=typing(tmp_path, TYPED, then=then))

    [path] = kept(team)
    assert (done.code != 0, done.out) == (True, "")
    assert done.err.splitlines()[0] == f"{error}; your text is kept in {path}"
    assert path.read_text(encoding="utf-8").endswith(TYPED)


def test_a_kept_text_is_not_written_over_by_the_next_one(team: GitRepo, tmp_path: Path) -> None:
    refused = ["edit", "1", "-s", "in-review", "-e"]
    team.ticket(*refused, GIT_EDITOR=typing(tmp_path, "first\n"))
    team.ticket(*refused, GIT_EDITOR=typing(tmp_path, "second\n"))
    stored = team.ticket("comment", "1", "-e", GIT_EDITOR=typing(tmp_path, "third\n"))

    assert stored.out == "PROJ-1  comment: third\n"
    assert [path.read_text(encoding="utf-8") for path in kept(team)] == [
        "Old textfirst\n",
        "Old textsecond\n",
    ]


@pytest.mark.parametrize(
    ("arguments", "nobody", "error"),
    [
        (["comment", "9", "-e"], {}, "error: there is no ticket PROJ-9"),
        (["edit", "9", "-e"], {}, "error: there is no ticket PROJ-9"),
        (["comment", "1", "-e"], {"GIT_AUTHOR_NAME": " "}, "error: git does not know your name"),
        (
            ["create", "Two", "--no-parent", "-e"],
            {"GIT_AUTHOR_NAME": " "},
            "error: git does not know your name",
        ),
    ],
    ids=["comment", "edit", "comment, nobody", "create, nobody"],
)
def test_nobody_types_a_text_that_could_not_be_stored(
    team: GitRepo, tmp_path: Path, arguments: list[str], nobody: dict[str, str], error: str
) -> None:
    done = team.ticket(*arguments, GIT_EDITOR=typing(tmp_path, TYPED), **nobody)

    assert done.err.startswith(error), done.err
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["edit", "1"], " (-m '' takes the old text away)"),
        (["create", "Two", "--no-parent"], ""),
        (["comment", "1"], ""),
    ],
    ids=["edit", "create", "comment"],
)
def test_no_text_from_a_file_or_the_editor_stores_nothing(
    team: GitRepo, arguments: list[str], advice: str
) -> None:
    hint = f"hint: git ticket {arguments[0]} -h\n"
    from_input = team.run("git", "ticket", *arguments, "-F", "-", input=" \n")
    from_file = team.ticket(*arguments, "-F", "/dev/null")
    emptied = team.ticket(*arguments, "-e", GIT_EDITOR="truncate -s 0")

    for done, source in (
        (from_input, "standard input"),
        (from_file, "/dev/null"),
        (emptied, "what the editor left"),
    ):
        error = f"error: nothing to store: {source} has no text{advice}\n"
        assert done == Result(2, "", error + hint)
    assert (description(team, "1"), kept(team)) == ("Old text", [])
    assert sorted(path.name for path in (team.path / ".tickets/PROJ-1").iterdir()) == [
        "ticket.yaml"
    ]
    assert not (team.path / ".tickets/PROJ-2").exists()


def test_an_explicit_empty_message_takes_the_description_away(team: GitRepo) -> None:
    assert team.ticket("edit", "1", "-m", "").code == 0
    assert description(team, "1") is None


@pytest.mark.parametrize(
    ("given", "added", "stored"),
    [
        ([], TYPED, TYPED),
        (["-m", "#42"], "", "#42"),
        (["-m", "#42\n"], "# more\n", "#42\n# more\n"),
        (["-F", "text.md"], "", "# From a file\n\n## Below\n"),
    ],
    ids=["typed", "-m", "-m and typed", "-F"],
)
def test_headings_stay_and_only_our_own_comment_is_left_out(
    team: GitRepo, tmp_path: Path, given: list[str], added: str, stored: str
) -> None:
    team.write("text.md", "# From a file\n\n## Below\n")
    editor = typing(tmp_path, added)
    done = team.ticket("create", "Two", "--no-parent", *given, "-e", GIT_EDITOR=editor)

    assert done.out == "PROJ-2\n", done.err
    assert (description(team, "PROJ-2"), kept(team)) == (stored, [])


def test_an_editor_that_leaves_our_comment_alone_creates_nothing(team: GitRepo) -> None:
    done = team.ticket("create", "Two", "--no-parent", "-e", GIT_EDITOR="true")

    assert done.err.startswith("error: nothing to store: what the editor left has no text\n")
    assert not (team.path / ".tickets/PROJ-2").exists()


def test_a_description_that_the_editor_left_alone_is_no_change(team: GitRepo) -> None:
    team.run("git", "ticket", "edit", "1", "-F", "-", input="One line\n")

    done = team.ticket("edit", "1", "-e", GIT_EDITOR="true")

    assert done == Result(0, "", "hint: PROJ-1 is like that already, nothing was changed\n")


def test_line_ends_of_windows_are_stored_as_plain_ones(team: GitRepo) -> None:
    team.ticket("edit", "1", "-m", "a\r\nb\r\n")
    message = description(team, "1")
    team.run("git", "ticket", "edit", "1", "-F", "-", input="c\r\nd\r\n")

    assert (message, description(team, "1")) == ("a\nb\n", "c\nd\n")


@pytest.mark.parametrize("pager", ["nopager", "/dev/null"], ids=["missing", "not a program"])
def test_an_answer_is_shown_where_the_pager_cannot_start(team: GitRepo, pager: str) -> None:
    environ = {**team.environ, "GIT_PAGER": pager}
    with terminal("git", "ticket", "show", "1", folder=team.path, environ=environ) as shown:
        assert shown.wait() == 0

    plain = team.ticket("show", "1").out
    assert shown.seen.endswith(plain), shown.seen


def test_a_comment_that_is_too_long_is_refused_before_it_is_written(
    team: GitRepo, tmp_path: Path
) -> None:
    (tmp_path / "long.txt").write_text("x" * (1 << 20), encoding="utf-8")

    done = team.ticket("comment", "1", "-F", str(tmp_path / "long.txt"))

    assert (done.code, done.out) == (2, "")
    cut = "x" * 60
    assert done.err == f"error: comment cannot be '{cut}': expected at most 1048576 bytes in all\n"
    assert not (team.path / ".tickets/PROJ-1/comments").exists()
