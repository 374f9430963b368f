"""What is taken out of texts before they are stored or shown: by our rules and the team's."""

from git_ticketer.ops.workspace import Workspace
from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.rules import RULES, team_rule
from git_ticketer.storage import team_config


def redactor_for(workspace: Workspace) -> Redactor:
    """The redactor of this repository: our rules, the team's, and this user's home folder."""
    config = team_config.load(workspace.worktree.top)
    rules = (*RULES, *(team_rule(*rule) for rule in config.redact_rules))
    home = workspace.live.environ.get(b"HOME", b"").decode("utf-8", "replace")
    return Redactor(rules, [home], config.redact_exceptions)


def redacted(workspace: Workspace, text: str) -> str:
    """What somebody wrote, without secrets: nothing else of it is stored or shown again."""
    return redactor_for(workspace).whole(text)
