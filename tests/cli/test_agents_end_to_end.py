"""Every agent, scripted, from its first hook to the line that leads back to its prompt."""

import json
import re
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.config import command
from git_ticketer.agents.hooks.event import END, PROMPT, START, STOP
from tests.agents.test_hook_events import CLAUDE, CODEX, COPILOT, CURSOR, GEMINI
from tests.support import scripted
from tests.support.agents import program
from tests.support.git import GitRepo
from tests.support.scripted import AGENTS, SESSION, Scripted

PATIENCE = 60.0
OURS: dict[str, dict[str, Any]] = {
    START: {"source": "startup"},
    PROMPT: {"prompt": ""},
    STOP: {},
}
SHAPES = {
    "claude": CLAUDE,
    "codex": CODEX,
    "gemini": GEMINI,
    "cursor": CURSOR,
    "copilot": COPILOT,
    "opencode": OURS,
}


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with a ticket, a committed file, and a user who lets agents be archived."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "Add an avatar", "--no-parent").code == 0
    repo.write("profile.py", "avatar = None\n")
    repo.git("add", "-A")
    repo.git("config", "ticketer.archive", "in-tree")
    repo.commit("The profile")
    return repo


def commands(agent: Scripted, repo: GitRepo) -> dict[str, str]:
    """The commands that are installed for an agent, by our name of the event."""
    adapter = hooks.adapter(agent.name)
    assert adapter is not None
    done = repo.ticket("agent", "install", agent.name)
    assert done.code == 0, done.err
    if agent.name == "opencode":  # its plugin starts them
        return {kind: f"git-ticket agent hook opencode {kind}" for kind in OURS}
    own = adapter.hooks()
    roots = repo.path, Path(repo.environ["HOME"])
    paths = [path for root in roots for path in root.rglob("*.json") if "hooks" in path.read_text()]
    (path,) = paths
    entries = json.loads(path.read_text("utf-8"))["hooks"]
    assert set(entries) == set(own.entries)
    names = import_module(f"git_ticketer.agents.hooks.{agent.name}").THEIRS
    return {kind: next(_found(entries[theirs])) for kind, theirs in names.items()}


def _found(value: object) -> Iterator[str]:
    """The commands anywhere in an entry."""
    if isinstance(value, list):
        for one in value:
            yield from _found(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in ("command", "bash") and isinstance(one, str):
                yield one
            else:
                yield from _found(one)


def archive(repo: GitRepo) -> Path:
    """The archive that a process of its own writes."""
    over = time.monotonic() + PATIENCE
    while time.monotonic() < over:
        for path in repo.path.glob(".tickets/PROJ-1/sessions/*.yaml"):
            return path
    raise AssertionError("nothing was archived")


@pytest.mark.parametrize("agent", AGENTS, ids=[agent.name for agent in AGENTS])
def test_a_session_ends_as_a_tagged_commit_an_archive_and_a_why_that_finds_the_prompt(
    agent: Scripted, work: GitRepo, tmp_path: Path
) -> None:
    installed = commands(agent, work)
    assert agent.name == "opencode" or installed[START] == command(agent.name, START)
    transcript = agent.transcript(Path(work.environ["HOME"]), work.path)

    def hook(kind: str) -> dict[str, object]:
        shape = SHAPES[agent.name][kind]
        payload = {**shape, **agent.common(str(transcript), str(work.path))}
        if kind == PROMPT:
            payload["prompt"] = scripted.PROMPT
        return {"run": installed[kind], "payload": payload}

    shell = {agent.variable: SESSION}
    steps: list[dict[str, object]] = [
        hook(START),
        hook(PROMPT),
        {"call": ["attach_ticket", {"action": "set", "ticket_id": "PROJ-1"}]},
        {"run": f"echo 'avatar = crop' >profile.py; {scripted.COMMIT}", "environ": shell},
        *(hook(kind) for kind in (STOP, END) if kind in installed),
    ]

    done = work.run(program(tmp_path, agent.name), scripted.__file__, json.dumps(steps))

    assert (done.code, done.err) == (0, "")
    said, _, attached, *_ = json.loads(done.out)
    assert "this work session has no ticket yet" in said
    assert json.loads(attached)["session_id"] == SESSION
    assert work.trailers() == f"Ticket: PROJ-1\nTicket-Session: {SESSION}"
    stored = archive(work)
    assert re.fullmatch(rf"(2026-11-22|undated)-{agent.label}-[0-9a-f]{{12}}", stored.stem)
    (cause,) = json.loads(work.ticket("why", "profile.py:1", "--json").out)["causes"]
    ((ticket,), (session,)) = cause["tickets"], cause["sessions"]
    assert (ticket["id"], ticket["evidence"]) == ("PROJ-1", "trailer")
    assert (session["id"], session["state"], session["place"]) == (SESSION, "archived", "call")
    assert session["prompt"]["text"] == scripted.PROMPT
    assert [answer["text"] for answer in session["answers"]] == [scripted.ANSWER]
