"""Where the transcripts of agents' sessions lie that are to be archived, a small file a session.

`.git/ticketer/positions/<session>` in the git dir that all worktrees share. A hook writes it in
milliseconds and reads nothing of the transcript; archiving happens after (agent_archive).
"""

import os
from contextlib import suppress

from git_ticketer.lean import settings
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.system import make_folders, read_file, write_file

TRIES = 3


class Position:
    """The transcript of a session, and where it stood.

    `path` is empty where the agent did not name it, `size` is in bytes. `ticket` is what the
    session was on, None where nobody decided; `top` is its worktree. It is `ready` to be archived
    once the session is over; until then `pid` and `start` tell whether its agent runs still.
    `tries` were made already, the last of which failed because of `problem`.
    """

    __slots__ = (
        *("agent", "at", "path", "pid", "problem"),
        *("ready", "session", "size", "start", "ticket", "top", "tries"),
    )

    def __init__(self, session: SessionId, agent: str, top: str) -> None:
        self.session = session
        self.agent = agent
        self.top = top
        self.path = ""
        self.size = 0
        self.ticket: TicketId | None = None
        self.ready = False
        self.at = 0
        self.pid = 0
        self.start = ""
        self.tries = 0
        self.problem = ""

    @property
    def is_over(self) -> bool:
        """Whether its session has ended, or its agent is gone."""
        from git_ticketer.ops.agent_process import is_running

        return self.ready or bool(self.pid and not is_running(self.pid, self.start))

    @property
    def is_due(self) -> bool:
        """Whether it is to be archived without being asked for."""
        return self.tries < TRIES and self.is_over


def keep(git: GitDir, position: Position) -> None:
    """Write a position; on disk when this returns. Raises OSError."""
    make_folders(_folder(git))
    write_file(f"{_folder(git)}/{position.session}", dump(position), staging=git.shared)


def drop(git: GitDir, position: Position) -> bool:
    """Take a position away, unless a later one is there; whether it is gone."""
    current = load(git, position.session)
    if current and (current.size, current.at) != (position.size, position.at):
        return False
    with suppress(OSError):
        os.unlink(f"{_folder(git)}/{position.session}")
    return True


def waiting(git: GitDir) -> list[Position]:
    """Every position, the oldest first; what cannot be read is left out."""
    try:
        names = os.listdir(_folder(git))
    except OSError:
        return []
    found = [one for one in (_of_name(git, name) for name in names) if one]
    return sorted(found, key=lambda one: (one.at, one.session))


def load(git: GitDir, session: SessionId) -> Position | None:
    """The position of a session; None where there is none that can be read."""
    try:
        data = read_file(f"{_folder(git)}/{session}", 1 << 16)
        return parse(data, session)
    except (OSError, ValueError):
        return None


def parse(data: bytes, session: SessionId) -> Position:
    """The position in the bytes of its file; raises ValueError where they are none."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    values = dict(line.split(" ", 1) for line in lines if " " in line)
    if not values.keys() >= {"agent", "top", "at"}:
        raise ValueError("a position without agent, top or time")
    position = Position(session, values["agent"], settings.unescape(values["top"]))
    position.path = settings.unescape(values.get("path", ""))
    position.ticket = TicketId(values["ticket"]) if "ticket" in values else None
    position.ready = "ready" in values
    position.start, position.problem = values.get("start", ""), values.get("problem", "")
    for name in ("size", "at", "pid", "tries"):
        setattr(position, name, int(values.get(name, "0")))
    return position


def dump(position: Position) -> bytes:
    """The bytes of a position's file; `parse` gives it again."""
    lines = [
        ("agent", position.agent),
        ("top", settings.escape(position.top)),
        ("path", settings.escape(position.path)),
        ("size", str(position.size or "")),
        ("ticket", position.ticket or ""),
        ("ready", "yes" if position.ready else ""),
        ("at", str(position.at)),
        ("pid", str(position.pid or "")),
        ("start", position.start),
        ("tries", str(position.tries or "")),
        ("problem", " ".join(position.problem.split())[:500]),
    ]
    text = "".join(f"{key} {value}\n" for key, value in lines if value)
    return text.encode("utf-8", "surrogateescape")


def _of_name(git: GitDir, name: str) -> Position | None:
    try:
        return load(git, SessionId(name))
    except InvalidId:
        return None


def _folder(git: GitDir) -> str:
    return git.shared + "/positions"
