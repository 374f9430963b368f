"""Why a line is there, for people: its commit, ticket and session, and what was said."""

from git_ticketer.cli import output
from git_ticketer.ops.why import SHORT, Answer, Cause
from git_ticketer.ops.why_find import (
    ARCHIVED,
    ATTACHED,
    BODY,
    ITS_TIME,
    PENDING,
    TRAILER,
    Conversation,
    Speech,
    TicketFound,
)
from git_ticketer.ops.why_place import CALL, LATER, TIME, UNKNOWN

LINES, WIDTH = 15, 100
SHOWN = 3
NO_TICKET = "no Ticket trailer"
CUT_OFF = "this shallow clone ends here: the line may be from an older commit"
EVIDENCE = {
    TRAILER: "trailer",
    BODY: "weak: a line in the body",
    ITS_TIME: "weak: it was going on then",
    ATTACHED: "attached now",
}
PLACES = {
    CALL: "",
    TIME: "",
    LATER: "all of it was said after the commit; this is its first prompt",
    UNKNOWN: "when in it the commit was made cannot be told; this is its first prompt",
}


def to_read(found: Answer) -> list[str]:
    """The archived sessions whose conversations were looked at."""
    sessions = [one for cause in found.causes for one in cause.sessions]
    return [one.id for one in sessions if one.place and one.state == ARCHIVED]


def show(found: Answer, *, full: bool) -> None:
    """Print what is behind lines, or what a whole file is made of."""
    if not found.first:
        _summary(found, full=full)
        return
    single = found.first == found.last
    place = str(found.first) if single else f"{found.first}-{found.last}"
    output.say(output.styled(f"{found.path}:{place}", bold=True))
    for cause in found.causes:
        if single:
            _lines("    ", "\n".join(cause.texts), full=True)
        output.say()
        if not single:
            output.say(output.styled(_ranges(cause), bold=True))
        _cause(cause, full=full)


def _ranges(cause: Cause) -> str:
    ranges = [str(a) if a == b else f"{a}-{b}" for a, b in cause.lines]
    more = ["…"] if len(ranges) > LINES else []
    return f"line{'s' if cause.count > 1 else ''} {', '.join(ranges[:LINES] + more)}"


def _cause(cause: Cause, *, full: bool) -> None:
    if cause.commit:
        merge = "  merge" if cause.merge else ""
        id = output.styled(cause.commit[:SHORT], colour="yellow")
        _fact("commit", id, f"  {cause.at}  {cause.author}{merge}")
        _fact("", cause.subject)
        if cause.cut_off:
            _fact("", CUT_OFF)
    else:
        _fact("commit", "none: not committed yet")
    for one in cause.beside:
        _fact("", f"{one.kind} {one.commit[:SHORT]}  {one.subject or 'not in this clone'}")
    for ticket in cause.tickets:
        _fact("ticket", *_ticket(ticket))
        if ticket.url:
            _fact("", ticket.url)
    if not cause.tickets:
        _fact("ticket", _no_ticket(cause))
    for session in cause.sessions:
        _conversation(session, full=full)
    if cause.commit and not cause.sessions:
        _fact("session", "no Ticket-Session trailer")


def _no_ticket(cause: Cause) -> str:
    if not cause.commit:
        return "opted out" if cause.opted_out else "none attached"
    return "none, by an opt-out in the trailer" if cause.opted_out else NO_TICKET


def _ticket(found: TicketFound) -> tuple[str, ...]:
    facts = [
        found.title,
        f"({found.status})" if found.status else "",
        f"on {found.where}" if found.where else "",
        f"was {found.former}" if found.former else "",
        _evidence(found.evidence, found.through),
        found.problem,
    ]
    id = output.styled(found.id, colour="yellow", bold=True)
    return id, "".join(f"  {fact}" for fact in facts if fact)


def _evidence(evidence: str, through: str) -> str:
    return f"[{through + ': ' if through else ''}{EVIDENCE[evidence]}]"


def _conversation(found: Conversation, *, full: bool) -> None:
    state = {ARCHIVED: "", PENDING: "not filed yet"}.get(found.state, "not archived here")
    evidence = _evidence(found.evidence, found.through)
    facts = [found.id, found.agent, found.title, state, evidence]
    _fact("session", "  ".join(fact for fact in facts if fact))
    for line in (found.path, found.problem, PLACES.get(found.place, "")):
        if line:
            _fact("", line)
    if not found.place:
        return
    _speech("prompt", found.prompt, full=full)
    _speech("answer", found.answers[-1] if found.answers else None, full=full)


def _speech(name: str, said: Speech | None, *, full: bool) -> None:
    if said is None:
        _fact(name, "none before the commit")
        return
    _fact(name, output.styled(f"entry {said.entry}  {said.at}".rstrip(), colour="cyan"))
    _lines("    ", said.text, full=full)


def _fact(name: str, *values: str) -> None:
    output.say(output.styled(f"{name:<7}", bold=True), "  ", *values)


def _lines(indent: str, text: str, *, full: bool) -> None:
    lines = text.strip("\n").expandtabs(4).split("\n")
    shown = lines if full else _cut(lines)
    for line in shown:
        output.say(f"{indent}{line}".rstrip())
    if len(shown) < len(lines) or shown[-1] != lines[-1]:
        output.say(f"{indent}… (--full shows all of its {len(lines)} lines)")


def _cut(lines: list[str]) -> list[str]:
    """The first lines, no more than fit in a part of a screen."""
    room, found = LINES * WIDTH, []
    for line in lines[:LINES]:
        found.append(line[:room])
        room -= max(len(line), 1)
        if room <= 0:
            break
    return found


def _summary(found: Answer, *, full: bool) -> None:
    """A whole file: its tickets with how many lines each has, and their commits."""
    groups: dict[tuple[str, ...], list[Cause]] = {}
    for cause in found.causes:
        groups.setdefault(_key(cause), []).append(cause)
    ordered = sorted(groups.values(), key=lambda group: -sum(cause.count for cause in group))
    commits = sum(bool(cause.commit) for cause in found.causes)
    output.say(
        output.styled(found.path, bold=True),
        f"  {_counted(found.count, 'line')}, {_counted(commits, 'commit')}",
    )
    width = len(str(found.count))
    for group in ordered:
        _group(group, width, full=full)


def _key(cause: Cause) -> tuple[str, ...]:
    tickets = tuple(ticket.id for ticket in cause.tickets)
    return (*tickets, str(bool(cause.commit)), "" if tickets else _no_ticket(cause))


def _group(group: list[Cause], width: int, *, full: bool) -> None:
    first, count = group[0], sum(cause.count for cause in group)
    output.say()
    number = output.styled(f"{count:>{width}}", bold=True)
    for ticket in first.tickets:
        output.say(number, "  ", *_ticket(ticket))
        number = output.styled(" " * width)
    if not first.tickets:
        output.say(number, "  ", _no_ticket(first) if first.commit else "not committed yet")
    elif not first.commit:
        output.say(" " * width, "  not committed yet")
    shown = [cause for cause in group if cause.commit]
    for cause in shown if full else shown[:SHOWN]:
        about = f"{cause.at[:10]}  {cause.author}  {cause.subject}"
        output.say(f"{cause.count:>{width + 4}}  {cause.commit[:SHORT]}  {about}")
    if len(shown) > SHOWN and not full:
        output.say(f"{' ' * (width + 4)}  … {len(shown) - SHOWN} more commits (--full)")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
