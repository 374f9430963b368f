"""Prompts that were typed while the agent worked: announced in one line, delivered in another.

Facts: `queue-operation` lines have `operation` enqueue (with `content`), dequeue, remove or popAll;
what is delivered in the middle of a turn becomes an `attachment` of type `queued_command`, at the
end of a turn a user line, and sometimes neither (anthropics/claude-code#86614).
"""

from collections.abc import Iterator
from itertools import islice

from git_ticketer.importers.items import Said, Time, Withdrawn
from git_ticketer.model.transcript import USER

MERGED = 50
"""So many waiting prompts are compared with one that may be several of them in one."""


class Queue:
    """Which prompts were announced and not yet delivered."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[str]] = {}
        self.taken_back: list[str] = []
        self.count = 0

    def announced(self, text: str, at: Time, agent: str) -> Said:
        """The prompt, which counts until it is delivered."""
        self.count += 1
        key = f"queued {self.count}"
        self.waiting.setdefault(text.strip(), []).append(key)
        return Said(USER, text, at, key, agent=agent)

    def all_taken_back(self) -> None:
        """Every waiting prompt went back to where the person types."""
        self.taken_back = list(islice(self.waiting, MERGED))

    def delivered(self, text: str) -> Iterator[Withdrawn]:
        """What a prompt that was delivered makes of those that were announced."""
        if not self.waiting:
            return
        text = text.strip()
        parts = [text] if text in self.waiting else self._parts(text)
        parts = parts or [part for part in self.taken_back if part in text]
        for part in parts:
            if keys := self.waiting.get(part):
                yield Withdrawn(keys.pop(0))
                if not keys:
                    del self.waiting[part]

    def _parts(self, text: str) -> list[str]:
        """The waiting prompts that a text consists of, a line each; none where it has others."""
        parts, start = [], 0
        for part in list(islice(self.waiting, MERGED)):
            end = start + len(part)
            if text.startswith(part, start) and text[end : end + 1] in ("", "\n"):
                parts.append(part)
                start = end + 1 + (text[end : end + 2] == "\n\n")
        return parts if start > len(text) else []
