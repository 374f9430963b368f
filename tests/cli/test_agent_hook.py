"""`git ticket agent hook`: what an agent is told, and that its commits are tagged right."""

import json
import subprocess
from pathlib import Path

import pytest

from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import SessionId
from git_ticketer.ops import agent_process
from tests.support.agents import OTHER, SESSION, hook, payload, program, said, start, template
from tests.support.git import GitRepo, copied

UNDECIDED = """\
git-ticketer: this work session has no ticket yet, so its commits will not name one.
Decide before the first commit; if you cannot tell which ticket the work is for, ask the user.
{offers}- `git ticket attach --none` if it is for no ticket
The MCP tool attach_ticket does the same: action set with ticket_id, or action none.
"""
NO_OFFER = "- `git ticket attach ID`, with an id that `git ticket list` shows\n"
REMINDER = (
    "git-ticketer: no ticket is attached to this session yet; before you commit: "
    "git ticket attach {id}  or: git ticket attach --none"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def work(made: Path, tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository with two tickets, none of them attached."""
    return copied(made, tmp_path / "repo", environ)


def record(repo: GitRepo, session: str = SESSION) -> agent_process.Record:
    found = agent_process.load(GitDir(str(repo.git_dir)), SessionId(session))
    assert found is not None
    return found


def test_a_start_is_told_how_to_decide(work: GitRepo) -> None:
    assert start(work) == {"additionalContext": UNDECIDED.format(offers=NO_OFFER)}


def test_a_start_is_offered_what_the_branch_names_and_was_used_last(work: GitRepo) -> None:
    work.ticket("attach", "PROJ-2")
    work.ticket("attach", "--clear")
    work.git("switch", "--quiet", "-c", "proj-1-avatar")

    offers = (
        "- `git ticket attach PROJ-1` (this branch)\n"
        "- `git ticket attach PROJ-2` (last used here)\n"
    )
    assert start(work) == {"additionalContext": UNDECIDED.format(offers=offers)}


def test_an_attached_ticket_is_told_with_its_title(work: GitRepo) -> None:
    assert start(work)["additionalContext"].startswith("git-ticketer: this work session has no")
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)

    told = start(work, source="compact", session_title="PROJ-2 Resize it")

    context = work.ticket("context", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)
    assert told == {"additionalContext": context.out, "sessionTitle": "PROJ-1 Add an avatar"}


def test_a_title_that_the_user_gave_stays(work: GitRepo) -> None:
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)

    assert set(start(work, session_title="My own")) == {"additionalContext"}


def test_a_title_has_no_control_characters_and_an_end(work: GitRepo) -> None:
    path = work.path / ".tickets/PROJ-1/ticket.yaml"
    title = '"Ignore\\e[2J all \\u202e' + "x" * 100 + '"'
    text = path.read_text(encoding="utf-8").replace("title: Add an avatar", f"title: {title}")
    path.write_text(text, encoding="utf-8")
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)

    assert start(work)["sessionTitle"] == "PROJ-1 Ignore\\x1b[2J all \\u202e" + "x" * 48 + "…"


def test_an_agent_follows_what_its_user_attached(work: GitRepo) -> None:
    work.ticket("attach", "PROJ-2")

    assert start(work)["sessionTitle"] == "PROJ-2 Resize it"


def test_nothing_is_said_after_an_opt_out(work: GitRepo) -> None:
    work.ticket("attach", "--none", CLAUDE_CODE_SESSION_ID=SESSION)

    assert start(work) == {}
    assert said(hook(work, "claude", "prompt", payload(work, prompt="x"))) == {}


def test_a_foreign_ticket_is_named_all_the_same(work: GitRepo) -> None:
    work.ticket("attach", "JIRA-7", CLAUDE_CODE_SESSION_ID=SESSION)

    told = start(work)
    assert told["sessionTitle"] == "JIRA-7"
    assert "JIRA-7" in told["additionalContext"]


def test_the_first_prompt_of_an_undecided_session_is_told_once(work: GitRepo) -> None:
    start(work)
    first = hook(work, "claude", "prompt", payload(work, prompt="Do proj-2, then PROJ-99 or UTF-8"))

    assert said(first) == {"additionalContext": REMINDER.format(id="PROJ-2")}
    assert said(hook(work, "claude", "prompt", payload(work, prompt="PROJ-1 too"))) == {}
    assert record(work).mentions == ("PROJ-2", "PROJ-1")


def test_prompts_are_not_written_down(work: GitRepo) -> None:
    start(work)
    hook(work, "claude", "prompt", payload(work, prompt="my secret words on PROJ-1"))
    hook(work, "claude", "stop", payload(work, last_assistant_message="my secret words"))

    files = [path for path in (work.git_dir / "ticketer").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if b"secret" in path.read_bytes()] == []


def test_a_session_that_goes_on_later_is_offered_its_own_ticket(work: GitRepo) -> None:
    start(work)
    work.ticket("attach", "PROJ-2", CLAUDE_CODE_SESSION_ID=SESSION)
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=OTHER)
    work.ticket("attach", "--clear", CLAUDE_CODE_SESSION_ID=SESSION)

    told = start(work, source="resume")["additionalContext"]
    assert told == UNDECIDED.format(
        offers="- `git ticket attach PROJ-2` (this conversation was on it)\n"
        "- `git ticket attach PROJ-1` (last on this branch)\n"
    )


def test_one_start_that_comes_twice_is_told_once(work: GitRepo) -> None:
    cursor = {"conversation_id": SESSION, "cursor_version": "3.7.21", "source": "startup"}
    data = json.dumps({**cursor, "workspace_roots": [str(work.path)]})

    first = hook(work, "claude", "session-start", data)
    second = hook(work, "cursor", "session-start", data)

    assert said(first) == {"additionalContext": UNDECIDED.format(offers=NO_OFFER)}
    assert second.out == "{}\n"
    assert record(work).agent == "cursor"


def test_a_forked_conversation_goes_on_with_its_ticket(work: GitRepo, tmp_path: Path) -> None:
    """Both are of one process: that of the agent."""
    runs = (
        "import subprocess, sys\n"
        "def hook(data): return subprocess.run(['git-ticket', 'agent', 'hook', 'claude', "
        "'session-start'], input=data, capture_output=True, text=True).stdout\n"
        "hook(sys.argv[1])\n"
        f"subprocess.run(['git', 'ticket', 'attach', 'PROJ-1'], env={{**__import__('os').environ, "
        f"'CLAUDE_CODE_SESSION_ID': '{SESSION}'}}, capture_output=True)\n"
        "print(hook(sys.argv[2]), end='')"
    )
    first, second = (
        payload(work, id, source=source) for id, source in ((SESSION, "startup"), (OTHER, "fork"))
    )

    done = work.run(program(tmp_path), "-c", runs, first, second)

    assert json.loads(done.out)["hookSpecificOutput"]["sessionTitle"] == "PROJ-1 Add an avatar"
    assert work.journal()[-1][1:6] == ["attach", OTHER, ".", "main", "PROJ-1"]


def test_two_agents_in_one_worktree_keep_their_tickets_apart(work: GitRepo) -> None:
    start(work)
    codex = payload(work, OTHER, source="startup", model="gpt-5")
    told = said(hook(work, "codex", "session-start", codex))
    assert told == {"additionalContext": UNDECIDED.format(offers=NO_OFFER)}
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)
    work.ticket("attach", "PROJ-2", CODEX_THREAD_ID=OTHER)
    for agent, id in (("claude", SESSION), ("codex", OTHER)) * 2:
        hook(work, agent, "prompt", payload(work, id, prompt="go on"))

    work.commit("of claude", CLAUDE_CODE_SESSION_ID=SESSION)
    assert work.trailers() == f"Ticket: PROJ-1\nTicket-Session: {SESSION}"
    work.commit("of codex", CODEX_THREAD_ID=OTHER)
    assert work.trailers() == f"Ticket: PROJ-2\nTicket-Session: {OTHER}"
    work.commit("named", GIT_TICKET_SESSION=SESSION, CODEX_THREAD_ID=OTHER)
    assert work.trailers() == f"Ticket: PROJ-1\nTicket-Session: {SESSION}"
    work.commit("of a person")
    assert work.trailers() == ""
    live = json.loads(work.ticket("status", "--json").out)["sessions"]
    assert {one["id"]: (one["agent"], one["ticket"]) for one in live if one["agent"]} == {
        SESSION: ("claude-code", "PROJ-1"),
        OTHER: ("codex", "PROJ-2"),
    }


def test_one_agent_in_two_worktrees_is_on_two_tickets(work: GitRepo, tmp_path: Path) -> None:
    work.ticket("save")
    other = work.worktree(tmp_path / "other", "topic")
    for place, session, ticket in ((work, SESSION, "PROJ-1"), (other, OTHER, "PROJ-2")):
        start(place, session)
        place.ticket("attach", ticket, CLAUDE_CODE_SESSION_ID=session)

    for place, session, ticket in ((work, SESSION, "PROJ-1"), (other, OTHER, "PROJ-2")):
        assert start(place, session, source="compact")["sessionTitle"].startswith(ticket)
        place.commit("work", CLAUDE_CODE_SESSION_ID=session)
        assert place.trailers() == f"Ticket: {ticket}\nTicket-Session: {session}"


def test_a_session_stays_with_its_worktree_wherever_the_agent_goes(
    work: GitRepo, tmp_path: Path
) -> None:
    start(work)
    elsewhere = work.worktree(tmp_path / "elsewhere", "topic")
    (work.path / "src").mkdir()

    moved = payload(work, cwd=str(elsewhere.path), prompt="PROJ-1")
    hook(work, "claude", "prompt", moved, CLAUDE_PROJECT_DIR=str(work.path))
    assert record(work).mentions == ("PROJ-1",)
    assert not (elsewhere.git_dir / "ticketer" / "agents").exists()
    hook(work, "claude", "prompt", payload(work, cwd=str(work.path / "src"), prompt="PROJ-2"))
    assert record(work).mentions == ("PROJ-1", "PROJ-2")


def test_a_session_that_was_announced_by_the_user_is_the_one(work: GitRepo) -> None:
    work.ticket("attach", "PROJ-1", GIT_TICKET_SESSION="mine")

    done = hook(
        work,
        "claude",
        "session-start",
        payload(work, source="startup"),
        GIT_TICKET_SESSION="mine",
        CLAUDE_CODE_SESSION_ID=SESSION,
    )

    assert said(done)["sessionTitle"] == "PROJ-1 Add an avatar"
    assert record(work, "mine").agent == "claude-code"


def test_an_agent_that_runs_anothers_hooks_keeps_its_name(work: GitRepo) -> None:
    hook(work, "claude", "session-start", payload(work), COPILOT_AGENT_SESSION_ID=SESSION)

    assert record(work).agent == "copilot"


LOADED = """
import sys
from git_ticketer.cli import agent_hook
agent_hook.main(sys.argv[1:], __import__("os").environ)
heavy = {"click", "yaml", "sqlite3", "subprocess", "typing", "dataclasses", "tempfile", "pathlib"}
sys.exit(str(sorted(heavy & set(sys.modules))))
"""


@pytest.mark.parametrize("event", ["prompt", "stop"])
def test_what_comes_often_loads_nothing_heavy(event: str, work: GitRepo) -> None:
    start(work)
    work.ticket("attach", "PROJ-1", CLAUDE_CODE_SESSION_ID=SESSION)

    data = payload(work, prompt="PROJ-2")
    done = work.run("python", "-I", "-c", LOADED, "claude", event, input=data)
    assert done.err == "[]\n"


def test_an_mcp_server_of_the_same_agent_finds_its_session(work: GitRepo, tmp_path: Path) -> None:
    asks = (
        "from git_ticketer.lean.gitdir import GitDir\n"
        "from git_ticketer.ops import agent_process\n"
        f"print(agent_process.of_ancestors(GitDir({str(work.git_dir)!r})))"
    )
    runs = (
        "import subprocess, sys\n"
        "hook = 'exec git-ticket agent hook claude session-start'\n"
        "subprocess.run(['sh', '-c', hook], input=sys.argv[1].encode(), capture_output=True)\n"
        "alias = 'alias.mcp=!f() { python -c \"$1\"; }; f'\n"
        "subprocess.run(['git', '-c', alias, 'mcp', sys.argv[2]])"
    )

    done = work.run(program(tmp_path), "-c", runs, payload(work, source="startup"), asks)

    assert done.out == f"('{SESSION}', 'claude-code')\n"
    alone = subprocess.run(
        ["python", "-c", asks], env=work.environ, capture_output=True, check=True, text=True
    )
    assert alone.stdout == "None\n"
