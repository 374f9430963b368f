"""What the hooks cost a commit, beside no hook, sh, bare python and two peers; see README.md.

Every row is one scratch repository; a round measures every row once, in a new order, and the
median over the rounds counts. CPU is user and system time of git and all it starts.
"""

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from harness import (
    COUNTS,
    EVENTS,
    MESSAGE,
    PRE_COMMIT_CONFIG,
    REBASE,
    REPLAYED,
    Cost,
    Failed,
    NotInstalled,
    Row,
    Scratch,
    make_template,
    measure,
    run,
    sealed_environment,
)


def recorded(scratch: Scratch, name: str) -> str:
    """The value of `python` or `hook` that our installed shim records."""
    shim = (scratch.path / ".git/hooks/prepare-commit-msg").read_text(encoding="utf-8")
    found = re.search(rf"^{name}=(.*)$", shim, re.MULTILINE)
    if not found:
        raise Failed(f"the shim records no {name}")
    return shlex.split(found[1])[0]


def no_hook(_: Scratch) -> None:
    """Nothing is installed."""


def sh_hooks(scratch: Scratch) -> None:
    """No-ops of the events we install; post-checkout is run by a rebase only."""
    for event in EVENTS:
        scratch.hook(event, "exit 0")


def python_hook(scratch: Scratch) -> None:
    """One hook, prepare-commit-msg alone, with the interpreter that our shims record."""
    scratch.ticket("hooks", "install")
    python = recorded(scratch, "python")
    scratch.ticket("hooks", "uninstall")
    scratch.hook("prepare-commit-msg", f"{shlex.quote(python)} -I -S -c pass")


def ours(*decision: str) -> Callable[[Scratch], None]:
    """All our hooks, with the decision that these arguments of `git ticket` make."""

    def prepare(scratch: Scratch) -> None:
        scratch.ticket("hooks", "install")
        if decision:
            scratch.ticket(*decision)

    return prepare


def plain(scratch: Scratch) -> bool:
    """Whether the message is as it was given."""
    return scratch.message() == "x"


def tagged(scratch: Scratch) -> bool:
    """Whether both trailers are there."""
    return scratch.message().startswith("x\n\nTicket: PROJ-1\nTicket-Session: ")


def noted(*words: str) -> Callable[[Scratch], bool]:
    """Whether the commit is untagged and our journal says why."""
    return lambda scratch: plain(scratch) and all(word in scratch.note() for word in words)


def prefixed(scratch: Scratch) -> bool:
    """Whether the peer put the branch's ticket before the message."""
    return re.fullmatch(r"\[?JIRA-123\]?:? x", scratch.message()) is not None


def replayed(scratch: Scratch) -> bool:
    """Whether every commit is a new one with its message as it was."""
    old, new = (
        scratch.git("log", f"-{REPLAYED}", "--format=%s%b", head).split()
        for head in (scratch.head, "HEAD")
    )
    ids = scratch.git("rev-list", f"-{REPLAYED}", "HEAD", f"^{scratch.head}").split()
    return old == new and len(ids) == REPLAYED


def install(command: Sequence[str], wanted: Path, folder: Path) -> None:
    """Run an installer with the user's own environment unless `wanted` is there already."""
    if wanted.exists():
        return
    try:
        run(command, folder, dict(os.environ))
    except Failed as problem:
        raise NotInstalled(problem) from None
    if not wanted.exists():
        raise NotInstalled(f"{wanted.name} is not in the package")


def giticket(peers: Path) -> Callable[[Scratch], None]:
    """The setup of giticket as its manual says: pre-commit, at commit-msg, a branch ID_WORDS."""

    def prepare(scratch: Scratch) -> None:
        python = peers / "python/bin/python"
        program, runner = python.with_name("giticket"), python.with_name("pre-commit")
        install((sys.executable, "-m", "venv", str(peers / "python")), python, peers)
        packages = ("-m", "pip", "install", "--quiet", "giticket", "pre-commit")
        install((str(python), *packages), program, peers)
        config = PRE_COMMIT_CONFIG.format(entry=program)
        (scratch.path / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
        scratch.git("checkout", "-q", "-b", "JIRA-123_avatar")
        scratch.git("add", ".")
        scratch.git("commit", "-q", "-m", "configure pre-commit")
        run((str(runner), "install", "-t", "commit-msg"), scratch.path, scratch.environ)

    return prepare


def jira(peers: Path, *, npx: bool) -> Callable[[Scratch], None]:
    """The setup of jira-prepare-commit-msg: through npx, as its manual says, or by node itself."""

    def prepare(scratch: Scratch) -> None:
        node = shutil.which("npx" if npx else "node")
        if node is None:
            raise NotInstalled("node was not found")
        program = peers / "node_modules/jira-prepare-commit-msg/bin/index.js"
        package = "jira-prepare-commit-msg@1.7"
        install(("npm", "install", "--prefix", str(peers), package), program, peers)
        scratch.git("checkout", "-q", "-b", "JIRA-123-avatar")
        (scratch.path / "node_modules").symlink_to(peers / "node_modules")
        name = f"--no-install {JIRA}" if npx else shlex.quote(str(program))
        line = f'exec {shlex.quote(node)} {name} --quiet "$1"'
        scratch.hook("prepare-commit-msg", f"export npm_config_update_notifier=false\n{line}")

    return prepare


NO_HOOK = "no hook"
SH = "sh no-op hooks"
PYTHON = "sh hook: python -I -S -c pass"
ASSOCIATED = "git-ticketer, associated"
OPTED_OUT = "git-ticketer, opted out"
UNDECIDED = "git-ticketer, undecided, no terminal"
GITICKET = "giticket through pre-commit"
JIRA = "jira-prepare-commit-msg"
JIRA_NPX, JIRA_NODE = f"{JIRA} (npx, its manual)", f"{JIRA} (node)"
REPLAY_NO_HOOK, REPLAY_SH, REPLAY_OURS = (
    f"replay, {NO_HOOK}",
    f"replay, {SH}",
    "replay, git-ticketer",
)
COUNTED = (PYTHON, ASSOCIATED, OPTED_OUT, UNDECIDED)
ATTACH, OPT_OUT = ("attach", "PROJ-1"), ("attach", "--none")


def rows(peers: Path) -> list[Row]:
    """Every row of the table, in its order."""
    return [
        Row(NO_HOOK, no_hook, plain),
        Row(SH, sh_hooks, plain),
        Row(PYTHON, python_hook, plain),
        Row(ASSOCIATED, ours(*ATTACH), tagged),
        Row(OPTED_OUT, ours(*OPT_OUT), noted("untagged", "opted out")),
        Row(UNDECIDED, ours(), noted("untagged", "undecided, not asked")),
        Row(GITICKET, giticket(peers), prefixed),
        Row(JIRA_NPX, jira(peers, npx=True), prefixed),
        Row(JIRA_NODE, jira(peers, npx=False), prefixed),
        Row(REPLAY_NO_HOOK, no_hook, replayed, REBASE, REPLAYED),
        Row(REPLAY_SH, sh_hooks, replayed, REBASE, REPLAYED),
        Row(REPLAY_OURS, ours(*ATTACH), replayed, REBASE, REPLAYED),
    ]


@dataclass(frozen=True)
class Line:
    """A row as it is printed; the numbers are None where the row has a problem."""

    name: str
    problem: str
    cpu: float | None = None
    wall: float | None = None
    cpu_over: float | None = None
    over_ratio: float | None = None
    total_ratio: float | None = None


def lines(table: list[Row]) -> list[Line]:
    """The printed rows; replays are compared with the replay without hooks."""
    costs = {row.name: row.median() for row in table}
    return [_line(row, costs) for row in table]


def _line(row: Row, costs: dict[str, Cost | None]) -> Line:
    cost, python, none = costs[row.name], costs[PYTHON], costs[NO_HOOK]
    base = none if row.commits == 1 else costs[REPLAY_NO_HOOK]
    if not cost:
        return Line(row.name, row.problem)
    over = cost.cpu - base.cpu if base else None
    if row.commits > 1 or over is None or not python or not none:
        return Line(row.name, "", cost.cpu, cost.wall, over)
    bare = python.cpu - none.cpu
    ratio = over / bare if bare > 0 else None
    return Line(row.name, "", cost.cpu, cost.wall, over, ratio, cost.cpu / python.cpu)


@dataclass(frozen=True)
class Bar:
    """A limit that we set ourselves; `value` is None where a row of it has a problem."""

    text: str
    value: float | None
    limit: float
    least: bool = False

    @property
    def verdict(self) -> str:
        """`pass`, `fail` or `not measured`."""
        if self.value is None:
            return "not measured"
        kept = self.value >= self.limit if self.least else self.value <= self.limit
        return "pass" if kept else "fail"


def bars(table: list[Row], shown: list[Line]) -> list[Bar]:
    """The bars of the design, judged by the medians."""
    costs = {row.name: row.median() for row in table}
    by_name = {line.name: line for line in shown}
    found = [
        Bar(f"{name}: CPU over no hook, times bare python", by_name[name].over_ratio, 1.25)
        for name in (ASSOCIATED, OPTED_OUT)
    ]
    mine, noop = costs[REPLAY_OURS], costs[REPLAY_SH]
    more = Cost(mine.cpu - noop.cpu, mine.wall - noop.wall) if mine and noop else None
    text = "a replayed commit: {} ms over the sh no-ops"
    found.append(Bar(text.format("CPU"), more.cpu if more else None, 1.5))
    found.append(Bar(text.format("wall"), more.wall if more else None, 1.5))
    tag = costs[ASSOCIATED]
    for name in (JIRA_NPX, JIRA_NODE):
        peer = costs[name]
        times = Cost(peer.cpu / tag.cpu, peer.wall / tag.wall) if peer and tag else None
        text = f"{name}: {{}} of a whole commit, times ours"
        found.append(Bar(text.format("CPU"), times.cpu if times else None, 5, least=True))
        found.append(Bar(text.format("wall"), times.wall if times else None, 5, least=True))
    return found


def count(table: list[Row]) -> dict[str, int]:
    """Instructions of the hook's own process by row; raises Failed."""
    found = {row.name: row for row in table if row.name in COUNTED}
    if any(row.problem for row in found.values()):
        raise Failed("a row that is to be counted has a problem")
    scratches = {name: row.scratch for name, row in found.items() if row.scratch}
    python, hook = (recorded(scratches[ASSOCIATED], name) for name in ("python", "hook"))
    bare = (python, "-I", "-S", "-c", "pass")
    ours = (python, "-I", "-S", hook, EVENTS[0], MESSAGE, "message")
    return {
        name: int(median(instructions(s, bare if name == PYTHON else ours) for _ in range(COUNTS)))
        for name, s in scratches.items()
    }


def instructions(scratch: Scratch, command: Sequence[str]) -> int:
    """User-space instructions of a command that is run as git runs a hook of `commit -m`."""
    (scratch.path / MESSAGE).write_text("x\n", encoding="utf-8")
    log = scratch.path.with_suffix(".callgrind")
    options = ("--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}")
    environ = {**scratch.environ, "GIT_EDITOR": ":"}
    run(("valgrind", *options, *command), scratch.path, environ)
    collected = re.search(r"Collected : (\d+)", log.read_text(encoding="utf-8"))
    if not collected:
        raise Failed("valgrind counted nothing")
    return int(collected[1])


def show(header: Sequence[str], body: list[list[str]]) -> None:
    """Print aligned columns: the first to the left, numbers to the right."""
    table = [list(header), *body]
    widths = [max(len(row[i]) for row in table if len(row) > i) for i in range(len(header))]
    widths[0] = max(len(row[0]) for row in table)
    for row in table:
        cells = [row[0].ljust(widths[0])]
        if len(row) < len(header):
            cells += row[1:]
        else:
            cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())
    print()


def show_lines(shown: list[Line]) -> None:
    """Print the table of costs."""
    header = ("per commit", "CPU ms", "wall ms", "CPU over no hook", "over/python", "total/python")
    body = []
    for line in shown:
        numbers = (line.cpu, line.wall, line.cpu_over, line.over_ratio, line.total_ratio)
        cells = ["-" if n is None else f"{n:.2f}" for n in numbers]
        body.append([line.name, line.problem] if line.problem else [line.name, *cells])
    show(header, body)


def show_bars(found: list[Bar]) -> None:
    """Print the bars with their verdicts."""
    body = []
    for bar in found:
        limit = f"{'at least' if bar.least else 'at most'} {bar.limit:.2f}"
        value = "-" if bar.value is None else f"{bar.value:.2f}"
        body.append([bar.text, value, limit, bar.verdict])
    show(("bar", "measured", "limit", "verdict"), body)


def show_counts(counts: dict[str, int]) -> None:
    """Print the instructions of the hook processes."""
    bare = counts[PYTHON]
    body = [[name, f"{n:,}", f"{n - bare:,}", f"{n / bare:.3f}"] for name, n in counts.items()]
    show(("hook process alone", "instructions", "over python", "total/python"), body)


def about(rounds: int) -> dict[str, str | int]:
    """What was measured on."""
    return {
        "git": run(("git", "--version"), Path.cwd(), dict(os.environ)).split()[2],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "load": f"{os.getloadavg()[0]:.1f}",
        "rounds": rounds,
    }


def bench(options: argparse.Namespace, folder: Path) -> bool:
    """Measure, print and write; whether everything that was to run did run."""
    environ = sealed_environment(folder / "home")
    peers: Path = (options.peers or folder / "peers").resolve()
    peers.mkdir(parents=True, exist_ok=True)
    make_template(folder / "template", environ)
    table = rows(peers)
    for row in table:
        if options.no_peers and row.name in (GITICKET, JIRA_NPX, JIRA_NODE):
            row.problem = "not measured: --no-peers"
        else:
            row.set_up(folder / "template", environ)
    measure(table, options.rounds, 1 if options.quick else 3)
    counts, problem = counted(table) if options.count else ({}, "")
    machine, shown = about(options.rounds), lines(table)
    limits = bars(table, shown)
    report(machine, shown, limits, counts)
    if problem:
        print(f"instructions: {problem}")
    if options.json:
        write_json(options.json, machine, shown, limits, counts)
    return not any(row.problem.startswith("failed") for row in table) and "failed" not in problem


def counted(table: list[Row]) -> tuple[dict[str, int], str]:
    """The instruction counts, or none and the reason."""
    if not shutil.which("valgrind"):
        return {}, "not counted: valgrind was not found"
    try:
        return count(table), ""
    except Failed as problem:
        return {}, f"failed: {problem}"


def report(
    machine: dict[str, str | int], shown: list[Line], limits: list[Bar], counts: dict[str, int]
) -> None:
    """Print everything."""
    print(", ".join(f"{key} {value}" for key, value in machine.items()), end="\n\n")
    show_lines(shown)
    show_bars(limits)
    if counts:
        show_counts(counts)


def write_json(
    path: Path,
    machine: dict[str, str | int],
    shown: list[Line],
    limits: list[Bar],
    counts: dict[str, int],
) -> None:
    """Write what was printed as one document."""
    document = {
        "schema": 1,
        "machine": machine,
        "rows": [asdict(line) for line in shown],
        "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in limits],
        "instructions": counts,
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, help="how often each row is measured (60)")
    parser.add_argument("--quick", action="store_true", help="5 rounds, one warm-up")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep the installed peers here")
    parser.add_argument("--no-peers", action="store_true", help="install and measure no peer")
    parser.add_argument("--count", action="store_true", help="count instructions with valgrind")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    options = parser.parse_args()
    options.rounds = max(1, options.rounds or (5 if options.quick else 60))
    return options


def main() -> int:
    """Run the benchmark; 1 where something failed to run."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-hooks-") as folder:
        return 0 if bench(options, Path(folder).resolve()) else 1


if __name__ == "__main__":
    sys.exit(main())
