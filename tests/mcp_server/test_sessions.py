"""What an agent is told of sessions is true: archived, waiting, unwanted, planned, unreviewed."""

from pathlib import Path
from typing import Any

import pytest
from mcp.client.context import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult

from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.mcp import ERAS, Talk, in_memory
from tests.support.transcripts import SESSION, answer, user


@pytest.fixture
def chat(work: GitRepo) -> GitRepo:
    """A ticket that is attached, and an agent's transcript of this worktree in its store."""
    assert work.ticket("create", "Add an avatar", "--no-parent").code == 0
    assert work.ticket("attach", "PROJ-1").code == 0
    name = str(work.path).replace("/", "-").replace("_", "-")
    store = Path(work.environ["HOME"], ".claude/projects", name)
    store.mkdir(parents=True)
    lines = transcripts.lines([user("Begin"), answer("Begun")], cwd=str(work.path))
    (store / f"{SESSION}.jsonl").write_bytes(lines)
    return work


def test_a_session_that_waits_is_read_like_an_archived_one(chat: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        done = await talk.call("session_archive")
        assert (done["pending"], done["session_id"]) == (True, SESSION)
        shown = await talk.call("session_show", session_id=SESSION)
        assert (shown["state"], [one["text"] for one in shown["items"]]) == (
            "pending",
            ["Begin", "Begun"],
        )

    in_memory(chat, script)


def test_a_user_who_wants_no_archives_gets_none_and_the_agent_is_told(chat: GitRepo) -> None:
    chat.git("config", "ticketer.archive", "off")

    async def script(talk: Talk) -> None:
        done = await talk.call("session_archive", note="Half of it is done")
        assert done == {
            "success": False,
            "error": "this user keeps no archives (git config ticketer.archive off)",
            "hint": "ticket_comment(ticket_id='...', text='...')",
        }

    in_memory(chat, script)
    assert not list(chat.path.glob(".tickets/PROJ-1/*/*"))


def test_a_note_that_cannot_be_kept_undoes_no_archive(chat: GitRepo) -> None:
    chat.git("config", "ticketer.archive", "in-tree")

    async def script(talk: Talk) -> None:
        done = await talk.call("session_archive", note="x" * 1_100_000)
        assert (done["success"], done["note_kept"]) == (True, False)
        assert done["note_error"].endswith("expected at most 1048576 bytes in all")

    in_memory(chat, script)
    assert len(list(chat.path.glob(".tickets/PROJ-1/sessions/*.yaml"))) == 1


def test_a_planned_session_is_fulfilled_by_its_archive(chat: GitRepo) -> None:
    chat.git("config", "ticketer.archive", "in-tree")

    async def script(talk: Talk) -> None:
        plan = (await talk.call("session_plan", title="Code review"))["plan_id"]
        early = await talk.call("session_show", session_id=plan)
        assert early == {
            "success": False,
            "error": f"session {plan} is planned: there is nothing to read yet",
            "hint": f"session_archive(plan='{plan}')",
        }
        await talk.call("session_archive", plan=plan)
        shown = await talk.call("session_show", session_id=plan)
        assert (shown["session_id"], shown["state"]) == (SESSION, "archived")

    in_memory(chat, script)


def test_closing_a_ticket_names_the_sessions_that_nobody_reviewed(chat: GitRepo) -> None:
    chat.git("config", "ticketer.archive", "in-tree")

    async def script(talk: Talk) -> None:
        await talk.call("session_archive")
        begun = await talk.call("ticket_status", ticket_id="@", status="in-progress")
        assert "unreviewed_sessions" not in begun
        closed = await talk.call("ticket_status", ticket_id="@", status="done")
        assert closed["unreviewed_sessions"] == [SESSION]

    in_memory(chat, script)


@pytest.mark.parametrize("mode", ERAS)
def test_archiving_tells_how_far_it_is(chat: GitRepo, mode: str) -> None:
    told: list[tuple[float, float | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total))

    async def script(talk: Talk) -> None:
        await talk.client.call_tool("session_archive", {}, progress_callback=hear)

    in_memory(chat, script, mode=mode)
    assert told
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize("ticket_id", ["", "nonsense", "PROJ-99"])
def test_what_a_person_answers_wrongly_decides_nothing(
    chat: GitRepo, mode: str, ticket_id: str
) -> None:
    assert chat.ticket("attach", "--clear").code == 0

    async def ask(_: ClientRequestContext, __: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept", content={"decision": "attach", "ticket_id": ticket_id})

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_create", title="x")
        assert (done["status"], done["success"], bool(done["error"])) == ("error", False, True)
        info: dict[str, Any] = await talk.call("get_session_info")
        assert (info["current_ticket"], info["opted_out"]) == (None, False)

    in_memory(chat, script, mode=mode, elicitation_callback=ask)
    assert not (chat.path / ".tickets/PROJ-2").exists()


@pytest.mark.parametrize("full", [False, True], ids=["default", "all"])
def test_the_tools_are_described_in_plain_lines_and_annotated_truly(
    work: GitRepo, full: bool
) -> None:
    adds = {"ticket_create", "ticket_subtask", "ticket_comment", "session_archive", "session_plan"}
    adds |= {"session_review", "ticket_save"} if full else set()

    async def script(talk: Talk) -> None:
        tools = (await talk.client.list_tools()).tools
        assert not [one.name for one in tools if "\n " in (one.description or "\n ")]
        again = {one.name for one in tools if one.annotations and one.annotations.idempotent_hint}
        assert {one.name for one in tools} - again == adds

    in_memory(work, script, full=full)
