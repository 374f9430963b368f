"""Running the flows that wait for what a command did, after its answer is printed."""

import os
import sys
from collections.abc import Iterable

import click

from git_ticketer.cli import output
from git_ticketer.ops import flows
from git_ticketer.ops.flow_event import Event
from git_ticketer.ops.flows import FlowRun
from git_ticketer.ops.workspace import Workspace


def announce(work: Workspace, events: Iterable[Event]) -> None:
    """Run what waits for these events, and say on stderr in one line what became of each flow."""
    for event in events:
        if sys.stdout:
            sys.stdout.flush()
        for done in flows.fire(work, event, os.environ):
            say(done)


def say(done: FlowRun) -> None:
    """One line on a flow: a warning, where it did not run well."""
    if done.is_well:
        click.echo(output.visible(done.text), err=True)
    else:
        output.note("warning", done.text)
