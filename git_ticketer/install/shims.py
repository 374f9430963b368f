"""The hook shims: their text for this installation, and telling ours from anybody else's."""

import contextlib
import hashlib
import py_compile
import shlex
import sys
from pathlib import Path

from git_ticketer import lean
from git_ticketer.install import bundle

EVENTS = ("prepare-commit-msg", "commit-msg", "post-checkout")
MARKER = b"# git-ticketer hook: "
BEFORE = ".before-git-ticketer"
CHECKSUM = "# checksum: "


def shim(event: str) -> bytes:
    """The sh hook for `event`, with this interpreter and this package written into it."""
    template = (_templates() / event).read_text(encoding="utf-8")
    text = template.replace("@PYTHON@", shlex.quote(Path(sys.executable).as_posix()))
    text = text.replace("@HOOK@", shlex.quote(hook_file().as_posix()))
    return text.replace("@CHECKSUM@", _checksum(text)).encode()


def _checksum(text: str) -> str:
    """A short digest of a shim without its checksum line."""
    lines = [line for line in text.split("\n") if not line.startswith(CHECKSUM)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def is_edited(path: Path) -> bool:
    """Whether somebody changed a shim of ours after it was written."""
    text = path.read_bytes().decode("utf-8", "replace")
    for line in text.split("\n"):
        if line.startswith(CHECKSUM):
            return line.removeprefix(CHECKSUM)[:16] != _checksum(text)
    return False


def _templates() -> Path:
    """`hooks/` of the source, which the wheel carries as `git_ticketer/_hooks`."""
    package = Path(lean.__file__).parents[1]
    packaged = package / "_hooks"
    return packaged if packaged.is_dir() else package.parent / "hooks"


def hook_file() -> Path:
    """The Python file that the shims run."""
    return Path(lean.__file__).with_name("hook.py")


def is_ours(path: Path) -> bool:
    """Whether `path` is a shim of ours, of any version."""
    try:
        return not path.is_symlink() and MARKER in path.read_bytes()[:200]
    except OSError:
        return False


def compile_lean() -> None:
    """Cache the bytecode of what hooks import, as installers without that step leave it to us."""
    for source in sorted(hook_file().parent.glob("*.py")):
        with contextlib.suppress(OSError):
            py_compile.compile(str(source), doraise=False, quiet=2)
    with contextlib.suppress(OSError):
        bundle.write(hook_file().parent)
