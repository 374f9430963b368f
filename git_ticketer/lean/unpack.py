"""Making modules of a bundle's bytecode (install/bundle.py); itself the first thing in it."""

import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType


def unpack(folder: str, entries: "list[tuple[str, int, int, CodeType]]") -> None:
    """Load the modules of package `lean` in `folder`: (name, size, mtime in ns, code) each.

    Raises: ValueError where a source is not the one that was compiled; nothing is loaded then.
    """
    for name, size, mtime, _ in entries:
        found = posix.stat(f"{folder}/{name}.py")
        if (found.st_size, found.st_mtime_ns) != (size, mtime):
            raise ValueError(name)
    for name, _, _, code in entries:
        module = sys.modules[f"lean.{name}"] = type(sys)(f"lean.{name}")
        module.__package__ = "lean"
        exec(code, module.__dict__)  # noqa: S102
