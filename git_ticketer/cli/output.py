"""What the command line prints: answers on stdout, everything else on stderr.

Texts from files, git or the environment pass `visible` before they reach a terminal.
"""

import functools
import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from git_ticketer.errors import TicketerError
from git_ticketer.model.visible import visible as visible
from git_ticketer.storage import ahead

SCHEMA = 1
JSON_FLAG = "--json"


class Styled(str):
    """Text that carries our own colour codes and whose content was made visible already."""


def styled(text: str, *, colour: str | None = None, bold: bool = False) -> Styled:
    """`text`, made visible, in a colour."""
    return Styled(click.style(visible(text), fg=colour, bold=bold or None))


def say(*parts: str) -> None:
    """Print one piece of an answer; parts that are not `styled` are made visible."""
    click.echo("".join(part if isinstance(part, Styled) else visible(part) for part in parts))


def note(kind: str, text: str) -> None:
    """Print an `error:`, `warning:` or `hint:` line on stderr; further lines stand below it."""
    colours = {"error": "red", "warning": "yellow", "hint": "cyan"}
    lines = visible(text.expandtabs(4)).split("\n")
    label = click.style(f"{kind}:", fg=colours[kind])
    rest = [f"{label} {line}" if kind == "hint" else line for line in lines[1:]]
    click.echo("\n".join([f"{label} {lines[0]}", *rest]), err=True, color=colour())


def document(values: Mapping[str, Any], fields: str | None = None) -> None:
    """Print one JSON document, with only the `fields` (comma-separated) where they are given.

    Raises: UsageError where a field is not there, naming those that are.
    """
    names = check_fields(fields, values)
    chosen = {name: values.get(name) for name in names} if names else dict(values)
    click.echo(_json(chosen))


def _json(values: Mapping[str, Any]) -> str:
    """A document in JSON, ASCII alone, none of whose lines a CI system takes for a command to it.

    The runners of GitHub (actions/runner, ActionCommand.cs: TryParse) and Azure Pipelines obey
    `##[name]` and `##vso[name]` wherever they stand in a line; outside of a string is no `##`.
    """
    import json

    text = json.dumps({"schema": SCHEMA, **values}, ensure_ascii=True, indent=2)
    return re.sub(r"##(?=\w*\[)", r"#\\u0023", text)


def check_fields(fields: str | None, known: Iterable[str]) -> list[str]:
    """The names in `fields`; a command that changes something asks before it does.

    Raises: UsageError where one is not in `known`.
    """
    names = [name.strip() for name in fields.split(",")] if fields is not None else []
    for name in names:
        if name not in known:
            there = ", ".join(known)
            raise click.UsageError(f"no field {name!r} here; there are: {there}")
    return names


def as_dict(value: Any) -> dict[str, Any]:
    """The fields of a dataclass, those inside it included."""
    import dataclasses

    return dataclasses.asdict(value)


def failure(error: TicketerError) -> None:
    """Print a known trouble: for people on stderr, and as JSON where that was asked for."""
    if json_wanted():
        values = {"success": False, "error": error.message, "hint": error.hint or None}
        click.echo(_json(values))
    note("error", error.message)
    if error.hint:
        note("hint", error.hint)


def json_wanted() -> bool:
    """Whether this command line asks for JSON; also known while it cannot be parsed."""
    words = sys.argv[1:]
    words = words[: words.index("--")] if "--" in words else words
    return any(word == JSON_FLAG or word.startswith(JSON_FLAG + "=") for word in words)


@functools.cache
def colour() -> bool | None:
    """Whether this process colours what it prints; asked once."""
    return wants_colour(os.environ)


def wants_colour(environ: Mapping[str, str]) -> bool | None:
    """Whether to colour: True, False, or None to leave it to each stream (no-color.org)."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    wanted = _git_colours(environ)
    if wanted == "always":
        return True
    if wanted in ("never", "false", "no", "off", "0") or environ.get("TERM") == "dumb":
        return False
    return None


def _git_colours(environ: Mapping[str, str]) -> str:
    """Git's `color.ui`, empty where it is not set or there is no git to ask."""
    known = ahead.colour()
    if known is not None:
        return known.lower()
    from git_ticketer.storage.gitcmd import Git

    try:
        return Git(".", environ).config("color.ui").lower()
    except (TicketerError, OSError):
        return ""


def is_interactive() -> bool:
    """Whether somebody can be asked: input and messages are both a terminal."""
    return os.isatty(0) and os.isatty(2)


def warn_all(warnings: Iterable[str]) -> None:
    """Print every warning."""
    for warning in warnings:
        note("warning", warning)
