"""`git ticket save`: commit the tickets and nothing else."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.ops import save

FIELDS = ("success", "commit", "subject", "paths")


@click.command("save")
@click.option(
    "-m", "--message", "messages", multiple=True, help="The message; by default, which tickets."
)
@json_options
def command(messages: tuple[str, ...], as_json: bool, fields: str | None) -> None:
    """Commit everything in .tickets and nothing else.

    What is staged stays staged.
    """
    output.check_fields(fields, FIELDS)
    saved = save.save(workspace(), "\n\n".join(messages))
    if as_json:
        output.document({"success": True, **output.as_dict(saved)}, fields)
        return
    files = f"{len(saved.paths)} file{'s' if len(saved.paths) > 1 else ''}"
    output.say(f"[{saved.commit}] {saved.subject} ({files})")
