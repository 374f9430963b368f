"""Changing sessions on disk.

Every change is made under one lock by re-reading, changing and renaming, so a reader never sees
half a file and no decision is overwritten by somebody's sign of activity.
"""

import sys
import time

from .clock import to_text
from .decide import UNDECIDED, Session
from .ids import SessionId, TicketId
from .session_file import VERSION, Store, is_stale
from .system import exists, make_folders, os, write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 2.0


class StateLocked(OSError):
    """Another process held the lock on the live state for too long."""


def renew(store: Store, now: int) -> None:
    """Record activity: start a session on first use, end an idle decision, keep others alive.

    Raises: OSError (StateLocked included) where the state cannot be written.
    """
    with _locked(store, PATIENCE):
        session = _live(store, now)
        for active in [session, *store.followed(session, now)]:
            if is_stale(active, now):
                _save(store, active, now)


def decide(
    store: Store,
    decision: str,
    ticket: TicketId | None,
    now: int,
    branch: str,
    *,
    uid: str = "",
    patience: float = PATIENCE,
) -> Session:
    """Store a decision of this session, made on `branch`; on disk when this returns the session.

    `uid` is the ticket's, empty where it is not known; `patience` is how many seconds to wait
    for the lock.
    Raises: OSError (StateLocked included) where the state cannot be written.
    """

    def set_decision(session: Session) -> None:
        session.decision, session.ticket, session.uid = decision, ticket, uid
        session.branch = branch
        session.quiet_until = session.skipped = 0

    return change(store, set_decision, now, patience=patience)


def change(
    store: Store, alter: "Callable[[Session], None]", now: int, *, patience: float = PATIENCE
) -> Session:
    """Apply `alter` to this session under the lock and store it; see `decide`."""
    with _locked(store, patience):
        session = _live(store, now)
        alter(session)
        _save(store, session, now)
    return session


def dump(session: Session) -> bytes:
    """The bytes of a session file; `session_file.parse` gives the session again."""
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


def set_aside(path: str, now: int) -> str:
    """Move an unreadable file out of the way and return its new path; raises OSError."""
    kept = f"{path}.corrupt-{to_text(now).replace(':', '')}"
    if exists(kept):
        kept += "-" + os.urandom(3).hex()
    os.rename(path, kept)
    return kept


def new_id() -> SessionId:
    """A random UUID (version 4, RFC 9562), made without the cost of importing `uuid`."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return SessionId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))


def _one_line(value: str) -> str:
    return "".join(c if c >= " " else "?" for c in value)


def _live(store: Store, now: int) -> Session:
    """This session as it is on disk now, its decision ended if it was idle; or a new one.

    Called under the lock. Files that cannot be read are moved aside first.
    """
    store.read()
    for problem in store.corrupt:
        set_aside(problem.path, now)
    if store.announced is None:
        current = store.current
        return current if current and store.alive(current, now) else Session(new_id(), now)
    id, agent = store.announced
    session = store.own or Session(id, now, agent)
    if session.decision and not store.alive(session, now):
        session.decision, session.ticket, session.uid = UNDECIDED, None, ""
    return session


def _save(store: Store, session: Session, now: int) -> None:
    """Store `session` as active now; a new unannounced one becomes `current` after that."""
    session.active = now
    write_file(store.path_of(session.id), dump(session))
    if store.announced and session.id == store.announced[0]:
        store.own = session
    elif store.current is None or store.current.id != session.id:
        write_file(store.folder + "/current", session.id.encode() + b"\n")
        store.current = session


def _locked(store: Store, patience: float) -> "Lock":
    make_folders(store.folder + "/sessions")
    return Lock(store.folder + "/lock", patience)


class Lock:
    """An exclusive flock(2): freed by the kernel when its holder dies, however it dies.

    It lies on the file `path`, which is made, or on the folder `path` itself.
    Raises on entry: StateLocked after `patience` seconds, OSError where the file cannot be opened.
    On a file system without flock the lock is not taken; a change is then still one rename.
    """

    def __init__(self, path: str, patience: float, *, folder: bool = False) -> None:
        self.path = path
        self.flags = os.O_RDONLY if folder else os.O_RDWR | os.O_CREAT
        self.patience = patience
        self.fd = -1

    def __enter__(self) -> None:
        self.fd = os.open(self.path, self.flags | os.O_CLOEXEC, 0o600)
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
        try:
            os.close(self.fd)
        except OSError:
            pass  # what was done under the lock is done; the kernel has freed it
