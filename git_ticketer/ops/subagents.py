"""The subagents that a session started: sessions of their own, archived beside it."""

from collections.abc import Iterator
from dataclasses import replace

from git_ticketer.importers import claude_code
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.ops import archive
from git_ticketer.ops.archive import Prepared, Wish
from git_ticketer.ops.workspace import Workspace


def prepared(
    workspace: Workspace, source: Source, main: Prepared, wish: Wish
) -> Iterator[Prepared]:
    """The archives of the subagents whose files lie beside a session's; see archive.prepare."""
    if source.path is None or main.header.source.format != claude_code.FORMAT:
        return
    own = replace(wish, ticket=main.header.ticket, parent=main.header.id, plan="", chat="")
    for path in claude_code.parts(source.path):
        try:
            yield archive.prepare(workspace, Source(path), own)
        except NotATranscript:
            continue
