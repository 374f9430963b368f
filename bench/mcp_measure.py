"""Both servers on the same tickets: each call in turn, round after round, and the medians."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

import mcp_disk
from harness import Failed
from mcp_client import Server
from mcp_sides import ATTACH, CALLS, CREATE, INFO, PEER, SEARCH, Ours, Side

INITIALIZE, FIRST = "start, initialize answered", "start, first tool answered"
STARTS = (INITIALIZE, FIRST)


@dataclass
class Taken:
    """The seconds of each row of one side, and how many searches found the newest ticket."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    created: str = ""
    found: int = 0

    def milliseconds(self, row: str) -> float | None:
        """The median, None where it was not measured."""
        return median(self.seconds[row]) * 1000 if self.seconds[row] else None


@dataclass
class Table:
    """What was measured at one number of tickets.

    `sync` is what an fsync takes, in milliseconds, and `syncs` how many of them a call of ours has.
    """

    size: int
    rounds: int
    sides: list[Side]
    taken: dict[str, Taken]
    syncs: dict[str, float | None] = field(default_factory=dict)
    sync: float = 0.0

    def both(self, row: str) -> tuple[float | None, float | None]:
        """The medians of a row in milliseconds, ours and its."""
        return self.taken[Ours.name].milliseconds(row), self.taken[PEER].milliseconds(row)

    def ratio(self, row: str, *, sync: bool = True) -> float | None:
        """Ours divided by its; without `sync` what fsync takes is left out of ours."""
        mine, its = self.both(row)
        syncs = 0.0 if sync else self.syncs.get(row)
        if mine is None or its is None or syncs is None:
            return None
        return (mine - syncs * self.sync) / its


def measure(sides: list[Side], size: int, rounds: int, starts: int) -> Table:
    """Fill both and measure them; a peer that fails has a problem from then on.

    Raises: Failed where ours does.
    """
    table = Table(size, rounds, sides, {side.name: Taken() for side in sides})
    for side in turn(sides, 0):
        with failing(side):
            side.fill(size)
    for number in range(starts + 1):
        for side in turn(sides, number):
            with failing(side):
                _start(side, table.taken[side.name], number)
    _rounds(table)
    ours = sides[0]
    table.syncs = {what: mcp_disk.per_call(ours, what) for what in (INFO, ATTACH)}
    return table


def turn(sides: list[Side], number: int) -> list[Side]:
    """Those that can be measured, another one first each time."""
    able = [side for side in sides if not side.problem]
    return able[::-1] if number % 2 else able


@contextmanager
def failing(side: Side) -> Iterator[None]:
    """Turn a failure of the peer inside a `with` statement into its problem; ours ends it all."""
    try:
        yield
    except Failed as problem:
        if isinstance(side, Ours):
            raise
        side.problem = f"failed: {problem}"


def _start(side: Side, taken: Taken, number: int) -> None:
    """Start it once; the first start compiles and reads from the disk, and is not counted."""
    with side.start() as server:
        _, first = server.timed(*side.calls(0)[INFO])
        if number:
            taken.seconds[INITIALIZE].append(server.seconds)
            taken.seconds[FIRST].append(server.seconds + first)


def _rounds(table: Table) -> None:
    """Make every call of a round to both servers; the first round is not counted."""
    servers: dict[str, Server] = {}
    syncs = []
    with ExitStack() as stack:
        for side in turn(table.sides, 0):
            with failing(side):
                servers[side.name] = stack.enter_context(side.start())
        for number in range(table.rounds + 1):
            for what in CALLS:
                for side in turn(table.sides, number):
                    with failing(side):
                        _call(side, servers[side.name], what, number, table.taken[side.name])
            syncs.append(mcp_disk.seconds(table.sides[0].folder))
    table.sync = median(syncs) * 1000


def _call(side: Side, server: Server, what: str, number: int, taken: Taken) -> None:
    call = side.calls(number).get(what)
    if call is None:
        return
    answer, seconds = server.timed(*call)
    if what == CREATE:
        taken.created = answer["ticket_id"]
    if number:
        taken.seconds[what].append(seconds)
        taken.found += what == SEARCH and taken.created in side.ids(answer)
