"""Exports of chat services: one JSON document with one conversation or many."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from git_ticketer.importers.items import Chat, Time
from git_ticketer.importers.json_values import fields_of, list_of, text_of, time_of
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.importers.times import utc

Fields = dict[str, object]


@lru_cache(maxsize=1)
def _document(source: Source) -> object:
    return source.document()


def begins_as_json(source: Source) -> bool:
    """Whether the source may be one JSON document."""
    return source.head.lstrip()[:1] in (b"{", b"[")


class Export:
    """The conversations in an export: objects that hold their messages under the key `holds`.

    `ids`, `titles` and `times` are the keys of what identifies, names and dates one; the first
    that is there counts. Raises: NotATranscript where there is no conversation.
    """

    ids: tuple[str, ...] = ("id", "uuid", "conversation_id")
    titles: tuple[str, ...] = ("title", "name")
    times: tuple[str, ...] = ("update_time", "updated_at", "create_time", "created_at")

    def __init__(self, source: Source, holds: Callable[[Fields], bool]) -> None:
        document = _document(source)
        self.source = source
        self.is_list = not holds(fields_of(document))
        several = list_of(document) or list_of(fields_of(document).get("conversations"))
        found = [fields_of(document)] if not self.is_list else map(fields_of, several)
        self.conversations = [conversation for conversation in found if holds(conversation)]
        if not self.conversations:
            raise NotATranscript(f"{source.shown}:1", "no conversation in it")

    def chats(self) -> list[Chat]:
        """The conversations of a list, newest first."""
        chats = [] if not self.is_list else [self._chat(each) for each in self.conversations]
        return sorted(chats, key=lambda chat: (utc(chat.at), chat.id), reverse=True)

    def picked(self, chat: str) -> Fields:
        """The conversation with that id; the only one where it is empty.

        Raises: NotATranscript where there is no such conversation, or there are many.
        """
        found = [each for each in self.conversations if not chat or chat == self.id(each)]
        if not found:
            raise NotATranscript(self.source.shown, f"no conversation {chat} in it")
        if len(found) > 1 and not chat:
            hint = self.source.archiving(self.chats()[0].id)
            raise NotATranscript(self.source.shown, f"it holds {len(found)} chats", hint=hint)
        return found[0]

    def id(self, conversation: Fields) -> str:
        """What identifies a conversation; its place in the list where it has no id."""
        return _first(conversation, self.ids) or str(self.conversations.index(conversation) + 1)

    def title(self, conversation: Fields) -> str:
        """The title of a conversation, empty where it has none."""
        return _first(conversation, self.titles)

    def _chat(self, conversation: Fields) -> Chat:
        times = (moment(conversation.get(name)) for name in self.times)
        at = next((time for time in times if utc(time)), None)
        return Chat(self.id(conversation), self.title(conversation), at)


def moment(value: object) -> Time:
    """A time; one as seconds since 1970 may stand in a text."""
    try:
        return float(value) if isinstance(value, str) else time_of(value)
    except ValueError:
        return time_of(value)


def _first(fields: Fields, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := text_of(fields.get(name)).strip())), "")


def dicts(value: object) -> Iterator[Fields]:
    """The objects in a list; anything else is left out."""
    return (item for item in list_of(value) if isinstance(item, dict))
