"""The user's editor, as git finds it. What was typed is kept until it is stored."""

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from git_ticketer.cli import output
from git_ticketer.errors import TicketerError
from git_ticketer.lean.system import make_folders
from git_ticketer.ops.workspace import Workspace


class EditorFailed(TicketerError):
    """The editor ended badly; what was typed is kept in `path`."""

    def __init__(self, path: str, code: int) -> None:
        super().__init__(f"the editor ended with exit code {code}; the text is kept in {path}")
        self.path = path


def edit(work: Workspace, text: str, *, name: str) -> Path:
    """The file with what the user made of `text` in the editor; see `new_file` for `name`.

    Raises: EditorFailed, CannotStore, GitFailed where no editor is set and the terminal is dumb.
    """
    editor = command(work)
    path = new_file(work, name, text.encode("utf-8"))
    launch(editor, path)
    return path


@contextlib.contextmanager
def kept(path: Path) -> Iterator[None]:
    """Remove a file that was edited once its text is stored; a failure says that it is kept."""
    try:
        yield
    except TicketerError as error:
        error.message += f"; your text is kept in {path}"
        raise
    except BaseException:
        output.note("hint", f"your text is kept in {path}")
        raise
    with contextlib.suppress(OSError):
        path.unlink()


def new_file(work: Workspace, name: str, text: bytes) -> Path:
    """A new file in the git dir; one that an earlier edit keeps stays as it is.

    The first free number takes the place of `{}` in `name`. Raises: CannotStore.
    """
    folder = work.worktree.dirs.state
    make_folders(folder)
    for number in itertools.count(1):
        path = Path(folder, name.format(number))
        with contextlib.suppress(FileExistsError), open(path, "xb") as file:
            file.write(text)
            break
    return path


def command(work: Workspace) -> str:
    """The editor as a shell command; raises GitFailed where none can be used."""
    return work.worktree.git.text("var", "GIT_EDITOR")


def launch(editor: str, path: Path) -> None:
    """Open a file in the editor and wait until it is closed; raises EditorFailed."""
    words = ["sh", "-c", f'{editor} "$@"', editor, str(path)]
    done = subprocess.run(words, cwd=os.getcwd(), check=False)
    if done.returncode:
        raise EditorFailed(str(path), done.returncode)
