"""`git ticket list` and `search`, as they are typed."""

import json
import sys

import pytest

from tests.support.cached import put, remark
from tests.support.git import GitRepo, Result

EARLIER = "2026-11-21T09:00:00Z"


@pytest.fixture
def four(empty_repo: GitRepo) -> GitRepo:
    """A repository with four tickets, one of them closed."""
    put(empty_repo, 1, "Add avatar upload", status="planned", priority="high")
    put(
        empty_repo,
        2,
        "Fix the login",
        status="in-progress",
        type="bug",
        assignee="dana@example.com",
    )
    put(empty_repo, 3, "Write it down", status="done")
    put(empty_repo, 4, "Older", status="backlog", created=EARLIER, parent="PROJ-1")
    return empty_repo


def test_what_is_not_closed_is_listed_newest_first_between_tabs(four: GitRepo) -> None:
    assert four.ticket("list") == Result(
        0,
        "PROJ-2\tin-progress\t\tFix the login\t\tdana@example.com\n"
        "PROJ-1\tplanned\thigh\tAdd avatar upload\t\t\n"
        "PROJ-4\tbacklog\t\tOlder\t\t\n",
        "",
    )


FOUND = {
    "status": (["status:done"], "3"),
    "category": (["is:closed"], "3"),
    "all": (["--all"], "3 2 1 4"),
    "mine": (["assignee:me"], "2"),
    "nobody's": (["assignee:none"], "1 4"),
    "negated": (["-type:bug"], "1 4"),
    "parent": (["parent:PROJ-1"], "4"),
    "or": (["status:planned,backlog"], "1 4"),
    "word": (["avat"], "1"),
    "dates": (["created:<2026-11-22"], "4"),
    "one string": (["status:open priority:high"], "1"),
    "sorted": (["--sort", "title", "--all"], "1 2 4 3"),
    "nothing": (["label:none-such"], ""),
    "another name": (["has:parent"], "4"),
}


@pytest.mark.parametrize(("words", "numbers"), FOUND.values(), ids=FOUND)
def test_a_query_finds(four: GitRepo, words: list[str], numbers: str) -> None:
    done = four.ticket("ls", *words, "--fields", "id")

    assert done == Result(0, "".join(f"PROJ-{n}\n" for n in numbers.split()), "")


def test_a_limit_says_what_was_left_out(four: GitRepo) -> None:
    done = four.ticket("list", "--limit", "1", "--fields", "id,status")

    assert done == Result(0, "PROJ-2\tin-progress\n", "hint: 1 of 3 shown; --limit 0 shows all\n")


def test_json_has_every_field_or_those_asked_for(four: GitRepo) -> None:
    remark(four, 2, "seen")
    whole = json.loads(four.ticket("list", "id:PROJ-2", "--json").out)
    assert whole == {
        "schema": 1,
        "success": True,
        "total": 1,
        "tickets": [
            {
                "id": "PROJ-2",
                "uid": "00000000020000000000000000",
                "title": "Fix the login",
                "type": "bug",
                "status": "in-progress",
                "priority": None,
                "parent": None,
                "assignee": "dana@example.com",
                "labels": [],
                "created": "2026-11-22T09:00:00Z",
                "links": [],
                "aliases": [],
                "subtasks": 0,
                "subtasks_done": 0,
                "criteria": 0,
                "criteria_done": 0,
                "comments": 1,
                "sessions": 0,
                "path": ".tickets/PROJ-2/ticket.yaml",
                "error": None,
                "ref": None,
            }
        ],
        "broken": [],
    }
    some = json.loads(four.ticket("list", "id:PROJ-2", "--json", "--fields", "id,title").out)
    assert some["tickets"] == [{"id": "PROJ-2", "title": "Fix the login"}]


WRONG = {
    "qualifier": (["colour:red"], "error: 'colour:red': no qualifier 'colour'"),
    "value": (["type:bgu"], "error: 'type:bgu': no 'bgu' here; there are: task, bug"),
    "field": (["--fields", "size"], "error: no field 'size' here; there are: id, uid"),
    "order": (["--sort", "size"], "error: 'sort:size': no such order"),
}


@pytest.mark.parametrize(("words", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_word_is_a_usage_error(four: GitRepo, words: list[str], message: str) -> None:
    done = four.ticket("list", *words)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)


def test_a_broken_ticket_is_a_row_after_the_good_ones_and_the_exit_code_is_1(
    four: GitRepo,
) -> None:
    four.write(".tickets/PROJ-3/ticket.yaml", "title: \x1b[31m[\n")

    done = four.ticket("list", "status:planned")

    assert done.code == 1
    first, second = done.out.splitlines()
    assert first == "PROJ-1\tplanned\thigh\tAdd avatar upload\t\t"
    assert second.startswith("PROJ-3\tbroken\t.tickets/PROJ-3/ticket.yaml:1: ")
    assert "\x1b" not in done.out + done.err
    assert done.err == "error: 1 ticket is broken\n"


def test_control_characters_of_a_title_do_not_reach_the_terminal(four: GitRepo) -> None:
    put(four, 5, "a\x1b[31mb\tc")

    out = four.ticket("list", "id:PROJ-5", "--fields", "title").out
    assert out == "a\\x1b[31mb c\n"


def test_search_finds_texts_and_comments_and_shows_where(four: GitRepo) -> None:
    put(four, 6, "Six", description="There is a quixotic plan in the middle of this long text.\n")
    remark(four, 3, "a Quixotic remark")

    done = four.ticket("search", "quixot")

    assert done == Result(
        0,
        "PROJ-6\t\tSix\tPROJ-6 Six There is a quixotic plan in the middle of this…\n"
        "PROJ-3\tdone\tWrite it down\ta Quixotic remark\n",
        "",
    )
    assert four.ticket("search", '"quixotic remark"').out.startswith("PROJ-3\t")
    assert four.ticket("search", "quixotic", "status:open", "--fields", "id").code == 0


def test_outside_of_a_repository_the_error_is_git_s(
    tmp_path_factory: pytest.TempPathFactory,
    environ: dict[str, str],
) -> None:
    done = GitRepo(tmp_path_factory.mktemp("bare"), environ).run("git-ticket", "list")

    assert done.code == 1
    assert done.err.startswith("error: not in a git repository")


def test_columns_fit_the_terminal(four: GitRepo) -> None:
    put(four, 1, "A very long title " * 10 + "火" * 20)

    shown = four.run(sys.executable, "-c", NARROW, COLUMNS="60")

    lines = shown.out.splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert any("…" in line for line in lines)


NARROW = """
from git_ticketer.cli import table
table.terminal_width = lambda: 60
from git_ticketer.cli.app import run
run(["list"])
"""


def test_tickets_of_other_branches_are_listed_with_their_branch(four: GitRepo) -> None:
    four.git("add", ".tickets")
    four.git("commit", "-qm", "tickets")
    four.git("switch", "-qc", "topic")
    put(four, 5, "On the branch", status="planned")
    put(four, 6, "Closed there", status="done")
    four.git("add", ".tickets")
    four.git("commit", "-qm", "more")
    four.git("switch", "-q", "main")

    listed = four.ticket("list", "--all-branches", "--fields", "id,ref")
    every = four.ticket("list", "--all-branches", "branch", "--json", "--fields", "id,title,ref")

    assert listed.out == "PROJ-2\t\nPROJ-1\t\nPROJ-4\t\nPROJ-5\ttopic\n"
    assert json.loads(every.out)["tickets"] == [
        {"id": "PROJ-5", "title": "On the branch", "ref": "topic"}
    ]
    assert "On the branch" in four.ticket("list", "--all-branches").out
    assert "PROJ-5" not in four.ticket("list").out
