"""Our hooks in the configuration of agents: planned as changes of files, which a dry run shows."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.config import Home, Hooks, is_ours
from git_ticketer.errors import TicketerError
from git_ticketer.install import filechange
from git_ticketer.install.filechange import FileChange
from git_ticketer.lean.system import exists, make_folders, read_file, write_file
from git_ticketer.ops import agent_json
from git_ticketer.ops.agent_json import BOM, Broken, NotPlainJson
from git_ticketer.storage.worktree import Worktree

HOOKS, SERVERS, SERVER = "hooks", "mcpServers", "git-ticket"
MCP = {"command": "git", "args": ["ticket", "mcp"]}
INSTALLED, OUTDATED, ABSENT, UNREADABLE = "installed", "outdated", "not installed", "unreadable"


class NotOurFile(TicketerError):
    """A file at the place of ours that somebody else wrote; `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not of our making; nothing was changed", hint=f"ls -l {path}")
        self.path = path


class NoHome(TicketerError):
    """There is no home folder that a personal file could lie in."""

    def __init__(self, agent: str) -> None:
        super().__init__("HOME is not set", hint=f"git ticket agent install {agent} --shared")


@dataclass(frozen=True)
class Target:
    """A file that our hooks for an agent go to: `path` from `top`, and what it is to hold.

    `is_home` is whether it counts for all repositories of this user.
    """

    agent: str
    hooks: Hooks
    top: str
    path: str
    is_home: bool = False

    @property
    def shown(self) -> str:
        """What messages call the file."""
        return f"{self.top}/{self.path}" if self.is_home else self.path


@dataclass(frozen=True)
class State:
    """What stands in one of an agent's files; `problem` is why that cannot be told."""

    agent: str
    scope: str
    path: str
    state: str
    problem: str = ""


def target(agent: str, found: Worktree, environ: Mapping[str, str], *, shared: bool) -> Target:
    """The file for our hooks of an agent: the user's own one, or the repository's.

    Raises: NoHome.
    """
    adapter = hooks.adapter(agent)
    assert adapter is not None
    wanted = adapter.hooks()
    place = wanted.shared if shared else wanted.personal
    if not isinstance(place, Home):
        return Target(agent, wanted, found.top, place)
    own = environ.get(place.variable, "") if place.variable else ""
    if os.path.isabs(own):
        return Target(agent, wanted, own, place.path, is_home=True)
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if not os.path.isabs(home):
        raise NoHome(agent)
    path = f"{place.folder}/{place.path}" if place.folder else place.path
    return Target(agent, wanted, home, path, is_home=True)


def plan(wanted: Target, *, shared: bool) -> list[FileChange]:
    """What installs our hooks; with `shared` our MCP server too, where the project has a file.

    Nothing where all is there. Raises: NotPlainJson, NotOurFile, what filechange.read raises.
    """
    changes = _by_path(wanted, shared=shared)
    for path, before in changes.items():
        after = before
        if path == wanted.path:
            after = with_hooks(before, wanted)
        if shared and path == wanted.hooks.servers:
            after = with_server(after, path)
        changes[path] = after
    return _changed(wanted, changes)


def plan_removal(wanted: Target, found: Worktree, *, shared: bool) -> list[FileChange]:
    """What takes all of it away again: the bytes from before, as far as nobody wrote there since.

    Raises: what `plan` raises.
    """
    changes = _by_path(wanted, shared=shared)
    for path, before in changes.items():
        kept = _kept(found, path, before)
        after = kept if kept is not None else before
        if kept is None and path == wanted.path:
            after = without_hooks(after, wanted)
        if kept is None and shared and path == wanted.hooks.servers:
            after = without_server(after, path)
        changes[path] = after
    return _changed(wanted, changes)


def _by_path(wanted: Target, *, shared: bool) -> dict[str, bytes | None]:
    """The files that are concerned, with what is in them."""
    servers = [wanted.hooks.servers] if shared and wanted.hooks.servers else []
    paths = dict.fromkeys([wanted.path, *servers])
    return {path: filechange.read(wanted.top, path) for path in paths}


def _changed(wanted: Target, after: Mapping[str, bytes | None]) -> list[FileChange]:
    before = {path: filechange.read(wanted.top, path) for path in after}
    changes = [FileChange(path, before[path], data) for path, data in after.items()]
    return [change for change in changes if change.before != change.after]


def make(wanted: Target, found: Worktree, changes: list[FileChange], *, shared: bool) -> list[str]:
    """Make planned changes and return the paths.

    Bytes that taking away would not give again are kept in the git dir.
    Raises: what filechange.apply raises.
    """
    for change in changes:
        undone = change.after
        if change.path == wanted.path:
            undone = without_hooks(undone, wanted)
        if shared and change.path == wanted.hooks.servers:
            undone = without_server(undone, change.path)
        _keep(found, change, exact=undone == change.before)
    return filechange.apply(wanted.top, changes)


def _keep(found: Worktree, change: FileChange, *, exact: bool) -> None:
    """Keep a file's bytes from before, unless taking away our hooks gives exactly them."""
    assert change.after is not None
    path = _kept_path(found, change.path, change.after)
    if change.before is not None and not exact:
        make_folders(path.rpartition("/")[0])
        write_file(path, change.before)
    elif exists(path):
        os.unlink(path)


def _kept(found: Worktree, path: str, after: bytes | None) -> bytes | None:
    """The bytes from before that were kept for a file that is as we left it."""
    kept = _kept_path(found, path, after) if after is not None else ""
    return read_file(kept) if kept and exists(kept) else None


def _kept_path(found: Worktree, path: str, after: bytes) -> str:
    import hashlib

    digest = hashlib.sha256(os.fsencode(path) + b"\0" + after).hexdigest()
    return f"{found.dirs.shared}/agent-files/{digest}"


def with_hooks(before: bytes | None, wanted: Target) -> bytes:
    """A file's bytes with our hooks, those of an older version brought up to date."""
    if wanted.hooks.text:
        if before is not None and not _is_our_text(before, wanted):
            raise NotOurFile(wanted.shown)
        return wanted.hooks.text.encode()
    text = _text(before, wanted.shown, wanted.hooks.base)
    try:
        for event in _events(text):
            if event not in wanted.hooks.entries:
                text = _without(text, wanted, event)
        for event, entry in wanted.hooks.entries.items():
            if _ours(text, wanted, event) != [entry]:
                text = agent_json.add(_without(text, wanted, event), (HOOKS, event), entry)
    except Broken as problem:
        raise _refused(wanted.shown, text, problem) from None
    return text.encode()


def without_hooks(before: bytes | None, wanted: Target) -> bytes | None:
    """A file's bytes without our hooks; None where nothing else is in it than what we put there."""
    if before is None:
        return None
    if wanted.hooks.text:
        return None if _is_our_text(before, wanted) else before
    text = _text(before, wanted.shown, {})
    try:
        after = _without(text, wanted)
    except Broken as problem:
        raise _refused(wanted.shown, text, problem) from None
    if after == text:
        return before
    left = agent_json.parse(after).value
    return None if left in ({}, wanted.hooks.base) else after.encode()


def with_server(before: bytes | None, path: str) -> bytes:
    """A file's bytes with our MCP server; one of that name that is there already stays."""
    text = _text(before, path, {})
    try:
        servers = agent_json.parse(text).member(SERVERS)
        if servers is None or servers.member(SERVER) is None:
            text = agent_json.put(text, (SERVERS, SERVER), MCP)
    except Broken as problem:
        raise _refused(path, text, problem) from None
    return text.encode()


def without_server(before: bytes | None, path: str) -> bytes | None:
    """A file's bytes without our MCP server; None where nothing else is in it."""
    if before is None:
        return None
    text = _text(before, path, {})
    try:
        after = agent_json.remove(text, lambda value: value == MCP, (SERVERS, SERVER))
    except Broken as problem:
        raise _refused(path, text, problem) from None
    if after == text:
        return before
    return None if agent_json.parse(after).value == {} else after.encode()


def states(agent: str, found: Worktree, environ: Mapping[str, str]) -> list[State]:
    """What stands in an agent's personal and shared file."""
    rows = []
    for scope in ("personal", "shared"):
        try:
            wanted = target(agent, found, environ, shared=scope == "shared")
            rows.append(State(agent, scope, wanted.shown, _state(wanted)))
        except (TicketerError, OSError) as problem:
            rows.append(State(agent, scope, "", UNREADABLE, str(problem)))
    return rows


def _state(wanted: Target) -> str:
    before = filechange.read(wanted.top, wanted.path)
    if before is None or without_hooks(before, wanted) == before:
        return ABSENT
    return INSTALLED if with_hooks(before, wanted) == before else OUTDATED


def is_ignored(wanted: Target, found: Worktree) -> bool:
    """Whether git leaves a personal file in the work tree alone; outside of it that is so."""
    if wanted.is_home:
        return True
    return found.git.attempt("check-ignore", "--quiet", wanted.path).returncode == 0


def _text(before: bytes | None, path: str, base: Mapping[str, Any]) -> str:
    """The text of a settings file; a new or empty one begins with `base`."""
    try:
        text = (before or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise NotPlainJson(path, 1, "no UTF-8") from None
    if text.strip(f"{BOM} \t\r\n"):
        return text
    return json.dumps(dict(base), indent=2) + "\n"


def _refused(path: str, text: str, problem: Broken) -> NotPlainJson:
    return NotPlainJson(path, agent_json.line_of(text, problem.at), problem.reason)


def _is_our_text(before: bytes, wanted: Target) -> bool:
    return before.split(b"\n", 1)[0] == wanted.hooks.text.encode().split(b"\n", 1)[0]


def _events(text: str) -> list[str]:
    """The agent's events that have hooks, of whomever."""
    held = agent_json.parse(text).member(HOOKS)
    return [item.key for item in held.items] if held and isinstance(held.value, dict) else []


def _ours(text: str, wanted: Target, event: str) -> list[Any]:
    """The entries of an event that hold a command of ours."""
    held = agent_json.parse(text).value
    entries = held.get(HOOKS) if isinstance(held, dict) else None
    entries = entries.get(event) if isinstance(entries, dict) else None
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if _holds(entry, wanted.agent)]


def _without(text: str, wanted: Target, *events: str) -> str:
    return agent_json.remove(text, lambda value: _is_handler(value, wanted.agent), (HOOKS, *events))


def _is_handler(value: Any, agent: str) -> bool:
    """Whether it is what runs a command of ours."""
    texts = [v for v in value.values() if isinstance(v, str)] if isinstance(value, dict) else []
    return any(is_ours(text, agent) for text in texts)


def _holds(value: Any, agent: str) -> bool:
    """Whether something of ours stands in it."""
    inner: list[Any] = []
    if isinstance(value, dict | list):
        inner = list(value.values()) if isinstance(value, dict) else value
    return _is_handler(value, agent) or any(_holds(one, agent) for one in inner)
