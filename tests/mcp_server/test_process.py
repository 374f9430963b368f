"""The real server as an agent starts it: one session with its shell, killed, and many at once."""

import json
import signal
import subprocess
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters

from tests.support.git import GitRepo
from tests.support.mcp import Talk, over_stdio

AGENT = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    },
}


def start(work: GitRepo) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        ["git", "ticket", "mcp"],
        cwd=work.path,
        env=work.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "git-ticketer"
    return process


def test_what_an_agent_attaches_is_what_its_shell_commits(work: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        await talk.call("attach_ticket", action="set", ticket_id="EPIC-7")
        info = await talk.call("get_session_info")
        assert info["session_id"] == AGENT["CLAUDE_CODE_SESSION_ID"]

    over_stdio(work, script, **AGENT)
    work.git("commit", "--allow-empty", "-m", "by the agent", **AGENT)
    work.git("commit", "--allow-empty", "-m", "by a person")

    assert work.trailers("HEAD~1") == (
        f"Ticket: EPIC-7\nTicket-Session: {AGENT['CLAUDE_CODE_SESSION_ID']}"
    )
    assert work.trailers() == ""


def test_the_server_speaks_for_the_worktree_it_was_started_in(work: GitRepo) -> None:
    work.git("add", ".tickets")
    work.commit("team")
    other = work.worktree(work.path.parent / "other", "topic")
    (other.path / "deep").mkdir()

    async def script(talk: Talk) -> None:
        await talk.call("attach_ticket", action="set", ticket_id="EPIC-7")
        await talk.call("ticket_create", title="There")

    over_stdio(GitRepo(other.path / "deep", other.environ), script)

    assert "EPIC-7" in other.ticket("status").out
    assert "EPIC-7" not in work.ticket("status").out
    assert (other.path / ".tickets/PROJ-1/ticket.yaml").is_file()
    assert not (work.path / ".tickets/PROJ-1").exists()


def test_no_repository_is_an_answer_not_an_end(tmp_path: Path, environ: dict[str, str]) -> None:
    async def script(talk: Talk) -> None:
        done = await talk.call("get_session_info")
        assert (done["success"], done["error"]) == (False, f"not in a git repository: {tmp_path}")

    over_stdio(GitRepo(tmp_path, environ), script)


def test_broken_lines_are_survived_and_the_end_of_input_ends_it(work: GitRepo) -> None:
    with start(work) as process:
        assert process.stdin is not None
        process.stdin.write(b"{no json\n\x00\xff\n[]\n")
        process.stdin.write(b'{"jsonrpc":"2.0","id":2,"method":"ping"}\n')
        process.stdin.flush()
        assert process.stdout is not None
        while json.loads(process.stdout.readline()).get("id") != 2:
            pass
        process.stdin.close()
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(work: GitRepo, number: signal.Signals) -> None:
    with start(work) as process:
        process.send_signal(number)
        assert process.wait(timeout=30) in (-number, 128 + number)


@pytest.mark.slow
def test_killed_in_the_middle_of_writing_it_leaves_whole_tickets(work: GitRepo) -> None:
    assert work.ticket("attach", "--none").code == 0
    acknowledged = 0
    for round_ in range(3):
        with start(work) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for number in range(12):
                call = {"name": "ticket_create", "arguments": {"title": f"{round_} {number}"}}
                line = {"jsonrpc": "2.0", "id": number + 2, "method": "tools/call", "params": call}
                process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            for _ in range(round_ * 4 + 1):
                answer = json.loads(process.stdout.readline())
                acknowledged += answer["result"]["structuredContent"]["status"] == "completed"
            process.kill()

    listed = json.loads(work.ticket("list", "--json", "--limit", "0").out)
    assert (listed["success"], listed["broken"]) == (True, [])
    assert acknowledged == 15
    assert listed["total"] >= acknowledged
    assert work.ticket("lint").code == 0


@pytest.mark.slow
def test_eight_clients_that_write_to_one_ticket_lose_nothing(work: GitRepo) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0
    server = StdioServerParameters(
        command="git", args=["ticket", "mcp"], env=work.environ, cwd=str(work.path)
    )

    async def agent(number: int) -> None:
        async with Client(server) as client:
            talk = Talk(client)
            for step in range(5):
                name = f"{number}-{step}"
                made = await talk.call(
                    "ticket_subtask", ticket_id="PROJ-1", subtask=name, status="new"
                )
                assert made["success"], made
                await talk.call("ticket_comment", ticket_id="PROJ-1", text=name)
                await talk.call("ticket_subtask", ticket_id="PROJ-1", subtask=made["key"])

    async def all_of_them() -> None:
        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(agent, number)

    anyio.run(all_of_them)
    shown = json.loads(work.ticket("show", "PROJ-1", "--json").out)
    names = {f"{number}-{step}" for number in range(8) for step in range(5)}
    subtasks = shown["subtasks"].values()
    assert {one["title"] for one in subtasks} == names
    assert {one["status"] for one in subtasks} == {"done"}
    assert {one["text"].strip() for one in shown["comments"]} == names
