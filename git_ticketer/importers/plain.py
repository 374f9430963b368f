"""The format for everything else: YAML, JSON, JSON Lines or Markdown that says who said what.

An entry has a role (`user`, `assistant`, `tool`, `system`; see speakers.py) and a text (`text` or
`content`: a text, or a list of blocks with texts), and may have `at`, `name`, `input`, `output`
and `model`. The entries are the document, or its `transcript`, `messages` or `entries` beside what
there is to say of the session. Our own archives are of this format.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers import peek, plain_entry
from git_ticketer.importers.items import About, Chat, Item, Said, Skipped
from git_ticketer.importers.json_values import fields_of, text_of
from git_ticketer.importers.markdown import in_fences
from git_ticketer.importers.plain_entry import ROLE_KEYS, Fields
from git_ticketer.importers.plain_markdown import parts
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import SYSTEM

NAME, FORMAT = "plain", "plain"

LISTS = ("transcript", "messages", "entries", "conversation", "conversations", "turns", "history")
FACTS = {
    "session": ("id", "session", "session_id", "sessionId", "conversation_id", "uuid"),
    "agent": ("agent", "tool", "client"),
    "version": ("version",),
    "model": ("model",),
    "title": ("title", "name", "subject"),
    "parent": ("parent",),
    "branch": ("branch", "git_branch", "gitBranch"),
    "cwd": ("cwd", "directory"),
}
STARTED = ("started", "started_at", "date", "created", "created_at", "create_time", "time")
ROLE = re.compile(r"""^[ \t]*(?:-[ \t]+)?["']?(?:role|speaker)["']?[ \t]*:""", re.M)
FRONT = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
TITLE = re.compile(r"# +(.+)")


def recognises(source: Source) -> bool:
    """Whether it names roles as JSON or YAML do, or speakers as Markdown does."""
    if source.is_folder or source.is_database or b"\0" in source.head:
        return False
    if _is_lines(source):
        return True
    text = source.text()
    return _is_json(text) or _is_yaml(text) or bool(parts(_front_matter(text)[1]))


def chats(source: Source) -> list[Chat]:
    """A source holds one conversation."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the source says; raises NotATranscript, which names the line where it can."""
    if _is_lines(source):
        return _read_lines(source)
    text = source.text()
    if _is_json(text):
        return _read_document(source, source.document())
    head, body = _front_matter(text)
    if parts(body):
        return _read_markdown(source, head, body)
    return _read_document(source, _yaml(source, text))


def _is_lines(source: Source) -> bool:
    """Whether it is an entry a line; a line may be broken, but not go on in the next one."""
    first = source.head.strip().split(b"\n", 1)[0].rstrip()
    if not first.startswith(b"{") or first.endswith((b"{", b"[", b":", b",")):
        return False
    return any(map(plain_entry.is_entry, peek.records(source)))


def _is_yaml(text: str) -> bool:
    """Whether a line names a role; what prose shows in fenced code is no such line."""
    if not ROLE.search(text):
        return False
    lines = text.splitlines()
    named = zip(lines, in_fences(lines), strict=True)
    return any(ROLE.match(line) for line, is_code in named if not is_code)


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") and any(f'"{key}"' in text for key in ROLE_KEYS)


def _read_lines(source: Source) -> Iterator[Item]:
    """An entry a line; what is no entry may say something of the session."""
    for number, record in enumerate(source.records()):
        if record is None:
            yield Skipped()
        elif plain_entry.is_entry(record):
            yield from plain_entry.items(record, str(number))
        elif about := list(_about(record)):
            yield from about
        else:
            yield from plain_entry.items(record, str(number))


def _read_document(source: Source, document: object) -> Iterator[Item]:
    entries = _entries(document)
    if not any(plain_entry.is_entry(entry) for entry in entries or []):
        reason = "no list of entries with a role and a text"
        raise NotATranscript(f"{source.shown}:1", reason)
    yield from _about(fields_of(document))
    for number, entry in enumerate(plain_entry.whole(entries or [])):
        yield from plain_entry.items(entry, str(number))


def _entries(document: object) -> list[object] | None:
    """The list of entries in a document; None where it has none."""
    if isinstance(document, list):
        return document
    fields = fields_of(document)
    lists = (fields[name] for name in LISTS if isinstance(fields.get(name), list))
    return next((found for found in lists if isinstance(found, list)), None)


def _about(fields: Fields) -> Iterator[Item]:
    facts = {fact: _first(fields, names) for fact, names in FACTS.items()}
    started = plain_entry.time_of(_given(fields, STARTED))
    about = About(**facts)._replace(started=started)
    if any(about):
        yield about


def _given(fields: Fields, names: tuple[str, ...]) -> object:
    return next((fields[name] for name in names if fields.get(name)), None)


def _first(fields: Fields, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := text_of(fields.get(name)).strip())), "")


def _yaml(source: Source, text: str, line: int = 0) -> object:
    """The YAML document that a text is; `line` is how many lines stand before it."""
    from git_ticketer.storage import yamlfile

    try:
        return yamlfile.parse(text.encode("utf-8", "surrogatepass"), source.shown).value
    except yamlfile.BadFile as error:
        place = f"{source.shown}:{error.line + line}" if error.line else source.shown
        raise NotATranscript(place, error.reason) from None


def _front_matter(text: str) -> tuple[str, str]:
    """The YAML between two `---` that a Markdown text may begin with, and what follows."""
    found = FRONT.match(text.replace("\r\n", "\n"))
    if not found:
        return "", text
    return found[1] or "", text.replace("\r\n", "\n")[found.end() :]


def _read_markdown(source: Source, head: str, body: str) -> Iterator[Item]:
    if head.strip():
        yield from _about(fields_of(_yaml(source, head, 1)))
    for part in parts(body):
        if part.role:
            yield from plain_entry.spoken(part.role, part.text, part.time)
        elif part.text:
            title = TITLE.match(part.text)
            yield About(title=title[1].strip() if title else "")
            yield Said(SYSTEM, TITLE.sub("", part.text, count=1).strip())
