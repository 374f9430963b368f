"""Time: a session ends by idleness, whatever the zone or the clock says in between."""

import json
from pathlib import Path

import pytest

from git_ticketer.lean import session_change
from git_ticketer.lean.clock import from_text, now, to_text
from git_ticketer.lean.decide import ASSOCIATED
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.lean.live import Live
from tests.support.git import GitRepo
from tests.support.terminal import terminal

DAY = 86400
MINUTE = 60
AGENT = {"CLAUDE_CODE_SESSION_ID": "chat-1"}


def _status(repo: GitRepo, **environ: str) -> dict[str, object]:
    done = repo.ticket("status", "--json", **environ)
    assert (done.code, done.err) == (0, "")
    answer: dict[str, object] = json.loads(done.out)
    return {key: answer[key] for key in ("current_ticket", "opted_out", "decision", "session_id")}


def _info(repo: GitRepo, **environ: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(repo.ticket("session", "info", "--json", **environ).out)
    return answer


def _set_active(repo: GitRepo, at: int) -> None:
    """Make every session of the worktree look active last at that time."""
    for path in (repo.git_dir / "ticketer/sessions").iterdir():
        lines = path.read_text(encoding="utf-8").splitlines()
        changed = [f"active {to_text(at)}" if ln.startswith("active ") else ln for ln in lines]
        assert changed != lines
        path.write_text("\n".join(changed) + "\n", encoding="utf-8")


def _idle(repo: GitRepo, seconds: int = 31 * MINUTE) -> None:
    _set_active(repo, now() - seconds)


def _live(repo: GitRepo, at: int, announced: tuple[SessionId, str] | None = None) -> Live:
    """The live state as a command finds it at that second."""
    live = Live(GitDir(str(repo.git_dir)), {}, announced, top=str(repo.path))
    live.now = at
    return live


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("UTC", "Asia/Kolkata"),
        ("UTC", "America/Los_Angeles"),
        ("America/Los_Angeles", "UTC"),
        ("UTC-1", "UTC+1"),
        ("Pacific/Kiritimati", "Etc/GMT+12"),
    ],
    ids=" to ".join,
)
def test_a_session_written_in_one_time_zone_is_as_old_in_another(
    repo: GitRepo, written: str, read: str
) -> None:
    session = json.loads(repo.ticket("attach", "PROJ-1", "--json", TZ=written).out)["session_id"]
    _idle(repo, 20 * MINUTE)
    assert _status(repo, TZ=read) == {
        "current_ticket": "PROJ-1",
        "opted_out": False,
        "decision": "associated",
        "session_id": session,
    }

    _idle(repo, 31 * MINUTE)
    assert _status(repo, TZ=read)["decision"] == "undecided"


def test_times_are_stored_in_utc_whatever_the_zone(repo: GitRepo) -> None:
    before = now()
    repo.ticket("attach", "PROJ-1", TZ="Asia/Kolkata")

    at = from_text(str(_info(repo, TZ="America/Los_Angeles")["last_activity"]))
    assert before <= at <= now()


@pytest.mark.parametrize(
    ("age", "alive"),
    [
        (29 * MINUTE + 59, True),
        (30 * MINUTE, True),
        (30 * MINUTE + 1, False),
        (-29 * MINUTE, True),
        (-30 * MINUTE - 1, False),
        (-10 * DAY, False),
    ],
    ids=["29:59", "30:00", "30:01", "29:00 ahead", "30:01 ahead", "ten days ahead"],
)
def test_thirty_idle_minutes_end_a_decision_to_the_second(
    repo: GitRepo, age: int, alive: bool
) -> None:
    session = json.loads(repo.ticket("attach", "PROJ-1", "--json").out)["session_id"]
    start = now()
    _set_active(repo, start - age)

    asked = _live(repo, start).association()
    renewed = _live(repo, start)
    session_change.renew(renewed.store, start)
    after = _live(repo, start).association()

    assert asked.ticket == after.ticket == ("PROJ-1" if alive else None)
    assert (after.session == session) == alive


def test_an_idle_session_is_over_for_commits_too(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    _idle(repo, 30 * MINUTE + 1)

    assert repo.commit("subject") == "subject\n"


def test_a_commit_is_activity(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    _idle(repo, 20 * MINUTE)
    before = now()
    repo.commit("subject")

    assert repo.tickets() == ["PROJ-1"]
    live = _live(repo, before)
    assert live.store.current is not None
    assert live.store.current.active >= before


def test_a_clock_that_was_ahead_for_ten_days_does_not_keep_a_session_alive(repo: GitRepo) -> None:
    old = json.loads(repo.ticket("attach", "PROJ-1", "--json").out)["session_id"]
    _set_active(repo, now() + 10 * DAY)

    found = _status(repo)
    assert (found["decision"], found["session_id"] == old) == ("undecided", False)
    assert repo.commit("subject") == "subject\n"


def test_a_clock_that_was_a_little_ahead_is_corrected_by_the_next_activity(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    _set_active(repo, now() + 20 * MINUTE)

    assert _status(repo)["current_ticket"] == "PROJ-1"
    assert from_text(str(_info(repo)["last_activity"])) <= now()


def test_timeout_zero_means_never(repo: GitRepo) -> None:
    repo.git("config", "ticketer.sessionTimeout", "0")
    answer = json.loads(repo.ticket("attach", "PROJ-1", "--json").out)
    _idle(repo, 400 * DAY)

    assert _info(repo)["session_timeout_minutes"] == 0
    assert _status(repo) == {
        "current_ticket": "PROJ-1",
        "opted_out": False,
        "decision": "associated",
        "session_id": answer["session_id"],
    }
    _idle(repo, 400 * DAY)
    repo.commit("subject")
    assert repo.tickets() == ["PROJ-1"]


def test_with_timeout_zero_an_opt_out_says_nothing_of_a_reset(repo: GitRepo) -> None:
    repo.git("config", "ticketer.sessionTimeout", "0")

    assert "note" not in json.loads(repo.ticket("attach", "--none", "--json").out)


@pytest.mark.parametrize(("age", "ticket"), [(3, "PROJ-1"), (6, None)], ids=["alive", "over"])
def test_git_config_sets_the_idle_minutes(repo: GitRepo, age: int, ticket: str | None) -> None:
    repo.git("config", "ticketer.sessionTimeout", "5")
    repo.ticket("attach", "PROJ-1")
    _idle(repo, age * MINUTE)

    assert _status(repo)["current_ticket"] == ticket
    assert _info(repo)["session_timeout_minutes"] == 5


@pytest.mark.parametrize("decision", ["PROJ-1", "--none"])
def test_after_an_idle_end_an_unannounced_session_has_a_new_id_and_is_undecided(
    repo: GitRepo, decision: str
) -> None:
    old = json.loads(repo.ticket("attach", decision, "--json").out)["session_id"]
    _idle(repo)
    found = _status(repo)

    assert found["session_id"] not in (None, old)
    assert found == {
        "current_ticket": None,
        "opted_out": False,
        "decision": "undecided",
        "session_id": _info(repo)["session_id"],
    }


@pytest.mark.parametrize("decision", ["PROJ-1", "--none"])
def test_after_an_idle_end_an_announced_session_keeps_its_id_and_is_undecided(
    repo: GitRepo, decision: str
) -> None:
    repo.ticket("attach", decision, **AGENT)
    _idle(repo)

    assert _status(repo, **AGENT) == {
        "current_ticket": None,
        "opted_out": False,
        "decision": "undecided",
        "session_id": "chat-1",
    }
    assert repo.attempt("commit", "--allow-empty", "-qm", "subject", **AGENT).code == 0
    assert repo.message() == "subject\n"


def test_reading_an_idle_session_twice_answers_one_new_id(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    _idle(repo)

    assert _status(repo) == _status(repo)


def test_resume_takes_the_ended_ticket_again(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.ticket("attach", "PROJ-2")
    _idle(repo)
    answer = json.loads(repo.ticket("attach", "--resume", "--json").out)

    assert answer["message"] == "Work session now associated with ticket: PROJ-2"
    assert answer["session_id"] == _status(repo)["session_id"]
    repo.commit("subject")
    assert repo.tickets() == ["PROJ-2"]


def test_resume_of_an_announced_session_keeps_its_id(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1", **AGENT)
    _idle(repo)
    answer = json.loads(repo.ticket("attach", "--resume", "--json", **AGENT).out)

    assert (answer["current_ticket"], answer["session_id"]) == ("PROJ-1", "chat-1")


def test_resume_takes_the_ticket_of_its_own_worktree(repo: GitRepo, tmp_path: Path) -> None:
    other = repo.worktree(tmp_path / "other", "other")
    repo.ticket("attach", "PROJ-1")
    other.ticket("attach", "PROJ-2")
    _idle(repo)

    assert json.loads(repo.ticket("attach", "--resume", "--json").out)["current_ticket"] == "PROJ-1"


def test_resume_without_an_earlier_ticket_finds_nothing(repo: GitRepo) -> None:
    done = repo.ticket("attach", "--resume")

    assert (done.code, done.out, done.err) == (
        3,
        "",
        "error: no ticket was attached in this worktree before\nhint: git ticket attach PROJ-123\n",
    )


def test_after_an_idle_end_a_commit_hints_at_the_last_ticket(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-7")
    _idle(repo)
    done = repo.attempt("commit", "--allow-empty", "-qm", "subject")

    assert done.err == (
        "hint: this commit has no ticket; decide with: git ticket attach PROJ-7"
        "  or: git ticket attach --none\n"
    )


def test_after_an_idle_end_enter_takes_the_last_ticket(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-7")
    _idle(repo)
    command = ("git", "commit", "--allow-empty", "-qm", "subject")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        assert "PROJ-7" in shown.expect("ticket> ")
        shown.send("\n")
        assert shown.wait() == 0

    assert repo.tickets() == ["PROJ-7"]


def test_the_agents_activity_keeps_the_persons_session_alive(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    _status(repo, **AGENT)
    _idle(repo, 20 * MINUTE)
    before = now()
    repo.commit("subject", **AGENT)

    live = _live(repo, before)
    assert live.store.current is not None
    assert (live.store.current.ticket, live.store.current.active >= before) == ("PROJ-1", True)


def test_an_agent_with_a_ticket_of_its_own_does_not_keep_the_persons_session_alive(
    repo: GitRepo,
) -> None:
    repo.ticket("attach", "PROJ-1")
    repo.ticket("attach", "PROJ-2", **AGENT)
    _idle(repo, 20 * MINUTE)
    last = _live(repo, now()).store.current
    repo.commit("subject", **AGENT)

    after = _live(repo, now()).store.current
    assert last is not None
    assert after is not None
    assert after.active == last.active


def test_a_lost_clock_battery_ends_a_decision(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")
    live = _live(repo, from_text("1970-01-01T00:05:00Z"))

    assert live.association().decision == "undecided"
    session_change.decide(live.store, ASSOCIATED, TicketId("PROJ-2"), live.now, "main")
    assert _live(repo, live.now).association().ticket == "PROJ-2"
