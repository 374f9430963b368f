"""Windsurf's transcripts."""

from git_ticketer.importers import windsurf
from git_ticketer.model.transcript import FULL
from tests.importers.making import gathered, jsonl, shown


def step(kind: str, status: str = "done", **fields: object) -> dict[str, object]:
    return {"status": status, "type": kind, kind: fields}


def sample() -> bytes:
    return jsonl(
        step("user_input", user_response="Write a song in @[a.md] "),
        step("planner_response", response="I write."),
        step("view_file", path="file:///w/a.md", content="# A\n"),
        step("code_action", path="a.md", new_content="La la"),
        step("run_command", command="make", cwd="/w", exit_code=2, output="no rule"),
        step("list_resources", "error", server_name="memory"),
        step("grep_search", query="song", total_results=0),
        {"status": "done", "type": "hologram"},
        b"{",
        step("user_input", user_response="again"),
    )


def test_every_step_that_is_not_said_is_a_tool_with_what_it_gave_back() -> None:
    found = gathered(windsurf, sample(), FULL)

    assert found.about.cwd == "/w"
    assert shown(found.entries) == [
        ("user", "Write a song in @[a.md] "),
        ("assistant", "I write."),
        ("tool", "tool-call", "view_file", "path: file:///w/a.md", (4, 1, "# A\n", False)),
        ("tool", "tool-call", "code_action", "path: a.md\nnew_content: La la"),
        (
            *("tool", "tool-call", "run_command", "command: make\ncwd: /w\nexit_code: 2"),
            (7, 1, "no rule", True),
        ),
        ("tool", "tool-call", "list_resources", "server_name: memory", (0, 0, "", True)),
        ("tool", "tool-call", "grep_search", "query: song\ntotal_results: 0"),
        ("user", "again"),
    ]
    assert (found.skipped, found.kinds) == (1, ("hologram",))
