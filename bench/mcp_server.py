"""What the MCP server costs an agent, beside mcp-ticketer, and what the agent's hooks cost.

Both servers are spoken to by the same small client, in turn, on the same tickets; see README.md.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import mcp_hooks
import mcp_race
from harness import Failed, NotInstalled, sealed_environment
from mcp_hooks import Hook
from mcp_measure import STARTS, Table, failing, measure, turn
from mcp_race import Race
from mcp_sides import (
    ATTACH,
    CALLS,
    CREATE,
    INFO,
    LIST,
    LIST_AFTER,
    PEER,
    SEARCH,
    Ours,
    Side,
    Theirs,
    peer,
)

from hooks import Bar, about, show, show_bars

SIZES = (100, 10_000)
SLOWER, FASTER = 1.2, 5.0
NO_PEERS = "not measured: --no-peers"


def bars(table: Table) -> list[Bar]:
    """The bars of one number of tickets."""
    at = f"{table.size:,} tickets"
    found = [Bar(f"{at}: {row}, times its own", table.ratio(row), SLOWER) for row in STARTS]
    for row in (INFO, ATTACH):
        text = f"{at}: {row} without fsync, times its own"
        found.append(Bar(text, table.ratio(row, sync=False), SLOWER))
    if table.size >= SIZES[-1]:
        for row in (CREATE, LIST_AFTER, LIST, SEARCH):
            ratio = table.ratio(row)
            text = f"{at}: {row}, its own times ours"
            found.append(Bar(text, 1 / ratio if ratio else None, FASTER, least=True))
    newest = 100 * table.taken[Ours.name].found / table.rounds
    text = f"{at}: % of our searches that found the newest ticket"
    return [*found, Bar(text, newest, 100.0, least=True)]


def hook_bars(size: int, hooks: list[Hook]) -> list[Bar]:
    """The bars of the agent's hooks."""
    cost = {hook.event: hook.median() for hook in hooks}
    at = f"{size:,} tickets: hook"
    return [
        Bar(f"{at} at session start, wall ms", cost[mcp_hooks.START].wall, 150.0),
        Bar(f"{at} at stop, CPU ms", cost[mcp_hooks.STOP].cpu, 50.0),
        Bar(f"{at} at session end, wall ms", cost[mcp_hooks.END].wall, 1000.0),
    ]


def race_bar(race: Race) -> Bar:
    """The bar of the servers that are asked while one attaches."""
    text = f"{mcp_race.POLLERS} servers asked while one attaches: wrong answers of ours"
    return Bar(text, race.wrong, 0.0)


def report(table: Table) -> None:
    """Print one number of tickets."""
    body = []
    for row in (*STARTS, *CALLS):
        ratio = table.ratio(row)
        cells = (*table.both(row), ratio, 1 / ratio if ratio else None)
        body.append([row, *("-" if value is None else f"{value:.2f}" for value in cells)])
    show((f"{table.size:,} tickets, ms", Ours.name, PEER, "ours/its", "its/ours"), body)
    for side in table.sides:
        found = table.taken[side.name].found
        said = side.problem or f"the newest ticket found in {found} of {table.rounds} searches"
        print(f"{side.name}: {said}")
    for row, syncs in table.syncs.items():
        count = "uncounted fsyncs (needs strace)" if syncs is None else f"{syncs:.1f} fsyncs"
        print(f"{row}: {count} of {table.sync:.2f} ms")
    print()


def report_races(races: dict[str, Race]) -> None:
    """Print how many answers were wrong."""
    body = [
        [name, str(race.answers), str(race.wrong), str(race.none), f"{race.percent:.1f}"]
        for name, race in races.items()
    ]
    title = f"{mcp_race.POLLERS} servers asked while one attaches"
    show((title, "answers", "wrong", "'no ticket'", "% wrong"), body)


def report_hooks(hooks: list[Hook], size: int) -> None:
    """Print what the hooks cost."""
    costs = [(hook.event, hook.median()) for hook in hooks]
    body = [[event, f"{cost.cpu:.1f}", f"{cost.wall:.1f}"] for event, cost in costs]
    show((f"hooks of Claude Code, {size:,} tickets", "CPU ms", "wall ms"), body)


def contestants(folder: Path, options: argparse.Namespace) -> tuple[Ours, Theirs]:
    """Ours and the peer, with the reason where that cannot be measured."""
    environ = sealed_environment(folder / "home")
    ours = Ours(folder / "ours", environ)
    problem = NO_PEERS if options.no_peers else ""
    program = Path(PEER)
    try:
        program = program if problem else peer(options.peers.expanduser().resolve())
    except NotInstalled as reason:
        problem = f"not installed: {reason}"
    theirs = Theirs(folder / "theirs", environ, program)
    theirs.problem = problem
    return ours, theirs


def bench(options: argparse.Namespace, folder: Path) -> bool:
    """Measure, print and write; whether everything that was to run did run."""
    machine = about(options.rounds)
    print(", ".join(f"{key} {value}" for key, value in machine.items()), end="\n\n", flush=True)
    sizes: list[dict[str, object]] = []
    races: dict[str, Race] = {}
    found: list[Bar] = []
    fine = True
    for size in sorted(options.sizes):
        ours, theirs = contestants(folder / str(size), options)
        sides: list[Side] = [ours, theirs]
        table = measure(sides, size, options.rounds, options.starts)
        report(table)
        hooks = mcp_hooks.measure(ours, options.rounds, options.megabytes)
        report_hooks(hooks, size)
        if size == max(options.sizes):
            races = _races(sides, options.polls)
            report_races(races)
        found += bars(table) + hook_bars(size, hooks)
        sizes.append(_as_json(table, hooks))
        fine &= not theirs.problem.startswith("failed")
        shutil.rmtree(folder / str(size))
    found.append(race_bar(races[Ours.name]))
    show_bars(found)
    if options.json:
        document = {
            "schema": 1,
            "machine": machine,
            "sizes": sizes,
            "races": {name: asdict(race) for name, race in races.items()},
            "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in found],
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return fine


def _races(sides: list[Side], polls: int) -> dict[str, Race]:
    races = {}
    for side in turn(sides, 0):
        with failing(side):
            races[side.name] = mcp_race.run(side, polls)
    return races


def _as_json(table: Table, hooks: list[Hook]) -> dict[str, object]:
    return {
        "tickets": table.size,
        "rows": [
            {"name": row, "ms": dict(zip(table.taken, table.both(row), strict=True))}
            for row in (*STARTS, *CALLS)
        ],
        "newest_found": {name: taken.found for name, taken in table.taken.items()},
        "fsync_ms": table.sync,
        "fsyncs": table.syncs,
        "hooks": {hook.event: asdict(hook.median()) for hook in hooks},
        "problems": {side.name: side.problem for side in table.sides},
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "git-ticketer-bench"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of tickets")
    parser.add_argument("--rounds", type=int, default=30, help="how often a call is measured")
    parser.add_argument("--starts", type=int, default=15, help="how often a start is")
    parser.add_argument("--polls", type=int, default=300, help="questions to each of 8 servers")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the transcript")
    parser.add_argument("--quick", action="store_true", help="3 rounds, 100 tickets")
    parser.add_argument("--no-peers", action="store_true", help="do not install mcp-ticketer")
    parser.add_argument("--peers", type=Path, default=cache, metavar="FOLDER", help="kept there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    options = parser.parse_args()
    if options.quick:
        options.sizes, options.rounds, options.starts, options.polls = SIZES[:1], 3, 2, 20
    return options


def main() -> int:
    """Run the benchmark; 1 where something failed to run."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-mcp-") as folder:
        try:
            return 0 if bench(options, Path(folder).resolve()) else 1
        except Failed as problem:
            print(f"failed: {problem}")
            return 1


if __name__ == "__main__":
    sys.exit(main())
