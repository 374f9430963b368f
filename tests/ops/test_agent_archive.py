"""After a session: its transcript is noted at once, and archived as far as its user allowed."""

import json
import os
from pathlib import Path

import pytest

from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId
from git_ticketer.lean.session_change import Lock
from git_ticketer.ops import agent_archive, agent_spawn, agent_spool
from git_ticketer.ops.agent_archive import Filed
from git_ticketer.ops.agent_spool import Position
from tests.support import transcripts
from tests.support.agents import OTHER, SESSION, hook, payload, said, start, template
from tests.support.git import GitRepo, copied
from tests.support.transcripts import answer, user

NAME = "PROJ-1/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def work(made: Path, tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository in which a session of Claude Code is on PROJ-1; it starts no processes."""
    repo = copied(made, tmp_path / "repo", environ)
    start(repo)
    assert repo.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION).code == 0
    return repo


@pytest.fixture
def chat(work: GitRepo) -> Path:
    """The session's transcript, where its payloads say that it is."""
    path = work.path.parent / f"{SESSION}.jsonl"
    return transcripts.write(path, user("Add it, see PROJ-2."), answer("Done."))


def git(repo: GitRepo) -> GitDir:
    return GitDir(str(repo.git_dir))


def waiting(repo: GitRepo) -> list[tuple[str, str | None, bool, str]]:
    found = agent_spool.waiting(git(repo))
    return [(one.session, one.ticket, one.ready, one.problem) for one in found]


def over(repo: GitRepo, session: str = SESSION) -> None:
    """Note that a session is over, as its hook does, but start nothing."""
    position = agent_spool.load(git(repo), SessionId(session))
    assert position is not None
    position.ready = True
    agent_spool.keep(git(repo), position)


def run(repo: GitRepo, *, again: bool = False, ticket: str = "") -> list[Filed]:
    return list(agent_archive.run(str(repo.path), repo.environ, again=again, ticket=ticket))


def paths(filed: list[Filed]) -> list[str]:
    return [done.path for one in filed for done in one.done]


def test_a_stop_notes_where_the_transcript_lies_and_reads_nothing(
    work: GitRepo, chat: Path
) -> None:
    assert said(hook(work, "claude", "stop", payload(work, stop_hook_active=False))) == {}

    found = agent_spool.load(git(work), SessionId(SESSION))
    assert found is not None
    assert (found.path, found.size, found.top) == (str(chat), chat.stat().st_size, str(work.path))
    assert waiting(work) == [(SESSION, "PROJ-1", False, "")]
    assert run(work) == []


def test_without_more_consent_it_waits_in_the_git_dir(work: GitRepo, chat: Path) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)

    assert paths(run(work)) == [f"{work.git_dir}/ticketer/pending/.tickets/{NAME}"]
    assert waiting(work) == []
    assert not (work.path / ".tickets" / NAME).exists()


def test_with_consent_it_is_in_the_work_tree_and_staged_by_nobody(
    work: GitRepo, chat: Path
) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)
    run(work)
    work.git("config", "ticketer.archive", "in-tree")
    transcripts.write(chat, user("Add it, see PROJ-2."), answer("Done."), user("Thanks."))
    hook(work, "claude", "stop", payload(work))
    over(work)

    assert paths(run(work)) == [f".tickets/{NAME}"]
    assert "Thanks." in (work.path / ".tickets" / NAME).read_text(encoding="utf-8")
    assert list((work.git_dir / "ticketer/pending").rglob("*.yaml")) == []
    assert work.git("diff", "--cached", "--name-only") == ""


@pytest.mark.parametrize("place", ["user", "team"])
def test_without_any_consent_the_transcript_is_not_read(
    place: str, work: GitRepo, chat: Path
) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)
    if place == "user":
        work.git("config", "ticketer.archive", "off")
    else:
        work.write(".tickets/config.yaml", "prefix: PROJ\n\narchive: off\n")
    chat.write_bytes(b"no transcript at all, which would be said")

    problem = "not allowed: git config ticketer.archive in-tree"
    assert run(work) == [Filed(SessionId(SESSION), "claude-code", (), problem)]
    assert waiting(work) == []
    assert not (work.git_dir / "ticketer" / "pending").exists()


def test_what_was_opted_out_of_is_not_noted(work: GitRepo, chat: Path) -> None:
    work.ticket("attach", "--none", CLAUDE_CODE_SESSION_ID=SESSION)
    hook(work, "claude", "stop", payload(work))

    assert waiting(work) == []


def test_a_session_in_which_nothing_was_said_is_not_noted(work: GitRepo) -> None:
    hook(work, "claude", "stop", payload(work))

    assert waiting(work) == []


def test_a_session_of_no_ticket_waits_for_a_word_and_is_not_tried_again(
    work: GitRepo, chat: Path
) -> None:
    other = transcripts.write(chat.with_name(f"{OTHER}.jsonl"), user("Hello."), session=OTHER)
    hook(work, "claude", "stop", payload(work, OTHER, transcript_path=str(other)))
    over(work, OTHER)
    problem = f"which ticket was session {OTHER} for?"

    assert run(work) == [Filed(SessionId(OTHER), "claude-code", (), problem)]
    assert waiting(work) == [(OTHER, None, True, problem)]
    work.ticket("attach", "PROJ-2")  # the work of a person later is not the session's
    assert run(work) == []
    assert run(work, again=True) == [Filed(SessionId(OTHER), "claude-code", (), problem)]
    assert len(paths(run(work, again=True, ticket="PROJ-2"))) == 1
    assert waiting(work) == []


def test_it_is_archived_under_the_ticket_that_it_was_on_before_it_fell_silent(
    work: GitRepo, chat: Path
) -> None:
    hook(work, "claude", "stop", payload(work))
    work.ticket("attach", "--clear", CLAUDE_CODE_SESSION_ID=SESSION)
    hook(work, "claude", "stop", payload(work))
    over(work)

    assert paths(run(work)) == [f"{work.git_dir}/ticketer/pending/.tickets/{NAME}"]


def test_what_fails_is_tried_three_times_and_then_on_demand(work: GitRepo, chat: Path) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)
    kept = chat.read_bytes()
    chat.write_bytes(b"\0" * 100)

    reason = f"{chat}: "
    for _ in range(3):
        (filed,) = run(work)
        assert filed.problem.startswith(reason)
    assert run(work) == []
    chat.write_bytes(kept)
    assert len(paths(run(work, again=True))) == 1


def test_a_transcript_that_moved_is_found_in_its_agents_store(work: GitRepo, chat: Path) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)
    store = Path(work.environ["HOME"]) / ".claude/projects/-repo"
    store.mkdir(parents=True)
    chat.rename(store / chat.name)

    assert len(paths(run(work))) == 1


def test_a_session_whose_agent_died_is_archived_at_the_next_start(
    work: GitRepo, chat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(work, "claude", "stop", payload(work))
    position = agent_spool.load(git(work), SessionId(SESSION))
    assert position is not None
    position.pid, position.start = 1, "a process that was before this one"
    agent_spool.keep(git(work), position)

    assert position.is_due
    assert len(paths(run(work))) == 1


def test_a_worktree_that_is_gone_is_archived_from_another(work: GitRepo, chat: Path) -> None:
    other = work.worktree(work.path.parent / "other", "topic")
    work.ticket("save")
    start(other, OTHER)
    other.ticket("attach", "PROJ-2", CLAUDE_CODE_SESSION_ID=OTHER)
    path = transcripts.write(chat.with_name(f"{OTHER}.jsonl"), user("Hello."), session=OTHER)
    hook(other, "claude", "stop", payload(other, OTHER, transcript_path=str(path)))
    over(work, OTHER)
    work.git("worktree", "remove", "--force", str(other.path))

    (filed,) = run(work)
    assert [one.prepared.header.ticket for one in filed.done] == ["PROJ-2"]


def test_positions_of_a_month_ago_are_forgotten(work: GitRepo) -> None:
    old = Position(SessionId("old"), "claude-code", str(work.path))
    agent_spool.keep(git(work), old)

    assert run(work) == []
    assert waiting(work) == []


def test_archiving_is_no_sign_of_activity(work: GitRepo, chat: Path) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)
    folder = work.git_dir / "ticketer" / "sessions"
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nactive 20", "\nactive 19"), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    assert len(paths(run(work))) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(("agent", "event"), [("claude", "session-end"), ("codex", "stop")])
def test_the_end_of_a_session_starts_a_process_that_archives_it(
    agent: str, event: str, work: GitRepo, chat: Path
) -> None:
    """The hook's own process is over when its answer is read; the other one is waited for."""
    hook(work, agent, event, payload(work, reason="other"))
    with Lock(git(work).shared + "/positions.lock", 60):
        pass
    run(work, again=True)  # where that process has not come to it yet, this one does it

    assert waiting(work) == []
    listed = json.loads(work.ticket("session", "list", "--json").out)["sessions"]
    assert [one["session_id"] for one in listed if one["state"] == "pending"] == [SESSION]


def test_the_process_says_in_the_hook_log_what_it_did(work: GitRepo, chat: Path) -> None:
    hook(work, "claude", "stop", payload(work))
    over(work)

    pid = agent_spawn.archiver(str(work.path), git(work), work.environ)
    assert os.waitpid(pid, 0)[1] == 0

    log = (work.git_dir / "ticketer" / "hook.log").read_text(encoding="utf-8")
    path = f"{work.git_dir}/ticketer/pending/.tickets/{NAME}"
    assert log.partition(" ")[2] == f"agent archive: claude-code session {SESSION}: {path}\n"
    assert waiting(work) == []
