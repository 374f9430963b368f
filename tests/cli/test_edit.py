"""Changing tickets: only the lines of a field change, and every command says what it stored."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

HAND = """\
# kept by hand
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-1

title: "Add  it"   # really

x-points: 5
status: Planned

labels: [ui]

criteria:
  a1a1:
    text: It is square
    done: false

subtasks:
  b1b1: {title: Write tests, status: pending}

  c1c1:
    title: Write the code
    status: pending
"""
PATH = ".tickets/PROJ-1/ticket.yaml"
HINT = f"hint: not committed: {PATH}; git ticket save commits the tickets\n"


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    """A repository with one ticket that a person wrote by hand, all of it committed."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    repo.write(PATH, HAND)
    repo.git("add", ".")
    repo.commit("tickets")
    return repo


def changed(repo: GitRepo) -> list[str]:
    """The lines that differ from the commit."""
    lines = repo.git("diff", "-U0", "--", ".tickets").splitlines()
    return [line for line in lines if line[0] in "-+" and line[:3] not in ("---", "+++")]


@pytest.mark.parametrize(
    ("arguments", "lines", "said"),
    [
        (
            ["edit", "1", "--title", "no"],
            ['-title: "Add  it"   # really', "+title: 'no'   # really"],
            ["title: Add  it -> no"],
        ),
        (
            ["edit", "PROJ-1", "-l", "api", "--remove-label", "ui", "-p", "high"],
            ["-labels: [ui]", "+priority: high", "+", "+labels:", "+- api"],
            ["priority: + high", "labels: - ui", "labels: + api"],
        ),
        (
            ["edit", "proj-01", "-a", "dana@example.com", "-m", "One\nTwo"],
            ["+assignee: dana@example.com", "+", "+description: |", "+  One", "+  Two", "+"],
            ["assignee: + dana@example.com", "description: + One... (8 characters)"],
        ),
        (
            ["move", "1", "in_progress"],
            ["-status: Planned", "+status: in-progress"],
            ["status: planned -> in-progress"],
        ),
        (
            ["criterion", "done", "1", "square"],
            ["-    done: false", "+    done: true"],
            ["criterion a1a1: [ ] It is square -> [x] It is square"],
        ),
        (
            ["subtask", "start", "1", "c1c1"],
            ["-    status: pending", "+    status: in-progress"],
            ["subtask c1c1: Write the code (pending) -> Write the code (in-progress)"],
        ),
        (
            ["subtask", "done", "1", "write tests"],
            [
                *("-  b1b1: {title: Write tests, status: pending}", "+  b1b1:"),
                *("+    title: Write tests", "+    status: done"),
            ],
            ["subtask b1b1: Write tests (pending) -> Write tests (done)"],
        ),
        (
            ["link", "1", "relates_to", "https://example.com"],
            ["+", "+links:", "+- relates-to https://example.com"],
            ["links: + relates-to https://example.com"],
        ),
        (
            ["close", "1", "--cancel"],
            ["-status: Planned", "+status: cancelled"],
            ["status: planned -> cancelled"],
        ),
    ],
    ids=lambda part: " ".join(part)[:40],
)
def test_only_the_lines_of_the_field_change_and_that_is_what_is_said(
    team: GitRepo, arguments: list[str], lines: list[str], said: list[str]
) -> None:
    done = team.ticket(*arguments)

    assert done == Result(0, "".join(f"PROJ-1  {line}\n" for line in said), HINT)
    assert changed(team) == lines


def test_setting_what_is_set_writes_nothing(team: GitRepo) -> None:
    done = team.ticket("edit", "1", "--status", "planned", "-l", "ui", "--title", "Add  it")

    assert done == Result(0, "", "hint: PROJ-1 is like that already, nothing was changed\n")
    assert changed(team) == []


def test_the_json_has_every_change_and_the_ticket(team: GitRepo) -> None:
    done = team.ticket("edit", "1", "-p", "low", "--json")

    found = json.loads(done.out)
    assert found["changes"] == [{"field": "priority", "before": "", "after": "low"}]
    assert (found["ticket_id"], found["path"], found["committed"]) == ("PROJ-1", PATH, False)
    assert found["ticket"]["priority"] == "low"


def test_added_items_get_a_key_that_later_commands_take(team: GitRepo) -> None:
    for kind in ("subtask", "criterion"):
        added = json.loads(team.ticket(kind, "add", "1", "A new one", "--json").out)
        done = team.ticket(kind, "done", "1", added["key"])
        assert done.code == 0, done.err
    shown = json.loads(team.ticket("show", "1", "--json").out)

    assert [c["done"] for c in shown["criteria"].values() if c["text"] == "A new one"] == [True]
    assert [s["status"] for s in shown["subtasks"].values() if s["title"] == "A new one"] == [
        "done"
    ]


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (
            ["move", "1", "in-review"],
            Result(
                1,
                "",
                "error: PROJ-1 cannot go from planned to in-review (allowed: backlog, "
                "in-progress, done, cancelled)\nhint: git ticket move PROJ-1 backlog\n",
            ),
        ),
        (
            ["close", "1"],
            Result(
                1,
                "",
                "error: PROJ-1 has 2 subtasks and 1 criterion open (--force closes it all the "
                "same)\nhint: git ticket todo PROJ-1\n",
            ),
        ),
        (
            ["subtask", "done", "1", "write"],
            Result(
                3,
                "",
                "error: PROJ-1 has no single subtask 'write'; it may be: b1b1 'Write tests', "
                "c1c1 'Write the code'\nhint: git ticket todo PROJ-1\n",
            ),
        ),
        (
            ["edit", "2", "--title", "x"],
            Result(
                3,
                "",
                "error: there is no ticket PROJ-2 (did you mean PROJ-1?)\nhint: git ticket list\n",
            ),
        ),
        (
            ["link", "1", "blocks", "1"],
            Result(2, "", "error: target cannot be '1': expected another ticket\n"),
        ),
        (
            ["link", "1", "parent", "1"],
            Result(2, "", "error: target cannot be '1': expected another ticket\n"),
        ),
        (
            ["unlink", "1", "blocks", "PROJ-7"],
            Result(
                3,
                "",
                "error: PROJ-1 has no link 'blocks PROJ-7'\nhint: git ticket show PROJ-1\n",
            ),
        ),
        (
            ["show"],
            Result(
                4,
                "",
                "error: no ticket is named, and none is attached\nhint: git ticket attach ID\n",
            ),
        ),
        (
            ["comment", "1", "-m", " "],
            Result(
                2,
                "",
                "error: comment cannot be ' ': expected some text\n"
                "hint: git ticket comment ID -m TEXT\n",
            ),
        ),
        (
            ["comment", "1"],
            Result(
                2,
                "",
                "error: give the text with -m TEXT, -F FILE or -F -\nhint: git ticket comment -h\n",
            ),
        ),
    ],
    ids=lambda part: " ".join(part)[:40] if isinstance(part, list) else "",
)
def test_what_is_refused_changes_nothing_and_says_what_to_type(
    team: GitRepo, arguments: list[str], result: Result
) -> None:
    assert team.ticket(*arguments) == result
    assert changed(team) == []


def test_force_closes_and_reopen_takes_it_up_again(team: GitRepo) -> None:
    assert team.ticket("close", "1", "--force").out == "PROJ-1  status: planned -> done\n"
    assert team.ticket("reopen", "1").out == "PROJ-1  status: done -> in-progress\n"


def test_a_parent_that_would_be_its_own_child_is_refused(team: GitRepo) -> None:
    team.ticket("create", "Two", "--parent", "1")
    team.ticket("create", "Three", "--parent", "2")

    done = team.ticket("edit", "1", "--parent", "3")

    assert done == Result(
        1,
        "",
        "error: a ticket cannot be its own parent: PROJ-1 -> PROJ-3 -> PROJ-2 -> PROJ-1\n"
        "hint: git ticket tree PROJ-1\n",
    )


def test_a_link_is_seen_from_both_ends_and_taken_away_from_either(team: GitRepo) -> None:
    team.ticket("create", "Two", "--no-parent")
    team.ticket("link", "1", "blocks", "2")

    again = team.ticket("link", "2", "blocked-by", "1")
    shown = json.loads(team.ticket("show", "2", "--json").out)
    removed = team.ticket("unlink", "2", "blocked-by", "1")

    assert again.err == "hint: PROJ-2 is like that already, nothing was changed\n"
    assert shown["linked_from"] == ["blocked-by PROJ-1"]
    assert removed.out == "PROJ-1  links: - blocks PROJ-2\n"


def test_children_and_parents_are_links_too(team: GitRepo) -> None:
    team.ticket("create", "Two", "--no-parent")

    assert team.ticket("link", "1", "child", "2").out == "PROJ-2  parent: + PROJ-1\n"
    shown = json.loads(team.ticket("show", "1", "--json").out)
    assert shown["children"] == [{"id": "PROJ-2", "title": "Two", "status": "backlog"}]
    assert team.ticket("unlink", "2", "parent", "1").out == "PROJ-2  parent: - PROJ-1\n"


EDITORS = {
    "valid": 'printf "\\n# more\\n" >> "$1"',
    "broken": 'printf "\\ntitle: again\\n" >> "$1"',
    "another uid": 'sed -i "s/0A$/0B/" "$1"',
    "failing": "exit 3",
}


def with_editor(repo: GitRepo, tmp_path: Path, script: str, *arguments: str) -> Result:
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(0o755)
    return repo.ticket(*arguments, GIT_EDITOR=str(editor))


def test_the_editor_gets_the_file_and_what_is_valid_is_stored(
    team: GitRepo, tmp_path: Path
) -> None:
    done = with_editor(team, tmp_path, EDITORS["valid"], "edit", "1")

    assert done.code == 0, done.err
    assert (team.path / PATH).read_text(encoding="utf-8") == HAND + "\n# more\n"
    assert list((team.git_dir / "ticketer").glob("edit-*")) == []


@pytest.mark.parametrize(
    ("editor", "error"),
    [
        ("broken", f"{PATH}:25: the key 'title' stands twice"),
        ("another uid", f"{PATH}:2: the uid of a ticket never changes"),
    ],
)
def test_what_the_editor_breaks_is_not_stored_and_not_lost(
    team: GitRepo, tmp_path: Path, editor: str, error: str
) -> None:
    done = with_editor(team, tmp_path, EDITORS[editor], "edit", "1")

    [kept] = (team.git_dir / "ticketer").glob("edit-*")
    assert done == Result(
        1,
        "",
        f"error: {error}; nothing was stored, your text is kept in {kept}\n"
        "hint: git ticket edit PROJ-1\n",
    )
    assert kept.read_text(encoding="utf-8") != HAND
    assert changed(team) == []


def test_an_editor_that_fails_stores_nothing(team: GitRepo, tmp_path: Path) -> None:
    done = with_editor(team, tmp_path, EDITORS["failing"], "edit", "1")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: the editor ended with exit code 3; the text is kept in ")
    assert changed(team) == []


def test_a_broken_ticket_can_be_mended_in_the_editor(team: GitRepo, tmp_path: Path) -> None:
    (team.path / PATH).write_text(HAND + "\ntitle: again\n", encoding="utf-8")

    refused = team.ticket("edit", "1", "--title", "x")
    mended = with_editor(team, tmp_path, 'sed -i "/again/d" "$1"', "edit", "1")

    assert refused == Result(
        1, "", f"error: {PATH}:25: the key 'title' stands twice\nhint: mend {PATH}\n"
    )
    assert mended.code == 0, mended.err
    assert (team.path / PATH).read_text(encoding="utf-8") == HAND + "\n"


def test_a_change_made_meanwhile_is_not_written_over(team: GitRepo, tmp_path: Path) -> None:
    script = EDITORS["valid"] + f"; git ticket edit 1 --title Meanwhile; cd {team.path}"
    done = with_editor(team, tmp_path, script, "edit", "1")

    assert done.code == 1
    assert f"{PATH} was changed by somebody else meanwhile; nothing was stored" in done.err
    assert changed(team) == ['-title: "Add  it"   # really', "+title: Meanwhile   # really"]
