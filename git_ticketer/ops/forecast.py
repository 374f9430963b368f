"""What the next commit will carry, and why the last one has no ticket."""

from dataclasses import dataclass

from git_ticketer.lean import decide, history, journal, trailer
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage.gitcmd import Git

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
    if live.git.replaying():
        return NextCommit(False, (), "git finishes a merge, pick or revert, which is never tagged")
    if live.git.has("SQUASH_MSG"):
        return NextCommit(False, (), "a squash merge carries the tickets of its commits")
    if lines:
        return NextCommit(association.ticket is not None, lines, None)
    if association.decision == decide.OPTED_OUT:
        return NextCommit(False, (), "opted out")
    if association.decision == decide.ASSOCIATED:
        return NextCommit(False, (), "the trailer keys are switched off")
    refused = live.settings.require
    reason = "it is refused until somebody decides" if refused else "nothing was decided"
    return NextCommit(False, (), f"{reason}; at a terminal you are asked")


def last_commit(workspace: Workspace) -> LastCommit | None:
    """HEAD and its tickets; None where nothing was committed yet."""
    git = workspace.worktree.git
    done = git.attempt("log", "--no-show-signature", "-1", "--format=%h%x00%B", "HEAD", "--")
    if done.returncode:
        return None
    short, _, message = done.stdout.partition(b"\0")
    key = workspace.live.settings.ticket_key
    found = trailer.values(message.strip(b"\n") + b"\n", key) if key else []
    tickets = tuple(value.decode("utf-8", "replace") for value in found if value)
    title = message.lstrip().partition(b"\n")[0].decode("utf-8", "replace")
    reason = None if tickets else _why_untagged(workspace)
    return LastCommit(short.decode(), title, tickets, reason)


def _why_untagged(workspace: Workspace) -> str:
    """Why HEAD has no ticket: git's reflog knows the command, the journal knows our part."""
    action = _last_action(workspace.worktree.git)
    for start, reason in REPLAYED:
        if action.startswith(start):
            return reason
    name, branch = workspace.live.git.worktree_name, workspace.live.branch or ""
    for event in history.newest(workspace.live.git.shared, (journal.TAGGED, journal.UNTAGGED)):
        if event.worktree == name and event.branch == branch:
            if event.kind == journal.UNTAGGED:
                return event.note
            return "it finished a merge, pick or revert, its trailer was removed, or no hook ran"
    return "no hook of ours ran when it was made"


def _last_action(git: Git) -> str:
    """What brought HEAD to where it is; a step that left it there, as `git reset`, is passed."""
    form = ("-g", "-20", "--format=%H %gs")
    lines = git.attempt("log", "--no-show-signature", *form, "HEAD", "--").stdout.split(b"\n")
    action = b""
    for line in lines:
        id, _, subject = line.partition(b" ")
        if not id or id != lines[0].partition(b" ")[0]:
            break
        action = subject
    return action.decode("utf-8", "replace")
