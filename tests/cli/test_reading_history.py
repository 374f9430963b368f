"""`why`, `log` and `verify` where history is cut off, rewritten, squashed or reverted."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo

TICKET = "uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A\n\nid: PROJ-1\n\ntitle: One\n"


def commit(repo: GitRepo, message: str, text: str = "") -> str:
    """Commit `a.py` with that text, where there is one; the commit's name."""
    if text:
        repo.write("a.py", text)
        repo.git("add", ".")
    repo.commit(message)
    return repo.git("rev-parse", "HEAD")


@pytest.fixture
def work(empty_repo: GitRepo) -> GitRepo:
    """A ticket, and a line that was made for it."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    commit(empty_repo, "Add a\n\nTicket: PROJ-1", "first line of it\n")
    return empty_repo


def shallow(repo: GitRepo, path: Path) -> GitRepo:
    """A clone with the last commit alone."""
    repo.git("clone", "--quiet", "--depth", "1", f"file://{repo.path}", str(path))
    return GitRepo(path, repo.environ)


def test_why_and_log_say_that_a_clone_is_shallow(work: GitRepo, tmp_path: Path) -> None:
    name = commit(work, "Add b", "first line of it\nsecond line\n")
    clone = shallow(work, tmp_path / "clone")

    done = clone.ticket("why", "a.py:1")
    assert done.out.split("\n")[3:6] == [
        f"commit   {name[:10]}  2026-11-22T09:00:00Z  Dana",
        "         Add b",
        "         this shallow clone ends here: the line may be from an older commit",
    ]
    assert done.err == "hint: git fetch --unshallow\n"
    assert json.loads(clone.ticket("why", "a.py:1", "--json").out)["causes"][0]["cut_off"] is True
    assert clone.ticket("log", "PROJ-1").err == (
        "warning: this clone is shallow, what is older is not in it\nhint: git fetch --unshallow\n"
    )
    clone.git("fetch", "--quiet", "--unshallow")
    assert (clone.ticket("why", "a.py:1").err, clone.ticket("log", "PROJ-1").err) == ("", "")


def test_verify_does_not_pass_what_a_shallow_clone_lacks(work: GitRepo, tmp_path: Path) -> None:
    good = commit(work, "Good\n\nTicket: PROJ-1")
    clone = shallow(work, tmp_path / "clone")

    done = clone.ticket("verify", "HEAD")
    reason = "this shallow clone ends here, what is before it was not checked"
    assert (done.code, done.out, done.err) == (
        1,
        f"{good[:10]} Good: {reason}\n1 of 1 commit pass (1 ticket)\n",
        "hint: git fetch --unshallow\n",
    )
    missing = clone.ticket("verify", "HEAD~1..HEAD")
    said = "error: there is no branch, tag or commit HEAD~1, and this clone is shallow\n"
    assert (missing.code, missing.err) == (3, f"{said}hint: git fetch --unshallow\n")
    # Where the parents are known as those that need no check, nothing lacks.
    clone.git("fetch", "--quiet", "--depth", "1", "origin", work.git("rev-parse", "HEAD~1"))
    assert clone.ticket("verify", "FETCH_HEAD..HEAD").code == 0


def test_a_revert_of_what_a_clone_lacks_says_so(work: GitRepo, tmp_path: Path) -> None:
    name = commit(work, "Back\n\nThis reverts commit " + "1" * 40 + ".")

    reason = "no Ticket trailer; the commit that it is made from is not in this clone"
    assert work.ticket("verify", "HEAD^!").out.startswith(f"{name[:10]} Back: {reason}\n")


def test_verify_checks_what_is_pushed_and_not_its_replacement(work: GitRepo) -> None:
    bad = commit(work, "Bad")
    work.git("replace", bad, work.git("rev-parse", "HEAD~1"))

    assert work.ticket("verify", "HEAD^!").code == 1
    assert "Bad" not in work.ticket("log", "PROJ-1").out


def test_roots_that_were_merged_are_all_looked_at(work: GitRepo) -> None:
    work.git("switch", "--quiet", "--orphan", "other")
    work.write("b.py", "line of another root\n")
    work.git("add", ".")
    root = commit(work, "Other\n\nTicket: JIRA-7")
    work.git("switch", "--quiet", "main")
    work.git("merge", "--quiet", "--allow-unrelated-histories", "-m", "Join", "other")
    merge = work.git("rev-parse", "--short=10", "HEAD")

    assert work.ticket("verify", "HEAD").out == "3 of 3 commits pass (1 merge, 2 ticket)\n"
    assert f"commit   {root[:10]}" in work.ticket("why", "b.py:1").out
    assert f"Other  by Dana  merged in {merge}\n" in work.ticket("log", "JIRA-7").out


def test_a_timeline_has_the_reverts_of_reverts_and_of_merges(work: GitRepo) -> None:
    made = work.git("rev-parse", "HEAD")
    work.git("switch", "--quiet", "-c", "topic")
    commit(work, "Topic\n\nTicket: PROJ-1")
    work.git("switch", "--quiet", "main")
    work.git("merge", "--quiet", "--no-ff", "-m", "Join", "topic")
    merge = work.git("rev-parse", "HEAD")
    back = commit(work, f"Back\n\nThis reverts commit {made}.")
    again = commit(work, f"Again\n\nThis reverts commit {back}.")
    undone = commit(
        work, f"Undo\n\nThis reverts commit {merge}, reversing\nchanges made to {made}."
    )

    entries = json.loads(work.ticket("log", "PROJ-1", "--json").out)["entries"]
    found = {one["commit"]: one["of"] for one in entries if one["kind"] == "revert"}
    assert found == {back: made, again: back, undone: merge}


# What forges write when they squash by their defaults, of two commits with trailers.
BODY = "Crop\n\nTicket: PROJ-1\nTicket-Session: s-1"
SQUASHES = {
    "GitHub, commits": f"Add (#12)\n\n* {BODY}\n\n* Fix\n\n---------\n\nCo-authored-by: E <e@x>",
    "GitHub, description": f"Add (#12)\n\n{BODY}\n\nCo-authored-by: E <e@x>",
    "GitLab": f"Add\n\n{BODY}\n\nSee merge request group/project!12",
    "Bitbucket": f"Merged in topic (pull request #12)\n\n* {BODY}\n\n* Fix\n\nApproved-by: E",
    "Azure DevOps": f"Merged PR 12: Add\n\n{BODY}\n\nRelated work items: #12",
    "git merge --squash": "Squashed commit:\n\n    Ticket: PROJ-1\n    Ticket-Session: s-1",
}


@pytest.mark.parametrize("message", SQUASHES.values(), ids=SQUASHES)
def test_a_squash_is_weak_evidence_and_no_proof(work: GitRepo, message: str) -> None:
    commit(work, message, "another line of it\n")

    why = work.ticket("why", "a.py:1").out.split("\n")
    assert "ticket   PROJ-1  One  [weak: a line in the body]" in why
    assert "session  s-1  not archived here  [weak: a line in the body]" in why
    assert "session s-1  (weak)\n" in work.ticket("log", "PROJ-1").out
    reason = "Ticket: PROJ-1 is not in the last paragraph: no trailer"
    assert reason in work.ticket("verify", "HEAD^!").out


TRAILERS = {
    "ticket: proj-001": ["PROJ-1  One  [trailer]"],
    "TICKET: PROJ-1\r\n": ["PROJ-1  One  [trailer]"],
    "Ticket: JIRA-7, PROJ-1": ["JIRA-7  [trailer]", "PROJ-1  One  [trailer]"],
    "Ticket: PROJ-1\nTicket: JIRA-7": ["PROJ-1  One  [trailer]", "JIRA-7  [trailer]"],
    "Ticket: None": ["none, by an opt-out in the trailer"],
    "Ticket: none\nTicket: PROJ-1": ["PROJ-1  One  [trailer]"],
    "Ticket: ../x": ["no Ticket trailer"],
}


@pytest.mark.parametrize("block", TRAILERS)
def test_a_trailer_is_read_as_git_reads_it(work: GitRepo, block: str) -> None:
    commit(work, f"Change\n\n{block}", "another line of it\n")

    lines = work.ticket("why", "a.py:1").out.split("\n")
    assert [x.removeprefix("ticket   ") for x in lines if x.startswith("ticket")] == TRAILERS[block]


def test_a_session_without_times_has_none_in_a_timeline(work: GitRepo) -> None:
    work.write("chat.md", "## user\n\nHello\n\n## assistant\n\nHi\n")
    work.ticket("archive", "chat.md", "--ticket", "PROJ-1")

    last = work.ticket("log", "PROJ-1").out.split("\n")[-2]
    assert last.startswith("undated               session    archived  by plain  session plain-")
    assert json.loads(work.ticket("log", "PROJ-1", "--json").out)["entries"][-1]["at"] is None
    assert work.ticket("show", "PROJ-1").out.split("\n")[1] == "no status"
