"""Asking a person on the terminal which ticket the session is for."""

import os

import click

from git_ticketer.cli.output import is_interactive
from git_ticketer.lean import ask, terminal
from git_ticketer.ops import association
from git_ticketer.ops.association import Answer
from git_ticketer.ops.workspace import Workspace

SECONDS = 600.0


def pick_ticket(work: Workspace) -> Answer:
    """Ask with the same screen as the hooks and store the answer.

    Raises: UsageError where nobody can be asked, Abort where nothing was chosen.
    """
    if not is_interactive():
        raise click.UsageError("ticket_id is required: git ticket attach ID, or --none")
    offered = ask.suggestions(work.live)
    fd = os.open(terminal.TTY, os.O_RDWR | os.O_NOCTTY)
    try:
        answer = ask.ask(fd, "Which ticket is this session for?", offered, seconds=SECONDS, skip="")
    finally:
        os.close(fd)
    if answer.ticket:
        return association.attach(work, answer.ticket)
    if answer.choice == ask.OPT_OUT:
        return association.opt_out(work)
    raise click.Abort
