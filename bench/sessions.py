"""What sessions cost: archive beside one json.loads pass, log beside grep, why beside blame.

Every command is a whole process, measured in turn with all others; see README.md.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import transcripts
from harness import Failed, run, sealed_environment
from tickets import OURS, Row, measure

from hooks import Bar, about, show, show_bars

MB = 1_000_000
SIZES = (1, 10, 100)
PASS = "one json.loads pass"
LOADS = "import json\nfor line in open({path!r}, 'rb'): json.loads(line)"
START = "python -c pass"
LONG_LINE = "archive, a line of 60 MB"
TICKETS = 1000
FIRST = 1_700_000_000


def no_archive(folder: Path) -> None:
    """Take away what `archive` left."""
    shutil.rmtree(folder / ".tickets/PROJ-7/sessions", ignore_errors=True)


def no_cache(folder: Path) -> None:
    """Make the next command a cold one."""
    shutil.rmtree(folder / ".git/ticketer/cache", ignore_errors=True)


def repository(folder: Path, environ: dict[str, str]) -> None:
    """A repository with one ticket to archive under."""
    folder.mkdir()
    run(("git", "init", "--quiet", "."), folder, environ)
    run((OURS, "init", "--prefix", "PROJ"), folder, environ)
    (folder / ".tickets/PROJ-7").mkdir(parents=True)
    text = "uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A\n\nid: PROJ-7\n\ntitle: Add an avatar\n"
    (folder / ".tickets/PROJ-7/ticket.yaml").write_text(text, encoding="utf-8")


def archive_rows(path: Path) -> list[Row]:
    """The rows for one transcript."""
    archive = (OURS, "archive", str(path), "--ticket", "PROJ-7")
    return [
        Row(PASS, (sys.executable, "-c", LOADS.format(path=str(path)))),
        Row("archive, conversation", archive, no_archive),
        Row("archive, full", (*archive, "--detail", "full"), no_archive),
    ]


def history(folder: Path, environ: dict[str, str], commits: int) -> None:
    """A history in which every fifth commit has our trailers, and a file that grew with it."""
    chance = random.Random(1)
    repository(folder, environ)
    lines: list[str] = []
    parts = []
    for number in range(1, commits + 1):
        body = f"Change {number}\n\n{transcripts.sentence(chance, 12)}\n"
        if number % 5 == 0:
            body += f"\nTicket: PROJ-{number % TICKETS}\nTicket-Session: {transcripts.SESSION}\n"
        date = f"Dana <dana@example.com> {FIRST + number * 60} +0000"
        parts.append(f"commit refs/heads/main\ncommitter {date}\ndata {len(body)}\n{body}")
        if number % (commits // 100 or 1) == 0:
            lines.append(f"line {number}\n")
            text = "".join(lines)
            parts.append(f"M 100644 inline grown.txt\ndata {len(text)}\n{text}\n")
    stream = "".join(parts).encode()
    subprocess.run(
        ("git", "fast-import", "--quiet"), cwd=folder, input=stream, env=environ, check=True
    )
    run(("git", "reset", "--quiet", "--hard"), folder, environ)
    run(("git", "repack", "-adq"), folder, environ)
    run(("git", "commit-graph", "write"), folder, environ)


def history_rows() -> list[Row]:
    """What is measured in the long history."""
    line = "50,50"
    return [
        Row(START, (sys.executable, "-c", "pass")),
        Row("git log --grep", ("git", "log", "--all", "--format=%h %s", "--grep=^Ticket: PROJ-7$")),
        Row("log ID, warm", (OURS, "log", "PROJ-7", "--json"), warm=True),
        Row("log ID, cold", (OURS, "log", "PROJ-7", "--json"), no_cache, cold=True),
        Row("git blame", ("git", "blame", "--porcelain", "-L", line, "grown.txt")),
        Row("why, warm", (OURS, "why", "grown.txt:50"), warm=True),
        Row("why, cold", (OURS, "why", "grown.txt:50"), no_cache, cold=True),
    ]


def archive_bars(size: int, table: list[Row], archive: int, raw: int) -> list[Bar]:
    """The bars for one transcript; `archive` and `raw` are bytes."""
    costs = {row.name: row.milliseconds for row in table}
    memory = {row.name: row.memory / 1024 for row in table}
    base, ours, full = (costs[row.name] for row in table)
    found = [Bar("size of the archive, % of the source", 100 * archive / raw, 5.0)]
    if size >= 100 and base and ours and full:
        found += [
            Bar("archive, conversation, times the json.loads pass", ours / base, 2.5),
            Bar(
                "archive, full: its speed as a part of conversation's",
                ours / full,
                1 / 3,
                least=True,
            ),
            Bar("memory, conversation, MB", memory["archive, conversation"], 60.0),
            Bar("memory, full, MB", memory["archive, full"], 60.0),
        ]
    return found


def history_bars(table: list[Row]) -> list[Bar]:
    """The bars for the long history."""
    costs = {row.name: row.milliseconds or 0.0 for row in table}
    grep, log = costs["git log --grep"], costs["log ID, warm"]
    blame = costs["git blame"] + costs[START]
    return [
        Bar("git log --grep, times log ID warm", grep / log if log else None, 12.0, least=True),
        Bar("why warm, times git blame and python -c pass", costs["why, warm"] / blame, 1.2),
    ]


def report(title: str, table: list[Row], base: str, raw: int, found: list[Bar]) -> None:
    """Print one table with its bars; `raw` is the source's size in bytes, 0 for none."""
    cost = next(row.milliseconds for row in table if row.name == base)
    body = []
    for row in table:
        wall = row.milliseconds
        if wall is None or not cost:
            body.append([row.name, row.problem])
            continue
        speed = f"{raw / MB / wall * 1000:.0f}" if raw else "-"
        body.append(
            [row.name, f"{wall:.1f}", f"{wall / cost:.2f}", speed, f"{row.memory / 1024:.0f}"]
        )
    show((title, "wall ms", f"times {base}", "MB/s", "max RSS MB"), body)
    show_bars(found)


def archives(options: argparse.Namespace, folder: Path, environ: dict[str, str]) -> list[object]:
    """Measure archiving at every size, and a long line."""
    work = folder / "work"
    document: list[object] = []
    repository(work, environ)
    for size in options.sizes:
        path = folder / f"{size}.jsonl"
        transcripts.write(path, size * MB)
        raw = path.stat().st_size
        table = archive_rows(path)
        if size == max(options.sizes):
            long = folder / "long.jsonl"
            transcripts.write_long_line(long, options.line * MB)
            command = (OURS, "archive", str(long), "--ticket", "PROJ-7", "--replace")
            table.append(Row(LONG_LINE, command, no_archive, cold=True))
        measure([(row, work) for row in table], environ, options.rounds, 1)
        no_archive(work)
        run((OURS, "archive", str(path), "--ticket", "PROJ-7"), work, environ)
        written = sum(f.stat().st_size for f in (work / ".tickets/PROJ-7/sessions").iterdir())
        no_archive(work)
        found = archive_bars(size, table[:3], written, raw)
        if len(table) > 3:
            found.append(Bar("memory, a line of 60 MB, MB", table[3].memory / 1024, 60.0))
        shares = ", ".join(f"{name} {share:.1f} %" for name, share in transcripts.mix(path).items())
        print(f"{size} MB: {shares}")
        report(f"{size} MB", table, PASS, raw, found)
        document.append(_as_json(f"{size} MB", table, found))
    return document


def histories(options: argparse.Namespace, folder: Path, environ: dict[str, str]) -> list[object]:
    """Measure `log` and `why`."""
    work = folder / "history"
    history(work, environ, options.commits)
    table = history_rows()
    measure([(row, work) for row in table], environ, options.rounds, 2)
    found = history_bars(table)
    report(f"{options.commits:,} commits", table, START, 0, found)
    return [_as_json(f"{options.commits} commits", table, found)]


def _as_json(name: str, table: list[Row], found: list[Bar]) -> dict[str, object]:
    return {
        "name": name,
        "rows": [
            {"name": row.name, "problem": row.problem, "ms": row.milliseconds, "rss_kb": row.memory}
            for row in table
        ],
        "bars": [{**asdict(bar), "verdict": bar.verdict} for bar in found],
    }


def bench(options: argparse.Namespace, folder: Path) -> bool:
    """Measure, print and write; whether everything that was to run did run."""
    environ = sealed_environment(folder / "home")
    machine = about(options.rounds)
    print(", ".join(f"{key} {value}" for key, value in machine.items()), end="\n\n", flush=True)
    document = archives(options, folder, environ) + histories(options, folder, environ)
    if options.json:
        text = json.dumps({"schema": 1, "machine": machine, "tables": document}, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return '"problem": "failed' not in json.dumps(document)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(SIZES), help="MB of transcript"
    )
    parser.add_argument("--commits", type=int, default=100_000, help="commits in the history")
    parser.add_argument("--line", type=int, default=60, help="MB of the long line")
    parser.add_argument("--rounds", type=int, default=7, help="how often a row is measured")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers here too")
    return parser.parse_args()


def main() -> int:
    """Run the benchmark; 1 where something failed to run."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-sessions-") as folder:
        try:
            return 0 if bench(options, Path(folder).resolve()) else 1
        except Failed as problem:
            print(problem)
            return 1


if __name__ == "__main__":
    sys.exit(main())
