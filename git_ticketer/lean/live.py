"""The live state of one worktree: its settings, its sessions, and the association in force.

What the hooks and every command share, so that both always give the same answer.
"""

from . import decide, journal
from .clock import now
from .decide import Association, Session
from .gitdir import GitDir
from .ids import SessionId, TicketId, ids_in
from .session_file import Store
from .settings import Settings, load
from .system import exists, os, read_file

TICKETS = ".tickets"
UID_LENGTH = 26


class Live:
    """The state of the worktree at folder `top` with git dir `git`, read once.

    `announced` is the session that the environment gives, as (id, agent), or None.
    """

    __slots__ = ("branch", "environ", "git", "now", "settings", "store", "top")

    def __init__(
        self,
        git: GitDir,
        environ: dict[bytes, bytes],
        announced: tuple[SessionId, str] | None,
        *,
        top: str = ".",
    ) -> None:
        self.git = git
        self.top = top
        self.environ = environ
        self.now = now()
        self.branch = git.branch()
        self.settings = load(git.shared) or Settings()
        self.store = Store(git.state, announced, self.settings.timeout).read()

    def named_tickets(self) -> list[TicketId]:
        """The tickets that the branch means: a listed prefix, or a ticket in the work tree."""
        named = ids_in(self.branch or "")
        known = [id for id in named if exists(f"{self.top}/{TICKETS}/{id}/ticket.yaml")]
        return [id for id in named if id.prefix in self.settings.prefixes or id in known]

    def association(self) -> Association:
        """The association in force; raises InvalidId where GIT_TICKET is neither id nor `none`."""
        named = self.named_tickets() if self.settings.auto_attach else []
        announced = self.store.announced
        return decide.associate(
            self.store.own,
            self.store.current,
            now=self.now,
            timeout=self.settings.timeout,
            announced=announced[0] if announced else None,
            ticket_variable=self.environ.get(b"GIT_TICKET"),
            branch_ticket=named[0] if named else None,
        )

    def decider(self) -> Session | None:
        """The session whose decision is in force: its own, or the one it follows."""
        own = self.store.own
        return own if own and own.decision else self.store.current

    def record(self, kind: str, association: Association, note: str = "") -> None:
        """Write a line of the journal; raises OSError where it cannot be written."""
        line = journal.Event(
            self.now,
            kind,
            association.session or "",
            self.git.worktree_name,
            self.branch or "",
            association.ticket or "",
            association.uid,
            note,
        )
        journal.append(self.git.shared, line)


def ticket_uid(top: str, id: TicketId) -> str:
    """The uid of a ticket in the work tree at `top`; empty where it has none there.

    A hook cannot pay for YAML; the first lines of our layout say it as `uid: 01JD...`.
    """
    try:
        head = read_file(f"{top}/{TICKETS}/{id}/ticket.yaml", 1024)
    except OSError:
        return ""
    for line in head.split(b"\n"):
        if line.startswith(b"uid: "):
            text = line[5:].strip(b" \r'\"").decode("ascii", "replace")
            return text if len(text) == UID_LENGTH and text.isalnum() and text.isascii() else ""
    return ""


def is_slip(top: str, id: TicketId) -> bool:
    """Whether the work tree at `top` has tickets of that prefix, but not this one."""
    try:
        names = os.listdir(f"{top}/{TICKETS}") if top else []
    except OSError:
        return False
    return id not in names and any(name.startswith(id.prefix + "-") for name in names)
