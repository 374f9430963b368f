"""What an earlier archive of a session holds: a later one never loses any of it."""

import shlex
from collections.abc import Iterable

from git_ticketer.errors import TicketerError
from git_ticketer.model.transcript import ASSISTANT, TEXT, USER, Entry
from git_ticketer.redact.redactor import Redactor
from git_ticketer.storage import transcript_text
from git_ticketer.storage.archives import Archives, MissingPart, Stored


class FiledElsewhere(TicketerError):
    """The session is archived under another ticket; `stored` is what is there."""

    def __init__(self, stored: Stored, ticket: str) -> None:
        id = stored.header.id
        hint = f"git ticket session move {id} {ticket}"
        super().__init__(f"session {id} is archived under {stored.header.ticket}", hint=hint)
        self.stored = stored


class WouldLose(TicketerError):
    """The archive holds something said that the source, called `shown`, does not have any more."""

    def __init__(self, stored: Stored, lost: int, shown: str) -> None:
        are = "1 prompt or answer in it is" if lost == 1 else f"{lost} prompts or answers in it are"
        hint = f"git ticket archive {shlex.quote(shown)} --replace --dry-run"
        super().__init__(f"{stored.path} is kept: {are} not in the source any more", hint=hint)
        self.stored = stored


def lose_nothing(
    store: Archives, before: Stored, entries: Iterable[Entry], redactor: Redactor, shown: str
) -> tuple[str, ...]:
    """Raise WouldLose where something said is not there any more; rules may have changed since.

    Returns a warning where a part of what was there is missing: it is written anew.
    """
    there = {(e.role, e.text) for e in entries if e.kind == TEXT}
    known, warnings = _readable(store, before)
    old = [e for e in known if e.role in (USER, ASSISTANT) and e.kind == TEXT]
    gone = [(e.role, redactor.whole(e.text)) for e in old if (e.role, e.text) not in there]
    lost = [one for one in gone if not any(_holds(new, one) for new in there)]
    if lost:
        raise WouldLose(before, len(lost), shown)
    return warnings


def _readable(store: Archives, stored: Stored) -> tuple[list[Entry], tuple[str, ...]]:
    """What an archive holds, as far as its files are there; raises BadFile for a broken one."""
    entries: list[Entry] = []
    warnings: tuple[str, ...] = ()
    try:
        for entry in store.entries(stored):
            entries.append(entry)
    except MissingPart as error:
        warnings = (f"{error.message}: it is written anew",)
    return list(transcript_text.joined(entries)), warnings


def _holds(new: tuple[str, str], old: tuple[str, str]) -> bool:
    """Whether a text is the old one, or goes on where that was cut off while it was written."""
    return new[0] == old[0] and new[1].startswith(old[1].rstrip("\n"))
