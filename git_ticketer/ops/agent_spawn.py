"""Starting the process that archives what is over, so that no agent waits for it."""

import os
import sys
from collections.abc import Mapping

from git_ticketer.lean.gitdir import GitDir

LOG = "/hook.log"


def archiver(top: str, git: GitDir, environ: Mapping[str, str]) -> int:
    """Start `git ticket agent archive` for the worktree at `top`; return its process id.

    It is a session of its own, reads nothing and says all in the hook log, so that no agent
    waits for its end or takes it along. 0 where the system cannot do that: it is done later.
    """
    if sys.platform == "win32" or not sys.executable:
        return 0
    log = git.shared + LOG
    said = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, said, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # Not -I, which would hide what `pip install --user` installed.
    command = [sys.executable, "-E", "-P", "-m", "git_ticketer", "agent", "archive", top]
    own = {key: value for key, value in environ.items() if key != "GIT_TICKET"}
    return os.posix_spawn(command[0], command, own, file_actions=actions, setsid=True)
