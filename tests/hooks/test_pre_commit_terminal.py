"""The question through pre-commit, which captures output and sets unstaged changes aside."""

import pytest

from tests.support import pre_commit
from tests.support.git import GitRepo
from tests.support.terminal import terminal

COMMIT = ("git", "commit", "-qm", "subject")
SET_ASIDE = "undecided, not asked: pre-commit has set unstaged changes aside"
QUESTION = "Which ticket is this commit for?"


def prepared(repo: GitRepo, *, before: str = "", after: str = "") -> GitRepo:
    """pre-commit installed, and one staged and one untracked file."""
    repo.write("file", "one\n")
    repo.git("add", "file")
    repo.commit("first")
    pre_commit.configure(repo, before=before, after=after)
    pre_commit.install(repo)
    repo.write("file", "two\n")
    repo.git("add", "file")
    repo.write("new", "untracked\n")
    return repo


@pytest.fixture
def managed(empty_repo: GitRepo) -> GitRepo:
    """A repository whose hooks are pre-commit's alone, with something staged."""
    return prepared(empty_repo)


@pytest.fixture
def changed(managed: GitRepo) -> GitRepo:
    """The same with a change that is not staged."""
    managed.write("file", "three\n")
    return managed


def test_an_answer_through_pre_commit_tags_the_commit_and_the_next(managed: GitRepo) -> None:
    with terminal(*COMMIT, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")
        shown.send("proj-7\n")
        assert shown.wait() == 0
    trailers = managed.trailers()

    assert managed.tickets() == ["PROJ-7"]
    assert managed.message() == f"subject\n\n{trailers}\n"
    command = (*COMMIT, "--allow-empty")
    with terminal(*command, folder=managed.path, environ=managed.environ) as shown:
        assert shown.wait() == 0
    assert QUESTION not in shown.seen
    assert managed.trailers() == trailers


def test_the_redirected_stderr_of_pre_commit_does_not_silence_the_question(
    managed: GitRepo,
) -> None:
    command = ("sh", "-c", "git commit -qm subject 2>/dev/null")
    with terminal(*command, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")
        shown.send("n\n")
        assert shown.wait() == 0

    assert managed.message() == "subject\n"
    assert managed.ticket("attach", "--status").out != ""


@pytest.mark.slow
def test_a_question_through_pre_commit_that_nobody_answers_ends_by_itself(
    managed: GitRepo,
) -> None:
    with terminal(*COMMIT, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")
        shown.expect("\nno answer: nothing was decided\n", seconds=60)
        assert shown.wait() == 0

    assert managed.message() == "subject\n"
    assert managed.journal()[-1][7] == "no answer to the question"


@pytest.mark.parametrize(
    ("command", "leader", "extra", "why"),
    [
        pytest.param(
            ("sh", "-c", "set -m; git commit -qm subject & wait $!"),
            True,
            {},
            "run in the background",
            id="background",
        ),
        pytest.param(COMMIT, False, {}, "run on a private terminal", id="private-terminal"),
        pytest.param(COMMIT, True, {"CI": "1"}, "run by an agent or CI", id="ci"),
        pytest.param(COMMIT, True, {"CLAUDECODE": "1"}, "run by an agent or CI", id="agent"),
        pytest.param(
            COMMIT,
            True,
            {"GIT_TERMINAL_PROMPT": "0"},
            "GIT_TERMINAL_PROMPT forbids it",
            id="variable",
        ),
    ],
)
def test_nobody_is_asked_through_pre_commit_where_nobody_can_answer(
    managed: GitRepo, command: tuple[str, ...], leader: bool, extra: dict[str, str], why: str
) -> None:
    environ = {**managed.environ, **extra}
    with terminal(*command, folder=managed.path, environ=environ, leader=leader) as shown:
        assert shown.wait() == 0

    assert QUESTION not in shown.seen
    assert managed.message() == "subject\n"
    assert managed.journal()[-1][7] == f"undecided, not asked: {why}"


def test_nobody_is_asked_while_unstaged_changes_are_set_aside(changed: GitRepo) -> None:
    before = pre_commit.snapshot(changed)

    with terminal(*COMMIT, folder=changed.path, environ=changed.environ) as shown:
        assert shown.wait() == 0

    assert QUESTION not in shown.seen
    assert (changed.message(), changed.journal()[-1][7]) == ("subject\n", SET_ASIDE)
    assert pre_commit.snapshot(changed) == before


def test_nobody_is_asked_at_a_branch_switch_while_unstaged_changes_are_set_aside(
    changed: GitRepo,
) -> None:
    changed.git("branch", "topic")
    before = pre_commit.snapshot(changed)

    command = ("git", "checkout", "-q", "topic")
    with terminal(*command, folder=changed.path, environ=changed.environ) as shown:
        assert shown.wait() == 0

    assert "Which ticket" not in shown.seen
    assert changed.git("symbolic-ref", "--short", "HEAD") == "topic"
    assert pre_commit.snapshot(changed) == before


def test_changes_set_aside_by_an_earlier_commit_do_not_silence_the_question(
    changed: GitRepo,
) -> None:
    changed.git("commit", "-qm", "earlier")
    changed.git("commit", "-qam", "all", GIT_TICKET="none")

    command = (*COMMIT, "--allow-empty")
    with terminal(*command, folder=changed.path, environ=changed.environ) as shown:
        shown.expect("ticket> ")
        shown.send("PROJ-7\n")
        assert shown.wait() == 0
    assert changed.tickets() == ["PROJ-7"]


def test_a_branch_switch_through_pre_commit_asks(managed: GitRepo) -> None:
    managed.git("branch", "topic")
    command = ("git", "checkout", "-q", "topic")
    with terminal(*command, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("Which ticket is the work on topic for?")
        shown.expect("ticket> ")
        shown.send("PROJ-7\n")
        assert shown.wait() == 0

    managed.git("commit", "-qm", "subject")
    assert managed.tickets() == ["PROJ-7"]


def test_ctrl_c_at_the_question_changes_nothing(managed: GitRepo) -> None:
    before, head = pre_commit.snapshot(managed), managed.git("rev-parse", "HEAD")

    with terminal(*COMMIT, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")
        shown.interrupt()
        assert shown.wait() != 0
        shown.wait_for_all()

    assert pre_commit.snapshot(managed) == before
    assert managed.git("rev-parse", "HEAD") == head
    with terminal(*COMMIT, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")


def test_a_terminal_closed_at_the_question_changes_neither_files_nor_index(
    managed: GitRepo,
) -> None:
    before = pre_commit.snapshot(managed)

    with terminal(*COMMIT, folder=managed.path, environ=managed.environ) as shown:
        shown.expect("ticket> ")
        shown.hang_up()
        shown.wait_for_all()

    assert pre_commit.snapshot(managed) == before
    assert managed.tickets() == []


@pytest.mark.parametrize("place", ["before", "after"])
def test_ctrl_c_in_another_hook_brings_unstaged_changes_back(
    empty_repo: GitRepo, place: str
) -> None:
    slow = {place: pre_commit.SLOW}
    repo = prepared(empty_repo, **slow)
    repo.write("file", "three\n")
    before, head = pre_commit.snapshot(repo), repo.git("rev-parse", "HEAD")

    with terminal(*COMMIT, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("started")
        shown.interrupt()
        assert shown.wait() != 0
        shown.wait_for_all()

    assert QUESTION not in shown.seen
    assert pre_commit.snapshot(repo) == before
    assert repo.git("rev-parse", "HEAD") == head


def test_a_terminal_closed_in_another_hook_loses_nothing_that_is_staged_or_untracked(
    empty_repo: GitRepo,
) -> None:
    repo = prepared(empty_repo, after=pre_commit.SLOW)
    before = pre_commit.snapshot(repo)

    with terminal(*COMMIT, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        shown.send("PROJ-7\n")
        shown.expect("started")
        shown.hang_up()
        shown.wait_for_all()

    assert pre_commit.snapshot(repo) == before
    assert repo.ticket("status").out.splitlines()[0] == "Currently associated with ticket: PROJ-7"


@pytest.mark.parametrize("order", ["files-first", "pre-commit-first"])
@pytest.mark.parametrize(
    ("typed", "tickets"),
    [
        pytest.param("PROJ-7\n", ["PROJ-7"], id="id"),
        pytest.param("n\n", [], id="opt-out"),
        pytest.param("s\n", [], id="skip"),
        pytest.param("\x04", [], id="no-answer"),
    ],
)
def test_both_routes_together_ask_once(
    empty_repo: GitRepo, order: str, typed: str, tickets: list[str]
) -> None:
    empty_repo.commit("first")
    pre_commit.configure(empty_repo)
    if order == "pre-commit-first":
        pre_commit.install(empty_repo)
    assert empty_repo.ticket("hooks", "install").code == 0
    if order == "files-first":
        pre_commit.install(empty_repo)

    command = (*COMMIT, "--allow-empty")
    with terminal(*command, folder=empty_repo.path, environ=empty_repo.environ) as shown:
        shown.expect("ticket> ")
        shown.send(typed)
        assert shown.wait() == 0

    assert shown.seen.count(QUESTION) == 1
    assert empty_repo.tickets() == tickets


@pytest.mark.parametrize("order", ["files-first", "pre-commit-first"])
def test_ctrl_c_with_both_routes_aborts_and_asks_no_second_time(
    empty_repo: GitRepo, order: str
) -> None:
    empty_repo.commit("first")
    pre_commit.configure(empty_repo)
    if order == "pre-commit-first":
        pre_commit.install(empty_repo)
    assert empty_repo.ticket("hooks", "install").code == 0
    if order == "files-first":
        pre_commit.install(empty_repo)
    head = empty_repo.git("rev-parse", "HEAD")

    command = (*COMMIT, "--allow-empty")
    with terminal(*command, folder=empty_repo.path, environ=empty_repo.environ) as shown:
        shown.expect("ticket> ")
        shown.interrupt()
        assert shown.wait() != 0
        shown.wait_for_all()

    assert shown.seen.count(QUESTION) == 1
    assert empty_repo.git("rev-parse", "HEAD") == head
