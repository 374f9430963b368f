"""The table of importers, and telling from a source's content which one reads it."""

from collections.abc import Iterator
from importlib import import_module

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.importers.items import Importer
from git_ticketer.importers.source import NotATranscript, Source

# In the order in which they are asked. `plain` is last: it takes what says `role` and `text`.
MODULES = (
    "claude_code",
    "claude_code_web",
    "codex",
    "gemini",
    "copilot",
    "cursor",
    "opencode",
    "opencode_db",
    "amp",
    "droid",
    "pi",
    "windsurf",
    "chatgpt",
    "claude_ai",
    "specstory",
    "aider",
    "plain",
)
GROUP = "git_ticketer.importers"


class BadPlugin(TicketerError):
    """An importer of a third party that cannot be used; `name` is its entry point."""

    exit_code = ExitCode.ERROR

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the importer {name} cannot be used: {reason}", hint="pip list")
        self.name = name


def importers() -> Iterator[Importer]:
    """Every importer, third parties' before the one that takes anything; raises BadPlugin."""
    for name in MODULES[:-1]:
        yield import_module(f"git_ticketer.importers.{name}")
    yield from _plugins()
    yield import_module(f"git_ticketer.importers.{MODULES[-1]}")


def _plugins() -> Iterator[Importer]:
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        try:
            found = point.load()
            found = found() if isinstance(found, type) else found
        except Exception as error:  # noqa: BLE001 - foreign code: whatever it raises is its fault
            raise BadPlugin(point.name, f"{type(error).__name__}: {error}") from None
        if not all(hasattr(found, name) for name in ("NAME", "FORMAT", "recognises", "read")):
            raise BadPlugin(point.name, "it lacks NAME, FORMAT, recognises or read")
        yield found


def recognised(source: Source) -> Importer:
    """The importer that reads a source; raises NotATranscript where there is none."""
    if not source.is_folder and not source.head.strip():
        raise NotATranscript(source.shown, "it is empty")
    for importer in importers():
        if importer.recognises(source):
            return importer
    raise NotATranscript(source.shown, "no known transcript format")
