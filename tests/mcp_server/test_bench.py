"""The benchmark of the MCP server runs, and prints every row and every bar."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.git import create

SCRIPT = Path(__file__).parents[2] / "bench/mcp_server.py"
ROWS = [
    "start, initialize answered",
    "start, first tool answered",
    "get_session_info",
    "attach, set",
    "attach, status",
    "create",
    "list 20, after a create",
    "list 20",
    "search, the newest",
    "search, comments and sessions too",
    "show",
]
COMPARED = [
    "100 tickets: start, initialize answered, times its own",
    "100 tickets: start, first tool answered, times its own",
    "100 tickets: get_session_info without fsync, times its own",
    "100 tickets: attach, set without fsync, times its own",
]
NEWEST = "100 tickets: % of our searches that found the newest ticket"
HOOKS = [
    "100 tickets: hook at session start, wall ms",
    "100 tickets: hook at stop, CPU ms",
    "100 tickets: hook at session end, wall ms",
]
WRONG = "8 servers asked while one attaches: wrong answers of ours"


@pytest.mark.slow
def test_a_quick_run_prints_every_row_and_every_bar(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    path = tmp_path / "numbers.json"
    command = (sys.executable, str(SCRIPT), "--quick", "--no-peers", "--json", str(path))

    done = create(tmp_path / "work", environ).run(*command)

    assert (done.code, done.err) == (0, "")
    document = json.loads(path.read_text(encoding="utf-8"))
    (table,) = document["sizes"]
    assert [row["name"] for row in table["rows"]] == ROWS
    for row in table["rows"]:
        assert row["ms"]["git-ticketer"] > 0
        assert row["ms"]["mcp-ticketer"] is None
        assert f"\n{row['name']}  " in done.out
    assert table["problems"]["mcp-ticketer"] == "not measured: --no-peers"
    assert "\nmcp-ticketer: not measured: --no-peers\n" in done.out
    verdicts = {bar["text"]: bar["verdict"] for bar in document["bars"]}
    assert list(verdicts) == [*COMPARED, NEWEST, *HOOKS, WRONG]
    assert [verdicts[text] for text in COMPARED] == ["not measured"] * len(COMPARED)
    assert (verdicts[NEWEST], verdicts[WRONG]) == ("pass", "pass")
    for text, verdict in verdicts.items():
        assert f"\n{text}  " in done.out
        assert f"  {verdict}\n" in done.out


@pytest.mark.slow
def test_a_peer_that_cannot_be_installed_is_named_with_the_reason(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    few = ("--sizes=9", "--rounds=1", "--starts=1", "--polls=1", "--megabytes=1", "--peers")
    peers = tmp_path / "peers"
    peers.mkdir()
    (peers / "mcp-ticketer").touch()  # where its environment is to be

    done = create(tmp_path / "work", environ).run(sys.executable, str(SCRIPT), *few, str(peers))

    assert (done.code, done.err) == (0, "")
    assert "\nmcp-ticketer: not installed: python exit 1: " in done.out
