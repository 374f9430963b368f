"""An answer is never more than an agent can pay for, whatever a repository holds."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from mcp_types import TextResourceContents

from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.mcp import Talk, in_memory
from tests.support.transcripts import SESSION, answer, user

UID = "01JD8Z6W5T3K9QG4R7M2XV1B"
MOST = 90_000
"""Characters of a whole answer, indented: the limit of data.ROOM is for its bare JSON."""


def ticket(number: int, more: str = "", title: str = "t") -> str:
    head = f"uid: {UID}{number:02}\n\nid: PROJ-{number}\n\ntitle: {title}\n\nstatus: backlog\n\n"
    return f"{head}created: 2026-11-22T09:00:00Z\n\n{more}"


@pytest.fixture
def huge(work: GitRepo) -> GitRepo:
    """Tickets of many criteria, labels, links and comments, of long titles, and one of all."""
    criteria = "".join(f"  k{n:05}:\n    text: it is {n}\n" for n in range(9000))
    labels = "".join(f"- label-{n:05}\n" for n in range(30_000))
    links = "".join(f"- relates-to FAR-{n}\n" for n in range(1, 15_000))
    text = "description: |\n" + "  a line of text\n" * 40_000
    bodies = [f"criteria:\n{criteria}", f"labels:\n{labels}", f"links:\n{links}", text]
    for number, more in enumerate(bodies, 1):
        work.write(f".tickets/PROJ-{number}/ticket.yaml", ticket(number, more))
    work.write(".tickets/PROJ-5/ticket.yaml", ticket(5, title="T" * 900_000))
    for number in range(60):
        said = f"author: a\n\ncreated: 2026-11-22T09:00:00Z\n\ntext: {number} {'word ' * 3000}\n"
        work.write(f".tickets/PROJ-6/comments/{UID}{number:02}.yaml", said)
    work.write(".tickets/PROJ-6/ticket.yaml", ticket(6, "parent: PROJ-6\n"))
    return work


async def text(talk: Talk, tool: str, **arguments: Any) -> str:
    return json.dumps(await talk.call(tool, **arguments), indent=2)


def test_every_answer_about_a_huge_ticket_is_small_and_says_what_it_left_out(
    huge: GitRepo,
) -> None:
    async def script(talk: Talk) -> None:
        for number in range(1, 7):
            id = f"PROJ-{number}"
            read = await talk.client.read_resource(f"ticket://{id}")
            (resource,) = read.contents
            assert isinstance(resource, TextResourceContents)
            asked = await talk.client.get_prompt("start_work", {"ticket_id": id})
            sizes = [
                len(await text(talk, "ticket_show", ticket_id=id)),
                len(await text(talk, "ticket_status", ticket_id=id, status="planned")),
                len(await text(talk, "ticket_log", ticket_id=id)),
                len(resource.text),
                len(asked.model_dump_json()),
            ]
            assert max(sizes) <= MOST, (id, sizes)
        assert len(await text(talk, "ticket_list", limit=200)) <= MOST
        assert len(await text(talk, "ticket_criterion", ticket_id="1", criterion="it")) <= MOST
        shown = [(await talk.call("ticket_show", ticket_id=str(n)))["ticket"] for n in range(1, 6)]
        assert [one["cut"] for one in shown] == [
            {"criteria": 9000},
            {"labels": 30_000},
            {"links": 14_999},
            {"description": 600_000},
            {"title": 900_000},
        ]

    in_memory(huge, script)


def test_pages_end_where_there_is_no_room_and_lead_to_every_comment(huge: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        found: list[str] = []
        offset: int | None = 0
        while offset is not None:
            shown = await talk.call("ticket_show", ticket_id="6", comments_offset=offset)
            assert shown["comments"]
            found += [one["text"].split()[0] for one in shown["comments"]]
            offset = shown["comments_page"].get("next_offset")
        assert found == [str(n) for n in reversed(range(60))]

    in_memory(huge, script)


def test_a_long_conversation_comes_in_pages_with_every_prompt_whole(
    work: GitRepo, tmp_path: Path
) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0
    prompts = [f"{n} {'word ' * 2500}".strip() for n in range(8)]
    said = [one for prompt in prompts for one in (user(prompt), answer("Done"))]
    chat = transcripts.write(tmp_path / "chat.jsonl", *said)
    assert work.ticket("archive", str(chat), "--ticket", "PROJ-1").code == 0

    async def script(talk: Talk) -> None:
        found: list[str] = []
        offset: int | None = 0
        pages = 0
        while offset is not None:
            page = await talk.call("session_show", session_id=SESSION, limit=200, offset=offset)
            assert len(json.dumps(page)) <= MOST
            found += [one["text"] for one in page["items"] if one["role"] == "user"]
            offset, pages = page.get("next_offset"), pages + 1
        assert (found, pages > 2) == (prompts, True)
        read = await talk.client.read_resource(f"session://{SESSION}")
        (resource,) = read.contents
        assert isinstance(resource, TextResourceContents)
        assert len(resource.text) <= MOST
        assert json.loads(resource.text)["next_offset"] > 1

    in_memory(work, script)


def test_a_hostile_header_of_an_archive_is_cut_in_lists(work: GitRepo) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0
    uid = json.loads(work.ticket("show", "PROJ-1", "--json").out)["uid"]
    rules = "".join(f"  rule-{n}: 1\n" for n in range(5000))
    for number in range(30):
        id = f"chat-{number}"
        name = f"2026-11-22-claude-code-{hashlib.sha256(id.encode()).hexdigest()[:12]}"
        head = f"id: {id}\n\nticket: PROJ-1\n\nticket_uid: {uid}\n\nagent: claude-code\n\n"
        text = f"{head}title: {'x' * 50_000}\n\nredactions:\n{rules}\ntranscript:\n- role: user\n"
        work.write(f".tickets/PROJ-1/sessions/{name}.yaml", f"{text}  text: hi\n")

    async def script(talk: Talk) -> None:
        page = await talk.call("session_list", ticket_id="PROJ-1")
        shown = await talk.call("ticket_show", ticket_id="PROJ-1")
        assert page["total"] == shown["cut"]["sessions"] == 30
        assert page["items"][0]["cut"]["redactions"] == 5000
        assert max(len(json.dumps(one, indent=2)) for one in (page, shown)) <= MOST

    in_memory(work, script)
