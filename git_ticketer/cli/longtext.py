"""Long text on the command line: -m (repeatable), -F FILE or -, or the editor."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from git_ticketer.cli import editor
from git_ticketer.cli.output import is_interactive
from git_ticketer.errors import TicketerError
from git_ticketer.ops.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
LIMIT = 1 << 20


class CannotRead(TicketerError):
    """A file given as text that cannot be read as one."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file


def text_options(what: str, *, option: str = "--message") -> Callable[[Command], Command]:
    """Add -m, -F and -e for the text `what`."""

    def decorate(command: Command) -> Command:
        names = ("-m", option, "messages")
        command = click.option(
            "-e", "--edit", "edit", is_flag=True, help=f"Write the {what} in the editor."
        )(command)
        command = click.option(
            "-F",
            "--file",
            "file",
            metavar="FILE",
            help=f"Take the {what} from a file, - for stdin.",
        )(command)
        help = f"The {what}; given again, a further paragraph."
        return click.option(*names, multiple=True, metavar="TEXT", help=help)(command)

    return decorate


@contextlib.contextmanager
def given_text(
    work: Workspace,
    messages: tuple[str, ...],
    file: str | None,
    *,
    edit: bool,
    template: str = "",
    comment: str = "",
    clearable: bool = False,
) -> Iterator[str | None]:
    """The text that the options give; None without any. Store it inside the `with`.

    Several -m are paragraphs, as in `git commit`. A text of several lines ends with a line end.
    Without -m and -F the editor begins with `template` and the line `comment`, which is left out
    of the text. What was typed is kept where storing it fails.
    Raises: UsageError where a file or the editor gives no text; `clearable` names -m '' for that.
    """
    if messages and file is not None:
        raise click.UsageError("-m and -F exclude each other")
    text = "\n\n".join(messages).replace("\r\n", "\n") if messages else None
    if file is not None:
        text = _some(_read(file), "standard input" if file == "-" else file, clearable=clearable)
    if not edit:
        yield _ended(text) if text else text
        return
    start = f"{template}\n{comment}\n" if comment else template
    path = editor.edit(work, start if text is None else text, name="TICKET_EDITMSG-{}")
    typed = _typed(path, template if text is None else text, comment if text is None else "")
    if not typed.strip():
        path.unlink(missing_ok=True)
    _some(typed, "what the editor left", clearable=clearable)
    with editor.kept(path):
        yield typed


@contextlib.contextmanager
def required_text(
    work: Workspace, messages: tuple[str, ...], file: str | None, *, edit: bool, option: str
) -> Iterator[str]:
    """As `given_text`, from the editor without any option; raises UsageError off a terminal."""
    if not messages and file is None and not edit and not is_interactive():
        raise click.UsageError(f"give the text with {option} TEXT, -F FILE or -F -")
    edit = edit or not (messages or file is not None)
    with given_text(work, messages, file, edit=edit) as text:
        yield text or ""


def _some(text: str, source: str, *, clearable: bool) -> str:
    if text.strip():
        return text
    advice = " (-m '' takes the old text away)" if clearable else ""
    raise click.UsageError(f"nothing to store: {source} has no text{advice}")


def _typed(path: Path, start: str, comment: str) -> str:
    """What stands in an edited file, without our own comment and the empty lines around it."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if text == start:
        return text
    lines = [line for line in text.split("\n") if not comment or line != comment]
    return _ended("\n".join(lines).strip("\n"))


def _ended(text: str) -> str:
    return text + "\n" if "\n" in text and not text.endswith("\n") else text


def _read(file: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(LIMIT + 1)
    except OSError as error:
        raise CannotRead(file, error.strerror or str(error)) from None
    if len(data) > LIMIT:
        raise CannotRead(file, f"larger than {LIMIT} bytes")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise CannotRead(file, "not UTF-8") from None
