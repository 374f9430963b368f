"""`git ticket attach`: decide which ticket this work session is for."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.pick import pick_ticket
from git_ticketer.cli.render import ANSWER_FIELDS, show_answer
from git_ticketer.ops import association, lookup, retag
from git_ticketer.ops.association import Answer
from git_ticketer.ops.workspace import Workspace


@click.command("attach")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--none", "none", is_flag=True, help="Opt out: this session is for no ticket.")
@click.option("--clear", is_flag=True, help="Take the decision back.")
@click.option("--status", "status", is_flag=True, help="Show the association, change nothing.")
@click.option("--resume", is_flag=True, help="Attach the last ticket of this worktree again.")
@click.option("--amend", is_flag=True, help="Also tag the last commit, if it is not pushed.")
@json_options
def command(
    ticket: str | None,
    none: bool,
    clear: bool,
    status: bool,
    resume: bool,
    amend: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Associate this work session with a ticket.

    With ID PROJ-123 every commit from now on carries `Ticket: PROJ-123` and the id of the
    session, until you attach another ticket, detach, or leave the session idle for 30 minutes.
    Without an id you are asked on a terminal.

    \b
    git ticket attach PROJ-123            from now on
    git ticket attach PROJ-123 --amend    and the commit you just made
    git ticket attach --none              no ticket for this session
    git ticket attach --resume            the last one again
    """  # noqa: D301 - click wants the character itself
    given = [ticket is not None, none, clear, status, resume]
    if sum(given) > 1:
        raise click.UsageError("an id, --none, --clear, --status and --resume exclude each other")
    if amend and not (ticket or resume):
        raise click.UsageError("--amend needs the id of a ticket")
    output.check_fields(fields, ANSWER_FIELDS)
    work = workspace(stores=not status)
    answer, decided = _decide(work, ticket, none=none, clear=clear, status=status, resume=resume)
    short = retag.amend(work) if amend else None
    extra = {"amended": short} if short else {}
    show_answer(answer, as_json=as_json, fields=fields, extra=extra)
    output.warn_all(work.warnings)
    if short and not as_json:
        output.say(f"The last commit is tagged too, as {short}")
    elif decided and not as_json:
        _mention_elsewhere(work, answer)


def _decide(
    work: Workspace, ticket: str | None, *, none: bool, clear: bool, status: bool, resume: bool
) -> tuple[Answer, bool]:
    """The answer, and whether a ticket was attached."""
    if none:
        return association.opt_out(work), False
    if clear:
        return association.clear(work), False
    if status:
        return association.status(work), False
    if resume:
        return association.resume(work), True
    if ticket is None:
        return pick_ticket(work), True
    return association.attach(work, lookup.named(work, ticket)), True


def _mention_elsewhere(work: Workspace, answer: Answer) -> None:
    """Say where a ticket is not in this work tree, in case it was a slip."""
    if answer.where:
        ticket = answer.current_ticket
        output.note("hint", f"{ticket} is not in this work tree, it is on {answer.where}")
        return
    prefix = str(answer.current_ticket).rpartition("-")[0]
    prefixes = work.live.settings.prefixes
    if answer.known is False and prefixes and prefix not in prefixes:
        known = ", ".join(work.live.settings.prefixes)
        output.note("hint", f"{answer.current_ticket} is not in this repository (its own: {known})")
