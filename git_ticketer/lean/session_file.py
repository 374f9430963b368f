"""Sessions on disk: `.git/ticketer/sessions/<id>`, and `current`, the unannounced one's id.

Lines of `key value`. Every change is made under one lock by re-reading, changing and renaming, so
a reader never sees half a file and no decision is overwritten by somebody's sign of activity.
"""

import sys
import time

from .clock import from_text, to_text
from .decide import ASSOCIATED, DECISIONS, UNDECIDED, Session, is_alive
from .ids import InvalidId, SessionId, TicketId
from .system import make_folders, os, read_file, write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = "1"
RENEW_AFTER = 60
PATIENCE = 2.0


class CorruptState(ValueError):
    """A live-state file that cannot be read: `path`, `line` (from 1) and `reason`."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class StateLocked(OSError):
    """Another process held the lock on the live state for too long."""


def parse(data: bytes, path: str) -> Session:
    """The session in `data`, the content of `path`.

    Raises: CorruptState naming the first line that is not valid.
    """
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        key, _, value = line.partition(" ")
        if key in values:
            raise CorruptState(path, number, f"{key!a} stands twice")
        values[key], places[key] = value, number
    key = "version"
    try:
        if values[key] != VERSION:
            raise ValueError("another version")
        session = Session(SessionId(values[key := "id"]), from_text(values[key := "started"]))
        session.active = from_text(values[key := "active"])
        if (key := "decision") in values:
            session.decision = DECISIONS[DECISIONS.index(values[key])]
        if (key := "ticket") in values:
            session.ticket = TicketId(values[key])
        session.quiet_until = int(values.get(key := "quiet_until", "0"))
        session.skipped = int(values.get(key := "skipped", "0"))
        if (session.decision == ASSOCIATED) != (session.ticket is not None):
            raise ValueError("decision and ticket do not agree")
    except (KeyError, ValueError):
        reason = f"bad value {values[key][:60]!a}" if key in values else "missing"
        raise CorruptState(path, places.get(key, 1), f"{key}: {reason}") from None
    session.agent = values.get("agent", "")
    session.uid = values.get("uid", "")
    session.branch = values.get("branch", "")
    return session


def dump(session: Session) -> bytes:
    """The bytes of a session file; `parse(dump(s))` gives `s` again."""
    optional = [
        ("decision", session.decision or ""),
        ("ticket", session.ticket or ""),
        ("uid", session.uid),
        ("agent", session.agent),
        ("branch", session.branch),
        ("quiet_until", str(session.quiet_until or "")),
        ("skipped", str(session.skipped or "")),
    ]
    lines = [
        ("version", VERSION),
        ("id", session.id),
        ("started", to_text(session.started)),
        ("active", to_text(session.active)),
        *((key, value) for key, value in optional if value),
    ]
    text = "".join(f"{key} {_one_line(value)}\n" for key, value in lines)
    return text.encode("utf-8", "surrogateescape")


def _one_line(value: str) -> str:
    return "".join(c if c >= " " else "?" for c in value)


def new_id() -> SessionId:
    """A random UUID (version 4, RFC 9562), made without the cost of importing `uuid`."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return SessionId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))


class Store:
    """The sessions of one worktree.

    `announced` is the (id, agent) that the environment gives, or None. `timeout` is in minutes,
    `patience` the seconds to wait for the lock.
    After `read` or a change, `own` is the announced session (None if it has no file yet) and
    `current` the unannounced one. Files that could not be read are listed in `corrupt`.
    """

    def __init__(
        self,
        folder: str,
        announced: tuple[SessionId, str] | None,
        timeout: int,
        patience: float = PATIENCE,
    ) -> None:
        self.folder = folder
        self.patience = patience
        self.announced = announced
        self.timeout = timeout
        self.own: Session | None = None
        self.current: Session | None = None
        self.corrupt: list[CorruptState] = []

    def read(self) -> "Store":
        """Read the live state as it is; nothing is written."""
        self.corrupt = []
        self.own = self._load(self.announced[0]) if self.announced else None
        self.current = None
        path = self.folder + "/current"
        try:
            text = read_file(path, 4096).decode("utf-8", "surrogateescape").strip()
            self.current = self._load(SessionId(text))
        except InvalidId:
            self.corrupt.append(CorruptState(path, 1, "not a session id"))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.corrupt.append(CorruptState(path, 1, str(error)))
        return self

    def _load(self, id: SessionId) -> Session | None:
        path = self._path(id)
        try:
            session = parse(read_file(path), path)
            if session.id != id:
                raise CorruptState(path, 1, "the id is not the name of the file")
        except FileNotFoundError:
            return None
        except CorruptState as problem:
            self.corrupt.append(problem)
            return None
        except OSError as error:
            self.corrupt.append(CorruptState(path, 1, str(error)))
            return None
        return session

    def _path(self, id: SessionId) -> str:
        return f"{self.folder}/sessions/{id}"

    def needs_renewal(self, now: int) -> bool:
        """Whether `renew` would write: a session missing, or silent for a minute."""
        session = self.own if self.announced else self.current
        if self.corrupt or session is None or _is_stale(session, now):
            return True
        return any(_is_stale(followed, now) for followed in self._followed(session, now))

    def renew(self, now: int) -> None:
        """Record activity: start a session on first use, end an idle decision, keep others alive.

        Raises: OSError (StateLocked included) where the state cannot be written.
        """
        with self.locked():
            session = self._live(now)
            for active in [session, *self._followed(session, now)]:
                if _is_stale(active, now):
                    self._save(active, now)

    def decide(
        self, decision: str, ticket: TicketId | None, now: int, branch: str, uid: str = ""
    ) -> Session:
        """Store a decision of this session; it is on disk when this returns the session.

        Raises: OSError (StateLocked included) where the state cannot be written.
        """

        def change(session: Session) -> None:
            session.decision, session.ticket, session.uid = decision, ticket, uid
            session.branch = branch
            session.quiet_until = session.skipped = 0

        return self.change(change, now)

    def change(self, change: "Callable[[Session], None]", now: int) -> Session:
        """Apply `change` to this session under the lock and store it; see `decide`."""
        with self.locked():
            session = self._live(now)
            change(session)
            self._save(session, now)
        return session

    def _live(self, now: int) -> Session:
        """This session as it is on disk now, its decision ended if it was idle; or a new one.

        Called under the lock. Files that cannot be read are moved aside first.
        """
        self.read()
        for problem in self.corrupt:
            suffix = to_text(now).replace(":", "")
            os.rename(problem.path, f"{problem.path}.corrupt-{suffix}")
        if not self.announced:
            alive = self.current is not None and self._alive(self.current, now)
            session = self.current if alive and self.current else Session(new_id(), now)
        else:
            session = self.own or Session(*self.announced[:1], now, self.announced[1])
            if session.decision and not self._alive(session, now):
                session.decision, session.ticket, session.uid = UNDECIDED, None, ""
        return session

    def _followed(self, session: Session, now: int) -> list[Session]:
        """The unannounced session, where `session` is an announced one that follows it."""
        follows = self.announced and session.decision is None
        return [self.current] if follows and self.current and self._alive(self.current, now) else []

    def _alive(self, session: Session, now: int) -> bool:
        return is_alive(session, now, self.timeout)

    def _save(self, session: Session, now: int) -> None:
        """Store `session` as active now; a new unannounced one becomes `current` after that."""
        session.active = now
        write_file(self._path(session.id), dump(session))
        if self.announced and session.id == self.announced[0]:
            self.own = session
        elif self.current is None or self.current.id != session.id:
            write_file(self.folder + "/current", session.id.encode() + b"\n")
            self.current = session

    def locked(self) -> "Lock":
        """The lock on this worktree's live state, to be used in a `with` statement."""
        make_folders(self.folder + "/sessions")
        return Lock(self.folder + "/lock", self.patience)


def _is_stale(session: Session, now: int) -> bool:
    return abs(now - session.active) >= RENEW_AFTER


class Lock:
    """An exclusive flock(2): freed by the kernel when its holder dies, however it dies.

    Raises on entry: StateLocked after `patience` seconds, OSError where the file cannot be opened.
    On a file system without flock the lock is not taken; a change is then still one rename.
    """

    def __init__(self, path: str, patience: float) -> None:
        self.path = path
        self.patience = patience
        self.fd = -1

    def __enter__(self) -> None:
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait()
        except BaseException:
            os.close(self.fd)
            raise

    def _wait(self) -> None:
        if sys.platform == "win32":
            return None
        import fcntl

        deadline = time.monotonic() + self.patience
        while True:
            try:
                return fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StateLocked(11, "another process holds the lock", self.path) from None
                time.sleep(0.005)
            except OSError:
                return None

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)
