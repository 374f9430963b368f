"""A commit passes for the reasons that are listed, and for no other."""

import os
from pathlib import Path

import pytest

from git_ticketer.ops import verify, verify_range
from git_ticketer.ops.verify import Verdict
from git_ticketer.ops.verify_range import Range
from git_ticketer.storage import archives
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.refs import NoSuchRef
from tests.support.git import GitRepo, create

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
TAGGED = "Add\n\nTicket: PROJ-1\n"
ZERO = "0" * 40


def check(
    repo: GitRepo, *words: str, sessions: bool = False, tickets: bool = False, push: str = ""
) -> Verdict:
    place = verify_range.place(str(repo.path), os.environ)
    range = (
        verify_range.of_push(place.git, push.split("\n"))
        if push
        else verify_range.of_words(place, words)
    )
    return verify.verify(place, range, require_sessions=sessions, require_tickets=tickets)


def head(repo: GitRepo, message: str) -> str:
    repo.commit(message)
    return repo.git("rev-parse", "HEAD")


MESSAGES = {
    "a ticket": (TAGGED, "ticket"),
    "a ticket with others": ("Add\n\nTicket: x, JIRA-7\nSigned-off-by: D", "ticket"),
    "an opt-out": ("Add\n\nTicket: None", "opted-out"),
    "nothing": ("Add", "no Ticket trailer"),
    "no id": ("Add\n\nTicket: soon", "Ticket: 'soon' is no ticket id"),
    "a line in the body": (
        "Add\n\nTicket: PROJ-1\n\nmore text",
        "Ticket: PROJ-1 is not in the last paragraph: no trailer",
    ),
    "a mention": ("PROJ-1: add", "no Ticket trailer"),
    "a revert of what is not known": (
        f"Revert\n\nThis reverts commit {'1' * 40}.",
        "no Ticket trailer; the commit that it is made from is not in this clone",
    ),
}


@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_commit_passes_or_not(empty_repo: GitRepo, message: str, expected: str) -> None:
    empty_repo.commit(message)

    found = check(empty_repo, "HEAD")

    assert [*found.passed, *(problem.reason for problem in found.failures)] == [expected]


def test_a_merge_passes(empty_repo: GitRepo) -> None:
    empty_repo.commit(TAGGED)
    empty_repo.git("checkout", "-q", "-b", "topic")
    empty_repo.commit(TAGGED)
    empty_repo.git("checkout", "-q", "main")
    empty_repo.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")

    assert check(empty_repo, "HEAD").passed == {"ticket": 2, "merge": 1}


def test_reverts_and_picks_pass_with_what_they_are_made_from(empty_repo: GitRepo) -> None:
    good = head(empty_repo, TAGGED)
    bad = head(empty_repo, "Bad")
    start = bad
    revert = head(empty_repo, f"Revert\n\nThis reverts commit {good}.")
    again = head(empty_repo, f"Revert of revert\n\nThis reverts commit {revert}.")
    head(empty_repo, f"Picked\n\n(cherry picked from commit {again[:9]})")
    fails = head(empty_repo, f"No\n\nThis reverts commit {bad}.")
    circle = head(empty_repo, f"Round\n\nThis reverts commit {fails}.")

    found = check(empty_repo, f"{start}..HEAD")

    assert found.passed == {"revert": 2, "cherry-pick": 1}
    assert [problem.commit for problem in found.failures] == [circle, fails]


def test_sessions_and_tickets_that_are_not_there_fail_only_where_they_are_required(
    empty_repo: GitRepo,
) -> None:
    for number, more in ((1, ""), (2, "\naliases:\n- PROJ-5\n")):
        text = f"uid: {UID[:-1]}{number}\n\nid: PROJ-{number}\n\ntitle: T\n{more}"
        empty_repo.write(f".tickets/PROJ-{number}/ticket.yaml", text)
    name = f"2026-11-22-claude-code-{archives.digest('s-1')}.yaml"
    empty_repo.write(f".tickets/PROJ-1/sessions/{name}", "id: s-1\n")
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.git("add", ".")
    for ticket, session in (("PROJ-1", "s-1"), ("JIRA-7", "s-1"), ("PROJ-5", "s-1")):
        empty_repo.commit(f"Good\n\nTicket: {ticket}\nTicket-Session: {session}")
    empty_repo.commit("Bad\n\nTicket: PROJ-9\nTicket-Session: s-2")

    lax, strict = check(empty_repo, "HEAD"), check(empty_repo, "HEAD", sessions=True, tickets=True)

    expected = ["session s-2 is not archived", "there is no ticket PROJ-9"]
    assert ([p.reason for p in lax.notes], lax.failures) == (expected, [])
    assert ([p.reason for p in strict.failures], strict.notes) == (expected, [])


def test_other_trailer_keys_are_those_that_count(empty_repo: GitRepo) -> None:
    empty_repo.write(".tickets/config.yaml", "trailers: {ticket: Issue}\n")
    empty_repo.commit("A\n\nIssue: PROJ-1")
    empty_repo.commit("B\n\nTicket: PROJ-1")

    assert [problem.subject for problem in check(empty_repo, "HEAD").failures] == ["B"]
    empty_repo.write(".tickets/config.yaml", "trailers: {ticket: ''}\n")
    with pytest.raises(verify.NoTrailerKey):
        check(empty_repo, "HEAD")


@pytest.fixture
def forked(empty_repo: GitRepo) -> GitRepo:
    """Commits on two branches: a, then b on main, c and d on topic, which is checked out."""
    empty_repo.commit("a")
    empty_repo.git("checkout", "-q", "-b", "topic")
    empty_repo.commit("c")
    empty_repo.git("tag", "-a", "-m", "x", "at-c")
    empty_repo.commit("d")
    empty_repo.git("checkout", "-q", "main")
    empty_repo.commit("b")
    empty_repo.git("checkout", "-q", "topic")
    return empty_repo


RANGES = {
    (): "cd",
    ("main..topic",): "cd",
    ("main..",): "cd",
    ("main...topic",): "bcd",
    ("at-c",): "ac",
    ("topic", "^main"): "cd",
    ("HEAD^!",): "d",
    ("HEAD~1..HEAD", "main^!"): "bd",
    ("HEAD..HEAD",): "",
}


@pytest.mark.parametrize(("words", "expected"), RANGES.items(), ids=map(str, RANGES))
def test_a_range_is_as_for_git(forked: GitRepo, words: tuple[str, ...], expected: str) -> None:
    found = check(forked, *words)

    assert "".join(sorted(problem.subject for problem in found.failures)) == expected


@pytest.mark.parametrize(
    "word", ["nosuch", "--all", "--upload-pack=x", "", "-", "main..nosuch", "a\nb", "HEAD:"]
)
def test_what_is_no_range_is_refused(forked: GitRepo, word: str) -> None:
    with pytest.raises(NoSuchRef):
        check(forked, word)


def test_without_a_range_it_is_what_the_upstream_does_not_have(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit("pushed")
    remote = create(tmp_path / "remote", empty_repo.environ)
    empty_repo.git("remote", "add", "origin", str(remote.path))
    empty_repo.git("push", "-q", "-u", "origin", "main:refs/heads/trunk")
    empty_repo.commit("mine")

    assert [problem.subject for problem in check(empty_repo).failures] == ["mine"]


def test_a_push_brings_what_the_remote_does_not_have(forked: GitRepo, tmp_path: Path) -> None:
    remote = create(tmp_path / "remote", forked.environ)
    forked.git("remote", "add", "origin", str(remote.path))
    forked.git("push", "-q", "origin", "main:refs/heads/trunk")
    main, topic = forked.git("rev-parse", "main", "topic").split()

    def brought(local: str, there: str) -> list[str]:
        line = f"refs/heads/x {local} refs/heads/x {there}\n"
        return sorted(problem.subject for problem in check(forked, push=line).failures)

    assert brought(topic, ZERO) == ["c", "d"]
    assert brought(topic, "1" * 40) == ["c", "d"]
    assert brought(topic, forked.git("rev-parse", "topic~1")) == ["d"]
    assert brought(ZERO, main) == []
    assert brought(forked.git("rev-parse", "at-c"), main) == ["c"]


@pytest.mark.parametrize("line", ["x", "a b c d", f"refs/heads/x {ZERO} refs/heads/x --all"])
def test_what_is_no_line_of_a_push_is_refused(empty_repo: GitRepo, line: str) -> None:
    with pytest.raises(verify_range.BadPush):
        verify_range.of_push(Git(str(empty_repo.path), os.environ), [line])


def test_nothing_is_checked_where_nothing_is_wanted(empty_repo: GitRepo) -> None:
    place = verify_range.place(str(empty_repo.path), os.environ)

    assert verify.verify(place, Range(), require_sessions=True, require_tickets=True) == Verdict()
