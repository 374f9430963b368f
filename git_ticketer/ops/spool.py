"""The spool: archives that wait in the git dir until their user files them.

Nothing gets into the work tree by itself before this user has said so in this clone; what lies
here is redacted like an archive and looks like one.
"""

import os
from typing import TYPE_CHECKING

from git_ticketer.lean.system import make_folders
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import archives, team_config
from git_ticketer.storage.archives import Stored
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import FOLDER

if TYPE_CHECKING:
    from git_ticketer.ops.archive import Done, Prepared

IN_TREE, LOCAL, OFF = "in-tree", "local", "off"
ORDER = (OFF, LOCAL, IN_TREE)
KEY = "ticketer.archive"


def consent(workspace: Workspace) -> str:
    """What may be archived without being asked for: `in-tree`, `local` (spooled) or `off`.

    It is what this user set in this clone, `local` where nothing; the team's setting is the upper
    bound. A value that is none of the three counts as `off`.
    """
    wanted = workspace.worktree.git.config(KEY).lower() or LOCAL
    own = ORDER.index(wanted) if wanted in ORDER else 0
    return ORDER[min(own, ORDER.index(bound(workspace)))]


def bound(workspace: Workspace) -> str:
    """Where the team lets archives go at most; raises BadFile."""
    return team_config.load(workspace.worktree.top).archive


def put(workspace: Workspace, prepared: "Prepared", place: str) -> "Done":
    """Keep an archive where `place` says, `off` nowhere; raises what Archives.write raises."""
    from git_ticketer.ops import archive

    if place == IN_TREE:
        done = archive.store(workspace, prepared)
        _forget(workspace, prepared)
        return done
    return add(workspace, prepared) if place == LOCAL else archive.Done(prepared)


def _forget(workspace: Workspace, prepared: "Prepared") -> None:
    """Take from the spool what waits of a session that is archived now, if all of it is there."""
    from git_ticketer.ops import earlier
    from git_ticketer.ops.redaction import redactor_for
    from git_ticketer.storage.yamlfile import BadFile

    spool = archives.waiting(workspace.worktree)
    for stored in pending(workspace, prepared.header.id):
        redactor = redactor_for(workspace)
        try:
            earlier.lose_nothing(spool, stored, prepared.entries, redactor, "")
        except (earlier.WouldLose, BadFile):
            continue
        if stored.header.id == prepared.header.id:
            remove(workspace, stored)


def add(workspace: Workspace, prepared: "Prepared") -> "Done":
    """Keep an archive in the git dir; raises what Archives.write raises."""
    from git_ticketer.ops.archive import Done

    spool = archives.waiting(workspace.worktree)
    make_folders(f"{spool.top}/{FOLDER}/{prepared.header.ticket}")
    return Done(prepared, tuple(spool.write(prepared.header, prepared.files)), spool.top)


def pending(workspace: Workspace, session: str = "") -> list[Stored]:
    """The archives that wait, or the one of a session; those that cannot be read are left out."""
    spool = archives.waiting(workspace.worktree)
    if not os.path.isdir(f"{spool.top}/{FOLDER}"):
        return []
    return [one for one in spool.all()[0] if one.header.id.startswith(session)]


def file(workspace: Workspace, stored: Stored, ticket: str = "") -> "Done":
    """Archive what waits, under its ticket or another one, and take it from the spool.

    Raises: ArchivesStayOut, what archive.prepare and archive.store raise; it then waits on.
    """
    from git_ticketer.ops import archive
    from git_ticketer.ops.archive import ArchivesStayOut, Wish

    if bound(workspace) != IN_TREE:
        raise ArchivesStayOut(f"session {stored.header.id} waits on")
    spool = archives.waiting(workspace.worktree)
    transcript = spool.read(stored)
    wish = Wish(ticket=ticket or transcript.header.ticket, detail=transcript.header.detail)
    done = archive.store(workspace, archive.again(workspace, transcript, wish))
    remove(workspace, stored)
    return done


def remove(workspace: Workspace, stored: Stored) -> None:
    """Take an archive from the spool, its main file first."""
    top = archives.waiting(workspace.worktree).top
    start = stored.path.removesuffix(".yaml")
    for number in range(1, stored.header.parts + 1):
        inside(top, archives.part(start, number)).unlink(missing_ok=True)
