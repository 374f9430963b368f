"""`git ticket log`: the timeline of a ticket."""

import os
import sys

import click

from git_ticketer.cli import log_json, output, pager
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.lean.clock import to_text
from git_ticketer.ops import log
from git_ticketer.ops.log import Entry, Log

SHORT = 10
MANY = 10_000
UNDATED = "undated"
COLOURS = {
    log.COMMIT: "yellow",
    log.MERGE: "yellow",
    log.REVERT: "red",
    log.PICK: "yellow",
    log.CREATED: "green",
    log.CHANGED: "cyan",
    log.REMOVED: "red",
    log.PROBLEM: "red",
    log.SESSION: "magenta",
}


@click.command("log")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--reverse", is_flag=True, help="The oldest first.")
@click.option(
    *("-n", "--limit"), type=click.IntRange(min=0), default=0, help="Only the N newest; 0: all."
)
@click.option("--no-pager", is_flag=True, help="Print it all at once.")
@json_options
def command(
    ticket: str | None,
    reverse: bool,
    limit: int,
    no_pager: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Show the timeline of a ticket: changes, comments, sessions, commits.

    The newest first, of all branches. A commit that names the ticket only outside of its trailers,
    as a squash on a forge does, is marked weak. Without an id, the ticket of this session.
    """
    output.check_fields(fields, log_json.FIELDS)
    work = workspace()
    found = log.log(work, ticket, _progress)
    shown = _chosen(found.entries, reverse, limit), _chosen(found.mentions, reverse, limit)
    if as_json:
        output.document(log_json.answer(found, *shown), fields)
    elif no_pager:
        _show(found, *shown)
    else:
        with pager.paged(work.worktree.git):
            _show(found, *shown)
    output.warn_all(work.warnings)
    for problem in found.problems:
        output.note("warning", problem.message)
        if isinstance(problem, log.CutOff):
            output.note("hint", problem.hint)


def _progress(done: int, total: int) -> None:
    """Show on a terminal how far the first reading of a long history is."""
    if total < MANY or not os.isatty(2):
        return
    end = "\r\033[K" if done == total else ""
    sys.stderr.write(f"\rreading commits: {done:,} of {total:,}{end}")
    sys.stderr.flush()


def _chosen(entries: tuple[Entry, ...], reverse: bool, limit: int) -> tuple[Entry, ...]:
    newest = entries[-limit:] if limit else entries
    return newest if reverse else newest[::-1]


def _show(found: Log, entries: tuple[Entry, ...], mentions: tuple[Entry, ...]) -> None:
    """Print a line for each entry, and one for each field that a change is about."""
    output.say(output.styled(found.ticket, colour="yellow", bold=True), f"  {found.title}".rstrip())
    for entry in entries:
        _line(entry)
    if mentions:
        output.say()
        output.say(output.styled("Mentioned in", bold=True))
        for entry in mentions:
            _line(entry)


def _line(entry: Entry) -> None:
    start = f"{to_text(entry.at) if entry.at else UNDATED:<20}  "
    kind = output.styled(f"{entry.kind:<11}", colour=COLOURS.get(entry.kind))
    facts = [fact for fact in _facts(entry) if fact]
    for one in entry.changes or (None,):
        from git_ticketer.cli.written import describe

        about = [describe(one)] if one else []
        output.say(start, kind, "  ".join([*about, *facts]))


def _facts(entry: Entry) -> list[str]:
    from git_ticketer.cli.written import short

    session = entry.sessions[0] if entry.sessions else ""
    return [
        entry.commit[:SHORT],
        entry.state,
        entry.ticket if entry.evidence == "mention" else "",
        short(entry.text) if entry.text else "",
        f"by {entry.author}" if entry.author else "",
        f"of {entry.of[:SHORT]}" if entry.of else "",
        f"session {session}" if session else "",
        f"merged in {entry.merge[:SHORT]}" if entry.merge else "",
        "(weak)" if entry.evidence == "body" else "",
        "(mentioned)" if entry.evidence == "mention" else "",
        "" if entry.committed else "(not committed)",
    ]
