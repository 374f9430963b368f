"""Checking the tickets of a work tree, for people, CI and pre-commit.

Of a part of the files, only that part is read and complained about; of every other ticket its
head is read, so that a link from one to another is never taken for a wrong one.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from git_ticketer.lean.session_change import Lock
from git_ticketer.lean.system import exists, write_file
from git_ticketer.ops import branches, lint_fix
from git_ticketer.ops.collisions import ID
from git_ticketer.ops.lint_archives import SessionFiles, said_notes, session_notes
from git_ticketer.ops.lint_checks import (
    ERROR,
    WARNING,
    Head,
    Known,
    Note,
    comment_notes,
    head,
    is_moved,
    ticket_notes,
)
from git_ticketer.ops.lint_files import (
    COMMENT,
    CONFIG,
    FLOW,
    FOREIGN,
    LINK,
    OURS,
    SESSION,
    SPECIAL,
    TICKET,
    Found,
    chooser,
    is_id,
    walk,
)
from git_ticketer.ops.lint_texts import Problem, conflicts, escaped_secrets, from_error, secrets
from git_ticketer.redact.rules import RULES, TakenName, team_rule
from git_ticketer.redact.scan import Scanner
from git_ticketer.storage import flow_files, migrations, schema, team_config, yamlfile
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.team_config import TeamConfig
from git_ticketer.storage.tickets import FILE, FOLDER, PATIENCE, Tickets, umask
from git_ticketer.storage.worktree import Worktree
from git_ticketer.storage.yamlfile import BadFile, Document

PARTS = (COMMENT, SESSION)
CHOOSE = ": archive the session again, or git checkout --ours or --theirs and git add"


class Checked(NamedTuple):
    """What every file is checked against."""

    known: Known
    sessions: SessionFiles
    scanner: Scanner


class Fixed(NamedTuple):
    """What was mended in a file."""

    path: str
    what: str


def check(top: str, paths: tuple[str, ...] = ()) -> list[Problem]:
    """What is not right in the tickets at `top`, in the order of the files.

    `paths` are files or folders, from the top; without any everything in `.tickets` is checked.
    The configuration is always: a word is unknown only where it is well.
    """
    files, known = _survey(top)
    is_chosen = chooser(paths)
    checked = Checked(known, SessionFiles(top, files), _scanner(known.team))
    found: list[Problem] = []
    for file in files:
        if is_chosen(file.path) or file.place == CONFIG:
            found += _check(top, file, checked)
    found += _without_ticket(files, is_chosen)
    return sorted(set(found))


def clashes(worktree: Worktree) -> list[Problem]:
    """The ids of the work tree that are another ticket's on a branch or in another worktree."""
    return [
        Problem(f"{FOLDER}/{one.name}/{FILE}", 1, "same-id", ERROR, f"{one.text}; {one.hint}")
        for one in branches.collisions(worktree)
        if one.kind == ID
    ]


def fix(worktree: Worktree, paths: tuple[str, ...] = ()) -> list[Fixed]:
    """Mend what is mechanical in the files of `paths`, each under its ticket's lock.

    What cannot be mended stays as it is, for `check` to say. Raises: OSError.
    """
    files, known = _survey(worktree.top)
    is_chosen = chooser(paths)
    done: list[Fixed] = []
    for file in files:
        if is_chosen(file.path) and is_id(file.folder):
            with suppress(BadFile, LeadsOutside):
                if file.kind == TICKET:
                    done += _fix_ticket(Tickets(worktree), file)
                elif file.kind == COMMENT:
                    done += _fix_comment(Tickets(worktree), file, known)
    return done


def _survey(top: str) -> tuple[list[Found], Known]:
    """Every file, and what is known of every ticket."""
    files = sorted(walk(top))
    heads = [_head(top, file) for file in files if file.kind == TICKET]
    return files, Known(heads, _team(top))


def _team(top: str) -> TeamConfig | None:
    """The team's configuration; None where it is broken, which its own check says."""
    try:
        return team_config.load(top)
    except (BadFile, LeadsOutside):
        return None


def _scanner(team: TeamConfig | None) -> Scanner:
    """What finds secrets, by our rules and the team's; a rule that is none is said elsewhere."""
    if team is None:
        return Scanner()
    rules = []
    for rule in team.redact_rules:
        with suppress(TakenName):
            rules.append(team_rule(*rule))
    return Scanner((*RULES, *rules), team.redact_exceptions)


def _head(top: str, file: Found) -> Head:
    try:
        return head(file.folder, yamlfile.read_bytes(inside(top, file.path), file.path))
    except (BadFile, LeadsOutside):
        return Head(file.folder)


def _check(top: str, file: Found, checked: Checked) -> Iterator[Problem]:
    """What is not right in one file; one that is broken does not hide the others."""
    if file.kind not in (*OURS, FOREIGN):
        yield _odd(file)
        return
    try:
        data = yamlfile.read_bytes(inside(top, file.path), file.path)
    except (BadFile, LeadsOutside):
        yield _odd(file)  # it was a file when the folder was read
        return
    text = data.decode("utf-8", "replace")
    unmerged = list(conflicts(file.path, text, CHOOSE if file.kind == SESSION else ""))
    yield from unmerged
    if file.kind == CONFIG:  # it says what the team's secrets begin with
        checked = checked._replace(scanner=Scanner())
    yield from secrets(file.path, text, checked.scanner)
    if file.kind == FOREIGN:
        reason = "not a file of git ticket's, which leaves it alone"
        yield Problem(file.path, 0, "foreign", WARNING, reason)
    elif not unmerged:
        yield from _check_document(file, data, checked)


def _odd(file: Found) -> Problem:
    """What is said of something that is not read."""
    if file.kind == LINK:
        severity = ERROR if file.place in OURS else WARNING
        reason = "a symbolic link, which is not followed"
        return Problem(file.path, 0, "symlink", severity, reason)
    reason = "not a regular file" if file.kind == SPECIAL else "it cannot be read"
    return Problem(file.path, 0, "foreign", ERROR, reason)


def _check_document(file: Found, data: bytes, checked: Checked) -> Iterator[Problem]:
    try:
        document = yamlfile.parse(data, file.path)
    except BadFile as error:
        yield from_error(error, "yaml")
        return
    yield from escaped_secrets(document, checked.scanner)
    try:
        notes = list(_notes(file, document, checked))
    except BadFile as error:
        yield from_error(error, "schema")._replace(fixable=_can_migrate(file, document))
        return
    lines = document.lines if notes else {}
    for note in notes:
        place = note.place
        while place and place not in lines:
            place = place[:-1]
        line = lines.get(place, 0)
        yield Problem(file.path, line, note.rule, note.severity, note.reason, note.fixable)


def _notes(file: Found, document: Document, checked: Checked) -> Iterator[Note]:
    values = document.value if isinstance(document.value, dict) else {}
    known = checked.known
    if file.kind == CONFIG:
        yield from _config_notes(team_config.from_document(document))
    elif file.kind == FLOW:
        flow_files.of_document(document)
    elif file.kind == SESSION:
        yield from session_notes(file, document, known, checked.sessions)
    elif file.kind == COMMENT:
        comment = schema.comment(document, _stem(file))
        yield from comment_notes(comment, file.folder, known)
        yield from said_notes(comment, checked.sessions)
    else:
        ticket = schema.ticket(document)
        for note in ticket_notes(ticket, values, file.folder, known):
            loses = note.rule == "order" and migrations.has_comments(document, str(note.place[0]))
            can = note.fixable and not loses and ticket.id == file.folder
            yield note._replace(fixable=can)


def _config_notes(team: TeamConfig) -> Iterator[Note]:
    for rule in team.redact_rules:
        try:
            team_rule(*rule)
        except TakenName as error:
            yield Note(("redact", "rules", rule[0]), "redact", error.message)


def _can_migrate(file: Found, document: Document) -> bool:
    """Whether --fix brings a file of an older schema up."""
    if not migrations.is_older(document):
        return False
    try:
        if file.kind == TICKET:
            return schema.ticket(lint_fix.mended(document)[0]).id == file.folder
        document, _ = migrations.migrate(document)
        schema.comment(document, _stem(file))
    except BadFile:
        return False
    return True


def _stem(file: Found) -> str:
    return file.path.rpartition("/")[2].removesuffix(".yaml")


def _without_ticket(files: list[Found], is_chosen: Callable[[str], bool]) -> Iterator[Problem]:
    """Folders with comments or sessions of a ticket that is not there."""
    whole = {file.folder for file in files if file.place == TICKET}
    for folder in {f.folder for f in files if f.kind in PARTS and is_chosen(f.path)} - whole:
        reason = "there is no ticket.yaml in it"
        yield Problem(f"{FOLDER}/{folder}", 0, "folder", ERROR, reason)


def _fix_ticket(tickets: Tickets, file: Found) -> list[Fixed]:
    old = tickets.text(file.folder)
    data = old.encode("utf-8", "surrogateescape")
    document, done = lint_fix.mended(yamlfile.parse(data, file.path))
    if done:
        tickets.replace(file.folder, old, document.mark + document.text)
    return [Fixed(file.path, what) for what in done]


def _fix_comment(tickets: Tickets, file: Found, known: Known) -> list[Fixed]:
    path = inside(tickets.top, file.path)
    with Lock(str(tickets.folder(file.folder)), PATIENCE, folder=True):
        document = yamlfile.parse(yamlfile.read_bytes(path, file.path), file.path)
        document, done = migrations.migrate(document)
        if is_moved(schema.comment(document, path.stem), file.folder, known):
            document, renamed = lint_fix.renamed(document, file.folder)
            done += renamed
        if done:
            data = (document.mark + document.text).encode()
            staging = tickets.staging if exists(tickets.staging) else ""
            write_file(str(path), data, mode=0o666 & ~umask(), staging=staging)
    return [Fixed(file.path, what) for what in done]
