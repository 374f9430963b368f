"""`git ticket doctor`: one screen that says whether commits are tagged, and if not why."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from git_ticketer.install import shims
from tests.support.git import PROGRAMS, GitRepo, Result
from tests.support.hooks import EVENTS, hooks, script

INSTALL = "git ticket hooks install"
UNDECIDED = "nothing was decided; at a terminal you are asked"
ATTACH = "git ticket attach PROJ-123"


@pytest.fixture(autouse=True)
def manual(environ: dict[str, str]) -> None:
    """A manual page that is found, so that the screen is the same on every machine."""
    path = Path(environ["HOME"], ".local/share/man/man1/git-ticket.1")
    path.parent.mkdir(parents=True)
    path.touch()


def screen(repo: GitRepo, **lines: str) -> list[tuple[str, str]]:
    """The healthy screen as (name, rest); `lines` replace or add to it, by name."""
    version = repo.git("version").split()[2]
    session = repo.ticket("session", "info").out.split()[1]
    healthy = {
        "git": f"  ok  git                 {version}, worktree {repo.path}",
        "prepare": "  ok  prepare-commit-msg  hook file",
        "commit": "  ok  commit-msg          hook file",
        "checkout": "  ok  post-checkout       hook file",
        "precommit": "",
        "code": f"  ok  interpreter         {sys.executable} {shims.hook_file()}",
        "stages": "",
        "settings": "  ok  settings            trailers Ticket, Ticket-Session, prompt auto",
        "session": f"  ok  session             PROJ-1 by session, session {session}",
        "prompt": "  ok  prompt              a commit made like this is not asked: "
        "stderr is not a terminal",
        "next": f"  ok  next commit         Ticket: PROJ-1, Ticket-Session: {session}",
        "extra": "",
        "manual": "  ok  manual              git ticket --help opens it",
    }
    return [(name, text) for name, text in {**healthy, **lines}.items() if text]


def doctor(repo: GitRepo) -> Result:
    """Run it; the interpreter has several names in its folder, here it goes by ours."""
    done = repo.ticket("doctor")
    name = re.compile(rf"{re.escape(str(PROGRAMS))}/python[\d.]* ")
    return replace(done, out=name.sub(lambda _: f"{sys.executable} ", done.out))


def expected(repo: GitRepo, **lines: str) -> str:
    return "".join(text + "\n" for _, text in screen(repo, **lines))


def hinted(line: str, hint: str) -> str:
    return f"{line}\n{'':<26}{hint}"


def broken(mark: str, event: str, text: str = "does not run") -> str:
    return hinted(f"{mark}  {event:<18}  {text}", INSTALL)


NOTHING_RUNS = {
    "prepare": broken("FAIL", "prepare-commit-msg"),
    "commit": broken("FAIL", "commit-msg"),
    "checkout": broken("warn", "post-checkout"),
    "next": hinted(
        "warn  next commit         not tagged: no hook of ours runs here (git ticket init)", INSTALL
    ),
}


def test_a_healthy_repository_fits_on_one_screen_and_is_code_0(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    done = doctor(repo)

    assert (done.code, done.out, done.err) == (0, expected(repo), "")
    assert len(done.out.splitlines()) <= 24


def test_without_hooks_it_says_why_no_commit_is_tagged(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    repo.ticket("attach", "PROJ-1")
    done = doctor(repo)

    assert (done.code, done.out, done.err) == (1, expected(repo, **NOTHING_RUNS), "")
    assert len(done.out.splitlines()) <= 24


def remove(path: Path) -> None:
    path.unlink()


def not_executable(path: Path) -> None:
    path.chmod(0o644)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [script("exit 0"), remove, not_executable, folder_instead])
def test_hooks_that_were_overwritten_or_lost_are_found(
    repo: GitRepo, damage: Callable[[Path], None]
) -> None:
    repo.ticket("attach", "PROJ-1")
    for event in EVENTS:
        damage(hooks(repo) / event)
    done = doctor(repo)

    assert (done.code, done.out) == (1, expected(repo, **NOTHING_RUNS))


def test_only_the_tagging_hook_missing_is_said_alone(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    (hooks(repo) / "prepare-commit-msg").unlink()
    done = doctor(repo)

    only = {name: NOTHING_RUNS[name] for name in ("prepare", "next")}
    assert (done.code, done.out) == (1, expected(repo, **only))


def test_a_missing_post_checkout_hook_is_only_a_warning(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    (hooks(repo) / "post-checkout").unlink()
    done = doctor(repo)

    assert (done.code, done.out) == (0, expected(repo, checkout=NOTHING_RUNS["checkout"]))


def test_a_chained_hook_is_named(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    script("exit 0")(hooks(repo) / "commit-msg")
    repo.ticket("hooks", "install")
    repo.ticket("attach", "PROJ-1")

    line = "  ok  commit-msg          hook file, after commit-msg.before-git-ticketer"
    assert doctor(repo).out == expected(repo, commit=line)


def test_hooks_of_an_installation_that_moved_are_named(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    for event in EVENTS:
        path = hooks(repo) / event
        path.write_bytes(path.read_bytes().replace(b"\npython=", b"\npython=/moved"))
    done = doctor(repo)

    text = "hook file, written by another installation"
    names = dict(zip(("prepare", "commit", "checkout"), EVENTS, strict=True))
    lines = {name: broken("warn", event, text) for name, event in names.items()}
    assert (done.code, done.out) == (0, expected(repo, **lines))


def test_undecided_work_is_said(repo: GitRepo) -> None:
    session = repo.ticket("session", "info").out.split()[1]
    done = doctor(repo)

    assert done.code == 0
    assert done.out == expected(
        repo,
        session=f"  ok  session             undecided, session {session}",
        next=hinted(
            f"warn  next commit         not tagged: {UNDECIDED}",
            ATTACH,
        ),
    )


def test_opted_out_work_is_said(repo: GitRepo) -> None:
    repo.ticket("attach", "--none")
    session = repo.ticket("session", "info").out.split()[1]
    done = doctor(repo)

    assert done.code == 0
    assert done.out == expected(
        repo,
        session=f"  ok  session             opted-out by session, session {session}",
        next="  ok  next commit         not tagged: opted out",
    )


def test_a_broken_configuration_is_the_whole_screen(repo: GitRepo) -> None:
    path = repo.write(".tickets/config.yaml", "prefix: lower\n")
    done = doctor(repo)

    problem = f"{path}:1: a prefix is a capital letter and up to 31 of A-Z, 0-9, _"
    assert (done.code, done.err) == (1, "")
    assert done.out == hinted(f"FAIL  workspace           {problem}", f"mend {path}") + "\n"


def test_a_bad_setting_is_the_whole_screen(repo: GitRepo) -> None:
    repo.git("config", "ticketer.prompt", "maybe")
    done = doctor(repo)

    problem = "git config ticketer.prompt is 'maybe', expected auto, never or always"
    hint = "git config ticketer.prompt VALUE"
    assert (done.code, done.err) == (1, "")
    assert done.out == hinted(f"FAIL  workspace           {problem}", hint) + "\n"


def test_outside_a_repository_it_says_so(tmp_path: Path, environ: dict[str, str]) -> None:
    done = GitRepo(tmp_path, environ).ticket("doctor")

    problem = f"not in a git repository: {tmp_path}"
    hint = "git init, or cd into a repository"
    assert (done.code, done.err) == (1, "")
    assert done.out == hinted(f"FAIL  workspace           {problem}", hint) + "\n"


def test_settings_are_shown(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: TEAM\ntrailers: {session: ''}\nrequire: true\n")
    repo.git("config", "ticketer.autoAttach", "true")
    repo.git("config", "ticketer.prompt", "never")

    line = "trailers Ticket, prompt never, prefixes TEAM, require, autoAttach"
    assert f"  ok  settings            {line}" in doctor(repo).out.splitlines()


LISTED = """\
repos:
- repo: https://example.com/git-ticketer
  rev: v1
  hooks:
  - id: git-ticket-prepare-commit-msg
  - id: git-ticket-commit-msg
"""


def test_pre_commit_stages_that_are_listed_but_not_installed_are_named(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    repo.write(".pre-commit-config.yaml", LISTED)
    assert repo.run("pre-commit", "install", "-t", "commit-msg").code == 0
    repo.ticket("attach", "PROJ-1")
    done = doctor(repo)

    id = "git-ticket-prepare-commit-msg"
    text = f"{id} is listed, but pre-commit's prepare-commit-msg hook is missing"
    stage = hinted(f"warn  pre-commit          {text}", "pre-commit install -t prepare-commit-msg")
    lines = {**NOTHING_RUNS, "commit": "  ok  commit-msg          pre-commit", "stages": stage}
    assert (done.code, done.out) == (1, expected(repo, **lines))


def test_pre_commit_with_both_stages_is_healthy(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    repo.write(".pre-commit-config.yaml", LISTED)
    types = ("-t", "commit-msg", "-t", "prepare-commit-msg")
    assert repo.run("pre-commit", "install", *types).code == 0
    repo.ticket("attach", "PROJ-1")
    done = doctor(repo)

    lines = {
        "prepare": "  ok  prepare-commit-msg  pre-commit",
        "commit": "  ok  commit-msg          pre-commit",
        "checkout": NOTHING_RUNS["checkout"],
    }
    assert (done.code, done.out) == (0, expected(repo, **lines))


def test_what_the_hooks_logged_is_shown(repo: GitRepo) -> None:
    log = repo.git_dir / "ticketer/hook.log"
    log.write_text("2026-11-22T09:00:00Z commit-msg something\n", encoding="utf-8")
    repo.ticket("attach", "PROJ-1")

    line = "warn  hook log            2026-11-22T09:00:00Z commit-msg something"
    assert doctor(repo).out == expected(repo, extra=line)


def test_doctor_changes_no_hook_and_no_configuration(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    places = [hooks(repo) / event for event in EVENTS] + [repo.git_dir / "config"]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in places]
    doctor(repo)

    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in places] == before


def test_json_is_one_document_with_the_same_checks(repo: GitRepo) -> None:
    repo.ticket("hooks", "uninstall")
    done = repo.ticket("doctor", "--json")
    document = json.loads(done.out)

    assert (done.code, done.err) == (1, "")
    assert (document["schema"], document["success"]) == (1, False)
    assert document["checks"][1] == {
        "name": "prepare-commit-msg",
        "state": "failure",
        "text": "does not run",
        "hint": INSTALL,
    }
