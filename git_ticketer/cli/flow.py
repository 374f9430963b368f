"""`git ticket flow`: commands that run when something happens to a ticket."""

import os
import shlex
import sys
from typing import Any

import click

from git_ticketer.cli import flow_events, output, pager, table
from git_ticketer.cli.options import json_options, workspace
from git_ticketer.cli.table import Cell
from git_ticketer.errors import ExitCode
from git_ticketer.ops import flow_log, flows, lookup
from git_ticketer.ops.flow_event import Event
from git_ticketer.ops.flows import FlowRun, Listed
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import flow_files
from git_ticketer.storage.flow_files import Flow, Trigger

COLOURS = {flows.ALLOWED: "green", flows.CHANGED: "yellow", flows.BROKEN: "red"}
BEWARE = (
    "it runs with your rights, and so does all that it starts:\n"
    "scripts of this repository may change without your being asked again"
)
LAST_LINES = 20
NEXT_LINE = "\n" + 6 * " "
EVENT_BYTES = 1 << 22


@click.group("flow")
def command() -> None:
    """List, allow, run and look at flows: commands a team runs on events.

    A flow is `.tickets/flows/NAME.yaml`. It runs only after you allowed it here.
    """


@command.command("list")
@json_options
def list_(as_json: bool, fields: str | None) -> int:
    """List the flows, and whether they may run here."""
    found = flows.listed(workspace(), os.environ)
    broken = [one for one in found if one.flow is None]
    if as_json:
        rows = [_listed_json(one) for one in found]
        output.document({"success": not broken, "flows": rows}, fields)
    else:
        table.show([_row(one) for one in found], stretch=2)
        if not found:
            output.note("hint", "a flow is a file .tickets/flows/NAME.yaml")
    return ExitCode.ERROR if broken else ExitCode.DONE


def _row(one: Listed) -> tuple[Cell, ...]:
    about = trigger_text(one.flow.trigger) if one.flow else one.problem
    return Cell(one.name), Cell(one.state, COLOURS.get(one.state)), Cell(about)


def _listed_json(one: Listed) -> dict[str, Any]:
    values = {"name": one.name, "path": one.flow and one.flow.path, "state": one.state}
    return {**values, **_flow_json(one.flow), "problem": one.problem or None}


def _flow_json(flow: Flow | None) -> dict[str, Any]:
    if flow is None:
        return {"trigger": None, "command": None, "timeout": None}
    trigger = {"type": flow.trigger.type, **flow.trigger.conditions()}
    return {"trigger": trigger, "command": flow.command, "timeout": flow.timeout}


def trigger_text(trigger: Trigger) -> str:
    """What a flow waits for, on one line: `statusChanged, to in-review, label api`."""
    parts = [f"{key} {value}" for key, value in trigger.conditions().items()]
    return ", ".join([trigger.type, *parts])


def command_text(flow: Flow) -> str:
    """The whole command, as one would type it."""
    return shlex.join(flow.words)


@command.command("allow")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Without being asked.")
@json_options
def allow(name: str, yes: bool, as_json: bool, fields: str | None) -> None:
    """Let a flow run in this clone, until its file is edited.

    Shows when and what it runs, and asks. What its command starts may be files of the repository,
    which can change without your being asked again.
    """
    known = ("success", "flow", "state", "path", "trigger", "command", "timeout")
    output.check_fields(fields, known)
    work = workspace()
    flow = flow_files.read(work.worktree.top, name)
    if not as_json:
        _describe(flow)
        output.note("warning", BEWARE)
    if not yes and not _is_confirmed(as_json=as_json):
        output.note("hint", f"flow {name} is not allowed: git ticket flow list")
        return
    flows.allow(work, flow, os.environ)
    if as_json:
        values = {"success": True, "flow": name, "state": flows.ALLOWED, "path": flow.path}
        output.document({**values, **_flow_json(flow)}, fields)
        return
    output.say(f"flow {name} is allowed here until its file is edited")


def _describe(flow: Flow) -> None:
    """Show the whole of a flow."""
    for label, text in (
        ("flow", f"{flow.name} ({flow.path})"),
        ("when", trigger_text(flow.trigger)),
        ("runs", command_text(flow)),
        ("for", f"at most {flow.timeout} s"),
    ):
        output.say(f"{label:<6}{text.replace(chr(10), NEXT_LINE)}")


def _is_confirmed(*, as_json: bool) -> bool:
    """Ask at the terminal; raises UsageError where nobody can be asked."""
    if as_json or not output.is_interactive():
        raise click.UsageError("nobody can be asked here: --yes allows it")
    return click.confirm("Let it run in this clone?", default=False, err=True)


@command.command("disallow")
@click.argument("name")
@json_options
def disallow(name: str, as_json: bool, fields: str | None) -> None:
    """Let a flow run no longer in this clone."""
    output.check_fields(fields, ("success", "flow", "was_allowed"))
    was = flows.disallow(workspace(), name, os.environ)
    if as_json:
        output.document({"success": True, "flow": name, "was_allowed": was}, fields)
        return
    output.say(f"flow {name} is not allowed here" + (" any more" if was else ""))


@command.command("run")
@click.argument("name")
@click.option("--ticket", metavar="ID", help="The ticket; else that of this session.")
@click.option("--dry-run", is_flag=True, help="Show what would run, and start nothing.")
@json_options
def run(name: str, ticket: str | None, dry_run: bool, as_json: bool, fields: str | None) -> int:
    """Run a flow now for a ticket, and print what it prints.

    Whatever it waits for; it must be allowed.
    """
    output.check_fields(fields, ("success", "dry_run", "flow", "state", "input", "command", "run"))
    work = workspace(stores=True)
    flow = flow_files.read(work.worktree.top, name)
    event = flows.event_for(work, flow, lookup.named(work, ticket))
    if dry_run:
        _preview(work, flow, event, as_json=as_json, fields=fields)
        return ExitCode.DONE
    done = flows.run(work, flow, event, os.environ)
    assert done.run is not None
    if as_json:
        values = {"dry_run": False, "flow": name, "state": done.state, "run": run_json(done.run)}
        output.document({"success": done.is_well, **values}, fields)
    elif done.run.output:
        output.say(done.run.output.removesuffix("\n"))
    flow_events.say(done)
    return ExitCode.DONE if done.is_well else ExitCode.ERROR


def _preview(
    work: Workspace, flow: Flow, event: Event, *, as_json: bool, fields: str | None
) -> None:
    """Show what a run would be."""
    import json

    from git_ticketer.ops import flow_run

    given = flow_run.document(work, flow, event)
    state = flows.state(work, flow, os.environ)
    if as_json:
        values = {"flow": flow.name, "state": state, "input": given, "command": flow.command}
        output.document({"success": True, "dry_run": True, **values}, fields)
        return
    _describe(flow)
    output.say(f"{'state':<6}{state}")
    output.say(f"{'input':<6}{json.dumps(given)}")


@command.command("log")
@click.argument("name", required=False)
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Show the last N runs.",
)
@click.option(
    "--full", is_flag=True, help=f"All that was printed, not the last {LAST_LINES} lines."
)
@json_options
def log(name: str | None, limit: int, full: bool, as_json: bool, fields: str | None) -> None:
    """Show the last runs of a flow, or of all.

    With the end of what each printed.
    """
    work = workspace()
    runs = list(flow_log.runs(work.live.git, name or "", limit))
    if as_json:
        output.document({"success": True, "runs": [run_json(one) for one in runs]}, fields)
        return
    with pager.paged(work.worktree.git):
        for one in runs:
            _show_run(one, full=full)
    if not runs:
        output.note("hint", "no flow has run here: git ticket flow list")


def _show_run(one: flow_log.Run, *, full: bool) -> None:
    state = output.styled(one.result, colour="green" if one.code == 0 else "yellow")
    at = one.started.replace("T", " ").removesuffix("Z")
    output.say(f"{at}  {one.flow}  {one.ticket}  {one.event}  ", state)
    lines = one.output.splitlines()
    left_out = 0 if full else max(0, len(lines) - LAST_LINES)
    if left_out:
        output.say(f"    ... {left_out} lines before: --full")
    for line in lines[left_out:]:
        output.say(f"    {line}".rstrip())
    if one.cut:
        output.say(f"    ... {one.size} bytes in all, the rest was not kept")


def run_json(one: flow_log.Run) -> dict[str, Any]:
    """A run as JSON."""
    values = output.as_dict(one)
    values["ticket_id"], values["session_id"] = values.pop("ticket"), values.pop("session")
    return {**values, "cut": one.cut, "problem": one.problem or None}


@command.command("fire")
def fire() -> int:
    """Run what waits for an event, which is read from stdin.

    For programs: the event is JSON, and its keys are those that a flow reads (event, ticket_id,
    before, after, session_id). As after a command, only what is allowed is run.
    """
    import json

    work = workspace()
    try:
        values = json.loads(sys.stdin.buffer.read(EVENT_BYTES))
    except (ValueError, RecursionError):
        raise flows.NotAnEvent("it is not JSON") from None
    done: list[FlowRun] = flows.fire(work, flows.event_of(values), os.environ)
    for one in done:
        flow_events.say(one)
    return ExitCode.DONE if all(one.is_well for one in done) else ExitCode.ERROR
