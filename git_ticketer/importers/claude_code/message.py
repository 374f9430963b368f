"""One message of the assistant out of its lines: a block each, sometimes told again and longer."""

from collections.abc import Iterator

from git_ticketer.importers.items import Called, Item, Said

RECENT = 50


class Message:
    """The blocks of the message that is being told, held until something else is said.

    A block that was told stays told: copied lines of a resumed session say it again.
    """

    def __init__(self) -> None:
        self.id = ""
        self.held: list[Item] = []
        self.told: set[int] = set()

    def begun(self, id: str) -> Iterator[Item]:
        """What is held, where the message is another one."""
        if id != self.id:
            yield from self.ended()
            self.id = id

    def ended(self) -> list[Item]:
        """What is held; it cannot grow any more."""
        held, self.held = self.held, []
        return held

    def say(self, item: Said) -> None:
        """A text or thought; of two of which one begins with the other, the longer one counts."""
        if self._again(item.kind, item.text):
            return
        for place, held in self._recent():
            if isinstance(held, Said) and held.kind == item.kind:
                if item.text.startswith(held.text):
                    self.held[place] = held._replace(text=item.text)
                    return
                if held.text.startswith(item.text):
                    return
        self.held.append(item)

    def call(self, item: Called) -> None:
        """A tool that is called; told again, its input may have become whole."""
        if item.key and self._again("call", item.key):
            for place, held in self._recent():
                if isinstance(held, Called) and held.key == item.key and item.input:
                    self.held[place] = item
            return
        self.held.append(item)

    def has_called(self, key: str) -> bool:
        """Whether a tool was called with that id."""
        return hash(("", "call", key)) in self.told

    def _recent(self) -> list[tuple[int, Item]]:
        """The last blocks with their places; what grows is among them."""
        start = max(0, len(self.held) - RECENT)
        return list(enumerate(self.held[start:], start))

    def _again(self, kind: str, text: str) -> bool:
        """Whether the message said it before; a call is known by its own id."""
        mark = hash((self.id if kind != "call" else "", kind, text))
        again = mark in self.told
        self.told.add(mark)
        return again
