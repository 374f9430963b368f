"""Sessions: one id for every face, each worktree and each agent its own; attach --amend."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

AGENT = {"CLAUDE_CODE_SESSION_ID": "chat-1"}
KEYS = ("success", "message", "current_ticket", "session_id", "opted_out", "guidance")
HOW_TO_DECIDE = (
    "Associate with a ticket: git ticket attach PROJ-123\nOpt out: git ticket attach --none"
)


def _answer(repo: GitRepo, *arguments: str, **environ: str) -> dict[str, object]:
    done = repo.ticket(*arguments, "--json", **environ)
    assert (done.code, done.err) == (0, "")
    answer: dict[str, object] = json.loads(done.out)
    return answer


def _id(repo: GitRepo, **environ: str) -> object:
    return _answer(repo, "session", "info", **environ)["session_id"]


def _stored(repo: GitRepo) -> str:
    return (repo.git_dir / "ticketer/current").read_text(encoding="utf-8").removesuffix("\n")


def _no_session(repo: GitRepo) -> None:
    (repo.git_dir / "ticketer/current").unlink()
    for path in (repo.git_dir / "ticketer/sessions").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("session", "info"),
        ("attach", "PROJ-1"),
        ("attach", "--none"),
        ("attach", "--clear"),
        ("attach", "--status"),
        ("detach",),
    ],
    ids=" ".join,
)
def test_the_first_use_answers_the_id_that_is_stored(
    repo: GitRepo, command: tuple[str, ...]
) -> None:
    _no_session(repo)
    id = _answer(repo, *command)["session_id"]

    assert id == _stored(repo) == _id(repo)
    assert [p.name for p in (repo.git_dir / "ticketer/sessions").iterdir()] == [id]


def test_a_session_that_a_commit_began_is_the_one_answered(repo: GitRepo) -> None:
    _no_session(repo)
    repo.commit("subject")

    assert _stored(repo) == _id(repo) == _answer(repo, "attach", "PROJ-1")["session_id"]
    assert repo.commit("next").endswith(f"\nTicket-Session: {_stored(repo)}\n")


@pytest.mark.parametrize("decision", ["PROJ-1", "--none", "--clear"])
def test_reading_never_changes_a_decision_or_the_id(repo: GitRepo, decision: str) -> None:
    before = _answer(repo, "attach", decision)
    path = repo.git_dir / "ticketer/sessions" / str(before["session_id"])
    content = path.read_bytes()
    for command in (("status",), ("session", "info"), ("attach", "--status"), ("doctor",)):
        repo.ticket(*command)

    assert path.read_bytes() == content
    assert _id(repo) == before["session_id"]


def test_git_clean_does_not_lose_the_session(repo: GitRepo) -> None:
    before = _answer(repo, "attach", "PROJ-1")
    repo.write("junk", "x")
    repo.git("clean", "-fdxq")

    after = _answer(repo, "status")
    assert (after["current_ticket"], after["session_id"]) == ("PROJ-1", before["session_id"])


def test_a_subdirectory_has_the_session_of_its_worktree(repo: GitRepo) -> None:
    before = _answer(repo, "attach", "PROJ-1")
    repo.write("a/b/file", "x")
    below = GitRepo(repo.path / "a/b", repo.environ)

    assert _id(below) == before["session_id"]
    _answer(below, "attach", "PROJ-2")
    assert _answer(repo, "status")["current_ticket"] == "PROJ-2"


def test_each_worktree_has_its_own_session(repo: GitRepo, tmp_path: Path) -> None:
    other = repo.worktree(tmp_path / "other", "other")
    here = _answer(repo, "attach", "PROJ-1")
    there = _answer(other, "attach", "PROJ-2")
    repo.commit("here")
    other.commit("there")

    assert here["session_id"] != there["session_id"]
    assert (repo.tickets(), other.tickets()) == (["PROJ-1"], ["PROJ-2"])
    assert _answer(repo, "status")["current_ticket"] == "PROJ-1"


def test_an_agent_works_for_the_persons_ticket_under_its_own_session(repo: GitRepo) -> None:
    person = _answer(repo, "attach", "PROJ-1")["session_id"]

    assert repo.commit("subject", **AGENT) == (
        "subject\n\nTicket: PROJ-1\nTicket-Session: chat-1\n"
    )
    assert repo.commit("subject") == (f"subject\n\nTicket: PROJ-1\nTicket-Session: {person}\n")


def test_an_agents_own_ticket_changes_only_its_own_commits(repo: GitRepo) -> None:
    _answer(repo, "attach", "PROJ-1")
    assert _answer(repo, "attach", "PROJ-2", **AGENT)["session_id"] == "chat-1"

    repo.commit("its", **AGENT)
    assert repo.trailers() == "Ticket: PROJ-2\nTicket-Session: chat-1"
    repo.commit("the person's")
    assert repo.tickets() == ["PROJ-1"]
    repo.commit("of another agent", CODEX_THREAD_ID="thread-1")
    assert repo.trailers() == "Ticket: PROJ-1\nTicket-Session: thread-1"


@pytest.mark.parametrize("own", [True, False], ids=["its own", "the person's"])
def test_an_agent_that_clears_is_undecided(repo: GitRepo, own: bool) -> None:
    _answer(repo, "attach", "PROJ-1")
    if own:
        _answer(repo, "attach", "PROJ-2", **AGENT)
    _answer(repo, "attach", "--clear", **AGENT)

    assert _answer(repo, "status", **AGENT)["decision"] == "undecided"
    assert repo.commit("subject", **AGENT) == "subject\n"
    assert _answer(repo, "status")["current_ticket"] == "PROJ-1"


def test_a_later_decision_of_the_person_is_followed(repo: GitRepo) -> None:
    repo.commit("undecided", **AGENT)
    assert repo.tickets() == []
    _answer(repo, "attach", "PROJ-1")
    repo.commit("decided", **AGENT)
    assert repo.tickets() == ["PROJ-1"]
    _answer(repo, "attach", "--none")

    assert repo.commit("opted out", **AGENT) == "opted out\n"


def _exact(repo: GitRepo, *arguments: str) -> dict[str, object]:
    answer = _answer(repo, *arguments)
    return {key: answer[key] for key in (*KEYS, "note") if key in answer}


Answers = dict[str, object]


@pytest.mark.parametrize(
    ("before", "command", "expected"),
    [
        (
            (),
            ("status",),
            ("No ticket associated", None, False, HOW_TO_DECIDE),
        ),
        (
            (),
            ("attach", "proj-007"),
            ("Work session now associated with ticket: PROJ-7", "PROJ-7", False, None),
        ),
        (
            ("attach", "PROJ-7"),
            ("status",),
            ("Currently associated with ticket: PROJ-7", "PROJ-7", False, None),
        ),
        (
            ("attach", "PROJ-7"),
            ("attach", "--status"),
            ("Currently associated with ticket: PROJ-7", "PROJ-7", False, None),
        ),
        *(
            (
                ("attach", "PROJ-7"),
                command,
                (
                    "Ticket association cleared",
                    None,
                    False,
                    "You can associate with a ticket anytime using git ticket attach PROJ-123",
                ),
            )
            for command in (("detach",), ("attach", "--clear"))
        ),
        (
            ("attach", "PROJ-7"),
            ("attach", "--none"),
            ("Opted out of ticket association for this session", None, True, None),
        ),
        (
            ("attach", "--none"),
            ("status",),
            ("No ticket associated (opted out for this session)", None, True, None),
        ),
    ],
    ids=["S2", "S4", "S6", "S6 --status", "S11", "S11 --clear", "S14", "S15"],
)
def test_answers_are_the_seed_systems_word_for_word(
    repo: GitRepo, before: tuple[str, ...], command: tuple[str, ...], expected: tuple[object, ...]
) -> None:
    if before:
        repo.ticket(*before)
    message, ticket, opted_out, guidance = expected
    note = {"note": "This opt-out will reset after 30 minutes of inactivity"}

    assert _exact(repo, *command) == {
        "success": True,
        "message": message,
        "current_ticket": ticket,
        "session_id": _stored(repo),
        "opted_out": opted_out,
        "guidance": guidance,
        **(note if command == ("attach", "--none") else {}),
    }


@pytest.mark.parametrize(
    ("decision", "ticket", "opted_out"),
    [("PROJ-1", "PROJ-1", False), ("--none", None, True), ("--clear", None, False)],
)
def test_session_info_has_its_six_keys(
    repo: GitRepo, decision: str, ticket: str | None, opted_out: bool
) -> None:
    repo.ticket("attach", decision)
    answer = _answer(repo, "session", "info")
    path = repo.git_dir / "ticketer/sessions" / _stored(repo)
    lines = dict(ln.split(" ", 1) for ln in path.read_text(encoding="utf-8").splitlines())

    assert answer == {
        "schema": 1,
        "success": True,
        "session_id": _stored(repo),
        "current_ticket": ticket,
        "opted_out": opted_out,
        "last_activity": lines["active"],
        "session_timeout_minutes": 30,
    }


def _dirty(repo: GitRepo) -> None:
    """HEAD with a file, which is then changed in the index and once more in the work tree."""
    repo.write("file", "one\ntwo\n")
    repo.write("other", "x\n")
    repo.git("add", ".")
    repo.git("-c", "user.name=Ann Öz", "commit", "-qm", "subject\n\nBody.", "--date=@86400 +0530")
    repo.write("file", "ONE\ntwo\n")
    repo.git("add", "file")
    repo.write("file", "ONE\nTWO\n")
    repo.write("other", "y\n")
    repo.write("untracked", "z\n")


def test_amend_tags_the_last_commit_and_leaves_everything_else(repo: GitRepo) -> None:
    _dirty(repo)
    facts = "--format=%T %P %an %ae %ad"
    before = (repo.git("log", "-1", facts), repo.git("diff"), repo.git("diff", "--cached"))
    status = repo.git("status", "--porcelain")
    index = repo.git("ls-files", "--stage")
    answer = _answer(repo, "attach", "PROJ-1", "--amend")

    assert repo.message() == (
        f"subject\n\nBody.\n\nTicket: PROJ-1\nTicket-Session: {answer['session_id']}\n"
    )
    assert answer["amended"] == repo.git("rev-parse", "--short", "HEAD")
    after = (repo.git("log", "-1", facts), repo.git("diff"), repo.git("diff", "--cached"))
    assert after == before
    assert (repo.git("status", "--porcelain"), repo.git("ls-files", "--stage")) == (status, index)


def test_amend_replaces_the_ticket_that_was_wrong(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.commit("subject")
    done = repo.ticket("attach", "PROJ-2", "--amend")

    assert (done.code, done.err) == (0, "")
    assert repo.tickets() == ["PROJ-2"]


def _pushed(repo: GitRepo) -> None:
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")


def _merge(repo: GitRepo) -> None:
    repo.git("switch", "-qc", "side")
    repo.commit("side")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")


def _rebasing(repo: GitRepo) -> None:
    repo.commit("second")
    repo.git("rebase", "-q", "-i", "HEAD~1", GIT_SEQUENCE_EDITOR="sed -i s/^pick/edit/")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (_pushed, "others may have it already (refs/remotes/origin/main)"),
        (_merge, "it is a merge"),
        (_rebasing, "git is in the middle of a merge, rebase or pick"),
    ],
    ids=["pushed", "a merge", "in a rebase"],
)
def test_amend_refuses_what_must_not_be_rewritten(
    repo: GitRepo, prepare: Callable[[GitRepo], None], reason: str
) -> None:
    prepare(repo)
    before = repo.git("rev-parse", "HEAD")
    done = repo.ticket("attach", "PROJ-1", "--amend")

    first, hint = done.err.splitlines()
    assert (done.code, first) == (1, f"error: the last commit is not tagged: {reason}")
    assert hint.startswith("hint: git ")
    assert repo.git("rev-parse", "HEAD") == before


def test_amend_without_a_commit_is_refused(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("attach", "PROJ-1", "--amend")

    assert done == Result(
        1, "", "error: the last commit is not tagged: there is no commit yet\nhint: git commit\n"
    )
