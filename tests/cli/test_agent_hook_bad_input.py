"""Whatever an agent sends and wherever: exit 0, an answer in its form, and why in the hook log."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.event import BadPayload
from git_ticketer.cli import agent_hook
from git_ticketer.ops import agent_events
from tests.support.agents import OTHER, SESSION, hook, payload, said, start, template
from tests.support.git import GitRepo, Result, copied

SILENT = {"claude": "", "codex": "", "gemini": "{}\n", "cursor": "{}\n"}
SILENT |= {"copilot": "", "opencode": "{}\n"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def work(made: Path, tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    return copied(made, tmp_path / "repo", environ)


def log(repo: GitRepo) -> str:
    """What the hook log says, without the time of each line."""
    path = repo.git_dir / "ticketer" / "hook.log"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return "".join(line.partition(" ")[2] for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("agent", hooks.NAMES)
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "0 bytes that are no JSON (JSONDecodeError)"),
        ('{"session_id": "my secret', "25 bytes that are no JSON (JSONDecodeError)"),
        ("[1]", "JSON that is no object (list)"),
        ("\0", "1 bytes that are no JSON (JSONDecodeError)"),
        ("[" * 100_000, "100000 bytes that are no JSON (RecursionError)"),
    ],
)
def test_what_is_no_payload_is_answered_and_logged_without_its_words(
    agent: str, data: str, reason: str, work: GitRepo
) -> None:
    done = hook(work, agent, "stop", data)

    line = f"agent '{agent}' 'stop': {reason}\n"
    assert done == Result(0, SILENT[agent], f"warning: git-ticketer: {reason}\n")
    assert log(work) == line


@pytest.mark.parametrize(
    ("agent", "event", "out", "reason"),
    [
        ("vim", "stop", "", "unknown agent 'vim'"),
        ("event", "stop", "", "unknown agent 'event'"),
        ("claude", "PreToolUse", "", "unknown event 'PreToolUse'"),
        ("codex", "session-end", "", "unknown event 'session-end'"),
        ("gemini", "\x1b[2J", "{}\n", "unknown event '\\x1b[2J'"),
        ("", "", "", "unknown agent ''"),
    ],
)
def test_an_unknown_agent_or_event_is_answered_and_logged(
    agent: str, event: str, out: str, reason: str, work: GitRepo
) -> None:
    done = hook(work, agent, event, payload(work))

    assert done == Result(0, out, f"warning: git-ticketer: {reason}\n")
    assert log(work) == f"agent {agent!r} {event!r}: {reason}\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(["session_id", "sessionId", "conversation_id", "cwd", "prompt"])
        | st.text(max_size=4),
        st.text() | st.none() | st.integers() | st.lists(st.text(), max_size=2),
    ).map(lambda values: json.dumps(values).encode()),
    agent=st.sampled_from(hooks.NAMES),
    event=st.sampled_from(["session-start", "prompt", "stop", "session-end", ""]),
)
def test_any_bytes_give_a_valid_answer_and_exit_0(
    tmp_path: Path, data: bytes, agent: str, event: str
) -> None:
    """In this process; there is no repository around it."""
    entry, answer = tmp_path / "in", tmp_path / "out"
    entry.write_bytes(data)
    saved = os.dup(0), os.dup(1), os.dup(2)
    with entry.open("rb") as one, answer.open("wb") as two, open(os.devnull, "wb") as three:
        for number, file in enumerate((one, two, three)):
            os.dup2(file.fileno(), number)
    try:
        code = agent_hook.main([agent, event], {"HOME": str(tmp_path)})
    finally:
        for number, fd in enumerate(saved):
            os.dup2(fd, number)
            os.close(fd)

    assert code == 0
    said = answer.read_bytes()
    assert said == b"" or isinstance(json.loads(said), dict)


def test_input_without_end_is_cut_at_a_size() -> None:
    with pytest.raises(BadPayload, match=r"^16777217 bytes that are no JSON"):
        agent_events.payload(b" " * (agent_hook.LIMIT + 1))


@pytest.mark.parametrize("event", ["session-start", "prompt", "stop", "session-end"])
def test_outside_of_a_repository_nothing_is_done_or_said(
    event: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    nowhere = GitRepo(tmp_path / "nowhere", environ)
    nowhere.path.mkdir()

    assert hook(nowhere, "claude", event, payload(nowhere)) == Result(0, "", "")
    assert list(nowhere.path.iterdir()) == []


@pytest.mark.parametrize("event", ["session-start", "prompt", "stop", "session-end"])
def test_a_repository_without_tickets_is_left_alone(event: str, empty_repo: GitRepo) -> None:
    before = sorted(empty_repo.path.rglob("*"))

    assert hook(empty_repo, "claude", event, payload(empty_repo)) == Result(0, "", "")
    assert sorted(empty_repo.path.rglob("*")) == before


def test_the_folder_of_the_payload_may_be_gone(work: GitRepo) -> None:
    gone = payload(work, cwd=str(work.path / "gone" / "deeper"), source="startup")

    assert "additionalContext" in said(hook(work, "claude", "session-start", gone))


def test_a_broken_configuration_is_logged_and_the_agent_goes_on(work: GitRepo) -> None:
    work.write(".tickets/config.yaml", "require: [\n")

    done = hook(work, "claude", "session-start", payload(work))

    assert (done.code, done.out) == (0, "")
    place = f"{work.path}/.tickets/config.yaml:2"
    assert log(work).startswith(f"agent session-start: BadFile: {place}: ")


def test_a_ticket_that_cannot_be_read_is_named_all_the_same(work: GitRepo) -> None:
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)
    work.write(".tickets/PROJ-1/ticket.yaml", "title: [\n")

    done = hook(work, "claude", "session-start", payload(work))

    assert json.loads(done.out)["hookSpecificOutput"] == {
        "hookEventName": "SessionStart",
        "additionalContext": "git-ticketer: this session is attached to PROJ-1; "
        "git ticket show PROJ-1 shows it.",
        "sessionTitle": "PROJ-1",
    }
    assert "agent session-start: BadFile: .tickets/PROJ-1/ticket.yaml" in log(work)


def test_a_git_ticket_variable_that_is_none_is_logged(work: GitRepo) -> None:
    start(work)
    for event in ("session-start", "prompt", "stop"):
        done = hook(work, "claude", event, payload(work), GIT_TICKET="what")
        assert done.code == 0
    assert log(work).startswith("agent session-start: BadId: GIT_TICKET is not a ticket id")


@pytest.mark.parametrize("event", ["session-start", "prompt", "stop", "session-end"])
def test_a_git_dir_that_cannot_be_written_keeps_no_agent(event: str, work: GitRepo) -> None:
    """A file in the place of the folder: what read-only means, for root as well."""
    shutil.rmtree(work.git_dir / "ticketer")
    (work.git_dir / "ticketer").write_text("in the way", encoding="utf-8")
    (work.path.parent / f"{SESSION}.jsonl").write_text("{}\n", encoding="utf-8")

    done = hook(work, "claude", event, payload(work, source="startup"), GIT_TICKET="PROJ-1")

    assert done.code == 0
    assert all(line.startswith("warning: git-ticketer: ") for line in done.err.splitlines())
    if event == "session-start":
        assert json.loads(done.out)["hookSpecificOutput"]["sessionTitle"] == "PROJ-1 Add an avatar"
    else:
        assert done.out == ""


@pytest.mark.parametrize("name", ["sessions", "agents", "positions"])
def test_a_broken_state_file_is_mended_or_left_out(name: str, work: GitRepo) -> None:
    start(work)
    folder = work.git_dir / "ticketer" / name
    folder.mkdir(exist_ok=True)
    (folder / SESSION).write_bytes(b"\xff\0 what")
    (folder / OTHER).symlink_to("/nowhere")

    done = hook(work, "claude", "session-start", payload(work, source="resume"))

    assert "additionalContext" in json.loads(done.out)["hookSpecificOutput"]
    assert said(hook(work, "claude", "stop", payload(work))) == {}
