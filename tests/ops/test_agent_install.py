"""Our hooks in agents' files: added, brought up to date, taken away; nothing else is touched."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.config import command
from git_ticketer.install import filechange
from git_ticketer.install.filechange import ChangedMeanwhile, FileChange
from git_ticketer.ops import agent_install
from git_ticketer.ops.agent_install import NoHome, NotOurFile, Target
from git_ticketer.ops.agent_json import NotPlainJson
from git_ticketer.storage import worktree
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.worktree import Worktree
from tests.support.git import GitRepo

BOTH = [False, True]
EVENTS = {
    "claude": ["SessionStart", "UserPromptSubmit", "Stop", "SessionEnd"],
    "codex": ["SessionStart", "UserPromptSubmit", "Stop"],
    "gemini": ["SessionStart", "BeforeAgent", "AfterAgent", "SessionEnd"],
    "cursor": ["sessionStart", "beforeSubmitPrompt", "stop", "sessionEnd"],
    "copilot": ["sessionStart", "userPromptSubmitted", "agentStop", "sessionEnd"],
}
FOREIGN = {"hooks": [{"type": "command", "command": "lint"}]}
HELD = [
    b"",
    b"{}",
    b"{}\n",
    b" { }\n",
    b'{"hooks": {}}',
    b'{\n  "hooks": {\n  }\n}\n',
    b'{"version": 1}\n',
    b'{"permissions": {"allow": ["Bash(ls)", "Bash(git log:*)"]}, "x": 1e3}',
    b'{\n\t"a": [1,2,   3],\n\n\t"hooks": {"Stop": [], "stop": []}\n}',
    b'\xef\xbb\xbf{\r\n   "\xc3\xa4": "\\u00e4"\r\n}\r\n',
    json.dumps({"hooks": {"Stop": [FOREIGN], "SessionStart": [FOREIGN]}}, indent=4).encode(),
]


@pytest.fixture
def found(empty_repo: GitRepo) -> Worktree:
    return worktree.find(str(empty_repo.path), empty_repo.environ)


def target(agent: str, found: Worktree, environ: dict[str, str], *, shared: bool) -> Target:
    return agent_install.target(agent, found, environ, shared=shared)


def install(wanted: Target, found: Worktree, *, shared: bool = False) -> list[str]:
    changes = agent_install.plan(wanted, shared=shared)
    return agent_install.make(wanted, found, changes, shared=shared)


def uninstall(wanted: Target, found: Worktree, *, shared: bool = False) -> list[str]:
    changes = agent_install.plan_removal(wanted, found, shared=shared)
    return filechange.apply(wanted.top, changes)


def everything(*folders: str) -> dict[str, bytes]:
    """Every file in some folders but git's own."""
    paths = [path for folder in folders for path in sorted(Path(folder).rglob("*"))]
    return {str(p): p.read_bytes() if p.is_file() else b"/" for p in paths if ".git" not in p.parts}


@pytest.mark.parametrize("shared", BOTH)
@pytest.mark.parametrize("agent", hooks.NAMES)
def test_what_was_created_is_gone_without_a_trace(
    agent: str, shared: bool, found: Worktree, environ: dict[str, str]
) -> None:
    Path(environ["XDG_CONFIG_HOME"]).mkdir()
    wanted = target(agent, found, environ, shared=shared)
    before = everything(found.top, environ["HOME"])

    made = install(wanted, found, shared=shared)
    again = install(wanted, found, shared=shared)

    servers = [wanted.hooks.servers] if shared and wanted.hooks.servers else []
    assert made == list(dict.fromkeys([wanted.path, *servers]))
    assert again == []
    assert uninstall(wanted, found, shared=shared) == made
    assert everything(found.top, environ["HOME"]) == before
    assert uninstall(wanted, found, shared=shared) == []


@pytest.mark.parametrize("shared", BOTH)
@pytest.mark.parametrize("agent", hooks.NAMES[:5])
@pytest.mark.parametrize("held", HELD)
def test_a_file_that_was_there_is_byte_for_byte_as_before(
    agent: str, held: bytes, shared: bool, found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target(agent, found, environ, shared=shared)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(held)
    path.chmod(0o640)

    install(wanted, found, shared=shared)
    document = json.loads(path.read_bytes().decode("utf-8-sig"))
    mode = path.stat().st_mode & 0o777
    uninstall(wanted, found, shared=shared)

    old = json.loads(held.decode("utf-8-sig") or "{}")
    others = {key: value for key, value in document.items() if key != "hooks"}
    others.pop("mcpServers", None)
    assert others == {k: v for k, v in old.items() if k != "hooks"} or (
        held == b"" and others == wanted.hooks.base
    )
    assert {event: entries[-1] for event, entries in document["hooks"].items() if entries} == {
        **{event: entries[-1] for event, entries in old.get("hooks", {}).items() if entries},
        **wanted.hooks.entries,
    }
    assert path.read_bytes() == held
    assert mode == path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("agent", EVENTS)
def test_each_event_has_one_guarded_command(
    agent: str, found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target(agent, found, environ, shared=True)
    install(wanted, found)

    document = json.loads(Path(wanted.top, wanted.path).read_bytes())
    words = ["session-start", "prompt", "stop", "session-end"][: len(EVENTS[agent])]
    assert list(document["hooks"]) == EVENTS[agent]
    for word, (entry,) in zip(words, document["hooks"].values(), strict=True):
        handler = entry["hooks"][0] if "hooks" in entry else entry
        assert handler.get("command", handler.get("bash")) == (
            "sh -c 'command -v git-ticket >/dev/null 2>&1 || exit 0; "
            f"exec git-ticket agent hook {agent} {word}'"
        )


def test_a_colleague_without_the_tool_is_not_disturbed(empty_repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    os.symlink("/bin/sh", tmp_path / "bin" / "sh")

    for agent in hooks.NAMES:
        done = empty_repo.run("/bin/sh", "-c", command(agent, "stop"), PATH=str(tmp_path / "bin"))
        assert (done.code, done.out, done.err) == (0, "", "")


def test_hooks_of_an_older_version_are_brought_up_to_date(
    found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target("claude", found, environ, shared=True)
    path = Path(wanted.top, wanted.path)
    install(wanted, found)
    fresh = json.loads(path.read_bytes())
    old = {"hooks": [{"type": "command", "command": "git ticket agent hook claude stop"}]}
    stale = {"Stop": [FOREIGN, old, old], "PreCompact": [old], "Notification": [FOREIGN]}
    path.write_text(json.dumps({"hooks": stale}, indent=2), encoding="utf-8")

    assert agent_install.states("claude", found, environ)[1].state == "outdated"
    install(wanted, found)

    document = json.loads(path.read_bytes())
    assert document["hooks"] == {
        **fresh["hooks"],
        "Stop": [FOREIGN, *fresh["hooks"]["Stop"]],
        "Notification": [FOREIGN],
    }
    assert [s.state for s in agent_install.states("claude", found, environ)] == [
        "not installed",
        "installed",
    ]


def test_what_others_wrote_since_stays(found: Worktree, environ: dict[str, str]) -> None:
    wanted = target("claude", found, environ, shared=False)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir()
    path.write_text('{"hooks": {}}\n', encoding="utf-8")
    install(wanted, found)
    document = json.loads(path.read_bytes())
    document["hooks"]["Stop"].insert(0, FOREIGN)
    document["model"] = "opus"
    path.write_text(json.dumps(document), encoding="utf-8")

    uninstall(wanted, found)

    assert json.loads(path.read_bytes()) == {"hooks": {"Stop": [FOREIGN]}, "model": "opus"}


@pytest.mark.parametrize(
    ("held", "line", "reason"),
    [
        (b'{\n  // mine\n  "a": 1\n}\n', 2, "comments are no JSON"),
        (b'{"hooks": {}', 1, "no JSON: Expecting ',' delimiter"),
        (b'{"hooks": []}', 1, "an object was expected here"),
        (b'{\n"hooks": {"Stop": "x"}}', 2, "'Stop' is no list"),
        (b"[]\n", 1, "an object was expected here"),
        (b"\xff{}", 1, "no UTF-8"),
    ],
)
def test_a_file_that_is_no_plain_json_is_refused_with_its_line(
    held: bytes, line: int, reason: str, found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target("claude", found, environ, shared=True)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir()
    path.write_bytes(held)

    with pytest.raises(NotPlainJson) as caught:
        agent_install.plan(wanted, shared=True)

    assert caught.value.message == f".claude/settings.json:{line}: {reason}; nothing was changed"
    assert path.read_bytes() == held


def test_a_link_in_the_work_tree_is_not_followed(
    found: Worktree, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path(found.top, ".claude").symlink_to(tmp_path / "elsewhere")
    wanted = target("claude", found, environ, shared=True)

    with pytest.raises(LeadsOutside):
        agent_install.plan(wanted, shared=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_changed_meanwhile_is_not_written(
    found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target("claude", found, environ, shared=False)
    changes = agent_install.plan(wanted, shared=False)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")

    with pytest.raises(ChangedMeanwhile):
        agent_install.make(wanted, found, changes, shared=False)
    assert path.read_text(encoding="utf-8") == "{}"


def test_a_plugin_of_somebody_else_stays(found: Worktree, environ: dict[str, str]) -> None:
    wanted = target("opencode", found, environ, shared=True)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir(parents=True)
    path.write_text("// mine\n", encoding="utf-8")

    with pytest.raises(NotOurFile):
        agent_install.plan(wanted, shared=True)
    assert uninstall(wanted, found, shared=True) == []


def test_a_server_of_our_name_that_is_there_already_stays(
    found: Worktree, environ: dict[str, str]
) -> None:
    wanted = target("claude", found, environ, shared=True)
    own = b'{"mcpServers": {"git-ticket": {"command": "uvx"}}}'
    Path(found.top, ".mcp.json").write_bytes(own)

    assert install(wanted, found, shared=True) == [".claude/settings.json"]
    assert uninstall(wanted, found, shared=True) == [".claude/settings.json"]
    assert Path(found.top, ".mcp.json").read_bytes() == own


@pytest.mark.parametrize(
    ("variable", "agent", "path"),
    [
        ("CODEX_HOME", "codex", "hooks.json"),
        ("GEMINI_CLI_HOME", "gemini", ".gemini/settings.json"),
        ("COPILOT_HOME", "copilot", "hooks/git-ticket.json"),
        ("XDG_CONFIG_HOME", "opencode", "opencode/plugins/git-ticket.js"),
    ],
)
def test_a_variable_moves_an_agents_own_folder(
    variable: str, agent: str, path: str, found: Worktree, environ: dict[str, str], tmp_path: Path
) -> None:
    wanted = target(agent, found, {**environ, variable: str(tmp_path / "own")}, shared=False)

    assert (wanted.shown, wanted.is_home) == (f"{tmp_path}/own/{path}", True)


def test_without_a_home_there_is_no_personal_file(found: Worktree) -> None:
    with pytest.raises(NoHome):
        target("cursor", found, {}, shared=False)
    assert [s.state for s in agent_install.states("cursor", found, {})] == [
        "unreadable",
        "not installed",
    ]


KEYS = st.sampled_from(["hooks", "Stop", "SessionStart", "mcpServers", "env", "ä"]) | st.text()
ENTRIES = st.lists(st.just(FOREIGN) | st.dictionaries(KEYS, st.text(), max_size=2), max_size=2)
EVENTS_HELD = st.dictionaries(st.sampled_from(["Stop", "SessionStart", "Other"]), ENTRIES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
)
DOCUMENTS = st.builds(
    lambda rest, held: {**rest, **held},
    st.dictionaries(
        KEYS.filter(lambda key: key not in ("hooks", "mcpServers")), VALUES, max_size=4
    ),
    st.fixed_dictionaries({}, optional={"hooks": EVENTS_HELD}),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=DOCUMENTS, indent=st.sampled_from([None, 2, 4, "\t"]), shared=st.booleans())
def test_after_uninstall_every_file_is_as_it_was(
    found: Worktree, environ: dict[str, str], document: dict[str, Any], indent: Any, shared: bool
) -> None:
    wanted = target("gemini", found, environ, shared=shared)
    path = Path(wanted.top, wanted.path)
    path.parent.mkdir(exist_ok=True)
    before = json.dumps(document, indent=indent).encode()
    path.write_bytes(before)

    install(wanted, found, shared=shared)
    after = json.loads(path.read_bytes())
    uninstall(wanted, found, shared=shared)

    kept = {k: v for k, v in after.items() if k not in ("hooks", "mcpServers")}
    assert kept == {k: v for k, v in document.items() if k != "hooks"}
    for event, entries in document.get("hooks", {}).items():
        assert after["hooks"][event][: len(entries)] == entries
    assert path.read_bytes() == before


def test_a_dry_run_shows_what_would_be_done(found: Worktree, environ: dict[str, str]) -> None:
    wanted = target("cursor", found, environ, shared=True)
    held = b'{\n  "version": 1,\n  "hooks": {\n    "stop": []\n  }\n}\n'
    new = agent_install.with_hooks(held, wanted)

    shown = filechange.diff([FileChange(".cursor/hooks.json", held, new)])

    assert [line for line in shown.splitlines() if line.startswith("-")] == [
        "--- a/.cursor/hooks.json",
        '-    "stop": []',
    ]
