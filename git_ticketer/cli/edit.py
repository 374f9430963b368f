"""`git ticket edit`: fields by flag, or the whole file in the editor."""

from dataclasses import replace

import click

from git_ticketer.cli import editor, output
from git_ticketer.cli.close import warn_unreviewed
from git_ticketer.cli.longtext import given_text, text_options
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.output import is_interactive
from git_ticketer.cli.written import FIELDS, show_change
from git_ticketer.errors import TicketerError
from git_ticketer.ops import edits, lookup, people
from git_ticketer.ops.edits import Fields
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.tickets import Change


@click.command("edit")
@click.argument("ticket", required=False, metavar="[ID]")
@click.option("--title", help="What it is called.")
@click.option("-t", "--type", "type", help="Such as task, bug or epic.")
@click.option("-p", "--priority", help="critical, high, medium or low.")
@click.option("-s", "--status", help="As `git ticket move`.")
@click.option("-l", "--label", "labels", multiple=True, help="Add a label; may be given again.")
@click.option("--remove-label", "removed", multiple=True, help="Take a label away.")
@click.option("-a", "--assignee", help="An e-mail address, `me` or `none`.")
@click.option("--parent", metavar="ID", help="The ticket it belongs to.")
@click.option("--no-parent", is_flag=True, help="It belongs to no ticket.")
@click.option("--requirements", metavar="TEXT", help="What it must fulfil.")
@click.option("--force", is_flag=True, help="Set a status past the workflow.")
@text_options("description", option="--description")
@json_options
def command(
    ticket: str | None,
    title: str | None,
    type: str | None,
    priority: str | None,
    status: str | None,
    labels: tuple[str, ...],
    removed: tuple[str, ...],
    assignee: str | None,
    parent: str | None,
    no_parent: bool,
    requirements: str | None,
    force: bool,
    messages: tuple[str, ...],
    file: str | None,
    edit: bool,
    as_json: bool,
    fields: str | None,
) -> None:
    """Change fields of a ticket; without a field, its file in the editor.

    Only the lines of the fields are changed. What the editor gives is checked before it is
    stored; what cannot be stored is kept and can be mended.
    """
    if parent and no_parent:
        raise click.UsageError("--parent and --no-parent exclude each other")
    output.check_fields(fields, FIELDS)
    work = workspace()
    wanted = Fields(
        title=title,
        type=type,
        status=status,
        priority=priority,
        assignee=people.assignee(work, assignee) if assignee is not None else None,
        parent=edits.parent(work, parent) if parent else "" if no_parent else None,
        requirements=requirements,
        add_labels=labels,
        remove_labels=removed,
    )
    if wanted == Fields() and not (messages or file is not None or edit):
        change = _in_editor(work, ticket)
    else:
        old = lookup.find(work, ticket).ticket
        with given_text(
            work, messages, file, edit=edit, template=old.description, clearable=True
        ) as text:
            change = edits.edit(work, old.id, replace(wanted, description=text), force=force)
    show_change(change, as_json=as_json, fields=fields)
    warn_unreviewed(work, change)


class NotStored(TicketerError):
    """An edited ticket that cannot be stored; the text is kept in `path`."""

    def __init__(self, problem: TicketerError, path: str, id: str) -> None:
        super().__init__(
            f"{problem.message}; nothing was stored, your text is kept in {path}",
            hint=f"git ticket edit {id}",
        )
        self.path = path


def _in_editor(work: Workspace, word: str | None) -> Change:
    """Let the user edit the file; a text that is not valid can be mended at once."""
    if not is_interactive() and "GIT_EDITOR" not in work.worktree.git.environ:
        raise click.UsageError("name a field to change, such as --title TEXT")
    base = edits.readable(work, word)
    program = editor.command(work)
    text = base.text.encode("utf-8", "surrogateescape")
    path = editor.new_file(work, f"edit-{base.id}-{{}}.yaml", text)
    while True:
        editor.launch(program, path)
        edited = path.read_bytes().decode("utf-8", "surrogateescape")
        try:
            change = edits.replace_text(work, base, edited)
        except TicketerError as problem:
            if not _again(problem):
                raise NotStored(problem, str(path), base.id) from None
            continue
        path.unlink()
        return change


def _again(problem: TicketerError) -> bool:
    """Whether somebody at a terminal wants to mend the text."""
    if not is_interactive():
        return False
    output.note("error", problem.message)
    return click.confirm("Edit again?", default=True, err=True)
