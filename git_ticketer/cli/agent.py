"""`git ticket agent`: put our hooks into a coding agent's configuration, and take them out."""

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import click

from git_ticketer.agents import hooks
from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder, json_options
from git_ticketer.install import filechange
from git_ticketer.install.filechange import FileChange
from git_ticketer.lean import clock
from git_ticketer.ops import agent_install, agent_spool
from git_ticketer.ops.agent_install import State, Target
from git_ticketer.ops.agent_spool import Position
from git_ticketer.storage import worktree
from git_ticketer.storage.worktree import Worktree

SKILL = "skill"
FIELDS = ("success", "agent", "scope", "changed", "dry_run", "diff", "next")
TO_COMMIT = ("commit it for your team",)
AGENT = click.Choice([*hooks.NAMES, SKILL])


@click.group("agent")
def command() -> None:
    """Let a coding agent know the ticket, and archive its sessions.

    \b
    claude    Claude Code        cursor    Cursor
    codex     Codex              copilot   Copilot CLI
    gemini    Gemini CLI         opencode  OpenCode
    skill     a skill and a block in AGENTS.md, for agents of any make
    """  # noqa: D301 - click wants the character itself


@dataclass(frozen=True)
class Wish:
    """What to change for an agent, and how to answer."""

    agent: str
    shared: bool
    dry_run: bool
    as_json: bool
    fields: str | None

    @property
    def scope(self) -> str:
        """Whom it counts for."""
        return "shared" if self.shared or self.agent == SKILL else "personal"


def _options(function: Any) -> Any:
    function = json_options(function)
    function = click.option("--dry-run", is_flag=True, help="Show the change, make none.")(function)
    function = click.option(
        "--shared", is_flag=True, help="In the files of the repository, for the whole team."
    )(function)
    return click.argument("agent", type=AGENT, metavar="AGENT")(function)


@command.command("install")
@_options
def install(agent: str, shared: bool, dry_run: bool, as_json: bool, fields: str | None) -> None:
    """Add our hooks to an agent's configuration.

    Those of another version are brought up to date. Everything else in its files stays as it is.
    By default only you are concerned; a colleague without git-ticket is not disturbed by the
    hooks of --shared.
    """
    output.check_fields(fields, FIELDS)
    wish = Wish(agent, shared, dry_run, as_json, fields)
    found = worktree.find(current_folder(), os.environ)
    if agent == SKILL:
        from git_ticketer.install import skill

        changes = skill.plan(found.top)
        if not dry_run:
            filechange.apply(found.top, changes)
        _answer(wish, changes, more=TO_COMMIT if changes else ())
        return
    wanted = agent_install.target(agent, found, os.environ, shared=shared)
    changes = agent_install.plan(wanted, shared=shared)
    if not dry_run:
        agent_install.make(wanted, found, changes, shared=shared)
    commit = TO_COMMIT if shared and changes else ()
    _answer(wish, changes, wanted, (*_next(wanted, found, shared=shared), *commit))


@command.command("uninstall")
@_options
def uninstall(agent: str, shared: bool, dry_run: bool, as_json: bool, fields: str | None) -> None:
    """Take our hooks out of an agent's configuration.

    A file that nobody changed since is byte for byte as it was before.
    """
    output.check_fields(fields, FIELDS)
    wish = Wish(agent, shared, dry_run, as_json, fields)
    found = worktree.find(current_folder(), os.environ)
    if agent == SKILL:
        from git_ticketer.install import skill

        changes, wanted, top = skill.plan_removal(found.top), None, found.top
    else:
        wanted = agent_install.target(agent, found, os.environ, shared=shared)
        changes, top = agent_install.plan_removal(wanted, found, shared=shared), wanted.top
    if not dry_run:
        filechange.apply(top, changes)
    _answer(wish, changes, wanted)


@command.command("status")
@click.argument("agent", type=AGENT, required=False, metavar="[AGENT]")
@json_options
def status(agent: str | None, as_json: bool, fields: str | None) -> None:
    """Show what is installed where, and which sessions wait."""
    output.check_fields(fields, ("success", "agents", "waiting"))
    found = worktree.find(current_folder(), os.environ)
    names = [agent] if agent else [*hooks.NAMES, SKILL]
    states = [state for name in names for state in _states(name, found)]
    waiting = agent_spool.waiting(found.dirs)
    if as_json:
        rows = [output.as_dict(state) for state in states]
        document = {"success": True, "agents": rows, "waiting": [_row(one) for one in waiting]}
        output.document(document, fields)
        return
    _show_states(states, every=agent is not None)
    for one in waiting:
        about = one.problem or ("is to be archived" if one.ready else "goes on")
        output.say(f"session {one.session}  {one.agent}  {one.ticket or 'no ticket'}: {about}")
    if any(one.ready for one in waiting):
        output.note("hint", "git ticket archive --pending archives what is over")


@command.command("archive", hidden=True)
@click.argument("top")
def archive(top: str) -> None:
    """Archive the sessions that are over; the hooks start this, and its output is their log."""
    from git_ticketer.ops import agent_archive

    if hasattr(os, "nice"):
        os.nice(10)
    for filed in agent_archive.run(top, os.environ):
        files = ", ".join(done.path for done in filed.done) or f"not archived: {filed.problem}"
        text = f"{filed.agent} session {filed.session}: {files}"
        output.say(f"{clock.to_text(clock.now())} agent archive: {' '.join(text.split())}")


def _answer(
    wish: Wish, changes: list[FileChange], wanted: Target | None = None, more: Iterable[str] = ()
) -> None:
    """Say what changed, or would; `more` is what is left to the user."""
    diff = filechange.diff(changes) if wish.dry_run else None
    start = f"{wanted.top}/" if wanted and wanted.is_home else ""
    paths = [start + change.path for change in changes]
    if wish.as_json:
        values = {"success": True, "agent": wish.agent, "scope": wish.scope, "changed": paths}
        values |= {"dry_run": wish.dry_run, "diff": diff, "next": list(more)}
        output.document(values, wish.fields)
        return
    if diff:
        output.say(diff.removesuffix("\n"))
    for path, change in zip(paths, changes, strict=True) if diff is None else []:
        verb = {(True, False): "created", (False, True): "removed"}
        said = verb.get((change.before is None, change.after is None), "changed")
        output.say(output.styled(f"{said:<9}", colour="green"), path)
    if not changes:
        output.say("Nothing to change")
    for line in more:
        output.note("hint", line)


def _next(wanted: Target, found: Worktree, *, shared: bool) -> list[str]:
    """What is left to the user after installing."""
    lines = []
    if wanted.is_home:
        lines.append(
            f"{wanted.shown} counts for all your repositories; it does nothing in those "
            "without tickets"
        )
    if not shared and not agent_install.is_ignored(wanted, found):
        exclude = f"{found.dirs.common}/info/exclude"
        lines.append(f"git does not ignore it: echo /{wanted.path} >> {shlex.quote(exclude)}")
    if not (shared and wanted.hooks.servers):
        lines.append(f"for the MCP tools: {wanted.hooks.add_server}")
    return [*lines, *filter(None, [wanted.hooks.note])]


def _states(agent: str, found: Worktree) -> list[State]:
    if agent != SKILL:
        return agent_install.states(agent, found, os.environ)
    from git_ticketer.install import skill

    changes = skill.plan(found.top)
    old = changes and skill.plan_removal(found.top)
    state = agent_install.OUTDATED if old else agent_install.ABSENT
    state = state if changes else agent_install.INSTALLED
    return [State(SKILL, "shared", skill.SKILL, state)]


def _show_states(states: list[State], *, every: bool) -> None:
    """A line for each file with something of ours, and one for each agent without."""
    colours = {agent_install.INSTALLED: "green", agent_install.ABSENT: None}
    for name in dict.fromkeys(state.agent for state in states):
        own = [state for state in states if state.agent == name]
        shown = [s for s in own if every or s.state != agent_install.ABSENT] or own[:1]
        for state in shown:
            is_there = state.state != agent_install.ABSENT or every
            place = state.problem or (f"{state.scope}: {state.path}" if is_there else "")
            text = f"{state.state:<14}" if place else state.state
            word = output.styled(text, colour=colours.get(state.state, "yellow"))
            output.say(f"{name:<9} ", word, place)


def _row(one: Position) -> dict[str, Any]:
    return {
        "session_id": one.session,
        "agent": one.agent,
        "ticket_id": one.ticket,
        "transcript": one.path or None,
        "size": one.size,
        "ready": one.ready,
        "problem": one.problem or None,
    }
