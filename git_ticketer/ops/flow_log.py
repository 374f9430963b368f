"""The log of flows, in the git dir: one file a run, readable by the user alone, the last 50 kept.

Lines of `key value`, an empty line, then what the command printed, without secrets.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from git_ticketer.lean import clock
from git_ticketer.lean.clock import to_text
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.system import make_folders, read_file, write_file
from git_ticketer.storage.flow_files import LONGEST_TIMEOUT

FOLDER = "flows"
KEPT = 50
LIMIT = 1 << 20
"""So many bytes of a command's output are kept."""

HEAD = 1 << 12
GRACE = 60
"""So many seconds after its time is up a command may still be there."""

RUNNING, DONE, FAILED, TIMED_OUT = "running", "done", "failed", "timed out"
INTERRUPTED, NOT_STARTED = "interrupted", "not started"


@dataclass(frozen=True)
class Run:
    """One run of a flow; `started` is UTC, `size` the bytes of all it printed.

    `code` is the exit code, below zero the signal it died of, None where it did not end by itself.
    A run of which the log says `running` goes on, or what watched it was killed.
    """

    flow: str
    event: str
    ticket: str
    session: str
    started: str
    state: str = RUNNING
    code: int | None = None
    seconds: float = 0.0
    size: int = 0
    problem: str = ""
    output: str = ""

    @property
    def cut(self) -> bool:
        """Whether it printed more than is kept."""
        return self.size > LIMIT

    @property
    def result(self) -> str:
        """How it ended, in a few words."""
        if self.state == FAILED and self.code is not None and self.code < 0:
            return f"was killed by signal {-self.code}"
        return {
            DONE: f"done in {self.seconds:.1f} s",
            FAILED: f"failed with exit code {self.code}",
            TIMED_OUT: f"was ended after {self.seconds:.0f} s, its time was up",
            NOT_STARTED: f"could not be started: {self.problem}",
            RUNNING: "runs, or what watched it was killed",
        }.get(self.state, self.state)


def new_path(git: GitDir, flow: str) -> str:
    """The file of a run that begins now; files sort by time. Raises OSError."""
    folder = f"{git.shared}/{FOLDER}"
    make_folders(folder)
    return f"{folder}/{clock.milliseconds():015d}-{os.urandom(3).hex()}-{flow}"


def write(path: str, run: Run, output: bytes) -> None:
    """Write down a run as it stands; raises OSError."""
    values = {
        "version": "1",
        "flow": run.flow,
        "event": run.event,
        "ticket": run.ticket,
        "session": run.session,
        "started": run.started,
        "state": run.state,
        "code": "" if run.code is None else str(run.code),
        "seconds": f"{run.seconds:.3f}",
        "size": str(run.size),
        "problem": " ".join(run.problem.split()),
        "watcher": str(os.getpid()) if run.state == RUNNING else "",
    }
    head = "".join(f"{key} {value}\n" for key, value in values.items() if value)
    data = head.encode("utf-8", "surrogateescape") + b"\n" + output
    write_file(path, data, durable=False)


def now() -> str:
    """The time that a run begins at."""
    return to_text(clock.now())


def runs(git: GitDir, flow: str = "", limit: int = KEPT) -> Iterator[Run]:
    """The runs of a flow, or of all, the newest first; a file that is no log is left out."""
    count = 0
    for name in reversed(_names(f"{git.shared}/{FOLDER}")):
        if count == limit:
            return
        if flow and name.split("-", 2)[2] != flow:
            continue
        run = _read(f"{git.shared}/{FOLDER}/{name}")
        if run:
            count += 1
            yield run


def watchers(git: GitDir) -> set[int]:
    """The processes that watch what runs now; of runs so young that they may still go on."""
    folder = f"{git.shared}/{FOLDER}"
    earliest = clock.milliseconds() - 1000 * (LONGEST_TIMEOUT + GRACE)
    young = [name for name in _names(folder) if int(name[:15]) >= earliest]
    heads = [_head(f"{folder}/{name}", HEAD)[0] for name in young]
    found = [head["watcher"] for head in heads if "watcher" in head]
    return {int(pid) for pid in found if pid.isdecimal()}


def forget_old(git: GitDir) -> None:
    """Remove all but the last runs; what cannot be removed stays."""
    folder = f"{git.shared}/{FOLDER}"
    for name in _names(folder)[:-KEPT]:
        with contextlib.suppress(OSError):
            os.unlink(f"{folder}/{name}")


def _names(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if name[:15].isdigit() and name.count("-") > 1)


def _head(path: str, limit: int = 1 << 24) -> tuple[dict[str, str], bytes]:
    """The keys and values that a log begins with, what follows; of an unreadable one nothing."""
    try:
        head, _, output = read_file(path, limit).partition(b"\n\n")
    except OSError:
        return {}, b""
    lines = head.decode("utf-8", "replace").split("\n")
    return dict(line.partition(" ")[::2] for line in lines), output


def _read(path: str) -> Run | None:
    values, output = _head(path)
    try:
        return Run(
            values["flow"],
            values["event"],
            values["ticket"],
            values["session"],
            values["started"],
            values["state"],
            int(values["code"]) if "code" in values else None,
            float(values["seconds"]),
            int(values["size"]),
            values.get("problem", ""),
            output.decode("utf-8", "replace"),
        )
    except (KeyError, ValueError):
        return None
