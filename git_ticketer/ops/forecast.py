"""What the next commit will carry, and why the last one has no ticket."""

from dataclasses import dataclass

from git_ticketer.lean import decide, history, journal, trailer
from git_ticketer.ops.workspace import Workspace

REPLAYED = (
    ("commit (amend)", "git amended an earlier commit, and an old message is never relabelled"),
    ("commit (merge)", "it is a merge"),
    ("commit (cherry-pick)", "it was cherry-picked, and an old message is never relabelled"),
    ("merge", "it came by a merge"),
    ("pull", "it came by a pull"),
    ("rebase", "it was rebased, and an old message is never relabelled"),
    ("cherry-pick", "it was cherry-picked, and an old message is never relabelled"),
    ("revert", "it is git's own revert"),
    ("am", "it was applied from a patch"),
    ("clone", "it came with the clone"),
    ("checkout", "it was not made here since HEAD moved"),
    ("reset", "it was not made here since HEAD moved"),
)


@dataclass(frozen=True)
class NextCommit:
    """What a commit made now gets: its trailers, or the reason why it gets none."""

    tagged: bool
    trailers: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class LastCommit:
    """HEAD: its id, title and tickets, and where it has none the reason, as far as known."""

    id: str
    title: str
    tickets: tuple[str, ...]
    reason: str | None


def next_commit(workspace: Workspace, *, hooks_run: bool) -> NextCommit:
    """What the next plain commit in this worktree will carry."""
    live = workspace.live
    association = live.association()
    pairs = decide.trailers(
        association,
        ticket_key=live.settings.ticket_key,
        session_key=live.settings.session_key,
        uid_key=live.settings.uid_key,
        opt_out=live.settings.record_opt_out,
    )
    lines = tuple(f"{key}: {value}" for key, value in pairs)
    if not hooks_run:
        return NextCommit(False, (), "no hook of ours runs here (git ticket init)")
    if lines:
        return NextCommit(association.ticket is not None, lines, None)
    if association.decision == decide.OPTED_OUT:
        return NextCommit(False, (), "opted out")
    if association.decision == decide.ASSOCIATED:
        return NextCommit(False, (), "the trailer keys are switched off")
    refused = live.settings.require
    reason = "nothing was decided" + (", and this repository requires it" if refused else "")
    return NextCommit(False, (), reason)


def last_commit(workspace: Workspace) -> LastCommit | None:
    """HEAD and its tickets; None where nothing was committed yet."""
    git = workspace.worktree.git
    done = git.attempt("log", "-1", "--format=%h%x00%B", "HEAD", "--")
    if done.returncode:
        return None
    short, _, message = done.stdout.partition(b"\0")
    key = workspace.live.settings.ticket_key
    found = trailer.values(message.strip(b"\n") + b"\n", key) if key else []
    tickets = tuple(value.decode("utf-8", "replace") for value in found)
    title = message.lstrip().partition(b"\n")[0].decode("utf-8", "replace")
    reason = None if tickets else _why_untagged(workspace)
    return LastCommit(short.decode(), title, tickets, reason)


def _why_untagged(workspace: Workspace) -> str:
    """Why HEAD has no ticket: git's reflog knows the command, the journal knows our part."""
    subject = workspace.worktree.git.attempt("log", "-g", "-1", "--format=%gs", "HEAD", "--").stdout
    action = subject.decode("utf-8", "replace")
    for start, reason in REPLAYED:
        if action.startswith(start):
            return reason
    name, branch = workspace.live.git.worktree_name, workspace.live.branch or ""
    for event in history.newest(workspace.live.git.shared, (journal.TAGGED, journal.UNTAGGED)):
        if event.worktree == name and event.branch == branch:
            if event.kind == journal.UNTAGGED:
                return event.note
            return "its trailer was removed, or no hook of ours ran"
    return "no hook of ours ran when it was made"
