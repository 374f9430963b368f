"""Clients of the MCP server from npm: installed once, into a folder that stays.

That is `GIT_TICKET_NODE_MODULES`, or a folder in pytest's cache. Run as a script, with a folder,
it only installs; that needs nothing but Python and npm.
"""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PACKAGES = (
    "node@22",  # the Inspector needs 22.19 or later, whatever this machine has
    "@modelcontextprotocol/inspector@2.12.0",
    "@modelcontextprotocol/conformance@0.2.0-alpha.12",  # the first that knows 2026-07-28
)
FOLDER = "GIT_TICKET_NODE_MODULES"
OWN = dict(os.environ)
"""What this was started with: npm's registry is the user's own setting, which tests do not see."""


def path(config: "pytest.Config", environ: dict[str, str]) -> str:
    """A PATH with those programs first; the test is skipped where they cannot be installed."""
    import pytest

    cache: pytest.Cache | None = getattr(config, "cache", None)
    named = OWN.get(FOLDER) or (str(cache.mkdir("node")) if cache else "")
    problem = install(Path(named)) if named else f"pytest has no cache and {FOLDER} is not set"
    if problem:
        pytest.skip(f"no clients from npm: {problem}")
    return f"{Path(named).resolve()}/node_modules/.bin{os.pathsep}{environ['PATH']}"


@functools.cache
def install(folder: Path) -> str:
    """Install the packages unless they are there; why that was not possible, or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of several test processes installs
        done = folder / "installed"
        wanted = "\n".join(PACKAGES)
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            return ""
        problem = _npm(folder)
        if not problem:
            done.write_text(wanted, encoding="utf-8")
        return problem


def _npm(folder: Path) -> str:
    npm = shutil.which("npm", path=OWN.get("PATH"))
    if npm is None:
        return "npm is not installed"
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(
        (npm, "install", "--prefix", str(folder), *quiet, *PACKAGES),
        cwd=folder,
        env=OWN,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return "" if done.returncode == 0 else f"npm install: {''.join(said[:1])}"


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])) or 0)
