"""The seed system's tools answer what mcp-ticketer 1.4.4 answers, key for key."""

from typing import Any

import pytest
from mcp.client.context import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult

from tests.support.git import GitRepo
from tests.support.mcp import ERAS, Talk, in_memory

UNDECIDED = {
    "success": True,
    "message": "No ticket associated",
    "current_ticket": None,
    "opted_out": False,
    "guidance": (
        "Associate with a ticket: attach_ticket(action='set', ticket_id='...')\n"
        "Opt out: attach_ticket(action='none')"
    ),
}
GUIDANCE = """\
⚠️  No ticket association found for this work session.

It's recommended to associate your work with a ticket for proper tracking.

**Options**:
1. Associate with a ticket: attach_ticket(action='set', ticket_id='PROJ-123')
2. Skip for this session: attach_ticket(action='none')
3. Provide parent_epic directly: ticket_create(..., parent_epic='PROJ-123')

After associating, run ticket_create again to create the ticket."""

LOST = "there is no ticket PROJ-77 (did you mean PROJ-3, PROJ-2, PROJ-1?)"


@pytest.mark.parametrize("mode", ERAS)
def test_the_three_states_are_answered_word_for_word(work: GitRepo, mode: str) -> None:
    async def script(talk: Talk) -> None:
        info = await talk.call("get_session_info")
        session = info["session_id"]
        assert info == {
            "success": True,
            "session_id": session,
            "current_ticket": None,
            "opted_out": False,
            "last_activity": info["last_activity"],
            "session_timeout_minutes": 30,
        }
        assert await talk.call("attach_ticket", action="status") == UNDECIDED | {
            "session_id": session
        }
        assert await talk.call("attach_ticket", action="set", ticket_id="EPIC-7") == {
            "success": True,
            "message": "Work session now associated with ticket: EPIC-7",
            "current_ticket": "EPIC-7",
            "session_id": session,
            "opted_out": False,
            "known": False,
        }
        assert await talk.call("attach_ticket", action="status") == {
            "success": True,
            "message": "Currently associated with ticket: EPIC-7",
            "current_ticket": "EPIC-7",
            "session_id": session,
            "opted_out": False,
            "guidance": None,
            "known": False,
        }
        assert await talk.call("attach_ticket", action="clear") == {
            "success": True,
            "message": "Ticket association cleared",
            "current_ticket": None,
            "session_id": session,
            "opted_out": False,
            "guidance": "You can associate with a ticket anytime using "
            "attach_ticket(action='set', ticket_id='...')",
        }
        assert await talk.call("attach_ticket", action="none") == {
            "success": True,
            "message": "Opted out of ticket association for this session",
            "current_ticket": None,
            "session_id": session,
            "opted_out": True,
            "note": "This opt-out will reset after 30 minutes of inactivity",
        }
        assert await talk.call("attach_ticket", action="status") == {
            "success": True,
            "message": "No ticket associated (opted out for this session)",
            "current_ticket": None,
            "session_id": session,
            "opted_out": True,
            "guidance": None,
        }

    in_memory(work, script, mode=mode)


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (
            {"action": "set"},
            {
                "success": False,
                "error": "ticket_id is required when action='set'",
                "guidance": "Please provide a ticket ID to associate with this session",
            },
        ),
        (
            {"action": "bogus"},
            {
                "success": False,
                "error": "Invalid action: bogus",
                "valid_actions": ["set", "clear", "none", "status"],
            },
        ),
        (
            {"action": "set", "ticket_id": "../../etc/passwd"},
            {
                "success": False,
                "error": "not a ticket id: '../../etc/passwd' (expected PREFIX-NUMBER: "
                "a letter, up to 31 letters, digits or _, -, a number from 1)",
                "hint": "ticket_list()",
            },
        ),
        (
            {"action": "set", "ticket_id": "PROJ-99"},
            {
                "success": False,
                "error": "there is no ticket PROJ-99 (did you mean PROJ-1?)",
                "hint": "ticket_list()",
            },
        ),
    ],
    ids=["no id", "no action", "a path", "unknown"],
)
def test_what_cannot_be_attached_is_refused_and_nothing_changes(
    work: GitRepo, arguments: dict[str, str], answer: dict[str, Any]
) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0

    async def script(talk: Talk) -> None:
        before = await talk.call("attach_ticket", action="status")
        assert await talk.call("attach_ticket", **arguments) == answer
        assert await talk.call("attach_ticket", action="status") == before

    in_memory(work, script)


@pytest.mark.parametrize("mode", ERAS)
def test_the_example_workflow_runs_verbatim(work: GitRepo, mode: str) -> None:
    parents = []

    async def script(talk: Talk) -> None:
        async def create(**arguments: Any) -> None:
            done = await talk.call("ticket_create", **arguments)
            assert done["status"] == "completed", done
            parents.append(done["ticket"]["parent_epic"])

        await talk.call("attach_ticket", action="set", ticket_id="EPIC-001")
        await create(title="Implement user login")
        await create(title="Add password reset")
        await create(title="Create user profile page")
        status = await talk.call("attach_ticket", action="status")
        assert (status["current_ticket"], status["opted_out"]) == ("EPIC-1", False)
        await talk.call("attach_ticket", action="clear")
        await create(title="Fix documentation typo", parent_epic="DOC-005")
        await talk.call("attach_ticket", action="none")
        await create(title="Update dependencies")

    in_memory(work, script, mode=mode)
    assert parents == ["EPIC-1", "EPIC-1", "EPIC-1", "DOC-5", None]


def test_an_undecided_creation_tells_how_to_decide_and_writes_nothing(work: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        session = (await talk.call("get_session_info"))["session_id"]
        assert await talk.call("ticket_create", title="x") == {
            "status": "error",
            "requires_ticket_association": True,
            "guidance": GUIDANCE,
            "session_id": session,
        }

    in_memory(work, script)
    assert work.ticket("list").out == ""


def test_no_parent_and_a_parent_are_the_callers_choice_in_any_state(work: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        first = await talk.call("ticket_create", title="Alone", parent_epic=None)
        assert first["ticket"]["parent_epic"] is None
        await talk.call("attach_ticket", action="set", ticket_id="PROJ-1")
        child = await talk.call("ticket_create", title="Child")
        other = await talk.call("ticket_create", title="Other", parent_epic="PROJ-2")
        assert child["ticket"]["parent_epic"] == "PROJ-1"
        assert other["ticket"]["parent_epic"] == "PROJ-2"
        lost = await talk.call("ticket_create", title="Lost", parent_epic="PROJ-77")
        assert (lost["status"], lost["error"]) == ("error", LOST)

    in_memory(work, script)


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize(
    ("action", "content", "parent", "opted_out"),
    [
        ("accept", {"decision": "attach", "ticket_id": "EPIC-1"}, "EPIC-1", False),
        ("accept", {"decision": "no ticket"}, None, True),
    ],
    ids=["attach", "opt out"],
)
def test_a_client_that_can_ask_asks_and_the_decision_stays(
    work: GitRepo,
    mode: str,
    action: Any,
    content: dict[str, Any],
    parent: str | None,
    opted_out: bool,
) -> None:
    asked = []

    async def ask(_: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action=action, content=content)

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_create", title="x")
        assert (done["status"], done["ticket"]["parent_epic"]) == ("completed", parent)
        await talk.call("ticket_create", title="y")
        info = await talk.call("get_session_info")
        assert (info["current_ticket"], info["opted_out"]) == (parent, opted_out)

    in_memory(work, script, mode=mode, elicitation_callback=ask)
    assert asked == ["Which ticket is this work session for?"]


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_person_who_does_not_answer_decides_nothing(work: GitRepo, action: Any) -> None:
    async def ask(_: ClientRequestContext, __: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action=action)

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_create", title="x")
        assert done["requires_ticket_association"] is True
        info = await talk.call("get_session_info")
        assert (info["current_ticket"], info["opted_out"]) == (None, False)

    in_memory(work, script, elicitation_callback=ask)
    assert work.ticket("list").out == ""
