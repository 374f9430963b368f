"""`git ticket hooks`: install, remove or show the git hooks."""

import os

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder, json_options, workspace
from git_ticketer.install import hooks
from git_ticketer.install.hooks import HookState
from git_ticketer.storage import worktree


@click.group("hooks")
def command() -> None:
    """Install, remove or show the git hooks.

    \b
    prepare-commit-msg  tags a new commit with its ticket, or asks for one
    commit-msg          lets git abort on an empty message, and enforces `require`
    post-checkout       asks after a branch switch
    """  # noqa: D301 - click wants the character itself


@command.command("install")
@json_options
def install(as_json: bool, fields: str | None) -> None:
    """Install the hooks, or bring them up to date.

    A hook that is there already is kept beside ours, runs first, and its exit code counts. Where
    core.hooksPath or a hook manager owns the files, git's configuration is used (git 2.54), or
    the lines to add are shown.
    """
    output.check_fields(fields, ("success", "hooks"))
    _answer(hooks.install(workspace().worktree), as_json=as_json, fields=fields)


@command.command("uninstall")
@json_options
def uninstall(as_json: bool, fields: str | None) -> None:
    """Remove the hooks.

    What was there before is put back, byte for byte.
    """
    output.check_fields(fields, ("success", "done"))
    done = hooks.uninstall(worktree.find(current_folder(), os.environ))
    if as_json:
        output.document({"success": True, "done": done}, fields)
        return
    for line in done or ["No hook of ours was installed"]:
        output.say(line)


@command.command("status")
@json_options
def status(as_json: bool, fields: str | None) -> None:
    """Show by which route each hook runs."""
    _answer(hooks.status(workspace().worktree), as_json=as_json, fields=fields)


def _answer(states: list[HookState], *, as_json: bool, fields: str | None) -> None:
    if as_json:
        rows = [output.as_dict(state) for state in states]
        output.document({"success": True, "hooks": rows}, fields)
        return
    show_states(states)


def show_states(states: list[HookState]) -> None:
    """Print a line for each hook: its route and place, and what it runs before."""
    for state in states:
        if not state.route:
            output.say(f"{state.event:<20}", output.styled("not installed", colour="yellow"))
            continue
        old = "" if state.current else ", of another installation: git ticket hooks install"
        output.say(f"{state.event:<20}", f"{state.route} ({state.place}){old}")
        if state.kept:
            output.say(f"{'':<20}after the hook kept in {state.kept}")
        if state.edited:
            output.say(f"{'':<20}the file that was edited is kept as {state.edited}")
