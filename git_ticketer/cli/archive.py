"""`git ticket archive`: keep a conversation with an agent under its ticket."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from git_ticketer.agents.found import Found
from git_ticketer.cli import archived, output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import CONVERSATION, DETAILS
from git_ticketer.ops import archive, spool, subagents
from git_ticketer.ops.archive import Done, Prepared, Wish
from git_ticketer.ops.earlier import FiledElsewhere, WouldLose
from git_ticketer.ops.workspace import Workspace

LARGE = 5_000_000
FIELDS = ("success", "sessions", "dry_run")


@click.command("archive")
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--ticket", metavar="ID", default="", help="The ticket; else the session's own.")
@click.option("--note", metavar="TEXT", help="Say something on the session.")
@click.option("--title", metavar="TEXT", help="Give the session a title.")
@click.option("--agent", metavar="NAME", default="", help="Whose transcript it is.")
@click.option(
    "--detail",
    type=click.Choice(DETAILS),
    default=CONVERSATION,
    help="conversation: prompts, answers, tools by name; full: results too.",
)
@click.option("--plan", metavar="PLAN", default="", help="It is this planned session.")
@click.option("--chat", metavar="ID", default="", help="Which of a file's many conversations.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and every redaction.")
@click.option("--replace", is_flag=True, help="Also where the archive holds more than the file.")
@click.option("--all", "every", is_flag=True, help="Every session of this worktree; see --since.")
@click.option(
    "--since", metavar="DATE", default="", help="With --all: since when, as git reads it."
)
@click.option("--auto", is_flag=True, help="Only as far as you allowed it: for agents' own hooks.")
@click.option("--pending", is_flag=True, help="File the sessions that wait in the git dir.")
@json_options
def command(
    file: str | None,
    ticket: str,
    note: str | None,
    title: str | None,
    agent: str,
    detail: str,
    plan: str,
    chat: str,
    dry_run: bool,
    replace: bool,
    every: bool,
    since: str,
    auto: bool,
    pending: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Archive an agent session under its ticket, without secrets.

    Without FILE it finds the transcript of the live session in the agent's own store. What is
    archived is a file like any other: look at it, then `git ticket save`.
    """
    output.check_fields(fields, FIELDS)
    if since and not every:
        raise click.UsageError("--since goes with --all")
    if sum((file is not None, every, pending)) > 1:
        raise click.UsageError("give FILE, or --all, or --pending")
    if file == "":
        raise click.UsageError("FILE is empty; leave it out for the live session")
    if pending and any((dry_run, replace, auto, note, title, agent, plan, chat)):
        raise click.UsageError("--pending goes with --ticket alone")
    if every and plan:
        raise click.UsageError("a planned session is one: --plan goes without --all")
    work = workspace()
    if pending:
        done = _filed(work, ticket)
    else:
        if not auto:
            _check_bound(work, says=bool(note or title))
        wish = Wish(ticket, agent, detail, chat, "", plan, replace)
        found = _all_prepared(work, _sources(work, file, every, since, agent, wish), every=every)
        shown = archived.previewed(found) if dry_run and not as_json else found
        done = [Done(one) if dry_run else _stored(work, one, auto=auto) for one in shown]
    if not dry_run:
        _say(work, done, note, title)
    _answer(work, done, as_json=as_json, fields=fields, dry_run=dry_run)


def _filed(work: Workspace, ticket: str) -> list[Done]:
    """File what waits in the git dir."""
    from git_ticketer.ops import agent_archive

    done: list[Done] = []
    for filed in agent_archive.run(work.worktree.top, os.environ, again=True, ticket=ticket):
        if filed.problem:
            output.note("warning", f"session {filed.session}: {filed.problem}")
        done += [one for one in filed.done if not one.waits]
    done += [spool.file(work, stored, ticket) for stored in spool.pending(work)]
    if not done:
        output.note("hint", "no session waits to be filed: git ticket session list")
    return done


def _all_prepared(
    work: Workspace, sources: Iterator[tuple[Source, Wish]], *, every: bool
) -> Iterator[Prepared]:
    """The archives of all sources; of `every` session one that cannot be read is said."""
    for source, wish in sources:
        try:
            yield from _prepared(work, source, wish)
        except (NotATranscript, FiledElsewhere, WouldLose) as problem:
            if not every:
                raise
            output.note("warning", problem.message)


def _check_bound(work: Workspace, *, says: bool) -> None:
    """Refuse what the team does not let into the repository; `says` is a note or a title."""
    bound = spool.bound(work)
    if bound == spool.OFF:
        raise archive.ArchivesAreOff
    if says and bound == spool.LOCAL:
        raise archive.ArchivesStayOut("a note or a title is a file of the repository")


def _sources(
    work: Workspace, file: str | None, every: bool, since: str, agent: str, wish: Wish
) -> Iterator[tuple[Source, Wish]]:
    """What is to be archived, with the wish for each."""
    if file == "-":
        yield Source(None, sys.stdin.buffer.read(), shown="standard input"), wish
        return
    if file is not None:
        source = Source(Path(file), shown=file)
        yield source, archived.with_chat(source, wish)
        return
    from git_ticketer.ops import locate

    if every:
        found = locate.since(work, os.environ, archived.start_of(work, since), agent)
        if not found:
            output.note("hint", "no session of this worktree was written to since then")
    else:
        found = [_picked(locate.live(work, os.environ, agent))]
    for one in found:
        output.note("hint", f"{one.agent} session {one.session}: {one.path}")
        yield Source(one.path), archived.for_chat(wish, one.chat)


def _picked(found: list[Found]) -> Found:
    """The one transcript, or the one that the user picks; raises SeveralTranscripts."""
    if len(found) == 1:
        return found[0]
    if not output.is_interactive():
        from git_ticketer.ops.locate import SeveralTranscripts

        raise SeveralTranscripts(found)
    for number, one in enumerate(found, 1):
        click.echo(f"  {number}  {output.visible(one.text)}", err=True)
    number = click.prompt("Which session", type=click.IntRange(1, len(found)), default=1, err=True)
    return found[number - 1]


def _prepared(work: Workspace, source: Source, wish: Wish) -> list[Prepared]:
    """The archives of one source and of the subagents that it started; nothing is written."""
    with _progress(source):
        prepared = archive.prepare(work, source, wish)
    output.warn_all(prepared.warnings)
    return [prepared, *subagents.prepared(work, source, prepared, wish)]


def _stored(work: Workspace, prepared: Prepared, *, auto: bool) -> Done:
    """Write it where the team lets it lie; `auto` only as far as this user allowed it."""
    place = spool.consent(work) if auto else spool.bound(work)
    if place == spool.LOCAL and not auto:
        output.note("warning", "the team keeps archives out of the repository (archive: local)")
    return spool.put(work, prepared, place)


@contextlib.contextmanager
def _progress(source: Source) -> Iterator[None]:
    """A progress bar on a terminal while a large source is read."""
    if source.is_folder or source.size < LARGE or not sys.stderr.isatty():
        yield
        return
    with click.progressbar(length=source.size, label="Reading", file=sys.stderr) as bar:
        tell: Callable[[int], None] = bar.update
        source.progress = tell
        yield


def _say(work: Workspace, done: list[Done], note: str | None, title: str | None) -> None:
    if not done or not (note or title):
        return
    from git_ticketer.ops import session_edits
    from git_ticketer.ops.session_list import NOTE, TITLE

    for kind, text in ((NOTE, note), (TITLE, title)):
        if text:
            session_edits.say(work, done[0].prepared.header.id, kind, text)


def _answer(
    work: Workspace, done: list[Done], *, as_json: bool, fields: str | None, dry_run: bool
) -> None:
    if as_json:
        sessions = [archived.as_json(one, whole=dry_run) for one in done]
        output.document({"success": True, "sessions": sessions, "dry_run": dry_run}, fields)
        return
    for one in done:
        archived.sum_up(one, dry_run=dry_run)
    if any(one.waits for one in done):
        output.note("hint", "git ticket session list --pending lists what waits")
    elif any(one.written for one in done):
        output.note("hint", "git ticket save commits it")
