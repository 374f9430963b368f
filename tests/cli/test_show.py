"""What is shown of a ticket, of its family and of the whole: whole outputs, nothing hidden."""

import json

import pytest

from tests.support.git import GitRepo, Result
from tests.support.terminal import terminal

TICKET = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-1

title: Add an avatar

type: feature

status: in-progress

priority: high

parent: PROJ-2

assignee: dana@example.com

labels:
- backend
- ui

created: 2026-11-22T09:00:00Z

created_by: Dana <dana@example.com>

description: |
  Users upload an avatar.

  \tcode()

requirements: JPEG or PNG

criteria:
  k3f9:
    text: It is square
    done: true
    added: 2026-11-22T09:00:00Z

  a1a1:
    text: It is small
    done: false
    added: 2026-11-22T09:00:01Z

subtasks:
  a7c2:
    title: Process images
    status: in-progress
    added: 2026-11-22T09:00:00Z

links:
- relates-to https://example.com/x
"""
EPIC = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0B
id: PROJ-2
title: Profiles
type: epic
status: planned
"""
BLOCKER = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0C
id: PROJ-3
title: Choose a store
status: backlog
parent: PROJ-2
links: [blocks PROJ-1, blocks PROJ-4]
"""
CHILD = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0D
id: PROJ-4
title: Crop it
status: done
parent: PROJ-1
"""
COMMENT = """\
ticket: PROJ-1

ticket_uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

kind: comment

author: Eve <eve@example.com>

created: 2026-11-22T10:00:00Z

text: |
  What about size?
  And type?
"""
SHOWN = """\
PROJ-1  Add an avatar
in-progress  feature  high priority
  parent    PROJ-2  Profiles
  assignee  dana@example.com
  labels    backend, ui
  created   2026-11-22T09:00:00Z by Dana <dana@example.com>

  Users upload an avatar.

      code()

Requirements
  JPEG or PNG

Criteria (1 of 2)
  [x] k3f9  It is square
  [ ] a1a1  It is small

Subtasks (0 of 1)
  [~] a7c2  Process images

Links
  relates-to  https://example.com/x
  blocked-by  PROJ-3  Choose a store
  child       PROJ-4  Crop it (done)

Comments (1)
  Eve <eve@example.com>, 2026-11-22T10:00:00Z
    What about size?
    And type?
"""


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    for number, text in enumerate((TICKET, EPIC, BLOCKER, CHILD), 1):
        repo.write(f".tickets/PROJ-{number}/ticket.yaml", text)
    repo.write(".tickets/PROJ-1/comments/01JD8Z6W5T3K9QG4R7M2XV1B0E.yaml", COMMENT)
    repo.git("add", ".tickets")
    repo.commit("tickets")
    return repo


@pytest.mark.parametrize("name", ["show", "view"])
def test_a_ticket_is_shown_with_all_that_belongs_to_it(team: GitRepo, name: str) -> None:
    assert team.ticket(name, "1") == Result(0, SHOWN, "")


def test_without_an_id_it_is_the_ticket_of_the_session(team: GitRepo) -> None:
    team.ticket("attach", "PROJ-1")

    done = team.ticket("show")

    assert done == team.ticket("show", "@")
    before, _, after = done.out.partition("\nSessions (1)\n")
    session, _, after = after.partition("\n")
    assert before + after == SHOWN
    assert session.split()[:2] == ["active", "PROJ-1"]
    assert session.endswith("  this session")


def test_on_another_branch_it_is_shown_as_it_is_there(team: GitRepo) -> None:
    team.git("switch", "-qc", "topic")
    team.ticket("edit", "1", "--title", "Another title")
    team.ticket("comment", "1", "-m", "On the branch")
    team.ticket("save")
    team.git("switch", "-q", "main")

    done = team.ticket("show", "1", "--ref", "topic")

    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "PROJ-1  Another title"
    assert "  as on     topic" in lines
    assert lines[-1] == "    On the branch"
    assert team.ticket("show", "1") == Result(0, SHOWN, "")


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "HEAD:.tickets", ""])
def test_a_revision_that_is_none_is_an_error(team: GitRepo, ref: str) -> None:
    done = team.ticket("show", "1", f"--ref={ref}")

    assert (done.code in (1, 2, 3), done.out) == (True, "")
    assert done.err.startswith("error: ")


def test_a_broken_comment_is_named_and_hides_nothing(team: GitRepo) -> None:
    path = ".tickets/PROJ-1/comments/01JD8Z6W5T3K9QG4R7M2XV1B0F.yaml"
    team.write(path, "text: [\n")

    done = team.ticket("show", "1")

    assert (done.code, done.out) == (0, SHOWN)
    assert done.err.startswith(f"warning: {path}:2: ")


def test_no_control_character_of_a_ticket_reaches_the_terminal(team: GitRepo) -> None:
    evil = r'"\e]0;title\a\e[31mred\e[0m \r\u202Ereversed\u2066 \x9b31m \0"'
    text = TICKET.replace("Add an avatar", evil).replace("- ui", f"- {evil}")
    text = text.replace("JPEG or PNG", evil).replace("It is square", evil)
    text = text.replace("Process images", evil).replace(
        "assignee: dana@example.com", f"assignee: {evil}"
    )
    team.write(".tickets/PROJ-1/ticket.yaml", text)
    team.write(
        ".tickets/PROJ-1/comments/01JD8Z6W5T3K9QG4R7M2XV1B0E.yaml", COMMENT.replace("Eve", evil)
    )

    for command in (
        *(["show", "1", "--no-pager"], ["list", "--all"], ["board"], ["tree"], ["todo", "1"]),
        *(["search", "reversed"], ["diff"], ["next"], ["edit", "1", "-p", "low"], ["lint"]),
    ):
        for environ in ({}, {"FORCE_COLOR": "1"}):
            done = team.ticket(*command, **environ)
            text = done.out + done.err
            ours = text.replace("\x1b[0m", "") if environ else text
            for code in (1, 2, *range(30, 38)):
                ours = ours.replace(f"\x1b[{code}m", "") if environ else ours
            bad = {c for c in ours if not c.isprintable() and c not in "\n\t"}
            assert bad == set(), (command, done)


def test_a_tree_has_every_child_under_its_parent(team: GitRepo) -> None:
    assert team.ticket("tree", "2") == Result(
        0,
        "PROJ-2 Profiles (planned) 1 of 3 closed\n"
        "|- PROJ-1 Add an avatar (in-progress) 1 of 1 closed\n"
        "|  `- PROJ-4 Crop it (done)\n"
        "`- PROJ-3 Choose a store (backlog)\n",
        "",
    )
    assert team.ticket("tree") == team.ticket("tree", "2")


def test_a_circle_of_parents_ends(team: GitRepo) -> None:
    team.write(".tickets/PROJ-2/ticket.yaml", EPIC + "parent: PROJ-4\n")

    done = team.ticket("tree", "2")

    assert (done.code, done.out.count("PROJ-")) == (0, 4)


def test_the_board_has_a_column_for_every_open_status(team: GitRepo) -> None:
    done = team.ticket("board")

    assert [line.rstrip() for line in done.out.splitlines()] == [
        "backlog 1                planned 1                in-progress 1            in-review 0",
        "PROJ-3 Choose a store    PROJ-2 Profiles          PROJ-1 Add an avatar",
    ]


def test_a_narrow_terminal_gets_the_columns_below_each_other(team: GitRepo) -> None:
    command = ("sh", "-c", "stty cols 40; git ticket board")
    with terminal(*command, folder=team.path, environ=team.environ) as shown:
        assert shown.wait() == 0

    lines = [line for line in shown.seen.replace("\r", "").split("\n") if line]
    assert [line.strip() for line in lines if "PROJ" in line] == [
        "PROJ-3 Choose a store",
        "PROJ-2 Profiles",
        "PROJ-1 Add an avatar",
    ]


def test_the_json_of_board_and_tree_holds_the_same_tickets(team: GitRepo) -> None:
    board = json.loads(team.ticket("board", "--all", "--json").out)["columns"]
    tree = json.loads(team.ticket("tree", "--json").out)["tickets"]

    ids = {name: [row["id"] for row in rows] for name, rows in board.items() if rows}
    assert ids == {
        "backlog": ["PROJ-3"],
        "planned": ["PROJ-2"],
        "in-progress": ["PROJ-1"],
        "done": ["PROJ-4"],
    }
    assert [(row["id"], [c["id"] for c in row["children"]]) for row in tree] == [
        ("PROJ-2", ["PROJ-1", "PROJ-3"])
    ]


def test_next_is_what_is_open_free_and_unblocked(team: GitRepo) -> None:
    done = team.ticket("next", "--fields", "id", "--json")

    ids = [row["id"] for row in json.loads(done.out)["tickets"]]
    assert sorted(ids) == ["PROJ-2", "PROJ-3"]


def test_what_is_left_on_a_ticket(team: GitRepo) -> None:
    assert team.ticket("todo", "1") == Result(
        0,
        "PROJ-1  Add an avatar (in-progress)\n"
        "subtasks: 1 of 1 open\n"
        "  [~] a7c2  Process images\n"
        "criteria: 1 of 2 open\n"
        "  [ ] a1a1  It is small\n",
        "",
    )


def test_a_long_answer_goes_through_the_pager_of_git(team: GitRepo) -> None:
    command = ("git", "-c", "core.pager=sed s/^/P:/", "ticket", "show", "1")
    environ = {key: value for key, value in team.environ.items() if key != "GIT_PAGER"}
    with terminal(*command, folder=team.path, environ=environ) as shown:
        assert shown.wait() == 0

    assert "P:" in shown.seen.splitlines()[0]
