"""The tickets of one worktree: `.tickets/PROJ-123/ticket.yaml` and its comments, as files.

Files are the truth. A change is made under a lock on the ticket's folder: read, edit, read back,
rename. Nothing is deleted. Temporary files lie in the git dir, where `git add` does not see them.
"""

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, sync_folder, write_file
from git_ticketer.model.ticket import Comment, Ticket
from git_ticketer.storage import schema, yamlfile, yamltext
from git_ticketer.storage.inside import inside
from git_ticketer.storage.worktree import Worktree
from git_ticketer.storage.yamlfile import BadFile, Document, Value

FOLDER = ".tickets"
FILE = "ticket.yaml"
COMMENTS = "comments"
PATIENCE = 20.0


class NoSuchTicket(TicketerError):
    """A ticket that is not in the work tree; `near` are ids that may have been meant."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, id: str, near: tuple[str, ...] = (), *, hint: str = "") -> None:
        close = f" (did you mean {', '.join(near)}?)" if near else ""
        super().__init__(f"there is no ticket {id}{close}", hint=hint or "git ticket list")
        self.id = id
        self.near = near


class WrongFolder(BadFile):
    """A ticket whose folder is not named by its id."""

    def __init__(self, path: str, line: int, name: str, id: str) -> None:
        super().__init__(
            path,
            line,
            f"the folder is {name}, the id is {id}",
            hint=f"git ticket renumber {id}",
        )


class ChangedMeanwhile(TicketerError):
    """A ticket that somebody else changed while it was in the editor."""

    def __init__(self, id: str) -> None:
        path = f"{FOLDER}/{id}/{FILE}"
        super().__init__(f"{path} was changed by somebody else meanwhile", hint=f"git diff {path}")
        self.id = id


class OtherUid(BadFile):
    """An edit that would make another ticket of this one."""

    def __init__(self, path: str, line: int) -> None:
        super().__init__(path, line, "the uid of a ticket never changes")


class Stored(NamedTuple):
    """A ticket with the document it was read from."""

    document: Document
    ticket: Ticket


class Change(NamedTuple):
    """A ticket before and after an edit; `path` is relative to the worktree's top.

    `written` is whether any byte of the file changed.
    """

    before: Ticket
    after: Ticket
    path: str
    written: bool = True


class Tickets:
    """The tickets in the work tree of `worktree`."""

    def __init__(self, worktree: Worktree) -> None:
        self.top = worktree.top
        self.staging = worktree.dirs.state

    def folder(self, id: str) -> Path:
        """The folder of a ticket, inside the work tree; raises LeadsOutside."""
        return inside(self.top, f"{FOLDER}/{id}")

    def has(self, id: str) -> bool:
        """Whether the work tree has a ticket of that id; raises LeadsOutside."""
        return inside(self.top, f"{FOLDER}/{id}/{FILE}").exists()

    def names(self) -> list[TicketId]:
        """The ids that folders are named by, sorted; raises LeadsOutside."""
        found = []
        try:
            entries = list(os.scandir(inside(self.top, FOLDER)))
        except FileNotFoundError:
            return []
        for entry in entries:
            try:
                id = TicketId(entry.name)
            except InvalidId:
                continue
            if id == entry.name and os.path.lexists(f"{entry.path}/{FILE}"):
                found.append(id)
        return sorted(found, key=order)

    def read(self, id: str) -> Stored:
        """The ticket `id`; raises NoSuchTicket, BadFile, LeadsOutside."""
        path = inside(self.top, f"{FOLDER}/{id}/{FILE}")
        if not path.exists():
            raise NoSuchTicket(id)
        document = self._document(path, f"{FOLDER}/{id}/{FILE}")
        return Stored(document, checked(document, id))

    def create(self, ticket: Ticket) -> str:
        """Write a new ticket and return its path; raises FileExistsError where the id is taken."""
        relative = f"{FOLDER}/{ticket.id}/{FILE}"
        folder = self.folder(ticket.id)
        make_shared(folder.parent)
        text = yamltext.dump(schema.ticket_values(ticket))
        checked(yamlfile.parse(text.encode(), relative), ticket.id)
        folder.mkdir()
        sync_folder(str(folder.parent))
        self._write(relative, text)
        return relative

    def change(self, id: str, alter: Callable[[Document, Ticket], Document]) -> Change:
        """Edit the ticket `id` under its lock; on disk when this returns.

        `alter` gets what is on disk and returns what shall be; unchanged, nothing is written.
        Raises: what `read` and `alter` raise, OSError (StateLocked included).
        """
        folder = self.folder(id)
        if not folder.is_dir():
            raise NoSuchTicket(id)
        with Lock(str(folder), PATIENCE, folder=True):
            before = self.read(id)
            after = alter(before.document, before.ticket)
            ticket = checked(after, id)
            if after.text != before.document.text:
                self._write(after.path, after.mark + after.text)
        return Change(before.ticket, ticket, after.path, after.text != before.document.text)

    def text(self, id: str) -> str:
        """The text of a ticket's file as it is, valid or not; raises NoSuchTicket, BadFile."""
        path = inside(self.top, f"{FOLDER}/{id}/{FILE}")
        if not path.exists():
            raise NoSuchTicket(id)
        data = yamlfile.read_bytes(path, f"{FOLDER}/{id}/{FILE}")
        return data.decode("utf-8", "surrogateescape")

    def replace(self, id: str, old: str, new: str) -> Change:
        """Put the text `new` in place of `old`, if it is a valid ticket of the same id and uid.

        Raises: ChangedMeanwhile, NoSuchTicket, BadFile, OSError.
        """
        relative = f"{FOLDER}/{id}/{FILE}"
        document = yamlfile.parse(new.encode("utf-8", "surrogateescape"), relative)
        after = checked(document, id)
        with Lock(str(self.folder(id)), PATIENCE, folder=True):
            if self.text(id) != old:
                raise ChangedMeanwhile(id)
            before = self._before(relative, old, id) or after
            if before.uid != after.uid:
                raise OtherUid(relative, document.lines[("uid",)])
            if new != old:
                self._write(relative, new)
        return Change(before, after, relative, new != old)

    def _before(self, relative: str, text: str, id: str) -> Ticket | None:
        """The ticket in a text; None where it was broken and is mended by what comes."""
        try:
            data = text.encode("utf-8", "surrogateescape")
            return checked(yamlfile.parse(data, relative), id)
        except BadFile:
            return None

    def add_comment(self, comment: Comment) -> str:
        """Write a comment's file and return its path; raises NoSuchTicket, OSError."""
        return self.add_file(comment.ticket, COMMENTS, comment.uid, schema.comment_values(comment))

    def add_file(self, id: str, kind: str, name: str, values: Mapping[str, Value]) -> str:
        """Write the new file `kind/name.yaml` of a ticket and return its path."""
        if not self.has(id):
            raise NoSuchTicket(id)
        relative = f"{FOLDER}/{id}/{kind}/{name}.yaml"
        folder = inside(self.top, relative).parent
        text = yamltext.dump(values)
        if yamlfile.parse(text.encode(), relative).value != values:
            raise BadFile(relative, 0, "what was written is not read back")
        make_shared(folder)
        sync_folder(str(folder.parent))
        self._write(relative, text)
        return relative

    def comments(self, id: str) -> tuple[list[Comment], list[BadFile]]:
        """The comments of a ticket, oldest first, and the files that are none."""
        good, bad = [], []
        for path in self._files(id, COMMENTS):
            relative = f"{FOLDER}/{id}/{COMMENTS}/{path.name}"
            try:
                good.append(schema.comment(self._document(path, relative), path.stem))
            except BadFile as error:
                bad.append(error)
        return good, bad

    def _document(self, path: Path, shown: str) -> Document:
        return yamlfile.parse(yamlfile.read_bytes(path, shown), shown)

    def _files(self, id: str, kind: str) -> list[Path]:
        folder = inside(self.top, f"{FOLDER}/{id}/{kind}")
        return sorted(folder.glob("*.yaml")) if folder.is_dir() else []

    def _write(self, relative: str, text: str) -> None:
        path, mode = inside(self.top, relative), 0o666 & ~umask()
        write_file(str(path), text.encode("utf-8"), mode=mode, staging=self._staging())

    def _staging(self) -> str:
        """Where temporary files go; beside the file itself where the git dir is read-only."""
        try:
            make_folders(self.staging)
        except OSError:
            return ""
        return self.staging if os.access(self.staging, os.W_OK) else ""


def order(id: TicketId) -> tuple[str, int, str]:
    """What ids are sorted by: prefix, then number."""
    return id.prefix, len(id), id


def checked(document: Document, name: str) -> Ticket:
    """The ticket in a document whose folder is called `name`; raises BadFile, WrongFolder."""
    ticket = schema.ticket(document)
    if ticket.id != name:
        raise WrongFolder(document.path, document.lines.get(("id",), 0), name, ticket.id)
    return ticket


def make_shared(folder: Path) -> None:
    """Create a folder of the work tree and those above it, with the user's own mode."""
    folder.mkdir(mode=0o777, parents=True, exist_ok=True)


@functools.cache
def umask() -> int:
    """The process's file mode mask, which can only be read by setting it.

    Once: two threads at it at the same time could leave the other's.
    """
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
