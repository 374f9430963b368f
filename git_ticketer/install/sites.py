"""Where git looks for hooks here, and who owns that place."""

import os
from dataclasses import dataclass
from pathlib import Path

from git_ticketer.install.shims import EVENTS
from git_ticketer.storage.worktree import Worktree

CONFIG_HOOKS_SINCE = (2, 54)

LEFTHOOK_FILES = ("lefthook-local.yml", "lefthook.yml", ".lefthook.yml", ".lefthook-local.yml")
CAMEL = {
    "prepare-commit-msg": "PrepareCommitMsg",
    "commit-msg": "CommitMsg",
    "post-checkout": "PostCheckout",
}


@dataclass(frozen=True)
class Site:
    """The place of the hook files.

    `folder` is where git looks for them; `owner` is `git` where they are ours to add, else the
    manager or setting that owns them: husky, lefthook, overcommit, core.hooksPath.
    """

    folder: Path
    owner: str


def find(worktree: Worktree) -> Site:
    """The place of the hooks of a worktree."""
    default = Path(worktree.dirs.common, "hooks")
    configured = worktree.git.attempt("config", "--type=path", "--get", "core.hooksPath")
    if not configured.returncode:
        name = configured.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
        if not name:
            return Site(Path(os.devnull), "core.hooksPath")
        folder = Path(worktree.top, name)
        if folder.resolve() != default.resolve():
            return Site(folder, "husky" if ".husky" in folder.parts else "core.hooksPath")
        return Site(folder, "git")
    return Site(default, _manager(default))


def _manager(folder: Path) -> str:
    """The manager whose own hook files are in `folder`: it would overwrite ours."""
    if (folder / "overcommit-hook").exists():
        return "overcommit"
    for event in (*EVENTS, "pre-commit"):
        try:
            text = (folder / event).read_bytes()
        except OSError:
            continue
        for manager in ("lefthook", "overcommit"):
            if manager.encode() in text.lower() and b"pre_commit" not in text:
                return manager
    return "git"


def has_config_hooks(worktree: Worktree) -> bool:
    """Whether git runs hooks that its configuration names (git 2.54)."""
    return worktree.git.version()[:2] >= CONFIG_HOOKS_SINCE


def manual_file(worktree: Worktree, site: Site, event: str) -> Path:
    """The file of the manager that a line for `event` belongs in."""
    top = Path(worktree.top)
    if site.owner == "husky":
        return top / ".husky" / event
    if site.owner == "lefthook":
        return top / LEFTHOOK_FILES[0]
    if site.owner == "overcommit":
        return top / ".overcommit.yml"
    return site.folder / event


def manual_lines(site: Site, event: str) -> str:
    """The lines to add to `manual_file`.

    They do nothing for colleagues who do not have git-ticketer, and stop git only where our hook
    means to (its exit code 10), not where it could not run.
    """
    missing = "! command -v git-ticket >/dev/null"
    if site.owner == "lefthook":
        run = f"{missing} || git-ticket hook {event} {{0}} || [ $? -ne 10 ]"
        return f"{event}:\n  commands:\n    git-ticket:\n      run: '{run}'"
    run = f'{missing} || git-ticket hook {event} "$@" || [ $? -ne 10 ]'
    if site.owner == "overcommit":
        command = f"['sh', '-c', '{run}', 'git-ticket']"
        return f"{CAMEL[event]}:\n  GitTicket:\n    enabled: true\n    command: {command}"
    start = "" if (site.folder / event).exists() else "#!/bin/sh\n"
    return f"{start}{run} || exit 1"


def runs_by_manager(worktree: Worktree, site: Site, event: str) -> bool:
    """Whether the manager's own files call our hook for `event`."""
    needles = (f"git-ticket hook {event}", f"'git-ticket', 'hook', '{event}'")
    files = [manual_file(worktree, site, event)]
    if site.owner == "lefthook":
        files = [Path(worktree.top, name) for name in LEFTHOOK_FILES]
    for file in files:
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
        if any(needle in line for line in lines for needle in needles):
            return os.access(site.folder / event, os.X_OK)
    return False
