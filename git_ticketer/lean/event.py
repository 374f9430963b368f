"""The hook events: read what is there, let `decide` choose, act at the edge.

A hook may only tag, ask or leave alone. Whatever goes wrong here ends in one line and exit 0,
because git must not be blocked by us; ABORT is returned only where the person or the team's
`require` setting said no. The shims in `hooks/` turn ABORT into exit 1 and anything else into 0.
"""

from . import decide, journal, trailer
from .decide import Association
from .gitdir import GitDir, of_message_file
from .ids import InvalidId, TicketId
from .live import Live
from .system import exists, make_folders, os, read_file, write_file

ABORT = 10
UNTYPED = "/untyped"


class Context(Live):
    """The live state as a hook sees it: what cannot be read or stored is one line, no more."""

    __slots__ = ("event",)

    def __init__(self, event: str, git: GitDir, environ: dict[bytes, bytes]) -> None:
        self.event = event
        announced = problem = None
        try:
            announced = decide.announced(environ)
        except InvalidId as error:
            problem = error
        super().__init__(git, environ, announced)
        if problem:
            self.trouble(f"{problem}; the environment's session is ignored")
        if self.settings.problems:
            self._replace_settings()

    def trouble(self, text: str) -> None:
        """Report and log that something of ours went wrong."""
        from . import report

        report.trouble(self.git.shared, self.event, text)

    def _replace_settings(self) -> None:
        """Have a broken settings snapshot kept aside and written anew."""
        from . import undecided

        self.trouble(f"the settings snapshot is broken ({self.settings.problems[0]}); written anew")
        undecided.refresh(self)

    def association(self) -> Association:
        """The association in force; a GIT_TICKET that is no id leaves the work undecided."""
        try:
            return super().association()
        except InvalidId as problem:
            self.trouble(f"GIT_TICKET is {problem}; this commit is not tagged")
            return Association(decide.UNDECIDED, origin="environment")

    def renew(self) -> None:
        """Record activity, which starts a session on first use and ends an idle one."""
        if not self.store.needs_renewal(self.now):
            return
        from . import session_change

        corrupt = self.store.corrupt
        try:
            session_change.renew(self.store, self.now)
        except OSError as error:
            self.trouble(f"the session could not be stored: {error}")
        for broken in corrupt:
            self.trouble(f"{broken}; moved aside, the session starts anew")

    def log(self, kind: str, association: Association, note: str = "") -> None:
        """Write a line of the journal; without it the commit is made all the same."""
        try:
            self.record(kind, association, note)
        except OSError as error:
            self.trouble(f"the journal could not be written: {error}")


def main(argv: list[str], environ: dict[bytes, bytes]) -> int:
    """Run the hook event `argv[0]`; return 0, or ABORT to stop git."""
    event, arguments = argv[0] if argv else "", argv[1:]
    try:
        if event == "prepare-commit-msg":
            return prepare_commit_msg(arguments, environ)
        if event == "commit-msg":
            from . import commit_msg

            return commit_msg.run(arguments, environ)
        if event == "post-checkout":
            from . import post_checkout

            return post_checkout.run(arguments, environ)
        raise ValueError(f"unknown hook event {event!a}")
    except KeyboardInterrupt:
        return ABORT
    except Exception as error:  # noqa: BLE001 - the boundary: git is not blocked by our bugs
        from . import report

        folder = arguments[0].rpartition("/")[0] if arguments else ""
        shared = GitDir(folder).shared if exists(folder + "/HEAD") else None
        report.trouble(shared, event, f"left this alone: {report.describe(error)}")
        return 0


def message_file(arguments: list[str], environ: dict[bytes, bytes]) -> str:
    """The path of the message file; pre-commit may call a hook without it (its `files:` filter).

    Raises: OSError where no git dir is found.
    """
    if arguments:
        return arguments[0]
    from .gitdir import of_folder

    return of_folder(".", environ).path + "/COMMIT_EDITMSG"


def prepare_commit_msg(arguments: list[str], environ: dict[bytes, bytes]) -> int:
    """Tag a new commit with its ticket; leave every replayed one as it was."""
    path = message_file(arguments, environ)
    variable = environ.get(b"PRE_COMMIT_COMMIT_MSG_SOURCE", b"").decode("ascii", "replace")
    source = arguments[1] if len(arguments) > 1 else variable
    git = of_message_file(path)
    if source in ("merge", "commit") or git.has("MERGE_MSG"):
        return 0
    context = Context("prepare-commit-msg", git, environ)
    context.renew()
    message = read_file(path)
    squashed = git.has("SQUASH_MSG")
    edited = source in ("", "template") or environ.get(b"GIT_EDITOR") != b":"
    comment = None
    if edited or squashed:
        comment = trailer.comment_string(message, context.settings.comment.encode())
    if squashed:
        return _tag_squash(context, path, message, comment)
    association = context.association()
    if association.decision == decide.UNDECIDED:
        from . import undecided

        association = undecided.settle(context, association, path)
        if association.origin == undecided.ABORTED:
            return ABORT
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
    added = _insert(context, path, message, pairs, comment, once, keep=source in ("", "template"))
    if association.ticket:
        context.log(journal.TAGGED, association, "" if added else "already tagged")
    elif association.decision == decide.OPTED_OUT:
        context.log(journal.UNTAGGED, association, "opted out")
    return 0


def _tag_squash(context: Context, path: str, message: bytes, comment: bytes | None) -> int:
    """Tag the commit of a squash merge with every ticket of the squashed commits."""
    key = context.settings.ticket_key
    text = read_file(context.git.path + "/SQUASH_MSG")
    tickets = []
    for value in trailer.indented(text, key) if key else []:
        try:
            tickets.append(TicketId(value))
        except InvalidId:
            continue
    _insert(context, path, message, [(key, t) for t in tickets], comment, (), keep=False)
    for ticket in tickets:
        squash = Association(decide.ASSOCIATED, ticket, context.association().session)
        context.log(journal.TAGGED, squash, "squash merge")
    return 0


def _insert(
    context: Context,
    path: str,
    message: bytes,
    pairs: list[tuple[str, str]],
    comment: bytes | None,
    once: tuple[str, ...],
    *,
    keep: bool,
) -> bool:
    """Put trailers into the message file; `keep` remembers what was there for commit-msg.

    An empty message that no editor will fill stays empty, so that git refuses it as ever.
    """
    changed, added = trailer.insert(message, pairs, comment, once)
    if not added or (comment is None and not message.strip()):
        forget(context.git)
        return False
    if keep:
        remember(context.git, message, added)
    else:
        forget(context.git)
    write_file(path, changed, mode=os.stat(path).st_mode & 0o777, durable=False)
    return True


def remember(git: GitDir, message: bytes, added: bytes) -> None:
    """Note for commit-msg the message that git prepared and what we put in."""
    make_folders(git.state)
    write_file(git.state + UNTYPED, b"%d\n" % len(added) + added + message, durable=False)


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
