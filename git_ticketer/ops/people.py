"""Who is meant by a name on the command line."""

from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import identity

MYSELF = ("me", "@me")
NOBODY = "none"


def assignee(workspace: Workspace, word: str) -> str:
    """The person that `word` means: `me` is the user's own address, `none` nobody.

    Raises: NoIdentity.
    """
    if word.lower() in MYSELF:
        return me(workspace)
    return "" if word.lower() == NOBODY else word.strip()


def me(workspace: Workspace) -> str:
    """The user's own address; raises NoIdentity."""
    return identity.address(identity.author(workspace.worktree.git))
