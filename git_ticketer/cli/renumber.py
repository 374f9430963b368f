"""`git ticket renumber`: give the younger of two tickets with one id a new one."""

import shlex
from typing import Any

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.written import describe
from git_ticketer.ops import renumber
from git_ticketer.ops.moving import Renumbered

SHOWN = 10
FIELDS = (
    *("success", "ticket_id", "old", "new", "uid", "keeper", "source", "written", "removed"),
    *("left", "differing", "pointing", "commits", "is_copy", "attached", "unsure", "run"),
)


@click.command("renumber")
@click.argument("ticket", metavar="ID")
@click.option("--to", metavar="NEW", help="The new id; without it the next number.")
@click.option("--ref", metavar="REV", help="The branch that has another ticket of this id.")
@json_options
def command(
    ticket: str, to: str | None, ref: str | None, as_json: bool, fields: str | None
) -> None:
    """Give a ticket whose id is taken a new one.

    Two clones may both create PROJ-5. They meet as a conflict in one file or as two branches.
    The older ticket keeps the id; the younger moves to a new one with its comments and sessions
    and remembers the old id, so that commits tagged with it are still found; a session that is
    attached to it goes along. A copied folder gets a uid of its own. Nothing is staged or
    committed: what to run is printed.

    \b
    git ticket renumber PROJ-5                 the other is in a conflict or on some branch
    git ticket renumber PROJ-5 --ref topic     the other is on that branch
    git ticket renumber PROJ-5 --to PROJ-90    choose the new id
    """  # noqa: D301 - click wants the character itself
    output.check_fields(fields, FIELDS)
    work = workspace()
    done = renumber.renumber(work, ticket, to=to, ref=ref)
    if as_json:
        output.document(_json(done), fields)
    else:
        _show(done)
    output.warn_all(work.warnings)


def _run(done: Renumbered) -> str:
    """What stages the result."""
    return shlex.join(["git", "add", "--all", "--", *done.stage]) if done.stage else ""


def _json(done: Renumbered) -> dict[str, Any]:
    return {
        **output.as_dict(done),
        "success": True,
        "ticket_id": done.new,
        "keeper": done.keeper or None,
        "differing": [one._asdict() for one in done.differing],
        "commits": [one._asdict() for one in done.commits],
        "run": _run(done) or None,
    }


def _show(done: Renumbered) -> None:
    what = f"was {done.old} ({done.source})"
    if done.is_copy:
        what = f"was a copy of {done.old}; its uid is {done.uid} now"
    output.say(output.styled(done.new, colour="yellow", bold=True), f"  is the ticket that {what}")
    if done.keeper and not done.is_copy:
        output.say(output.styled(done.old, colour="yellow", bold=True), "  stays the older ticket")
    moved = [path for path in done.written if path.count("/") > 2]
    if moved:
        output.say(f"moved or copied: {len(moved)} comments and sessions")
    for one in done.differing:
        output.note("warning", f"{done.new} was made before and lacks {describe(one)}")
    for path in done.left:
        output.note("warning", f"{path} stays where it is: it does not say whose it is")
    if not done.is_copy:
        _show_carriers(done)
    _show_session(done)
    if done.stage:
        output.note("hint", _run(done))


def _show_session(done: Renumbered) -> None:
    """Say what the commits that come are tagged with."""
    if done.attached:
        output.say(f"this session is now attached to {done.new}")
    if done.unsure:
        reason = f"this session is attached to {done.old} and may have meant {done.new}"
        output.note("warning", reason)
        output.note("hint", f"git ticket attach {done.new}")


def _show_carriers(done: Renumbered) -> None:
    """Say who names the old id, and means one ticket or the other."""
    if done.pointing:
        output.say(f"named as parent or in links by: {', '.join(done.pointing)}")
    if not done.commits:
        return
    output.say(f"commits tagged {done.old}: {len(done.commits)}")
    for one in done.commits[:SHOWN]:
        sure = "".join(f"  {_meant(done, uid)}" for uid in one.uids)
        output.say(f"  {one.commit} {one.subject}{sure}")
    if len(done.commits) > SHOWN:
        output.say(f"  and {len(done.commits) - SHOWN} more")


def _meant(done: Renumbered, uid: str) -> str:
    """Which of the two a commit is for, where it carries the uid."""
    return f"({done.new})" if uid == done.uid else f"({done.old})" if uid == done.keeper else ""
