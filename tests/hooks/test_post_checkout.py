"""A checkout never fails because of us, and asks only after a switch between branches."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.git import GitRepo
from tests.support.situations import hooked, make, outcome, state
from tests.support.terminal import Terminal, terminal

QUESTION = "Which ticket is the work on {} for?"
# What runs before `;;` is done without a terminal.
PLACES = {
    "checkout": "git checkout topic",
    "switch": "git switch topic",
    "checkout -b": "git checkout -b later",
    "checkout -B": "git checkout -B topic HEAD",
    "switch -c": "git switch -c later",
    "switch -C": "git switch -C topic",
    "checkout -": "git checkout -q topic;; git checkout -",
    "the same branch": "git checkout main",
    "stash branch": "echo x >>a; git stash -q; git stash branch later",
    "checkout --orphan": "git checkout --orphan later",
    "switch --orphan": "git switch --orphan later",
    "from unborn": "git switch -q --orphan later;; git checkout topic",
    "checkout --detach": "git checkout --detach",
    "a commit": "git checkout topic~1",
    "from detached": "git checkout -q --detach;; git checkout topic",
    "checkout -- file": "echo x >a; git checkout -- a",
    "checkout HEAD -- file": "echo x >a; git checkout HEAD -- a",
    "restore": "echo x >a; git restore a",
    "restore --staged": "echo x >a; git add a; git restore --staged a",
    "worktree add": "git worktree add ../added-$(basename $PWD) topic",
    "clone": "git -c core.hooksPath=$PWD/.git/hooks clone -q . cloned",
    "rebase": "git checkout -q topic;; git rebase main",
    "rebase, ff": "git checkout -q one;; git rebase main",
    "rebase --onto": "git rebase --onto main topic~1 topic",
    "rebase --apply": "git rebase --apply main topic",
    "pull --rebase": "git checkout -q topic;; git pull -q --rebase . main",
    "rebase --abort": "git checkout -q clash;; git rebase main || git rebase --abort",
    "rebase --skip": "git checkout -q clash;; git rebase main || git rebase --skip",
    "bisect": "git bisect start topic one; git bisect good; git bisect reset",
    "bisect run": "git bisect start topic one; git bisect run true; git bisect reset",
    "pull": "git pull -q --no-rebase --no-edit . topic",
    "merge": "git merge -q --no-edit topic",
    "reset --hard": "git reset -q --hard topic",
    "branch -m": "git branch -m later",
    "cherry-pick": "git cherry-pick topic",
    "stash": "echo x >>a; git stash; git stash pop",
    "checkout that fails": "echo x >t; git checkout topic",
    "checkout of nothing": "git checkout nowhere",
    "checkout -m": "echo x >>a; git checkout -m topic",
}
# Where a person at a terminal is asked, and for which branch.
ASKED = {
    "checkout": "topic",
    "switch": "topic",
    "checkout -b": "later",
    "checkout -B": "topic",
    "checkout -": "main",
    "stash branch": "later",
    "checkout --orphan": "later",
    "switch --orphan": "later",
    "switch -C": "topic",
    "switch -c": "later",
    "from detached": "topic",
    "checkout -m": "topic",
}


def prepare(repo: GitRepo) -> GitRepo:
    repo.git("branch", "one", "main~1")
    return repo


@pytest.mark.parametrize("decision", [(), ("PROJ-1",)], ids=["undecided", "associated"])
@pytest.mark.parametrize("name", PLACES)
def test_without_terminal_a_checkout_does_what_it_does_without_hooks(
    name: str, decision: tuple[str, ...], tmp_path: Path, environ: dict[str, str]
) -> None:
    plain = prepare(make(tmp_path / "plain/repo", environ))
    ours = prepare(hooked(tmp_path / "ours/repo", environ, *decision))

    without, done = (
        repo.run("sh", "-ec", PLACES[name].replace(";;", ";")) for repo in (plain, ours)
    )

    assert outcome(done) == outcome(without)
    assert state(ours) == state(plain)


def at_terminal(repo: GitRepo, script: str, **environ: str) -> AbstractContextManager[Terminal]:
    command = ("sh", "-ec", script)
    return terminal(*command, folder=repo.path, environ={**repo.environ, **environ})


@pytest.mark.parametrize("name", [name for name in PLACES if name not in ASKED])
def test_at_a_terminal_nobody_is_asked_where_no_branch_was_switched(
    name: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    plain = prepare(make(tmp_path / "plain/repo", environ))
    ours = prepare(hooked(tmp_path / "ours/repo", environ))
    script = PLACES[name].rpartition(";;")
    assert ours.run("sh", "-ec", script[0]).code == 0

    without = plain.run("sh", "-ec", PLACES[name].replace(";;", ";"))
    with at_terminal(ours, script[2]) as shown:
        assert shown.wait() == without.code

    assert "ticket> " not in shown.seen
    assert state(ours) == state(plain)


@pytest.mark.parametrize(("name", "branch"), ASKED.items())
def test_at_a_terminal_a_branch_switch_asks_and_the_answer_tags_the_next_commit(
    name: str, branch: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    repo = hooked(tmp_path / "repo", environ)
    script = PLACES[name].rpartition(";;")
    assert repo.run("sh", "-ec", script[0]).code == 0

    with at_terminal(repo, script[2]) as shown:
        shown.expect(QUESTION.format(branch))
        shown.expect("ticket> ")
        shown.send("proj-07\n")
        assert shown.wait() == 0

    assert repo.git("branch", "--show-current") == branch
    repo.commit("new")
    assert repo.tickets() == ["PROJ-7"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("n\n", "No ticket associated (opted out for this session)"),
        ("s\n", "No ticket associated"),
        ("\x03", "No ticket associated"),
        ("\x04", "No ticket associated"),
        ("x\n\ny y\n", "No ticket associated"),
        ("bad\nPROJ-3\n", "Currently associated with ticket: PROJ-3"),
    ],
    ids=["none", "later", "Ctrl-C", "Ctrl-D", "three wrong answers", "second try"],
)
def test_whatever_is_answered_the_checkout_succeeds(
    repo: GitRepo, answer: str, status: str
) -> None:
    with at_terminal(repo, "git checkout -q -b later; echo went on") as shown:
        shown.expect("ticket> ")
        shown.send(answer)
        shown.wait()

    assert repo.git("branch", "--show-current") == "later"
    assert repo.ticket("status").out.splitlines()[0] == status


def test_the_ticket_that_the_branch_names_is_offered_first_and_enter_takes_it(
    repo: GitRepo,
) -> None:
    repo.write(".tickets/PROJ-2/ticket.yaml", "id: PROJ-2\n")

    with at_terminal(repo, "git checkout -q -b feature/proj-2-avatar") as shown:
        shown.expect("Enter: PROJ-2")
        shown.send("\n")
        assert shown.wait() == 0

    assert repo.ticket("status").out.startswith("Currently associated with ticket: PROJ-2\n")


@pytest.mark.parametrize(
    ("answer", "ticket"),
    [("\n", "PROJ-2"), ("y\n", "PROJ-2"), ("n\n", "PROJ-1")],
    ids=["Enter", "yes", "no"],
)
def test_an_associated_session_is_offered_the_ticket_of_the_branch(
    repo: GitRepo, answer: str, ticket: str
) -> None:
    repo.write(".tickets/PROJ-2/ticket.yaml", "id: PROJ-2\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", "id: PROJ-1\n")
    repo.ticket("attach", "PROJ-1")

    with at_terminal(repo, "git checkout -q -b proj-2-avatar") as shown:
        shown.expect("This branch names PROJ-2, the session is attached to PROJ-1.")
        shown.expect("Switch to PROJ-2? [Y/n] ")
        shown.send(answer)
        assert shown.wait() == 0

    done = repo.attempt("commit", "--quiet", "--allow-empty", "-m", "new")
    assert (repo.tickets(), done.err) == ([ticket], "")


def test_an_offer_interrupted_is_no_answer_and_the_commit_is_hinted_at(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-2/ticket.yaml", "id: PROJ-2\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", "id: PROJ-1\n")
    repo.ticket("attach", "PROJ-1")

    with at_terminal(repo, "git checkout -q -b proj-2-avatar") as shown:
        shown.expect("Switch to PROJ-2? [Y/n] ")
        shown.interrupt()
        shown.wait()

    done = repo.attempt("commit", "--quiet", "--allow-empty", "-m", "new")
    assert (repo.git("branch", "--show-current"), repo.tickets()) == ("proj-2-avatar", ["PROJ-1"])
    assert done.err == (
        "hint: tagged PROJ-1, but branch proj-2-avatar names PROJ-2; "
        "git ticket attach PROJ-2 switches, git ticket attach PROJ-1 stays\n"
    )


@pytest.mark.parametrize(
    "command", ["attach PROJ-1", "attach --none"], ids=["associated", "opted out"]
)
def test_a_decided_session_is_not_asked_on_a_branch_that_names_nothing(
    repo: GitRepo, command: str
) -> None:
    repo.ticket(*command.split())

    with at_terminal(repo, "git checkout -q -b later; git checkout -q main") as shown:
        assert shown.wait() == 0

    assert shown.seen == ""


@pytest.mark.parametrize(
    "environ_now",
    [{"CI": "1"}, {"GIT_TERMINAL_PROMPT": "0"}, {"CLAUDECODE": "1"}, {"GIT_TICKET": "PROJ-4"}],
    ids=lambda value: next(iter(value)),
)
def test_at_a_terminal_that_nobody_watches_a_switch_is_silent(
    repo: GitRepo, environ_now: dict[str, str]
) -> None:
    with at_terminal(repo, "git checkout -q -b later", **environ_now) as shown:
        assert shown.wait() == 0

    assert shown.seen == ""


def test_a_switch_between_commits_of_a_rebase_is_not_asked_about(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    repo = hooked(tmp_path / "repo", environ)
    repo.git("checkout", "--quiet", "clash")
    assert repo.attempt("rebase", "main").code == 1

    with at_terminal(repo, "git checkout -q -f other; git checkout -q -f --detach") as shown:
        assert shown.wait() == 0

    assert shown.seen == ""


def test_a_broken_state_never_fails_a_checkout(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    for path in (repo.git_dir / "ticketer/sessions").iterdir():
        path.write_bytes(b"\0garbage")
    (repo.git_dir / "ticketer/settings").write_bytes(b"\xff")

    assert repo.attempt("checkout", "--quiet", "-b", "later").code == 0
    assert repo.git("branch", "--show-current") == "later"
