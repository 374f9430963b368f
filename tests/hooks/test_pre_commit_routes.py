"""pre-commit and our own hook files side by side, and the published hook ids in a real `repo:`."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import git_ticketer
from tests.support import pre_commit
from tests.support.git import GitRepo, create
from tests.support.pre_commit import EVENTS

ROOT = Path(git_ticketer.__file__).parents[1]
# What pip needs to find packages on this machine; taken before the environment is sealed off.
PIP = {
    name: value
    for name, value in os.environ.items()
    if name.startswith(("PIP_", "SSL_CERT_"))
    or name.lower() in ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
}
PIP_CONFIGS = [Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf"]


@pytest.fixture
def empty_repo(empty_repo: GitRepo) -> GitRepo:
    """A repository where whoever runs the tests in a terminal is not asked."""
    return GitRepo(empty_repo.path, {**empty_repo.environ, "GIT_TERMINAL_PROMPT": "0"})


@pytest.fixture
def bare(empty_repo: GitRepo) -> GitRepo:
    """A repository with our hooks in pre-commit's configuration, and no hook installed."""
    empty_repo.commit("first")
    pre_commit.configure(empty_repo)
    return empty_repo


def install_files(repo: GitRepo) -> None:
    """Our own hook files."""
    done = repo.ticket("hooks", "install")
    assert done.code == 0, done.err


def install_both(repo: GitRepo, order: str) -> None:
    """Both routes in the order named."""
    steps = [install_files, pre_commit.install]
    for step in steps if order == "files-first" else reversed(steps):
        step(repo)


def status(repo: GitRepo) -> list[dict[str, object]]:
    """What `git ticket hooks status --json` says of each event."""
    done = repo.ticket("hooks", "status", "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document == {"schema": 1, "success": True, "hooks": document["hooks"]}
    return list(document["hooks"])


def states(route: str, place: str, kept: str = "") -> list[dict[str, object]]:
    """The status of all events, `%` in the texts standing for the event."""
    return [
        {
            "event": event,
            "route": route,
            "place": place.replace("%", event),
            "current": True,
            "kept": kept.replace("%", event),
            "edited": "",
        }
        for event in EVENTS
    ]


def check_tagged_once(repo: GitRepo) -> None:
    """Commits of each kind carry both trailers, once."""
    assert repo.ticket("attach", "PROJ-1").code == 0
    session = repo.ticket("session", "info").out.split()[1]
    message = f"subject\n\nTicket: PROJ-1\nTicket-Session: {session}\n"
    assert repo.commit("subject") == message
    editor = "sed -i.old -e '1s/.*/subject/'"
    repo.git("commit", "-q", "--allow-empty", GIT_EDITOR=editor)
    assert repo.message() == message
    assert repo.attempt("commit", "--allow-empty", GIT_EDITOR="true").code == 1


ORDERS = pytest.mark.parametrize("order", ["files-first", "pre-commit-first"])


def test_the_status_names_pre_commit_where_it_alone_runs_our_hooks(bare: GitRepo) -> None:
    assert status(bare) == states("", "")
    pre_commit.install(bare)

    assert status(bare) == states("pre-commit", ".pre-commit-config.yaml")


def test_the_status_names_nothing_where_pre_commit_runs_without_our_hooks(bare: GitRepo) -> None:
    pre_commit.install(bare)
    bare.write(pre_commit.CONFIG, "repos: []\n")

    assert status(bare) == states("", "")


def test_the_status_names_only_the_events_that_pre_commit_installed(bare: GitRepo) -> None:
    assert bare.run("pre-commit", "install", "-t", "prepare-commit-msg").code == 0

    assert [state["route"] for state in status(bare)] == ["pre-commit", "", ""]


@pytest.mark.slow
@ORDERS
def test_both_routes_tag_once_and_either_can_go(bare: GitRepo, order: str) -> None:
    hooks = bare.git_dir / "hooks"
    install_both(bare, order)
    assert status(bare) == states("hook file, started by pre-commit", f"{hooks}/%.legacy")
    check_tagged_once(bare)

    pre_commit.uninstall(bare)
    assert status(bare) == states("hook file", f"{hooks}/%")
    check_tagged_once(bare)

    pre_commit.install(bare)
    assert bare.ticket("hooks", "uninstall").code == 0
    assert status(bare) == states("pre-commit", ".pre-commit-config.yaml")
    check_tagged_once(bare)


@ORDERS
def test_installing_again_over_both_routes_changes_nothing(bare: GitRepo, order: str) -> None:
    install_both(bare, order)
    before = status(bare)
    files = {path.name: path.read_bytes() for path in (bare.git_dir / "hooks").iterdir()}

    install_files(bare)

    assert status(bare) == before
    assert {p.name: p.read_bytes() for p in (bare.git_dir / "hooks").iterdir()} == files


@pytest.mark.slow
@ORDERS
def test_both_routes_leave_old_commits_and_opted_out_ones_alone(bare: GitRepo, order: str) -> None:
    install_both(bare, order)
    assert bare.ticket("attach", "PROJ-1").code == 0
    first = bare.commit("subject")
    assert bare.ticket("attach", "PROJ-2").code == 0

    bare.git("commit", "-q", "--amend", "--no-edit", "--allow-empty")
    assert bare.message() == first
    assert bare.ticket("attach", "--none").code == 0
    assert bare.commit("opted out") == "opted out\n"


@ORDERS
def test_both_routes_refuse_an_undecided_commit_where_a_decision_is_required(
    bare: GitRepo, order: str
) -> None:
    bare.write(".tickets/config.yaml", "prefix: PROJ\nrequire: true\n")
    install_both(bare, order)
    before = bare.git("rev-parse", "HEAD")

    assert bare.attempt("commit", "--allow-empty", "-m", "subject").code == 1

    assert bare.git("rev-parse", "HEAD") == before


def published(path: Path, environ: dict[str, str]) -> GitRepo:
    """A git repository with the files of this project as they are now."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    project = create(path, environ)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    project.git("add", "--all")
    project.git("commit", "-qm", "publish")
    return project


@pytest.mark.slow
def test_the_published_hooks_install_and_work_from_a_repository(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    config = [str(path) for path in PIP_CONFIGS if path.is_file()][:1]
    pip = {**({"PIP_CONFIG_FILE": config[0]} if config else {}), **PIP}
    user = GitRepo(empty_repo.path, {**empty_repo.environ, **pip})
    project = published(tmp_path / "project", empty_repo.environ)
    user.commit("first")
    ids = "".join(f"  - id: git-ticket-{event}\n" for event in EVENTS)
    user.write(
        pre_commit.CONFIG,
        "default_install_hook_types: [prepare-commit-msg, commit-msg, post-checkout]\n"
        f"repos:\n- repo: {project.path}\n  rev: {project.git('rev-parse', 'HEAD')}\n"
        f"  hooks:\n{ids}",
    )
    user.write(".tickets/config.yaml", "prefix: PROJ\nrequire: true\n")
    user.git("add", "--all")
    user.git("commit", "-qm", "configure")
    built = subprocess.run(
        ["pre-commit", "install", "--install-hooks"],
        cwd=user.path,
        env=user.environ,
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert built.returncode == 0, built.stdout + built.stderr

    assert status(user) == states("pre-commit", ".pre-commit-config.yaml")
    assert user.attempt("commit", "--allow-empty", "-m", "undecided").code == 1
    check_tagged_once(user)
    user.git("checkout", "-q", "-b", "topic")
    assert user.git("symbolic-ref", "--short", "HEAD") == "topic"
