"""What the MCP Inspector, a client that is none of ours, makes of the server."""

import json
from typing import Any

import pytest

from tests.support import node
from tests.support.git import GitRepo, Result

ERAS = ("legacy", "modern")
TOOL_FAILED = 5
"""How the Inspector ends where a tool answered with `isError` (inspector 2.12.0)."""

pytestmark = pytest.mark.slow


class Inspector:
    """The Inspector's command line, talking to `git ticket mcp` in a repository."""

    def __init__(self, repo: GitRepo, path: str) -> None:
        self.repo = repo
        self.path = path

    def run(self, method: str, *options: str, era: str = "auto", full: bool = False) -> Result:
        """Ask the server one thing. The Inspector hides its environment from a server: see env."""
        sealed = [f"{name}={value}" for name, value in self.repo.environ.items()]
        server = ("env", *sealed, "git", "ticket", "mcp", *(["--all-tools"] if full else []))
        asked = ("--method", method, "--protocol-era", era, "--format", "json", *options)
        return self.repo.run("mcp-inspector", "--cli", *asked, "--", *server, PATH=self.path)

    def ask(self, method: str, *options: str, era: str = "auto") -> dict[str, Any]:
        """What the server answered, without what it says of itself in every answer."""
        done = self.run(method, *options, era=era)
        assert done.code == 0, done.err
        result: dict[str, Any] = json.loads(done.out)["result"]
        return {key: value for key, value in result.items() if key != "_meta"}

    def call(self, tool: str, era: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        """How a call of a tool ended, and its answer, which is the same as text."""
        named = ("--tool-name", tool, "--tool-args-json", json.dumps(arguments))
        done = self.run("tools/call", *named, era=era)
        result = json.loads(done.out)["result"]
        (content,) = result["content"]
        answer: dict[str, Any] = result["structuredContent"]
        assert json.loads(content["text"]) == answer
        return done.code, answer


@pytest.fixture
def inspector(work: GitRepo, request: pytest.FixtureRequest) -> Inspector:
    """The Inspector in a repository that has one ticket."""
    client = Inspector(work, node.path(request.config, work.environ))
    assert work.ticket("create", "Add an avatar", "--no-parent").code == 0
    return client


@pytest.mark.parametrize("full", [False, True], ids=["default", "all"])
def test_every_tool_has_schemas_that_any_client_can_read(inspector: Inspector, full: bool) -> None:
    done = inspector.run("tools/list", "--strict", full=full)

    assert done.code == 0, done.err
    assert len(json.loads(done.out)["result"]["tools"]) == (21 if full else 15)


@pytest.mark.parametrize("era", ERAS)
def test_an_attached_ticket_is_the_parent_of_what_is_created(
    inspector: Inspector, era: str
) -> None:
    code, attached = inspector.call("attach_ticket", era, action="set", ticket_id="proj-1")
    assert (code, attached["message"]) == (0, "Work session now associated with ticket: PROJ-1")

    code, created = inspector.call("ticket_create", era, title="Crop it", tags=["image"])
    assert (code, created["ticket_id"]) == (0, "PROJ-2")
    assert (created["ticket"]["parent_epic"], created["ticket"]["labels"]) == ("PROJ-1", ["image"])
    assert json.loads(inspector.repo.ticket("show", "2", "--json").out)["parent"] == "PROJ-1"


@pytest.mark.parametrize("era", ERAS)
def test_undecided_it_is_told_how_to_decide_as_it_cannot_ask(
    inspector: Inspector, era: str
) -> None:
    code, told = inspector.call("ticket_create", era, title="Crop it")

    assert (code, told["requires_ticket_association"]) == (0, True)
    assert not (inspector.repo.path / ".tickets/PROJ-2").exists()


@pytest.mark.parametrize("era", ERAS)
def test_a_ticket_that_is_not_there_is_an_error_of_the_tool(inspector: Inspector, era: str) -> None:
    code, told = inspector.call("attach_ticket", era, action="set", ticket_id="PROJ-77")

    assert (code, told["success"]) == (TOOL_FAILED, False)
    assert told["error"].startswith("there is no ticket PROJ-77")


@pytest.mark.parametrize("era", ERAS)
def test_resources_are_listed_and_read(inspector: Inspector, era: str) -> None:
    assert inspector.ask("resources/list", era=era)["resources"] == []
    templates = inspector.ask("resources/templates/list", era=era)["resourceTemplates"]
    uris = ["ticket://{ticket_id}", "session://{session_id}"]
    assert [one["uriTemplate"] for one in templates] == uris

    (read,) = inspector.ask("resources/read", "--uri", "ticket://PROJ-1", era=era)["contents"]
    assert (read["uri"], read["mimeType"]) == ("ticket://PROJ-1", "application/json")
    assert json.loads(read["text"])["ticket"]["title"] == "Add an avatar"

    gone = inspector.run("resources/read", "--uri", "ticket://PROJ-77", era=era)
    assert (gone.code, gone.out) == (1, "")
    assert "there is no ticket PROJ-77" in gone.err


@pytest.mark.parametrize("era", ERAS)
def test_prompts_are_listed_and_hold_the_ticket_as_a_resource(
    inspector: Inspector, era: str
) -> None:
    prompts = inspector.ask("prompts/list", era=era)["prompts"]
    names = ["start_work", "whats_left", "hand_over", "review_before_closing"]
    assert [one["name"] for one in prompts] == names

    wanted = ("--prompt-name", "hand_over", "--prompt-args", "ticket_id=PROJ-1")
    words, data = inspector.ask("prompts/get", *wanted, era=era)["messages"]
    assert words["content"]["text"].startswith("Hand PROJ-1 over to somebody else.")
    assert json.loads(data["content"]["resource"]["text"])["ticket"]["id"] == "PROJ-1"
