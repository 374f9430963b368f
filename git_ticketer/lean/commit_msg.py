"""The commit-msg event: git's own abort still works, and `require` is enforced.

Our trailers go into the message before the editor opens. If nothing was typed then, they are
taken out again, so that git finds the empty message or untouched template that it aborts on.
"""

from . import trailer
from .context import Context, message_file
from .gitdir import GitDir, of_message_file
from .prepare_commit_msg import forget, remembered
from .report import hint, say
from .system import os, read_file, write_file


def run(arguments: list[str], environ: dict[bytes, bytes]) -> bool:
    """Run the hook; True where git is to stop, as a decision is required and there is none."""
    path = message_file(arguments, environ)
    git = of_message_file(path)
    _restore_untyped(git, path)
    context = Context("commit-msg", git, environ)
    if not context.settings.require or _is_exempt(git):
        return False
    message = read_file(path)
    comment = trailer.comment_string(message, context.settings.comment.encode())
    association = context.association()
    if association.decision != "undecided":
        return False
    if trailer.values(message, context.settings.ticket_key, comment):
        return False
    if not trailer.typed(message, comment):
        return False
    say("error: this repository requires a ticket for every commit, and none was decided")
    hint("git ticket attach PROJ-123, or git ticket attach --none; --no-verify commits anyway")
    return True


def _is_exempt(git: GitDir) -> bool:
    """Whether the commit replays or merges older work, which is never refused."""
    return git.replaying() or git.rebasing() or git.has("SQUASH_MSG")


def _restore_untyped(git: GitDir, path: str) -> None:
    """Take our trailers out of a message in which nobody typed anything."""
    note = remembered(git)
    forget(git)
    if note is None:
        return
    untyped, added, prepared = note
    message = read_file(path)
    cleaned = trailer.without(message, added)
    comment = trailer.comment_string(prepared, b"#")
    if cleaned != message and trailer.typed(cleaned, comment) == trailer.typed(untyped, comment):
        write_file(path, cleaned, mode=os.stat(path).st_mode & 0o777, durable=False)
