"""The timeline of a ticket: what happened to it, and the commits that were made for it.

Which commits are its own: by the uid in a trailer, then by its id, then by an id it once had, if
no other ticket has that now.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from git_ticketer.errors import TicketerError
from git_ticketer.lean.clock import from_text
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.changes import FieldChange, changes
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.ops import lookup, queries, why_commits
from git_ticketer.ops.workspace import Workspace
from git_ticketer.storage import commits_read
from git_ticketer.storage.cache_rows import Rows
from git_ticketer.storage.cache_sql import Progress
from git_ticketer.storage.commits_edits import Difference, blob_of, differences
from git_ticketer.storage.commits_read import FILE, FOLDER, Edit
from git_ticketer.storage.commits_sql import BODY, MENTION, TRAILER, UID
from git_ticketer.storage.yamlfile import BadFile

if TYPE_CHECKING:
    from git_ticketer.ops.session_list import Listed
    from git_ticketer.storage.commits import Commits, Made

CREATED, CHANGED, REMOVED, PROBLEM = "created", "changed", "removed", "problem"
COMMENTS, REVERTS = "comments", "reverts"
SESSION, COMMIT, MERGE, REVERT, PICK = "session", "commit", "merge", "revert", "cherry-pick"
STRENGTH = (UID, TRAILER, BODY, MENTION)


class CutOff(TicketerError):
    """The clone is shallow, so that there may be more to tell."""

    def __init__(self) -> None:
        reason = "this clone is shallow, what is older is not in it"
        super().__init__(reason, hint="git fetch --unshallow")


class Entry(NamedTuple):
    """Something that happened; texts that do not apply are empty.

    `at` is in epoch seconds, 0 where nothing tells when.
    `kind` is one of the names above, or a comment's kind. `evidence` says how a commit names the
    ticket: `trailer`, `body` (weak) or `mention`. `merge` is the commit that brought it to the
    default branch, `of` the commit that it reverts or picks. `state` and `ticket` are a session's.
    `committed` is whether git has it.
    """

    kind: str
    at: int
    author: str = ""
    text: str = ""
    commit: str = ""
    evidence: str = ""
    sessions: tuple[str, ...] = ()
    merge: str = ""
    of: str = ""
    state: str = ""
    ticket: str = ""
    changes: tuple[FieldChange, ...] = ()
    committed: bool = True


class Log(NamedTuple):
    """A timeline, oldest first; `mentions` are of commits and sessions of other tickets.

    `title` is empty where the work tree does not have the ticket.
    """

    ticket: TicketId
    title: str
    entries: tuple[Entry, ...]
    mentions: tuple[Entry, ...] = ()
    problems: tuple[TicketerError, ...] = ()


def log(workspace: Workspace, word: str | None, progress: Progress = queries.nothing) -> Log:
    """The timeline of the ticket that a word means.

    `progress` is told how many of how many commits were read, where any have to be.
    A ticket that the work tree does not have, such as another tracker's, has its commits.
    Raises: BadId, NoCurrentTicket, and NoSuchTicket where nothing tells of it.
    """
    from git_ticketer.storage import commits  # SQLite, for those who ask only

    # This may take long, and open rows would make others wait who write to the cache.
    table = commits.open(workspace.worktree, workspace.live.settings, progress)
    with closing(table), queries.rows(workspace, deep=True) as rows:
        return _Reader(workspace, rows, table, lookup.named(workspace, word)).log()


class _Reader:
    """Reads the timeline of one ticket."""

    def __init__(self, workspace: Workspace, rows: Rows, table: "Commits", id: TicketId) -> None:
        self.worktree = workspace.worktree
        self.workspace = workspace
        self.rows = rows
        self.table = table
        self.problems: list[TicketerError] = []
        self.missing: TicketerError | None = None
        self.ticket = rows.ticket(id) or self._elsewhere(id)
        self.id = self.ticket.id if self.ticket else id

    def _elsewhere(self, id: TicketId) -> Ticket | None:
        """A ticket by a former id; None where it is broken or not in the work tree."""
        from git_ticketer.storage.tickets import NoSuchTicket

        try:
            return lookup.find(self.workspace, id).ticket
        except NoSuchTicket as error:
            self.missing = error
        except BadFile as error:
            self.problems.append(error)
        return None

    def log(self) -> Log:
        own, mentions = self._commits()
        if why_commits.shallow(self.worktree.dirs.common):
            self.problems.append(CutOff())
        edits = self.table.edits([self.id, *(self.ticket.aliases if self.ticket else ())])
        entries = [*self._edits([one for one in edits if one[1].name == FILE]), *own]
        if self.missing and not entries and not mentions:
            raise self.missing
        kept = {edit.name: edit.new for _, edit in edits if edit.ticket == self.id}
        entries += [*self._uncommitted(kept, entries), *self._comments(kept)]
        sessions, more = self._sessions(kept)
        title = self.ticket.title if self.ticket else ""
        both = (_sorted([*entries, *sessions]), _sorted([*mentions, *more]))
        return Log(self.id, title, *both, problems=tuple(self.problems))

    def _former(self) -> list[str]:
        """The ids that the ticket had and that no other ticket has now."""
        aliases = self.ticket.aliases if self.ticket else ()
        return [alias for alias in aliases if self.rows.find(alias) is None]

    def _commits(self) -> tuple[list[Entry], list[Entry]]:
        """The commits of the ticket with what came of them, and those that only mention it."""
        uid = self.ticket.uid if self.ticket else ""
        found: dict[Made, str] = {}
        words = [self.id, *self._former(), *([uid] if uid else [])]
        for made, _, evidence in self.table.naming(words):
            strongest = min(found.get(made, MENTION), evidence, key=STRENGTH.index)
            found[made] = strongest
        others = [m for m, e in found.items() if e == TRAILER and _is_of_another(m, uid)]
        own = {m: e for m, e in found.items() if m not in others}
        entries = [_commit(m, e) for m, e in own.items() if e != MENTION or m.parents > 1]
        mentions = [_commit(m, e) for m, e in own.items() if e == MENTION and m.parents < 2]
        return self._with_descendants(entries), mentions

    def _with_descendants(self, entries: list[Entry]) -> list[Entry]:
        """The commits with the merges that brought them, and all reverts and cherry-picks of both.

        These are looked for again among themselves: what reverts a revert brings work back.
        """
        found: dict[str, Entry] = {}
        fresh = {entry.commit: entry for entry in entries}
        while fresh:
            found |= fresh
            more = self._merges(fresh.values())
            for made, kind, original in self.table.made_from([*fresh, *more]):
                what = REVERT if kind == REVERTS else PICK
                entry = found.get(made.name) or more.get(made.name) or _commit(made, "")
                more[made.name] = entry._replace(kind=what, of=original)
            found |= {name: entry for name, entry in more.items() if name in found}
            fresh = {name: entry for name, entry in more.items() if name not in found}
        return list(found.values())

    def _merges(self, entries: Iterable[Entry]) -> dict[str, Entry]:
        """The merges that brought some commits to the default branch."""
        names = sorted({entry.merge for entry in entries} - {""})
        return {name: _commit(made, "") for name, made in self.table.named(names).items()}

    def _edits(self, edits: "list[tuple[Made, Edit]]") -> Iterator[Entry]:
        """What commits changed in the ticket's file, under any id it had."""
        pairs = [(edit.old, edit.new) for _, edit in edits]
        found = differences(self.worktree.git, self.table, pairs)
        groups: dict[Made, list[tuple[str, Difference]]] = {}
        seen: set[tuple[str, str]] = set()
        last = ""
        for made, edit in edits:
            pair = (edit.old, edit.new)
            if pair in seen and edit.old != last:
                continue  # the same change again, on another branch
            seen.add(pair)
            last = edit.new
            groups.setdefault(made, []).append((edit.ticket, found[pair]))
        created = False
        for made, group in groups.items():
            for entry in self._group(made, group):
                if entry.kind != CREATED or not created:
                    yield entry
                created = created or entry.kind == CREATED

    def _group(self, made: "Made", group: list[tuple[str, Difference]]) -> Iterator[Entry]:
        """What one commit changed."""
        bare = Entry(CHANGED, made.at, made.author, commit=made.name)
        uid = self.ticket.uid if self.ticket else ""
        came = [id for id, one in group if _is(one.after, uid) and not _is(one.before, uid)]
        went = [id for id, one in group if _is(one.before, uid) and not _is(one.after, uid)]
        broken = [id for id, one in group if one.problem]
        for id, one in group:
            if one.problem and id == self.id:
                yield bare._replace(kind=PROBLEM, text=one.problem)
            elif one.changes and _is(one.after, uid) and _is(one.before, uid):
                yield bare._replace(changes=one.changes)
        if came and went:
            yield bare._replace(changes=(FieldChange("id", went[0], came[0]),))
        elif came:
            yield self._created(bare)
        elif went and not broken:
            yield bare._replace(kind=REMOVED)

    def _created(self, bare: Entry) -> Entry:
        """The entry for the creation: as the ticket's file has it, else as the commit."""
        if not self.ticket:
            return bare._replace(kind=CREATED)
        at = _seconds(self.ticket.created) or bare.at
        return bare._replace(kind=CREATED, at=at, author=self.ticket.created_by or bare.author)

    def _uncommitted(self, kept: dict[str, str], entries: list[Entry]) -> list[Entry]:
        """What is different in the work tree's file; `kept` is what commits left last."""
        if not self.ticket:
            return []
        blob = blob_of(self.rows, self.id)
        if kept.get(FILE) == blob:  # as the newest commit has it
            return []
        folder = f"{FOLDER}/{self.id}/"
        head = (
            commits_read.files(self.worktree.git, "HEAD", folder).get(folder + FILE) if kept else ""
        )
        if head:
            return [] if head == blob else self._unsaved(head)
        if any(entry.kind == CREATED for entry in entries):  # on another branch
            return []
        return [self._created(Entry(CREATED, self.workspace.live.now, committed=False))]

    def _unsaved(self, blob: str) -> list[Entry]:
        from git_ticketer.storage import refs, schema, yamlfile

        bare = Entry(CHANGED, self.workspace.live.now, committed=False)
        assert self.ticket
        try:
            data = refs.contents(self.worktree.git, [blob]).get(blob, b"")
            before = schema.ticket(yamlfile.parse(data, FILE))
        except BadFile as error:
            return [bare._replace(text=f"as committed: {error.message}")]
        found = tuple(changes(before, self.ticket))
        return [bare._replace(changes=found)] if found else []

    def _comments(self, kept: dict[str, str]) -> list[Entry]:
        every, broken = self.rows.comments(self.id)
        self.problems += broken
        uid = self.ticket.uid if self.ticket else ""
        return [
            _comment(one, committed=bool(kept.get(f"{COMMENTS}/{one.uid}.yaml")))
            for one in every
            if not uid or one.ticket_uid in ("", uid)
        ]

    def _sessions(self, kept: dict[str, str]) -> tuple[list[Entry], list[Entry]]:
        """The archived and planned sessions of the ticket, and those that mention it."""
        aliases = self.ticket.aliases if self.ticket else ()
        if not any(map(self.rows.has_sessions, (self.id, *aliases))):
            return [], []
        from git_ticketer.ops import session_list

        found = session_list.of_rows(self.workspace, self.rows, self.id)
        self.problems += found.broken
        own, more = (
            [
                _session(one, committed=self._is_kept(one.path, kept))
                for one in several
                if one.state != session_list.ACTIVE
            ]
            for several in (found.listed, found.mentioned)
        )
        return own, more

    def _is_kept(self, path: str, kept: dict[str, str]) -> bool:
        """Whether commits have a file; one of another ticket is taken to be committed."""
        folder = f"{FOLDER}/{self.id}/"
        return not path.startswith(folder) or bool(kept.get(path.removeprefix(folder)))


def _is(found: str, uid: str) -> bool:
    """Whether a uid is the ticket's; of a ticket that is not known, any is."""
    return bool(found) and (not uid or found == uid)


def _is_of_another(made: "Made", uid: str) -> bool:
    """Whether uids name every ticket of a commit, and not this one."""
    return bool(uid) and len(made.uids) >= max(1, made.tickets)


def _seconds(text: str) -> int:
    """The seconds of a time in a file; 0 where it is none."""
    try:
        return from_text(text)
    except ValueError:
        return 0


def _commit(made: "Made", evidence: str) -> Entry:
    return Entry(
        MERGE if made.parents > 1 else COMMIT,
        made.at,
        made.author,
        made.subject,
        made.name,
        TRAILER if evidence == UID else evidence,
        made.sessions,
        made.merge,
    )


def _comment(one: Comment, *, committed: bool) -> Entry:
    sessions = (one.session,) if one.session else ()
    at = _seconds(one.created)
    return Entry(one.kind, at, one.author, one.text, sessions=sessions, committed=committed)


def _session(one: "Listed", *, committed: bool) -> Entry:
    at = _seconds(one.started or one.ended)
    return Entry(
        SESSION,
        at,
        one.agent,
        one.title,
        sessions=(one.id,),
        state=one.state,
        ticket=one.ticket,
        committed=committed,
    )


def _sorted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By time; what is not committed is the last of its second."""
    return tuple(sorted(entries, key=lambda entry: (entry.at, not entry.committed)))
