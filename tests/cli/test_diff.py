"""`git ticket diff`: what a person and a program see of a branch's changes."""

import json

import pytest

from tests.support.git import GitRepo, Result

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0B"


def ticket(repo: GitRepo, id: str, uid: str = UID, *, more: str = "", title: str = "One") -> None:
    text = f"uid: {uid}\n\nid: {id}\n\ntitle: {title}\n\nstatus: planned\n{more}"
    repo.write(f".tickets/{id}/ticket.yaml", text)


@pytest.fixture
def topic(repo: GitRepo) -> GitRepo:
    """A branch on which PROJ-1 got labels, a comment and a session, and PROJ-2 was created."""
    ticket(repo, "PROJ-1")
    repo.git("add", ".")
    repo.git("commit", "--quiet", "-m", "tickets")
    repo.git("switch", "--quiet", "-c", "topic")
    ticket(repo, "PROJ-1", title="Two", more="\nlabels:\n- backend\n")
    name = f".tickets/PROJ-1/comments/{OTHER}.yaml"
    repo.write(name, f"ticket: PROJ-1\n\nticket_uid: {UID}\n\nauthor: D <d@e>\n\ntext: Seen\n")
    repo.write(".tickets/PROJ-1/sessions/2026-11-22-claude-code-0a.yaml", "id: x\n")
    ticket(repo, "PROJ-2", OTHER, title="New")
    return repo


def test_each_ticket_is_shown_with_a_line_for_each_thing(topic: GitRepo) -> None:
    assert topic.ticket("diff") == Result(
        0,
        "~ PROJ-1  Two\n"
        "    title: One -> Two\n"
        "    labels: + backend\n"
        "    + comment by D <d@e>: Seen\n"
        "    + session 2026-11-22-claude-code-0a\n"
        "\n"
        "+ PROJ-2  New  (planned)\n",
        "",
    )


def test_json_holds_the_whole_of_both_sides(topic: GitRepo) -> None:
    done = topic.ticket("diff", "main", "--json")
    answer = json.loads(done.out)
    assert (done.code, answer["base"], answer["head"]) == (0, topic.git("rev-parse", "main"), None)
    first, second = answer["tickets"]
    assert first["changes"] == [
        {"field": "title", "before": "One", "after": "Two"},
        {"field": "labels", "before": "", "after": "backend"},
    ]
    assert [one["text"] for one in first["comments"]] == ["Seen"]
    assert first["sessions"] == [".tickets/PROJ-1/sessions/2026-11-22-claude-code-0a.yaml"]
    assert (second["id"], second["created"], second["status"]) == ("PROJ-2", True, "planned")


def test_colours_tell_what_came_and_what_changed(topic: GitRepo) -> None:
    lines = topic.ticket("diff", FORCE_COLOR="1").out.split("\n")
    assert lines[1] == "    \x1b[33mtitle: One -> Two\x1b[0m"
    assert lines[2] == "    \x1b[32mlabels: + backend\x1b[0m"


def test_control_characters_never_reach_the_terminal(topic: GitRepo) -> None:
    ticket(topic, "PROJ-2", OTHER, title='"a\\e[31mb"')
    assert "+ PROJ-2  a\\x1b[31mb  (planned)\n" in topic.ticket("diff").out


def test_a_broken_file_is_a_row_and_a_warning(topic: GitRepo) -> None:
    topic.write(".tickets/PROJ-2/ticket.yaml", "uid: [\n")
    done = topic.ticket("diff")
    assert done.out.endswith("+ PROJ-2\n")
    assert done.err.startswith("warning: .tickets/PROJ-2/ticket.yaml:")


def test_nothing_that_differs_is_said_on_stderr(repo: GitRepo) -> None:
    assert repo.ticket("diff") == Result(0, "", "hint: no ticket differs\n")


@pytest.mark.parametrize("range", ["nothing", "main..nothing"])
def test_an_unknown_branch_is_not_found(repo: GitRepo, range: str) -> None:
    assert repo.ticket("diff", range) == Result(
        3, "", "error: there is no branch, tag or commit nothing\nhint: git branch --all\n"
    )


def test_an_option_in_the_place_of_a_branch_does_nothing(repo: GitRepo) -> None:
    done = repo.ticket("diff", "--", "--output=stolen")
    assert (done.code, done.out) == (3, "")
    assert not (repo.path / "stolen").exists()
