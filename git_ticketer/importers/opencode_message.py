"""OpenCode's messages: of version 1 a message and its parts, of version 2 one object each.

Facts: message-v2.ts and session/message.ts of anomalyco/opencode.
"""

from collections.abc import Iterator

from git_ticketer.importers.answers import answered, chosen, questions_of
from git_ticketer.importers.items import (
    NO_TEXT,
    About,
    Attached,
    Called,
    Item,
    Returned,
    Said,
    Skipped,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import data_url, fields_of, list_of, text_of, time_of
from git_ticketer.importers.message_blocks import Block, decoded, first_text, plain_text
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, TEXT, TOOL, USER

NOISE = {"step-start", "step-finish", "snapshot", "patch", "compaction", "agent", "retry"}
INJECTED = {"synthetic", "system", "agent-switched", "location-switched"}
ENDED = {"completed", "error"}
REFUSED = "rejected permission to use this specific tool call with the following feedback:"


def about(info: Block) -> About:
    """The facts of a session, as files, exports and (by other names) databases have them."""
    time, model = fields_of(info.get("time")), fields_of(decoded(info.get("model")))
    return About(
        session=text_of(info.get("id")),
        version=text_of(info.get("version")),
        model=first_text(model, "id", "modelID"),
        title=text_of(info.get("title")),
        parent=first_text(info, "parentID", "parent_id"),
        cwd=text_of(info.get("directory")),
        started=time_of(info.get("time_created", time.get("created"))),
    )


def message_items(info: Block, parts: Iterator[Block | None], key: str) -> Iterator[Item]:
    """What a message of version 1 says; a part that cannot be read is None."""
    at = time_of(fields_of(info.get("time")).get("created") or info.get("time_created"))
    role = {"user": USER, "assistant": ASSISTANT}.get(text_of(info.get("role")), SYSTEM)
    if role == ASSISTANT:
        model = fields_of(info.get("model"))
        yield About(
            model=first_text(info, "modelID") or first_text(model, "modelID", "id"),
            cwd=text_of(fields_of(info.get("path")).get("cwd")),
        )
    if info.get("summary") is True:
        role = SYSTEM
    files: list[Item] = []
    found = False
    for number, part in enumerate(parts):
        found = found or not _is_empty(part)
        if part is None:
            yield Skipped()
        elif part.get("type") == "file":
            files.append(_file(role, part, at))
        else:
            yield from _part(part, role, at, key, f"{key} {number}")
    yield from files
    if role == USER and not found:
        yield NO_TEXT
    yield from _failure(info.get("error"), at)


def _is_empty(part: Block | None) -> bool:
    """Whether a part is a text in which nothing stands."""
    if part is None or part.get("type") != "text":
        return False
    return not text_of(part.get("text")).strip()


def _part(part: Block, role: str, at: Time, key: str, id: str) -> Iterator[Item]:
    kind = text_of(part.get("type"))
    if kind in ("text", "reasoning"):
        text, is_injected = text_of(part.get("text")), part.get("synthetic") or part.get("ignored")
        start = fields_of(part.get("time")).get("start") or part.get("time_created") or at
        if text.strip() and not is_injected:
            meant = REASONING if kind == "reasoning" else TEXT
            yield Said(role, text, time_of(start), key, meant)
    elif kind == "tool":
        yield from _tool(part, at, id)
    elif kind == "subtask":
        if text := first_text(part, "prompt", "description"):
            yield Said(role, text, at, key)
    elif kind not in NOISE:
        yield Unknown(f"part/{kind}")


def _tool(part: Block, at: Time, id: str) -> Iterator[Item]:
    """A tool and what it gave back: both stand in one part."""
    state, time = fields_of(part.get("state")), fields_of(part.get("time"))
    times = fields_of(state.get("time")) or time
    start = time_of(times.get("start") or time.get("ran") or time.get("created")) or at
    key = first_text(part, "callID", "id") or id
    name, status = first_text(part, "tool", "name") or "tool", text_of(state.get("status"))
    yield Called(name, decoded(state.get("input")), start, key)
    given = state.get("output") or state.get("content")
    if status in ENDED or given:
        text = (
            plain_text(given) or plain_text(state.get("error")) or plain_text(state.get("result"))
        )
        yield Returned(key, text, start, status == "error")
    if said := _reply(name, state):
        yield Said(USER, said, start)
    for file in map(fields_of, list_of(state.get("attachments"))):
        yield _file(TOOL, file, start)


def _reply(tool: str, state: Block) -> str:
    """What the person says in a tool's result: answers, or why they refused it."""
    if state.get("status") == "error":
        return plain_text(state.get("error")).partition(REFUSED)[2].strip()
    if tool != "question":
        return ""
    asked = (question for _, question in questions_of(state.get("input")))
    given = list_of(fields_of(state.get("metadata")).get("answers"))
    return answered(zip(asked, map(chosen, given), strict=False))


def _file(role: str, file: Block, at: Time) -> Attached:
    url = first_text(file, "url", "uri", "data")
    known = data_url(role, url, at)
    name = first_text(file, "filename", "name") or first_text(file, "mime", "mimeType")
    return known._replace(media=name or known.media)


def _failure(error: object, at: Time) -> Iterator[Item]:
    fields = fields_of(error)
    text = plain_text(fields.get("data")) or first_text(fields, "message", "name")
    if text:
        yield Said(SYSTEM, text, at)


def newer_items(message: Block, key: str) -> Iterator[Item]:
    """What a message of version 2 says: its `type` is who or what says it."""
    kind = text_of(message.get("type"))
    at = time_of(fields_of(message.get("time")).get("created") or message.get("time_created"))
    if kind == "user":
        text, files = text_of(message.get("text")), list_of(message.get("files"))
        if text.strip() or not files:
            yield Said(USER, text, at, key) if text.strip() else NO_TEXT
        for file in map(fields_of, files):
            yield _file(USER, file, at)
    elif kind == "assistant":
        yield About(model=first_text(fields_of(message.get("model")), "id", "modelID"))
        for number, part in enumerate(map(fields_of, list_of(message.get("content")))):
            yield from _part(part, ASSISTANT, at, key, f"{key} {number}")
        yield from _failure(message.get("error"), at)
    elif kind == "shell":
        yield Called("bash", text_of(message.get("command")), at, f"{key} shell")
        yield Returned(f"{key} shell", plain_text(message.get("output")), at)
    elif kind == "compaction":
        if text := first_text(message, "summary", "text"):
            yield Said(SYSTEM, text, at)
    elif kind == "model-switched":
        yield About(model=first_text(fields_of(message.get("model")), "id", "modelID"))
    elif kind not in INJECTED:
        yield Unknown(kind)
