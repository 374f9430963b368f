"""Writing the settings snapshot that the hooks read (`lean.settings` reads it)."""

import os
from typing import TYPE_CHECKING

from git_ticketer.errors import TicketerError
from git_ticketer.lean import clock, session_change, system
from git_ticketer.lean import settings as snapshot
from git_ticketer.lean.settings import MAX_TIMEOUT, PROMPTS, Settings
from git_ticketer.storage.worktree import Worktree

if TYPE_CHECKING:
    from git_ticketer.storage.gitcmd import Git

TEAM_CONFIG = ".tickets/config.yaml"
KEYS = "^(ticketer\\.|core\\.comment)"


class BadSetting(TicketerError):
    """A value in git's configuration that is not valid: `key` and `value`."""

    def __init__(self, key: str, value: str, expected: str) -> None:
        super().__init__(
            f"git config {key} is {value!r}, expected {expected}", hint=f"git config {key} VALUE"
        )
        self.key = key
        self.value = value


def refresh(worktree: Worktree) -> Settings:
    """The settings in force; the snapshot is written again where it is missing or old.

    Raises: BadFile or BadSetting where a source is not valid. A snapshot that cannot be written
    (read-only git dir) is no error here: the settings are right all the same.
    """
    team_path = f"{worktree.top}/{TEAM_CONFIG}"
    found = snapshot.load(worktree.dirs.shared)
    if found and not found.problems and snapshot.is_current(found, team_path):
        return found
    fresh = build(worktree)
    if found and not found.problems and _values(found) == _values(fresh):
        fresh.sources = {**_still_true(found), **fresh.sources}
    try:
        system.make_folders(worktree.dirs.shared)
        system.write_file(worktree.dirs.shared + "/settings", dump(fresh))
    except OSError:
        return fresh
    return fresh


def dump(settings: Settings) -> bytes:
    """The bytes of a snapshot; `lean.settings.parse` gives them again."""

    def word(value: bool) -> str:
        return "true" if value else "false"

    lines = [
        "version " + snapshot.VERSION,
        "require " + word(settings.require),
        "record_opt_out " + word(settings.record_opt_out),
        "auto_attach " + word(settings.auto_attach),
        "prompt " + settings.prompt,
        f"timeout {settings.timeout}",
        "ticket_key " + settings.ticket_key,
        "session_key " + settings.session_key,
        "uid_key " + settings.uid_key,
        "comment " + settings.comment,
    ]
    lines += ["prefix " + prefix for prefix in settings.prefixes]
    for path, stamp in settings.sources.items():
        size, mtime = stamp if stamp else ("-", "-")
        lines.append(f"source {size} {mtime} {snapshot.escape(path)}")
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def _values(settings: Settings) -> bytes:
    copy = snapshot.parse(dump(settings))
    copy.sources = {}
    return dump(copy)


def keep_broken(worktree: Worktree) -> str | None:
    """Move a snapshot that cannot be read out of the way; say what was done, None where it is fine.

    Raises: OSError where it cannot be moved.
    """
    path = worktree.dirs.shared + "/settings"
    if not system.exists(path):
        return None
    found = snapshot.load(worktree.dirs.shared)
    if found and not found.problems:
        return None
    reason = found.problems[0] if found else "it cannot be read"
    kept = session_change.set_aside(path, clock.now())
    return f"{path}: {reason}; kept as {kept} and written anew"


def _still_true(settings: Settings) -> dict[str, tuple[int, int] | None]:
    """Sources that have not changed: the team files of other worktrees with the same content."""
    return {p: s for p, s in settings.sources.items() if snapshot.stamp(p) == s}


def build(worktree: Worktree) -> Settings:
    """The settings from the team configuration and git's; raises BadFile or BadSetting."""
    from git_ticketer.storage import team_config

    settings = Settings()
    team_path = f"{worktree.top}/{TEAM_CONFIG}"
    for path in [team_path, *_config_files(worktree.git, worktree.dirs.common)]:
        settings.sources[path] = snapshot.stamp(path)
    team = team_config.load(worktree.top)
    settings.require = team.require
    settings.record_opt_out = team.record_opt_out
    settings.ticket_key = team.ticket_key
    settings.session_key = team.session_key
    settings.uid_key = team.uid_key
    settings.prefixes = [p for p in (team.prefix, *team.foreign_prefixes) if p]
    _apply_git_config(settings, worktree.git)
    return settings


def _config_files(git: "Git", common: str) -> list[str]:
    """Every file git's configuration comes from, and the usual ones that do not exist yet."""
    from pathlib import Path

    home = git.environ.get("HOME", "")
    usual = [f"{common}/config"]
    if "GIT_CONFIG_GLOBAL" in git.environ:
        usual.append(git.environ["GIT_CONFIG_GLOBAL"])
    elif home:
        xdg = git.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
        usual += [f"{home}/.gitconfig", f"{xdg}/git/config"]
    listed = git.attempt("config", "--list", "--show-origin", "--name-only", "-z").stdout
    origins = {word[5:] for word in listed.split(b"\0") if word.startswith(b"file:")}
    named = sorted(os.path.join(git.folder, os.fsdecode(origin)) for origin in origins)
    paths = dict.fromkeys(str(Path(path).absolute()) for path in [*usual, *named])
    return [path for path in paths if path != os.devnull]


def _apply_git_config(settings: Settings, git: "Git") -> None:
    listed = git.attempt("config", "-z", "--get-regexp", KEYS).stdout
    for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        key, has_value, value = entry.partition("\n")
        _apply_one(settings, key, value if has_value else "true")


def _apply_one(settings: Settings, key: str, value: str) -> None:
    if key == "ticketer.sessiontimeout":
        fits = value.isascii() and value.isdigit() and len(value) <= len(str(MAX_TIMEOUT))
        if not (fits and int(value) <= MAX_TIMEOUT):
            raise BadSetting("ticketer.sessionTimeout", value, "a number of minutes, 0 for never")
        settings.timeout = int(value)
    elif key == "ticketer.prompt":
        if value not in PROMPTS:
            raise BadSetting("ticketer.prompt", value, "auto, never or always")
        settings.prompt = value
    elif key == "ticketer.autoattach":
        if value.lower() not in ("true", "yes", "on", "1", "false", "no", "off", "0", ""):
            raise BadSetting("ticketer.autoAttach", value, "true or false")
        settings.auto_attach = value.lower() in ("true", "yes", "on", "1")
    elif key in ("core.commentchar", "core.commentstring") and 0 < len(value) <= 16:
        settings.comment = value
