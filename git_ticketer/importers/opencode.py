"""OpenCode's files: what `opencode export` writes, and the storage folder of versions before 1.2.

`storage/session/<project>/<id>.json`, `storage/message/<session>/<id>.json`,
`storage/part/<message>/<id>.json`; older ones `storage/session/{info,message,part}/…`. The source
is an export, a storage folder, or the file of one session in it. Ids are in the order of time.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from git_ticketer.importers.items import Chat, Item, Skipped
from git_ticketer.importers.json_values import fields_of, list_of, text_of, time_of
from git_ticketer.importers.message_blocks import Block
from git_ticketer.importers.opencode_message import about, message_items, newer_items
from git_ticketer.importers.peek import members
from git_ticketer.importers.source import NotATranscript, Source

NAME, FORMAT = "opencode", "opencode-json"
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
"""What an id may look like that becomes part of a path."""

INFO = ("projectID", "directory", "version", "slug")


def recognises(source: Source) -> bool:
    """Whether it is an export, or a storage folder or a session's file in one."""
    if source.is_folder:
        return _storage(source) is not None
    found = members(source)
    if "info" in found and "messages" in found:
        return isinstance(found["info"], dict) and isinstance(found["messages"], list | None)
    return _is_info(found) and _storage(source) is not None


def _is_info(found: Block) -> bool:
    return (
        isinstance(found.get("id"), str)
        and "messages" not in found
        and any(isinstance(found.get(key), str) for key in INFO)
    )


def chats(source: Source) -> list[Chat]:
    """The sessions in a storage folder that holds many, newest first."""
    root = _storage(source) if source.is_folder else None
    found = [_chat(id, info) for id, info in _sessions(root).items()] if root else []
    found.sort(key=lambda chat: chat.at if isinstance(chat.at, int | float) else 0, reverse=True)
    return found if len(found) > 1 else []


def _chat(id: str, info: Block) -> Chat:
    times = fields_of(info.get("time"))
    at = times.get("updated") or times.get("created")
    return Chat(id, text_of(info.get("title")), time_of(at))


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    if source.is_folder:
        yield from _stored(source, chat)
        return
    document = fields_of(source.document())
    if "messages" in document:
        yield from _exported(document)
    elif id := text_of(document.get("id")):
        yield from _stored(source, id)
    else:
        raise NotATranscript(source.shown, "no session of OpenCode in it")


def _exported(document: Block) -> Iterator[Item]:
    yield about(fields_of(document.get("info")))
    for number, message in enumerate(list_of(document.get("messages"))):
        fields = fields_of(message)
        if "info" in fields:
            parts = (p if isinstance(p, dict) else None for p in list_of(fields.get("parts")))
            yield from message_items(fields_of(fields["info"]), parts, str(number))
        elif fields:
            yield from newer_items(fields, str(number))
        else:
            yield Skipped()


def _stored(source: Source, chat: str) -> Iterator[Item]:
    root = _storage(source)
    sessions = _sessions(root) if root else {}
    id = chat or next((chat.id for chat in chats(source)), next(iter(sessions), ""))
    if root is None or id not in sessions:
        raise NotATranscript(source.shown, f"no session {id} of OpenCode in it")
    yield about({"id": id, **sessions[id]})
    for message in _ordered(_folder(root, "message", id)):
        if message is None:
            yield Skipped()
            continue
        name = text_of(message.get("id"))
        parts = _objects(_folder(root, "part", name, id)) if ID.fullmatch(name) else iter(())
        yield from message_items(message, parts, name)


def _storage(source: Source) -> Path | None:
    """The storage folder that a source is, has, or lies in."""
    path = source.path
    if path is None:
        return None
    # From a file the outermost: in the older layout its `session` folder looks like one too.
    around = [path, path / "storage"] if source.is_folder else [*path.absolute().parents][3::-1]
    return next((folder for folder in around if _is_storage(folder)), None)


def _is_storage(folder: Path) -> bool:
    """Whether some session's messages are in it."""
    places = (folder / "message", folder / "session" / "message")
    return any(
        file.endswith(".json")
        for place in places
        for name in _names(place)
        for file in _names(place / name)
    )


def _sessions(root: Path) -> dict[str, Block]:
    """What is known of each session, by its id."""
    found: dict[str, Block] = {}
    for place in ("message", "session/message"):
        found.update((name, {}) for name in _names(root / place) if ID.fullmatch(name))
    for project in _names(root / "session"):
        if project in ("message", "part"):
            continue
        for info in _objects(root / "session" / project):
            if info and ID.fullmatch(id := text_of(info.get("id"))):
                found[id] = info
    return found


def _folder(root: Path, kind: str, id: str, session: str = "") -> Path:
    newer = root / kind / id
    return newer if newer.is_dir() else root / "session" / kind / session / id


def _ordered(folder: Path) -> list[Block | None]:
    """The messages in a folder by the time they began, then by id; first what is unreadable."""

    def place(message: Block | None) -> tuple[int | float, str]:
        fields = message or {}
        at = fields_of(fields.get("time")).get("created")
        return at if isinstance(at, int | float) else 0, text_of(fields.get("id"))

    return sorted(_objects(folder), key=place)


def _objects(folder: Path) -> Iterator[Block | None]:
    """The JSON objects in a folder in the order of their names; None for what is none."""
    for name in _names(folder):
        path = folder / name
        if not name.endswith(".json") or path.is_symlink():
            continue
        try:
            value = Source(path).document()
        except NotATranscript:
            value = None
        yield value if isinstance(value, dict) else None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
