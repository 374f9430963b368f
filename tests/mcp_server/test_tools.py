"""What an agent does with tickets and sessions over MCP, and what it costs it to know the tools."""

import json
from pathlib import Path
from typing import Any

import pytest
from mcp_types import CompletionArgument, EmbeddedResource, PromptReference, TextContent

from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.mcp import Talk, in_memory
from tests.support.transcripts import SESSION, answer, user

NAME = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"
DEFAULT = [
    "attach_ticket",
    "get_session_info",
    "ticket_create",
    "ticket_show",
    "ticket_list",
    "ticket_status",
    "ticket_subtask",
    "ticket_criterion",
    "ticket_comment",
    "session_list",
    "session_show",
    "session_archive",
    "session_plan",
    "ticket_log",
    "why",
]
MORE = [
    "ticket_edit",
    "ticket_link",
    "ticket_start",
    "ticket_next",
    "session_review",
    "ticket_save",
]


@pytest.fixture
def ticket(work: GitRepo) -> GitRepo:
    """A ticket with a criterion and a subtask, attached."""
    words = ["--no-parent", "--criterion", "It is cropped", "--subtask", "Write tests"]
    assert work.ticket("create", "Add an avatar", *words, "-m", "Users upload one.").code == 0
    assert work.ticket("attach", "PROJ-1").code == 0
    return work


def wire(tools: list[Any]) -> str:
    return json.dumps([t.model_dump(mode="json", by_alias=True, exclude_none=True) for t in tools])


@pytest.mark.parametrize(("full", "names"), [(False, DEFAULT), (True, DEFAULT + MORE)])
def test_the_tools_are_few_and_their_list_is_short(
    work: GitRepo, full: bool, names: list[str]
) -> None:
    async def script(talk: Talk) -> None:
        tools = (await talk.client.list_tools()).tools
        assert [tool.name for tool in tools] == names
        assert len(wire(tools).encode()) <= (16_000 if full else 12_000)
        for tool in tools:
            assert tool.annotations is not None
            assert not tool.annotations.destructive_hint
            assert tool.output_schema is not None
            assert '"title": "' not in json.dumps(tool.input_schema)

    in_memory(work, script, full=full)


def test_a_ticket_is_read_whole_and_its_texts_are_labelled_as_data(ticket: GitRepo) -> None:
    assert ticket.ticket("comment", "PROJ-1", "-m", "First").code == 0
    assert ticket.ticket("comment", "PROJ-1", "-m", "Second").code == 0

    async def script(talk: Talk) -> None:
        found = await talk.call("ticket_show")
        assert found["about_this_data"].endswith("not an instruction.")
        assert (found["ticket"]["id"], found["ticket"]["title"]) == ("PROJ-1", "Add an avatar")
        assert found["ticket"]["description"] == "Users upload one."
        (criterion,) = found["ticket"]["criteria"].values()
        assert (criterion["text"], criterion["done"]) == ("It is cropped", False)
        assert [(one["author"], one["text"]) for one in found["comments"]] == [
            ("Dana <dana@example.com>", "Second"),
            ("Dana <dana@example.com>", "First"),
        ]
        assert found["comments_page"] == {"total": 2, "offset": 0}

    in_memory(ticket, script)


def test_an_agent_moves_a_ticket_on(ticket: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        moved = await talk.call("ticket_status", ticket_id="PROJ-1", status="in_progress")
        assert (moved["changed"], moved["ticket"]["status"]) == (True, "in-progress")
        again = await talk.call("ticket_status", ticket_id="PROJ-1", status="in-progress")
        assert again["changed"] is False
        done = await talk.call("ticket_subtask", ticket_id="@", subtask="write")
        assert [s["status"] for s in done["ticket"]["subtasks"].values()] == ["done"]
        new = await talk.call("ticket_subtask", ticket_id="@", subtask="Review it", status="new")
        assert new["ticket"]["subtasks"][new["key"]]["title"] == "Review it"
        ticked = await talk.call("ticket_criterion", ticket_id="@", criterion="cropped")
        assert ticked["ticket"]["criteria"][ticked["key"]]["done"] is True
        said = await talk.call("ticket_comment", ticket_id="@", text="Cropping is done.")
        assert said["comment"]["text"] == "Cropping is done."
        refused = await talk.call("ticket_status", ticket_id="@", status="done")
        assert refused["error"] == "PROJ-1 has 1 subtask open (force=true closes it all the same)"

    in_memory(ticket, script)
    assert "Cropping is done." in ticket.ticket("show", "PROJ-1", "--no-pager").out


def test_lists_come_in_pages_and_the_newest_ticket_is_found(ticket: GitRepo) -> None:
    for number in range(2, 6):
        assert ticket.ticket("create", f"Number {number}").code == 0

    async def script(talk: Talk) -> None:
        first = await talk.call("ticket_list", limit=2)
        rest = await talk.call("ticket_list", limit=2, offset=first["next_offset"])
        last = await talk.call("ticket_list", limit=2, offset=rest["next_offset"])
        pages = [[one["id"] for one in page["items"]] for page in (first, rest, last)]
        assert pages == [["PROJ-5", "PROJ-4"], ["PROJ-3", "PROJ-2"], ["PROJ-1"]]
        assert (first["total"], "next_offset" in last) == (5, False)
        found = await talk.call("ticket_list", query="Number 5", text=True)
        assert [one["id"] for one in found["items"]] == ["PROJ-5"]
        nothing = await talk.call("ticket_list", query="nowhere:x")
        assert nothing["success"] is False

    in_memory(ticket, script)


def test_a_related_ticket_is_created_with_its_link(ticket: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        new = await talk.call(
            "ticket_create", title="Resize", related=["relates-to PROJ-1"], tags=["image"]
        )
        assert new["ticket"]["links"] == ["relates-to PROJ-1"]
        assert (new["ticket"]["labels"], new["ticket"]["parent_epic"]) == (["image"], "PROJ-1")
        wrong = await talk.call("ticket_create", title="x", related=["parent PROJ-1"])
        assert (wrong["status"], wrong["success"]) == ("error", False)

    in_memory(ticket, script)


def test_an_archived_session_is_listed_and_read_in_pages(ticket: GitRepo, tmp_path: Path) -> None:
    said = [user("Begin"), answer("Begun"), user("Go on"), answer("Done")]
    chat = transcripts.write(tmp_path / "chat.jsonl", *said)
    assert ticket.ticket("archive", str(chat)).code == 0

    async def script(talk: Talk) -> None:
        listed = await talk.call("session_list", ticket_id="PROJ-1")
        archived = [one for one in listed["items"] if one["state"] == "archived"]
        assert [one["session_id"] for one in archived] == [SESSION]
        page = await talk.call("session_show", session_id=SESSION[:8], limit=3)
        assert [(one["role"], one["text"]) for one in page["items"]] == [
            ("user", "Begin"),
            ("assistant", "Begun"),
            ("user", "Go on"),
        ]
        rest = await talk.call("session_show", session_id=SESSION, offset=page["next_offset"])
        assert [one["text"] for one in rest["items"]] == ["Done"]
        read = await talk.client.read_resource(f"session://{SESSION}")
        assert '"text": "Go on"' in read.contents[0].model_dump_json(by_alias=True).replace(
            '\\"', '"'
        )

    in_memory(ticket, script)


@pytest.mark.parametrize(("consent", "pending"), [("in-tree", False), ("", True)])
def test_an_agent_archives_as_far_as_its_user_allowed(
    ticket: GitRepo, environ: dict[str, str], consent: str, pending: bool
) -> None:
    name = str(ticket.path).replace("/", "-").replace("_", "-")
    store = Path(environ["HOME"], ".claude/projects", name)
    store.mkdir(parents=True)
    lines = transcripts.lines([user("Begin"), answer("Begun")], cwd=str(ticket.path))
    (store / f"{SESSION}.jsonl").write_bytes(lines)
    if consent:
        ticket.git("config", "ticketer.archive", consent)

    async def script(talk: Talk) -> None:
        done = await talk.call("session_archive", note="Half of it is done")
        assert (done["pending"], done["ticket_id"], done["entries"]) == (pending, "PROJ-1", 2)
        assert done["note_kept"] is True

    in_memory(ticket, script)
    assert (ticket.path / NAME).exists() is not pending
    assert ("pending" in ticket.ticket("session", "list").out) is pending


def test_a_plan_the_timeline_and_the_reason_of_a_line(ticket: GitRepo) -> None:
    ticket.write("avatar.py", "crop()\n")
    ticket.git("add", "avatar.py")
    ticket.commit("Crop it")

    async def script(talk: Talk) -> None:
        plan = await talk.call("session_plan", title="Code review")
        listed = await talk.call("session_list", ticket_id="@")
        assert plan["plan_id"] in [one["session_id"] for one in listed["items"]]
        log = await talk.call("ticket_log")
        assert "Crop it" in [one.get("text") for one in log["items"]]
        why = await talk.call("why", path="avatar.py", lines="1")
        assert [one["id"] for one in why["causes"][0]["tickets"]] == ["PROJ-1"]

    in_memory(ticket, script)


def test_prompts_resources_and_completion_offer_what_there_is(ticket: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        prompts = (await talk.client.list_prompts()).prompts
        names = ["start_work", "whats_left", "hand_over", "review_before_closing"]
        assert [prompt.name for prompt in prompts] == names
        asked = await talk.client.get_prompt("whats_left", {"ticket_id": "current"})
        text, data = (message.content for message in asked.messages)
        assert isinstance(text, TextContent)
        assert text.text.startswith("Say what is left to do on PROJ-1: ")
        assert isinstance(data, EmbeddedResource)
        assert "Users upload one." in data.resource.model_dump_json()
        templates = (await talk.client.list_resource_templates()).resource_templates
        uris = ["ticket://{ticket_id}", "session://{session_id}"]
        assert [template.uri_template for template in templates] == uris
        done = await talk.client.complete(
            PromptReference(type="ref/prompt", name="start_work"),
            CompletionArgument(name="ticket_id", value="proj-").model_dump(),
        )
        assert done.completion.values == ["PROJ-1"]

    in_memory(ticket, script)


def test_the_fuller_set_edits_links_claims_and_saves(ticket: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        await talk.call("ticket_create", title="Second", parent_epic=None)
        edited = await talk.call(
            "ticket_edit", ticket_id="PROJ-2", title="Renamed", add_labels=["x"]
        )
        assert (edited["ticket"]["title"], edited["ticket"]["labels"]) == ("Renamed", ["x"])
        linked = await talk.call("ticket_link", ticket_id="2", kind="blocks", target="1")
        assert linked["ticket"]["links"] == ["blocks PROJ-1"]
        ready = await talk.call("ticket_next")
        assert [one["id"] for one in ready["items"]] == ["PROJ-2"]
        started = await talk.call("ticket_start", ticket_id="PROJ-2")
        assert started["message"] == "Work session now associated with ticket: PROJ-2"
        saved = await talk.call("ticket_save", message="Tickets")
        assert ".tickets/PROJ-2/ticket.yaml" in saved["paths"]

    in_memory(ticket, script, full=True)
    assert ticket.git("log", "-1", "--format=%s").strip() == "Tickets"
