"""A broken or removed installation of ours never blocks git."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import git_ticketer
from tests.support.git import PROGRAMS, GitRepo
from tests.support.hooks import EVENTS, hooks, path_without_us, script

WARNING = (
    "warning: git-ticketer did not run, so this commit has no ticket; see: git ticket doctor\n"
)
PACKAGE = Path(git_ticketer.__file__).parent


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A copy of the package and a second name of the interpreter, which tests may break."""
    place = tmp_path / "it's an installation"
    shutil.copytree(PACKAGE, place / "git_ticketer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parent / "hooks", place / "hooks")
    (place / "venv").symlink_to(PROGRAMS.parent)
    return place


@pytest.fixture
def moved(empty_repo: GitRepo, installation: Path) -> GitRepo:
    """A repository whose hooks run that installation, attached to PROJ-1."""
    assert run(empty_repo, installation, "hooks", "install") == 0
    assert run(empty_repo, installation, "attach", "PROJ-1") == 0
    return empty_repo


def run(repo: GitRepo, place: Path, *arguments: str) -> int:
    """Run `git ticket` of the installation at `place`."""
    command = [str(place / "venv/bin" / Path(sys.executable).name), "-m", "git_ticketer"]
    return repo.run(*command, *arguments, PYTHONPATH=str(place)).code


def replace_interpreter(place: Path, text: str | None, mode: int = 0o755) -> None:
    """Put a script in place of the interpreter, or nothing."""
    (place / "venv").unlink()
    if text is not None:
        python = place / "venv/bin" / Path(sys.executable).name
        python.parent.mkdir(parents=True)
        python.write_text(text, encoding="utf-8")
        python.chmod(mode)


def break_module(place: Path) -> None:
    (place / "git_ticketer/lean/event.py").write_text("not python", encoding="utf-8")


def remove_half(place: Path) -> None:
    (place / "git_ticketer/lean/event.py").unlink()


MISSING: dict[str, Callable[[Path], object]] = {
    "interpreter removed": lambda place: replace_interpreter(place, None),
    "interpreter not executable": lambda place: replace_interpreter(place, "", 0o644),
    "package removed": lambda place: shutil.rmtree(place / "git_ticketer"),
    "everything removed": shutil.rmtree,
}
BROKEN: dict[str, Callable[[Path], object]] = {
    "exit 1": lambda place: replace_interpreter(place, "#!/bin/sh\nexit 1\n"),
    "exit 127": lambda place: replace_interpreter(place, "#!/bin/sh\nexit 127\n"),
    "segfault": lambda place: replace_interpreter(place, "#!/bin/sh\nkill -SEGV $$\n"),
    "no such shebang": lambda place: replace_interpreter(place, "#!/nowhere/python\n"),
    "module broken": break_module,
    "module removed": remove_half,
}


def test_an_installation_in_a_path_with_quotes_and_spaces_tags(moved: GitRepo) -> None:
    moved.commit(PATH=path_without_us(moved.path.parent / "bin"))

    assert moved.tickets() == ["PROJ-1"]


@pytest.mark.parametrize("case", MISSING)
def test_where_the_installation_is_gone_git_ticket_on_the_path_tags(
    moved: GitRepo, installation: Path, case: str
) -> None:
    MISSING[case](installation)
    done = moved.attempt("commit", "--allow-empty", "-qm", "subject")

    assert (done.code, done.out, done.err) == (0, "", "")
    assert moved.tickets() == ["PROJ-1"]


@pytest.mark.parametrize("case", MISSING)
def test_where_nothing_of_ours_is_left_a_commit_is_made_with_one_warning(
    moved: GitRepo, installation: Path, case: str
) -> None:
    MISSING[case](installation)
    path = path_without_us(moved.path.parent / "bin")
    done = moved.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)

    assert (done.code, done.out, done.err) == (0, "", WARNING)
    assert moved.message() == "subject\n"


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_installation_lets_commits_pass_with_a_warning(
    moved: GitRepo, installation: Path, case: str
) -> None:
    """What the shell and Python themselves say stands above the warning."""
    BROKEN[case](installation)
    path = path_without_us(moved.path.parent / "bin")
    done = moved.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)

    assert (done.code, done.out) == (0, "")
    assert done.err.endswith(WARNING)
    assert done.err.count("warning:") == 1
    assert moved.message() == "subject\n"


@pytest.mark.parametrize("case", ["exit 1", "exit 127"])
def test_an_interpreter_that_fails_silently_costs_one_line(
    moved: GitRepo, installation: Path, case: str
) -> None:
    BROKEN[case](installation)

    assert moved.attempt("commit", "--allow-empty", "-qm", "subject").err == WARNING


@pytest.mark.parametrize("require", [False, True], ids=["plain", "require"])
@pytest.mark.parametrize("case", [*MISSING, *BROKEN])
def test_no_broken_installation_stops_any_git_command(
    moved: GitRepo, installation: Path, case: str, require: bool
) -> None:
    if require:
        moved.write(".tickets/config.yaml", "require: true\n")
        assert run(moved, installation, "status") == 0
    {**MISSING, **BROKEN}[case](installation)
    path = path_without_us(moved.path.parent / "bin")
    commands = (
        ("commit", "--allow-empty", "-qm", "one"),
        ("commit", "--allow-empty", "-q", "--amend", "-m", "two"),
        ("checkout", "--quiet", "-b", "topic"),
        ("commit", "--allow-empty", "-qm", "three"),
        ("rebase", "--quiet", "--force-rebase", "--root"),
        ("checkout", "--quiet", "main"),
    )
    codes = [moved.attempt(*command, PATH=path, GIT_EDITOR=":").code for command in commands]

    assert codes == [0] * len(commands)


@pytest.mark.parametrize("code", [1, 2, 126])
def test_a_broken_git_ticket_on_the_path_does_not_stop_a_commit(
    moved: GitRepo, installation: Path, code: int, tmp_path: Path
) -> None:
    shutil.rmtree(installation)
    path = path_without_us(tmp_path / "bin")
    script(f"exit {code}")(tmp_path / "bin/git-ticket")
    done = moved.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)

    assert (done.code, done.err) == (0, WARNING)


def test_a_kept_hook_runs_on_where_our_installation_is_gone(
    empty_repo: GitRepo, installation: Path, tmp_path: Path
) -> None:
    for event in EVENTS:
        script(f'echo {event} >>"$HOME/log"')(hooks(empty_repo) / event)
    run(empty_repo, installation, "hooks", "install")
    shutil.rmtree(installation)
    path = path_without_us(tmp_path / "bin")
    empty_repo.git("commit", "--allow-empty", "-qm", "subject", PATH=path)
    empty_repo.git("checkout", "--quiet", "-b", "topic", PATH=path)

    seen = Path(empty_repo.environ["HOME"], "log").read_text(encoding="utf-8").split()
    assert seen == list(EVENTS)
