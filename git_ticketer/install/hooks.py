"""Installing the hooks, taking them away again, and saying by which route they run.

Nothing of anybody else is lost: a hook that is there moves beside ours, runs first, and is
put back by uninstall as it was, links, modes and bytes included.
"""

import contextlib
import hashlib
import os
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.install import precommit, sites
from git_ticketer.install.shims import BEFORE, EVENTS, compile_lean, is_edited, is_ours, shim
from git_ticketer.install.sites import Site
from git_ticketer.lean.system import make_folders, write_file
from git_ticketer.storage.worktree import Worktree

FILE, UNDER_PRE_COMMIT, CONFIG, PRE_COMMIT, NONE = (
    "hook file",
    "hook file, started by pre-commit",
    "git configuration",
    "pre-commit",
    "",
)


class HooksOwned(TicketerError):
    """Another program owns the hook files and this git has no other way.

    `lines` maps each file to what must be added to it.
    """

    def __init__(self, owner: str, lines: dict[str, list[str]]) -> None:
        super().__init__(
            f"{owner} owns the hooks here, so the hooks are yours to add (git 2.54 needs no lines)",
            hint="\n".join(_advice(owner, file, texts) for file, texts in lines.items()),
        )
        self.owner = owner
        self.lines = lines


def _advice(owner: str, file: str, texts: list[str]) -> str:
    is_new = owner == "core.hooksPath" and not os.path.exists(file)
    new = " (a new file: chmod +x it)" if is_new else ""
    return f"add to {file}{new}:\n" + "\n".join(texts)


class HookInTheWay(TicketerError):
    """Two hooks that are not ours claim one place; both are kept as they are."""

    def __init__(self, path: Path, kept: Path) -> None:
        super().__init__(
            f"{path} is not ours, and an earlier hook is kept in {kept.name} beside it",
            hint=f"join the two in {path}, move {kept.name} elsewhere, then git ticket init",
        )
        self.path = path
        self.kept = kept


@dataclass(frozen=True)
class HookState:
    """How one event reaches us.

    `route` is empty where it does not; `kept` is the chained hook; `edited` is where a shim that
    somebody had changed was kept when it was replaced just now.
    """

    event: str
    route: str
    place: str
    current: bool = True
    kept: str = ""
    edited: str = ""


def install(worktree: Worktree) -> list[HookState]:
    """Install every hook, or bring it up to date, and return how each now runs.

    Raises: HooksOwned, HookInTheWay, OSError.
    """
    compile_lean()
    site = sites.find(worktree)
    if site.owner == "git":
        edited = {event: _install_file(site.folder, event) for event in EVENTS}
        return [replace(state, edited=edited[state.event]) for state in status(worktree)]
    if sites.has_config_hooks(worktree):
        for event in EVENTS:
            _install_config(worktree, event)
    else:
        _require_manual_lines(worktree, site)
    return status(worktree)


def _require_manual_lines(worktree: Worktree, site: Site) -> None:
    missing: dict[str, list[str]] = {}
    for event in EVENTS:
        if not sites.runs_by_manager(worktree, site, event):
            file = str(sites.manual_file(worktree, site, event))
            missing.setdefault(file, []).append(sites.manual_lines(site, event))
    if missing:
        raise HooksOwned(site.owner, missing)


def _install_file(folder: Path, event: str) -> str:
    """Write the shim of an event; return where an edited one was kept, empty where none was."""
    path = folder / event
    kept = folder / (event + BEFORE)
    legacy = folder / (event + ".legacy")
    if precommit.is_installed(path) or (is_ours(legacy) and not is_ours(path)):
        path = legacy
    if os.path.lexists(path) and not is_ours(path):
        _keep(path, kept)
    make_folders(str(folder))
    edited = _keep_edited(path)
    write_file(str(path), shim(event), mode=0o755)
    return edited


def _keep_edited(path: Path) -> str:
    """Copy a shim of ours that somebody changed; the copy's path, empty where nobody did."""
    if not is_ours(path) or not is_edited(path):
        return ""
    data = path.read_bytes()
    kept = path.with_name(f"{path.name}.edited-{hashlib.sha256(data).hexdigest()[:8]}")
    write_file(str(kept), data, mode=path.stat().st_mode & 0o777)
    return str(kept)


def _keep(path: Path, kept: Path) -> None:
    """Move a foreign hook aside; as a second name first, so that it never stops to run."""
    if os.path.lexists(kept):
        if not os.path.samestat(path.lstat(), kept.lstat()):
            raise HookInTheWay(path, kept)
        return
    try:
        os.link(path, kept, follow_symlinks=False)
    except OSError:
        path.rename(kept)


def _config_name(event: str) -> str:
    return f"hook.git-ticketer-{event}"


def _install_config(worktree: Worktree, event: str) -> None:
    """Name our shim in the repository's configuration: `hook.<name>.command` and `.event`.

    A command without event is ignored by git, an event without command is fatal (git-hook(1) of
    2.54), so the command is written first and taken away last.
    """
    path = _config_shim(worktree, event)
    make_folders(str(path.parent))
    write_file(str(path), shim(event), mode=0o755)
    name = _config_name(event)
    worktree.git.run("config", "--local", f"{name}.command", shlex.quote(str(path)))
    worktree.git.run("config", "--local", "--replace-all", f"{name}.event", event)


def _config_shim(worktree: Worktree, event: str) -> Path:
    return Path(worktree.dirs.shared, "hooks", event)


def uninstall(worktree: Worktree) -> list[str]:
    """Take every hook of ours away and put back what was there; return what was done."""
    done = []
    folders = {sites.find(worktree).folder, Path(worktree.dirs.common, "hooks")}
    for folder in sorted(folders):
        for event in EVENTS:
            done += _uninstall_file(folder, event)
    for event in EVENTS:
        done += _uninstall_config(worktree, event)
    return done


def _uninstall_file(folder: Path, event: str) -> list[str]:
    kept = folder / (event + BEFORE)
    for path in (folder / event, folder / (event + ".legacy")):
        if not is_ours(path):
            continue
        edited = _keep_edited(path)
        done = [f"kept what was edited as {edited}"] if edited else []
        if os.path.lexists(kept):
            kept.replace(path)
            return [*done, f"restored {path}"]
        path.unlink()
        return [*done, f"removed {path}"]
    if os.path.lexists(kept) and not os.path.lexists(folder / event):
        kept.replace(folder / event)
        return [f"restored {folder / event}"]
    return []


def _uninstall_config(worktree: Worktree, event: str) -> list[str]:
    name = _config_name(event)
    if not any(worktree.git.config(f"{name}.{key}") for key in ("command", "event")):
        return []
    worktree.git.attempt("config", "--local", "--unset-all", f"{name}.event")
    worktree.git.attempt("config", "--local", "--remove-section", name)
    shim_file = _config_shim(worktree, event)
    shim_file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        shim_file.parent.rmdir()
    return [f"removed {name} from the configuration"]


def status(worktree: Worktree) -> list[HookState]:
    """By which route each event reaches us; only what git would really run counts."""
    site = sites.find(worktree)
    return [_state(worktree, site, event) for event in EVENTS]


def _state(worktree: Worktree, site: Site, event: str) -> HookState:
    path = site.folder / event
    legacy = site.folder / (event + ".legacy")
    if is_ours(path) and os.access(path, os.X_OK):
        kept = path.with_name(event + BEFORE)
        beside = str(kept) if os.path.lexists(kept) else ""
        return HookState(event, FILE, str(path), path.read_bytes() == shim(event), beside)
    if precommit.is_hook(path) and is_ours(legacy):
        current = legacy.read_bytes() == shim(event)
        return HookState(event, UNDER_PRE_COMMIT, str(legacy), current)
    command = worktree.git.config(f"{_config_name(event)}.command")
    if command and sites.has_config_hooks(worktree):
        shim_file = _config_shim(worktree, event)
        current = is_ours(shim_file) and shim_file.read_bytes() == shim(event)
        return HookState(event, CONFIG, _config_name(event), current)
    if precommit.is_hook(path) and precommit.lists(worktree.top, event):
        return HookState(event, PRE_COMMIT, precommit.CONFIG_FILE)
    if site.owner != "git" and sites.runs_by_manager(worktree, site, event):
        return HookState(event, site.owner, str(sites.manual_file(worktree, site, event)))
    return HookState(event, NONE, "")
