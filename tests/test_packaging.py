"""The wheel: what is in it, and that it works where it is installed with nothing else."""

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.git import GitRepo
from tests.support.hooks import EVENTS, path_without_us

OUTSIDE = dict(os.environ)  # pip needs the machine's own settings to reach its index
TOP = Path(__file__).parents[1]
SHARED = {
    "share/man/man1/git-ticket.1": "docs/man/git-ticket.1",
    "share/bash-completion/completions/git-ticket": "docs/completion/git-ticket.bash",
    "share/zsh/site-functions/_git-ticket": "docs/completion/_git-ticket",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the build tools that are installed here."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run(
        [*build, str(TOP)], env=OUTSIDE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, bytes]:
    """Every file of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("an environment") / "it's here"
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", str(wheel)],
    ):
        done = subprocess.run(command, env=OUTSIDE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def test_the_wheel_is_for_every_system(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")


@pytest.mark.parametrize("event", EVENTS)
def test_the_hooks_are_in_the_wheel_byte_for_byte_and_executable(
    wheel: Path, contents: dict[str, bytes], event: str
) -> None:
    name = f"git_ticketer/_hooks/{event}"
    with zipfile.ZipFile(wheel) as archive:
        mode = archive.getinfo(name).external_attr >> 16

    assert contents[name] == (TOP / "hooks" / event).read_bytes()
    assert stat.S_IMODE(mode) & 0o111 == 0o111


def test_the_wheel_has_no_other_hooks(contents: dict[str, bytes]) -> None:
    found = {name for name in contents if name.startswith("git_ticketer/_hooks/")}

    assert found == {f"git_ticketer/_hooks/{event}" for event in EVENTS}


@pytest.mark.parametrize("place", SHARED)
def test_manual_and_completion_are_where_man_and_shells_look(
    contents: dict[str, bytes], place: str
) -> None:
    (name,) = (name for name in contents if name.endswith(f".data/data/{place}"))

    assert contents[name] == (TOP / SHARED[place]).read_bytes()
    assert contents[name]


def test_the_wheel_says_that_it_is_typed(contents: dict[str, bytes]) -> None:
    assert contents["git_ticketer/py.typed"] == b""


def test_the_wheel_has_every_module_and_nothing_else(contents: dict[str, bytes]) -> None:
    modules = {str(path.relative_to(TOP)) for path in TOP.glob("git_ticketer/**/*.py")}
    files = {"py.typed", "agents/hooks/opencode.js"}
    files |= {"install/texts/SKILL.md", "install/texts/agents-block.md"}
    expected = modules | {f"git_ticketer/{name}" for name in files}
    expected |= {f"git_ticketer/_hooks/{event}" for event in EVENTS}

    assert {name for name in contents if name.startswith("git_ticketer/")} == expected
    others = {name.partition("/")[0] for name in contents} - {"git_ticketer"}
    assert {name.rpartition(".")[2] for name in others} == {"dist-info", "data"}


def test_the_wheel_has_the_licence_and_the_command(contents: dict[str, bytes]) -> None:
    points = next(data for name, data in contents.items() if name.endswith("entry_points.txt"))

    assert points.decode().split() == [
        "[console_scripts]",
        "git-ticket",
        "=",
        "git_ticketer.__main__:main",
    ]
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in contents)


@pytest.fixture
def user(programs: Path, empty_repo: GitRepo) -> GitRepo:
    """A repository of somebody who has the wheel and nothing of this source tree."""
    rest = [p for p in empty_repo.environ["PATH"].split(os.pathsep)[1:] if p]
    path = os.pathsep.join([str(programs), *rest])
    return GitRepo(empty_repo.path, {**empty_repo.environ, "PATH": path})


@pytest.mark.slow
def test_the_installed_command_answers(user: GitRepo, programs: Path) -> None:
    done = user.ticket("-h")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: git ticket [OPTIONS] ")
    assert user.run("sh", "-c", "command -v git-ticket").out == f"{programs}/git-ticket\n"


@pytest.mark.slow
def test_the_installed_hooks_tag(user: GitRepo, programs: Path) -> None:
    installed = user.ticket("init")
    attached = user.ticket("attach", "PROJ-1")
    shim = (user.git_dir / "hooks/prepare-commit-msg").read_text(encoding="utf-8")
    user.commit()

    assert (installed.code, attached.code) == (0, 0), installed.err + attached.err
    assert attached.out == "Work session now associated with ticket: PROJ-1\n"
    assert str(TOP) not in shim
    assert user.tickets() == ["PROJ-1"]
    user.commit(PATH=os.pathsep.join(user.environ["PATH"].split(os.pathsep)[1:]))
    assert user.tickets() == ["PROJ-1"]


@pytest.mark.slow
def test_the_installed_demo_and_doctor_work(user: GitRepo) -> None:
    user.ticket("init")
    user.ticket("attach", "PROJ-1")
    demo = user.ticket("demo")
    doctor = user.ticket("doctor")

    assert (demo.code, demo.err) == (0, "")
    assert doctor.code == 0
    assert "  ok  manual              git ticket --help opens it\n" in doctor.out


@pytest.mark.slow
def test_after_the_package_is_removed_commits_go_on(
    user: GitRepo, programs: Path, tmp_path: Path
) -> None:
    user.ticket("init")
    user.ticket("attach", "PROJ-1")
    away = programs.with_name("moved away")
    path = path_without_us(tmp_path / "bin")
    programs.rename(away)
    done = user.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)
    away.rename(programs)

    assert (done.code, user.message()) == (0, "subject\n")
    assert done.err == (
        "warning: git-ticketer did not run, so this commit has no ticket; see: git ticket doctor\n"
    )
