"""Qwen Code's sessions: Gemini's parts in lines of Claude Code's making.

`~/.qwen/projects/<folder>/chats/<uuid>.jsonl`. Facts: chatRecordingService.ts of QwenLM/qwen-code.
"""

from collections.abc import Iterator

from git_ticketer.importers.answers import answered
from git_ticketer.importers.gemini_parts import Part, each, parts_of, prompt_items
from git_ticketer.importers.items import About, Item, Returned, Said, Skipped, Time, Unknown
from git_ticketer.importers.json_values import fields_of, list_of, text_of, time_of
from git_ticketer.importers.message_blocks import first_text, plain_text
from git_ticketer.importers.source import Source
from git_ticketer.model.transcript import ASSISTANT, SYSTEM, USER

NAME = "qwen-code"
FROM_OTHERS = {"notification", "cron", "goal_runtime", "background_task_completed", "agent_retry"}
PERSON = ("", "real_user")
NOISE = {
    *("session_notes", "chat_compression", "ui_telemetry", "at_command", "attribution_snapshot"),
    *("session_source", "session_execution_engine", "omni_recall", "session_approval_mode"),
    *("rewind", "agent_bootstrap", "agent_launch_prompt", "agent_retry", "agent_session_ready"),
    *("file_history_snapshot", "user_text_elements", "session_artifact_event", "goal_state"),
    *("session_artifact_snapshot", "session_sources_snapshot", "branch_checkpoint"),
    *("goal_runtime", "goal_turn_end", "realtime_message", "turn_result"),
    *("managed_session_header_v1", "managed_session_event_v1", "managed_session_commit_v1"),
}
FAILED = {"error", "cancelled"}


def is_record(record: Part) -> bool:
    """Whether a line has Claude Code's ids and Gemini's parts."""
    has_parts = "parts" in fields_of(record.get("message"))
    return has_parts and ("uuid" in record or "sessionId" in record)


def items(source: Source) -> Iterator[Item]:
    """What the session says."""
    for number, record in enumerate(source.records()):
        if record is None:
            yield Skipped()
            continue
        if not number:
            yield About(agent=NAME)
        yield _about(record)
        yield from _record(record, str(number))


def _about(record: Part) -> About:
    return About(
        session=text_of(record.get("sessionId")),
        version=text_of(record.get("version")),
        model=text_of(record.get("model")),
        branch=text_of(record.get("gitBranch")),
        cwd=text_of(record.get("cwd")),
        started=time_of(record.get("timestamp")),
    )


def _record(record: Part, key: str) -> Iterator[Item]:
    kind, at = text_of(record.get("type")), time_of(record.get("timestamp"))
    agent = first_text(record, "agentName", "agentId") if record.get("isSidechain") else ""
    if kind == "user":
        yield from _user(record, at, key, agent)
    elif kind == "assistant":
        parts = fields_of(record.get("message")).get("parts")
        yield from parts_of(parts, ASSISTANT, at, key, agent)
    elif kind == "tool_result":
        yield from _results(record, at, key, agent)
    elif kind == "system":
        yield from _system(record, at)
    else:
        yield Unknown(kind)


def _user(record: Part, at: Time, key: str, agent: str) -> Iterator[Item]:
    content = fields_of(record.get("message")).get("parts")
    shown = text_of(fields_of(record.get("systemPayload")).get("displayText"))
    is_person = text_of(record.get("provenance")) in PERSON
    if text_of(record.get("subtype")) in FROM_OTHERS or not is_person:
        text = shown or "\n".join(text_of(part.get("text")) for part in each(content))
        yield Said(SYSTEM, text, at, key, agent=agent)
        return
    others = [part for part in each(content) if "text" not in part]
    yield from prompt_items([shown, *others] if shown else content, at, key, agent)


def _results(record: Part, at: Time, key: str, agent: str) -> Iterator[Item]:
    display = fields_of(record.get("toolCallResult"))
    failed = text_of(display.get("status")) in FAILED
    told = False
    for item in parts_of(fields_of(record.get("message")).get("parts"), "tool", at, key, agent):
        told = told or isinstance(item, Returned)
        yield item._replace(failed=item.failed or failed) if isinstance(item, Returned) else item
    given = map(fields_of, list_of(fields_of(display.get("resultDisplay")).get("answers")))
    pairs = ((text_of(it.get("question")), text_of(it.get("answer"))) for it in given)
    if said := answered(pairs):
        yield Said(USER, said, at)
    if display and not told:
        text = plain_text(display.get("resultDisplay"))
        yield Returned(text_of(display.get("callId")), text, at, failed, agent)


def _system(record: Part, at: Time) -> Iterator[Item]:
    kind, payload = text_of(record.get("subtype")), fields_of(record.get("systemPayload"))
    if kind == "custom_title":
        yield About(title=text_of(payload.get("customTitle")))
    elif kind == "parent_session":
        yield About(parent=text_of(payload.get("parentSessionId")))
    elif kind == "session_model":
        yield About(model=text_of(payload.get("modelId")))
    elif kind == "slash_command":
        command = text_of(payload.get("rawCommand"))
        if command and payload.get("phase") != "result" and not payload.get("hiddenInvocation"):
            yield Said(USER, command, at)
    elif kind in FROM_OTHERS:
        if text := text_of(payload.get("displayText")):
            yield Said(SYSTEM, text, at)
    elif kind not in NOISE:
        yield Unknown(f"system/{kind}")
