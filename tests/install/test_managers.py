"""Where a manager or core.hooksPath owns the hooks: the lines to add are named, and they work."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from git_ticketer.storage import yamlfile
from git_ticketer.storage.gitcmd import Git
from tests.support.git import GitRepo, Result
from tests.support.hooks import EVENTS, entry, file, folder, hooks, path_without_us, script

OUTSIDE = dict(os.environ)  # npm needs the machine's own settings to reach its registry
HUSKY = """\
#!/usr/bin/env sh
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
[ "${HUSKY-}" = "0" ] && exit 0
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $n script failed (code $c)"
exit $c
"""
OWNER = re.compile(r"error: (\S+) owns the hooks here, so the hooks are yours to add")

pytestmark = pytest.mark.skipif(
    Git(".", OUTSIDE).version()[:2] >= (2, 54),
    reason="this git takes hooks from its configuration; see test_config_hooks.py",
)


@dataclass(frozen=True)
class Managed:
    """A repository whose hooks `owner` owns."""

    repo: GitRepo
    owner: str


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with husky and lefthook, installed once."""
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    if not shutil.which("npm", path=OUTSIDE.get("PATH")):
        pytest.skip("npm is not installed")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "husky@9", "lefthook@2"]
    done = subprocess.run(command, cwd=folder, env=OUTSIDE, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install husky and lefthook: {done.stderr.decode()[-300:]}")
    return folder / "node_modules"


def hooks_path(repo: GitRepo) -> str:
    for event in EVENTS:
        repo.write(f".githooks/{event}", "#!/bin/sh\n").chmod(0o755)
    repo.git("config", "core.hooksPath", ".githooks")
    return "core.hooksPath"


def global_hooks_path(repo: GitRepo) -> str:
    place = Path(repo.environ["HOME"], "all hooks")
    place.mkdir()
    for event in EVENTS:
        file(b"#!/bin/sh\n")(place / event)
    repo.git("config", "--global", "core.hooksPath", "~/all hooks")
    return "core.hooksPath"


def husky_layout(repo: GitRepo) -> str:
    repo.write(".husky/_/h", HUSKY)
    for event in ("pre-commit", *EVENTS):
        start = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"'
        repo.write(f".husky/_/{event}", start).chmod(0o755)
    repo.git("config", "core.hooksPath", ".husky/_")
    return "husky"


def husky(repo: GitRepo) -> str:
    assert repo.run("node_modules/.bin/husky").code == 0
    return "husky"


def lefthook(repo: GitRepo) -> str:
    repo.write("lefthook.yml", "pre-commit:\n  commands:\n    ok:\n      run: 'true'\n")
    sync_lefthook(repo)
    return "lefthook"


def sync_lefthook(repo: GitRepo) -> None:
    done = repo.run("node_modules/.bin/lefthook", "install")
    assert done.code == 0, done.out + done.err


MANAGERS: dict[str, Callable[[GitRepo], str]] = {
    "core.hooksPath": hooks_path,
    "global core.hooksPath": global_hooks_path,
    "husky layout": husky_layout,
    "husky": husky,
    "lefthook": lefthook,
}
REAL = ("husky", "lefthook")
CASES = [pytest.param(n, marks=pytest.mark.slow if n in REAL else ()) for n in MANAGERS]


@pytest.fixture(params=CASES)
def managed(request: pytest.FixtureRequest, empty_repo: GitRepo) -> Managed:
    empty_repo.commit("first")
    if request.param in REAL:
        (empty_repo.path / "node_modules").symlink_to(request.getfixturevalue("packages"))
    return Managed(empty_repo, MANAGERS[request.param](empty_repo))


def advice(done: Result) -> dict[Path, str]:
    """The lines that the hint tells to add, for each file."""
    found: dict[Path, str] = {}
    file = None
    for line in done.err.splitlines()[1:]:
        text = line.removeprefix("hint:").removeprefix(" ")
        if text.startswith("add to "):
            file = Path(text.removeprefix("add to ").removesuffix(":"))
            found[file] = ""
        elif file:
            found[file] += text + "\n"
    return found


def follow(managed: Managed) -> None:
    """Do what the hint says, no more."""
    for path, text in advice(managed.repo.ticket("hooks", "install")).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    if managed.owner == "lefthook":
        sync_lefthook(managed.repo)


def snapshot(folder: Path) -> dict[str, object]:
    files = [p for p in folder.rglob("*") if p.is_file() and "node_modules" not in p.parts]
    return {str(p): entry(p) for p in files if "ticketer" not in p.parts and p.name != "index"}


def test_install_names_the_owner_and_writes_nothing(managed: Managed) -> None:
    managed.repo.ticket("status")
    before = snapshot(managed.repo.path)
    done = managed.repo.ticket("hooks", "install")

    named = OWNER.match(done.err)
    assert (done.code, done.out) == (1, "")
    assert named
    assert named[1] == managed.owner
    assert snapshot(managed.repo.path) == before


def test_before_the_lines_are_there_status_and_doctor_say_that_nothing_runs(
    managed: Managed,
) -> None:
    managed.repo.ticket("attach", "PROJ-1")
    status = managed.repo.ticket("hooks", "status")
    doctor = managed.repo.ticket("doctor")

    assert status.out == "".join(f"{event:<20}not installed\n" for event in EVENTS)
    assert doctor.code == 1
    assert "FAIL  prepare-commit-msg  does not run\n" in doctor.out
    assert "not tagged: no hook of ours runs here" in managed.repo.ticket("status").out


def test_following_the_lines_tags_commits_and_status_says_so(managed: Managed) -> None:
    repo = managed.repo
    places = list(advice(repo.ticket("hooks", "install")))
    places = places if len(places) == len(EVENTS) else places * len(EVENTS)
    follow(managed)
    repo.ticket("attach", "PROJ-1")
    message = repo.commit("subject")
    again = repo.ticket("hooks", "install")

    lines = zip(EVENTS, places, strict=True)
    assert repo.tickets() == ["PROJ-1"]
    assert message.count("Ticket:") == 1
    assert (again.code, again.err) == (0, "")
    assert again.out == "".join(f"{e:<20}{managed.owner} ({place})\n" for e, place in lines)
    assert repo.ticket("hooks", "status").out == again.out
    assert repo.ticket("doctor").code == 0


def test_following_the_lines_keeps_the_abort_on_an_empty_message(managed: Managed) -> None:
    repo = managed.repo
    follow(managed)
    repo.ticket("attach", "PROJ-1")
    done = repo.attempt("commit", "--allow-empty", GIT_EDITOR="true")

    assert done.code == 1
    assert repo.message() == "first\n"


def test_following_the_lines_enforces_require(managed: Managed) -> None:
    managed.repo.write(".tickets/config.yaml", "require: true\n")
    follow(managed)
    done = managed.repo.attempt("commit", "--allow-empty", "-qm", "subject")

    assert done.code == 1
    assert managed.repo.message() == "first\n"


def test_colleagues_without_git_ticket_commit_and_switch_as_ever(
    managed: Managed, tmp_path: Path
) -> None:
    follow(managed)
    path = path_without_us(tmp_path / "bin")
    done = managed.repo.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)
    switched = managed.repo.attempt("checkout", "--quiet", "-b", "topic", PATH=path)

    assert (done.code, switched.code) == (0, 0), done.out + done.err
    assert managed.repo.message() == "subject\n"


@pytest.mark.parametrize("code", [1, 126, 127])
def test_a_broken_git_ticket_does_not_stop_colleagues(
    managed: Managed, tmp_path: Path, code: int
) -> None:
    follow(managed)
    path = path_without_us(tmp_path / "bin")
    script(f"exit {code}")(tmp_path / "bin/git-ticket")
    done = managed.repo.attempt("commit", "--allow-empty", "-qm", "subject", PATH=path)
    switched = managed.repo.attempt("checkout", "--quiet", "-b", "topic", PATH=path)

    assert (done.code, switched.code) == (0, 0), done.out + done.err
    assert managed.repo.message() == "subject\n"


def test_lines_in_a_folder_without_hook_files_are_enough(empty_repo: GitRepo) -> None:
    """A new file is executable only if the hint says so, or if status tells that it is not run."""
    empty_repo.git("config", "core.hooksPath", ".githooks")
    follow(Managed(empty_repo, "core.hooksPath"))
    empty_repo.ticket("attach", "PROJ-1")
    empty_repo.commit("subject")
    said = empty_repo.ticket("hooks", "status").out

    runs = empty_repo.tickets() == ["PROJ-1"]
    assert ("not installed" not in said) == runs


def test_a_line_that_is_commented_out_does_not_count(empty_repo: GitRepo) -> None:
    hooks_path(empty_repo)
    follow(Managed(empty_repo, "core.hooksPath"))
    for event in EVENTS:
        path = empty_repo.path / ".githooks" / event
        path.write_text(path.read_text(encoding="utf-8").replace("\n! ", "\n# ! "), "utf-8")

    nothing = "".join(f"{event:<20}not installed\n" for event in EVENTS)
    assert empty_repo.ticket("hooks", "status").out == nothing


@pytest.mark.parametrize("value", [".git/hooks", "{}/.git/hooks", ".git/../.git/hooks/"])
def test_hooks_path_equal_to_the_default_is_the_default(empty_repo: GitRepo, value: str) -> None:
    empty_repo.git("config", "core.hooksPath", value.format(empty_repo.path))
    done = empty_repo.ticket("hooks", "install")
    empty_repo.ticket("attach", "PROJ-1")
    empty_repo.commit()

    assert (done.code, done.err) == (0, "")
    assert empty_repo.tickets() == ["PROJ-1"]
    assert empty_repo.ticket("hooks", "uninstall").code == 0
    assert folder(empty_repo) == {}


def test_init_writes_the_configuration_and_reports_the_owner(managed: Managed) -> None:
    done = managed.repo.ticket("init", "--prefix", "PROJ")

    assert done.code == 1
    assert OWNER.match(done.err)
    assert (managed.repo.path / ".tickets/config.yaml").exists()


def test_lines_for_an_event_that_lefthook_did_not_install_do_not_count(
    empty_repo: GitRepo,
) -> None:
    script("lefthook run pre-push")(hooks(empty_repo) / "pre-push")
    script("lefthook run commit-msg")(hooks(empty_repo) / "commit-msg")
    for path, text in advice(empty_repo.ticket("hooks", "install")).items():
        path.write_text(text, encoding="utf-8")
    path = empty_repo.path / "lefthook-local.yml"

    assert empty_repo.ticket("hooks", "status").out == (
        f"{'prepare-commit-msg':<20}not installed\n"
        f"{'commit-msg':<20}lefthook ({path})\n"
        f"{'post-checkout':<20}not installed\n"
    )


def overcommit(repo: GitRepo) -> None:
    """The layout of overcommit: each hook is a link to one script."""
    place = hooks(repo)
    script("exit 0")(place / "overcommit-hook")
    for event in ("pre-commit", *EVENTS):
        (place / event).symlink_to("overcommit-hook")
    repo.write(".overcommit.yml", "PreCommit:\n  ALL:\n    enabled: true\n")


def test_overcommit_keeps_its_links_and_is_named(empty_repo: GitRepo) -> None:
    overcommit(empty_repo)
    before = folder(empty_repo)
    done = empty_repo.ticket("hooks", "install")

    named = OWNER.match(done.err)
    assert done.code == 1
    assert named
    assert named[1] == "overcommit"
    assert list(advice(done)) == [empty_repo.path / ".overcommit.yml"]
    assert folder(empty_repo) == before


def test_status_finds_the_lines_in_the_file_of_overcommit(empty_repo: GitRepo) -> None:
    overcommit(empty_repo)
    follow(Managed(empty_repo, "overcommit"))
    path = empty_repo.path / ".overcommit.yml"

    lines = "".join(f"{event:<20}overcommit ({path})\n" for event in EVENTS)
    assert empty_repo.ticket("hooks", "install").out == lines


@pytest.mark.parametrize("missing", [False, True], ids=["here", "a colleague's"])
def test_the_command_for_overcommit_tags_and_passes_without_git_ticket(
    empty_repo: GitRepo, tmp_path: Path, missing: bool
) -> None:
    """overcommit appends git's arguments to `command`; a `required_executable` that is not there
    is a failure and stops the commit (its Hook::Base#check_for_executable).
    """
    empty_repo.commit("first")
    overcommit(empty_repo)
    follow(Managed(empty_repo, "overcommit"))
    empty_repo.ticket("attach", "PROJ-1")
    document = yamlfile.read(empty_repo.path / ".overcommit.yml").value
    assert isinstance(document, dict)
    section = document["PrepareCommitMsg"]
    assert isinstance(section, dict)
    hook = section["GitTicket"]
    assert isinstance(hook, dict)
    command = hook["command"]
    assert isinstance(command, list)
    message = empty_repo.write(".git/COMMIT_EDITMSG", "subject\n")
    path = path_without_us(tmp_path / "bin") if missing else empty_repo.environ["PATH"]
    words = [str(word) for word in command]
    program = shutil.which(words[0], path=path)

    assert "required_executable" not in hook
    assert program
    done = empty_repo.run(program, *words[1:], str(message), "message", PATH=path)
    assert done.code == 0
    assert ("Ticket: PROJ-1" in message.read_text(encoding="utf-8")) != missing
