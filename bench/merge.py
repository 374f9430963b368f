"""What the merge driver costs a file, and how many random pairs of edits merge without a conflict.

Every command is measured once a round, in a new order; the median over the rounds counts. The pairs
of edits, and what each must give, are those of the tests (tests/merge/triples.py).
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from harness import Cost, Failed, run, sealed_environment

from hooks import about, show

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from git_ticketer.merge.three_way import merge  # noqa: E402 - the package may not be installed
from tests.merge.triples import Triple, facts, triples  # noqa: E402

YAML = 'python -c "import yaml"'
TICKET = ".tickets/PROJ-1/ticket.yaml"
FILES = ("O", "A", "B")


@dataclass
class Row:
    """One command on three files; `code` is how it must end."""

    name: str
    command: tuple[str, ...]
    texts: tuple[str, str, str]
    code: int = 0
    costs: list[Cost] = field(default_factory=list)

    def measure(self, folder: Path, environ: dict[str, str]) -> None:
        """Run once and keep the cost; raises Failed where it ends otherwise than it must."""
        for name, text in zip(FILES, self.texts, strict=True):
            (folder / name).write_text(text, encoding="utf-8")
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=folder, env=environ,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != self.code:
            raise Failed(f"{self.name}: exit {process.returncode}")
        self.costs.append(Cost((usage.ru_utime + usage.ru_stime) * 1000, wall * 1000))

    @property
    def median(self) -> Cost:
        """The median cost."""
        return Cost(median(c.cpu for c in self.costs), median(c.wall for c in self.costs))


def rows() -> list[Row]:
    """Every row of the table of costs."""
    program = Path(sys.executable).with_name("git-ticket")
    if not program.exists():
        raise Failed(f"{program} is not there: pip install git-ticketer")
    found = [t for t in triples(300) if t.ours.text != t.base != t.theirs.text]
    clean = sorted((t for t in found if not t.is_conflict), key=lambda t: len(t.base))
    middle, largest = texts(clean[len(clean) // 2]), texts(clean[-1])
    disputed = texts(next(t for t in found if t.is_conflict))
    driver = (str(program), "merge-driver", *FILES, "7")
    plain = ("git", "merge-file", "-p", "-q", "A", "O", "B")
    lines = tuple(text * 3 for text in ("a\nb\nc\n", "a\nb\nc\n", "A\nb\nc\n"))
    return [
        Row(YAML, (sys.executable, "-c", "import yaml"), middle),
        Row("driver, a ticket of median size", (*driver, TICKET), middle),
        Row("driver, the largest ticket", (*driver, TICKET), largest),
        Row("driver, a conflict", (*driver, TICKET), disputed, 1),
        Row("driver, not a ticket", (*driver, "README"), (lines[0], lines[1], lines[2])),
        Row("git merge-file", plain, (lines[0], lines[1], lines[2])),
    ]


def texts(triple: Triple) -> tuple[str, str, str]:
    """Base, ours and theirs."""
    return triple.base, triple.ours.text, triple.theirs.text


def measure(table: list[Row], rounds: int, folder: Path, environ: dict[str, str]) -> None:
    """Run every row once unmeasured, then all of them in each round."""
    for row in table:
        row.measure(folder, environ)
        row.costs.clear()
    for number in range(rounds):
        order = [*table]
        random.Random(number).shuffle(order)
        for row in order:
            row.measure(folder, environ)


@dataclass
class Rate:
    """How a way of merging did on the pairs of edits: a clean merge is `right` or `wrong`.

    `disputed` are true conflicts that were reported, `unseen` those that were not.
    """

    name: str
    right: int = 0
    conflicts: int = 0
    wrong: int = 0
    disputed: int = 0
    unseen: int = 0

    @property
    def percent(self) -> float:
        """Clean and right, of those that are no true conflict."""
        return 100 * self.right / (self.right + self.conflicts + self.wrong)

    def note(self, triple: Triple, merged: str | None) -> None:
        """Judge one result; None is a conflict."""
        if triple.is_conflict:
            self.disputed += merged is None
            self.unseen += merged is not None
        elif merged is None:
            self.conflicts += 1
        elif facts(merged) == triple.merged:
            self.right += 1
        else:
            self.wrong += 1


def by_fields(triple: Triple) -> str | None:
    """What the driver makes of a pair of edits."""
    merged = merge(*texts(triple))
    return None if merged.conflicts else merged.text


def by_lines(folder: Path, environ: dict[str, str]) -> Callable[[Triple], str | None]:
    """What git makes of it without the driver."""

    def merged(triple: Triple) -> str | None:
        for name, text in zip(FILES, texts(triple), strict=True):
            (folder / name).write_text(text, encoding="utf-8")
        command = ("git", "merge-file", "-p", "-q", "A", "O", "B")
        done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, encoding="utf-8", check=False
        )
        return None if done.returncode else done.stdout

    return merged


def rates(count: int, optional: float, folder: Path, environ: dict[str, str]) -> list[Rate]:
    """Both ways on so many pairs; each optional field is in a ticket with that probability."""
    often = f"{optional:.0%} of the optional fields"
    plain, driver = Rate(f"git alone, {often}"), Rate(f"with the driver, {often}")
    lines = by_lines(folder, environ)
    for triple in triples(count, 1, optional):
        plain.note(triple, lines(triple))
        driver.note(triple, by_fields(triple))
    return [plain, driver]


@dataclass(frozen=True)
class Bar:
    """A limit of ours; `least` is whether it is a lower one."""

    text: str
    value: float
    limit: float
    least: bool = False

    @property
    def verdict(self) -> str:
        """`pass` or `fail`."""
        kept = self.value >= self.limit if self.least else self.value <= self.limit
        return "pass" if kept else "fail"


def bars(table: list[Row], found: list[Rate]) -> list[Bar]:
    """The bars of issue 3."""
    yaml = table[0].median
    made = []
    for row in table[1:3]:
        made.append(Bar(f"{row.name}: CPU, times {YAML}", row.median.cpu / yaml.cpu, 1.5))
        made.append(Bar(f"{row.name}: wall, times {YAML}", row.median.wall / yaml.wall, 1.5))
    for rate in found:
        limit = 95.0 if rate.name.startswith("git alone") else 99.5
        made.append(Bar(f"{rate.name}: percent clean", rate.percent, limit, least=True))
    wrong = sum(rate.wrong + rate.unseen for rate in found)
    made.append(Bar("clean merges that are wrong", wrong, 0))
    return made


def report(table: list[Row], found: list[Rate], limits: list[Bar]) -> None:
    """Print the three tables."""
    yaml = table[0].median
    body = []
    for row in table:
        cost = row.median
        ratios = (cost.cpu / yaml.cpu, cost.wall / yaml.wall)
        body.append([row.name, *(f"{n:.2f}" for n in (cost.cpu, cost.wall, *ratios))])
    show(("per file", "CPU ms", "wall ms", "CPU/yaml", "wall/yaml"), body)
    body = [
        [r.name, f"{r.percent:.2f}", *map(str, (r.conflicts, r.wrong, r.disputed, r.unseen))]
        for r in found
    ]
    header = ("pairs of edits", "clean %", "conflicts", "wrong", "true conflicts", "of them unseen")
    show(header, body)
    body = []
    for bar in limits:
        limit = f"{'at least' if bar.least else 'at most'} {bar.limit:.2f}"
        body.append([bar.text, f"{bar.value:.2f}", limit, bar.verdict])
    show(("bar", "measured", "limit", "verdict"), body)


def bench(options: argparse.Namespace, folder: Path) -> None:
    """Measure, print and write; raises Failed."""
    environ = sealed_environment(folder / "home")
    run(("git", "init", "--quiet", "."), folder, environ)
    table = rows()
    measure(table, options.rounds, folder, environ)
    found = [r for often in (1.0, 0.8, 0.5) for r in rates(options.pairs, often, folder, environ)]
    machine, limits = about(options.rounds), bars(table, found)
    print(", ".join(f"{key} {value}" for key, value in machine.items()), end="\n\n")
    report(table, found, limits)
    if options.json:
        document = {
            "schema": 1,
            "machine": machine,
            "rows": [{"name": row.name, **asdict(row.median)} for row in table],
            "rates": [{**asdict(rate), "percent": rate.percent} for rate in found],
            "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in limits],
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=60, help="how often each row is measured")
    parser.add_argument("--pairs", type=int, default=1000, help="how many pairs of edits (1000)")
    parser.add_argument("--quick", action="store_true", help="5 rounds, 100 pairs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.pairs = 5, 100
    return options


def main() -> int:
    """Run the benchmark; 1 where something failed to run."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-merge-") as folder:
        try:
            bench(options, Path(folder).resolve())
        except Failed as problem:
            print(f"failed: {problem}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
