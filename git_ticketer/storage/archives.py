"""Archived sessions as files: `.tickets/PROJ-123/sessions/<date>-<agent>-<hash>.yaml`.

A long one goes on in `<name>.2.yaml` and so on. These are written first, so that the file that
counts them never counts one that is not there; killed at any point, what was there stays whole.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import make_folders, sync_folder, write_file
from git_ticketer.model.transcript import Entry, Header, Plan, Transcript
from git_ticketer.storage import transcript_text, yamlfile
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.tickets import FOLDER, PATIENCE, NoSuchTicket, make_shared, umask
from git_ticketer.storage.worktree import Worktree
from git_ticketer.storage.yamlfile import BadFile

SESSIONS, PLAN = "sessions", "plan-"
ROOM = 960_000
"""Bytes of transcript in one file: with its header it stays below the limit of the door."""

PIECE = 80_000
"""Characters of a text that does not fit: at most ten bytes each, escaped."""

KEPT = 1
"""The texts of so many files are kept in memory, not made anew."""

BODY = "\ntranscript:\n"
MAIN = re.compile(r"[a-z0-9-]{1,80}-([0-9a-f]{12})\.yaml")


class NoSuchSession(TicketerError):
    """No archived session has that id or a beginning like it."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, session: str) -> None:
        super().__init__(f"session {session}: not archived", hint="git ticket session list")
        self.session = session


class SeveralSessions(TicketerError):
    """The ids of several archived sessions begin so; `near` are they."""

    exit_code = ExitCode.DECISION_NEEDED

    def __init__(self, session: str, near: Iterable[str]) -> None:
        self.near = tuple(near)
        reason = f"several sessions begin with it: {', '.join(self.near)}"
        super().__init__(f"session {session}: {reason}", hint="git ticket session list")
        self.session = session


class MissingPart(BadFile):
    """A further file of a session is not there; what is in the others can still be read."""

    def __init__(self, path: str) -> None:
        super().__init__(path, 0, "missing", hint=f"git checkout -- {path}")


class Stored(NamedTuple):
    """An archive that is there: its header, and its path from the worktree's top."""

    header: Header
    path: str


class File(NamedTuple):
    """A file to be written, by its path from the worktree's top."""

    path: str
    text: str


def name_of(header: Header) -> str:
    """The name of an archive's file without its ending: the same whenever it is archived."""
    agent = re.sub(r"[^a-z0-9]+", "-", header.agent.split(" ")[0].lower()).strip("-") or "agent"
    return f"{header.started[:10] or 'undated'}-{agent[:30]}-{digest(header.id)}"


def digest(session: str) -> str:
    """What a session's file is found by: 12 hexadecimal digits."""
    import hashlib

    return hashlib.sha256(session.encode()).hexdigest()[:12]


class Parts(Sequence[File]):
    """The files of an archive, the main one first; the texts of many are made when asked for.

    `header` says how many they are, `size` how many bytes they have together.
    """

    def __init__(self, header: Header, entries: Iterable[Entry], name: str) -> None:
        self.bodies: list[list[Entry]] = []
        self.texts: list[str] = []
        self.size = 0
        for body, text in _bodies(entries):
            self.bodies.append(body)
            self.size += _size(text)
            if len(self.texts) < KEPT:
                self.texts.append(text)
        self.header = header._replace(parts=max(1, len(self.bodies)))
        self.start = f"{FOLDER}/{header.ticket}/{SESSIONS}/{name}"
        self.size += sum(len(self._head(number).encode()) for number in range(len(self)))

    def __len__(self) -> int:
        return self.header.parts

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        return File(part(self.start, index + 1), self._head(index) + self._body(index))

    def _head(self, index: int) -> str:
        header = self.header
        head = (
            transcript_text.part_head(header, index + 1) if index else transcript_text.head(header)
        )
        return f"{head}{BODY}" if self.bodies else head

    def _body(self, index: int) -> str:
        if not self.bodies or index < len(self.texts):
            return "".join(self.texts[index : index + 1])
        return "".join(map(transcript_text.entry_text, self.bodies[index]))


def files(header: Header, entries: Iterable[Entry], *, name: str = "") -> Parts:
    """The files of an archive; the same values give the same bytes."""
    return Parts(header, entries, name or name_of(header))


def part(start: str, number: int) -> str:
    """The path of a file of an archive whose paths begin with `start`; number 1 is the main one."""
    return f"{start}.yaml" if number == 1 else f"{start}.{number}.yaml"


def _bodies(entries: Iterable[Entry]) -> Iterator[tuple[list[Entry], str]]:
    """The entries of each file, with their text."""
    body: list[Entry] = []
    texts: list[str] = []
    size = 0
    for entry, text in _pieces(entries):
        length = _size(text)
        if body and size + length > ROOM:
            yield body, "".join(texts)
            body, texts, size = [], [], 0
        body.append(entry)
        texts.append(text)
        size += length
    if body:
        yield body, "".join(texts)


def _pieces(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each entry with its text; one that is too large for a file in pieces."""
    for entry in entries:
        text = transcript_text.entry_text(entry)
        if _size(text) <= ROOM:
            yield entry, text
            continue
        for start in range(0, len(entry.text), PIECE):
            piece = entry._replace(text=entry.text[start : start + PIECE], continues=start > 0)
            yield piece, transcript_text.entry_text(piece)


def _size(text: str) -> int:
    """Its size in bytes."""
    return len(text) if text.isascii() else len(text.encode())


class Archives:
    """The archived sessions in the work tree of `worktree`, or in another folder `top`."""

    def __init__(self, worktree: Worktree, *, top: str = "") -> None:
        self.top = top or worktree.top
        self.staging = worktree.dirs.state

    def paths(self, ticket: str = "*") -> list[Path]:
        """The main files of archives, by name; raises LeadsOutside."""
        folder = inside(self.top, FOLDER)
        found = sorted(folder.glob(f"{ticket}/{SESSIONS}/*.yaml"))
        return [path for path in found if MAIN.fullmatch(path.name)]

    def of_ticket(self, ticket: str) -> tuple[list[Stored], list[BadFile]]:
        """The archives under one ticket, oldest first, and the files that are none."""
        return self._read_all(self.paths(ticket))

    def all(self) -> tuple[list[Stored], list[BadFile]]:
        """Every archive, by ticket and time, and the files that are none."""
        return self._read_all(self.paths())

    def _read_all(self, paths: Iterable[Path]) -> tuple[list[Stored], list[BadFile]]:
        good, bad = [], []
        for path in paths:
            try:
                good.append(self.stored(self._relative(path)))
            except BadFile as error:
                bad.append(error)
            except LeadsOutside as error:
                bad.append(BadFile(self._relative(path), 0, error.message))
        return good, bad

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.top).as_posix()

    def stored(self, relative: str) -> Stored:
        """The archive in a file, without reading its transcript; raises BadFile, LeadsOutside."""
        data = self._bytes(relative)
        head = data.partition(BODY.encode())[0]
        return Stored(transcript_text.header_of(yamlfile.parse(head, relative)), relative)

    def find(self, session: str, ticket: str = "*") -> Stored | None:
        """The archive of the session with that id, in all tickets or one; raises BadFile."""
        folder = inside(self.top, FOLDER)
        for path in sorted(folder.glob(f"{ticket}/{SESSIONS}/*-{digest(session)}.yaml")):
            found = self.stored(self._relative(path))
            if found.header.id == session:
                return found
        return None

    def plans(self, ticket: str = "*") -> tuple[list[Plan], list[BadFile]]:
        """The planned sessions of a ticket or of all, oldest first, and the files that are none."""
        good, bad = [], []
        for path in sorted(inside(self.top, FOLDER).glob(f"{ticket}/{SESSIONS}/{PLAN}*.yaml")):
            relative = self._relative(path)
            uid = path.stem.removeprefix(PLAN)
            try:
                document = yamlfile.parse(self._bytes(relative), relative)
                good.append(transcript_text.plan_of(document, uid))
            except BadFile as error:
                bad.append(error)
        return sorted(good, key=lambda plan: plan.uid), bad

    def named(self, word: str) -> Stored:
        """The archive whose session id is `word`, or begins with it, or whose file is called so.

        Raises: NoSuchSession, SeveralSessions, BadFile.
        """
        if not word:
            raise NoSuchSession(word)
        if exact := self.find(word):
            return exact
        name = Path(word).name.removesuffix(".yaml")
        if not name:
            raise NoSuchSession(word)
        every = self.all()[0]
        begun = [stored for stored in every if stored.header.id.startswith(word)]
        found = begun or [stored for stored in every if name in stored.path]
        ids = sorted({stored.header.id for stored in found})
        if not ids:
            raise NoSuchSession(word)
        if len(ids) > 1:
            raise SeveralSessions(word, ids)
        return found[0]

    def read(self, stored: Stored) -> Transcript:
        """The whole archive; raises what `entries` raises."""
        return Transcript(stored.header, tuple(transcript_text.joined(self.entries(stored))))

    def entries(self, stored: Stored) -> Iterator[Entry]:
        """The entries as they lie in the files: one that did not fit is several of them.

        Raises: BadFile, also where a part is another's; MissingPart, after all that is there.
        """
        start, missing = stored.path.removesuffix(".yaml"), ""
        for number in range(1, stored.header.parts + 1):
            relative = part(start, number)
            if number > 1 and not os.path.lexists(inside(self.top, relative)):
                missing = missing or relative
                continue
            document = yamlfile.parse(self._bytes(relative), relative)
            values = document.value
            if isinstance(values, dict) and values.get("id") != stored.header.id:
                raise document.error(("id",), f"not a part of session {stored.header.id}")
            yield from transcript_text.entries_of(document)
        if missing:
            raise MissingPart(missing)

    def _bytes(self, relative: str) -> bytes:
        return yamlfile.read_bytes(inside(self.top, relative), relative)

    def write(self, header: Header, wanted: Sequence[File]) -> list[str]:
        """Put an archive's files in the work tree, the main one last; on disk when this returns.

        Further files of a longer version are taken away after that. Returns the paths that
        changed, none where all was there already. Raises:
        NoSuchTicket, LeadsOutside, OSError, and BadFile where a text is not read back.
        """
        folder = inside(self.top, f"{FOLDER}/{header.ticket}")
        if not folder.is_dir():
            raise NoSuchTicket(header.ticket)
        with Lock(str(folder), PATIENCE, folder=True):
            written = [file.path for file in reversed(wanted) if self._write(file)]
            return written + self._remove_surplus(wanted[0].path, len(wanted))

    def _write(self, file: File) -> bool:
        path, data = inside(self.top, file.path), file.text.encode()
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        if not path.parent.is_dir():
            make_shared(path.parent)
            sync_folder(str(path.parent.parent))
        make_folders(self.staging)
        write_file(str(path), data, mode=0o666 & ~umask(), staging=self.staging)
        return True

    def _remove_surplus(self, main: str, parts: int) -> list[str]:
        """Take away the files that a longer version of an archive of `parts` files went on in."""
        path = inside(self.top, main)
        numbered = re.compile(rf"{re.escape(path.stem)}\.([1-9][0-9]*)\.yaml")
        gone = []
        for name in sorted(os.listdir(path.parent)):
            found = numbered.fullmatch(name)
            if found and int(found[1]) > parts:
                (path.parent / name).unlink()
                gone.append(self._relative(path.parent / name))
        if gone:
            sync_folder(str(path.parent))
        return gone


def waiting(worktree: Worktree) -> Archives:
    """The spool: archives that wait in the git dir until their user files them."""
    return Archives(worktree, top=f"{worktree.dirs.shared}/pending")


def check(header: Header, entries: Iterable[Entry], wanted: Sequence[File]) -> None:
    """Read the texts back before they land; raises BadFile where that gives something else."""

    def back() -> Iterator[Entry]:
        for number, file in enumerate(wanted):
            document = yamlfile.parse(file.text.encode(), file.path)
            if not number and transcript_text.header_of(document) != written:
                raise BadFile(file.path, 0, "the header is not read back as it was written")
            yield from transcript_text.entries_of(document)

    written = header._replace(parts=len(wanted))
    for old, new in zip_longest(entries, transcript_text.joined(back())):
        if old != new:
            reason = "the transcript is not read back as it was written"
            raise BadFile(wanted[0].path, 0, reason)
