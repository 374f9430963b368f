"""`git ticket status`, and plain `git ticket`."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.render import show_answer
from git_ticketer.install import hooks
from git_ticketer.lean.clock import to_text
from git_ticketer.lean.decide import UNDECIDED
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import association, forecast, sessions
from git_ticketer.ops.forecast import LastCommit, NextCommit
from git_ticketer.ops.workspace import Workspace


@click.command("status")
@json_options
def command(as_json: bool = False, fields: str | None = None) -> None:
    """Show the ticket of this session and what the next commit will carry.

    And why the last commit carries none. Asking changes no decision, but it is activity and keeps
    the session alive.
    """
    work = workspace()
    states = hooks.status(work.worktree)
    answer = association.status(work)
    upcoming = forecast.next_commit(work, hooks_run=bool(states[0].route))
    last = forecast.last_commit(work)
    live = sessions.live(work)
    if as_json:
        extra = {
            "decision": work.live.association().decision,
            "origin": work.live.association().origin or None,
            "branch": work.live.branch,
            "next_commit": output.as_dict(upcoming),
            "last_commit": output.as_dict(last) if last else None,
            "hooks": [output.as_dict(state) for state in states],
            "sessions": [output.as_dict(session) for session in live],
        }
        show_answer(answer, as_json=True, fields=fields, extra=extra)
        return
    show_answer(answer, as_json=False, fields=None)
    _show_session(work)
    _show_next(upcoming)
    _show_last(last)
    for session in live:
        says_nothing = session.decision == UNDECIDED and not session.agent
        if not (session.mine or says_nothing):
            _line("also here", f"{session.agent or 'a session'} {session.id}: {session.summary}")
    _hint(work)


def _line(label: str, text: str, colour: str | None = None) -> None:
    output.say(f"  {label:<13}", output.styled(text, colour=colour))


def _show_session(work: Workspace) -> None:
    found = work.live.association()
    if found.origin == "environment":
        _line("decided by", "GIT_TICKET in the environment")
    elif found.origin == "followed":
        _line("decided by", "the session of this worktree, which this one follows")
    elif found.origin == "branch":
        _line("decided by", f"the branch {work.live.branch} (ticketer.autoAttach)")
    session = work.live.decider()
    timeout = work.live.settings.timeout
    if found.session and session:
        end = f", ends after {timeout} idle minutes" if timeout else ""
        _line("session", f"{found.session}, since {to_text(session.started)}{end}")


def _show_next(upcoming: NextCommit) -> None:
    if upcoming.trailers:
        _line("next commit", ", ".join(upcoming.trailers), "green")
    else:
        _line("next commit", f"not tagged: {upcoming.reason}", "yellow")


def _show_last(last: LastCommit | None) -> None:
    if last and last.tickets:
        _line("last commit", f"{last.id} Ticket: {', '.join(last.tickets)}")
    elif last:
        _line("last commit", f"{last.id} not tagged: {last.reason}")


def _hint(work: Workspace) -> None:
    """Name the one step that is most likely wanted."""
    found = work.live.association()
    named: list[TicketId] = work.live.named_tickets()
    session = work.live.decider()
    decided_here = session is not None and session.branch == (work.live.branch or "")
    if found.ticket and named and found.ticket not in named and not decided_here:
        output.note(
            "hint",
            f"branch {work.live.branch} names {named[0]}: git ticket attach {named[0]} switches, "
            f"git ticket attach {found.ticket} stays",
        )
    elif not found.ticket and named:
        output.note("hint", f"this branch names {named[0]}: git ticket attach {named[0]}")
    elif found.decision == UNDECIDED:
        last = association.last_ticket(work)
        if last:
            output.note("hint", f"git ticket attach --resume takes {last} again")
