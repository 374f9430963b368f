"""The records of Claude Code, of its files and of its web form, to items.

Facts: transcripts of versions 1.0.0 to 2.1; the entry format is internal and changes without
notice, so of everything that is read the type is looked at first. Records are taken in file order:
`parentUuid` names lines that are not there and forks after every rewind; both branches stay.
"""

from collections.abc import Callable, Iterable, Iterator

from git_ticketer.importers.claude_code.lines import content_of
from git_ticketer.importers.claude_code.message import Message
from git_ticketer.importers.claude_code.notes import (
    NOISE,
    QUIET,
    TITLES,
    attachment_of,
    origin_of,
)
from git_ticketer.importers.claude_code.queue import Queue
from git_ticketer.importers.claude_code.replies import ASKS, reply_of
from git_ticketer.importers.claude_code.text import spoken
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
from git_ticketer.importers.json_values import (
    attached,
    blocks_of,
    fields_of,
    kind_of,
    text_of,
    time_of,
)
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, TOOL, USER

Record = dict[str, object]
CALLS = {"tool_use", "server_tool_use", "mcp_tool_use"}
TEXTS = {"text", ""}
FILES = {"image", "document"}
UNSAID = {"redacted_thinking", "container_upload"}
SYNTHETIC = "<synthetic>"
NOTHING = "(no content)"


class Reader:
    """Reads the records of one session; `own` is the id of a subagent whose own file it is."""

    def __init__(self, own: str = "") -> None:
        self.own = own
        self.sessions: dict[str, None] = {}
        self.message = Message()
        self.queue = Queue()
        self.seen: set[int] = set()
        self.asked: set[str] = set()
        self.facts: tuple[object, ...] = ()
        self.model = ""
        self.rank = 0
        self.lines = 0
        self.kinds: dict[str, Callable[[Record], Iterator[Item]]] = {
            "user": self._user,
            "human": self._user,
            "assistant": self._assistant,
            "system": self._system,
            "attachment": self._attachment,
            "queue-operation": self._queued,
            "pr-link": self._pull_request,
            **dict.fromkeys(TITLES, self._title),
        }

    def items(self, records: Iterable[Record | None]) -> Iterator[Item]:
        """What the records say, in their order; None is one that could not be read."""
        for record in records:
            if record is None:
                yield Skipped()
                continue
            self.lines += 1
            kind = kind_of(record)
            if kind == "assistant":
                yield from self._about(record)
                yield from self._assistant(record)
                continue
            for item in self._other(kind, record):
                yield from self.message.ended()
                yield item
        yield from self.message.ended()

    def _other(self, kind: str, record: Record) -> Iterator[Item]:
        if kind in self.kinds:
            yield from self._about(record)
            yield from self.kinds[kind](record)
        elif kind not in NOISE:
            yield Unknown(kind or "no type")

    def _about(self, record: Record) -> Iterator[Item]:
        get = record.get
        session = get("sessionId") or get("session_id")
        facts = (session, get("version"), get("gitBranch"), get("cwd"))
        if facts == self.facts:
            return
        self.facts = facts
        session, version, branch, cwd = map(text_of, facts)
        if session:
            self.sessions[session] = None
        yield About(version=version, branch=branch, cwd=cwd, started=time_of(get("timestamp")))

    def _agent(self, record: Record) -> str:
        """The subagent that a line in the main session's file belongs to."""
        if self.own or not record.get("isSidechain"):
            return ""
        return text_of(record.get("agentId")) or "sidechain"

    def _is_copy(self, id: object, text: str) -> bool:
        """Whether a line of that id said that text before: a resumed file repeats its past."""
        if not isinstance(id, str) or not id:
            return False
        mark = hash((id, text))
        again = mark in self.seen
        self.seen.add(mark)
        return again

    def _user(self, record: Record) -> Iterator[Item]:
        at, agent = time_of(record.get("timestamp")), self._agent(record)
        texts: list[str] = []
        others: list[Item] = []
        is_result = False
        for block in blocks_of(content_of(record)):
            kind = kind_of(block)
            if kind in TEXTS and "text" in block:
                texts.append(text_of(block.get("text")))
            elif kind == "tool_result":
                is_result = True
                yield from self._result(block, at, agent)
                yield from self._reply(block, record, at)
            elif kind in FILES:
                others.append(attached(USER, block, at, agent))
            else:
                others.append(Unknown(f"user/{kind}"))
        if not (is_result or others or any(map(str.strip, texts))):
            others.append(NO_TEXT)
        if (texts or others) and not self._is_copy(record.get("uuid"), repr((texts, others))):
            yield from self._texts(record, texts, at, agent)
            yield from others

    def _texts(self, record: Record, texts: list[str], at: Time, agent: str) -> Iterator[Item]:
        """What a user line says: the person's part of it, unless all of it is the system's."""
        if record.get("isCompactSummary"):
            yield from (Said(SYSTEM, text, at, agent=agent) for text in texts)
        elif not record.get("isMeta"):
            said = [part for text in texts for part in spoken(text)]
            prompt = "\n".join(text for role, text in said if role == USER)
            if prompt:
                yield from self.queue.delivered(prompt)
            for role, text in said:
                yield Said(role, text, at, f"user {self.lines}", agent=agent)

    def _result(self, block: Record, at: Time, agent: str) -> Iterator[Item]:
        key = text_of(block.get("tool_use_id"))
        if self._is_copy(key, "result"):
            return
        texts, files = [], []
        for part in blocks_of(block.get("content")):
            if kind_of(part) in FILES:
                files.append(attached(TOOL, part, at, agent))
            else:
                texts.append(text_of(part.get("text")) or text_of(part.get("tool_name")))
        yield Returned(key, "\n".join(texts), at, bool(block.get("is_error")), agent)
        yield from files

    def _reply(self, block: Record, record: Record, at: Time) -> Iterator[Item]:
        """What the person says in a tool's result; also in a subagent's, where nobody else does."""
        key = text_of(block.get("tool_use_id"))
        asked = key in self.asked or (None if not self.message.has_called(key) else False)
        said = reply_of(block, record, asked)
        if said and not self._is_copy(key, f"reply {said}"):
            yield Said(USER, said, at)

    def _assistant(self, record: Record) -> Iterator[Item]:
        message = record.get("message")
        fields = fields_of(message)
        model, at = text_of(fields.get("model")), time_of(record.get("timestamp"))
        role = SYSTEM if record.get("isApiErrorMessage") or model == SYNTHETIC else ASSISTANT
        if model and model not in (self.model, SYNTHETIC):
            self.model = model
            yield About(model=model)
        id = text_of(fields.get("id")) or text_of(record.get("uuid")) or f"line {self.lines}"
        yield from self.message.begun(id)
        agent = self._agent(record)
        for block in blocks_of(fields.get("content") if fields else message):
            yield from self._block(block, role, at, agent)

    def _block(self, block: Record, role: str, at: Time, agent: str) -> Iterator[Item]:
        kind = kind_of(block)
        if kind == "text":
            text = text_of(block.get("text"))
            if text and text != NOTHING:
                self.message.say(Said(role, text, at, self.message.id, agent=agent))
        elif kind == "thinking":
            if thought := text_of(block.get("thinking")):
                self.message.say(Said(role, thought, at, self.message.id, REASONING, agent))
        elif kind in CALLS:
            key = text_of(block.get("id"))
            name = text_of(block.get("name")) or "tool"
            if name == ASKS:
                self.asked.add(key)
            self.message.call(Called(name, block.get("input"), at, key, agent))
        elif kind not in UNSAID:
            yield from self.message.ended()
            yield from self._rare(block, at, agent)

    def _rare(self, block: Record, at: Time, agent: str) -> Iterator[Item]:
        kind = kind_of(block)
        if kind.endswith("_tool_result"):
            yield from self._result(block, at, agent)
        elif kind in FILES:
            yield attached(ASSISTANT, block, at, agent)
        else:
            yield Unknown(f"assistant/{kind}")

    def _system(self, record: Record) -> Iterator[Item]:
        kind, content = text_of(record.get("subtype")), text_of(record.get("content"))
        if kind in QUIET or self._is_copy(record.get("uuid"), content):
            return
        at, agent = time_of(record.get("timestamp")), self._agent(record)
        if kind == "local_command":
            for role, text in spoken(content):
                yield Said(role, text, at, f"system {self.lines}", agent=agent)
        elif content:
            yield Said(SYSTEM, content, at, agent=agent)
        elif kind != "compact_boundary":
            yield Unknown(f"system/{kind}")

    def _attachment(self, record: Record) -> Iterator[Item]:
        given = fields_of(record.get("attachment"))
        at, agent = time_of(record.get("timestamp")), self._agent(record)
        if given.get("type") != "queued_command":
            if (file := attachment_of(given)) and not self._is_copy(record.get("uuid"), "file"):
                yield Attached(USER, file[0], file[1], at, agent)
            return
        content = list(blocks_of(given.get("prompt")))
        texts = [text_of(block.get("text")) for block in content if kind_of(block) in TEXTS]
        text = "\n".join(texts)
        if self._is_copy(record.get("uuid"), text):
            return
        # The user line that it may become bears this id.
        self._is_copy(given.get("source_uuid"), repr((texts, [])))
        if origin_of(given) == USER:
            yield from self._texts({}, texts, at, agent)
        else:
            yield Said(SYSTEM, text, at, agent=agent)
        files = [attached(USER, block, at, agent) for block in content if block.get("source")]
        yield from files if files or text.strip() else [NO_TEXT]

    def _queued(self, record: Record) -> Iterator[Item]:
        doing = record.get("operation")
        if doing == "popAll":
            self.queue.all_taken_back()
        if doing != "enqueue":
            return
        blocks = blocks_of(record.get("content"))
        said = [part for block in blocks for part in spoken(text_of(block.get("text")))]
        text = "\n".join(text for role, text in said if role == USER)
        at, agent = time_of(record.get("timestamp")), self._agent(record)
        if text and not (at and self._is_copy(f"queued {at}", text)):
            yield self.queue.announced(text, at, agent)

    def _title(self, record: Record) -> Iterator[Item]:
        """The title of the highest rank; of one rank the last one."""
        kind = kind_of(record)
        rank, *keys = TITLES[kind]
        title = next((text for key in keys if (text := text_of(record.get(str(key))))), "")
        if title and int(rank) >= self.rank:
            self.rank = int(rank)
            yield About(title=title)

    def _pull_request(self, record: Record) -> Iterator[Item]:
        url = text_of(record.get("prUrl"))
        if url and not self._is_copy("pull request", url):
            yield Said(SYSTEM, f"pull request {url}", time_of(record.get("timestamp")))
