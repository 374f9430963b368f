"""Creating a ticket, with the seed system's rule for its parent (mcp-ticketer 1.4.4).

Associated: the session's ticket is the parent. Opted out: none. Undecided: the person is asked
where the client can ask, else the agent is told how to decide; nothing is written meanwhile.
"""

from dataclasses import replace
from typing import Annotated, Any, Literal

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, Field

from git_ticketer.errors import TicketerError
from git_ticketer.mcp_server import data, failures
from git_ticketer.mcp_server.face import ADDS, Face
from git_ticketer.mcp_server.schemas import OBJECT, TEXT, TRUTH
from git_ticketer.model.ticket import Link
from git_ticketer.ops import association, create, links, lookup
from git_ticketer.ops.create import Draft
from git_ticketer.ops.workspace import Workspace

OF_THE_SESSION = "the session's ticket"
GUIDANCE = """\
⚠️  No ticket association found for this work session.

It's recommended to associate your work with a ticket for proper tracking.

**Options**:
1. Associate with a ticket: attach_ticket(action='set', ticket_id='PROJ-123')
2. Skip for this session: attach_ticket(action='none')
3. Provide parent_epic directly: ticket_create(..., parent_epic='PROJ-123')

After associating, run ticket_create again to create the ticket."""
ANSWER = {
    "type": "object",
    "properties": {
        "status": {"enum": ["completed", "error"]},
        "ticket_id": TEXT,
        "ticket": OBJECT,
        "requires_ticket_association": TRUTH,
        "guidance": TEXT,
        "error": TEXT,
    },
}


class Choice(BaseModel):
    """What a person is asked where nobody decided."""

    decision: Literal["attach", "no ticket"] = Field(description="Attach a ticket, or opt out")
    ticket_id: str = Field(default="", description="The ticket to attach, such as PROJ-123")


class NotAsked(Choice):
    """Nobody is asked: all is decided, or the client cannot ask."""

    decision: Literal["attach", "no ticket"] = "no ticket"


Chosen = ElicitationResult[Choice]


def offer(face: Face) -> None:
    """Offer `ticket_create`."""

    def ask(
        ctx: Context[Any, Any], title: str, type: str, parent_epic: str | None
    ) -> Choice | Elicit[Choice]:
        if not _can_ask(ctx) or not _is_undecided(face, title, type, parent_epic):
            return NotAsked()
        return Elicit("Which ticket is this work session for?", Choice)

    def ticket_create(
        title: str,
        chosen: Annotated[Chosen, Resolve(ask)],
        description: str = "",
        type: str = "",
        priority: str = "",
        assignee: str = "",
        tags: list[str] = [],  # noqa: B006 - never changed; pydantic copies it
        requirements: str = "",
        criteria: list[str] = [],  # noqa: B006
        subtasks: list[str] = [],  # noqa: B006
        related: list[str] = [],  # noqa: B006
        parent_epic: str | None = OF_THE_SESSION,
    ) -> dict[str, Any]:
        """Create a ticket. Its parent is the session's ticket unless parent_epic names one.

        parent_epic: null for none. related: links such as "relates-to PROJ-123".
        """
        draft = Draft(
            title,
            type=type,
            priority=priority,
            assignee=assignee,
            labels=tuple(tags),
            description=description,
            requirements=requirements,
            criteria=tuple(criteria),
            subtasks=tuple(subtasks),
        )
        return _create(face, draft, tuple(related), parent_epic, chosen)

    face.offer(ticket_create, ADDS, ANSWER)


def _can_ask(ctx: Context[Any, Any]) -> bool:
    able = ctx.client_capabilities
    return bool(able and able.elicitation)


def _is_undecided(face: Face, title: str, type: str, parent_epic: str | None) -> bool:
    """Whether a person must decide; trouble is told by the creation itself."""
    if parent_epic != OF_THE_SESSION:
        return False
    try:
        work = face.open()
        draft, team = create.check(work, Draft(title, type=type))
        return create.needs_decision(work, draft, team)
    except (TicketerError, OSError):
        return False


def _create(
    face: Face, draft: Draft, named: tuple[str, ...], parent_epic: str | None, chosen: Any
) -> dict[str, Any]:
    work = face.open()
    try:
        draft = replace(draft, links=tuple(_link(work, text) for text in named))
        if isinstance(chosen, AcceptedElicitation) and not isinstance(chosen.data, NotAsked):
            _decide(work, chosen.data)
            work = face.open()
        done = create.create(work, _with_parent(work, draft, parent_epic))
    except create.DecisionNeeded as needed:
        return _how_to_decide(needed.session)
    except (TicketerError, OSError) as error:
        return {"status": "error", **failures.answer(error)}
    ticket = data.ticket(done.ticket) | {"parent_epic": done.ticket.parent or None}
    known = {} if done.parent_known in (True, None) else {"parent_known": False}
    return {
        "status": "completed",
        "ticket_id": str(done.ticket.id),
        "ticket": ticket,
        "parent_from": done.parent_from,
        **known,
    }


def _decide(work: Workspace, choice: Choice) -> None:
    """Store what the person chose."""
    if choice.decision == "attach":
        association.attach(work, lookup.named(work, choice.ticket_id.strip()))
    else:
        association.opt_out(work)


def _with_parent(work: Workspace, draft: Draft, parent_epic: str | None) -> Draft:
    if parent_epic == OF_THE_SESSION:
        return draft
    if not parent_epic or not parent_epic.strip():
        return replace(draft, no_parent=True)
    return replace(draft, parent=lookup.named(work, parent_epic.strip()))


def _link(work: Workspace, text: str) -> Link:
    kind, _, target = text.strip().partition(" ")
    found = links.parse(work, kind, target.strip())
    if found.kind in (links.PARENT, links.CHILD):
        raise create.Unfit("link", text, "a kind other than parent and child; use parent_epic")
    return found


def _how_to_decide(session: str | None) -> dict[str, Any]:
    return {
        "status": "error",
        "requires_ticket_association": True,
        "guidance": GUIDANCE,
        "session_id": session,
    }
