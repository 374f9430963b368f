"""Agents as the hooks see them: a program that starts them, and the payloads that they send."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.support.git import GitRepo, Result, create, sealed_environment

SESSION = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
OTHER = "7d3b5c1e-1111-4222-8333-944445555666"


def payload(repo: GitRepo, session: str = SESSION, **more: Any) -> str:
    """What Claude Code sends; `more` is what an event adds or says otherwise."""
    common = {
        "session_id": session,
        "transcript_path": str(repo.path.parent / f"{session}.jsonl"),
        "cwd": str(repo.path),
        "permission_mode": "default",
    }
    return json.dumps({**common, **more})


def hook(repo: GitRepo, agent: str, event: str, data: str, **environ: str) -> Result:
    """Run a hook as its agent does."""
    return repo.run("git-ticket", "agent", "hook", agent, event, input=data, **environ)


def said(result: Result) -> dict[str, Any]:
    """The `hookSpecificOutput` of an answer, without the name of the event; empty for silence."""
    assert (result.code, result.err) == (0, "")
    if not result.out:
        return {}
    answer: dict[str, Any] = json.loads(result.out)["hookSpecificOutput"]
    del answer["hookEventName"]
    return answer


def start(repo: GitRepo, session: str = SESSION, **more: Any) -> dict[str, Any]:
    """Start a session of Claude Code and return what the agent is told."""
    data = payload(repo, session, **{"source": "startup", **more})
    return said(hook(repo, "claude", "session-start", data))


def program(folder: Path, name: str = "claude") -> str:
    """A program of that name that runs the Python code it is given with `-c`."""
    path = folder / name
    if not path.exists():
        path.symlink_to(sys.executable)
    return str(path)


def template(folder: Path) -> Path:
    """A repository with our hooks and tickets PROJ-1 and PROJ-2, to be copied for each test."""
    repo = create(folder / "repo", sealed_environment(folder / "home"))
    repo.commit("first")
    for command in (
        ("hooks", "install"),
        ("init", "--prefix", "PROJ"),
        ("create", "Add an avatar", "--no-parent"),
        ("create", "Resize it", "--no-parent"),
    ):
        done = repo.ticket(*command)
        assert done.code == 0, done.err
    shutil.rmtree(repo.git_dir / "ticketer")
    return repo.path
