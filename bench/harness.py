"""Scratch repositories, rows that are measured in turn, and what a run costs; see README.md."""

import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

COMMIT = ("git", "commit", "--allow-empty", "-q", "-m", "x")
REPLAYED = 20
REBASE = ("git", "rebase", "--quiet", "--force-rebase", f"HEAD~{REPLAYED}")
EVENTS = ("prepare-commit-msg", "commit-msg", "post-checkout")
COUNTS = 3
MESSAGE = ".git/COMMIT_EDITMSG"
CONFIG = """\
[user]
    name = Dana
    email = dana@example.com
[init]
    defaultBranch = main
[maintenance]
    auto = false
[gc]
    auto = 0
[advice]
    detachedHead = false
"""
PRE_COMMIT_CONFIG = """\
repos:
- repo: local
  hooks:
  - {{id: giticket, name: giticket, language: system, entry: {entry}, stages: [commit-msg]}}
"""


class Failed(Exception):
    """A program did not run, or did not do what its row says."""


class NotInstalled(Failed):
    """A peer could not be installed; the text says why."""


@dataclass(frozen=True)
class Cost:
    """Milliseconds for one commit."""

    cpu: float
    wall: float


def sealed_environment(home: Path) -> dict[str, str]:
    """An environment with nothing of the machine's user in it."""
    home.mkdir(parents=True)
    config = home / "gitconfig"
    config.write_text(CONFIG, encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_TEMPLATE_DIR": "",
        "GIT_EDITOR": "false",
        "GIT_AUTHOR_DATE": "2026-11-22T09:00:00+00:00",
        "GIT_COMMITTER_DATE": "2026-11-22T09:00:00+00:00",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
    }


def run(command: Sequence[str], folder: Path, environ: dict[str, str]) -> str:
    """The output of a command that must succeed; raises Failed with its last line of output."""
    try:
        done = subprocess.run(
            command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True,
            encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        raise Failed(_reason(command, done.returncode, done.stderr or done.stdout))
    return done.stdout


def _reason(command: Sequence[str], code: int, output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return f"{Path(command[0]).name} exit {code}: {lines[-1].strip() if lines else 'no output'}"


class Scratch:
    """A repository that is the same before every measurement."""

    def __init__(self, path: Path, environ: dict[str, str]) -> None:
        self.path = path
        # Later than the first commits, so that a replayed one is a new object.
        self.environ = {**environ, "GIT_COMMITTER_DATE": "2026-11-22T10:00:00+00:00"}
        self.head = ""
        self.objects: set[Path] = set()
        self.journal = path / ".git/ticketer/journal"
        self.journal_size = 0

    def git(self, *arguments: str) -> str:
        """Run git, which must succeed, and return its output."""
        return run(("git", *arguments), self.path, self.environ)

    def ticket(self, *arguments: str) -> str:
        """Run the package beside this interpreter, as `git ticket` would."""
        command = (sys.executable, "-I", "-m", "git_ticketer", *arguments)
        return run(command, self.path, self.environ)

    def hook(self, event: str, *lines: str) -> None:
        """Write an sh hook."""
        path = self.path / ".git/hooks" / event
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n", encoding="utf-8")
        path.chmod(0o755)

    def message(self) -> str:
        """The message of the last commit."""
        return self.git("log", "-1", "--format=%B").rstrip("\n")

    def note(self) -> str:
        """What the last line of our journal says besides its time."""
        return self.journal.read_text(encoding="utf-8").splitlines()[-1].partition("\t")[2]

    def freeze(self) -> None:
        """Take the present commit, objects and journal as those to return to."""
        self.head = self.git("rev-parse", "HEAD").strip()
        self.objects = self._loose()
        self.journal_size = self.journal.stat().st_size if self.journal.exists() else 0

    def restore(self) -> None:
        """Take back what a measured command added to the history and to our journal."""
        self.git("update-ref", "HEAD", self.head)
        for path in self._loose() - self.objects:
            path.unlink()
        if self.journal.exists():
            os.truncate(self.journal, self.journal_size)

    def _loose(self) -> set[Path]:
        return set((self.path / ".git/objects").glob("??/*"))

    def measure(self, command: Sequence[str]) -> Cost:
        """Run a command and return what it and all that it started cost; raises Failed."""
        log = self.path.with_suffix(".log")
        with log.open("wb") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=self.path, env=self.environ,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            text = log.read_text(encoding="utf-8", errors="replace")
            raise Failed(_reason(command, process.returncode, text))
        return Cost((usage.ru_utime + usage.ru_stime) * 1000, wall * 1000)


@dataclass
class Row:
    """One line of the table: what is prepared, run, and must be true afterwards."""

    name: str
    prepare: Callable[[Scratch], None]
    works: Callable[[Scratch], bool]
    command: tuple[str, ...] = COMMIT
    commits: int = 1
    problem: str = ""
    costs: list[Cost] = field(default_factory=list)
    scratch: Scratch | None = None

    def set_up(self, template: Path, environ: dict[str, str]) -> None:
        """Make the scratch repository; a failure becomes the row's problem."""
        path = template.with_name(re.sub(r"\W+", "-", self.name))
        shutil.copytree(template, path)
        self.scratch = Scratch(path, environ)
        self.scratch.git("update-index", "-q", "--refresh")
        with self.failing():
            self.prepare(self.scratch)
            self.scratch.freeze()

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn a failure inside a `with` statement into this row's problem."""
        try:
            yield
        except NotInstalled as problem:
            self.problem = f"not installed: {problem}"
        except Failed as problem:
            self.problem = f"failed: {problem}"

    def warm_up(self) -> None:
        """Run once unmeasured, and see that the row does what it says."""
        with self.failing():
            assert self.scratch
            self.scratch.measure(self.command)
            if not self.works(self.scratch):
                raise Failed(f"the commit is not as expected: {self.scratch.message()!a}")
            self.scratch.restore()

    def measure(self) -> None:
        """Run once and keep the cost of one commit."""
        with self.failing():
            assert self.scratch
            cost = self.scratch.measure(self.command)
            self.costs.append(Cost(cost.cpu / self.commits, cost.wall / self.commits))
            self.scratch.restore()

    def median(self) -> Cost | None:
        """The median cost, None where the row has a problem."""
        if self.problem or not self.costs:
            return None
        return Cost(median(c.cpu for c in self.costs), median(c.wall for c in self.costs))


def make_template(path: Path, environ: dict[str, str]) -> None:
    """A repository with one first commit and those that are replayed, each with its file."""
    path.mkdir()
    run(("git", "init", "--quiet", "."), path, environ)
    for number in range(REPLAYED + 1):
        (path / f"file{number}").write_text(f"{number}\n", encoding="utf-8")
        run(("git", "add", "."), path, environ)
        run(("git", "commit", "--quiet", "-m", f"change{number}"), path, environ)


def measure(table: list[Row], rounds: int, warm_ups: int) -> None:
    """Warm every row up, then measure all of them in each round."""
    for row in [row for _ in range(warm_ups) for row in table if not row.problem]:
        row.warm_up()
    for number in range(rounds):
        order = [row for row in table if not row.problem]
        random.Random(number).shuffle(order)
        for row in order:
            row.measure()
