"""`attach --amend`: tag the commit that was just made, as long as nobody else has it."""

from git_ticketer.errors import TicketerError
from git_ticketer.lean import decide, journal, trailer
from git_ticketer.ops.workspace import Workspace


class CannotAmend(TicketerError):
    """HEAD must not be rewritten; the message says why. The attach itself is stored."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"the last commit is not tagged: {reason}", hint=hint)


def amend(workspace: Workspace) -> str:
    """Add this session's trailers to HEAD and return its new short id; index and files stay.

    A `Ticket` that HEAD has already is replaced: that is what was asked for.
    Raises: CannotAmend where HEAD is pushed, a merge, tagged with a tag, or git is in the middle
    of something; GitFailed.
    """
    git = workspace.worktree.git
    live = workspace.live
    _check(workspace)
    raw = git.run("cat-file", "commit", "HEAD")
    header, _, message = raw.partition(b"\n\n")
    pairs = decide.trailers(
        live.association(),
        ticket_key=live.settings.ticket_key,
        session_key=live.settings.session_key,
        uid_key=live.settings.uid_key,
        opt_out=False,
    )
    keys = [live.settings.ticket_key, live.settings.session_key, live.settings.uid_key]
    for key in filter(None, keys):
        message = _without_key(message, key)
    changed, _ = trailer.insert(message, pairs, None, ())
    git.run(
        *_encoding(header),
        *("-c", "core.hooksPath=/dev/null"),
        *("commit", "--amend", "--only", "--quiet", "--allow-empty", "--no-verify"),
        *("--cleanup=verbatim", "-F", "-"),
        input=changed,
    )
    live.record(journal.TAGGED, live.association(), "amended")
    return git.text("rev-parse", "--short", "HEAD")


def _check(workspace: Workspace) -> None:
    git = workspace.worktree.git
    dirs = workspace.live.git
    if dirs.replaying() or dirs.rebasing():
        raise CannotAmend("git is in the middle of a merge, rebase or pick", "git status")
    parents = git.attempt("rev-parse", "--verify", "--quiet", "HEAD^2")
    if git.attempt("rev-parse", "--verify", "--quiet", "HEAD").returncode:
        raise CannotAmend("there is no commit yet", "git commit")
    if not parents.returncode:
        raise CannotAmend("it is a merge", "git log -1")
    holders = git.text("for-each-ref", "--format=%(refname)", "--contains=HEAD", "refs/remotes")
    tags = git.text("for-each-ref", "--format=%(refname)", "--points-at=HEAD", "refs/tags")
    if holders or tags:
        ref = (holders or tags).splitlines()[0]
        raise CannotAmend(f"others may have it already ({ref})", "git commit --allow-empty")


def _without_key(message: bytes, key: str) -> bytes:
    """`message` without the trailers `key` of its last block."""
    start = trailer.block_start(message[: trailer.body_end(message, None)], None)
    head, block = message[:start], message[start:]
    kept = []
    dropping = False
    for line in block.split(b"\n"):
        folded = line[:1].isspace() and bool(line.strip())  # goes on with the value above it
        dropping = (dropping and folded) or trailer.token(line).lower() == key.encode().lower()
        if not dropping:
            kept.append(line)
    newline = b"\r\n" if message.partition(b"\n")[0].endswith(b"\r") else b"\n"
    return (head + b"\n".join(kept)).rstrip(b"\r\n") + newline


def _encoding(header: bytes) -> tuple[str, ...]:
    """The option that makes git write the commit in the encoding it has."""
    for line in header.split(b"\n"):
        if line.startswith(b"encoding "):
            return ("-c", "i18n.commitEncoding=" + line[9:].decode("ascii", "replace"))
    return ("-c", "i18n.commitEncoding=utf-8")
