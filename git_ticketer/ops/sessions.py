"""The live sessions of a worktree: who is on what."""

import os
from dataclasses import dataclass

from git_ticketer.lean.clock import to_text
from git_ticketer.lean.decide import ASSOCIATED, OPTED_OUT, Session, is_alive
from git_ticketer.lean.ids import InvalidId, SessionId
from git_ticketer.lean.session_file import CorruptState, parse
from git_ticketer.lean.system import read_file
from git_ticketer.ops import agent_process
from git_ticketer.ops.workspace import Workspace


@dataclass(frozen=True)
class LiveSession:
    """One session that was active lately. `mine` is whether it is the caller's own."""

    id: str
    agent: str
    ticket: str | None
    decision: str | None
    last_activity: str
    mine: bool

    @property
    def summary(self) -> str:
        """What it is on, in a word."""
        if self.ticket:
            return self.ticket
        words = {OPTED_OUT: "opted out", None: "follows the worktree's session"}
        return words.get(self.decision, "undecided")


def live(workspace: Workspace) -> list[LiveSession]:
    """The sessions of this worktree that are not over, the most recent first."""
    store = workspace.live.store
    mine = store.own or store.current
    timeout = workspace.live.settings.timeout or 60
    over = agent_process.ended(workspace.live.git)
    found = []
    for session in _all(store.folder + "/sessions"):
        if session.id not in over and is_alive(session, workspace.live.now, timeout):
            found.append(
                (session.active, _row(session, mine is not None and mine.id == session.id))
            )
    return [row for _, row in sorted(found, key=lambda pair: (-pair[0], pair[1].id))]


def _row(session: Session, mine: bool) -> LiveSession:
    ticket = str(session.ticket) if session.decision == ASSOCIATED else None
    at = to_text(session.active)
    decision = session.decision if session.agent or session.decision else "undecided"
    return LiveSession(session.id, session.agent, ticket, decision, at, mine)


def _all(folder: str) -> list[Session]:
    """Every readable session file; names that are no ids (temporary, corrupt) are not ours."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = []
    for name in names:
        path = f"{folder}/{name}"
        try:
            SessionId(name)
            found.append(parse(read_file(path), path))
        except (InvalidId, CorruptState, OSError):
            continue
    return found
