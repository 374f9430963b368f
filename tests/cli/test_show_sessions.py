"""Sessions where people look: under a ticket, in a search, and when a ticket is closed."""

import json
import sys

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.model.transcript import Span
from tests.support.cached import put
from tests.support.git import GitRepo, Result
from tests.support.sessions import archive, plan, say

ONE, TWO, THREE = TicketId("PROJ-1"), TicketId("PROJ-2"), TicketId("PROJ-3")
CHAT = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """Three tickets; a session of the first with a sub-session, a plan and what was said of it."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    for number in (1, 2, 3):
        put(empty_repo, number, f"ticket {number}", status="in-progress")
    archive(
        empty_repo, CHAT, 1, spans=(Span(ONE, 1, 2), Span(TWO, 3, 3)), mentions=(THREE,), title="Go"
    )
    archive(empty_repo, "child", 1, parent=CHAT)
    plan(empty_repo, 5, 1, "Code review", CHAT)
    say(empty_repo, 6, 1, "review", CHAT, "Good, but slow.")
    say(empty_repo, 7, 1, "note", "gone", "A note on a session that is not here")
    say(empty_repo, 8, 1, "", "", "A plain comment")
    return empty_repo


def shown(repo: GitRepo, id: str) -> str:
    done = repo.ticket("show", id)
    assert (done.code, done.err) == (0, "")
    return done.out.partition("\n\n")[2]


def test_a_ticket_has_its_sessions_and_what_was_said_of_them(repo: GitRepo) -> None:
    planned = json.loads(repo.ticket("show", "1", "--json").out)["sessions"][1]["session_id"]

    assert shown(repo, "1") == (
        "Sessions (3)\n"
        f"  archived  PROJ-1  2026-11-22 09:00  claude-code 2.1.12  {CHAT}  Go"
        "  entries 1-2  reviewed by Dana\n"
        "            Good, but slow.\n"
        f"    planned   PROJ-1    {planned}  Code review\n"
        "    archived  PROJ-1  2026-11-22 09:00  claude-code 2.1.12  child\n"
        "\nComments (2)\n"
        "  Dana, 2026-11-22T09:00:00Z (note)\n    A note on a session that is not here\n"
        "  Dana, 2026-11-22T09:00:00Z\n    A plain comment\n"
    )
    row = f"  archived  PROJ-1  2026-11-22 09:00  claude-code 2.1.12  {CHAT}  Go"
    assert shown(repo, "2").startswith(f"Sessions (1)\n{row}  entries 3-3  reviewed by Dana\n")
    assert shown(repo, "3").startswith(f"Mentioned in\n{row}  reviewed by Dana\n")


def test_as_json_the_sessions_are_rows_and_comments_stay_whole(repo: GitRepo) -> None:
    first, third = (json.loads(repo.ticket("show", id, "--json").out) for id in ("1", "3"))

    assert [one["session_id"] for one in first["sessions"]][::2] == [CHAT, "child"]
    assert first["sessions"][0]["entries"] == "1-2"
    assert [one["kind"] for one in first["comments"]] == ["review", "note", "comment"]
    assert (third["sessions"], [one["session_id"] for one in third["mentioned_in"]]) == ([], [CHAT])


def test_a_broken_archive_is_a_warning_under_its_ticket(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-2/sessions/2026-11-22-x-0123456789ab.yaml", "id: [\n")

    done = repo.ticket("show", "2")

    start = "warning: .tickets/PROJ-2/sessions/2026-11-22-x-0123456789ab.yaml:2: "
    assert (done.code, done.err.startswith(start)) == (0, True)


SPY = """
import sys
from git_ticketer.cli import app
try:
    app.run(["show", "{id}", "--no-pager"])
except SystemExit:
    pass
print("\\n".join(sorted(name for name in sys.modules if "session" in name or name == "yaml")))
"""


@pytest.mark.parametrize(
    ("id", "more"),
    [
        ("PROJ-4", set()),
        (
            "PROJ-1",
            {
                "git_ticketer.cli.session_rows",
                "git_ticketer.ops.session_list",
                "git_ticketer.ops.sessions",
                "git_ticketer.storage.cache_sessions",
            },
        ),
    ],
    ids=["without sessions", "with sessions"],
)
def test_sessions_are_paid_for_only_where_they_are_and_yaml_never(
    repo: GitRepo, id: str, more: set[str]
) -> None:
    put(repo, 4, "alone")
    repo.ticket("show", id)

    done = repo.run(sys.executable, "-c", SPY.format(id=id))

    names = {line for line in done.out.splitlines() if line == "yaml" or "git_ticketer" in line}
    lean = {"git_ticketer.lean.session_change", "git_ticketer.lean.session_file"}
    assert (done.code, names - lean) == (0, more)


def test_a_search_names_the_session_and_the_passage(repo: GitRepo) -> None:
    done = repo.ticket("search", "mauve", "--limit", "1")

    place = "session child: …Please add an avatar It has a mauve background now."
    assert done.out.split("\t")[-1] in (f"{place}\n", place.replace("child", "0f1c2a9e") + "\n")
    found = json.loads(repo.ticket("search", "mauve", "--json").out)["tickets"]
    assert [(one["id"], one["passage"]) for one in found] == [
        ("PROJ-1", "…Please add an avatar It has a mauve background now.")
    ]
    assert found[0]["session_id"] in (CHAT, "child")
    assert done.err.startswith("hint: git ticket session show ")
    columns = repo.ticket("search", "mauve", "--fields", "id,passage")
    assert columns.out == "PROJ-1\t…Please add an avatar It has a mauve background now.\n"


def test_closing_warns_of_sessions_that_nobody_reviewed(repo: GitRepo) -> None:
    say(repo, 9, 2, "move", "child", "moved from PROJ-1")

    first, second = repo.ticket("close", "1"), repo.ticket("close", "2")

    assert (first.code, "not reviewed" in first.err) == (0, False)
    assert second.code == 0
    assert second.err.endswith(
        "warning: 1 session of PROJ-2 was not reviewed: git ticket session review child\n"
    )
    assert "not reviewed" not in repo.ticket("close", "2").err
    assert repo.ticket("close", "3").err.count("\n") == 1


def test_a_ticket_with_a_broken_archive_is_closed_as_well(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-3/sessions/2026-11-22-x-0123456789ab.yaml", "id: [\n")

    assert repo.ticket("close", "3") == Result(
        0,
        "PROJ-3  status: in-progress -> done\n",
        "hint: not committed: .tickets/PROJ-3/ticket.yaml; git ticket save commits the tickets\n",
    )
