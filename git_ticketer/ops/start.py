"""Starting work on a ticket: claim it, set it in progress, attach it, optionally on a branch."""

import shlex
import unicodedata
from dataclasses import dataclass

from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.workflow import ACTIVE, Workflow
from git_ticketer.ops import association, edits, lookup, people
from git_ticketer.ops.association import Answer
from git_ticketer.ops.edits import Fields
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity, team_config
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.tickets import Change

WORDS = 6


class Claimed(TicketerError):
    """A ticket that somebody else works on: `assignee`."""

    def __init__(self, id: str, assignee: str) -> None:
        super().__init__(
            f"{id} is assigned to {assignee} (--force takes it over)",
            hint=f"git ticket attach {id}",
        )
        self.assignee = assignee


class BranchExists(TicketerError):
    """A branch that is there already: `branch`."""

    def __init__(self, branch: str) -> None:
        super().__init__(
            f"there is a branch {branch} already", hint=f"git switch {shlex.quote(branch)}"
        )
        self.branch = branch


@dataclass(frozen=True)
class Started:
    """What starting did: the change of the ticket, the answer of attach, the branch made."""

    change: Change
    answer: Answer
    branch: str | None = None


def start(
    workspace: Workspace, word: str | None, *, branch: str | None = None, force: bool = False
) -> Started:
    """Assign a ticket to the user, set it in progress and attach it to this session.

    `branch` is made and switched to, as git does it; empty, it is named after the ticket.
    Raises: Claimed, NoTransition, BrokenTicket, BranchExists, GitFailed for a branch that cannot
    be made, CannotStore.
    """
    ticket = lookup.find(workspace, word).ticket
    me = people.me(workspace)
    if ticket.assignee and identity.address(ticket.assignee) != me and not force:
        raise Claimed(ticket.id, ticket.assignee)
    workflow = team_config.load(workspace.worktree.top).workflow
    status = in_progress(workflow, ticket.status)
    edits.refuse_broken(workspace, ticket.id)
    edits.check_status(ticket, status, workflow, force=force)
    if branch is not None:
        branch = branch or branch_name(ticket.id, ticket.title)
        make_branch(workspace.worktree.git, branch)
    fields = Fields(status=status, assignee=None if ticket.assignee and not force else me)
    change = edits.edit(workspace, ticket.id, fields, force=force)
    return Started(change, association.attach(workspace, TicketId(ticket.id)), branch)


def make_branch(git: Git, branch: str) -> None:
    """Make a branch and switch to it. Raises: BranchExists, GitFailed."""
    git.run("check-ref-format", "--branch", branch)
    if not git.attempt("show-ref", "--verify", "--quiet", f"refs/heads/{branch}").returncode:
        raise BranchExists(branch)
    git.run("switch", "--quiet", "--create", branch)


def in_progress(workflow: Workflow, status: str) -> str:
    """The status of started work: the present one if it is active, else the first that is."""
    if workflow.category(status) == ACTIVE:
        return status
    active = workflow.of_category(ACTIVE)
    return active[0] if active else status


def branch_name(id: str, title: str) -> str:
    """`PROJ-123-add-user-profile`, from the first words of a title, in ASCII."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return "-".join([id, *words[:WORDS]])
