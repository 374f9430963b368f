"""The worktree a command works in, with its live state: opened once, at the start."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean import decide, history, journal, session_change
from git_ticketer.lean.ids import InvalidId, SessionId, TicketId
from git_ticketer.lean.live import Live
from git_ticketer.lean.system import append
from git_ticketer.ops import housekeeping
from git_ticketer.storage import ahead, snapshot, worktree
from git_ticketer.storage.worktree import Worktree

if TYPE_CHECKING:
    from git_ticketer.ops.flow_event import Event

PATIENCE = 20.0


class BadId(TicketerError):
    """A text given as an id that is none: `text`, and the `variable` it is in, if it is in one."""

    exit_code = ExitCode.USAGE

    def __init__(self, problem: InvalidId, *, source: str = "") -> None:
        where = f"{source} is " if source else ""
        self.variable = source or problem.source
        hint = f"unset {self.variable}" if self.variable else "git ticket list"
        super().__init__(f"{where}{problem}", hint=hint)
        self.text = problem.text


class CannotStore(TicketerError):
    """The live state in the git dir could not be written; `path` names its folder."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f"nothing was stored, {path} cannot be written: {error.strerror or error}",
            hint="GIT_TICKET=PROJ-123 git commit tags a commit without stored state",
        )
        self.path = path


@dataclass
class Workspace:
    """A worktree and its live state.

    `warnings` is what the user should be told besides; `unstored` is why nothing can be stored,
    which a command that must store raises by itself. `tell` is told what happened to a ticket,
    once it is on disk: a face that lets flows run (ops/flows.py) sets it.
    """

    worktree: Worktree
    live: Live
    warnings: list[str] = field(default_factory=list)
    unstored: CannotStore | None = None
    tell: "Callable[[Event], object]" = lambda _: None


def ticket_id(text: str, *, source: str = "") -> TicketId:
    """The ticket id in `text`; raises BadId, which names `source`, such as GIT_TICKET."""
    try:
        return TicketId(text)
    except InvalidId as problem:
        raise BadId(problem, source=source) from None


def open_workspace(folder: str, environ: Mapping[str, str]) -> Workspace:
    """The workspace that `folder` is in. Opening it is activity: the session starts or goes on.

    State that cannot be written is a warning here; what must be stored raises CannotStore later.
    Raises: NotAWorktree, BadFile, BadSetting, and BadId for an environment that announces
    something else than ids.
    """
    return of_worktree(worktree_of(folder, environ), environ)


def of_worktree(
    found: Worktree, environ: Mapping[str, str], agent: tuple[SessionId, str] | None = None
) -> Workspace:
    """The workspace of a worktree that is known; `agent` is the caller's session, if that is known.

    It counts more than an agent's variable, which is as old as the process that has it.

    Raises: what open_workspace raises.
    """
    warnings = _keep_broken_settings(found)
    settings = snapshot.refresh(found)
    raw = {os.fsencode(key): os.fsencode(value) for key, value in environ.items()}
    try:
        announced = decide.announced(raw)
    except InvalidId as problem:
        raise BadId(problem) from None
    if agent and b"GIT_TICKET_SESSION" not in raw:
        announced = agent
    live = Live(found.dirs, raw, announced, top=found.top)
    live.settings = settings
    live.store.timeout = settings.timeout
    workspace = Workspace(found, live, warnings)
    named = environ.get("GIT_TICKET", "")
    if named and named.lower() != "none":
        ticket_id(named, source="GIT_TICKET")
    _renew(workspace)
    _mend_journal(workspace)
    return workspace


def worktree_of(folder: str, environ: Mapping[str, str]) -> Worktree:
    """The worktree of `folder`; git may have been asked already (storage/ahead.py)."""
    said = ahead.where(folder)
    if said is None:
        return worktree.find(folder, environ)
    return worktree.of_answer(folder, said, environ)


def _keep_broken_settings(found: Worktree) -> list[str]:
    try:
        done = snapshot.keep_broken(found)
    except OSError as error:
        return [f"the settings snapshot cannot be read or replaced: {error}"]
    return [done] if done else []


def _renew(workspace: Workspace) -> None:
    live = workspace.live
    if not live.store.needs_renewal(live.now):
        return
    corrupt = list(live.store.corrupt)
    before = live.store.current and live.store.current.id
    try:
        session_change.renew(live.store, live.now)
    except OSError as error:
        workspace.unstored = CannotStore(live.git.state, error)
        return
    for broken in corrupt:
        workspace.warnings.append(f"{broken}; moved aside, a new session begins")
    if live.store.current and live.store.current.id != before:
        housekeeping.clean(live.git, live.now)


def _mend_journal(workspace: Workspace) -> None:
    """Keep a journal with broken lines aside and go on with its good ones."""
    live = workspace.live
    path = live.git.shared + "/journal"
    try:
        try:
            _, broken = history.tail(live.git.shared)
            if not broken:
                return
            events, broken = history.read(path)
        except OSError:
            events, broken = [], 0
        kept = session_change.set_aside(path, live.now)
        append(path, b"".join(map(journal.dump, events)))
    except OSError as error:
        workspace.warnings.append(f"the journal {path} cannot be read or replaced: {error}")
        return
    what = f"{broken} broken lines" if broken else "it cannot be read"
    workspace.warnings.append(f"{path}: {what}; kept as {kept}, good lines go on")
