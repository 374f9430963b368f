"""`git ticket init`: set a repository up."""

import click

from git_ticketer.cli import output
from git_ticketer.cli.hooks import show_states
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.ops import setup

INIT_FIELDS = (
    "success", "config", "config_created", "prefix", "attributes", "merge_driver", "hooks",
)  # fmt: skip


@click.command("init")
@click.option("--prefix", metavar="PREFIX", help="What this repository's ticket ids begin with.")
@json_options
def command(prefix: str | None, as_json: bool, fields: str | None) -> None:
    """Set this repository up: hooks, team configuration and merge driver.

    Installs the hooks, writes `.tickets/config.yaml` and the lines of `.gitattributes` by which
    git merges tickets field by field. Run it again at any time: what is there
    is kept, what is old is brought up to date. Hooks that were there before go on running, before
    ours.
    """
    output.check_fields(fields, INIT_FIELDS)
    done = setup.init(workspace(), prefix)
    if as_json and not done.trouble:
        values = output.as_dict(done)
        del values["trouble"]
        output.document({"success": True, **values}, fields)
        return
    if as_json and done.trouble:
        raise done.trouble
    if done.config_created:
        output.say(f"Wrote {done.config} (ids begin with {done.prefix}); commit it for your team")
    else:
        output.say(f"Kept {done.config}")
    if done.attributes:
        output.say("Wrote .gitattributes (tickets are merged field by field); commit it too")
    if done.trouble:
        raise done.trouble
    show_states(list(done.hooks))
    if done.prefix:
        output.note("hint", f"git ticket create TITLE makes a ticket {done.prefix}-NUMBER")
    output.note("hint", "git ticket attach ID attaches a ticket to your work")
