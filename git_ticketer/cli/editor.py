"""The user's editor, as git finds it."""

import contextlib
import os
import subprocess
from pathlib import Path

from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import make_folders
from git_ticketer.ops.workspace import Workspace


class EditorFailed(TicketerError):
    """The editor ended badly; what was typed is kept in `path`."""

    def __init__(self, path: str, code: int) -> None:
        super().__init__(f"the editor ended with exit code {code}; the text is kept in {path}")
        self.path = path


def edit(work: Workspace, text: str, *, name: str) -> str:
    """What the user makes of `text` in the editor; the file is `name` in the git dir.

    Raises: EditorFailed, GitFailed where no editor is set and the terminal is dumb, CannotStore.
    """
    folder = work.worktree.dirs.state
    make_folders(folder)
    path = Path(folder, name)
    path.write_text(text, encoding="utf-8")
    launch(work, path)
    edited = path.read_text(encoding="utf-8", errors="replace")
    with contextlib.suppress(OSError):
        path.unlink()
    return edited


def launch(work: Workspace, path: Path) -> None:
    """Open a file in the editor and wait until it is closed; raises EditorFailed."""
    command = work.worktree.git.text("var", "GIT_EDITOR")
    words = ["sh", "-c", f'{command} "$@"', command, str(path)]
    done = subprocess.run(words, cwd=os.getcwd(), check=False)
    if done.returncode:
        raise EditorFailed(str(path), done.returncode)
