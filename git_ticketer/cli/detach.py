"""`git ticket detach`: the same as `attach --clear`."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.render import ANSWER_FIELDS, show_answer
from git_ticketer.ops import association


@click.command("detach")
@json_options
def command(as_json: bool, fields: str | None) -> None:
    """Take this session's decision back.

    The same as `git ticket attach --clear`.
    """
    output.check_fields(fields, ANSWER_FIELDS)
    work = workspace(stores=True)
    answer = association.clear(work)
    show_answer(answer, as_json=as_json, fields=fields)
    output.warn_all(work.warnings)
