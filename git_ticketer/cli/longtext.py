"""Long text on the command line: -m (repeatable), -F FILE or -, or the editor."""

import sys
from collections.abc import Callable
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


def given_text(
    work: Workspace, messages: tuple[str, ...], file: str | None, *, edit: bool, template: str = ""
) -> str | None:
    """The text that the options give; None without any.

    Several -m are paragraphs, as in `git commit`. A text of several lines ends with a line end.
    """
    if messages and file is not None:
        raise click.UsageError("-m and -F exclude each other")
    text = "\n\n".join(messages) if messages else None
    if file is not None:
        text = _read(file)
    if edit:
        name = "TICKET_EDITMSG"
        text = editor.edit(work, text if text is not None else template, name=name)
    return text + "\n" if text and "\n" in text and not text.endswith("\n") else text


def required_text(
    work: Workspace, messages: tuple[str, ...], file: str | None, *, edit: bool, option: str
) -> str:
    """The text that the options give, or the editor's; raises UsageError off a terminal."""
    if not messages and file is None and not edit and not is_interactive():
        raise click.UsageError(f"give the text with {option} TEXT, -F FILE or -F -")
    edit = edit or not (messages or file is not None)
    return given_text(work, messages, file, edit=edit) or ""


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
