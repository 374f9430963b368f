"""What tickets cost: list, search, show and create beside git, grep and Backlog.md.

Every command is a whole process, measured in turn with all others of its size; see README.md.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from harness import Failed, run, sealed_environment

from git_ticketer.lean.clock import to_text
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Criterion, Subtask, Ticket
from git_ticketer.model.ulid import make
from git_ticketer.storage import schema, yamltext
from hooks import Bar, about, show, show_bars

SIZES = (100, 1_000, 10_000, 100_000)
OURS = str(Path(sys.executable).with_name("git-ticket"))
START = 'python -c "import click"'
LOAD = "every file once with CSafeLoader"
LOADER = """
import os, yaml
for entry in filter(os.DirEntry.is_dir, os.scandir(".tickets")):
    with open(entry.path + "/ticket.yaml", "rb") as file:
        yaml.load(file.read(), Loader=yaml.CSafeLoader)
"""
PARTS = ("kan", "lo", "mi", "ter", "sol", "ra", "den", "fi", "go", "stu", "bel", "ox")
RARE = "quixotic"
FIRST = 1_700_000_000
WRITERS = 8


def no_preparation(folder: Path) -> None:
    """Nothing is to be done before the command."""


def lose_cache(folder: Path) -> None:
    """Make the next command a cold one."""
    shutil.rmtree(folder / ".git/ticketer/cache", ignore_errors=True)


@dataclass
class Row:
    """A command, what is done before each run, and what the runs cost."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[Path], None] = no_preparation
    cold: bool = False
    warm: bool = False
    problem: str = ""
    seconds: list[float] = field(default_factory=list)
    memory: int = 0

    def measure(self, folder: Path, environ: dict[str, str], *, keep: bool = True) -> None:
        """Run once, a warm row after a run that is not counted; a failure is its problem."""
        self.prepare(folder)
        if self.warm:
            nowhere = subprocess.DEVNULL
            subprocess.run(
                self.command, cwd=folder, env=environ, check=False,
                stdin=nowhere, stdout=nowhere, stderr=nowhere,
            )  # fmt: skip
        with tempfile.TemporaryFile() as said:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.command, cwd=folder, env=environ,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
                self.problem = f"failed: exit {process.returncode}: {''.join(last)}"
        if keep:
            self.seconds.append(seconds)
            self.memory = max(self.memory, usage.ru_maxrss)

    @property
    def milliseconds(self) -> float | None:
        """The median, None where the row has a problem."""
        return None if self.problem or not self.seconds else median(self.seconds) * 1000


def words(chance: random.Random, count: int) -> str:
    """Some invented words."""
    return " ".join("".join(chance.choices(PARTS, k=3)) for _ in range(count))


def ticket(number: int, chance: random.Random) -> Ticket:
    """An invented ticket of a usual size; one in a hundred has the rare word."""
    added = to_text(FIRST + number * 60)
    rare = f" {RARE}" if number % 100 == 1 else ""
    return Ticket(
        uid=make((FIRST + number) * 1000, chance.randbytes(10)),
        id=TicketId(f"PROJ-{number}"),
        title=words(chance, 5) + rare,
        type=chance.choice(("task", "bug", "feature")),
        status=chance.choice(("backlog", "planned", "in-progress", "done", "done", "cancelled")),
        priority=chance.choice(("low", "medium", "high")),
        labels=(f"area-{number % 40}",),
        created=added,
        created_by="Dana <dana@example.com>",
        description="\n".join(words(chance, 10) for _ in range(4)) + "\n",
        criteria=(Criterion("k3f9", words(chance, 5), False, added),),
        subtasks=(Subtask("a7c2", words(chance, 4), "pending", added),),
    )


def fill(folder: Path, environ: dict[str, str], size: int) -> None:
    """A repository with `size` committed tickets."""
    chance = random.Random(size)
    folder.mkdir()
    run(("git", "init", "--quiet", "."), folder, environ)
    (folder / ".tickets").mkdir()
    (folder / ".tickets/config.yaml").write_text("prefix: PROJ\n", encoding="utf-8")
    for number in range(1, size + 1):
        place = folder / f".tickets/PROJ-{number}"
        place.mkdir(parents=True)
        text = yamltext.dump(schema.ticket_values(ticket(number, chance)))
        (place / "ticket.yaml").write_text(text, encoding="utf-8")
    run(("git", "add", "."), folder, environ)
    run(("git", "commit", "--quiet", "-m", "tickets"), folder, environ)


def fill_backlog(folder: Path, environ: dict[str, str], size: int) -> None:
    """The same number of tasks in the format of Backlog.md."""
    chance = random.Random(size)
    tasks = folder / "backlog/tasks"
    tasks.mkdir(parents=True)
    run(("git", "init", "--quiet", "."), folder, environ)
    (folder / "backlog/config.yml").write_text(
        'project_name: "bench"\ndefault_status: "To Do"\nstatuses: ["To Do", "Done"]\n'
        "labels: []\ndate_format: yyyy-mm-dd\ncheck_active_branches: false\n"
        "remote_operations: false\nauto_commit: false\n",
        encoding="utf-8",
    )
    for number in range(1, size + 1):
        one = ticket(number, chance)
        (tasks / f"task-{number} - {one.title.replace(' ', '-')}.md").write_text(
            f"---\nid: TASK-{number}\ntitle: {one.title}\nstatus: To Do\nassignee: []\n"
            f"created_date: '2026-01-01'\nlabels: []\ndependencies: []\n---\n\n"
            f"## Description\n\n{one.description}",
            encoding="utf-8",
        )
    run(("git", "add", "."), folder, environ)
    run(("git", "commit", "--quiet", "-m", "tasks"), folder, environ)


def remove_new(folder: Path) -> None:
    """Take away what `create` left."""
    subprocess.run(("git", "clean", "-fdq", ".tickets"), cwd=folder, check=True)


def rows() -> list[Row]:
    """What is measured in one repository."""
    middle = "PROJ-50"
    tools = [
        Row("git status", ("git", "status", "--porcelain")),
        Row("git ls-files", ("git", "ls-files")),
        Row("grep -r", ("grep", "-rl", RARE, ".tickets")),
    ]
    if shutil.which("rg"):
        tools.append(Row("ripgrep", ("rg", "-l", RARE, ".tickets", "--hidden")))
    return [
        Row(START, (sys.executable, "-c", "import click")),
        Row("list", (OURS, "list"), warm=True),
        Row("list, filtered", (OURS, "list", "label:area-7", "priority:high"), warm=True),
        Row("show", (OURS, "show", middle), warm=True),
        Row("search", (OURS, "search", RARE), warm=True),
        Row("create", (OURS, "create", "A new one", "--no-parent"), remove_new),
        Row("list, cold cache", (OURS, "list"), lose_cache, cold=True),
        Row(LOAD, (sys.executable, "-c", LOADER), cold=True),
        *tools,
    ]


def backlog_rows(program: Path | None) -> list[Row]:
    """The rows of Backlog.md, with the reason where it cannot be measured."""
    path = str(program or "backlog")
    found = [
        Row("Backlog.md list", (path, "task", "list", "--plain"), cold=True),
        Row("Backlog.md show", (path, "task", "50", "--plain"), cold=True),
        Row("Backlog.md search", (path, "search", RARE, "--plain"), cold=True),
    ]
    for row in found:
        row.problem = "" if program else "not measured"
    return found


def measure(
    table: list[tuple[Row, Path]], environ: dict[str, str], rounds: int, cold_rounds: int
) -> None:
    """Run all in each round, in an order of its own; the cold ones in the first rounds only."""
    for row, folder in table:
        if not row.problem:
            row.measure(folder, environ, keep=False)
    for number in range(rounds):
        order = [item for item in table if not item[0].cold or number < cold_rounds]
        random.Random(number).shuffle(order)
        for row, folder in order:
            if not row.problem:
                row.measure(folder, environ)


def write_at_once(folder: Path, environ: dict[str, str]) -> int:
    """How many of eight creates at the same time gave a ticket of its own."""
    started = [
        subprocess.Popen(
            (OURS, "create", f"At once {number}", "--no-parent"), cwd=folder, env=environ,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    codes = [process.wait() for process in started]
    new = run(("git", "ls-files", "--others", ".tickets"), folder, environ).split()
    remove_new(folder)
    return min(codes.count(0), len(new))


def bars(size: int, table: list[Row], written: int) -> list[Bar]:
    """The bars of the design for one size."""
    costs = {row.name: row.milliseconds for row in table}
    found = [Bar(f"{WRITERS} creates at once in one clone", written, WRITERS, least=True)]

    def bar(name: str, limit: float, base: str = START) -> None:
        cost, over = costs[name], costs[base]
        value = cost / over if cost and over else None
        found.append(Bar(f"{name}, times {base}", value, limit))

    if size == 10_000:
        for name in ("list", "list, filtered", "search", "show"):
            bar(name, 1.6)
        bar("create", 4.0)
        bar("list, cold cache", 1.5, LOAD)
    if size == 100_000:
        bar("list", 6.0)
        memory = [row.memory / 1024 for row in table if row.command[0] == OURS]
        found.append(Bar("most memory of ours, MB", max(memory), 250.0))
    return found


def report(size: int, table: list[Row], found: list[Bar]) -> None:
    """Print one size."""
    base = next(row for row in table if row.name == START).milliseconds
    body = []
    for row in table:
        cost = row.milliseconds
        if cost is None or not base:
            body.append([row.name, row.problem])
        else:
            numbers = (f"{cost:.1f}", f"{cost / base:.2f}", f"{row.memory / 1024:.0f}")
            body.append([row.name, *numbers])
    show((f"{size:,} tickets", "wall ms", "times the start", "max RSS MB"), body)
    show_bars(found)


def bench(options: argparse.Namespace, folder: Path) -> bool:
    """Measure, print and write; whether everything that was to run did run."""
    environ = sealed_environment(folder / "home")
    machine = about(options.rounds)
    print(", ".join(f"{key} {value}" for key, value in machine.items()), end="\n\n", flush=True)
    document = []
    fine = True
    for size in options.sizes:
        ours, theirs = folder / f"tickets-{size}", folder / f"backlog-{size}"
        fill(ours, environ, size)
        table = [(row, ours) for row in rows()]
        if options.backlog:
            fill_backlog(theirs, environ, size)
        table += [(row, theirs) for row in backlog_rows(options.backlog)]
        measure(table, environ, options.rounds, options.cold_rounds)
        every = [row for row, _ in table]
        found = bars(size, every, write_at_once(ours, environ))
        report(size, every, found)
        fine &= not any(row.problem.startswith("failed") for row in every)
        document.append(_as_json(size, every, found))
        shutil.rmtree(ours)
    if options.json:
        text = json.dumps({"schema": 1, "machine": machine, "sizes": document}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return fine


def _as_json(size: int, table: list[Row], found: list[Bar]) -> dict[str, object]:
    return {
        "tickets": size,
        "rows": [
            {"name": row.name, "problem": row.problem, "ms": row.milliseconds, "rss_kb": row.memory}
            for row in table
        ],
        "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in found],
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(SIZES[:3]), help="numbers of tickets"
    )
    parser.add_argument("--rounds", type=int, default=21, help="how often a warm row is measured")
    parser.add_argument("--cold-rounds", type=int, default=3, help="how often a cold one")
    parser.add_argument("--backlog", type=Path, metavar="FILE", help="the program of Backlog.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    return parser.parse_args()


def main() -> int:
    """Run the benchmark; 1 where something failed to run."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-tickets-") as folder:
        try:
            return 0 if bench(options, Path(folder).resolve()) else 1
        except Failed as problem:
            print(problem)
            return 1


if __name__ == "__main__":
    sys.exit(main())
