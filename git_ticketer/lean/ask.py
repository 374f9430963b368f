"""The question "which ticket is this for?": what is offered, and what an answer means.

One screen on the terminal, one line of answer. Shared by the hooks and `git ticket attach`.
"""

import time

from . import history, journal, terminal
from .ids import InvalidId, TicketId
from .live import Live, is_slip

SECONDS = 60.0
SECONDS_UNDER_PRE_COMMIT = 10.0
QUIET_SECONDS = 600
SUGGESTIONS = 5
TRIES = 3
USES = (journal.ATTACH, journal.TAGGED)

ATTACH, OPT_OUT, SKIP, KEEP, SILENT = "attach", "opt-out", "skip", "keep", "silent"


class Answer:
    """What the person chose: `choice` is one of the words above, `ticket` set for `attach`."""

    __slots__ = ("choice", "ticket")

    def __init__(self, choice: str, ticket: TicketId | None = None) -> None:
        self.choice = choice
        self.ticket = ticket


def suggestions(live: Live) -> list[tuple[TicketId, str]]:
    """The tickets to offer, each with its reason, the likeliest first.

    The branch's own ticket, the last one on this branch, the last one of this worktree (which an
    idle end has taken away), then other recent ones.
    """
    named = live.named_tickets()
    of_branch = named[0] if named else None
    branch, worktree = live.branch, live.git.worktree_name
    newest = list(history.newest(live.git.shared, USES))
    found: list[tuple[TicketId, str]] = [(of_branch, "this branch")] if of_branch else []
    on_branch = [e for e in newest if branch and e.branch == branch]
    here = [e for e in newest if e.worktree == worktree]
    for reason, matches in (
        ("last on this branch", on_branch[:1]),
        ("last used here", here[:1]),
        ("recent", newest),
    ):
        for event in matches:
            _offer(found, event.ticket, reason)
    return found[:SUGGESTIONS]


def _offer(found: list[tuple[TicketId, str]], ticket: str, reason: str) -> None:
    id = valid_ticket(ticket)
    if id and all(id != other for other, _ in found):
        found.append((id, reason))


def valid_ticket(text: str) -> TicketId | None:
    """The ticket id in `text`, None where it is none."""
    try:
        return TicketId(text)
    except InvalidId:
        return None


def interpret(line: str, offered: list[TicketId], *, skip: bool) -> Answer | None:
    """The answer that a typed line means; None where it means nothing."""
    word = line.lower()
    if not word:
        return Answer(ATTACH, offered[0]) if offered else None
    if word == "n":
        return Answer(OPT_OUT)
    if word == "s" and skip:
        return Answer(SKIP)
    if word.isascii() and word.isdigit() and 1 <= int(word) <= len(offered):
        return Answer(ATTACH, offered[int(word) - 1])
    ticket = valid_ticket(line)
    return Answer(ATTACH, ticket) if ticket else None


def ask(
    fd: int,
    question: str,
    offered: list[tuple[TicketId, str]],
    *,
    seconds: float,
    skip: str,
    top: str = "",
) -> Answer:
    """Ask on terminal `fd` and return the answer, `silent` after `seconds` or at end of input.

    `skip` says what the answer `s` does; without it that answer is not offered. An id that looks
    like a slip in the work tree at `top` must be typed twice.

    Raises: KeyboardInterrupt on Ctrl-C, OSError where the terminal goes away.
    """
    tickets = [ticket for ticket, _ in offered]
    doubted = ""
    terminal.drain(fd)
    terminal.write(fd, _screen(question, offered, skip))
    deadline = time.monotonic() + seconds
    for _ in range(TRIES):
        terminal.write(fd, "ticket> ")
        line = terminal.read_line(fd, deadline)
        if line is None:
            break
        answer = interpret(line, tickets, skip=bool(skip))
        typed = answer.ticket if answer and answer.ticket not in tickets else None
        if typed and typed != doubted and is_slip(top, typed):
            doubted = typed
            terminal.write(fd, f"{doubted} is not in this work tree; type it again to take it\n")
            continue
        if answer:
            return answer
        terminal.write(fd, f"not a ticket id, such as PROJ-123: {line[:60]}\n")
    terminal.write(fd, "\nno answer: nothing was decided\n")
    return Answer(SILENT)


def ask_switch(fd: int, attached: TicketId, named: TicketId, *, seconds: float) -> Answer:
    """Ask whether the session follows the branch to ticket `named`; Enter means yes.

    Raises: as `ask` does.
    """
    terminal.drain(fd)
    terminal.write(fd, f"This branch names {named}, the session is attached to {attached}.\n")
    terminal.write(fd, f"Switch to {named}? [Y/n] ")
    line = terminal.read_line(fd, time.monotonic() + seconds)
    if line is None:
        terminal.write(fd, f"\nno answer: {attached} stays\n")
        return Answer(SILENT)
    return Answer(ATTACH, named) if line.lower() in ("", "y", "yes") else Answer(KEEP)


def _screen(question: str, offered: list[tuple[TicketId, str]], skip: str) -> str:
    width = max((len(ticket) for ticket, _ in offered), default=0)
    lines = [question]
    lines += [f"  {i}  {t:<{width}}  {reason}" for i, (t, reason) in enumerate(offered, 1)]
    keys = [f"Enter: {offered[0][0]}", "a number or an id"] if offered else ["a ticket id"]
    keys += ["n: none for this session"]
    keys += [f"s: {skip}"] if skip else []
    return "\n".join([*lines, "  " + ", ".join(keys)]) + "\n"
