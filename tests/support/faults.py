"""Faults on purpose: system calls that kill or fail, full disks, read-only folders, no privilege.

strace delivers a signal or an error at the entry of a chosen system call; mounts are made in a
mount namespace of their own, so nothing of them is left behind.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

# `?` because not every architecture has all of them.
CALLS = (
    *("openat", "write", "fsync", "mkdir", "mkdirat", "unlink", "unlinkat"),
    *("rename", "renameat", "renameat2"),
)
RENAMES = ("rename", "renameat", "renameat2")
WITHOUT_OVERRIDE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@dataclass(frozen=True)
class Call:
    """A system call: `number` counts those of this name from 1, `text` is strace's line."""

    name: str
    number: int
    text: str


def _works(*command: str) -> bool:
    if not shutil.which(command[0]):
        return False
    return not subprocess.run(command, capture_output=True, check=False).returncode


def needs_strace() -> None:
    """Skip where system calls cannot be traced."""
    if not _works("strace", "-qq", "-o", "/dev/null", "true"):
        pytest.skip("strace is not installed, or tracing is not permitted here")


def needs_mounts() -> None:
    """Skip where no file system can be mounted."""
    mount = "mount -t tmpfs -o size=64k none /mnt"
    if not _works("unshare", "--mount", "sh", "-c", mount):
        pytest.skip("cannot mount: it needs root and unshare(1)")


def unprivileged() -> tuple[str, ...]:
    """What to put before a command so that file modes count; skips where root cannot be bound."""
    if os.geteuid():
        return ()
    if not _works(*WITHOUT_OVERRIDE, "true"):
        pytest.skip("root reads every file, and setpriv(1) is not installed")
    return WITHOUT_OVERRIDE


def record(repo: GitRepo, log: Path, *command: str, names: Sequence[str] = CALLS) -> list[Call]:
    """Run `command` and return its system calls on files, those of its children left out."""
    trace = "trace=" + ",".join(f"?{name}" for name in names)
    done = repo.run("strace", "-qq", "-y", "-s", "64", "-o", str(log), "-e", trace, *command)
    assert done.code == 0, done.err
    counts: dict[str, int] = {}
    calls = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        found = re.match(r"(\w+)\(", line)
        if found:
            name = found[1]
            counts[name] = counts.get(name, 0) + 1
            calls.append(Call(name, counts[name], line))
    return calls


def inject(repo: GitRepo, call: Call, fault: str, *command: str, onwards: bool = False) -> Result:
    """Run `command` with `fault` at the entry of `call` (and, with `onwards`, all after it).

    `fault` is `signal=SIGKILL` or `error=ENOSPC`; the call itself is not executed.
    """
    when = f"when={call.number}{'+' if onwards else ''}"
    inject = f"inject={call.name}:{fault}:{when}"
    trace = f"trace={call.name}"
    return repo.run("strace", "-qq", "-o", "/dev/null", "-e", trace, "-e", inject, *command)


def copy(repo: GitRepo, path: Path) -> GitRepo:
    """A repository with the same files at `path`."""
    shutil.copytree(repo.path, path, symlinks=True)
    return GitRepo(path, repo.environ)


def alike(text: str) -> str:
    """A text of ours with what is random or a time in it made equal."""
    text = re.sub(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "ULID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    return re.sub(r"^  \w{4}:$", "  KEY:", text, flags=re.MULTILINE)


def own(calls: Sequence[Call]) -> list[Call]:
    """The calls on tickets and on our state."""
    return [call for call in calls if re.search(r"/\.(tickets|git/ticketer)\b", call.text)]


def changes_files(call: Call) -> bool:
    """Whether a call changes something on disk."""
    return call.name in CALLS and (call.name != "openat" or "O_CREAT" in call.text)


def distinct(calls: Sequence[Call]) -> list[Call]:
    """Every call that changes something; of the others, one for each name, descriptor and path."""
    found: dict[object, Call] = {}
    for call in calls:
        same = re.findall(r"^\w+\(\d*|/\.(?:tickets|git/ticketer)[^>\"]*", call.text)
        found.setdefault(call if changes_files(call) else tuple(same), call)
    return list(found.values())


def mounted(
    repo: GitRepo, scratch: Path, setup: Sequence[str], *commands: Sequence[str], **environ: str
) -> list[Result]:
    """Run the shell lines of `setup`, then each command, in a mount namespace of their own."""
    scratch.mkdir()
    lines = ["set -e", *setup, "set +e"]
    for number, command in enumerate(commands):
        base = shlex.quote(f"{scratch}/{number}")
        lines.append(f"{shlex.join(command)} >{base}.out 2>{base}.err; echo $? >{base}.code")
    done = repo.run("unshare", "--mount", "sh", "-c", "\n".join(lines), **environ)
    assert done == Result(0, "", "")

    def text(number: int, ending: str) -> str:
        return (scratch / f"{number}.{ending}").read_text(encoding="utf-8")

    return [
        Result(int(text(number, "code")), text(number, "out"), text(number, "err"))
        for number in range(len(commands))
    ]


def read_only(folder: Path) -> list[str]:
    """The shell lines that make `folder` read-only."""
    path = shlex.quote(str(folder))
    return [f"mount --bind {path} {path}", f"mount -o remount,bind,ro {path}"]


def small_disk(folder: Path) -> list[str]:
    """The shell lines that put an empty disk of 64 KB at `folder`."""
    return [f"mount -t tmpfs -o size=64k none {shlex.quote(str(folder))}"]


def own_disk(folder: Path, size: str) -> list[str]:
    """The shell lines that put `folder` with all that is in it on a disk of its own."""
    path, kept = shlex.quote(str(folder)), shlex.quote(f"{folder}.kept")
    mount = f"mount -t tmpfs -o size={size} none {path}"
    return [f"cp -R {path} {kept}", mount, f"cp -R {kept}/. {path}", f"rm -r {kept}"]


def fill(folder: Path) -> list[str]:
    """The command that leaves no byte free on the disk at `folder`."""
    path = shlex.quote(f"{folder}/filler")
    return ["sh", "-c", f"! dd if=/dev/zero of={path} bs=512 status=none 2>/dev/null"]


def kinds(text: str) -> list[str]:
    """The first word of every line: `error`, `warning`, `hint`."""
    return [line.partition(":")[0] for line in text.splitlines()]


def python(script: str, *arguments: str) -> list[str]:
    """The command that runs a script with this interpreter and this package."""
    return [sys.executable, "-c", script, *arguments]
