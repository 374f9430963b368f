"""Amp's threads: one JSON file a thread, `~/.local/share/amp/threads/T-<uuid>.json`.

Facts: files of format version 220 of early 2026. A message of the person has `meta.sentAt`, one
of the agent `usage.model` and `usage.timestamp`; results of tools stand in the user's messages,
with a `run` of `status` done, error, cancelled or rejected-by-user.
"""

from collections.abc import Iterator

from git_ticketer.importers.items import About, Called, Chat, Item, Said, Skipped, Time, Unknown
from git_ticketer.importers.json_values import (
    blocks_of,
    fields_of,
    list_of,
    text_of,
    time_of,
)
from git_ticketer.importers.message_blocks import (
    Block,
    block_items,
    first_text,
    plain_text,
    result,
    said_by_user,
)
from git_ticketer.importers.peek import members
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import ASSISTANT, SYSTEM

NAME, FORMAT = "amp", "amp-json"
TYPICAL = ("created", "v", "agentMode", "nextMessageId", "env")
BASH = "manual_bash_invocation"


def recognises(source: Source) -> bool:
    """Whether it is a thread: an id of Amp's, or messages that are numbered, and typical keys."""
    found = members(source)
    if "messages" not in found or "mapping" in found:
        return False
    first = fields_of(next(iter(list_of(found["messages"])), None))
    has_id = text_of(found.get("id")).startswith("T-")
    return (has_id or "messageId" in first) and any(key in found for key in TYPICAL)


def chats(source: Source) -> list[Chat]:
    """A file holds one thread."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the thread says; raises NotATranscript."""
    thread = fields_of(source.document())
    messages = thread.get("messages")
    if not isinstance(messages, list):
        raise NotATranscript(source.shown, "no messages of an Amp thread in it")
    yield _about(thread)
    for number, message in enumerate(messages):
        yield from _message(message, str(number)) if isinstance(message, dict) else (Skipped(),)


def _about(thread: Block) -> About:
    initial = fields_of(fields_of(thread.get("env")).get("initial"))
    tree = fields_of(next(iter(list_of(initial.get("trees"))), None))
    return About(
        session=text_of(thread.get("id")),
        title=text_of(thread.get("title")),
        version=text_of(fields_of(initial.get("platform")).get("clientVersion")),
        parent=first_text(thread, "mainThreadID", "parentThreadID"),
        branch=text_of(fields_of(tree.get("repository")).get("ref")).removeprefix("refs/heads/"),
        cwd=path_of(text_of(tree.get("uri"))),
        started=time_of(thread.get("created")),
    )


def path_of(uri: str) -> str:
    """The path that a `file:` URI means; other texts stay as they are."""
    if not uri.startswith("file://"):
        return uri
    from urllib.parse import unquote

    return unquote(uri.removeprefix("file://"))


def _message(message: Block, key: str) -> Iterator[Item]:
    role, content = message.get("role"), message.get("content")
    usage = fields_of(message.get("usage"))
    at = time_of(fields_of(message.get("meta")).get("sentAt")) or time_of(usage.get("timestamp"))
    if model := text_of(usage.get("model")):
        yield About(model=model)
    if role == "user":
        yield from _results(content, at)
        blocks = list(blocks_of(content))
        said = [b for b in blocks if b.get("type") not in ("tool_result", BASH)]
        shown = [b for b in said if not b.get("hidden")]
        if shown or not blocks:
            yield from said_by_user(shown, at, key, str)
    elif role == "assistant":
        for block in blocks_of(content):
            yield from block_items(ASSISTANT, block, at, key)
        yield from _ending(fields_of(message.get("state")), at)
    elif role in ("info", "system"):
        yield from _results(content, at)
        yield from _notes(content, at)
    else:
        yield Unknown(f"message/{role}")


def _results(content: object, at: Time) -> Iterator[Item]:
    """Results of tools, and the shell commands that the person ran."""
    for number, block in enumerate(blocks_of(content)):
        kind, run = block.get("type"), fields_of(block.get("run") or block.get("toolRun"))
        key = first_text(block, "toolUseID", "toolUseId", "tool_use_id")
        if kind == BASH:
            key = f"{BASH} {at} {number}"
            args = fields_of(block.get("args"))
            yield Called("bash", first_text(args, "cmd", "command") or args, at, key)
        if kind in ("tool_result", BASH):
            failed = text_of(run.get("status")) not in ("done", "", "in-progress")
            given = run.get("result") or run.get("error") or block.get("content")
            yield from result(key, given, at, failed or bool(block.get("is_error")))


def _ending(state: Block, at: Time) -> Iterator[Item]:
    if state.get("type") in ("error", "cancelled"):
        reason = plain_text(state.get("error"))
        yield Said(SYSTEM, f"{state['type']}: {reason}" if reason else str(state["type"]), at)


def _notes(content: object, at: Time) -> Iterator[Item]:
    for block in blocks_of(content):
        summary = block.get("summary")
        text = first_text(block, "text") or plain_text(
            fields_of(summary).get("summary") if isinstance(summary, dict) else summary
        )
        if text:
            yield Said(SYSTEM, text, at)
