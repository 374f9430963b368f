"""The records of Codex' rollouts, of all generations, to items.

Facts: codex-rs/protocol (`RolloutItem`). Since the autumn of 2025 a line is `{timestamp, type,
payload}`; before that the response item itself, after a first line with the session's id; and
earlier still with lines `{"record_type": "state"}` between them.
"""

from collections.abc import Callable, Iterable, Iterator

from git_ticketer.importers.codex.calls import Calls
from git_ticketer.importers.codex.notes import (
    CALLS,
    NOISE,
    OUTPUTS,
    QUIET,
    QUIET_GROUPS,
    TROUBLE,
)
from git_ticketer.importers.codex.voices import Voices
from git_ticketer.importers.items import About, Item, Said, Skipped, Time, Unknown
from git_ticketer.importers.json_values import blocks_of, fields_of, kind_of, text_of, time_of
from git_ticketer.model.transcript import SYSTEM

Record = dict[str, object]
ENVELOPES = {"response_item", "event_msg"}


class Reader:
    """Reads the records of one rollout."""

    def __init__(self) -> None:
        self.voices = Voices()
        self.calls = Calls()
        self.lines = 0
        self.session = ""
        self.model = ""
        self.before: set[int] = set()
        self.since: set[int] = set()
        self.events: dict[str, Callable[[Record, Time], Iterator[Item]]] = {
            "user_message": self.voices.user_event,
            "agent_message": self.voices.agent_event,
            "agent_reasoning": self.voices.thought_event,
            "agent_reasoning_raw_content": self.voices.thought_event,
            "exec_command_end": self.calls.ran,
            "mcp_tool_call_end": self.calls.asked,
            "patch_apply_end": self.calls.patched,
            "turn_aborted": _aborted,
            "thread_rolled_back": _rolled_back,
            "thread_name_updated": _named,
            "item_completed": self._completed,
        }

    def items(self, records: Iterable[tuple[Record | None, int]]) -> Iterator[Item]:
        """What the records say, in their order; None is one that could not be read.

        With each comes a number that only equal lines share.
        """
        for record, mark in records:
            if record is None:
                yield Skipped()
                continue
            self.lines += 1
            if not self._is_copy(record, mark):
                yield from self._record(record)

    def _is_copy(self, record: Record, mark: int) -> bool:
        """Whether the same line stood before the session was taken up again.

        Without a time, the same words may have been said twice; and so may those that a fork
        copied, which all bear its time.
        """
        kind = kind_of(record)
        if kind == "session_meta":
            self.before |= self.since
            self.since = set()
        if kind not in ENVELOPES or not record.get("timestamp"):
            return False
        self.since.add(mark)
        return mark in self.before

    def _record(self, record: Record) -> Iterator[Item]:
        kind, at = kind_of(record), time_of(record.get("timestamp"))
        payload = fields_of(record.get("payload"))
        if kind == "session_meta":
            yield from self._session(payload)
        elif kind == "turn_context":
            yield from self._turn(payload)
        elif kind == "event_msg":
            yield from self._event(payload, at)
        elif kind == "response_item":
            yield from self._item(payload, at)
        elif kind in ("compacted", "inter_agent_communication"):
            yield from _note(payload.get("message") or payload.get("content"), at)
        elif not kind and "record_type" not in record and "id" in record:
            yield from self._session(record)
        elif "record_type" not in record:
            yield from self._item(record, at)

    def _session(self, meta: Record) -> Iterator[Item]:
        """The session; a second one is that which this one was forked from, copied."""
        if self.session:
            return
        self.session = text_of(meta.get("id"))
        yield About(
            session=self.session,
            version=text_of(meta.get("cli_version")),
            parent=_parent(meta),
            branch=text_of(fields_of(meta.get("git")).get("branch")),
            cwd=text_of(meta.get("cwd")),
            started=time_of(meta.get("timestamp")),
        )

    def _turn(self, context: Record) -> Iterator[Item]:
        model = text_of(context.get("model"))
        if model and model != self.model:
            self.model = model
            yield About(model=model, cwd=text_of(context.get("cwd")))

    def _item(self, item: Record, at: Time) -> Iterator[Item]:
        kind = kind_of(item)
        if kind == "message":
            yield from self.voices.message(item, at)
        elif kind == "reasoning":
            yield from self.voices.reasoning(item, at)
        elif kind in CALLS:
            yield from self.calls.call(item, at)
        elif kind in OUTPUTS:
            yield from self.calls.output(item, at)
        elif kind.endswith("_call"):
            yield from self.calls.builtin(item, at)
        elif kind == "agent_message":
            yield from _note(item.get("content"), at)
        elif kind not in NOISE:
            yield Unknown(kind or "no type")

    def _event(self, event: Record, at: Time) -> Iterator[Item]:
        kind = kind_of(event)
        if kind in self.events:
            yield from self.events[kind](event, at)
        elif kind in TROUBLE:
            yield from _note(event.get("message"), at)
        elif kind not in QUIET and not kind.startswith(QUIET_GROUPS):
            yield Unknown(f"event/{kind}")

    def _completed(self, event: Record, at: Time) -> Iterator[Item]:
        """A plan is a message that no other line has; other items stand elsewhere."""
        item = fields_of(event.get("item"))
        if kind_of(item).lower() == "plan":
            yield from self.voices.agent_event({"message": item.get("text")}, at)


def _parent(meta: Record) -> str:
    """The session that started or was forked into this one."""
    source = fields_of(meta.get("source"))
    agent = fields_of(source.get("subagent") or source.get("subAgent"))
    spawned = fields_of(agent.get("thread_spawn")) or agent
    return (
        text_of(spawned.get("parent_thread_id"))
        or text_of(meta.get("parent_thread_id"))
        or text_of(meta.get("forked_from_id"))
    )


def _note(content: object, at: Time) -> Iterator[Item]:
    """What neither the person nor this agent says."""
    texts = (text_of(block.get("text")) for block in blocks_of(content))
    if text := "\n".join(filter(None, texts)):
        yield Said(SYSTEM, text, at)


def _aborted(event: Record, at: Time) -> Iterator[Item]:
    yield Said(SYSTEM, f"turn aborted: {text_of(event.get('reason')) or 'interrupted'}", at)


def _rolled_back(event: Record, at: Time) -> Iterator[Item]:
    count = event.get("num_turns")
    yield Said(SYSTEM, f"rolled back turns: {count if isinstance(count, int) else 1}", at)


def _named(event: Record, at: Time) -> Iterator[Item]:
    yield About(title=text_of(event.get("thread_name")).strip())
