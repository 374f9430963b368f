"""Flows run where they are allowed, and nothing else of a repository does."""

import json
import os
from pathlib import Path

import pytest

from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops import flows, workspace
from git_ticketer.ops.flow_event import Event, archived, created, moved
from git_ticketer.ops.flows import FlowRun, matches
from git_ticketer.ops.workspace import Workspace, open_workspace
from git_ticketer.storage.flow_files import ARCHIVED, CREATED, STATUS, Trigger
from tests.support.cached import put
from tests.support.flows import CREATION, MOVE, allow, fired, flow
from tests.support.git import GitRepo

EVENTS = {CREATED: CREATION, STATUS: MOVE, ARCHIVED: Event(ARCHIVED, "PROJ-1", session="a-chat")}
OTHERS = "GIT_TICKET_EVENT GIT_TICKET_ID GIT_TICKET_FLOW GIT_TICKET"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(empty_repo, 1, "Add an avatar")
    return empty_repo


@pytest.fixture
def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


@pytest.mark.parametrize("type", EVENTS)
def test_what_is_not_allowed_starts_nothing(repo: GitRepo, work: Workspace, type: str) -> None:
    flow(repo, "touch started", type)
    flow(repo, "touch other", type, name="other")
    allow(repo, work, "other")
    flows.disallow(work, "other", repo.environ)

    assert fired(repo, work, EVENTS[type]) == []
    assert not (repo.path / "started").exists()
    assert not (repo.path / "other").exists()


@pytest.mark.parametrize("type", EVENTS)
def test_what_is_allowed_runs_for_its_own_events_alone(
    repo: GitRepo, work: Workspace, type: str
) -> None:
    flow(repo, "echo >>started", type)
    allow(repo, work)

    assert [fired(repo, work, event) for event in EVENTS.values()].count(["flow do: done"]) == 1
    assert fired(repo, work, EVENTS[type]) == ["flow do: done"]
    assert (repo.path / "started").read_text(encoding="utf-8") == "\n\n"


def test_any_edit_revokes_until_it_is_undone(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    flow(repo, "touch started", more="# a word\n")

    said = "flow do: not run, it was changed since you allowed it: git ticket flow allow do"
    assert fired(repo, work) == [said]
    assert not (repo.path / "started").exists()

    flow(repo, "touch started")
    assert fired(repo, work) == ["flow do: done"]


def test_a_checkout_that_changes_the_file_revokes(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    repo.git("add", ".")
    repo.commit("first")
    allow(repo, work)
    repo.git("switch", "--quiet", "-c", "hostile")
    flow(repo, "touch hostile")
    repo.git("commit", "--quiet", "-am", "change it")

    assert [text.partition(",")[0] for text in fired(repo, work)] == ["flow do: not run"]
    repo.git("switch", "--quiet", "main")
    assert fired(repo, work) == ["flow do: done"]
    assert not (repo.path / "hostile").exists()


def test_a_flow_that_is_gone_on_this_branch_is_not_missed(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    (repo.path / ".tickets/flows/do.yaml").unlink()

    assert fired(repo, work) == []


def test_what_is_broken_is_said_where_it_was_allowed(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    flow(repo, "touch started", more="else: x\n")
    flow(repo, "touch started", "nonsense", name="never-allowed")

    reason = "unknown key 'else'; there are: trigger, command, timeout"
    assert fired(repo, work) == [f"flow do: not run, .tickets/flows/do.yaml:3: {reason}"]


def test_a_link_in_the_place_of_an_allowed_flow_runs_nothing(
    repo: GitRepo, work: Workspace, tmp_path: Path
) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    path = repo.path / ".tickets/flows/do.yaml"
    path.rename(tmp_path / "do.yaml")
    path.symlink_to(tmp_path / "do.yaml")

    assert fired(repo, work) == [
        f"flow do: not run, {path} is a symbolic link, which is not followed"
    ]
    assert not (repo.path / "started").exists()


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "PRE_COMMIT"])
def test_nothing_runs_inside_a_git_hook(repo: GitRepo, work: Workspace, variable: str) -> None:
    flow(repo, "touch started")
    allow(repo, work)

    assert fired(repo, work, environ={variable: ""}) == ["flow do: not run, this is a git hook"]
    assert not (repo.path / "started").exists()


def test_nothing_runs_because_of_what_a_flow_did(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)

    assert fired(repo, work, environ={"GIT_TICKET_FLOW": "other"}) == []
    assert not (repo.path / "started").exists()


def test_the_command_learns_what_happened_but_not_by_its_words(
    repo: GitRepo, work: Workspace
) -> None:
    flow(repo, f"cat >stdin; pwd >out; for v in {OTHERS}; do printenv $v >>out || :; done", STATUS)
    allow(repo, work)

    assert fired(repo, work, MOVE, {"GIT_TICKET": "PROJ-9"}) == ["flow do: done"]

    own = work.live.association().session
    assert json.loads((repo.path / "stdin").read_bytes()) == {
        "schema": 1,
        "flow": "do",
        "event": "statusChanged",
        "ticket_id": "PROJ-1",
        "before": "in-progress",
        "after": "in-review",
        "session_id": own,
        "actor": "Dana <dana@example.com>",
    }
    said = (repo.path / "out").read_text(encoding="utf-8").split("\n")
    assert said == [str(repo.path), STATUS, "PROJ-1", "do", ""]


def test_a_list_of_words_is_run_as_it_is(repo: GitRepo, work: Workspace) -> None:
    words = ["printf", "%s|", "a b", "$HOME", "*", "; touch started"]
    text = f"trigger: {{type: ticketCreated}}\ncommand: {json.dumps(words)}\n"
    repo.write(".tickets/flows/do.yaml", text)
    allow(repo, work)

    (done,) = flows.fire(work, CREATION, repo.environ)
    assert done.run is not None
    assert done.run.output == "a b|$HOME|*|; touch started|"


def test_a_broken_ticket_is_said_and_runs_nothing(repo: GitRepo, work: Workspace) -> None:
    flow(repo, "touch started")
    allow(repo, work)
    repo.write(".tickets/PROJ-1/ticket.yaml", "x: [\n")

    (done,) = flows.fire(work, CREATION, repo.environ)
    assert done.text.startswith("flow do: not run, .tickets/PROJ-1/ticket.yaml:")
    assert not (repo.path / "started").exists()


def test_in_the_background_another_process_does_it(repo: GitRepo, work: Workspace) -> None:
    os.mkfifo(repo.path / "result")
    flow(repo, "cat >result", STATUS)
    allow(repo, work)

    assert flows.fire(work, MOVE, repo.environ, background=True) == []

    said = json.loads((repo.path / "result").read_bytes())
    own = work.live.association().session
    assert (said["event"], said["before"], said["session_id"]) == (STATUS, "in-progress", own)


def test_in_the_background_it_is_no_activity_of_another_session(repo: GitRepo) -> None:
    os.mkfifo(repo.path / "result")
    tree = workspace.worktree_of(str(repo.path), repo.environ)
    chat = workspace.of_worktree(tree, repo.environ, (SessionId("a-chat"), "claude-code"))
    flow(repo, "cat >result", STATUS)
    allow(repo, chat)

    assert flows.fire(chat, MOVE, repo.environ, background=True) == []

    assert json.loads((repo.path / "result").read_bytes())["session_id"] == "a-chat"
    assert not (repo.git_dir / "ticketer/current").exists()


def test_the_session_of_a_flow_leaves_the_persons_own_alone(repo: GitRepo, work: Workspace) -> None:
    put(repo, 2, "Resize it")
    assert repo.ticket("attach", "PROJ-2").code == 0
    flow(repo, "git ticket attach --none; git ticket status >status")
    allow(repo, work)

    assert fired(repo, work) == ["flow do: done"]
    assert (repo.path / "status").read_text(encoding="utf-8").startswith("No ticket associated (")
    assert repo.ticket("status", "--json", "--fields", "current_ticket").out.count("PROJ-2") == 1
    assert [line[5] for line in repo.journal() if line[1] == "attach"] == ["PROJ-2"]


TICKET = Ticket("uid", TicketId("PROJ-1"), "t", type="bug", labels=("api", "no"))


@pytest.mark.parametrize(
    ("trigger", "fits"),
    [
        (Trigger(STATUS), True),
        (Trigger(CREATED), False),
        (Trigger(STATUS, to="in-review"), True),
        (Trigger(STATUS, to="done"), False),
        (Trigger(STATUS, before="in-progress"), True),
        (Trigger(STATUS, before="backlog"), False),
        (Trigger(STATUS, ticket_type="bug", label="no"), True),
        (Trigger(STATUS, ticket_type="task", label="no"), False),
        (Trigger(STATUS, ticket_type="bug", label="ap"), False),
    ],
)
def test_a_flow_waits_for_its_type_and_all_of_its_conditions(trigger: Trigger, fits: bool) -> None:
    assert matches(trigger, Event(STATUS, "PROJ-1", "in_progress", "In Review"), TICKET) is fits


def test_events_say_what_happened() -> None:
    assert created("PROJ-1", "backlog") == CREATION
    assert moved("PROJ-1", "in-progress", "in-review") == MOVE
    assert archived("PROJ-1", "a-chat") == EVENTS[ARCHIVED]


def test_a_flow_that_did_not_run_is_not_well() -> None:
    assert [FlowRun("do", state).is_well for state in (flows.CHANGED, flows.BROKEN)] == [False] * 2
