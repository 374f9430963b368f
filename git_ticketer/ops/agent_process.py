"""Which agent's session a process belongs to: `.git/ticketer/agents/<session>`, a file a session.

The agent's hook records the process of its agent, so that an MCP server that the same agent
started finds its session without being told. Lines of `key value`, like a session's own file.
"""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import suppress

from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, read_file, write_file

PROC = "/proc/self"
PATIENCE = 1.0
DEEP = 40
"""So many ancestors are looked at."""

KEPT_SECONDS = 24 * 3600
BETWEEN = frozenset(
    ("sh", "bash", "dash", "zsh", "ksh", "fish", "busybox", "git", "env", "nice", "timeout")
)
"""What may run between an agent and its hook; so may Python, and this program."""


class Process:
    """A process: `start` tells it from a later one with the same number."""

    __slots__ = ("name", "parent", "pid", "start")

    def __init__(self, pid: int, parent: int, start: str, name: str) -> None:
        self.pid = pid
        self.parent = parent
        self.start = start
        self.name = name

    @property
    def is_between(self) -> bool:
        """Whether it may stand between an agent and its hook."""
        return self.name in BETWEEN or self.name.startswith(("python", "git-"))


class Record:
    """What the hooks know of an agent's session, besides its decision.

    `told` is the source that its last start gave and `at` when that was; `asked` is whether a
    prompt said already that nothing is decided; `mentions` are tickets that prompts named;
    `ended` is when the agent said that it is over. Times are epoch seconds, 0 for never.
    """

    __slots__ = ("agent", "asked", "at", "ended", "id", "mentions", "pid", "start", "told")

    def __init__(self, id: SessionId, agent: str = "") -> None:
        self.id = id
        self.agent = agent
        self.pid = 0
        self.start = ""
        self.told = ""
        self.at = 0
        self.asked = False
        self.ended = 0
        self.mentions: tuple[TicketId, ...] = ()

    def belong_to(self, process: Process | None) -> None:
        """Note the process of its agent, where it is known."""
        if process:
            self.pid, self.start = process.pid, process.start

    def is_of(self, process: Process | None) -> bool:
        """Whether it is a session of that process."""
        return process is not None and (process.pid, process.start) == (self.pid, self.start)


def of_ancestors(git: GitDir, pid: int = 0) -> tuple[SessionId, str] | None:
    """The session, with its agent's name, of the nearest ancestor of a process that has one.

    `pid` is the process, this one where it is not given. Of an agent that went through several
    sessions it is the last one. None where no hook recorded any.
    """
    records = [record for record in of_worktree(git) if record.pid and not record.ended]
    if not records:
        return None
    for process in ancestors(pid or os.getpid()):
        found = [record for record in records if record.is_of(process)]
        if found:
            last = max(found, key=lambda record: record.at)
            return last.id, last.agent
    return None


def agent_of(pid: int) -> Process | None:
    """The agent that runs process `pid`: the nearest ancestor that is no shell, git or Python."""
    return next((one for one in ancestors(pid) if not one.is_between), None)


def ancestors(pid: int) -> Iterator[Process]:
    """The processes above `pid`, the nearest first, without the first process of all."""
    if os.path.isdir(PROC):
        yield from _above(pid, _from_proc)
    else:
        yield from _told_by_ps(pid)


def _above(pid: int, look: Callable[[int], Process | None]) -> Iterator[Process]:
    process = look(pid)
    for _ in range(DEEP):
        process = look(process.parent) if process and process.parent > 1 else None
        if process is None:
            return
        yield process


@functools.cache
def _told_by_ps(pid: int) -> tuple[Process, ...]:
    """The processes above `pid`; ps is slow, and a server asks at every call of a tool."""
    return tuple(_above(pid, _table().get))


def is_running(pid: int, start: str) -> bool:
    """Whether that very process is there still."""
    look = _from_proc if os.path.isdir(PROC) else _table().get
    found = look(pid)
    return found is not None and found.start == start


def _from_proc(pid: int) -> Process | None:
    """A process from `/proc/PID/stat` (proc(5)): its name in brackets, 4 parent, 22 start."""
    try:
        text = read_file(f"/proc/{pid}/stat", 4096).decode("utf-8", "replace")
        head, _, rest = text.rpartition(") ")
        fields = rest.split()
        return Process(pid, int(fields[1]), fields[19], head.partition("(")[2])
    except (OSError, ValueError, IndexError):
        return None


def _table() -> dict[int, Process]:
    """Every process, where the system has no `/proc`: as POSIX's ps says it."""
    import subprocess

    command = ["ps", "-A", "-o", "pid=,ppid=,lstart=,comm="]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=2, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return {process.pid: process for process in map(parse_ps, lines) if process}


def parse_ps(line: str) -> Process | None:
    """A process from a line of ps: two numbers, a time of five words, the path of a program."""
    fields = line.split(None, 7)
    if len(fields) < 8 or not (fields[0].isdigit() and fields[1].isdigit()):
        return None
    name = fields[7].strip().rpartition("/")[2].removeprefix("-")
    return Process(int(fields[0]), int(fields[1]), "-".join(fields[2:7]), name)


def change(git: GitDir, id: SessionId, alter: Callable[[Record], None]) -> Record:
    """Apply `alter` to the record of a session, under a lock; raises OSError."""
    folder = _folder(git)
    make_folders(folder)
    with Lock(folder + "/.lock", PATIENCE):
        record = load(git, id) or Record(id)
        before = _dump(record)
        alter(record)
        if _dump(record) != before:
            write_file(f"{folder}/{id}", _dump(record), durable=False, staging=git.state)
    return record


def load(git: GitDir, id: SessionId) -> Record | None:
    """The record of a session; None where there is none that can be read."""
    try:
        data = read_file(f"{_folder(git)}/{id}", 1 << 16).decode("utf-8", "replace")
    except OSError:
        return None
    values = dict(line.split(" ", 1) for line in data.split("\n") if " " in line)
    record = Record(id, values.get("agent", ""))
    record.start, record.told = values.get("start", ""), values.get("told", "")
    record.asked = "asked" in values
    with suppress(ValueError):
        record.pid, record.at = int(values.get("pid", "0")), int(values.get("at", "0"))
        record.ended = int(values.get("ended", "0"))
        record.mentions = tuple(map(TicketId, values.get("mentions", "").split()))
    return record


def of_worktree(git: GitDir) -> list[Record]:
    """The records of a worktree's sessions."""
    try:
        names = os.listdir(_folder(git))
    except OSError:
        return []
    return [found for found in (_of_name(git, name) for name in names) if found]


def ended(git: GitDir) -> set[str]:
    """The sessions of a worktree whose agents said that they are over."""
    return {record.id for record in of_worktree(git) if record.ended}


def mentions(git: GitDir, id: SessionId) -> tuple[TicketId, ...]:
    """The tickets that the prompts of a live session named, besides its own."""
    record = load(git, id)
    return record.mentions if record else ()


def sweep(git: GitDir, now: int) -> None:
    """Remove the records of a day ago whose processes are gone."""
    for record in of_worktree(git):
        path = f"{_folder(git)}/{record.id}"
        with suppress(OSError):
            old = os.stat(path).st_mtime < now - KEPT_SECONDS
            if old and not (record.pid and is_running(record.pid, record.start)):
                os.unlink(path)


def _of_name(git: GitDir, name: str) -> Record | None:
    try:
        return load(git, SessionId(name))
    except InvalidId:
        return None


def _folder(git: GitDir) -> str:
    return git.state + "/agents"


def _dump(record: Record) -> bytes:
    lines = [
        ("agent", record.agent),
        ("pid", str(record.pid or "")),
        ("start", record.start),
        ("told", record.told),
        ("at", str(record.at or "")),
        ("asked", "yes" if record.asked else ""),
        ("ended", str(record.ended or "")),
        ("mentions", " ".join(record.mentions)),
    ]
    text = "".join(f"{key} {_word(value)}\n" for key, value in lines if value)
    return text.encode("utf-8", "replace")


def _word(value: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in value)[:8000]
