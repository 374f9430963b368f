"""Gemini CLI's sessions, and those of Qwen Code (see gemini_qwen.py).

`~/.gemini/tmp/<project>/chats/session-<time>-<id>.jsonl`, before version 0.39 one `.json`, of
subagents `chats/<parent>/<id>.jsonl`. Facts: chatRecordingTypes.ts and chatRecordingService.ts of
google-gemini/gemini-cli. A message is written again whenever it grows; `$set` merges facts and
may hold all `messages`, `$rewindTo` takes that message and all after it away.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers import gemini_qwen
from git_ticketer.importers.answers import answered, chosen, questions_of
from git_ticketer.importers.gemini_parts import (
    Part,
    each,
    parts_of,
    prompt_items,
    result_text,
    texts_of,
)
from git_ticketer.importers.items import (
    About,
    Called,
    Chat,
    Item,
    Returned,
    Said,
    Skipped,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import fields_of, list_of, text_of, time_of
from git_ticketer.importers.message_blocks import decoded
from git_ticketer.importers.peek import members, records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, USER

NAME, FORMAT = "gemini", "gemini-jsonl"
SPEAKERS = {"gemini", "qwen", "assistant", "model"}
NOTES = {"info", "warning", "error"}
ASKS = "ask_user"
FACTS = ("projectHash", "startTime", "lastUpdated", "kind")
FAILED = {"error", "cancelled", "failed"}
WORKS_IN = re.compile(
    r"(?:working in the (?:following )?director(?:y|ies):|Workspace Directories:)[*\s-]{0,20}(\S+)"
)


def recognises(source: Source) -> bool:
    """Whether its lines are Gemini's or Qwen's, or it is one object with Gemini's messages."""
    found = records(source)
    if any(map(gemini_qwen.is_record, found)) or any(map(_is_line, found)):
        return True
    head = members(source)
    is_whole = isinstance(head.get("messages"), list) and "sessionId" in head
    return is_whole and any(key in head for key in FACTS)


def _is_line(record: Part) -> bool:
    kind = record.get("type")
    if "$set" in record or "$rewindTo" in record:
        return True
    if kind is None:
        return "sessionId" in record and "projectHash" in record and "messages" not in record
    is_message = {"id", "timestamp", "content"} <= set(record) and "message" not in record
    return is_message and kind in ("user", "gemini", "qwen")


def chats(source: Source) -> list[Chat]:
    """A file holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    if any(map(gemini_qwen.is_record, records(source))):
        yield from gemini_qwen.items(source)
        return
    session = _whole(source) or _of_lines(source)
    if not session.messages and not session.facts:
        raise NotATranscript(source.shown, "no line of Gemini in it")
    yield from session.items(source)


def _whole(source: Source) -> "_Session | None":
    """The session that the one object in an older file is; None where it is lines."""
    if "messages" not in members(source):
        return None
    session = _Session()
    try:
        session.take(fields_of(source.document()))
    except NotATranscript:
        return None
    return session


def _of_lines(source: Source) -> "_Session":
    session = _Session()
    for record in source.records():
        session.line(record)
    return session


class _Session:
    """What a file's records leave in the end: messages can be written again and taken away."""

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self.messages: dict[str, Part] = {}
        self.skipped = 0
        self.unnamed = 0

    def line(self, record: Part | None) -> None:
        if record is None:
            self.skipped += 1
        elif "$rewindTo" in record:
            self._rewind(record["$rewindTo"])
        elif "$set" in record:
            self.take(fields_of(record["$set"]))
        elif "type" in record or "content" in record:
            self._add(record)
        else:
            self.take(record)

    def take(self, facts: Part) -> None:
        """Merges facts; `messages` among them replace all that there are."""
        messages = facts.get("messages")
        if isinstance(messages, list):
            self.messages = {}
            for message in messages:
                self.line(message if isinstance(message, dict) else None)
        self.facts.update((key, value) for key, value in facts.items() if key != "messages")

    def _add(self, message: Part) -> None:
        id = text_of(message.get("id"))
        if not id:
            self.unnamed += 1
            id = f"\0{self.unnamed}"
        self.messages[id] = message

    def _rewind(self, id: object) -> None:
        ids = list(self.messages)
        start = ids.index(id) if isinstance(id, str) and id in self.messages else 0
        for gone in ids[start:]:
            del self.messages[gone]

    def items(self, source: Source) -> Iterator[Item]:
        yield self._about(source)
        for id, message in self.messages.items():
            yield from _message(message, id)
        yield from (Skipped() for _ in range(self.skipped))

    def _about(self, source: Source) -> About:
        facts = self.facts
        folder = source.path.parent.name if source.path and facts.get("kind") == "subagent" else ""
        return About(
            session=text_of(facts.get("sessionId")),
            title=text_of(facts.get("summary")),
            parent=folder if folder != "chats" else "",
            cwd=self._folder(),
            started=time_of(facts.get("startTime")),
        )

    def _folder(self) -> str:
        """Where the agent worked, which Gemini tells itself in the first message."""
        for message in list(self.messages.values())[:3]:
            for text in texts_of(message.get("content")):
                if found := WORKS_IN.search(text[:20000]):
                    return found[1]
        return text_of(next(iter(list_of(self.facts.get("directories"))), ""))


def _message(message: Part, key: str) -> Iterator[Item]:
    kind, at = text_of(message.get("type")), time_of(message.get("timestamp"))
    content = message.get("content")
    if kind == "user":
        shown = texts_of(message.get("displayContent"))
        others = [part for part in each(content) if "text" not in part]
        yield from prompt_items([*shown, *others] if any(shown) else content, at, key)
    elif kind in SPEAKERS:
        yield from _answer(message, at, key)
    elif kind in NOTES:
        if text := "\n".join(texts_of(content)):
            yield Said(SYSTEM, text, at)
    else:
        yield Unknown(kind)


def _answer(message: Part, at: Time, key: str) -> Iterator[Item]:
    if model := text_of(message.get("model")):
        yield About(model=model)
    for thought in map(fields_of, list_of(message.get("thoughts"))):
        parts = (text_of(thought.get(name)) for name in ("subject", "description", "text"))
        if text := ": ".join(part for part in parts if part):
            yield Said(ASSISTANT, text, time_of(thought.get("timestamp")) or at, key, REASONING)
    yield from parts_of(message.get("content"), ASSISTANT, at, key)
    for call in map(fields_of, list_of(message.get("toolCalls"))):
        yield from _call(call, at)


def _call(call: Part, at: Time) -> Iterator[Item]:
    id, status = text_of(call.get("id")), text_of(call.get("status"))
    at = time_of(call.get("timestamp")) or at
    yield Called(text_of(call.get("name")) or "tool", call.get("args"), at, id)
    given = call.get("result")
    if given is not None or status in FAILED:
        text = result_text(given) or result_text(call.get("resultDisplay"))
        yield Returned(id, text, at, status in FAILED)
        if said := _answers(call, text):
            yield Said(USER, said, at)


def _answers(call: Part, text: str) -> str:
    """What the person answered to a tool that asks: JSON by the places of the questions."""
    if call.get("name") != ASKS:
        return ""
    questions = dict(questions_of(call.get("args")))
    answers = fields_of(fields_of(decoded(text)).get("answers"))
    return answered((questions.get(place, ""), chosen(it)) for place, it in answers.items())
