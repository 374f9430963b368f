"""The benchmark of merging runs and prints every bar."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.git import create

SCRIPT = Path(__file__).parents[2] / "bench/merge.py"


@pytest.mark.slow
def test_one_round_prints_every_row_and_every_bar(tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "numbers.json"
    command = (sys.executable, str(SCRIPT), "--rounds", "1", "--pairs", "50", "--json", str(path))

    done = create(tmp_path / "work", environ).run(*command)

    assert (done.code, done.err) == (0, "")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert [row["name"] for row in document["rows"]] == [
        'python -c "import yaml"',
        "driver, a ticket of median size",
        "driver, the largest ticket",
        "driver, a conflict",
        "driver, not a ticket",
        "git merge-file",
    ]
    for entry in document["rows"] + document["rates"]:
        assert f"\n{entry['name']}  " in done.out
    for bar in document["bars"]:
        assert f"\n{bar['text']}  " in done.out
    assert [(rate["wrong"], rate["unseen"]) for rate in document["rates"]] == [(0, 0)] * 6
