"""A line typed at a terminal: what ends the waiting for it."""

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from git_ticketer.lean import terminal

PATIENCE = 20.0
TRIES = 2000
MICROSECOND = 1e-6


class Rung(Exception):
    """The alarm went off."""


@pytest.fixture
def tty() -> Iterator[int]:
    """A terminal at which nobody types."""
    other, own = os.openpty()
    yield own
    os.close(own)
    os.close(other)


@pytest.fixture
def alarm() -> Iterator[None]:
    """The alarm raises Rung, as Ctrl-C raises KeyboardInterrupt."""

    def ring(*_: object) -> None:
        raise Rung

    before = signal.signal(signal.SIGALRM, ring)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def ended_by_signal(tty: int, after: float) -> bool:
    """Whether a signal that comes after so many seconds ends the waiting, not its deadline."""
    deadline = time.monotonic() + PATIENCE
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        terminal.read_line(tty, deadline)
    except Rung:
        return time.monotonic() < deadline
    return False


def test_a_signal_ends_the_waiting_however_shortly_before_it_comes(tty: int, alarm: None) -> None:
    chance = random.Random(1)
    for _ in range(TRIES):
        assert ended_by_signal(tty, chance.uniform(MICROSECOND, 10 * MICROSECOND))


def test_the_deadline_ends_it_without_an_answer(tty: int) -> None:
    assert terminal.read_line(tty, time.monotonic() + MICROSECOND) is None
