"""What commands and tools do to tickets starts the flows that are allowed, after it is done."""

import json
import os
from pathlib import Path

import pytest

from tests.support import transcripts
from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.mcp import Talk, in_memory
from tests.support.transcripts import SESSION, answer, user

HINT = "hint: not committed: .tickets/PROJ-1/ticket.yaml; git ticket save commits the tickets\n"
CHANGED = "warning: flow do: not run, it was changed since you allowed it: git ticket flow allow do"


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with hooks and a ticket in progress."""
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(repo, 1, "Add an avatar", status="in-progress")
    return repo


def flow(work: GitRepo, type: str, command: str = "cat >>seen", *, allow: bool = True) -> None:
    """Write a flow that notes its events, and allow it."""
    text = f"trigger: {{type: {type}}}\ncommand: {json.dumps(command)}\n"
    work.write(".tickets/flows/do.yaml", text)
    if allow:
        assert work.ticket("flow", "allow", "do", "--yes").code == 0


def seen(work: GitRepo) -> list[tuple[str, str | None, str | None]]:
    """The ticket of each event that was noted, and its statuses."""
    path = work.path / "seen"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    events = [json.loads(line) for line in lines]
    return [(one["ticket_id"], one["before"], one["after"]) for one in events]


@pytest.mark.parametrize(
    ("words", "after"),
    [
        (("move", "1", "in-review"), "in-review"),
        (("edit", "1", "--status", "backlog", "--title", "New"), "backlog"),
        (("close", "1"), "done"),
        (("close", "1", "--cancel", "--json"), "cancelled"),
    ],
)
def test_a_change_of_the_status_is_an_event(
    work: GitRepo, words: tuple[str, ...], after: str
) -> None:
    flow(work, "statusChanged")

    done = work.ticket(*words)

    assert (done.code, "flow do: done in " in done.err) == (0, True)
    assert seen(work) == [("PROJ-1", "in-progress", after)]


def test_starting_and_reopening_are_events_as_well(work: GitRepo) -> None:
    put(work, 1, "Add an avatar", status="done")
    flow(work, "statusChanged")

    assert work.ticket("reopen", "1").code == 0
    put(work, 2, "Resize it", status="backlog")
    assert work.ticket("start", "2").code == 0

    assert seen(work) == [
        ("PROJ-1", "done", "in-progress"),
        ("PROJ-2", "backlog", "in-progress"),
    ]


@pytest.mark.parametrize(
    "words",
    [("edit", "1", "--title", "New"), ("move", "1", "in-progress"), ("comment", "1", "-m", "x")],
)
def test_anything_else_is_none(work: GitRepo, words: tuple[str, ...]) -> None:
    flow(work, "statusChanged")

    done = work.ticket(*words)

    assert (done.code, "flow" in done.err) == (0, False)
    assert seen(work) == []


def test_a_refused_change_is_none(work: GitRepo) -> None:
    flow(work, "statusChanged")

    assert work.ticket("move", "1", "archived").code == 1
    assert seen(work) == []


def test_the_status_that_the_editor_gives_is_an_event(work: GitRepo) -> None:
    flow(work, "statusChanged")

    done = work.ticket("edit", "1", GIT_EDITOR="sed -i 's/^status: .*/status: in-review/'")

    assert (done.code, seen(work)) == (0, [("PROJ-1", "in-progress", "in-review")])


def test_a_new_ticket_is_an_event_and_its_id_is_printed_before(work: GitRepo) -> None:
    flow(work, "ticketCreated")

    done = work.run("sh", "-c", "git ticket create New --no-parent 2>&1")

    assert [line.partition(" in ")[0] for line in done.out.splitlines()] == [
        "PROJ-2",
        HINT.replace("PROJ-1", "PROJ-2").rstrip(),
        "flow do: done",
    ]
    assert seen(work) == [("PROJ-2", None, "backlog")]


def test_an_archived_session_is_an_event_until_nothing_of_it_is_new(
    work: GitRepo, tmp_path: Path
) -> None:
    flow(work, "sessionArchived")
    chat = transcripts.write(tmp_path / "chat.jsonl", user("Crop it"), answer("Done."))

    for _ in range(2):
        assert work.ticket("archive", str(chat), "--ticket", "1").code == 0

    (line,) = (work.path / "seen").read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["session_id"], json.loads(line)["ticket_id"]) == (SESSION, "PROJ-1")


def test_a_flow_that_creates_a_ticket_does_not_go_round(work: GitRepo) -> None:
    flow(work, "ticketCreated", "git ticket create Another --no-parent")

    assert work.ticket("create", "New", "--no-parent").code == 0

    names = {path.parent.name for path in (work.path / ".tickets").glob("*/ticket.yaml")}
    assert names == {"PROJ-1", "PROJ-2", "PROJ-3"}


def test_a_flow_that_creates_a_ticket_in_another_environment_does_not_either(
    work: GitRepo,
) -> None:
    # As an agent's MCP server, which gets a few variables of the agent's choice.
    create = (
        "test -e .tickets/PROJ-4 || env -u GIT_TICKET_FLOW git ticket create Another --no-parent"
    )
    flow(work, "ticketCreated", create)

    assert work.ticket("create", "New", "--no-parent").code == 0

    names = {path.parent.name for path in (work.path / ".tickets").glob("*/ticket.yaml")}
    assert names == {"PROJ-1", "PROJ-2", "PROJ-3"}


def test_a_flow_that_fails_fails_nothing_else(work: GitRepo) -> None:
    flow(work, "statusChanged", "exit 3")

    done = work.ticket("move", "1", "in-review")

    failed = "warning: flow do: failed with exit code 3: git ticket flow log do\n"
    assert (done.code, done.err) == (0, HINT + failed)


def test_an_edit_of_the_flow_is_said_and_what_was_never_allowed_is_not(work: GitRepo) -> None:
    flow(work, "statusChanged", allow=False)
    never = work.ticket("move", "1", "in-review")
    flow(work, "statusChanged")
    flow(work, "statusChanged", "touch hostile", allow=False)
    edited = work.ticket("move", "1", "in-progress")

    assert (never.err, edited.err) == (HINT, f"{HINT}{CHANGED}\n")
    assert seen(work) == []
    assert not (work.path / "hostile").exists()


def test_a_tool_of_the_mcp_server_does_not_wait_for_a_flow(work: GitRepo) -> None:
    os.mkfifo(work.path / "heard")
    os.mkfifo(work.path / "go")
    flow(work, "statusChanged", "cat go >/dev/null; cat >heard")

    async def script(talk: Talk) -> None:
        done = await talk.call("ticket_status", ticket_id="PROJ-1", status="in-review")
        assert done["success"]

    in_memory(work, script)
    (work.path / "go").write_bytes(b"")  # only now can the flow end

    heard = json.loads((work.path / "heard").read_bytes())
    assert (heard["ticket_id"], heard["before"], heard["after"]) == (
        "PROJ-1",
        "in-progress",
        "in-review",
    )


def test_without_flows_nothing_of_them_is_imported(work: GitRepo) -> None:
    code = "import sys; from git_ticketer.cli.app import run; run(['list']); print([*sys.modules])"
    done = work.run("python", "-c", code)

    assert "git_ticketer.ops.flow" not in done.out


def test_flows_are_no_tickets_and_lint_checks_them(work: GitRepo) -> None:
    flow(work, "nonsense", allow=False)

    assert work.ticket("list").out == "PROJ-1\tin-progress\t\tAdd an avatar\t\t\n"
    problem = "type is one of ticketCreated, statusChanged, sessionArchived [schema]"
    assert f".tickets/flows/do.yaml:1: error: {problem}\n" in work.ticket("lint").out
