"""The prepare-commit-msg event: tag a new commit, leave every replayed one as it was.

Read what is there, let `decide` choose, act at the edge.
"""

from . import decide, journal, trailer
from .context import Context, message_file
from .decide import Association
from .gitdir import GitDir, of_message_file
from .ids import InvalidId, TicketId
from .system import append, make_folders, os, read_file, write_file

UNTYPED = "/untyped"


def run(arguments: list[str], environ: dict[bytes, bytes]) -> bool:
    """Run the hook; True where git is to stop, as the person pressed Ctrl-C at the question."""
    path = message_file(arguments, environ)
    variable = environ.get(b"PRE_COMMIT_COMMIT_MSG_SOURCE", b"").decode("ascii", "replace")
    source = arguments[1] if len(arguments) > 1 else variable
    git = of_message_file(path)
    if source in ("merge", "commit") or git.has("MERGE_MSG"):
        return False
    context = Context("prepare-commit-msg", git, environ)
    context.renew()
    message = read_file(path)
    squashed = git.has("SQUASH_MSG")
    edited = source in ("", "template") or environ.get(b"GIT_EDITOR") != b":"
    comment = None
    if edited or squashed:
        comment = trailer.comment_string(message, context.settings.comment.encode())
    if squashed:
        _tag_squash(context, path, message, comment)
        return False
    association = context.association()
    if association.decision == decide.UNDECIDED:
        if _is_tagged(context, message, comment):
            return False
        from . import undecided

        association = undecided.settle(context, association, path)
        if association.origin == undecided.ABORTED:
            return True
    elif association.origin in {"session", "followed"}:
        _warn_of_branch(context, association)
    pairs = decide.trailers(
        association,
        ticket_key=context.settings.ticket_key,
        session_key=context.settings.session_key,
        uid_key=context.settings.uid_key,
        opt_out=context.settings.record_opt_out,
    )
    once = tuple(key for key, _ in pairs)
    prepared = message if source in ("", "template") else b""
    untyped = prepared if edited else None
    added = _insert(context, path, message, pairs, comment, once, untyped)
    if association.ticket:
        context.log(journal.TAGGED, association, "" if added else "already tagged")
    elif association.decision == decide.OPTED_OUT:
        context.log(journal.UNTAGGED, association, "opted out")
    return False


def _tag_squash(context: Context, path: str, message: bytes, comment: bytes | None) -> None:
    """Tag the commit of a squash merge with every ticket of the squashed commits."""
    key = context.settings.ticket_key
    text = read_file(context.git.path + "/SQUASH_MSG")
    tickets = []
    for value in trailer.indented(text, key) if key else []:
        try:
            tickets.append(TicketId(value))
        except InvalidId:
            continue
    untyped = b"" if context.environ.get(b"GIT_EDITOR") != b":" else None
    _insert(context, path, message, [(key, t) for t in tickets], comment, (), untyped)
    for ticket in tickets:
        squash = Association(decide.ASSOCIATED, ticket, context.association().session)
        context.log(journal.TAGGED, squash, "squash merge")


def _is_tagged(context: Context, message: bytes, comment: bytes | None) -> bool:
    """Whether the message names a ticket already, typed or copied, so that nobody need decide."""
    key = context.settings.ticket_key
    for value in trailer.values(message, key, comment) if key else []:
        try:
            ticket = TicketId(value.decode("ascii", "replace"))
        except InvalidId:
            continue
        forget(context.git)
        session = context.association().session
        context.log(journal.TAGGED, Association(decide.ASSOCIATED, ticket, session), "by hand")
        return True
    return False


def _insert(
    context: Context,
    path: str,
    message: bytes,
    pairs: list[tuple[str, str]],
    comment: bytes | None,
    once: tuple[str, ...],
    untyped: bytes | None,
) -> bool:
    """Put trailers into the message file; `untyped` is what it holds until somebody types.

    That is noted for commit-msg; None where no editor opens. An empty message that no editor will
    fill stays empty, so that git refuses it as ever.
    """
    changed, added = trailer.insert(message, pairs, comment, once)
    if not added or (comment is None and not message.strip()):
        if not _is_second_run(context.git, message):
            forget(context.git)
        return False
    if untyped is None:
        forget(context.git)
    else:
        remember(context.git, changed, untyped, added)
    if changed == message + added:
        append(path, added)
    else:
        write_file(path, changed, mode=os.stat(path).st_mode & 0o777, durable=False)
    return True


def remember(git: GitDir, message: bytes, untyped: bytes, added: bytes) -> None:
    """Note for commit-msg the message as we leave it, what it holds untyped, and what we put in.

    Lengths of the last two, then the three texts.
    """
    make_folders(git.state)
    head = b"%d %d\n" % (len(untyped), len(added))
    write_file(git.state + UNTYPED, head + untyped + added + message, durable=False)


def remembered(git: GitDir) -> tuple[bytes, bytes, bytes] | None:
    """The (untyped text, added bytes, message) of the note; None where there is none."""
    try:
        head, _, texts = read_file(git.state + UNTYPED).partition(b"\n")
        first, second = (int(number) for number in head.split())
    except (OSError, ValueError):
        return None
    end = first + second
    return texts[:first], texts[first:end], texts[end:]


def _is_second_run(git: GitDir, message: bytes) -> bool:
    """Whether the message is as we left it: both our file and pre-commit run this hook."""
    note = remembered(git)
    return note is not None and note[2] == message


def forget(git: GitDir) -> None:
    """Drop the note of this or an earlier commit."""
    try:
        os.unlink(git.state + UNTYPED)
    except OSError:
        return


def _warn_of_branch(context: Context, association: Association) -> None:
    """Hint where the branch names another ticket than the one just used.

    Deciding again on this branch, for either ticket, ends the hint.
    """
    if not context.branch or association.ticket is None:
        return
    named = context.named_tickets() if "-" in context.branch else []
    session = context.decider()
    if not named or association.ticket in named or (session and session.branch == context.branch):
        return
    from .report import hint

    hint(
        f"tagged {association.ticket}, but branch {context.branch} names {named[0]}; "
        f"git ticket attach {named[0]} switches, git ticket attach {association.ticket} stays"
    )
