"""Starting the process that runs flows while who caused the event goes on."""

import subprocess
import sys
from collections.abc import Mapping

from git_ticketer.lean.system import make_folders
from git_ticketer.ops.flow_event import Event
from git_ticketer.ops.flow_run import SESSION, given
from git_ticketer.ops.workspace import Workspace

# The shell ends at once, so that a long-lived server has no child to wait for. A command in the
# background reads /dev/null unless its input is another descriptor's (POSIX.1-2017, XCU 2.9.3).
DETACH = 'exec 3<&0; "$@" <&3 3<&- &'


def start(workspace: Workspace, event: Event, environ: Mapping[str, str]) -> None:
    """Start `git ticket flow fire` for an event, as the session that caused it; raises OSError."""
    own = workspace.live.association().session
    values = {
        "event": event.type,
        "ticket_id": event.ticket,
        "before": event.before,
        "after": event.after,
        "session_id": event.session or own,
    }
    # Not -I, which would hide what `pip install --user` installed.
    command = [sys.executable, "-E", "-P", "-m", "git_ticketer", "flow", "fire"]
    make_folders(workspace.live.git.shared)
    with given(values, workspace.live.git.shared) as file:
        subprocess.run(
            ["sh", "-c", DETACH, "sh", *command],
            cwd=workspace.worktree.top,
            env={**environ, SESSION: own} if own else environ,
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
