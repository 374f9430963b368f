"""An install or uninstall that is killed at any point loses no hook, and the next run mends it."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.install.test_hook_failures import installation as installation
from tests.install.test_hook_failures import run
from tests.support.git import GitRepo
from tests.support.hooks import folder, hooks, script

KILLED = -9
CALLS = "trace=link,linkat,rename,renameat,renameat2,unlink,unlinkat,openat,write,fsync,close,mkdir"
CALL = re.compile(r"(\w+)\(")


def points(repo: GitRepo, place: Path, log: Path, word: str) -> list[tuple[str, int]]:
    """The (call, how many-th) of `git ticket hooks WORD` from the first that names the folder."""
    traced(repo, place, word, "-y", "-o", str(log))
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = CALL.match(line)
        if match:
            counts[match[1]] = counts.get(match[1], 0) + 1
            if "/.git/hooks" in line and "ENOENT" not in line:
                found.append((match[1], counts[match[1]]))
    return found


def traced(repo: GitRepo, place: Path, word: str, *options: str) -> int:
    python = str(place / "venv/bin" / Path(sys.executable).name)
    command = ["strace", "-qq", "-e", CALLS, *options, python, "-m", "git_ticketer", "hooks", word]
    return repo.run(*command, PYTHONPATH=str(place), PYTHONHASHSEED="0").code


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("word", ["install", "uninstall"])
def test_no_kill_during_install_or_uninstall_loses_a_hook(
    empty_repo: GitRepo, installation: Path, tmp_path: Path, word: str
) -> None:
    place = hooks(empty_repo)
    script('echo "$0" >>"$HOME/log"; exit 0')(place / "prepare-commit-msg")
    (tmp_path / "script").write_text('#!/bin/sh\necho "$0" >>"$HOME/log"\n', encoding="utf-8")
    (tmp_path / "script").chmod(0o755)
    (place / "commit-msg").symlink_to(tmp_path / "script")
    original = folder(empty_repo)
    opposite = {"install": "uninstall", "uninstall": "install"}[word]
    run(empty_repo, installation, "hooks", opposite)
    found = points(empty_repo, installation, tmp_path / "trace", word)
    assert len(found) > 5
    log = Path(empty_repo.environ["HOME"], "log")
    codes = set()
    for call, number in found:
        run(empty_repo, installation, "hooks", opposite)
        inject = f"inject={call}:signal=SIGKILL:when={number}"
        codes.add(traced(empty_repo, installation, word, "-o", "/dev/null", "-e", inject))
        log.unlink(missing_ok=True)
        empty_repo.commit(f"{call} {number}")
        assert len(log.read_text(encoding="utf-8").splitlines()) == 2, (call, number)
        assert run(empty_repo, installation, "hooks", "install") == 0, (call, number)
        assert run(empty_repo, installation, "hooks", "uninstall") == 0, (call, number)
        assert folder(empty_repo) == original, (call, number)
    assert KILLED in codes
