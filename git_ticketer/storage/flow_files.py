"""Flows: `.tickets/flows/NAME.yaml`, what a team wants run when something happens to a ticket.

Reading one starts nothing: whether it may run is said outside the repository (flow_allowed.py).
"""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.model.workflow import normal
from git_ticketer.storage import yamlfile
from git_ticketer.storage.inside import inside
from git_ticketer.storage.yamlfile import BadFile, Document, Place, Value

FOLDER, END = ".tickets/flows", ".yaml"
CREATED, STATUS, ARCHIVED = "ticketCreated", "statusChanged", "sessionArchived"
TYPES = (CREATED, STATUS, ARCHIVED)
ANY, ONLY_STATUS = ("ticket_type", "label"), ("to", "from")
USUAL_TIMEOUT, LONGEST_TIMEOUT = 60, 600
LONGEST_COMMAND, LONGEST_CONDITION = 10_000, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NAME_RULE = "a flow's file is NAME.yaml; a name is up to 40 of a-z, 0-9, -, first no dash"
_TIMEOUT = re.compile(r"[1-9][0-9]{0,2}")


class NoSuchFlow(TicketerError):
    """A flow that is not in the work tree; `name` is what was asked for."""

    exit_code = ExitCode.NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no flow {name[:60]!a}", hint="git ticket flow list")
        self.name = name


class Trigger(NamedTuple):
    """What a flow waits for: a type of event, and conditions, each empty where it has none."""

    type: str
    to: str = ""
    before: str = ""
    ticket_type: str = ""
    label: str = ""

    def conditions(self) -> dict[str, str]:
        """The conditions it has, by their keys in the file."""
        every = {
            "to": self.to,
            "from": self.before,
            "ticket_type": self.ticket_type,
            "label": self.label,
        }
        return {key: value for key, value in every.items() if value}


class Flow(NamedTuple):
    """A flow; `digest` is the SHA-256 of its file's bytes.

    `command` is one text for the shell or a list of words for none. `timeout` is in seconds.
    """

    name: str
    path: str
    trigger: Trigger
    command: str | tuple[str, ...]
    timeout: int
    digest: str

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the process that is started."""
        return ("sh", "-c", self.command) if isinstance(self.command, str) else self.command


def is_name(text: str) -> bool:
    """Whether a text can be the name of a flow."""
    return _NAME.fullmatch(text) is not None


def read(top: str, name: str) -> Flow:
    """The flow of that name in the work tree at `top`.

    Raises: NoSuchFlow, BadFile naming file and line, LeadsOutside for a link on the way.
    """
    if not is_name(name):
        raise NoSuchFlow(name)
    if not os.path.lexists(inside(top, f"{FOLDER}/{name}{END}")):
        raise NoSuchFlow(name)
    return _in_file(top, name + END)


def every(top: str) -> Iterator[tuple[str, Flow | TicketerError]]:
    """All flows by name, and in the place of one that cannot be used what is wrong with it.

    Raises: LeadsOutside where the folder is a link.
    """
    for file in _files(top):
        try:
            yield file.removesuffix(END), _in_file(top, file)
        except TicketerError as problem:
            yield file.removesuffix(END), problem


def _files(top: str) -> list[str]:
    """The names of the YAML files in the folder of flows, sorted."""
    try:
        names = os.listdir(inside(top, FOLDER))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(name for name in names if name.lower().endswith((END, ".yml")))


def _in_file(top: str, file: str) -> Flow:
    path = f"{FOLDER}/{file}"
    return parse(yamlfile.read_bytes(inside(top, path), path), path)


def parse(data: bytes, path: str) -> Flow:
    """The flow in `data`, the bytes of the file `path`; raises BadFile naming file and line."""
    import hashlib

    return of_document(yamlfile.parse(data, path), hashlib.sha256(data).hexdigest())


def of_document(document: Document, digest: str = "") -> Flow:
    """The flow in a document; raises BadFile naming file and line."""
    file = document.path.rpartition("/")[2]
    name = file.removesuffix(END)
    if file == name or not is_name(name):
        raise BadFile(document.path, 0, _NAME_RULE)
    top = _map(document, document.value, (), ("trigger", "command", "timeout"))
    trigger = _trigger(document, _needed(document, top, "trigger"))
    command = _command(document, _needed(document, top, "command"))
    timeout = _timeout(document, top.get("timeout", str(USUAL_TIMEOUT)))
    return Flow(name, document.path, trigger, command, timeout, digest)


def _needed(document: Document, top: dict[str, Value], key: str) -> Value:
    if key not in top:
        raise document.error((), f"there is no `{key}`")
    return top[key]


def _map(
    document: Document, value: Value, place: Place, known: tuple[str, ...]
) -> dict[str, Value]:
    """A map with none but the known keys."""
    if not isinstance(value, dict):
        raise document.error(place, "expected lines of `key: value`")
    for key in value:
        if key not in known:
            there = ", ".join(known)
            raise document.error((*place, key), f"unknown key {key[:40]!a}; there are: {there}")
    return value


def _trigger(document: Document, value: Value) -> Trigger:
    place: Place = ("trigger",)
    given = _map(document, value, place, ("type", *ONLY_STATUS, *ANY))
    type = given.get("type", "")
    if type not in TYPES:
        raise document.error((*place, "type"), f"type is one of {', '.join(TYPES)}")
    for key in ONLY_STATUS:
        if key in given and type != STATUS:
            raise document.error((*place, key), f"`{key}` goes with {STATUS} alone")
    text = {key: _condition(document, given, key) for key in (*ONLY_STATUS, *ANY)}
    to, before, ticket_type = (normal(text[key]) for key in ("to", "from", "ticket_type"))
    return Trigger(str(type), to, before, ticket_type, text["label"])


def _condition(document: Document, given: dict[str, Value], key: str) -> str:
    """The text of a condition; one that is there has something to say."""
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_words(value):
        raise document.error(("trigger", key), f"{key} is a word or a few on one line")
    return value


def _is_words(text: str) -> bool:
    return text.isprintable() and bool(text.strip()) and len(text) <= LONGEST_CONDITION


def _command(document: Document, value: Value) -> str | tuple[str, ...]:
    place: Place = ("command",)
    words = value if isinstance(value, list) else [value]
    texts = [word for word in words if isinstance(word, str)]
    if len(texts) != len(words) or not texts or not texts[0].strip():
        raise document.error(place, "a command is one text for the shell or a list of words")
    if any("\0" in text for text in texts):
        raise document.error(place, "a command cannot hold a NUL character")
    if sum(map(len, texts)) > LONGEST_COMMAND:
        raise document.error(place, f"a command is at most {LONGEST_COMMAND} characters")
    return tuple(texts) if isinstance(value, list) else texts[0]


def _timeout(document: Document, value: Value) -> int:
    if isinstance(value, str) and _TIMEOUT.fullmatch(value) and int(value) <= LONGEST_TIMEOUT:
        return int(value)
    raise document.error(("timeout",), f"timeout is 1 to {LONGEST_TIMEOUT} seconds")
