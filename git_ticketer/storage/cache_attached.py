"""What the cache keeps of comments and sessions: header, what was said, and what finds them.

All of a file passes the guarded door: with the reader in C a megabyte takes 30 ms, about as much
as folding its words for the search does.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from git_ticketer.model.query import fold_id
from git_ticketer.model.transcript import ASSISTANT, TEXT, USER, Header
from git_ticketer.storage import schema, transcript_text, yamlfile
from git_ticketer.storage.cache_sessions import PARTS, PLANS, SESSIONS
from git_ticketer.storage.yamlfile import BadFile, Document, Value

MAIN = re.compile(r"[a-z0-9-]{1,80}-[0-9a-f]{12}\.yaml")
PART = re.compile(r"[a-z0-9-]{1,80}-[0-9a-f]{12}\.[1-9][0-9]{0,3}\.yaml")
PLAN = re.compile(r"plan-([0-9A-Za-z]{1,40})\.yaml")
MOVE = "move"


class Indexed(NamedTuple):
    """What is kept of a file: `text` is searched, `value` is kept as JSON, `words` find it.

    The value of a session is its header, field by field: it can be read back without a reader.
    """

    text: str
    value: Mapping[str, object]
    words: tuple[str, ...] = ()


def kind(folder: str, name: str) -> str:
    """What a file in a folder of a ticket is by its name; an odd one is taken for an archive."""
    if folder != SESSIONS:
        return folder
    return PLANS if PLAN.fullmatch(name) else PARTS if PART.fullmatch(name) else SESSIONS


def indexed(data: bytes, path: str) -> Indexed:
    """What is kept of a file, such as `comments/<ULID>.yaml`; raises BadFile."""
    folder, _, name = path.partition("/")
    document = yamlfile.parse(data, path)
    if folder != SESSIONS:
        return _comment(document, name.removesuffix(".yaml"))
    plan = PLAN.fullmatch(name)
    if plan:
        found = transcript_text.plan_of(document, plan[1])
        return Indexed(found.title, found._asdict())
    said = list(_said(document))
    if PART.fullmatch(name):
        return Indexed("\n".join(said), {"id": _values(document).get("id", "")})
    header = transcript_text.header_of(document)
    if not MAIN.fullmatch(name):
        raise BadFile(path, 0, "not the name of an archived session's file")
    text = "\n".join([header.title, *said]) if header.title else "\n".join(said)
    return Indexed(text, header._asdict(), tuple(_words(header)))


def _comment(document: Document, uid: str) -> Indexed:
    found = schema.comment(document, uid)
    words = [f"said:{found.session}"] if found.session else []
    if found.session and found.kind == MOVE:
        words.append(f"moved:{fold_id(found.ticket)}")
    return Indexed(found.text, _values(document), tuple(words))


def _values(document: Document) -> dict[str, Value]:
    return document.value if isinstance(document.value, dict) else {}


def _said(document: Document) -> Iterator[str]:
    """The prompts and answers in an archive or a part; raises BadFile at an entry that is none."""
    for entry in transcript_text.entries_of(document):
        if entry.role in (USER, ASSISTANT) and entry.kind == TEXT and entry.text:
            yield entry.text


def _words(header: Header) -> Iterator[str]:
    """What an archive is looked up by."""
    yield f"session:{header.id}"
    if header.plan:
        yield f"plan:{header.plan}"
    yield from (f"span:{ticket}" for ticket in header.tickets())
    yield from (f"mention:{ticket}" for ticket in header.mentions)
