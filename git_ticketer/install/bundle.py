"""The bytecode that a plain commit runs, in one file beside the cached modules.

Searching and reading a module costs a hook more than running it: with thirteen modules from one
file a commit takes a twentieth less time. `lean/hook.py` reads it, and imports the modules one by
one where it is missing, damaged, or not of the sources that are there.
"""

import marshal
import sys
from pathlib import Path
from types import CodeType

from git_ticketer.lean import system

# In the order in which they can be executed: each imports only from those before it.
MODULES = (
    "system",
    "ids",
    "clock",
    "decide",
    "journal",
    "gitdir",
    "session_file",
    "settings",
    "live",
    "context",
    "trailer",
    "prepare_commit_msg",
    "event",
)


def write(folder: Path) -> None:
    """Write the bundle of the lean modules in `folder`; raises OSError where it cannot."""
    entries = [_entry(folder / f"{name}.py") for name in MODULES]
    content = marshal.dumps((_compile(folder / "unpack.py"), entries))
    cache = folder / "__pycache__"
    system.make_folders(str(cache))
    name = f"hook.{sys.implementation.cache_tag}.bundle"
    system.write_file(str(cache / name), content, mode=0o644, durable=False)


def _entry(path: Path) -> tuple[str, int, int, CodeType]:
    stamp = path.stat()
    return path.stem, stamp.st_size, stamp.st_mtime_ns, _compile(path)


def _compile(path: Path) -> CodeType:
    return compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
