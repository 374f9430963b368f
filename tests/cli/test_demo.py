"""`git ticket demo` really runs the main job, whatever surrounds it, and leaves nothing behind."""

import os
import re
from pathlib import Path

import pytest

from tests.support.git import GitRepo

AGENTS = {
    "GIT_TICKET": "none",
    "GIT_TICKET_SESSION": "outer",
    "CLAUDE_CODE_SESSION_ID": "outer",
    "CLAUDECODE": "1",
    "CODEX_THREAD_ID": "outer",
    "CI": "true",
}
SHOWN = r"""
A repository of its own, with the hooks, the team's settings and the merge driver:
$ git init --quiet --initial-branch=main .
$ git ticket init --prefix PROJ
Wrote .tickets/config.yaml (ids begin with PROJ); commit it for your team
Wrote .gitattributes (tickets are merged field by field); commit it too
prepare-commit-msg  hook file (FOLDER/repository/.git/hooks/prepare-commit-msg)
commit-msg          hook file (FOLDER/repository/.git/hooks/commit-msg)
post-checkout       hook file (FOLDER/repository/.git/hooks/post-checkout)
hint: git ticket create TITLE makes a ticket PROJ-NUMBER
hint: git ticket attach ID attaches a ticket to your work

A ticket, which is a file in the repository:
$ git ticket create 'Add an avatar to the profile' --no-parent --criterion 'It is square'
PROJ-1
hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets
$ git ticket save
[COMMIT1] tickets: update PROJ-1, config.yaml (2 files)

Attach the work session to it, and commit as ever:
$ git ticket attach PROJ-1
Work session now associated with ticket: PROJ-1
$ echo 'avatar = None' > profile.py
$ git add . && git commit --quiet -m 'Add an avatar to the profile'
$ git log -1 --format='%h %s%n%n%(trailers)'
COMMIT2 Add an avatar to the profile

Ticket: PROJ-1
Ticket-Session: SESSION

The ticket is edited on two branches:
$ git switch --quiet --create review
$ git ticket edit PROJ-1 --priority high --label security
PROJ-1  priority: medium -> high
PROJ-1  labels: + security
hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets
$ git ticket comment PROJ-1 -m 'What about the size of the file?'
PROJ-1  comment: What about the size of the file?
hint: not committed: .tickets/PROJ-1/comments/COMMENT.yaml; git ticket save commits the tickets
$ git ticket save
[COMMIT3] tickets: update PROJ-1 (2 files)
$ git switch --quiet main
$ git ticket edit PROJ-1 --status in-progress --label backend
PROJ-1  status: backlog -> in-progress
PROJ-1  labels: + backend
hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets
$ git ticket criterion done PROJ-1 square
PROJ-1  criterion KEY: [ ] It is square -> [x] It is square
hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets
$ git ticket save
[COMMIT4] tickets: update PROJ-1 (1 file)

And merged without a conflict:
$ git merge --quiet --no-edit review
Auto-merging .tickets/PROJ-1/ticket.yaml
$ git ticket show PROJ-1
PROJ-1  Add an avatar to the profile
in-progress  task  high priority
  labels    backend, security
  created   TIME by Dana <dana@example.com>

Criteria (1 of 1)
  [x] KEY  It is square

Sessions (1)
  active    PROJ-1  DATE  SESSION  this session

Comments (1)
  Dana <dana@example.com>, TIME
    What about the size of the file?

An agent does the next commit; its chat, which holds a token, is archived:
$ echo 'avatar = crop(image)' > profile.py
$ CLAUDE_CODE_SESSION_ID=5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4 git commit -qam 'Crop the avatar'
$ git ticket archive ../session.jsonl
PROJ-1  archived  .tickets/PROJ-1/sessions/DATE-claude-code-cb9fbf0c0376.yaml
  session     5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4, claude-code 2.1.12
  entries     4 from 6 records
  size        893 bytes, 34.3 % of the source
  redactions  github-token 2
hint: git ticket save commits it
$ git ticket save
[COMMIT5] tickets: update PROJ-1 (1 file)
$ git ticket session show 5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4
session     5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4
ticket      PROJ-1
agent       claude-code 2.1.12, claude-opus-4-5
time        TIME to TIME
branch      main
redacted    github-token 2

user  TIME
  The avatar must be square. See how others do it, the token is [REDACTED:github-token].

assistant  TIME
  I crop it to the smaller side.
  > Bash: GITHUB_TOKEN=[REDACTED:github-token] gh search code crop  (1 line, 25 bytes)
  > Bash: git commit -qam 'Crop the avatar'  (0 lines, 0 bytes)

The token is nowhere in the repository:
$ grep --recursive ghp_ . || echo 'not there'
not there

Why is this line as it is?
$ git ticket why profile.py:1
profile.py:1
    avatar = crop(image)

commit   COMMIT  TIME  Dana
         Crop the avatar
ticket   PROJ-1  Add an avatar to the profile  (in-progress)  [trailer]
session  5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4  claude-code 2.1.12  [trailer]
         .tickets/PROJ-1/sessions/DATE-claude-code-cb9fbf0c0376.yaml
prompt   entry 1  TIME
    The avatar must be square. See how others do it, the token is [REDACTED:github-token].
answer   entry 2  TIME
    I crop it to the smaller side.
hint: git ticket session show 5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4

Work that is for no ticket:
$ git ticket attach --none
Opted out of ticket association for this session
This opt-out will reset after 30 minutes of inactivity
$ echo 'just a note' > notes.txt
$ git add . && git commit --quiet -m 'Keep a note'
$ git ticket status
No ticket associated (opted out for this session)
  session      SESSION, since TIME, ends after 30 idle minutes
  next commit  not tagged: opted out
  last commit  COMMIT7 not tagged: opted out
  also here    claude-code 5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4: follows the worktree's session

Every commit of a ticket, by nothing but git:
$ git log --format='%h %s' --grep='^Ticket: PROJ-1'
COMMIT5 tickets: update PROJ-1
COMMIT6 Crop the avatar
COMMIT4 tickets: update PROJ-1
COMMIT3 tickets: update PROJ-1
COMMIT2 Add an avatar to the profile
"""

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
MASKS = {
    "SESSION": r"^Ticket-Session: ([0-9a-f-]{36})$",
    "FOLDER": r"\((/.*git-ticket-demo-\w+)/",
    "COMMENT": r"comments/(\w{26})\.yaml",
    "KEY": r"criterion (\w{4}):",
}


def masked(text: str) -> str:
    """`text` with the words that differ on each run replaced by a name, each always by the same."""
    text = re.sub(TIME, "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d(?= \d\d:\d\d|-claude)( \d\d:\d\d)?", "DATE", text)
    text = re.sub(r"(?<=^commit   )[0-9a-f]{10}", "COMMIT", text, flags=re.MULTILINE)
    for name, pattern in MASKS.items():
        found = re.search(pattern, text, re.MULTILINE)
        assert found, name
        text = text.replace(found[1], name)
    commits = re.findall(r"^\[?([0-9a-f]{7,})(?:\]| [A-Zt])", text, re.MULTILINE)
    commits += re.findall(r"last commit  ([0-9a-f]{7,}) ", text)
    for number, commit in enumerate(dict.fromkeys(commits), 1):
        text = text.replace(commit, f"COMMIT{number}")
    return text


@pytest.fixture
def temporary(tmp_path: Path, environ: dict[str, str]) -> Path:
    """The folder for temporary files, which must be empty again afterwards."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    environ["TMPDIR"] = str(folder)
    return folder


def test_the_demo_runs_the_main_job_and_shows_real_output(
    temporary: Path, environ: dict[str, str]
) -> None:
    done = GitRepo(temporary.parent, environ).ticket("demo")

    assert (done.code, done.err) == (0, "")
    assert masked(done.out) == SHOWN
    assert list(temporary.iterdir()) == []


SURROUNDINGS = {
    "no identity": {"GIT_CONFIG_GLOBAL": os.devnull, "EMAIL": ""},
    "agents": AGENTS,
    "refusing prompts": {"GIT_TERMINAL_PROMPT": "0"},
    "foreign git dir": {"GIT_DIR": "/nowhere/.git", "GIT_WORK_TREE": "/nowhere"},
    "foreign index": {"GIT_INDEX_FILE": "/nowhere/index"},
    "colours": {"FORCE_COLOR": "", "NO_COLOR": "1"},
    "python": {"PYTHONPATH": "/nowhere", "PYTHONWARNINGS": "ignore"},
    "home": {"HOME": "/nowhere"},
}


@pytest.mark.parametrize("names", SURROUNDINGS)
def test_the_surroundings_do_not_matter(
    temporary: Path, environ: dict[str, str], names: str
) -> None:
    surrounding = {**environ, **SURROUNDINGS[names]}
    done = GitRepo(temporary.parent, surrounding).run("git-ticket", "demo")

    assert (done.code, done.err) == (0, "")
    assert masked(done.out) == SHOWN
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("setting", ["core.hooksPath", "init.templateDir", "commit.gpgSign"])
def test_the_users_own_settings_stay_out_of_it(
    temporary: Path, environ: dict[str, str], setting: str
) -> None:
    repo = GitRepo(temporary.parent, environ)
    repo.git("config", "--global", setting, "true")
    done = repo.ticket("demo")

    assert (done.code, masked(done.out)) == (0, SHOWN)


def test_inside_a_repository_nothing_of_it_changes(temporary: Path, repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-9")
    paths = [path for path in repo.path.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in paths}
    git_dir = str(repo.git_dir)
    done = repo.run("git-ticket", "demo", GIT_DIR=git_dir, GIT_INDEX_FILE=f"{git_dir}/index")

    paths = [path for path in repo.path.rglob("*") if path.is_file()]
    assert (done.code, masked(done.out)) == (0, SHOWN)
    assert {path: path.read_bytes() for path in paths} == before
    assert list(temporary.iterdir()) == []


def test_keep_leaves_the_repository_and_says_where(
    temporary: Path, environ: dict[str, str]
) -> None:
    done = GitRepo(temporary.parent, environ).ticket("demo", "--keep")

    folder = next(temporary.iterdir())
    kept = GitRepo(folder / "repository", environ)
    assert done.code == 0
    assert done.out.endswith(f"\n\nThe repository is {folder}/repository\n")
    tagged = kept.git("log", "--format=%s", "--no-merges", "--grep=^Ticket: PROJ-1").split("\n")
    assert tagged == [
        "tickets: update PROJ-1",
        "Crop the avatar",
        *["tickets: update PROJ-1"] * 2,
        "Add an avatar to the profile",
    ]


def test_a_step_that_fails_ends_the_demo_with_an_error(
    temporary: Path, environ: dict[str, str]
) -> None:
    """A git that cannot commit: the demonstration says so and does not pretend."""
    tool = temporary.parent / "bin/git"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho 'git is broken' >&2\nexit 3\n", encoding="utf-8")
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{environ['PATH']}"
    done = GitRepo(temporary.parent, environ).run("git-ticket", "demo", PATH=path)

    assert done.code == 1
    assert done.out.endswith("$ git init --quiet --initial-branch=main .\ngit is broken\n")
    assert done.err == (
        "error: 'git init --quiet --initial-branch=main .' ended with exit code 3\n"
        "hint: git ticket doctor\n"
    )
    assert list(temporary.iterdir()) == []
