"""The protocol's own conformance scenarios, in both eras, over HTTP, which is all that they speak.

The scenarios left out want tools, prompts and resources of a server made for them (`test_*`).
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import node
from tests.support.git import GitRepo, create, sealed_environment

pytestmark = pytest.mark.slow

SERVE = """\
import os, sys, uvicorn
from git_ticketer.mcp_server.server import build
server = build(os.getcwd(), os.environ, lambda git, pid: None, full=True)
app = server.streamable_http_app(host="127.0.0.1")
uvicorn.run(app, fd=int(sys.argv[1]), log_level="error")
"""
SCENARIOS = (
    "server-initialize",
    "server-session-lifecycle",
    "server-sse-multiple-streams",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "completion-complete",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "sep-2164-resource-not-found",
    "input-required-result-unsupported-methods",
)
STATELESS = "server-stateless"
NEED_ITS_TOOL = {
    "sep-2575-server-rejects-undeclared-capability",
    "sep-2575-missing-capability-http-400",
}
"""Those checks of `server-stateless` that call a tool `test_missing_capability`."""

STATIC_LISTS = {
    "sep-2575-server-sends-prompts-list-changed-on-subscription",
    "sep-2575-server-sends-tools-list-changed-on-subscription",
}
"""Warnings for a server that has no test tool to change its lists; ours never change."""

SKIPPED = {"caching": {"sep-2549-resources-read-caching-hints"}}
"""It reads the first resource of the list; ours are all found by templates."""

WIRE = {"wire-schema-valid"}
"""This passes also where nothing else was looked at."""


class Conformance:
    """The scenarios against one server; `checked` gives the checks of one, by how they ended."""

    def __init__(self, repo: GitRepo, path: str, url: str) -> None:
        self.repo = repo
        self.path = path
        self.url = url

    def checked(self, scenario: str) -> tuple[int, dict[str, set[str]]]:
        """How the program ended, and the names of the checks by their status."""
        results = self.repo.path.parent / scenario
        wanted = ("--url", self.url, "--scenario", scenario, "--output-dir", str(results))
        done = self.repo.run("conformance", "server", *wanted, PATH=self.path)
        (file,) = results.glob("*/checks.json")
        found: dict[str, set[str]] = {}
        for check in json.loads(file.read_text(encoding="utf-8")):
            found.setdefault(check["status"], set()).add(check["id"])
        return done.code, found


@pytest.fixture(scope="module")
def conformance(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Conformance]:
    """A server on a port of its own; what connects before it accepts waits in the queue."""
    environ = sealed_environment(tmp_path_factory.mktemp("home"))
    path = node.path(request.config, environ)
    repo = create(tmp_path_factory.mktemp("served") / "repo", environ)
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "Add an avatar", "--no-parent").code == 0
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = serve(repo, listening.fileno())
    try:
        yield Conformance(repo, path, f"http://127.0.0.1:{port}/mcp")
    finally:
        server.terminate()
        server.wait(timeout=30)


def serve(repo: GitRepo, listening: int) -> "subprocess.Popen[bytes]":
    """The same server as over standard input, on a socket that listens already."""
    log = Path(repo.path.parent, "server.log")
    with log.open("wb") as said:
        return subprocess.Popen(
            (sys.executable, "-c", SERVE, str(listening)),
            cwd=repo.path, env=repo.environ, pass_fds=[listening],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_passes_in_every_check(conformance: Conformance, scenario: str) -> None:
    code, found = conformance.checked(scenario)

    assert code == 0, found
    assert set(found) <= {"SUCCESS", "INFO", "SKIPPED"}, found
    assert found.get("SKIPPED", set()) == SKIPPED.get(scenario, set())
    assert found["SUCCESS"] - WIRE


def test_without_a_handshake_only_what_needs_a_tool_of_theirs_fails(
    conformance: Conformance,
) -> None:
    _, found = conformance.checked(STATELESS)

    assert len(found.pop("SUCCESS")) == 24
    assert found == {"FAILURE": NEED_ITS_TOOL, "WARNING": STATIC_LISTS}
