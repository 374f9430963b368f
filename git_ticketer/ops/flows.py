"""Flows: commands of a repository that run when something happens to a ticket.

A cloned repository is hostile, so a flow runs only where this user allowed exactly this content of
its file in this clone (storage/flow_allowed.py); nothing of any other is even read when something
happens. Never inside a git hook, and never because of what another flow did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.workflow import normal
from git_ticketer.ops import flow_place
from git_ticketer.ops.flow_event import Event as Event
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import flow_allowed, flow_files
from git_ticketer.storage.flow_allowed import Allowed
from git_ticketer.storage.flow_files import ARCHIVED, STATUS, TYPES, Flow, NoSuchFlow, Trigger

if TYPE_CHECKING:
    from git_ticketer.model.ticket import Ticket
    from git_ticketer.ops.flow_log import Run

ALLOWED, CHANGED, NOT_ALLOWED, BROKEN = "allowed", "changed", "not allowed", "broken"
IN_HOOK = "in a hook"


class NotAllowed(TicketerError):
    """A flow that this user has not allowed here as it is; `state` is why not."""

    def __init__(self, name: str, state: str) -> None:
        why = "was changed since you allowed it" if state == CHANGED else "is not allowed here"
        super().__init__(f"flow {name} {why}", hint=f"git ticket flow allow {name}")
        self.state = state


class NotAnEvent(TicketerError):
    """What was given as an event is none."""

    exit_code = ExitCode.USAGE

    def __init__(self, reason: str) -> None:
        super().__init__(f"not an event: {reason}", hint="git ticket flow fire -h")


@dataclass(frozen=True)
class Listed:
    """A flow as lists show it; `flow` is None and `problem` set where it is broken."""

    name: str
    state: str
    flow: Flow | None = None
    problem: str = ""


@dataclass(frozen=True)
class FlowRun:
    """What became of a flow for an event: a state of flow_log, or why it did not run."""

    name: str
    state: str
    run: "Run | None" = None
    problem: str = ""

    @property
    def is_well(self) -> bool:
        """Whether the command ran and ended with exit code 0."""
        return self.run is not None and self.run.code == 0

    @property
    def text(self) -> str:
        """What became of it on one line, with the command that tells or does more."""
        if self.run:
            more = "" if self.is_well else f": git ticket flow log {self.name}"
            return f"flow {self.name}: {self.run.result}{more}"
        why = {
            CHANGED: f"it was changed since you allowed it: git ticket flow allow {self.name}",
            IN_HOOK: "this is a git hook",
        }
        return f"flow {self.name}: not run, {why.get(self.state, self.problem)}"


def listed(workspace: Workspace, environ: Mapping[str, str]) -> list[Listed]:
    """Every flow of the work tree and whether it may run here; raises LeadsOutside."""
    allowed = flow_allowed.of_clone(workspace.live.git, environ)
    found = []
    for name, flow in flow_files.every(workspace.worktree.top):
        if isinstance(flow, Flow):
            found.append(Listed(name, _state(allowed, flow), flow))
        else:
            found.append(Listed(name, BROKEN, None, flow.message))
    return found


def _state(allowed: Allowed | None, flow: Flow) -> str:
    """Whether a flow may run: its content is what was allowed."""
    digest = allowed.digest(flow.name) if allowed else ""
    if not digest:
        return NOT_ALLOWED
    return ALLOWED if digest == flow.digest else CHANGED


def state(workspace: Workspace, flow: Flow, environ: Mapping[str, str]) -> str:
    """Whether a flow may run here: allowed, changed since, or not allowed."""
    return _state(flow_allowed.of_clone(workspace.live.git, environ), flow)


def allow(workspace: Workspace, flow: Flow, environ: Mapping[str, str]) -> None:
    """Let a flow run in this clone for as long as its file is as it was read for `flow`.

    Raises: NotOnThisSystem, NoStateFolder, OSError.
    """
    flow_place.refuse_without_groups()
    flow_allowed.of_new(workspace.live.git, environ).add(flow.name, flow.digest)


def disallow(workspace: Workspace, name: str, environ: Mapping[str, str]) -> bool:
    """Let it run no longer; whether it was allowed. Raises NoSuchFlow for no name, OSError."""
    if not flow_files.is_name(name):
        raise NoSuchFlow(name)
    allowed = flow_allowed.of_clone(workspace.live.git, environ)
    return allowed.remove(name) if allowed else False


def fire(
    workspace: Workspace, event: Event, environ: Mapping[str, str], *, background: bool = False
) -> list[FlowRun]:
    """Run the flows that wait for an event, one after the other; say what became of each.

    Where none was ever allowed in this clone that is one file that is not there. In the
    `background` a process of its own does it, for who cannot wait: an MCP server, an agent's hook.
    Nothing is raised but KeyboardInterrupt: what happened has happened.
    """
    allowed = flow_allowed.of_clone(workspace.live.git, environ)
    names = allowed.names() if allowed else []
    if not allowed or not names or flow_place.is_nested(workspace, environ):
        return []
    if background and not flow_place.in_hook(environ):
        return _in_background(workspace, event, environ)
    found = [_fired(workspace, allowed, name, event, environ) for name in names]
    return [one for one in found if one]


def _in_background(workspace: Workspace, event: Event, environ: Mapping[str, str]) -> list[FlowRun]:
    from git_ticketer.ops import flow_spawn

    try:
        flow_spawn.start(workspace, event, environ)
    except OSError as problem:
        return [FlowRun("fire", BROKEN, problem=str(problem))]
    return []


def _fired(
    workspace: Workspace, allowed: Allowed, name: str, event: Event, environ: Mapping[str, str]
) -> FlowRun | None:
    """Run one flow that was allowed, if it waits for the event and is still what it was."""
    try:
        flow = flow_files.read(workspace.worktree.top, name)
        if flow.trigger.type != event.type:
            return None
        ticket = _ticket(workspace, event.ticket)
        if not matches(flow.trigger, event, ticket):
            return None
        if allowed.digest(name) != flow.digest:
            return FlowRun(name, CHANGED)
        if flow_place.in_hook(environ):
            return FlowRun(name, IN_HOOK)
        return _ran(workspace, flow, event, ticket, environ)
    except NoSuchFlow:  # such as on another branch
        return None
    except (TicketerError, OSError) as problem:
        return FlowRun(name, BROKEN, problem=str(problem))


def _ran(
    workspace: Workspace, flow: Flow, event: Event, ticket: "Ticket", environ: Mapping[str, str]
) -> FlowRun:
    from git_ticketer.ops import flow_run

    done = flow_run.run(workspace, flow, event, ticket, environ)
    return FlowRun(flow.name, done.state, done)


def _ticket(workspace: Workspace, id: str) -> "Ticket":
    from git_ticketer.storage.tickets import Tickets

    return Tickets(workspace.worktree).read(id).ticket


def matches(trigger: Trigger, event: Event, ticket: "Ticket") -> bool:
    """Whether a flow waits for an event of a ticket: its type, and every condition it has."""
    pairs = (
        (trigger.to, event.after),
        (trigger.before, event.before),
        (trigger.ticket_type, ticket.type),
    )
    return (
        trigger.type == event.type
        and all(not wanted or wanted == normal(found) for wanted, found in pairs)
        and (not trigger.label or trigger.label in ticket.labels)
    )


def run(workspace: Workspace, flow: Flow, event: Event, environ: Mapping[str, str]) -> FlowRun:
    """Run one flow now, whatever it waits for.

    Raises: NotAllowed, NotHere, NotOnThisSystem, NoSuchTicket, BadFile, OSError.
    """
    flow_place.refuse(flow.name, workspace, environ)
    found = state(workspace, flow, environ)
    if found != ALLOWED:
        raise NotAllowed(flow.name, found)
    return _ran(workspace, flow, event, _ticket(workspace, event.ticket), environ)


def event_for(workspace: Workspace, flow: Flow, id: str) -> Event:
    """The event that a flow is run with by hand: of its own type, the ticket as it is now.

    Raises: NoSuchTicket, BadFile.
    """
    ticket = _ticket(workspace, id)
    after = "" if flow.trigger.type == ARCHIVED else ticket.status
    return Event(flow.trigger.type, ticket.id, flow.trigger.before, after)


def event_of(values: Any) -> Event:
    """The event in a JSON document; raises NotAnEvent."""
    if not isinstance(values, dict) or values.get("event") not in TYPES:
        raise NotAnEvent(f"its `event` is one of {', '.join(TYPES)}")
    before, after, session = (values.get(key) or "" for key in ("before", "after", "session_id"))
    if not all(isinstance(text, str) for text in (before, after, session)):
        raise NotAnEvent("before, after and session_id are texts")
    if values["event"] == STATUS and not after:
        raise NotAnEvent(f"{STATUS} goes with `after`")
    try:
        id = TicketId(str(values.get("ticket_id")))
    except InvalidId as problem:
        raise NotAnEvent(str(problem)) from None
    return Event(values["event"], id, before, after, session)
