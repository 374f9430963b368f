"""`git ticket why`: from a line of code to the conversation that it came from."""

import os

import click

from git_ticketer.cli import output, pager
from git_ticketer.cli.options import current_folder, json_options, workspace
from git_ticketer.storage import blame
from git_ticketer.storage.gitcmd import Git


@click.command("why")
@click.argument("place", metavar="PATH[:LINE[,LINE]]")
@click.option("--rev", metavar="REV", default="", help="As the file is on a branch, tag or commit.")
@click.option("--full", is_flag=True, help="Every commit, and prompts and answers to their end.")
@click.option("--no-pager", is_flag=True, help="Print it all at once.")
@json_options
def command(
    place: str, rev: str, full: bool, no_pager: bool, as_json: bool, fields: str | None
) -> None:
    """Show the ticket, session and conversation behind a line of code.

    With lines: the commit, its ticket, and the prompt and answer before it. Without: which tickets
    the file is made of.
    """
    blaming = blame.blaming(Git(current_folder(), os.environ), place, rev)
    # git blames meanwhile: what shows its answer is imported only now.
    from git_ticketer.cli import why_text
    from git_ticketer.ops.why import why

    work = workspace()
    found = why(work, blaming)
    if as_json:
        output.document({"success": True, **output.as_dict(found)}, fields)
    elif no_pager:
        why_text.show(found, full=full)
    else:
        with pager.paged(work.worktree.git):
            why_text.show(found, full=full)
    if any(cause.cut_off for cause in found.causes):
        output.note("hint", "git fetch --unshallow")
    for id in why_text.to_read(found)[:1]:
        output.note("hint", f"git ticket session show {id}")
