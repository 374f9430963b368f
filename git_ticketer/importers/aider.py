"""aider's `.aider.chat.history.md`: all sessions in a folder, one after the other.

Facts (aider 0.50 to 0.86, its io module): a session begins with `# aider chat started at <local
time>`; each line of a prompt begins with `#### ` and ends with two blanks, lines of the program
begin with `> ` and end with two blanks, what is left is the answer as the model wrote it. The
time has no zone; it is taken as UTC, so that a session has the same id everywhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from git_ticketer.importers.aider_lines import ANSWER, BLANK, PROMPT, blocks
from git_ticketer.importers.items import About, Chat, Item, Said
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import ASSISTANT, SYSTEM, USER

NAME, FORMAT = "aider", "aider-markdown"

START = re.compile(r"# aider chat started at (.*)")
VERSION = re.compile(r"(?m)^Aider v(\S+)")
MODEL = re.compile(r"(?m)^(?:Main )?[Mm]odel: (\S+)")

Chats = dict[str, tuple[str, list[str]]]
"""By the id of a session its time and its lines."""


def recognises(source: Source) -> bool:
    """Whether a line says when a chat with aider was started."""
    return any(map(START.match, source.head.decode("utf-8", "replace").splitlines()))


def chats(source: Source) -> list[Chat]:
    """The sessions in which something was asked, newest first; none where there is one."""
    found = _chats(source)
    if len(found) < 2:
        return []
    newest = sorted(found.items(), key=lambda item: item[1][0], reverse=True)
    return [Chat(id, _title(lines), time) for id, (time, lines) in newest]


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What a session says; raises NotATranscript where that is not there, or not the only one."""
    found = _chats(source)
    if chat and chat not in found:
        raise NotATranscript(source.shown, f"no session {chat} in it")
    if not found:
        raise NotATranscript(f"{source.shown}:1", "nothing was asked in it")
    if not chat and len(found) > 1:
        hint = source.archiving(chats(source)[0].id)
        raise NotATranscript(source.shown, f"it holds {len(found)} chats", hint=hint)
    id = chat or next(iter(found))
    time, lines = found[id]
    yield About(session=id, started=time)
    yield from _items(lines)


def session_id(time: str) -> str:
    """The id of a session, from when it was started; empty where that is not told."""
    digits = re.sub(r"\D", "", time)
    return f"aider-{digits[:8]}-{digits[8:14]}" if len(digits) >= 14 else ""


@lru_cache(maxsize=1)
def _chats(source: Source) -> Chats:
    """The sessions with a prompt, in the order of the file; the rest was started and left."""
    chats: Chats = {}
    time, lines = "", list[str]()
    for line in [*source.text().splitlines(), "# aider chat started at "]:
        if not (start := START.match(line)):
            lines.append(line)
            continue
        if any(block.kind == PROMPT for block in blocks(lines)):
            chats[session_id(time) or f"aider-{len(chats) + 1}"] = time, lines
        time, lines = start[1].strip(), []
    return chats


def _title(lines: list[str]) -> str:
    """The beginning of the first prompt that is no command."""
    asked = [block.text for block in blocks(lines) if block.kind == PROMPT]
    text = next((text for text in asked if not text.startswith("/")), asked[0] if asked else "")
    return " ".join(text.split())[:80]


def _items(lines: list[str]) -> Iterator[Item]:
    roles = {PROMPT: USER, ANSWER: ASSISTANT}
    for kind, text in blocks(lines):
        if kind == BLANK:
            continue
        if kind not in roles:
            yield from _facts(text)
        yield Said(roles.get(kind, SYSTEM), text)


def _facts(text: str) -> Iterator[Item]:
    """The version and the model that aider names when it starts, or when they change."""
    version, model = VERSION.search(text), MODEL.search(text)
    if version or model:
        yield About(version=version[1] if version else "", model=model[1] if model else "")
