"""What fsync costs in a folder, and how often a call of a tool asks for it."""

import os
import re
import shutil
import time
from pathlib import Path

from harness import Failed
from mcp_sides import Side

MORE = 10
SYNC = re.compile(r"\bf(?:data)?sync\(")


def seconds(folder: Path) -> float:
    """The mean of an fsync of a new small file and of the folder that it is renamed in."""
    new = folder / "fsync.new"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(fd, b"x" * 300)
    spent = _sync(fd)
    os.close(fd)
    new.rename(folder / "fsync")
    fd = os.open(folder, os.O_RDONLY)
    spent += _sync(fd)
    os.close(fd)
    return spent / 2


def _sync(fd: int) -> float:
    start = time.perf_counter()
    os.fsync(fd)
    return time.perf_counter() - start


def per_call(side: Side, what: str) -> float | None:
    """How often a call asks for an fsync; None where strace is not there or may not look."""
    try:
        return (_count(side, what, 1 + MORE) - _count(side, what, 1)) / MORE
    except (Failed, OSError):
        return None


def _count(side: Side, what: str, calls: int) -> int:
    """The fsyncs of a server that is asked so often, from its start to its end."""
    if shutil.which("strace") is None:
        raise Failed("strace is not there")
    log = side.folder.with_name("strace.log")
    look = ("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none")
    with side.start(*look, "-o", str(log)) as server:
        for number in range(calls):
            server.call(*side.calls(number)[what])
    return len(SYNC.findall(log.read_text(encoding="utf-8", errors="replace")))
