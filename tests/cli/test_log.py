"""`git ticket log` as it is typed and read."""

import json

import pytest

from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
TICKET = f"""uid: {UID}

id: PROJ-1

title: "One \\e[31m"

status: planned

created: 2026-11-01T09:00:00Z

created_by: Eve
"""


@pytest.fixture
def story(empty_repo: GitRepo) -> GitRepo:
    """A ticket that was planned, worked on and mentioned, and is done in the work tree alone."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.write(".tickets/PROJ-1/ticket.yaml", TICKET)
    empty_repo.git("add", ".")
    for message in (
        "Add \x1b[2J it\n\nTicket: PROJ-1\nTicket-Session: s-1",
        "Squash\n\n* Ticket: PROJ-1\n* x",
        "See PROJ-1",
    ):
        empty_repo.commit(message)
    empty_repo.write(".tickets/PROJ-1/ticket.yaml", TICKET.replace("planned", "done"))
    return empty_repo


def test_the_newest_comes_first_and_mentions_stand_apart(story: GitRepo) -> None:
    first, second, third = story.git("log", "--abbrev=10", "--format=%h", "--reverse").split()

    done = story.ticket("log", "1")

    now, rest = done.out.split("\n", 2)[1:]
    assert done.code == 0
    assert now[10:11] == "T"
    assert now[20:] == "  changed    status: planned -> done  (not committed)"
    assert (done.out.split("\n")[0] + "\n" + rest).split("\n") == [
        "PROJ-1  One \\x1b[31m",
        f"2026-11-22T09:00:00Z  commit     {second}  Squash  by Dana  (weak)",
        f"2026-11-22T09:00:00Z  commit     {first}  Add \\x1b[2J it  by Dana  session s-1",
        f"2026-11-01T09:00:00Z  created    {first}  by Eve",
        "",
        "Mentioned in",
        f"2026-11-22T09:00:00Z  commit     {third}  See PROJ-1  by Dana  (mentioned)",
        "",
    ]


def test_the_order_and_the_number_can_be_chosen(story: GitRepo) -> None:
    whole = story.ticket("log", "PROJ-1").out.split("\n\n")[0].split("\n")[2:]
    reverse = story.ticket("log", "PROJ-1", "--reverse").out.split("\n\n")[0].split("\n")[1:-1]
    few = story.ticket("log", "PROJ-1", "-n", "2").out.split("\n\n")[0].split("\n")[2:]

    assert reverse == whole[::-1]
    assert few == whole[:1]


def test_json_has_every_field(story: GitRepo) -> None:
    story.ticket("attach", "PROJ-1")
    name = story.git("rev-parse", "HEAD~2")

    done = story.ticket("log", "--json", "--reverse")

    answer = json.loads(done.out)
    assert {key: answer[key] for key in ("schema", "success", "ticket", "title", "total")} == {
        "schema": 1,
        "success": True,
        "ticket": "PROJ-1",
        "title": "One \x1b[31m",
        "total": 4,
    }
    assert [entry["kind"] for entry in answer["entries"]] == [
        *("created", "commit", "commit", "changed"),
    ]
    assert answer["entries"][1] == {
        "kind": "commit",
        "at": "2026-11-22T09:00:00Z",
        "author": "Dana",
        "text": "Add \x1b[2J it",
        "commit": name,
        "evidence": "trailer",
        "sessions": ["s-1"],
        "merge": None,
        "of": None,
        "state": None,
        "ticket": None,
        "changes": [],
        "committed": True,
    }
    assert answer["entries"][3]["changes"] == [
        {"field": "status", "before": "planned", "after": "done"}
    ]
    assert [entry["text"] for entry in answer["mentions"]] == ["See PROJ-1"]
    only = json.loads(story.ticket("log", "--json", "--fields", "total").out)
    assert only == {"schema": 1, "total": 4}


def test_what_cannot_be_shown_is_said(story: GitRepo) -> None:
    assert story.ticket("log").code == 4
    assert story.ticket("log", "PROJ-9").code == 3
    assert story.ticket("log", "--upload-pack").code == 2
    story.write(".tickets/PROJ-1/ticket.yaml", "uid: [\n")
    done = story.ticket("log", "PROJ-1")
    assert done.code == 0
    assert done.out.startswith("PROJ-1\n")
    assert done.err.startswith("warning: .tickets/PROJ-1/ticket.yaml:2: ")
