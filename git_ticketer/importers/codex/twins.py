"""Texts that stand in two streams of a rollout, of which each counts once."""

from git_ticketer.model.transcript import REASONING, USER

ITEM, EVENT = "item", "event"


class Twins:
    """Which texts of one stream still wait for the same text in the other.

    A text is only taken for a twin while nobody else spoke: the same words said again are not.
    """

    def __init__(self) -> None:
        self.role = ""
        self.waiting: dict[tuple[str, str, str], int] = {}

    def is_second(self, stream: str, role: str, text: str) -> bool:
        """Whether the other stream said the text already; else it waits for that.

        `role` is REASONING for what is only thought.
        """
        if role not in (self.role, REASONING):
            kept = self.waiting.items() if role != USER else ()
            self.waiting = {key: count for key, count in kept if key[1] == REASONING}
            self.role = role
        words = " ".join(text.split())
        other = (EVENT if stream == ITEM else ITEM, role, words)
        if self.waiting.get(other):
            self.waiting[other] -= 1
            return True
        own = (stream, role, words)
        self.waiting[own] = self.waiting.get(own, 0) + 1
        return False
