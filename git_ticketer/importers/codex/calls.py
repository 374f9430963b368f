"""The tools that a rollout's agent used, each call and each result once.

Facts: codex-rs/protocol. A response item is the call, another its output; the events that say the
same bear the same `call_id` and count only where there is no such item (tools within a tool).
"""

from collections.abc import Iterator

from git_ticketer.importers.answers import answered, chosen, questions_of
from git_ticketer.importers.codex.tools import command_of, given, output_of
from git_ticketer.importers.items import Called, Item, Returned, Said, Time
from git_ticketer.importers.json_values import data_url, fields_of, kind_of, text_of
from git_ticketer.model.transcript import TOOL, USER

Record = dict[str, object]
ASKS = "request_user_input"


class Calls:
    """Knows the calls and results that were told."""

    def __init__(self) -> None:
        self.called: set[str] = set()
        self.returned: set[str] = set()
        self.questions: dict[str, dict[str, str]] = {}

    def call(self, item: Record, at: Time) -> Iterator[Item]:
        """A function, a tool with free input, or one of an MCP server."""
        name = text_of(item.get("name")) or text_of(item.get("tool")) or kind_of(item)
        arguments = given(item.get("arguments", item.get("input")))
        if name == ASKS:
            self.questions[_key(item)] = dict(questions_of(arguments))
        yield from self._called(_key(item), name, arguments, at)

    def builtin(self, item: Record, at: Time) -> Iterator[Item]:
        """A shell, a search or an image that the program itself offers the model."""
        kind = kind_of(item)
        action = fields_of(item.get("action"))
        if "command" in action:
            action = {"command": command_of(action["command"])}
        told = action or item.get("revised_prompt") or given(item.get("arguments"))
        yield from self._called(_key(item), kind.removesuffix("_call"), told, at)
        if kind == "image_generation_call" and (image := text_of(item.get("result"))):
            yield data_url(TOOL, f"data:image/png;base64,{image}", at)

    def output(self, item: Record, at: Time) -> Iterator[Item]:
        """What a call gave back."""
        key, output = _key(item), item.get("output", item.get("result"))
        is_first = key not in self.returned
        yield from self._returned(key, output, at)
        if key in self.questions and is_first:
            yield from self._answers(self.questions[key], given(output), at)

    def _answers(self, questions: dict[str, str], output: object, at: Time) -> Iterator[Item]:
        """What the person answered, by the ids of the questions."""
        answers = fields_of(fields_of(output).get("answers"))
        said = answered((questions.get(id, ""), chosen(it)) for id, it in answers.items())
        if said:
            yield Said(USER, said, at)

    def ran(self, event: Record, at: Time) -> Iterator[Item]:
        """A command that ended."""
        output = event.get("aggregated_output") or event.get("stdout")
        command = {"command": command_of(event.get("command"))}
        result = {"output": output, "metadata": {"exit_code": event.get("exit_code")}}
        yield from self._done(event, "exec_command", command, result, at)

    def asked(self, event: Record, at: Time) -> Iterator[Item]:
        """A tool of an MCP server that ended; its result is `Ok` or `Err`."""
        asked = fields_of(event.get("invocation"))
        name = f"{text_of(asked.get('server'))}.{text_of(asked.get('tool'))}"
        result = fields_of(event.get("result"))
        output = result["Ok"] if "Ok" in result else {"output": result.get("Err"), "success": False}
        yield from self._done(event, name, asked.get("arguments"), output, at)

    def patched(self, event: Record, at: Time) -> Iterator[Item]:
        """Files that were changed."""
        paths = " ".join(fields_of(event.get("changes")))
        result = {"output": event.get("stdout"), "success": event.get("success")}
        yield from self._done(event, "apply_patch", paths, result, at)

    def _done(
        self, event: Record, name: str, arguments: object, output: object, at: Time
    ) -> Iterator[Item]:
        if (key := _key(event)) and key not in self.called:
            yield from self._called(key, name, arguments, at)
            yield from self._returned(key, output, at)

    def _called(self, key: str, name: str, arguments: object, at: Time) -> Iterator[Item]:
        if not key or key not in self.called:
            self.called.add(key)
            yield Called(name, arguments, at, key)

    def _returned(self, key: str, output: object, at: Time) -> Iterator[Item]:
        if not key or key not in self.returned:
            self.returned.add(key)
            text, failed, images = output_of(output, at)
            yield Returned(key, text, at, failed)
            yield from images


def _key(item: Record) -> str:
    return text_of(item.get("call_id")) or text_of(item.get("id"))
