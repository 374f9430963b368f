"""The prepare-commit-msg event: tag a new commit, leave every replayed one as it was.

Read what is there, let `decide` choose, act at the edge.
"""

from . import decide, journal, trailer
from .context import Context, message_file
from .decide import Association
from .gitdir import GitDir, of_message_file
from .ids import InvalidId, TicketId
from .live import ticket_uid
from .system import append, make_folders, os, read_file, write_file

UNTYPED = "/untyped"


class Message:
    """The message file of a commit that git prepares.

    `comment` is the string that begins its comments, None where no editor opens and everything is
    text; `untyped` is what it holds until somebody types, None likewise.
    """

    __slots__ = ("comment", "path", "text", "untyped")

    def __init__(self, path: str, source: str, context: Context) -> None:
        self.path = path
        self.text = read_file(path)
        self.comment: bytes | None = None
        self.untyped: bytes | None = None
        prepared = source in ("", "template")
        if prepared or context.environ.get(b"GIT_EDITOR") != b":":
            configured = context.settings.comment.encode()
            self.comment = trailer.comment_string(self.text, configured)
            self.untyped = self.text if prepared else b""

    def tickets(self, key: str) -> list[TicketId]:
        """The tickets that the message names already, typed or copied."""
        values = trailer.values(self.text, key, self.comment) if key else []
        return _valid([value.decode("ascii", "replace") for value in values])

    def put_in(self, git: GitDir, pairs: list[tuple[str, str]], once: tuple[str, ...]) -> bool:
        """Add trailers and note for commit-msg what was there; False where there is none to add.

        An empty message that no editor will fill stays empty, so that git refuses it as ever.
        """
        prepared = bool(self.untyped)
        changed, added = trailer.insert(self.text, pairs, self.comment, once, prepared=prepared)
        if not added or (self.comment is None and not self.text.strip()):
            if not _is_second_run(git, self.text):
                forget(git)
            return False
        if self.untyped is None:
            forget(git)
        else:
            remember(git, changed, self.untyped, added)
        if changed == self.text + added:
            self._append(added)
        else:
            mode = os.stat(self.path).st_mode & 0o777
            write_file(self.path, changed, mode=mode, durable=False)
        return True

    def _append(self, added: bytes) -> None:
        """Append all of `added` or nothing: half an id would be another ticket."""
        try:
            append(self.path, added)
        except OSError:
            os.truncate(self.path, len(self.text))
            raise


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
    message = Message(path, source, context)
    if git.has("SQUASH_MSG"):
        _tag_squash(context, message)
        return False
    association = context.association()
    if association.decision == decide.UNDECIDED:
        return _settle(context, message, association)
    if association.origin in {"session", "followed"}:
        _warn_of_branch(context, association)
    _tag(context, message, association)
    return False


def _settle(context: Context, message: Message, association: Association) -> bool:
    """Ask, where it may be asked and the message names no ticket; True on Ctrl-C."""
    named = message.tickets(context.settings.ticket_key)
    if named:
        forget(context.git)
        by_hand = Association(decide.ASSOCIATED, named[0], association.session)
        context.log(journal.TAGGED, by_hand, "by hand")
        return False
    from . import undecided

    association = undecided.settle(context, association, message.path)
    if association.origin == undecided.ABORTED:
        return True
    _tag(context, message, association)
    return False


def _tag(context: Context, message: Message, association: Association) -> None:
    """Add the trailers of the association, if it has any, and note what was done."""
    settings = context.settings
    if settings.uid_key and association.ticket and not association.uid:
        association.uid = ticket_uid(".", association.ticket)
    pairs = decide.trailers(
        association,
        ticket_key=settings.ticket_key,
        session_key=settings.session_key,
        uid_key=settings.uid_key,
        opt_out=settings.record_opt_out,
    )
    by_hand = message.tickets(settings.ticket_key)
    added = message.put_in(context.git, pairs, tuple(key for key, _ in pairs))
    if association.ticket:
        association.ticket = by_hand[0] if by_hand else association.ticket
        note = "by hand" if by_hand else "" if added else "already tagged"
        context.log(journal.TAGGED, association, note)
    elif association.decision == decide.OPTED_OUT:
        context.log(journal.UNTAGGED, association, "opted out")


def _tag_squash(context: Context, message: Message) -> None:
    """Tag the commit of a squash merge with every ticket of the squashed commits."""
    key = context.settings.ticket_key
    text = read_file(context.git.path + "/SQUASH_MSG")
    tickets = _valid(trailer.indented(text, key)) if key else []
    message.put_in(context.git, [(key, ticket) for ticket in tickets], ())
    session = context.association().session
    for ticket in tickets:
        squash = Association(decide.ASSOCIATED, ticket, session)
        context.log(journal.TAGGED, squash, "squash merge")


def _valid(texts: list[str]) -> list[TicketId]:
    """The ticket ids among `texts`."""
    found = []
    for text in texts:
        try:
            found.append(TicketId(text))
        except InvalidId:
            continue
    return found


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


def forget(git: GitDir) -> None:
    """Drop the note of this or an earlier commit."""
    try:
        os.unlink(git.state + UNTYPED)
    except OSError:
        return


def _is_second_run(git: GitDir, message: bytes) -> bool:
    """Whether the message is as we left it: both our file and pre-commit run this hook."""
    note = remembered(git)
    return note is not None and note[2] == message


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
