"""The post-checkout event: a branch switch is the best moment to ask. It never fails git."""

from . import ask, decide, terminal, undecided
from .context import Context
from .gitdir import GitDir, of_folder
from .ids import TicketId
from .system import os, read_tail

CHECKOUT = b"checkout: moving from "


def run(arguments: list[str], environ: dict[bytes, bytes]) -> None:
    """Run the hook: ask after a branch switch, or do nothing."""
    previous, flag = _switch(arguments, environ)
    if flag != "1" or not previous.strip("0"):
        return
    git = of_folder(".", environ)
    branch = git.branch()
    if branch is None or git.rebasing() or git.has("BISECT_LOG") or not _moved(git, branch):
        return
    context = Context("post-checkout", git, environ)
    context.renew()
    association = context.association()
    if association.origin in ("environment", "branch"):
        return
    try:
        if association.decision == decide.UNDECIDED:
            _ask_undecided(context)
        elif association.ticket:
            _offer_switch(context, association.ticket)
    except (terminal.NoTerminal, KeyboardInterrupt):
        return


def _switch(arguments: list[str], environ: dict[bytes, bytes]) -> tuple[str, str]:
    """The previous commit and the flag, from the arguments or from pre-commit's variables."""
    if len(arguments) >= 3:
        return arguments[0], arguments[2]
    previous = environ.get(b"PRE_COMMIT_FROM_REF", b"").decode("ascii", "replace")
    return previous, environ.get(b"PRE_COMMIT_CHECKOUT_TYPE", b"").decode("ascii", "replace")


def _moved(git: GitDir, branch: str) -> bool:
    """Whether HEAD went to another branch, by the line of its reflog that git just wrote.

    `git checkout main` on main runs the hook too, and the hook is told commits, not branches. A
    new orphan branch gets no line.
    """
    try:
        last = read_tail(git.path + "/logs/HEAD", 8192)[0].rstrip().rpartition(b"\n")[2]
    except OSError:
        return True
    _, moved, names = last.partition(CHECKOUT)
    before, _, after = names.partition(b" to ")
    return not moved or before != after or after.decode("utf-8", "surrogateescape") != branch


def _ask_undecided(context: Context) -> None:
    context.refresh_settings()
    fd = undecided.open_terminal(context)
    try:
        answer = ask.ask(
            fd,
            f"Which ticket is the work on {context.branch} for?",
            ask.suggestions(context),
            seconds=undecided.seconds(context.environ),
            skip="decide later",
            top=context.top,
        )
    finally:
        os.close(fd)
    if answer.choice != ask.SKIP:
        undecided.apply(context, answer, 0)


def _offer_switch(context: Context, attached: TicketId) -> None:
    """Offer the branch's ticket, unless this branch is where the session decided."""
    session = context.decider()
    named = context.named_tickets()
    if not named or attached in named or (session and session.branch == context.branch):
        return
    fd = undecided.open_terminal(context)
    try:
        answer = ask.ask_switch(fd, attached, named[0], seconds=undecided.seconds(context.environ))
    finally:
        os.close(fd)
    undecided.apply(context, answer, 0)
