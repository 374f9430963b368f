"""The benchmark of the hooks runs, and hides nothing that it could not measure."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.support.git import Result, create

SCRIPT = Path(__file__).parents[1] / "bench/hooks.py"
MEASURED = [
    "no hook",
    "sh no-op hooks",
    "sh hook: python -I -S -c pass",
    "git-ticketer, associated",
    "git-ticketer, opted out",
    "git-ticketer, undecided, no terminal",
    "replay, no hook",
    "replay, sh no-op hooks",
    "replay, git-ticketer",
]
PEERS = [
    "giticket through pre-commit",
    "jira-prepare-commit-msg (npx, its manual)",
    "jira-prepare-commit-msg (node)",
]
ROWS = [*MEASURED[:6], *PEERS, *MEASURED[6:]]
BARS = [
    "git-ticketer, associated: CPU over no hook, times bare python",
    "git-ticketer, opted out: CPU over no hook, times bare python",
    "a replayed commit: CPU ms over the sh no-ops",
    "a replayed commit: wall ms over the sh no-ops",
    *(
        f"{peer}: {measure} of a whole commit, times ours"
        for peer in PEERS[1:]
        for measure in ("CPU", "wall")
    ),
]


def bench(folder: Path, environ: dict[str, str], *options: str, **more: str) -> Result:
    command = (sys.executable, str(SCRIPT), "--quick", "--rounds", "1", *options)
    return create(folder / "work", environ).run(*command, **more)


def cells(out: str, title: str) -> dict[str, list[str]]:
    """The table whose first column is headed `title`: the other cells by the first."""
    text = next(part for part in out.split("\n\n") if part.startswith(title))
    rows = [re.split(r"\s{2,}", line) for line in text.splitlines()[1:]]
    return {row[0]: row[1:] for row in rows}


def test_one_round_prints_every_row_and_every_bar(tmp_path: Path, environ: dict[str, str]) -> None:
    document = tmp_path / "numbers.json"

    done = bench(tmp_path, environ, "--no-peers", "--json", str(document))

    assert (done.code, done.err) == (0, "")
    table = cells(done.out, "per commit")
    assert list(table) == ROWS
    assert [table[name] for name in PEERS] == [["not measured: --no-peers"]] * len(PEERS)
    assert [len(table[name]) for name in MEASURED] == [5] * len(MEASURED)
    verdicts = {name: row[-1] for name, row in cells(done.out, "bar").items()}
    assert list(verdicts) == BARS
    assert [verdicts[name] for name in BARS[4:]] == ["not measured"] * 4
    assert {verdicts[name] for name in BARS[:4]} <= {"pass", "fail"}

    written = json.loads(document.read_text(encoding="utf-8"))
    printed = {row["name"]: f"{row['cpu']:.2f}" for row in written["rows"] if not row["problem"]}
    assert printed == {name: table[name][0] for name in MEASURED}
    assert {bar["text"]: bar["verdict"] for bar in written["bars"]} == verdicts


@pytest.mark.slow
def test_peers_that_cannot_be_installed_are_rows_with_the_reason(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "npm_config_offline": "true"}

    done = bench(tmp_path, environ, "--peers", str(tmp_path / "peers"), **offline)

    assert (done.code, done.err) == (0, "")
    table = cells(done.out, "per commit")
    assert list(table) == ROWS
    reasons = [" ".join(table[name]) for name in PEERS]
    assert [reason[:15] for reason in reasons] == ["not installed: "] * len(PEERS)
    assert all(len(reason) > 15 for reason in reasons)


@pytest.mark.slow
def test_a_row_that_fails_to_run_is_shown_and_gives_exit_code_1(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    broken = tmp_path / "peers/python/bin"
    broken.mkdir(parents=True)
    for name in ("python", "giticket", "pre-commit"):
        (broken / name).write_text("#!/bin/sh\necho it is broken\nexit 7\n", encoding="utf-8")
        (broken / name).chmod(0o755)

    done = bench(tmp_path, environ, "--peers", str(tmp_path / "peers"), npm_config_offline="true")

    assert (done.code, done.err) == (1, "")
    table = cells(done.out, "per commit")
    assert table["giticket through pre-commit"] == ["failed: pre-commit exit 7: it is broken"]
    assert [name for name in MEASURED if len(table[name]) != 5] == []
