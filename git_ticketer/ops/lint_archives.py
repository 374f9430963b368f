"""What `git ticket lint` finds in archived and planned sessions: one file at a time is held."""

import re
from collections.abc import Iterable, Iterator

from git_ticketer.lean import clock
from git_ticketer.model.ticket import Comment
from git_ticketer.model.transcript import Header
from git_ticketer.model.ulid import is_ulid
from git_ticketer.ops.lint_checks import SHOWN, WARNING, Known, Note, owner_notes
from git_ticketer.ops.lint_files import SESSION, Found
from git_ticketer.storage import archives, transcript_text, yamlfile
from git_ticketer.storage.archives import MAIN, PLAN
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.yamlfile import BadFile, Document

FILE = re.compile(r"(.*-([0-9a-f]{12}))(?:\.([0-9]+))?\.yaml")


class SessionFiles:
    """The files of sessions in the worktree at `top`, known by their names alone."""

    def __init__(self, top: str, files: Iterable[Found]) -> None:
        self.top = top
        self.paths = {file.path for file in files if file.kind == SESSION}
        self.archives: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            match = MAIN.fullmatch(_name(path))
            if match:
                self.archives.setdefault(match[1], []).append(path)
        self._counts: dict[str, int] = {}
        self._plans: dict[str, tuple[str, str]] = {}

    def has(self, session: str) -> bool:
        """Whether a session is archived."""
        return archives.digest(session) in self.archives

    def fulfils(self, path: str, header: Header) -> Iterator[Note]:
        """Whether another session that was looked at is the same planned one."""
        session, first = self._plans.setdefault(header.plan, (header.id, path))
        if header.plan and session != header.id:
            reason = f"it is the planned session that {first} is"
            yield Note(("plan",), "plan", reason, WARNING)

    def count(self, path: str, document: Document) -> None:
        """Count the entries of an archive or a part; raises BadFile."""
        entries = transcript_text.entries_of(document)
        self._counts[path] = sum(not entry.continues for entry in entries)

    def total(self, path: str, parts: Iterable[str]) -> int | None:
        """How many entries an archive has that was counted, with its parts.

        None where one is broken; these may not have been looked at, or not be chosen.
        """
        try:
            return self._counts[path] + sum(map(self._count_in, parts))
        except (BadFile, LeadsOutside):
            return None

    def _count_in(self, path: str) -> int:
        if path not in self._counts:
            data = yamlfile.read_bytes(inside(self.top, path), path)
            self.count(path, yamlfile.parse(data, path))
        return self._counts[path]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def session_notes(
    file: Found, document: Document, known: Known, files: SessionFiles
) -> Iterator[Note]:
    """What is not right in a file of a session; raises BadFile where it is none."""
    values = document.value if isinstance(document.value, dict) else {}
    yield from owner_notes(values.get("ticket_uid", ""), file.folder, known)
    yield from _ticket(str(values.get("ticket", "")), file.folder)
    name = _name(file.path)
    match = FILE.fullmatch(name)
    if name.startswith(PLAN):
        yield from _plan(name, document)
    elif match and match[3]:
        files.count(file.path, document)
        yield from _part(file.path, match, values, files)
    else:
        yield from _archive(file.path, document, files)


def _ticket(ticket: str, folder: str) -> Iterator[Note]:
    if ticket != folder:
        yield Note(("ticket",), "session", f"it says {ticket[:40]!a}, the ticket is {folder}")


def _plan(name: str, document: Document) -> Iterator[Note]:
    uid = name.removeprefix(PLAN).removesuffix(".yaml")
    plan = transcript_text.plan_of(document, uid)
    if not is_ulid(uid):
        yield Note((), "file-name", "a planned session's file is named plan-<ULID>.yaml")
    yield from _times({"created": plan.created})


def _part(
    path: str, match: re.Match[str], values: dict[str, yamlfile.Value], files: SessionFiles
) -> Iterator[Note]:
    if archives.digest(str(values.get("id", ""))) != match[2]:
        yield Note(("id",), "file-name", "the file is named for another session")
    if values.get("part") != match[3]:
        yield Note(("part",), "parts", f"the file is part {match[3]}")
    if path.rpartition("/")[0] + f"/{match[1]}.yaml" not in files.paths:
        yield Note((), "parts", f"it goes on what is not there: {match[1]}.yaml")


def _archive(path: str, document: Document, files: SessionFiles) -> Iterator[Note]:
    header = transcript_text.header_of(document)
    files.count(path, document)
    yield from _file_name(path, header)
    others = [p for p in files.archives.get(archives.digest(header.id), []) if p != path]
    if others:
        there = ", ".join(others[:SHOWN])
        one = f"git ticket session move {header.id} {header.ticket} makes one of them"
        reason = f"the session is also archived as {there}; {one}"
        yield Note(("id",), "duplicate-session", reason)
    yield from files.fulfils(path, header)
    start = path.removesuffix(".yaml")
    wanted = [archives.part(start, number) for number in range(2, header.parts + 1)]
    missing = [_name(part) for part in wanted if part not in files.paths]
    if missing:
        yield Note(("parts",), "parts", f"parts are missing: {', '.join(missing[:SHOWN])}")
    else:
        yield from _spans(header, files.total(path, wanted))
    more = archives.part(start, max(header.parts, 1) + 1)
    if more in files.paths:
        yield Note(("parts",), "parts", f"a part that it does not count: {_name(more)}")
    yield from _times({"started": header.started, "ended": header.ended})


def _file_name(path: str, header: Header) -> Iterator[Note]:
    wanted = archives.name_of(header)
    name = _name(path).removesuffix(".yaml")
    if name[-12:] != wanted[-12:] or not MAIN.fullmatch(_name(path)):
        yield Note(("id",), "file-name", f"the file of this session is named {wanted}.yaml")
    elif name != wanted:
        yield Note(("started",), "file-name", f"it would be named {wanted}.yaml", WARNING)


def _spans(header: Header, count: int | None) -> Iterator[Note]:
    for index, span in enumerate(header.spans):
        if count is not None and not 1 <= span.first <= span.last <= count:
            reason = f"entries {span.first}-{span.last} are not all there: it has {count}"
            yield Note(("spans", index), "spans", reason)


def _times(times: dict[str, str]) -> Iterator[Note]:
    for name, text in times.items():
        try:
            clock.from_text(text or "1970-01-01T00:00:00Z")
        except ValueError:
            reason = f"not a UTC time such as 2026-11-22T09:00:00Z: {text[:40]!a}"
            yield Note((name,), "time", reason)


def said_notes(comment: Comment, files: SessionFiles) -> Iterator[Note]:
    """Whether the session that a comment is about is archived."""
    if comment.session and not files.has(comment.session):
        reason = f"session {comment.session[:64]!a} is not archived here"
        yield Note(("session",), "session", reason, WARNING)
