"""GitHub Copilot's command line: `~/.copilot/session-state/<id>/events.jsonl`.

Facts: the types of events are those of `session-events.ts` of github/copilot-sdk. An event has
`type`, `data`, `id` and `timestamp`; one of a subagent an `agentId` or `data.parentToolCallId`.
"""

from collections.abc import Iterator

from git_ticketer.importers.answers import answered
from git_ticketer.importers.items import (
    NO_TEXT,
    About,
    Attached,
    Called,
    Chat,
    Item,
    Said,
    Skipped,
    Time,
    Unknown,
)
from git_ticketer.importers.json_values import fields_of, kind_of, list_of, text_of, time_of
from git_ticketer.importers.message_blocks import (
    Block,
    decoded,
    first_text,
    plain_text,
    result,
)
from git_ticketer.importers.peek import records
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.importers.tags import leading, without_trailing
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, USER

NAME, FORMAT = "copilot", "copilot-jsonl"
TYPICAL = {
    *("session.start", "session.resume", "user.message", "assistant.message"),
    *("tool.execution_start", "tool.execution_complete", "assistant.turn_start"),
}
INJECTED = {
    *("current_datetime", "reminder", "system_reminder", "system-reminder", "system_notification"),
    *("tagged_files", "attached_files", "environment_context", "extension_context", "sql_tables"),
    *("todo_status", "custom_instructions", "custom_instruction", "ide_selection", "open_files"),
    *("agent_instructions", "skill-context", "skill_context", "plan_mode", "session_context"),
    *("available_skills", "memories", "repository_context", "git_status", "selection"),
}
SENT_BY_OTHERS = ("skill-", "agent-", "system", "schedule", "autopilot", "hook", "notification")
NOISE = {
    *("session.remote_steerable_changed", "session.idle", "session.schedule_created"),
    *("session.schedule_cancelled", "session.schedule_rearmed", "session.mode_changed"),
    *("session.autopilot_objective_changed", "session.mode_notice_delivered"),
    *("session.session_limits_changed", "session.limits_changed", "session.permissions_changed"),
    *("session.plan_changed", "session.todos_changed", "session.workspace_file_changed"),
    *("session.handoff", "session.truncation", "session.snapshot_rewind", "session.shutdown"),
    *("session.usage_checkpoint", "session.usage_info", "session.context_cleared"),
    *("session.compaction_start", "session.tools_updated", "session.background_tasks_changed"),
    *("session.skills_loaded", "session.custom_agents_updated", "session.extensions_loaded"),
    *("session.mcp_servers_loaded", "session.mcp_server_status_changed", "session.binary_asset"),
    *("session.import_legacy", "assistant.turn_start", "assistant.turn_end", "assistant.intent"),
    *("assistant.usage", "assistant.idle", "assistant.message_start", "assistant.message_delta"),
    *("assistant.reasoning_delta", "assistant.streaming_delta", "assistant.tool_call_delta"),
    *("assistant.server_tool_progress", "tool.execution_partial_result", "skill.invoked"),
    *("tool.execution_progress", "tool_search.activated", "user_input.requested", "result"),
    *("pending_messages.modified", "system.message", "commands.changed", "capabilities.changed"),
}
FAMILIES = {
    *("hook", "permission", "subagent", "mcp", "elicitation", "sampling", "external_tool", "model"),
    *("command", "auto_mode_switch", "session_limits_exhausted", "exit_plan_mode", "canvas"),
    *("managed_settings", "factory_run", "ui", "custom", "auto_mode", "mcp_app", "extensions"),
}
"""What all events are noise of that begin so, up to the dot."""

ANSWERED = {
    *("user_input.completed", "exit_plan_mode.completed", "permission.completed"),
    "elicitation.completed",
}
"""Events that may hold the person's words, also where a subagent asked."""

NOTES = {
    *("session.info", "session.warning", "session.error", "session.task_complete", "abort"),
    *("session.compaction_complete", "system.notification"),
}
TEXTS = ("message", "summaryContent", "summary", "content", "reason")


def recognises(source: Source) -> bool:
    """Whether events of Copilot's are among the first lines."""
    return any(
        kind_of(record) in TYPICAL and isinstance(record.get("data"), dict)
        for record in records(source)
    )


def chats(source: Source) -> list[Chat]:
    """A file holds one session."""
    return []


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What the session says; raises NotATranscript."""
    reader, found = _Reader(), False
    for record in source.records():
        if record is None:
            yield Skipped()
            continue
        found = found or "type" in record
        yield from reader.event(record)
    if not found:
        raise NotATranscript(source.shown, "no event of Copilot in it")


class _Reader:
    def __init__(self) -> None:
        self.called: set[str] = set()
        self.returned: set[str] = set()
        self.thoughts: set[int] = set()
        self.number = 0

    def event(self, record: Block) -> Iterator[Item]:
        self.number += 1
        kind, data = kind_of(record), fields_of(record.get("data"))
        at = time_of(record.get("timestamp"))
        agent = first_text(record, "agentId") or first_text(data, "agentId", "parentToolCallId")
        if kind == "user.message":
            yield from self._user(data, at, agent)
        elif kind == "assistant.message":
            yield from self._assistant(data, at, agent)
        elif kind == "assistant.reasoning":
            yield from self._thought(data.get("content"), at, agent)
        elif kind in ("tool.execution_start", "tool.user_requested"):
            yield from self._call(data, at, agent)
        elif kind == "tool.execution_complete":
            yield from self._result(data, at, agent)
        else:
            if answer := _answer(kind, data):
                yield Said(USER, answer, at)
            yield from _other(kind, data, at)

    def _user(self, data: Block, at: Time, agent: str) -> Iterator[Item]:
        text, sent = text_of(data.get("content")), text_of(data.get("transformedContent"))
        if not text.strip():
            text = _without_injected(sent)
        by_others = text_of(data.get("source")).startswith(SENT_BY_OTHERS)
        is_person = not by_others and not data.get("isAutopilotContinuation")
        if text.strip():
            yield Said(USER if is_person else SYSTEM, text, at, str(self.number), agent=agent)
        files = [*map(fields_of, list_of(data.get("attachments")))]
        if not (text.strip() or sent.strip() or files):
            yield NO_TEXT
        for file in files:
            name = first_text(file, "displayName", "path", "title", "url", "mimeType", "type")
            size = file.get("byteLength")
            yield Attached(USER, name, size if isinstance(size, int) else 0, at, agent)

    def _assistant(self, data: Block, at: Time, agent: str) -> Iterator[Item]:
        if not agent and (model := text_of(data.get("model"))):
            yield About(model=model)
        key = first_text(data, "apiCallId", "messageId") or str(self.number)
        yield from self._thought(data.get("reasoningText"), at, agent, key)
        if text := text_of(data.get("content")):
            yield Said(ASSISTANT, text, at, key, agent=agent)
        for request in map(fields_of, list_of(data.get("toolRequests"))):
            yield from self._call(request, at, agent)

    def _thought(self, value: object, at: Time, agent: str, key: str = "") -> Iterator[Item]:
        """A thought; it may be told as an event and again with the message."""
        text = text_of(value)
        if text and hash(text) not in self.thoughts:
            self.thoughts.add(hash(text))
            yield Said(ASSISTANT, text, at, key, REASONING, agent)

    def _call(self, data: Block, at: Time, agent: str) -> Iterator[Item]:
        """A tool that is called, the first time that it is told."""
        key = text_of(data.get("toolCallId"))
        if not key or key not in self.called:
            self.called.add(key)
            given = data.get("arguments", data.get("args"))
            name = first_text(data, "toolName", "name") or "tool"
            yield Called(name, decoded(given), at, key, agent)

    def _result(self, data: Block, at: Time, agent: str) -> Iterator[Item]:
        key = text_of(data.get("toolCallId"))
        if key and key in self.returned:
            return
        self.returned.add(key)
        given = data.get("result")
        fields = fields_of(given)
        names = ("content", "text_result_for_llm", "textResultForLlm", "detailedContent")
        text = first_text(fields, *names) or plain_text(fields.get("contents") or given)
        kind = first_text(fields, "result_type", "resultType") or "success"
        failed = data.get("success") is False or bool(data.get("error")) or kind != "success"
        yield from result(key, text or plain_text(data.get("error")), at, failed, agent)


def _answer(kind: str, data: Block) -> str:
    """What the person answers to a question, or says to a plan or a tool that they refuse."""
    if kind not in ANSWERED:
        return ""
    form = fields_of(data.get("content")) if kind.startswith("elicitation.") else {}
    said = [(name, plain_text(value)) for name, value in form.items()]
    feedback = first_text(data, "answer", "feedback") or first_text(
        fields_of(data.get("result")), "feedback"
    )
    return feedback or answered(said)


def _without_injected(text: str) -> str:
    _, start = leading(text, INJECTED)
    return without_trailing(text, INJECTED, start)


def _other(kind: str, data: Block, at: Time) -> Iterator[Item]:
    if kind in ("session.start", "session.resume", "session.context_changed"):
        yield _about(data)
    elif kind == "session.model_change":
        yield About(model=text_of(data.get("newModel")))
    elif kind == "session.title_changed":
        yield About(title=text_of(data.get("title")))
    elif kind in NOTES:
        if text := first_text(data, *TEXTS):
            yield Said(SYSTEM, text, at)
    elif kind not in NOISE | ANSWERED and kind.partition(".")[0] not in FAMILIES:
        yield Unknown(kind)


def _about(data: Block) -> About:
    context = fields_of(data.get("context")) or data
    return About(
        session=text_of(data.get("sessionId")),
        version=text_of(data.get("copilotVersion")),
        model=text_of(data.get("selectedModel")),
        branch=text_of(context.get("branch")),
        cwd=text_of(context.get("cwd")),
        started=time_of(data.get("startTime")),
    )
