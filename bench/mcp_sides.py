"""The two servers that are compared: how each is started, filled with tickets, and called."""

import json
import os
import random
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from mcp_client import Server
from tickets import fill, ticket

from git_ticketer.lean.clock import to_text
from hooks import install

PEER = "mcp-ticketer"
PACKAGES = (f"{PEER}==2.3.19", "mcp<2")  # with a later SDK it does not start
INFO, ATTACH, STATUS, CREATE = "get_session_info", "attach, set", "attach, status", "create"
LIST_AFTER, LIST, SHOW = "list 20, after a create", "list 20", "show"
SEARCH, SEARCH_ALL = "search, the newest", "search, comments and sessions too"
CALLS = (INFO, ATTACH, STATUS, CREATE, LIST_AFTER, LIST, SEARCH, SEARCH_ALL, SHOW)
"""In the order of a round: what a create leaves to be done falls on the list after it."""

Call = tuple[str, dict[str, Any]]


class Side(ABC):
    """A server in a folder of its own; `problem` is why it cannot be measured."""

    name: str
    command: tuple[str, ...]

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.problem = ""

    def start(self, *around: str) -> Server:
        """Start a server; `around` is a command that runs it."""
        return Server((*around, *self.command), self.folder, self.environ)

    @abstractmethod
    def fill(self, size: int) -> None:
        """Make the folder, with so many tickets."""

    @abstractmethod
    def calls(self, number: int) -> dict[str, Call]:
        """The calls of a round of that number; what it does not have is missing."""

    @abstractmethod
    def ids(self, answer: dict[str, Any]) -> list[str]:
        """The tickets in the answer to a list or a search."""

    def newest(self, number: int) -> str:
        """The title of the ticket that a round creates; no other has its last word."""
        return f"Made in a round newest{number}"


class Ours(Side):
    """`git ticket mcp`, as an agent starts it."""

    name = "git-ticketer"
    command = ("git", "ticket", "mcp")

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
        super().__init__(folder, {**environ, "PATH": path})

    def fill(self, size: int) -> None:
        """A repository with committed tickets."""
        fill(self.folder, self.environ, size)

    def calls(self, number: int) -> dict[str, Call]:
        """The calls of a round."""
        word = self.newest(number).split()[-1]
        return {
            INFO: ("get_session_info", {}),
            ATTACH: ("attach_ticket", {"action": "set", "ticket_id": f"PROJ-{1 + number % 2}"}),
            STATUS: ("attach_ticket", {"action": "status"}),
            CREATE: ("ticket_create", {"title": self.newest(number)}),
            LIST_AFTER: ("ticket_list", {"limit": 20}),
            LIST: ("ticket_list", {"limit": 20}),
            SEARCH: ("ticket_list", {"query": word}),
            SEARCH_ALL: ("ticket_list", {"query": word, "text": True}),
            SHOW: ("ticket_show", {"ticket_id": "PROJ-7"}),
        }

    def ids(self, answer: dict[str, Any]) -> list[str]:
        """The tickets in an answer."""
        return [one["id"] for one in answer["items"]]


class Theirs(Side):
    """`mcp-ticketer mcp` with its local files, in an environment of its own."""

    name = PEER

    def __init__(self, folder: Path, environ: dict[str, str], program: Path) -> None:
        super().__init__(folder, {**environ, "HOME": str(folder.with_name(f"home-{folder.name}"))})
        self.command = (str(program), "mcp")

    def fill(self, size: int) -> None:
        """The same tickets, as its own `create` writes them (2.3.19, .aitrackdown/tickets)."""
        chance = random.Random(size)
        tickets = self.folder / ".aitrackdown/tickets"
        tickets.mkdir(parents=True)
        Path(self.environ["HOME"]).mkdir()
        for number in range(1, size + 1):
            values = _their_ticket(number, chance)
            path = tickets / f"{values['id']}.json"
            path.write_text(json.dumps(values, indent=2), encoding="utf-8")

    def calls(self, number: int) -> dict[str, Call]:
        """The calls of a round."""
        session, tickets = "user_session", "ticket"
        found = {"query": self.newest(number).split()[-1], "project_id": "BENCH"}
        return {
            INFO: (session, {"action": "get_session_info"}),
            ATTACH: (session, {"action": "attach_ticket", "ticket_id": _their_id(1 + number % 2)}),
            STATUS: (session, {"action": "get_attached"}),
            CREATE: (tickets, {"action": "create", "title": self.newest(number)}),
            LIST_AFTER: (tickets, {"action": "list", "limit": 20}),
            LIST: (tickets, {"action": "list", "limit": 20}),
            SEARCH: ("ticket_search", found),
            SHOW: (tickets, {"action": "get", "ticket_id": _their_id(7)}),
        }

    def ids(self, answer: dict[str, Any]) -> list[str]:
        """The tickets in an answer."""
        return [one["id"] for one in answer["tickets"]]


def peer(folder: Path) -> Path:
    """The peer's program, installed into `folder` unless it is there; raises NotInstalled."""
    place = folder / PEER
    python, program = place / "bin/python", place / "bin" / PEER
    folder.mkdir(parents=True, exist_ok=True)
    install((sys.executable, "-m", "venv", str(place)), python, folder)
    install((str(python), "-m", "pip", "install", "--quiet", *PACKAGES), program, folder)
    return program


def _their_id(number: int) -> str:
    return f"task-20251122{number:012d}"


def _their_ticket(number: int, chance: random.Random) -> dict[str, Any]:
    """A ticket of medium priority, as it lists no other (2.3.19)."""
    like = ticket(number, chance)
    at = to_text(1_763_800_000 + number).removesuffix("Z")
    return {
        "id": _their_id(number),
        "title": like.title,
        "description": like.description,
        "status": "open",
        "priority": "medium",
        "tags": list(like.labels),
        "parent_issue": None,
        "parent_epic": None,
        "assignee": None,
        "created_at": at,
        "updated_at": at,
        "metadata": {},
        "type": "task",
    }
