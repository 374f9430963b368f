"""What the person and the agent say in a rollout, each text once."""

from collections.abc import Iterator

from git_ticketer.importers.codex.text import prompt_of
from git_ticketer.importers.codex.twins import EVENT, ITEM, Twins
from git_ticketer.importers.items import NO_TEXT, Attached, Item, Said, Time, Unknown
from git_ticketer.importers.json_values import blocks_of, data_url, list_of, text_of
from git_ticketer.model.transcript import ASSISTANT, REASONING, SYSTEM, USER

Record = dict[str, object]


class Voices:
    """Says what both streams hold; texts of one response item are parts of one message."""

    def __init__(self) -> None:
        self.twins = Twins()
        self.count = 0

    def message(self, item: Record, at: Time) -> Iterator[Item]:
        """A message item; those of the program itself say nothing."""
        self.count += 1
        role = item.get("role")
        if role == ASSISTANT:
            for block in blocks_of(item.get("content")):
                text = text_of(block.get("text")) or text_of(block.get("refusal"))
                yield from self._answer(ITEM, text, at, f"message {self.count}")
        elif role == USER:
            yield from self._prompt_item(item, at)
        elif role not in ("developer", SYSTEM):
            yield Unknown(f"message/{text_of(role)}")

    def reasoning(self, item: Record, at: Time) -> Iterator[Item]:
        """A reasoning item: its summary, and its content where that is not encrypted."""
        self.count += 1
        for part in (*blocks_of(item.get("summary")), *blocks_of(item.get("content"))):
            yield from self._thought(ITEM, text_of(part.get("text")), at)

    def user_event(self, event: Record, at: Time) -> Iterator[Item]:
        """What the person sent, as the interface saw it."""
        if event.get("kind") in ("user_instructions", "environment_context"):
            return
        images = [data_url(USER, url, at) for url in list_of(event.get("images"))]
        paths = [path for path in map(text_of, list_of(event.get("local_images"))) if path]
        images += [Attached(USER, path.rpartition("/")[2], 0, at) for path in paths]
        text = text_of(event.get("message"))
        if not (text.strip() or images):
            yield NO_TEXT
        yield from self._prompt(EVENT, prompt_of(text), images, at)

    def agent_event(self, event: Record, at: Time) -> Iterator[Item]:
        """What the agent said, as the interface showed it."""
        yield from self._answer(EVENT, text_of(event.get("message")), at, "")

    def thought_event(self, event: Record, at: Time) -> Iterator[Item]:
        """What the agent thought, as the interface showed it."""
        self.count += 1
        yield from self._thought(EVENT, text_of(event.get("text")), at)

    def _prompt_item(self, item: Record, at: Time) -> Iterator[Item]:
        texts, files = [], []
        found = False
        for block in blocks_of(item.get("content")):
            found = found or bool(text_of(block.get("text")).strip())
            if "image_url" in block:
                files.append(data_url(USER, block["image_url"], at))
            elif "file_data" in block or "filename" in block:
                file = data_url(USER, block.get("file_data"), at)
                files.append(file._replace(media=text_of(block.get("filename")) or file.media))
            elif prompt := prompt_of(text_of(block.get("text"))):
                texts.append(prompt)
        if not (found or files):
            yield NO_TEXT
        yield from self._prompt(ITEM, "\n".join(texts), files, at)

    def _prompt(self, stream: str, text: str, files: list[Attached], at: Time) -> Iterator[Item]:
        if (text or files) and not self.twins.is_second(stream, USER, text):
            yield Said(USER, text, at)
            yield from files

    def _answer(self, stream: str, text: str, at: Time, key: str) -> Iterator[Item]:
        if text and not self.twins.is_second(stream, ASSISTANT, text):
            yield Said(ASSISTANT, text, at, key)

    def _thought(self, stream: str, text: str, at: Time) -> Iterator[Item]:
        if text and not self.twins.is_second(stream, REASONING, text):
            yield Said(ASSISTANT, text, at, f"thought {self.count}", REASONING)
