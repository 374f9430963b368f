"""Bringing the cache up to date with the files of one worktree; nothing else writes rows.

What a file holds is stored under git's own name for its bytes, so that a checkout back, or the
same ticket in ten worktrees, is read once. A broken file is a row with its reason.
"""

import os
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import read_file
from git_ticketer.model.query import (
    fold,
    fold_id,
    fold_label,
    fold_person,
    number,
    ticket_text,
)
from git_ticketer.model.ticket import Ticket
from git_ticketer.storage import sweep
from git_ticketer.storage.cache_sql import TICKET, Database, Progress
from git_ticketer.storage.sweep import Stat

BATCH = 1000
AT_ONCE = 1 << 24
"""Bytes of files that are held at the same time."""

MAX_BYTES = 1 << 20
RACY = 20_000_000
"""Nanoseconds: a file changed so shortly before it was read may change again unseen."""

SAME_UID = "the uid is also that of "
Found = tuple[int, int, str]  # key, line, reason


class Filler:
    """Writes what changed in one worktree: `top` is its folder, `worktree` its number."""

    def __init__(self, database: Database, worktree: int, top: str, progress: Progress) -> None:
        import hashlib

        self.database = database
        self.worktree = worktree
        self.folder = os.fsencode(top) + b"/" + sweep.FOLDER + b"/"
        self.progress = progress
        self.sha1 = hashlib.sha1
        self.next_ticket = self._number("SELECT max(key) FROM ticket") + 1
        self.next_attached = self._number("SELECT min(key) FROM attached") - 1

    def _number(self, sql: str) -> int:
        return int(self.database.execute(sql).fetchone()[0] or 0)

    def tickets(self, blob: bytes, now: int) -> None:
        """Bring the tickets to what a sweep found; files were not read before the time `now`."""
        changed, gone = self._changes("tickets", blob)
        names = [(self.worktree, _text(name)) for name in gone]
        self.database.executemany("DELETE FROM entry WHERE worktree = ? AND name = ?", names)
        for batch in self._batches(changed):
            self._ticket_batch(batch)
        self._save("tickets", blob, now)
        self._mark_same_uids()
        self._tally()

    def files(self, blob: bytes, now: int) -> None:
        """The same for the comments and sessions."""
        changed, gone = self._changes("files", blob)
        paths = [(self.worktree, _text(path)) for path in gone]
        self.database.executemany("DELETE FROM file WHERE worktree = ? AND path = ?", paths)
        for batch in self._batches(changed):
            self._file_batch(batch)
        self._save("files", blob, now)

    def _changes(self, kind: str, blob: bytes) -> tuple[list[tuple[bytes, Stat]], set[bytes]]:
        row = self.database.execute(
            "SELECT blob FROM manifest WHERE worktree = ? AND kind = ?", (self.worktree, kind)
        ).fetchone()
        old = sweep.unpack(row[0]) if row else {}
        new = sweep.unpack(blob)
        changed = [(name, sweep.stat(s)) for name, s in new.items() if old.get(name) != s]
        return changed, {*old} - {*new}

    def _save(self, kind: str, blob: bytes, now: int) -> None:
        """Keep what was found; what changed too lately differs from all that can be found."""
        names, _, packed = blob.partition(b"\0\0")
        stats = array("Q", packed)
        late = [index for index, time in enumerate(stats[2::3]) if time > now - RACY]
        for index in late:
            stats[3 * index : 3 * index + 3] = array("Q", (0, sweep.CHANGING, 0))
        self.database.execute(
            "INSERT OR REPLACE INTO manifest VALUES(?, ?, ?)",
            (self.worktree, kind, names + b"\0\0" + stats.tobytes()),
        )

    def _batches(self, changed: list[tuple[bytes, Stat]]) -> Iterator[list[tuple[bytes, Stat]]]:
        batch: list[tuple[bytes, Stat]] = []
        size = 0
        for done, (name, stat) in enumerate(changed, 1):
            batch.append((name, stat))
            size += min(stat[1], MAX_BYTES) if stat[0] else 0
            if len(batch) == BATCH or size > AT_ONCE or done == len(changed):
                yield batch
                self.progress(done, len(changed))
                batch, size = [], 0

    # --- tickets

    def _ticket_batch(self, batch: list[tuple[bytes, Stat]]) -> None:
        new = Batch()
        entries = []
        for name, stat in batch:
            key, line, reason = self._ticket(name, stat, new)
            entries.append((self.worktree, _text(name), key, line, reason))
        new.insert(self.database)
        self.database.executemany("INSERT OR REPLACE INTO entry VALUES(?, ?, ?, ?, ?)", entries)

    def _ticket(self, name: bytes, stat: Stat, new: "Batch") -> Found:
        if not stat[0]:
            return 0, 0, sweep.TROUBLES[stat[1]]
        try:
            data = read_file(os.fsdecode(self.folder + name + sweep.FILE), MAX_BYTES + 1)
        except OSError as error:
            return 0, 0, error.strerror or str(error)
        oid = self.sha1(b"blob %d\0" % len(data) + data).digest()
        known = new.known.get(oid) or self._stored("ticket", "id", oid)
        if not known:
            known = new.known[oid] = new.ticket(self.next_ticket, oid, data)
            self.next_ticket += 1
        key, line, reason, id = known
        if not reason and id != _text(name):
            return key, _line(data, "id"), f"the folder is {_text(name)}, the id is {id}"
        return key, line, reason

    def _stored(self, table: str, column: str, oid: bytes) -> tuple[int, int, str, str] | None:
        row: tuple[int, int, str, str] | None = self.database.execute(
            f"SELECT key, line, reason, {column} FROM {table} WHERE oid = ?",  # noqa: S608
            (oid,),
        ).fetchone()
        return row

    def _mark_same_uids(self) -> None:
        """Two tickets with one uid are both broken: nobody can say which one is meant."""
        mine = (self.worktree,)
        self.database.execute(
            "UPDATE entry SET reason = '', line = 0 WHERE worktree = ? AND reason LIKE ?",
            (self.worktree, f"{SAME_UID}%"),
        )
        uids = self.database.execute(
            "SELECT t.uid, group_concat(e.name, ' ') FROM entry e JOIN ticket t ON t.key = e.key"
            " WHERE e.worktree = ? AND t.uid != '' GROUP BY t.uid HAVING count(*) > 1",
            mine,
        ).fetchall()
        for _, names in uids:
            group = names.split(" ")
            for name in group:
                others = " and ".join(sorted(other for other in group if other != name))
                self._mark(name, SAME_UID + others)

    def _mark(self, name: str, reason: str) -> None:
        try:
            path = os.fsdecode(self.folder) + name + os.fsdecode(sweep.FILE)
            line = _line(read_file(path, MAX_BYTES + 1), "uid")
        except OSError:
            line = 0
        self.database.execute(
            "UPDATE entry SET reason = ?, line = ? WHERE worktree = ? AND name = ? AND reason = ''",
            (reason, line, self.worktree, name),
        )

    def _tally(self) -> None:
        """Count the good tickets by status, for the commonest question of all."""
        self.database.execute("DELETE FROM tally WHERE worktree = ?", (self.worktree,))
        self.database.execute(
            "INSERT INTO tally SELECT e.worktree, t.status, count(*) FROM entry e"
            " JOIN ticket t ON t.key = e.key WHERE e.worktree = ? AND e.reason = ''"
            " GROUP BY t.status",
            (self.worktree,),
        )

    # --- comments and sessions

    def _file_batch(self, batch: list[tuple[bytes, Stat]]) -> None:
        from git_ticketer.storage import cache_attached

        new = Batch()
        rows = []
        for path, stat in batch:
            name, folder, file = map(_text, path.split(b"/"))
            kind = cache_attached.kind(folder, file)
            found = self._attached(path, f"{folder}/{file}", stat, new)
            rows.append((self.worktree, _text(path), name, kind, *found))
        new.insert(self.database)
        self.database.executemany("INSERT OR REPLACE INTO file VALUES(?, ?, ?, ?, ?, ?, ?)", rows)

    def _attached(self, path: bytes, name: str, stat: Stat, new: "Batch") -> Found:
        if not stat[0]:
            return 0, 0, sweep.TROUBLES[stat[1]]
        try:
            data = read_file(os.fsdecode(self.folder + path), MAX_BYTES + 1)
        except OSError as error:
            return 0, 0, error.strerror or str(error)
        oid = self.sha1(f"{name} ".encode() + data).digest()
        known = new.known.get(oid) or self._stored("attached", "reason", oid)
        if not known:
            known = new.known[oid] = new.attached(self.next_attached, oid, data, name)
            self.next_attached -= 1
        return known[:3]


class Batch:
    """Rows that are inserted together; `known` are the contents that are among them."""

    def __init__(self) -> None:
        self.known: dict[bytes, tuple[int, int, str, str]] = {}
        self.tickets: list[tuple[Any, ...]] = []
        self.files: list[tuple[Any, ...]] = []
        self.words: list[tuple[str, int]] = []
        self.texts: list[tuple[int, str]] = []
        self.values: list[tuple[int, str]] = []

    def ticket(self, key: int, oid: bytes, data: bytes) -> tuple[int, int, str, str]:
        """Add the ticket in some bytes; what is wrong with it is in the answer."""
        from git_ticketer.storage import schema, yamlfile

        try:
            document = yamlfile.parse(data, "ticket.yaml")
            found = schema.ticket(document)
        except yamlfile.BadFile as error:
            blank = dict.fromkeys(TICKET[3:], "")
            row = {**blank, "reason": error.reason, "number": 0}
            self.tickets.append((key, oid, error.line, *(row[name] for name in TICKET[3:])))
            return key, error.line, error.reason, ""
        self.tickets.append((key, oid, 0, "", *ticket_row(found)))
        self.words += [(word, key) for word in {*ticket_words(found)}]
        self.texts.append((key, ticket_text(found)))
        self.values.append((key, _json(document.value)))
        return key, 0, "", found.id

    def attached(self, key: int, oid: bytes, data: bytes, name: str) -> tuple[int, int, str, str]:
        """Add the comment or session in some bytes; `name` is its folder's and its own."""
        from git_ticketer.storage import cache_attached, yamlfile

        line, reason, text = 0, "", ""
        try:
            found = cache_attached.indexed(data, name)
            text = found.text
            self.values.append((key, _json(found.value)))
            self.words += [(word, key) for word in {*found.words}]
        except yamlfile.BadFile as error:
            line, reason = error.line, error.reason
        self.files.append((key, oid, line, reason, len(data)))
        self.texts.append((key, text))
        return key, line, reason, ""

    def insert(self, database: Database) -> None:
        """Write the rows."""
        marks = ", ".join("?" * len(TICKET))
        database.executemany(f"INSERT INTO ticket VALUES({marks})", self.tickets)
        database.executemany("INSERT INTO attached VALUES(?, ?, ?, ?, ?)", self.files)
        database.executemany("INSERT INTO word VALUES(?, ?)", self.words)
        database.executemany("INSERT INTO body VALUES(?, ?)", self.texts)
        database.executemany("INSERT INTO value VALUES(?, ?)", self.values)
        folded = ((key, fold(text)) for key, text in self.texts)
        database.executemany("INSERT INTO search(rowid, text) VALUES(?, ?)", folded)


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def ticket_row(ticket: Ticket) -> tuple[Any, ...]:
    """The columns of a ticket from `uid` on."""
    return (
        ticket.uid,
        ticket.id,
        *number(ticket.id),
        ticket.title,
        fold_label(ticket.title),
        ticket.type,
        ticket.status,
        ticket.priority,
        fold_id(ticket.parent),
        ticket.assignee,
        fold_person(ticket.assignee),
        _lines(ticket.labels),
        ticket.created,
        len(ticket.subtasks),
        len(ticket.subtasks) - len(ticket.open_subtasks),
        len(ticket.criteria),
        len(ticket.criteria) - len(ticket.open_criteria),
        _lines(map(str, ticket.links)),
        "\n".join(ticket.aliases),
    )


def ticket_words(ticket: Ticket) -> Iterator[str]:
    """What a ticket is looked up by."""
    yield f"uid:{ticket.uid}"
    if ticket.parent:
        yield f"parent:{fold_id(ticket.parent)}"
    yield from (f"label:{fold_label(label)}" for label in ticket.labels)
    yield from (f"link:{fold_id(link.target)}" for link in ticket.links)
    yield from (f"alias:{alias}" for alias in ticket.aliases)


def _lines(texts: Iterable[str]) -> str:
    """Texts as lines; a line end within one is a blank."""
    return "\n".join(" ".join(text.split()) for text in texts)


def _line(data: bytes, name: str) -> int:
    """The line of a key in a ticket's bytes, which can be parsed."""
    from git_ticketer.storage import yamlfile

    try:
        return yamlfile.parse(data, "").lines.get((name,), 0)
    except TicketerError:
        return 0


def _text(name: bytes) -> str:
    """A file name as it is stored and shown; names that are no UTF-8 are no ids anyway."""
    return name.decode("utf-8", "backslashreplace")
