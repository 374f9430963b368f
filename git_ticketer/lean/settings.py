"""The snapshot of settings in `.git/ticketer/settings`: what a hook must know, and nothing more.

Lines of `key value`. It is written by `storage.snapshot` from the team configuration and git's,
and names their files with size and time, so that a hook can tell an old snapshot without
reading YAML or starting git. Line 2 is `require`, where the commit-msg shim looks for it.
"""

from .ids import is_prefix
from .system import exists, os, read_file

VERSION = "1"
LISTS = ("prefix", "source")
PROMPTS = ("auto", "never", "always")
MAX_TIMEOUT = 60 * 24 * 365


class Settings:
    """What hooks and commands go by.

    `timeout` is minutes of idleness that end a decision, 0 for never. The trailer keys are empty
    where that trailer is off. `sources` maps a configuration file to its (size, mtime in ns), or
    to None where it did not exist. `problems` names the lines that were refused.
    """

    __slots__ = (
        "auto_attach",
        "comment",
        "prefixes",
        "problems",
        "prompt",
        "record_opt_out",
        "require",
        "session_key",
        "sources",
        "ticket_key",
        "timeout",
        "uid_key",
    )

    def __init__(self) -> None:
        self.require = False
        self.record_opt_out = False
        self.auto_attach = False
        self.prompt = "auto"
        self.timeout = 30
        self.ticket_key = "Ticket"
        self.session_key = "Ticket-Session"
        self.uid_key = ""
        self.comment = "#"
        self.prefixes: list[str] = []
        self.sources: dict[str, tuple[int, int] | None] = {}
        self.problems: list[str] = []


def parse(data: bytes) -> Settings:
    """Settings from the bytes of a snapshot; a hostile or unknown line is left at its default."""
    settings = Settings()
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines[0] != "version " + VERSION:
        settings.problems.append("line 1: not a settings snapshot of version " + VERSION)
        return settings
    seen = set()
    for number, line in enumerate(lines[1:], 2):
        key, _, value = line.partition(" ")
        again = key in seen and key not in LISTS
        seen.add(key)
        if line and (again or not _take(settings, key, value)):
            settings.problems.append(f"line {number}: {line[:60]!a}")
    return settings


def _take(settings: Settings, key: str, value: str) -> bool:
    """Set one value; False where key or value is not valid."""
    if key in ("require", "record_opt_out", "auto_attach"):
        setattr(settings, key, value == "true")
        return value in ("true", "false")
    if key in ("ticket_key", "session_key", "uid_key"):
        if not is_trailer_key(value) and value:
            return False
        setattr(settings, key, value)
    elif key == "source":
        return _take_source(settings, value)
    elif key == "prompt" and value in PROMPTS:
        settings.prompt = value
    elif key == "timeout" and value.isdigit() and value.isascii() and len(value) <= 6:
        settings.timeout = min(int(value), MAX_TIMEOUT)
    elif key == "comment" and 0 < len(value) <= 16:
        settings.comment = value
    elif key == "prefix" and is_prefix(value):
        settings.prefixes.append(value)
    else:
        return False
    return True


def _take_source(settings: Settings, value: str) -> bool:
    size, _, rest = value.partition(" ")
    mtime, _, path = rest.partition(" ")
    if size == mtime == "-" and path:
        settings.sources[unescape(path)] = None
    elif size.isdigit() and mtime.isdigit() and path and len(rest) < 8192:
        settings.sources[unescape(path)] = (int(size), int(mtime))
    else:
        return False
    return True


def escape(path: str) -> str:
    """A path that fits on a line."""
    return path.replace("%", "%25").replace("\n", "%0A")


def unescape(path: str) -> str:
    """The path that `escape` was given."""
    return path.replace("%0A", "\n").replace("%25", "%")


def load(shared: str) -> Settings | None:
    """The snapshot in the shared state folder; None where there is none.

    One that cannot be read gives the defaults, with the reason in `problems`.
    """
    path = shared + "/settings"
    try:
        return parse(read_file(path))
    except OSError as error:
        if not exists(path):
            return None
        settings = Settings()
        settings.problems.append(str(error.strerror or error))
        return settings


def stamp(path: str) -> tuple[int, int] | None:
    """(size, mtime in ns) of a configuration file, None where it does not exist."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def is_current(settings: Settings, team_config: str) -> bool:
    """Whether the snapshot was taken from the configuration files as they are now.

    `team_config` is the absolute path of this worktree's team configuration.
    """
    sources = settings.sources.items()
    return is_of(settings, team_config) and all(stamp(path) == s for path, s in sources)


def team_config() -> str:
    """The team configuration of the worktree at whose top a hook runs."""
    return os.getcwd() + "/.tickets/config.yaml"


def is_of(settings: Settings, team_config: str) -> bool:
    """Whether the snapshot was taken from this worktree's team configuration as it is now."""
    sources = settings.sources
    return team_config in sources and sources[team_config] == stamp(team_config)


def is_trailer_key(text: str) -> bool:
    """Whether git reads `text: value` as a trailer (letters, digits and dashes, trailer.c)."""
    return (
        0 < len(text) <= 64
        and text.isascii()
        and text.replace("-", "").isalnum()
        and text[0].isalpha()
    )
