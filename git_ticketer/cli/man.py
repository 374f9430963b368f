"""`git ticket man`: the manual page, shown or installed; and how shipped files are installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from git_ticketer.cli import output
from git_ticketer.cli.manpage import plain
from git_ticketer.errors import TicketerError

MARKER = b"git-ticketer"
SHIPPED, CHECKOUT = "man/man1/git-ticket.1", "docs/man/git-ticket.1"


class NotShipped(TicketerError):
    """This installation lacks a file that belongs to it; `name` is the one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"this installation of git-ticketer has no {name}",
            hint="pip install --force-reinstall git-ticketer",
        )
        self.name = name


class InTheWay(TicketerError):
    """Something else is where a file of ours belongs; it is kept. `path` names it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not of git-ticketer", hint=f"ls -l {path}")
        self.path = path


class CannotInstall(TicketerError):
    """A file could not be put in its place."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"{path} cannot be written: {error.strerror or error}", hint=f"ls -ld {path.parent}"
        )
        self.path = path


def shipped(name: str, checkout: str) -> Path:
    """The installed file `share/NAME`, or `checkout` in the source that this package is run from.

    Every installer puts `share` beside the `lib` that the package is in, be it in sys.prefix (a
    virtual environment, pipx, `uv tool`) or elsewhere (`pip install --user`). Raises: NotShipped.
    """
    here = Path(__file__).absolute().parents
    for path in (here[2] / checkout, *(folder / "share" / name for folder in here[3:-1])):
        if path.is_file():
            return path
    raise NotShipped(f"share/{name}")


def data_home(environ: Mapping[str, str]) -> Path:
    """Where this user's data belongs, by the XDG base directory specification."""
    named = environ.get("XDG_DATA_HOME", "")
    return Path(named if os.path.isabs(named) else os.path.expanduser("~/.local/share"))


def place(source: Path, target: Path) -> str:
    """Link `target` to `source`, or copy it where links are refused; return what was done.

    An older link or copy of ours is replaced. Raises: InTheWay, CannotInstall.
    """
    try:
        if target.exists() and target.samefile(source):
            return f"{target} is in place"
        if os.path.lexists(target) and not _is_ours(target):
            raise InTheWay(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        return _link_or_copy(source, target)
    except OSError as error:
        raise CannotInstall(target, error) from None


def _link_or_copy(source: Path, target: Path) -> str:
    try:
        target.symlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        return f"Copied {source} to {target}"
    return f"Linked {target} to {source}"


def _is_ours(path: Path) -> bool:
    """Whether `path` is a file of ours, or a link to one of an installation that is gone."""
    if path.is_symlink() and not path.exists():
        return True
    try:
        return MARKER in path.read_bytes()[:400]
    except OSError:
        return False


@click.command("man")
@click.option("--install", is_flag=True, help="Put the page where `git ticket --help` finds it.")
def command(install: bool) -> None:
    """Show the manual page, or install it where git finds it.

    `git ticket --help` is answered by git, which looks for an installed page. Most installers put
    it in place; `uv tool install` does not, and then --install does, for this user.
    """
    page = shipped(SHIPPED, CHECKOUT)
    if install:
        _install(page)
    elif not (sys.stdout.isatty() and _shown_by_man(page)):
        output.say("\n".join(plain(page.read_text(encoding="ascii"))))


def _shown_by_man(page: Path) -> bool:
    """Let man(1) show the page; False where there is no man that can."""
    if not shutil.which("man"):
        return False
    return subprocess.run(["man", str(page)], check=False).returncode == 0


def _install(page: Path) -> None:
    target = data_home(os.environ) / SHIPPED
    output.say(place(page, target))
    if not shutil.which("man"):
        output.note("hint", "there is no man(1) here; git ticket man shows the page without it")
    elif subprocess.run(["man", "-w", "git-ticket"], check=False, capture_output=True).returncode:
        output.note("warning", "man does not look there")
        output.note("hint", f'export MANPATH="$MANPATH:{target.parents[1]}"')
    else:
        output.say("git ticket --help opens it")
