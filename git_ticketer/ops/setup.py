"""Setting a repository up: the hooks and the team configuration."""

from dataclasses import dataclass
from pathlib import Path

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.install import attributes, hooks
from git_ticketer.install.hooks import HookState
from git_ticketer.lean.ids import is_prefix
from git_ticketer.lean.system import write_file
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import snapshot, team_config
from git_ticketer.storage.inside import inside
from git_ticketer.storage.tickets import make_shared, umask

TEMPLATE = """\
# The team's settings for git-ticketer: data only, reviewed and merged like code.

# Tickets of this repository are {prefix}-1, {prefix}-2, ...
prefix: {prefix}

# Prefixes of other trackers whose ids may stand in a branch name, such as a Jira key.
foreign_prefixes: []

# The trailers of a commit; an empty key switches one off.
trailers:
  ticket: Ticket
  session: Ticket-Session
  uid: ""

# Numbers follow each other; `random` suits teams in which many clones create tickets at once.
id_style: sequential

# The parent of new tickets whose session has none, such as an epic: {prefix}-1
default_parent: ""

# Where foreign ids lead, such as https://jira.example.com/browse/{{id}}
url_template: ""

# Statuses and types of your own may be named here; docs/tickets.md says how.

# Refuse commits while nobody decided for a ticket or against one (--no-verify passes).
require: false

# Mark the commits of an opted-out session with `Ticket: none`.
record_opt_out: false
"""


class BadPrefix(TicketerError):
    """A text given as a prefix that cannot stand in an id."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            f"not a prefix: {text[:40]!a} (a capital letter, then up to 31 of A-Z, 0-9, _)",
            hint="git ticket init --prefix PROJ",
        )
        self.text = text


@dataclass(frozen=True)
class Setup:
    """What init found and did.

    `attributes` are the lines that were missing in .gitattributes, `merge_driver` whether the
    driver is new or renewed. `trouble` is why the hooks are not all installed, if so.
    """

    config: str
    config_created: bool
    prefix: str
    attributes: tuple[str, ...]
    merge_driver: bool
    hooks: tuple[HookState, ...]
    trouble: TicketerError | None = None


def init(workspace: Workspace, prefix: str | None) -> Setup:
    """Write the team configuration if there is none, install merge driver and hooks.

    `prefix` is what new tickets begin with; None takes it from the folder's name.
    Raises: BadPrefix, BadFile, LeadsOutside, NotAFile, GitFailed, OSError.
    """
    if prefix is not None and not is_prefix(prefix):
        raise BadPrefix(prefix)
    created = _write_config(workspace.worktree.top, prefix)
    workspace.live.settings = snapshot.refresh(workspace.worktree)
    team = team_config.load(workspace.worktree.top)
    before = attributes.install(workspace.worktree)
    trouble = None
    try:
        states = hooks.install(workspace.worktree)
    except (hooks.HooksOwned, hooks.HookInTheWay) as error:
        trouble = error
        states = hooks.status(workspace.worktree)
    return Setup(
        team_config.RELATIVE_PATH,
        created,
        team.prefix,
        before.missing,
        before.driver != attributes.DRIVER,
        tuple(states),
        trouble,
    )


def _write_config(top: str, prefix: str | None) -> bool:
    path = inside(top, team_config.RELATIVE_PATH)
    if path.exists():
        return False
    make_shared(path.parent)
    text = TEMPLATE.format(prefix=prefix or suggest_prefix(Path(top).name))
    write_file(str(path), text.encode(), mode=0o666 & ~umask())
    return True


def suggest_prefix(name: str) -> str:
    """A prefix made from a folder's name: `my-app` gives `MYAPP`, nothing usable gives `TICKET`."""
    letters = "".join(c for c in name.upper() if c.isascii() and c.isalnum())
    short = letters.lstrip("0123456789")[:10]
    return short if is_prefix(short) else "TICKET"
