"""Reading sessions: `.git/ticketer/sessions/<id>`, and `current`, the unannounced one's id.

Lines of `key value`. Reading takes no lock and writes nothing; `session_change` does the rest.
"""

from .clock import from_text
from .decide import ASSOCIATED, DECISIONS, Session, is_alive
from .ids import InvalidId, SessionId, TicketId
from .system import exists, read_file

VERSION = "1"
RENEW_AFTER = 60


class CorruptState(ValueError):
    """A live-state file that cannot be read: `path`, `line` (from 1) and `reason`."""

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


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


class Store:
    """The sessions of one worktree.

    `announced` is the (id, agent) that the environment gives, or None. `timeout` is in minutes.
    After `read` or a change, `own` is the announced session (None if it has no file yet) and
    `current` the unannounced one. Files that could not be read are listed in `corrupt`.
    """

    def __init__(self, folder: str, announced: tuple[SessionId, str] | None, timeout: int) -> None:
        self.folder = folder
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
            if self.current is None and not self.corrupt:
                raise InvalidId("session", text, "the id of a session that is there")
        except InvalidId:
            self.corrupt.append(CorruptState(path, 1, "not the id of a session"))
        except FileNotFoundError:
            self._note_dangling(path)
        except OSError as error:
            self.corrupt.append(CorruptState(path, 1, str(error)))
        return self

    def _load(self, id: SessionId) -> Session | None:
        path = self.path_of(id)
        try:
            session = parse(read_file(path), path)
            if session.id != id:
                raise CorruptState(path, 1, "the id is not the name of the file")
        except FileNotFoundError:
            self._note_dangling(path)
            return None
        except CorruptState as problem:
            self.corrupt.append(problem)
            return None
        except OSError as error:
            self.corrupt.append(CorruptState(path, 1, str(error)))
            return None
        return session

    def _note_dangling(self, path: str) -> None:
        if exists(path):
            self.corrupt.append(CorruptState(path, 1, "a link to nothing"))

    def path_of(self, id: SessionId) -> str:
        """The file of a session."""
        return f"{self.folder}/sessions/{id}"

    def alive(self, session: Session | None, now: int) -> bool:
        """Whether `session` is there and was active recently enough to keep its decision."""
        return session is not None and is_alive(session, now, self.timeout)

    def followed(self, session: Session, now: int) -> list[Session]:
        """The unannounced session, where `session` is an announced one that follows it."""
        follows = self.announced and session.decision is None
        return [self.current] if follows and self.current and self.alive(self.current, now) else []

    def needs_renewal(self, now: int) -> bool:
        """Whether `session_change.renew` would write: a session missing, or silent for a minute."""
        session = self.own if self.announced else self.current
        if self.corrupt or session is None or is_stale(session, now):
            return True
        return any(is_stale(followed, now) for followed in self.followed(session, now))


def is_stale(session: Session, now: int) -> bool:
    """Whether the last recorded activity is a minute old, or lies in the future."""
    return abs(now - session.active) >= RENEW_AFTER
