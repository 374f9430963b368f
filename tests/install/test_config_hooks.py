"""Hooks named by git's configuration (git 2.54), where a manager owns the hook files.

What is written is tested everywhere, by a git that only says that it is newer. What git makes of
it needs a newer git: GIT_TICKETER_TEST_GIT names a folder with one, which comes first on PATH.
"""

import os
import shutil
from pathlib import Path

import pytest

from git_ticketer.storage.gitcmd import Git
from tests.install.test_managers import HUSKY
from tests.support.git import PROGRAMS, GitRepo
from tests.support.hooks import EVENTS, file, hooks, path_without_us, script

NEWER = os.environ.get("GIT_TICKETER_TEST_GIT", "")
PATH = os.pathsep.join(filter(None, [NEWER, os.environ.get("PATH", "")]))
VERSION = Git(".", {"PATH": PATH}).version()

needs_newer_git = pytest.mark.skipif(
    VERSION[:2] < (2, 54),
    reason="needs git 2.54, this is {}; GIT_TICKETER_TEST_GIT may name a folder with one".format(
        ".".join(map(str, VERSION))
    ),
)

INSTALLED = "".join(
    f"{event:<20}git configuration (hook.git-ticketer-{event})\n" for event in EVENTS
)
REMOVED = "".join(f"removed hook.git-ticketer-{e} from the configuration\n" for e in EVENTS)


def owned(repo: GitRepo) -> GitRepo:
    """`repo`, with its hook files owned by somebody else."""
    repo.git("config", "core.hooksPath", ".githooks")
    return repo


@pytest.fixture
def told(empty_repo: GitRepo, tmp_path: Path) -> GitRepo:
    """A repository with core.hooksPath, and a git that says it is version 2.54."""
    real = shutil.which("git")
    git = f"case $* in version) echo git version 2.54.0 ;; *) exec '{real}' \"$@\" ;; esac"
    (tmp_path / "stub").mkdir()
    script(git)(tmp_path / "stub/git")
    empty_repo.commit("first")
    path = f"{tmp_path}/stub{os.pathsep}{empty_repo.environ['PATH']}"
    return GitRepo(owned(empty_repo).path, {**empty_repo.environ, "PATH": path})


@pytest.fixture
def newer(empty_repo: GitRepo) -> GitRepo:
    """A repository with core.hooksPath, run by a git that knows hooks in its configuration."""
    path = f"{PROGRAMS}{os.pathsep}{PATH}"
    repo = GitRepo(empty_repo.path, {**empty_repo.environ, "PATH": path})
    repo.commit("first")
    return repo


def ticket(repo: GitRepo, *arguments: str) -> tuple[int, str, str]:
    """Run `git-ticket` itself: `git ticket` would put the real git first on PATH."""
    done = repo.run("git-ticket", *arguments)
    return done.code, done.out, done.err


def configured(repo: GitRepo) -> str:
    return repo.attempt("config", "--local", "--get-regexp", "^hook\\.").out


def expected(repo: GitRepo) -> str:
    place = repo.git_dir / "ticketer/hooks"
    names = ((f"hook.git-ticketer-{event}", event) for event in EVENTS)
    return "".join(f"{n}.command {place}/{e}\n{n}.event {e}\n" for n, e in names)


def test_install_names_our_hooks_in_the_configuration(told: GitRepo) -> None:
    done = ticket(told, "hooks", "install")

    assert done == (0, INSTALLED, "")
    assert configured(told) == expected(told)
    assert ticket(told, "hooks", "status") == done
    assert not (told.path / ".githooks").exists()


def test_the_commands_named_are_programs(told: GitRepo) -> None:
    ticket(told, "hooks", "install")
    place = told.git_dir / "ticketer/hooks"

    assert sorted(path.name for path in place.iterdir()) == sorted(EVENTS)
    assert all(os.access(place / event, os.X_OK) for event in EVENTS)


def test_installing_again_changes_nothing(told: GitRepo) -> None:
    ticket(told, "hooks", "install")
    before = (told.git_dir / "config").read_bytes()

    assert ticket(told, "hooks", "install") == (0, INSTALLED, "")
    assert (told.git_dir / "config").read_bytes() == before


def test_uninstall_leaves_the_configuration_as_it_was(told: GitRepo) -> None:
    before = (told.git_dir / "config").read_bytes()
    ticket(told, "hooks", "install")

    assert ticket(told, "hooks", "uninstall") == (0, REMOVED, "")
    assert (told.git_dir / "config").read_bytes() == before
    assert not (told.git_dir / "ticketer/hooks").exists()
    assert ticket(told, "hooks", "uninstall") == (0, "No hook of ours was installed\n", "")


def test_uninstall_keeps_the_hooks_of_others(told: GitRepo) -> None:
    told.git("config", "hook.linter.command", "true")
    told.git("config", "hook.linter.event", "commit-msg")
    before = (told.git_dir / "config").read_bytes()
    ticket(told, "hooks", "install")
    ticket(told, "hooks", "uninstall")

    assert (told.git_dir / "config").read_bytes() == before


def test_an_event_without_command_is_never_left_by_uninstall(told: GitRepo) -> None:
    """git 2.54 refuses to run any command where a hook has an event but no command."""
    ticket(told, "hooks", "install")
    for event in EVENTS:
        told.git("config", "--unset", f"hook.git-ticketer-{event}.command")
    ticket(told, "hooks", "uninstall")

    assert configured(told) == ""


def test_a_repository_path_with_special_characters_is_quoted(told: GitRepo, tmp_path: Path) -> None:
    place = tmp_path / 'it\'s a "folder" of $HOME'
    shutil.move(told.path, place)
    repo = GitRepo(place, told.environ)
    ticket(repo, "hooks", "install")
    command = repo.git("config", "hook.git-ticketer-commit-msg.command")
    message = repo.write("message", "subject\n")
    done = repo.run("sh", "-c", f'{command} "$@"', "hook", str(message))

    assert (done.code, done.err) == (0, "")


def test_an_older_git_says_that_the_configuration_does_not_help(told: GitRepo) -> None:
    """The same clone used by two gits, for example in a container."""
    ticket(told, "hooks", "install")
    older = script('case $* in version) echo git version 2.53.0 ;; *) exec git.real "$@" ;; esac')
    stub = Path(told.environ["PATH"].split(os.pathsep)[0])
    real = shutil.which("git", path=os.pathsep.join(told.environ["PATH"].split(os.pathsep)[1:]))
    assert real
    (stub / "git.real").symlink_to(real)
    older(stub / "git")
    done = ticket(told, "hooks", "status")

    assert done == (0, "".join(f"{event:<20}not installed\n" for event in EVENTS), "")


@needs_newer_git
@pytest.mark.parametrize("path", ["/dev/null", ".githooks"])
def test_commits_are_tagged_whatever_hooks_path_is(newer: GitRepo, path: str) -> None:
    newer.git("config", "core.hooksPath", path)
    done = newer.ticket("hooks", "install")
    newer.ticket("attach", "PROJ-1")
    message = newer.commit("subject")

    assert (done.code, done.out) == (0, INSTALLED)
    assert newer.tickets() == ["PROJ-1"]
    assert message.count("Ticket: PROJ-1") == 1
    assert newer.ticket("doctor").code == 0


@needs_newer_git
def test_husky_goes_on_running_beside_ours(newer: GitRepo) -> None:
    newer.write(".husky/_/h", HUSKY)
    start = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'
    newer.write(".husky/_/commit-msg", start).chmod(0o755)
    newer.write(".husky/commit-msg", 'cat "$1" >"$HOME/seen"\n')
    newer.git("config", "core.hooksPath", ".husky/_")
    newer.ticket("hooks", "install")
    newer.ticket("attach", "PROJ-1")
    message = newer.commit("subject")

    assert newer.tickets() == ["PROJ-1"]
    assert Path(newer.environ["HOME"], "seen").read_text(encoding="utf-8") == message


@needs_newer_git
def test_a_hook_file_and_the_configuration_together_tag_once(newer: GitRepo) -> None:
    newer.ticket("hooks", "install")
    owned(newer).ticket("hooks", "install")
    newer.git("config", "--unset", "core.hooksPath")
    newer.ticket("attach", "PROJ-1")
    message = newer.commit("subject")

    assert newer.git("hook", "list", "commit-msg").split() == [
        "git-ticketer-commit-msg",
        "hook",
        "from",
        "hookdir",
    ]
    assert message.count("Ticket: PROJ-1") == 1
    assert newer.ticket("hooks", "uninstall").code == 0
    assert configured(newer) == ""
    assert list(hooks(newer).iterdir()) == []


@needs_newer_git
def test_a_linked_worktree_is_served_too(newer: GitRepo, tmp_path: Path) -> None:
    owned(newer)
    linked = newer.worktree(tmp_path / "linked", "topic")
    linked.ticket("hooks", "install")
    linked.ticket("attach", "PROJ-2")
    newer.ticket("attach", "PROJ-1")
    linked.commit()
    newer.commit()

    assert (newer.tickets(), linked.tickets()) == (["PROJ-1"], ["PROJ-2"])


@needs_newer_git
def test_without_an_installation_commits_pass_with_a_warning(
    newer: GitRepo, tmp_path: Path
) -> None:
    owned(newer).ticket("hooks", "install")
    for event in EVENTS:
        shim = newer.git_dir / "ticketer/hooks" / event
        file(shim.read_bytes().replace(b"\npython=", b"\npython=/nowhere"))(shim)
    path = path_without_us(tmp_path / "bin", newer.environ["PATH"])
    done = newer.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)

    assert (done.code, newer.message()) == (0, "subject\n")
    assert done.err == (
        "warning: git-ticketer did not run, so this commit has no ticket; see: git ticket doctor\n"
    )


@needs_newer_git
def test_after_uninstall_git_runs_as_before(newer: GitRepo) -> None:
    owned(newer)
    before = (newer.git_dir / "config").read_bytes()
    newer.ticket("hooks", "install")
    newer.ticket("attach", "PROJ-1")
    newer.ticket("hooks", "uninstall")

    assert newer.commit("subject") == "subject\n"
    assert (newer.git_dir / "config").read_bytes() == before
