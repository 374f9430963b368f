"""`git ticket agent install`, `uninstall` and `status`: what is said, and to whom it counts."""

import json
import shutil
from pathlib import Path

import pytest

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.config import command
from tests.support.agents import SESSION, hook, payload, start
from tests.support.git import GitRepo, Result

LOCAL, SHARED = ".claude/settings.local.json", ".claude/settings.json"


def test_it_is_installed_for_oneself_and_what_is_left_to_do_is_said(empty_repo: GitRepo) -> None:
    exclude = empty_repo.git_dir / "info/exclude"

    done = empty_repo.ticket("agent", "install", "claude")

    assert done == Result(
        0,
        f"created  {LOCAL}\n",
        f"hint: git does not ignore it: echo /{LOCAL} >> {exclude}\n"
        "hint: for the MCP tools: claude mcp add git-ticket -- git ticket mcp\n",
    )
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text(f"/{LOCAL}\n", encoding="utf-8")
    assert empty_repo.ticket("agent", "install", "claude") == Result(
        0,
        "Nothing to change\n",
        "hint: for the MCP tools: claude mcp add git-ticket -- git ticket mcp\n",
    )
    assert empty_repo.git("status", "--porcelain") == ""


def test_shared_goes_into_the_repository_with_the_server(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("agent", "install", "claude", "--shared")

    hint = "hint: commit it for your team\n"
    assert done == Result(0, f"created  {SHARED}\ncreated  .mcp.json\n", hint)
    assert json.loads((empty_repo.path / ".mcp.json").read_bytes()) == {
        "mcpServers": {"git-ticket": {"command": "git", "args": ["ticket", "mcp"]}}
    }
    done = empty_repo.ticket("agent", "uninstall", "claude", "--shared")
    assert done == Result(0, f"removed  {SHARED}\nremoved  .mcp.json\n", "")
    assert [path.name for path in empty_repo.path.iterdir()] == [".git"]


def test_a_file_at_home_counts_for_all_repositories(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("agent", "install", "codex")

    path = f"{empty_repo.environ['HOME']}/.codex/hooks.json"
    assert done == Result(
        0,
        f"created  {path}\n",
        f"hint: {path} counts for all your repositories; it does nothing in those without "
        "tickets\n"
        "hint: for the MCP tools: codex mcp add git-ticket -- git ticket mcp\n"
        "hint: Codex asks you to trust the hooks when it starts the next time (/hooks shows "
        "them)\n",
    )
    assert list(json.loads(Path(path).read_bytes())["hooks"]) == [
        "SessionStart",
        "UserPromptSubmit",
        "Stop",
    ]


def test_a_dry_run_shows_a_diff_that_git_applies_and_changes_nothing(empty_repo: GitRepo) -> None:
    settings = empty_repo.write(SHARED, '{\n    "model": "opus"\n}\n')

    shown = empty_repo.ticket("agent", "install", "claude", "--shared", "--dry-run")

    assert settings.read_text(encoding="utf-8") == '{\n    "model": "opus"\n}\n'
    assert not (empty_repo.path / ".mcp.json").exists()
    assert empty_repo.attempt("apply", "-", input=shown.out).code == 0
    again = empty_repo.ticket("agent", "install", "claude", "--shared")
    assert again == Result(0, "Nothing to change\n", "")


def test_json_says_what_changed(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("agent", "install", "cursor", "--shared", "--json")

    assert json.loads(done.out) == {
        "schema": 1,
        "success": True,
        "agent": "cursor",
        "scope": "shared",
        "changed": [".cursor/hooks.json", ".cursor/mcp.json"],
        "dry_run": False,
        "diff": None,
        "next": ["commit it for your team"],
    }
    done = empty_repo.ticket("agent", "uninstall", "cursor", "--shared", "--dry-run", "--json")
    answer = json.loads(done.out)
    assert answer["diff"].startswith("diff --git a/.cursor/hooks.json b/.cursor/hooks.json\n")
    assert (empty_repo.path / ".cursor/hooks.json").exists()


def test_a_settings_file_with_comments_is_refused_and_left_alone(empty_repo: GitRepo) -> None:
    settings = empty_repo.write(LOCAL, '{\n  // mine\n  "model": "opus"\n}\n')

    for verb in ("install", "uninstall"):
        assert empty_repo.ticket("agent", verb, "claude") == Result(
            1,
            "",
            f"error: {LOCAL}:2: comments are no JSON; nothing was changed\n"
            f"hint: python3 -m json.tool {LOCAL}\n",
        )
    assert settings.read_text(encoding="utf-8") == '{\n  // mine\n  "model": "opus"\n}\n'


def test_a_file_that_cannot_be_written_is_one_error(empty_repo: GitRepo) -> None:
    (empty_repo.path / ".claude").write_text("in the way", encoding="utf-8")

    done = empty_repo.ticket("agent", "install", "claude")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")


def test_status_lists_who_has_what(empty_repo: GitRepo) -> None:
    empty_repo.ticket("agent", "install", "claude")
    empty_repo.ticket("agent", "install", "codex", "--shared")
    old = {"hooks": {"stop": [{"command": "git ticket agent hook cursor stop"}]}}
    empty_repo.write(".cursor/hooks.json", json.dumps(old))
    empty_repo.write(".gemini/settings.json", "{ // mine\n}")

    assert empty_repo.ticket("agent", "status").out == (
        f"claude    installed     personal: {LOCAL}\n"
        "codex     installed     shared: .codex/hooks.json\n"
        "gemini    unreadable    .gemini/settings.json:1: comments are no JSON; nothing was "
        "changed\n"
        "cursor    outdated      shared: .cursor/hooks.json\n"
        "copilot   not installed\n"
        "opencode  not installed\n"
        "skill     not installed\n"
    )
    rows = json.loads(empty_repo.ticket("agent", "status", "codex", "--json").out)["agents"]
    assert [(row["scope"], row["state"]) for row in rows] == [
        ("personal", "not installed"),
        ("shared", "installed"),
    ]


def test_status_lists_the_sessions_that_wait(repo: GitRepo) -> None:
    repo.ticket("init", "--prefix", "PROJ")
    start(repo)
    path = repo.path.parent / f"{SESSION}.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    hook(repo, "claude", "stop", payload(repo))

    done = repo.ticket("agent", "status", "claude")
    assert done.out.splitlines()[2:] == [f"session {SESSION}  claude-code  no ticket: goes on"]
    assert json.loads(repo.ticket("agent", "status", "--json").out)["waiting"] == [
        {
            "session_id": SESSION,
            "agent": "claude-code",
            "ticket_id": None,
            "transcript": str(path),
            "size": 3,
            "ready": False,
            "problem": None,
        }
    ]


def test_the_skill_is_installed_and_taken_away(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("agent", "install", "skill")

    assert done.code == 0, done.err
    assert "created  .agents/skills/git-ticket/SKILL.md\n" in done.out
    assert done.err == "hint: commit it for your team\n"
    state = "skill     installed     shared: .agents/skills/git-ticket/SKILL.md\n"
    assert empty_repo.ticket("agent", "status").out.endswith(state)
    assert empty_repo.ticket("agent", "uninstall", "skill").code == 0
    assert [path.name for path in empty_repo.path.iterdir()] == [".git"]


def test_an_unknown_agent_is_an_error_that_names_the_known_ones(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("agent", "install", "vim")

    assert done.code == 2
    assert "'claude', 'codex', 'gemini', 'cursor', 'copilot', 'opencode', 'skill'" in done.err


def test_the_installed_command_is_what_answers(repo: GitRepo) -> None:
    """What stands in the settings, run by the shell as the agent runs it."""
    repo.ticket("init", "--prefix", "PROJ")
    repo.ticket("agent", "install", "claude")
    document = json.loads((repo.path / LOCAL).read_bytes())
    (handler,) = document["hooks"]["SessionStart"][0]["hooks"]

    done = repo.run("/bin/sh", "-c", handler["command"], input=payload(repo, source="startup"))

    said = json.loads(done.out)["hookSpecificOutput"]
    assert said["hookEventName"] == "SessionStart"
    assert handler["command"] == command("claude", "session-start")


PLAYS = """
const { GitTicket } = await import(process.argv[2])
const parents = { child: "one" }
const client = { session: { get: async ({ path }) => ({ data: { parentID: parents[path.id] } }) } }
const hooks = await GitTicket({ client, directory: process.argv[3] })
const parts = (text) => ({ parts: [{ type: "text", text }, { type: "file" }] })
const system = async (id) => {
  const output = { system: [] }
  await hooks["experimental.chat.system.transform"]({ sessionID: id }, output)
  return output.system
}
await hooks["chat.message"]({ sessionID: "one" }, parts("see PROJ-1"))
await hooks["chat.message"]({ sessionID: "child" }, parts("see PROJ-2"))
const output = { env: {} }
await hooks["shell.env"]({ sessionID: "child" }, output)
await hooks.event({ event: { type: "session.idle", properties: { sessionID: "one" } } })
await hooks.event({ event: { type: "session.idle", properties: { sessionID: "unknown" } } })
console.log(JSON.stringify([await system("one"), await system("child"), output.env]))
"""


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_the_plugin_for_opencode_tells_of_sessions_and_prompts(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.ticket("init", "--prefix", "PROJ")
    repo.ticket("create", "Add an avatar", "--no-parent")
    repo.ticket("agent", "install", "opencode", "--shared")
    plugin = repo.path / ".opencode/plugins/git-ticket.js"
    module = tmp_path / "git-ticket.mjs"
    shutil.copy(plugin, module)
    (tmp_path / "plays.mjs").write_text(PLAYS, encoding="utf-8")

    play = ("node", str(tmp_path / "plays.mjs"), str(module), str(repo.path))
    done = repo.run(*play)
    (one,), child, env = json.loads(done.out)
    assert one.startswith("git-ticketer: this work session has no ticket yet")
    assert (child, env) == ([], {"OPENCODE_SESSION_ID": "one"})
    record = (repo.git_dir / "ticketer/agents/one").read_text(encoding="utf-8")
    assert "agent opencode\n" in record
    assert "mentions PROJ-1\n" in record
    assert not (repo.git_dir / "ticketer/agents/child").exists()

    node = shutil.which("node")
    assert node is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/node").symlink_to(node)
    assert (
        repo.run(*play, PATH=str(tmp_path / "bin")).out == '[[],[],{"OPENCODE_SESSION_ID":"one"}]\n'
    )


def test_every_agent_is_in_the_help_of_the_group(empty_repo: GitRepo) -> None:
    out = empty_repo.ticket("agent", "-h").out

    labels = {name: adapter.LABEL for name in hooks.NAMES if (adapter := hooks.adapter(name))}
    assert all(f"{name:<10}{label}" in out for name, label in labels.items())
