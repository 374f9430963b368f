"""Asking a person on the terminal which ticket the session is for."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from git_ticketer.cli import output
from git_ticketer.cli.output import is_interactive
from git_ticketer.lean import ask, terminal
from git_ticketer.ops import association
from git_ticketer.ops.association import Answer
from git_ticketer.ops.workspace import Workspace

if TYPE_CHECKING:
    from git_ticketer.ops.create import Draft

SECONDS = 600.0


def pick_ticket(work: Workspace) -> Answer:
    """Ask with the same screen as the hooks and store the answer.

    Raises: UsageError where nobody can be asked, Abort where nothing was chosen.
    """
    if not is_interactive():
        raise click.UsageError("ticket_id is required: git ticket attach ID, or --none")
    answer = _ask(work, "Which ticket is this session for?", skip="")
    if answer.ticket:
        return association.attach(work, answer.ticket)
    if answer.choice == ask.OPT_OUT:
        return association.opt_out(work)
    raise click.Abort


def decide_parent(work: Workspace, draft: "Draft") -> "Draft":
    """Ask what the session is for before a ticket is created under it.

    Attaching or opting out is stored; `s` leaves the session undecided and gives this one ticket
    no parent. Raises: Abort where nothing was chosen.
    """
    answer = _ask(work, "Which ticket is this session for?", skip="no parent, this once")
    if answer.ticket:
        output.note("hint", association.attach(work, answer.ticket).message)
        return draft
    if answer.choice == ask.OPT_OUT:
        output.note("hint", association.opt_out(work).message)
        return draft
    if answer.choice == ask.SKIP:
        return replace(draft, no_parent=True)
    raise click.Abort


def _ask(work: Workspace, question: str, *, skip: str) -> ask.Answer:
    offered = ask.suggestions(work.live)
    fd = os.open(terminal.TTY, os.O_RDWR | os.O_NOCTTY)
    try:
        return ask.ask(fd, question, offered, seconds=SECONDS, skip=skip, top=work.live.top)
    finally:
        os.close(fd)
