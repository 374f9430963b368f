"""Eight servers that are asked which ticket is attached, while a ninth attaches one and another."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Thread
from typing import Any, NamedTuple

from harness import Failed
from mcp_client import Server
from mcp_sides import ATTACH, INFO, Side

POLLERS = 8


class Poll(NamedTuple):
    """What a server answered to a question, and when it was asked and had answered."""

    asked: float
    answered: float
    ticket: str | None


class Attached(NamedTuple):
    """A ticket, and when it began to be attached and was."""

    began: float
    done: float
    ticket: str


@dataclass(frozen=True)
class Race:
    """How many answers there were, and how many no order of what happened can give.

    `none` of the wrong ones say that no ticket is attached, and `failed` say nothing at all.
    """

    answers: int
    wrong: int
    none: int
    failed: int
    attached: int

    @property
    def percent(self) -> float:
        """Wrong answers, of all."""
        return 100 * self.wrong / self.answers


def run(side: Side, polls: int) -> Race:
    """Let each of the servers be asked so often; raises Failed where one does not start."""
    with ExitStack() as stack:
        servers = [stack.enter_context(side.start()) for _ in range(POLLERS + 1)]
        attacher, pollers = servers[0], servers[1:]
        history = [_attach(attacher, side, 0)]
        found: list[Poll] = []
        threads = [Thread(target=_poll, args=(one, side, polls, found)) for one in pollers]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            history.append(_attach(attacher, side, len(history)))
        for thread in threads:
            thread.join()
    return judge(found, history, POLLERS * polls)


def _attach(server: Server, side: Side, number: int) -> Attached:
    began = time.monotonic()
    answer = server.call(*side.calls(number)[ATTACH])
    return Attached(began, time.monotonic(), answer["current_ticket"])


def _poll(server: Server, side: Side, polls: int, found: list[Poll]) -> None:
    call = side.calls(0)[INFO]
    for _ in range(polls):
        asked = time.monotonic()
        try:
            answer: dict[str, Any] = server.call(*call)
        except Failed:
            continue
        found.append(Poll(asked, time.monotonic(), answer["current_ticket"]))


def judge(found: list[Poll], history: list[Attached], answers: int) -> Race:
    """Count the answers that name another ticket than one that may have been attached then.

    A ticket may have been attached from when that began until the next one's was done.
    """
    ends = [one.done for one in history[1:]] + [float("inf")]
    wrong = [
        poll
        for poll in found
        if not any(
            one.ticket == poll.ticket and one.began <= poll.answered and poll.asked <= end
            for one, end in zip(history, ends, strict=True)
        )
    ]
    none = sum(poll.ticket is None for poll in wrong)
    failed = answers - len(found)
    return Race(answers, len(wrong) + failed, none, failed, len(history))
