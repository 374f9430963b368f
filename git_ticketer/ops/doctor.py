"""The checks of `git ticket doctor`: will commits be tagged here, and if not, why."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.install import hooks, precommit, shims, sites
from git_ticketer.lean import terminal
from git_ticketer.lean.system import read_tail
from git_ticketer.ops import doctor_tickets, forecast
from git_ticketer.ops.check import FAILURE, OK, WARNING, Check
from git_ticketer.ops.workspace import Workspace

OLDEST_GIT = (2, 30)
LOG_LINES = 3


def examine(workspace: Workspace) -> list[Check]:
    """Every check, in the order of the way a commit takes; nothing is changed."""
    checks: list[Callable[[Workspace], list[Check]]] = [
        _git,
        _hooks,
        _interpreter,
        _both_stages,
        _settings,
        _session,
        _prompt,
        _next_commit,
        _left_overs,
        doctor_tickets.merge_driver,
        doctor_tickets.tickets,
        _hook_log,
        _manual,
    ]
    told = [Check("state", WARNING, warning) for warning in workspace.warnings]
    return [found for check in checks for found in check(workspace)] + told


def _git(work: Workspace) -> list[Check]:
    version = work.worktree.git.version()
    text = ".".join(map(str, version))
    if version[:2] < OLDEST_GIT:
        return [Check("git", FAILURE, f"{text} is too old", "install git 2.30 or later")]
    return [Check("git", OK, f"{text}, worktree {work.worktree.top}")]


def _hooks(work: Workspace) -> list[Check]:
    found = []
    for state in hooks.status(work.worktree):
        if not state.route:
            severity = WARNING if state.event == "post-checkout" else FAILURE
            hint = "git ticket hooks install"
            found.append(Check(state.event, severity, "does not run", hint))
        elif not state.current:
            text = f"{state.route}, written by another installation"
            found.append(Check(state.event, WARNING, text, "git ticket hooks install"))
        else:
            kept = f", after {Path(state.kept).name}" if state.kept else ""
            found.append(Check(state.event, OK, f"{state.route}{kept}"))
    site = sites.find(work.worktree)
    if site.owner != "git":
        found.append(Check("hooks folder", OK, f"{site.folder}, owned by {site.owner}"))
    return found


def _interpreter(work: Workspace) -> list[Check]:
    if not shims.hook_file().is_file():
        return [Check("hook code", FAILURE, f"{shims.hook_file()} is missing", "install it again")]
    return [Check("interpreter", OK, f"{sys.executable} {shims.hook_file()}")]


def _both_stages(work: Workspace) -> list[Check]:
    """Through pre-commit, each stage must be installed as well as listed."""
    found = []
    folder = sites.find(work.worktree).folder
    for event in shims.EVENTS:
        listed = precommit.lists(work.worktree.top, event)
        if listed and not precommit.is_hook(folder / event):
            text = f"{precommit.hook_id(event)} is listed, but pre-commit's {event} hook is missing"
            found.append(Check("pre-commit", WARNING, text, f"pre-commit install -t {event}"))
    return found


def _settings(work: Workspace) -> list[Check]:
    settings = work.live.settings
    keys = [k for k in (settings.ticket_key, settings.session_key, settings.uid_key) if k]
    words = [f"trailers {', '.join(keys) or 'none'}", f"prompt {settings.prompt}"]
    words += [f"prefixes {', '.join(settings.prefixes)}"] if settings.prefixes else []
    words += ["require"] if settings.require else []
    words += ["autoAttach"] if settings.auto_attach else []
    return [Check("settings", OK, ", ".join(words))]


def _session(work: Workspace) -> list[Check]:
    if work.unstored:
        return [Check("session", FAILURE, work.unstored.message, work.unstored.hint)]
    found = work.live.association()
    word = found.ticket or found.decision
    where = f" by {found.origin}" if found.origin else ""
    return [Check("session", OK, f"{word}{where}, session {found.session or 'none'}")]


def _prompt(work: Workspace) -> list[Check]:
    try:
        os.close(terminal.open_terminal(work.live.environ, work.live.settings.prompt))
    except terminal.NoTerminal as reason:
        return [Check("prompt", OK, f"a commit made like this is not asked: {reason}")]
    return [Check("prompt", OK, "an undecided commit asks on this terminal")]


def _next_commit(work: Workspace) -> list[Check]:
    route = hooks.status(work.worktree)[0].route
    upcoming = forecast.next_commit(work, hooks_run=bool(route))
    if upcoming.trailers:
        return [Check("next commit", OK, ", ".join(upcoming.trailers))]
    hint = "git ticket attach PROJ-123" if route else "git ticket hooks install"
    state = OK if work.live.association().decision == "opted-out" else WARNING
    return [Check("next commit", state, f"not tagged: {upcoming.reason}", hint)]


def _left_overs(work: Workspace) -> list[Check]:
    """What was moved aside or is broken in the live state."""
    found = []
    for folder in {work.live.git.state, work.live.git.state + "/sessions", work.live.git.shared}:
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        for name in names:
            if ".corrupt-" in name:
                text = f"{folder}/{name} was unreadable and is kept"
                found.append(Check("kept aside", WARNING, text))
    return found


def _hook_log(work: Workspace) -> list[Check]:
    try:
        data, _ = read_tail(work.live.git.shared + "/hook.log", 8192)
    except OSError:
        return []
    lines = data.decode("utf-8", "replace").splitlines()[-LOG_LINES:]
    return [Check("hook log", WARNING, line) for line in lines]


def _manual(work: Workspace) -> list[Check]:
    if has_manual(work.worktree.git.environ):
        return [Check("manual", OK, "git ticket --help opens it")]
    text = "git ticket --help finds no page"
    return [Check("manual", WARNING, text, "git ticket man --install")]


def has_manual(environ: Mapping[str, str]) -> bool:
    """Whether man(1) would find the page: share/man beside a folder of PATH, or MANPATH."""
    bases = [Path(p).parent / "share/man" for p in environ.get("PATH", "").split(os.pathsep) if p]
    bases += [Path(p) for p in environ.get("MANPATH", "").split(os.pathsep) if p]
    bases += [Path(environ.get("HOME", "/"), ".local/share/man")]
    names = ("man1/git-ticket.1", "man1/git-ticket.1.gz")
    return any((base / name).exists() for base in bases for name in names)


def broken_workspace(error: TicketerError) -> list[Check]:
    """The screen where not even the workspace could be opened."""
    return [Check("workspace", FAILURE, error.message, error.hint)]
