"""A commit or checkout for which nobody decided: ask if somebody is there, else say how to decide.

Everything here is off the common path, so it is imported only when it is needed.
"""

import time

from . import ask, decide, history, journal, report, session_change, terminal
from .decide import Association
from .ids import TicketId
from .session_file import Store
from .system import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .context import Context
    from .decide import Session

ABORTED = "aborted"
PATCH_SECONDS = 3600


def settle(context: "Context", association: Association, message_file: str) -> Association:
    """The association for this commit after asking, if it may be asked.

    An association whose origin is ABORTED means that the person pressed Ctrl-C.
    """
    if association.origin == "environment":
        context.log(journal.UNTAGGED, association, "GIT_TICKET is not a ticket id")
        return association
    if context.refresh_settings():
        association = context.association()
        if association.decision != decide.UNDECIDED:
            return association
    stamp = os.stat(message_file).st_mtime_ns
    try:
        fd = open_terminal(context, stamp)
    except terminal.NoTerminal as reason:
        _explain(context, association, str(reason))
        return association
    try:
        answer = ask.ask(
            fd,
            "Which ticket is this commit for?",
            ask.suggestions(context),
            seconds=seconds(context.environ),
            skip="" if context.settings.require else "skip this commit",
            top=context.top,
        )
    except KeyboardInterrupt:
        terminal.write(fd, "\n")
        return Association(decide.UNDECIDED, origin=ABORTED)
    finally:
        os.close(fd)
    return apply(context, answer, stamp)


def open_terminal(context: "Context", stamp: int = 0) -> int:
    """A terminal to ask on; `stamp` is the mtime (ns) of the message file of a commit.

    Raises: NoTerminal where this commit or this session is not to be asked, with the reason.
    """
    session = context.store.own or context.store.current
    if session and 0 < session.quiet_until - context.now <= ask.QUIET_SECONDS:
        raise terminal.NoTerminal("an earlier question was not answered")
    if session and stamp and session.skipped == stamp:
        raise terminal.NoTerminal("skipped")
    if context.git.rebasing():
        raise terminal.NoTerminal("a rebase is in progress")
    if work_is_set_aside(context.environ):
        raise terminal.NoTerminal("pre-commit has set unstaged changes aside")
    return terminal.open_terminal(context.environ, context.settings.prompt)


def _explain(context: "Context", association: Association, reason: str) -> None:
    """Say how to decide, and note why the commit has no ticket."""
    context.log(journal.UNTAGGED, association, f"undecided, not asked: {reason}")
    if reason != "skipped":
        ticket = likely_ticket(context) or "PROJ-123"
        report.hint(
            f"this commit has no ticket; decide with: git ticket attach {ticket}"
            "  or: git ticket attach --none"
        )


def apply(context: "Context", answer: ask.Answer, stamp: int) -> Association:
    """Store what was answered and return the association that now holds."""
    if answer.choice in (ask.ATTACH, ask.OPT_OUT):
        return _store(context, answer)

    def note(session: "Session") -> None:
        if answer.choice == ask.SKIP:
            session.skipped = stamp
        elif answer.choice == ask.KEEP:
            session.branch = context.branch or ""
        else:
            session.quiet_until = context.now + ask.QUIET_SECONDS

    store = context.store
    if answer.choice == ask.KEEP and context.decider() is store.current:
        store = Store(store.folder, None, store.timeout)  # the followed session keeps its ticket
    try:
        session_change.change(store, note, context.now)
    except OSError as error:
        context.trouble(f"the answer could not be stored: {error}")
    association = context.association()
    if stamp:
        word = "skipped" if answer.choice == ask.SKIP else "no answer to the question"
        context.log(journal.UNTAGGED, association, word)
    return association


def _store(context: "Context", answer: ask.Answer) -> Association:
    """Store a decision. One that cannot be stored still counts for this commit."""
    decision = decide.ASSOCIATED if answer.ticket else decide.OPTED_OUT
    try:
        session_change.decide(
            context.store, decision, answer.ticket, context.now, context.branch or ""
        )
    except OSError as error:
        context.trouble(f"the decision holds for this commit only: {error}")
        return Association(decision, answer.ticket, None, "session")
    association = context.association()
    context.log(journal.ATTACH if answer.ticket else journal.OPT_OUT, association)
    return association


def likely_ticket(context: "Context") -> TicketId | None:
    """The branch's ticket, else the one used last in this worktree; cheap enough for a hint."""
    named = context.named_tickets()
    if named:
        return named[0]
    for event in history.newest(context.git.shared, ask.USES):
        if event.worktree == context.git.worktree_name:
            return ask.valid_ticket(event.ticket)
    return None


def seconds(environ: dict[bytes, bytes]) -> float:
    """How long to wait for an answer."""
    return ask.SECONDS_UNDER_PRE_COMMIT if environ.get(b"PRE_COMMIT") else ask.SECONDS


def work_is_set_aside(environ: dict[bytes, bytes]) -> bool:
    """Whether the pre-commit that runs us has taken unstaged changes out of the work tree.

    It keeps them in `patch<time>-<its pid>` in its cache (staged_files_only.py, pre-commit 4.7),
    never deletes that file, and puts the changes back when the hooks end; a terminal closed during
    a question would end pre-commit first. So nobody is asked then.
    """
    if not environ.get(b"PRE_COMMIT"):
        return False
    cache = environ.get(b"PRE_COMMIT_HOME") or b""
    if not cache:
        base = environ.get(b"XDG_CACHE_HOME") or environ.get(b"HOME", b"") + b"/.cache"
        cache = base + b"/pre-commit"
    ending = b"-%d" % os.getppid()
    try:
        names = os.listdir(cache)
    except OSError:
        return False
    times = [n[5 : -len(ending)] for n in names if n.startswith(b"patch") and n.endswith(ending)]
    return any(t.isdigit() and time.time() - int(t) < PATCH_SECONDS for t in times)
