"""The manual page: fresh, accepted by groff, found by git, and readable without man(1)."""

import dataclasses
import os
import shutil
import sys
from pathlib import Path

import click
import pytest

import git_ticketer
from git_ticketer.cli import manpage
from git_ticketer.errors import ExitCode
from git_ticketer.storage.team_config import TeamConfig
from tests.support.git import GitRepo
from tests.support.terminal import terminal

PACKAGE = Path(git_ticketer.__file__).parent
PAGE = PACKAGE.parent / "docs/man/git-ticket.1"
NAME = "man/man1/git-ticket.1"

needs_man = pytest.mark.skipif(shutil.which("man") is None, reason="needs man(1)")


def by_man(repo: GitRepo, page: Path, width: int = 80) -> str:
    """What man(1) shows of a page; no warning of groff is accepted."""
    done = repo.run("man", "--warnings", "-l", str(page), MANWIDTH=str(width))
    assert (done.code, done.err) == (0, "")
    return done.out


def test_the_shipped_page_is_what_the_commands_say_now() -> None:
    renew = "python -m git_ticketer.cli.manpage > docs/man/git-ticket.1"
    assert PAGE.read_text("ascii") == manpage.page(), renew


def test_the_module_run_as_a_program_writes_the_page(empty_repo: GitRepo) -> None:
    done = empty_repo.run(sys.executable, "-m", "git_ticketer.cli.manpage")

    assert (done.code, done.out, done.err) == (0, PAGE.read_text("ascii"), "")


@needs_man
def test_groff_has_no_warning_about_the_page(empty_repo: GitRepo) -> None:
    shown = by_man(empty_repo, PAGE)

    assert shown.splitlines()[0].split() == ["GIT-TICKET(1)", "Git", "Manual", "GIT-TICKET(1)"]


@needs_man
def test_the_plain_text_has_the_words_that_man_shows(empty_repo: GitRepo) -> None:
    head = ["GIT-TICKET(1)", "Git", "Manual", "GIT-TICKET(1)"]
    foot = ["git-ticketer", git_ticketer.__version__, "GIT-TICKET(1)"]

    done = empty_repo.ticket("man")

    assert (done.code, done.err) == (0, "")
    assert [*head, *done.out.split(), *foot] == by_man(empty_repo, PAGE).split()


@needs_man
@pytest.mark.parametrize(
    "text",
    [
        ".SH a request",
        "'br another request",
        "first\n.second\n'third",
        "a back\\slash, \\fBno font\\fR, \\n[register]",
        "--option - minus",
        "caret ^ tilde ~ grave ` quotes \" '",
        "é → 漢 \U0001f600",
    ],
    ids=["dot", "quote", "lines", "backslash", "hyphen", "ascii", "unicode"],
)
def test_any_text_is_shown_as_it_is(empty_repo: GitRepo, tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.1"
    lines = ['.TH "T" "1" "" "" ""', ".SH NAME", *manpage.literal(text)]
    page.write_text("\n".join(lines) + "\n", encoding="ascii")

    expected = text.splitlines()
    shown = [line.strip() for line in by_man(empty_repo, page).splitlines()]
    plain = [line.strip() for line in manpage.plain(page.read_text("ascii"))]

    start = shown.index(expected[0])
    assert shown[start : start + len(expected)] == expected
    assert plain[-len(expected) :] == expected


def test_code_in_backticks_is_bold_and_a_leading_dot_is_no_request() -> None:
    assert manpage.prose("`.tickets` or\n  `--json`") == "\\fB\\&.tickets\\fR or \\fB\\-\\-json\\fR"


def test_lines_that_belong_together_in_a_help_text_stay_lines() -> None:
    command = click.Command(
        "try", help="First,\n    joined.\n\n    \b\n    one    1\n    two    2\n    "
    )

    lines = list(manpage.command_lines(command, click.Context(command, info_name="try")))

    section = ['.SS "try [OPTIONS]"', ".PP", "First, joined.", ".PP"]
    assert lines == [*section, ".RS 4", ".nf", "one    1\ntwo    2", ".fi", ".RE"]


def test_every_exit_code_and_every_team_setting_is_explained() -> None:
    explained = {part.partition("`")[2].partition("`")[0] for part in _terms(manpage.TEAM_SETTINGS)}
    redact = {"redact_rules", "redact_exceptions"}
    settings = {field.name for field in dataclasses.fields(TeamConfig)}
    trailers = {"ticket_key", "session_key", "uid_key"}

    assert list(manpage.EXIT_STATUS) == list(ExitCode)
    assert explained == settings - trailers - {"workflow"} - redact | {
        "trailers",
        "statuses",
        "types",
        "redact",
    }


def _terms(text: str) -> list[str]:
    return [part.partition("\n")[0] for part in text.split("\n\n")]


@needs_man
def test_on_a_terminal_man_shows_the_page(empty_repo: GitRepo) -> None:
    environ = {**empty_repo.environ, "MANPAGER": "cat"}
    with terminal("git", "ticket", "man", folder=empty_repo.path, environ=environ) as shown:
        assert shown.wait() == 0

    assert "GIT-TICKET(1)" in shown.seen


@pytest.mark.parametrize("man", [None, "#!/bin/sh\nexit 16\n"], ids=["missing", "broken"])
def test_on_a_terminal_without_man_the_text_is_printed(
    empty_repo: GitRepo, tmp_path: Path, man: str | None
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(str(shutil.which("git")))
    if man:
        (programs / "man").write_text(man, encoding="utf-8")
        (programs / "man").chmod(0o755)
    environ = {**empty_repo.environ, "PATH": str(programs)}

    command = (sys.executable, "-m", "git_ticketer", "man")
    with terminal(*command, folder=empty_repo.path, environ=environ) as shown:
        assert shown.wait() == 0

    assert shown.seen == "\n".join(manpage.plain(PAGE.read_text("ascii"))) + "\n"


@needs_man
def test_an_installed_page_is_what_git_opens_for_help(empty_repo: GitRepo, tmp_path: Path) -> None:
    data, paths = tmp_path / "data", {"MANPATH": str(tmp_path / "data/man")}
    assert empty_repo.ticket("--help", **paths).code != 0

    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(data), **paths)
    opened = empty_repo.ticket("--help", **paths)

    said = f"Linked {data / NAME} to {PAGE}\ngit ticket --help opens it\n"
    assert (done.code, done.out, done.err) == (0, said, "")
    assert (opened.code, opened.out) == (0, by_man(empty_repo, PAGE))


@needs_man
def test_where_man_does_not_look_the_hint_mends_it(empty_repo: GitRepo, tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", str(tmp_path / "elsewhere")
    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(data), MANPATH=elsewhere)

    line = f'export MANPATH="$MANPATH:{data}/man"'
    assert done.err == f"warning: man does not look there\nhint: {line}\n"
    script = f"{line}; git ticket --help"
    assert empty_repo.run("sh", "-c", script, MANPATH=elsewhere).code == 0


def test_a_data_folder_that_is_not_absolute_is_ignored(empty_repo: GitRepo) -> None:
    empty_repo.ticket("man", "--install", XDG_DATA_HOME="relative")

    installed = Path(empty_repo.environ["HOME"], ".local/share", NAME)
    assert Path(os.readlink(installed)) == PAGE


@pytest.mark.parametrize("kind", ["link to nothing", "older copy", "link to an older copy"])
def test_what_an_older_installation_left_is_replaced(
    empty_repo: GitRepo, tmp_path: Path, kind: str
) -> None:
    older = tmp_path / "older/git-ticket.1"
    target = tmp_path / "data" / NAME
    for folder in (older.parent, target.parent):
        folder.mkdir(parents=True)
    if kind != "link to nothing":
        older.write_text(manpage.MARKER + "\n.TH OLD 1\n", encoding="ascii")
    if kind == "older copy":
        older.rename(target)
    else:
        target.symlink_to(older)

    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(tmp_path / "data"))

    assert done.out.splitlines()[0] == f"Linked {target} to {PAGE}"
    assert target.read_bytes() == PAGE.read_bytes()


def test_a_page_of_another_program_is_kept(empty_repo: GitRepo, tmp_path: Path) -> None:
    target = tmp_path / NAME
    target.parent.mkdir(parents=True)
    target.write_text(".TH GIT-TICKET 1\n", encoding="ascii")

    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(tmp_path))

    told = f"error: {target} is not of git-ticketer\nhint: ls -l {target}\n"
    assert (done.code, done.out, done.err) == (1, "", told)
    assert target.read_text("ascii") == ".TH GIT-TICKET 1\n"


def test_a_place_that_cannot_be_written_is_one_clear_error(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    (tmp_path / "man").write_text("a file", encoding="ascii")

    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(tmp_path))

    target = tmp_path / NAME
    told = f"error: {target} cannot be written: Not a directory\nhint: ls -ld {target.parent}\n"
    assert (done.code, done.out, done.err) == (1, "", told)


@pytest.fixture
def prefix(tmp_path: Path, empty_repo: GitRepo) -> Path:
    """An installation as a wheel lays it out; PYTHONPATH makes Python take it."""
    site = tmp_path / "prefix/lib/python3/site-packages"
    shutil.copytree(PACKAGE, site / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "prefix/share/man/man1").mkdir(parents=True)
    shutil.copy(PAGE, tmp_path / "prefix/share" / NAME)
    empty_repo.environ["PYTHONPATH"] = str(site)
    return tmp_path / "prefix"


def test_an_installed_package_finds_the_page_beside_it(
    empty_repo: GitRepo, prefix: Path, tmp_path: Path
) -> None:
    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(tmp_path))

    page = prefix / "share" / NAME
    assert done.out.splitlines()[0] == f"Linked {tmp_path / NAME} to {page}"


def test_a_page_that_pip_put_in_its_place_stays_a_file(empty_repo: GitRepo, prefix: Path) -> None:
    done = empty_repo.ticket("man", "--install", XDG_DATA_HOME=str(prefix / "share"))

    page = prefix / "share" / NAME
    assert (done.code, done.out.splitlines()[0]) == (0, f"{page} is in place")
    assert page.is_file()
    assert not page.is_symlink()


def test_an_installation_without_the_page_says_so(empty_repo: GitRepo, prefix: Path) -> None:
    (prefix / "share" / NAME).unlink()

    done = empty_repo.ticket("man")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: this installation of git-ticketer has no share/{NAME}\n"
        "hint: pip install --force-reinstall git-ticketer\n"
    )
