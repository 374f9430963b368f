"""What an importer yields: the things a source says, one after the other, in file order.

Texts are whole and as the source has them; nothing is cut, redacted or counted here.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from git_ticketer.importers.source import Source
from git_ticketer.model.transcript import TEXT, Output

Time = str | int | float | None
"""A time as sources write it: ISO 8601, or seconds, milliseconds or microseconds since 1970."""


class About(NamedTuple):
    """Facts about the session; an empty one says nothing, the first that is told stays.

    `title`, `model` and `version` are the exception: the last one told stays. `cwd` is the folder
    that the agent worked in, `parent` the session that started this one.
    """

    session: str = ""
    version: str = ""
    model: str = ""
    title: str = ""
    parent: str = ""
    branch: str = ""
    cwd: str = ""
    started: Time = None
    agent: str = ""


class Said(NamedTuple):
    """Something said by the person, the agent or the system around them.

    Items with one `key`, with nothing between them, are parts of one message. `kind` is TEXT or
    REASONING. `agent` names the subagent it belongs to: its prompts are not the person's.
    """

    role: str
    text: str
    at: Time = None
    key: str = ""
    kind: str = TEXT
    agent: str = ""


class Called(NamedTuple):
    """A tool that was called: `input` is a text or a JSON value; `key` is what results name."""

    name: str
    input: object
    at: Time = None
    key: str = ""
    agent: str = ""


class Returned(NamedTuple):
    """What the call of that `key` gave back; `output` is its size where only that is known."""

    key: str
    text: str
    at: Time = None
    failed: bool = False
    agent: str = ""
    output: Output | None = None


class Attached(NamedTuple):
    """An image or file in the chat: its media type (or name) and size in bytes."""

    role: str
    media: str
    size: int
    at: Time = None
    agent: str = ""


class Withdrawn(NamedTuple):
    """The item said with that key does not count: it was only announced, or stands twice."""

    key: str


class Skipped(NamedTuple):
    """A record that cannot be read."""


class Unknown(NamedTuple):
    """A record of a kind that the importer does not know; `kind` is its name."""

    kind: str


NO_TEXT = Unknown("user without text")
"""A message of the person in which nothing is found that they said, attached or were given."""

Item = About | Said | Called | Returned | Attached | Withdrawn | Skipped | Unknown


class Chat(NamedTuple):
    """One of many conversations in a source: its id, title and time."""

    id: str
    title: str = ""
    at: Time = None


class Importer(Protocol):
    """Reads the sessions of one agent.

    A module of this package is one; so is what the entry-point group `git_ticketer.importers`
    names.
    """

    NAME: str
    """The agent's name in archives and file names, such as `claude-code`."""

    FORMAT: str
    """The format's name in the archive's `source`, such as `claude-code-jsonl`."""

    def recognises(self, source: Source) -> bool:
        """Whether the content is of this format; the file's name proves nothing."""

    def chats(self, source: Source) -> list[Chat]:
        """The conversations in a source that may hold many, newest first; one is the rule."""

    def read(self, source: Source, chat: str = "") -> Iterator[Item]:
        """What the source says, in its order; `chat` picks one of many.

        Raises: NotATranscript where nothing of it can be read.
        """
