"""Tickets in odd states: broken, doubled, below themselves, written by hand in other words."""

import json

import pytest

from tests.support.git import GitRepo, Result

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0"


def put(repo: GitRepo, number: int, more: str = "", *, uid: str = "") -> None:
    text = f"uid: {uid or UID + str(number)}\n\nid: PROJ-{number}\n\ntitle: T{number}\n\n{more}"
    repo.write(f".tickets/PROJ-{number}/ticket.yaml", text)


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(repo, 1, "status: planned\n")
    return repo


@pytest.mark.parametrize(
    "command",
    [("edit", "1", "-p", "low"), ("comment", "2", "-m", "x"), ("close", "2"), ("tree", "1")],
    ids=" ".join,
)
@pytest.mark.parametrize("listed", [True, False], ids=["listed before", "never listed"])
def test_one_of_two_tickets_with_one_uid_is_refused_with_what_to_do(
    team: GitRepo, command: tuple[str, ...], listed: bool
) -> None:
    put(team, 2, uid=f"{UID}1")
    if listed:
        assert team.ticket("list").code == 1

    done = team.ticket(*command)

    number = command[1]
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: .tickets/PROJ-{number}/ticket.yaml:")
    assert done.err.endswith(f"hint: git ticket renumber PROJ-{number}\n")


def test_a_workflow_in_which_nothing_closes_is_named(team: GitRepo) -> None:
    team.write(".tickets/config.yaml", "prefix: PROJ\nstatuses:\n  todo: open\n")

    assert team.ticket("close", "1") == Result(
        1,
        "",
        "error: the team's statuses have none of category closed\n"
        "hint: edit .tickets/config.yaml\n",
    )


@pytest.mark.parametrize("link", ["blocks  PROJ-1", "Blocks proj-01", "blocks PROJ-1"])
def test_a_link_is_taken_away_however_it_was_written(team: GitRepo, link: str) -> None:
    put(team, 2, f"links:\n- {link}\n- relates-to PROJ-9\n")

    shown = json.loads(team.ticket("show", "1", "--json").out)
    done = team.ticket("unlink", "2", "blocks", "PROJ-1")

    assert shown["linked_from"] == ["blocked-by PROJ-2"]
    assert done.code == 0, done.err
    left = json.loads(team.ticket("show", "2", "--json", "--fields", "links").out)
    assert left["links"] == ["relates-to PROJ-9"]


def test_a_label_that_stands_twice_goes_away_at_once(team: GitRepo) -> None:
    put(team, 2, "labels:\n- a\n- a\n- b\n")

    team.ticket("edit", "2", "--remove-label", "a")

    shown = json.loads(team.ticket("show", "2", "--json", "--fields", "labels").out)
    assert shown["labels"] == ["b"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["1", "-t", "epic", "--parent", "2"], 2),
        (["3", "-t", "epic"], 2),
        (["2", "-t", "task", "--parent", "1"], 0),
        (["3", "-t", "epic", "--no-parent"], 0),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_what_type_and_parent_are_in_the_end_must_fit(
    team: GitRepo, arguments: list[str], code: int
) -> None:
    put(team, 2, "type: epic\n")
    put(team, 3, "parent: PROJ-2\n")

    assert team.ticket("edit", *arguments).code == code


def test_a_subtask_with_capitals_in_its_key_is_named_by_it(team: GitRepo) -> None:
    put(team, 2, "subtasks:\n  K2:\n    title: one\n  other:\n    title: two\n")

    assert team.ticket("subtask", "done", "2", "k2").code == 0


def test_a_change_of_other_lines_is_a_change(team: GitRepo) -> None:
    done = team.ticket("edit", "1", GIT_EDITOR="sed -i '1i # mine'")

    assert done == Result(
        0,
        "PROJ-1  other lines of its file\n",
        "hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets\n",
    )


@pytest.mark.parametrize("command", ["tree", "next", "board", "list"])
def test_a_broken_ticket_is_shown_by_every_list(team: GitRepo, command: str) -> None:
    team.write(".tickets/PROJ-2/ticket.yaml", "uid: x\n")

    done = team.ticket(command)
    found = json.loads(team.ticket(command, "--json").out)

    assert done.code == 1
    assert ".tickets/PROJ-2/ticket.yaml:1: uid must be a ULID" in done.out
    assert [row["id"] for row in found["broken"]] == ["PROJ-2"]


def test_tickets_below_themselves_are_in_the_tree(team: GitRepo) -> None:
    put(team, 3, "parent: PROJ-4\n")
    put(team, 4, "parent: PROJ-3\n")

    done = team.ticket("tree")

    assert (done.code, done.out.splitlines()[0].split()[0]) == (0, "PROJ-3")
    assert "PROJ-4" in done.out


def test_a_comment_inside_a_flow_list_is_never_lost(team: GitRepo) -> None:
    put(team, 2, "labels: [a, # front\n  b] # back\n")
    before = (team.path / ".tickets/PROJ-2/ticket.yaml").read_bytes()

    done = team.ticket("edit", "2", "-l", "c")

    assert done == Result(
        1,
        "",
        "error: .tickets/PROJ-2/ticket.yaml: a comment stands inside a value that would be "
        "written anew\nhint: edit .tickets/PROJ-2/ticket.yaml by hand\n",
    )
    assert (team.path / ".tickets/PROJ-2/ticket.yaml").read_bytes() == before


def test_another_tickets_comment_is_named_not_shown(team: GitRepo) -> None:
    path = f".tickets/PROJ-1/comments/{UID}9.yaml"
    team.write(path, f"ticket: PROJ-1\nticket_uid: {UID}8\nauthor: Eve\ntext: not mine\n")

    done = team.ticket("show", "1")

    assert "not mine" not in done.out
    assert done.err == f"warning: {path}: a comment of another ticket\n"


def test_a_text_that_is_too_large_uses_no_number_up(team: GitRepo) -> None:
    big = team.write("big.txt", "ab\n" * 340_000)

    done = team.ticket("create", "Big", "--no-parent", "-F", str(big))

    assert (done.code, done.out) == (2, "")
    assert team.ticket("create", "Small", "--no-parent").out == "PROJ-2\n"
