"""The manual page git-ticket(1), written from the commands themselves.

`python -m git_ticketer.cli.manpage > docs/man/git-ticket.1` renews the page that is shipped; a
test compares the two. There is no date in it, so the same commands always give the same bytes.
"""

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator

import click

from git_ticketer import __version__
from git_ticketer.cli.app import PROGRAM, group
from git_ticketer.errors import ExitCode
from git_ticketer.lean.decide import SESSION_VARIABLES

MARKER = '.\\" git-ticketer: written by python -m git_ticketer.cli.manpage'
ESCAPES: dict[str, str | int | None] = {
    "\\": "\\(rs",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
    '"': "\\(dq",
}
CHARACTERS = {str(escape): character for character, escape in ESCAPES.items()}
ESCAPE = re.compile(r"\\(?:f[BR]|&|-|\(..|\[u[0-9A-F]+\])")
CODE = re.compile(r"`([^`\n]+)`")
AGENTS = ", ".join(name.decode() for name, agent in SESSION_VARIABLES if agent)

# What follows is in the form of the commands' own help: paragraphs, with code in backticks. In
# lists, the first line of a paragraph is the term.

DESCRIPTION = """\
`git ticket` answers two questions with nothing but git: which ticket is this work for, and which
conversation led to it?

Attach a ticket to your work session. From then on the hooks add trailers to every new commit:
`Ticket: PROJ-123`, and `Ticket-Session:` with the id of the session. A commit that git replays
(amend, rebase, cherry-pick, revert, merge) is never relabelled.

A session is in one of three states: associated with a ticket, opted out of tickets, or undecided.
Where it is undecided, a commit made on a terminal asks, and any other stays untagged, with a
hint. Thirty minutes without activity make a session undecided again.

There is no server, no account and no daemon: everything is in the repository and its `.git`."""

OPTIONS = """\
`-h`
Explain `git ticket`, or the command it stands behind, on the terminal.

`--help`
Directly after `git ticket`: open this page, because git itself answers that. Behind a command the
same as `-h`.

`--version`
Show the version."""

GIT_SETTINGS = """\
`ticketer.sessionTimeout`
After how many minutes without activity a decision ends; 30 by default, 0 for never.

`ticketer.prompt`
Whether an undecided commit asks: `auto`, the default, where a person is at the terminal; `never`;
or `always`, without guessing who is there.

`ticketer.autoAttach`
With `true`, an undecided session takes the ticket that the branch names; `false` by default.

`ticketer.archive`
What becomes of a session that an agent's hook archives: `in-tree`, `off`, or `local`, the default:
it waits in the git dir until `git ticket archive --pending`.

`color.ui`
Whether to print colour, as for git itself."""

TEAM_SETTINGS = """\
`prefix`
What the ids of this repository's tickets begin with, such as `PROJ`.

`foreign_prefixes`
A list of further prefixes that mean a ticket where a branch name has them.

`trailers`
The names of the trailers, under `ticket`, `session` and `uid`; by default `Ticket`,
`Ticket-Session` and none. An empty name switches a trailer off.

`require`
With `true`, an undecided commit is refused; `git commit --no-verify` is the way out.

`record_opt_out`
With `true`, the commits of a session that opted out carry `Ticket: none`.

`default_parent`
The parent of a new ticket whose session has none.

`id_style`
`sequential`, or `random` for numbers of nine random digits.

`url_template`
Where foreign ids lead, with `{id}` in it.

`statuses`
The statuses of the team by name, each with a `category` (open, active or closed) and the `next`
ones that may follow it; docs/tickets.md has an example.

`types`
The types of tickets by name; `parent: false` is for one that has no parent, such as an epic.

`archive`
Where archived sessions may lie at most: `in-tree`, the default; `local`, in each git dir; `off`.

`redact`
Secrets of the team's own, which archives are freed of besides the built-in ones: `rules` by name,
each with a `prefix`, `characters` and a `length`, and `exceptions`; docs/sessions.md has an
example."""

ENVIRONMENT = f"""\
`GIT_TICKET`
The ticket of every commit made with it, before any stored decision; `none` opts out.

`GIT_TICKET_SESSION`
The id of the work session. Without it the session that a coding agent announces is taken
({AGENTS}), else the session of this worktree.

`GIT_TERMINAL_PROMPT`
With the value 0 no hook asks, as with git's own questions.

`NO_COLOR`, `FORCE_COLOR`
Never, or always, print colour. Without them `color.ui` and the terminal decide."""

FILES = """\
`.tickets/config.yaml`
The settings of the team, to be committed.

`.git/ticketer/current`, `.git/ticketer/sessions/`
The id of the session of this worktree, and the live sessions, one file each. A linked worktree
has these in its own git directory; the following are shared.

`.tickets/ID/sessions/`
The archived sessions of a ticket; docs/sessions.md is the format.

`.tickets/flows/`
Commands that run when something happens to a ticket, where you allowed them; docs/flows.md.

`.git/ticketer/flows/`
What the last 50 runs of flows printed.

`.git/ticketer/pending/`
Archived sessions that wait to be filed.

`.git/ticketer/settings`
What the hooks know of the settings, renewed by every command.

`.git/ticketer/journal`
One line for each decision and for each commit made.

`.git/ticketer/hook.log`
What went wrong in a hook; `git ticket doctor` shows it."""

EXIT_STATUS = {
    ExitCode.DONE: "Done.",
    ExitCode.ERROR: "An error; it is on standard error, most often with a hint.",
    ExitCode.USAGE: "The command line is wrong, or nobody can be asked for what it leaves open.",
    ExitCode.NOT_FOUND: "What was asked for is not there.",
    ExitCode.DECISION_NEEDED: "A decision about the ticket is needed first.",
    ExitCode.BUG: "A bug in git-ticketer; the hint names a file with the details.",
    ExitCode.INTERRUPTED: "Interrupted.",
}

EXAMPLES = """\
Set a repository up, then work on a ticket:
git ticket init --prefix PROJ
git ticket attach PROJ-123
git commit -m 'Crop the avatar'

Work that is for no ticket:
git ticket attach --none

Tag the commit that was just made, too:
git ticket attach PROJ-123 --amend

One commit for another ticket, from a script:
GIT_TICKET=PROJ-7 git commit -m 'Fix the build'

Every commit of a ticket, and the ticket of every commit:
git log --grep='^Ticket: PROJ-123'
git log --format='%h %(trailers:key=Ticket,valueonly,separator=%x2C) %s'"""


def escaped(text: str) -> str:
    """`text` for roff: every character is printed as it is, no line is taken for a request."""
    shown = text.translate(str.maketrans(ESCAPES))
    shown = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in shown)
    return re.sub(r"^(?=\.)", r"\\&", shown, flags=re.MULTILINE)


def prose(text: str) -> str:
    """One paragraph on one line, with what stands between backticks in bold."""
    pieces = [escaped(piece) for piece in CODE.split(" ".join(text.split()))]
    return "".join(f"\\fB{piece}\\fR" if i % 2 else piece for i, piece in enumerate(pieces))


def paragraphs(text: str) -> Iterator[str]:
    r"""The paragraphs of a help text; one that begins with click's `\b` is kept line by line."""
    for part in filter(None, inspect.cleandoc(text).split("\n\n")):
        if part.startswith("\b"):
            yield from literal(part.lstrip("\b\n"))
        else:
            yield from (".PP", prose(part))


def literal(text: str) -> Iterator[str]:
    """Lines that are shown as they are, indented."""
    yield from (".PP", ".RS 4", ".nf", escaped(text.rstrip()), ".fi", ".RE")


def terms(text: str) -> Iterator[str]:
    """A list: the first line of each paragraph is a term, the rest explains it."""
    for part in text.split("\n\n"):
        term, _, explanation = part.partition("\n")
        yield from (".TP", prose(term), prose(explanation))


def command_lines(command: click.Command, context: click.Context) -> Iterator[str]:
    """The section of a command with its options, then those of the commands in it."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f'.SS "{escaped(usage)}"'
    yield from paragraphs(command.help or "")
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record:
            yield from (".TP", prose(f"`{record[0]}`"), prose(record[1]))
    yield from inner_lines(command, context)


def inner_lines(command: click.Command, context: click.Context) -> Iterator[str]:
    """The sections of the commands in a group, in its own order."""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from command_lines(inner, click.Context(inner, info_name=name, parent=context))


def lines() -> Iterator[str]:
    """The lines of the page."""
    version = escaped(f"git-ticketer {__version__}")
    yield from (MARKER, f'.TH "GIT\\-TICKET" "1" "" "{version}" "Git Manual"', ".nh", ".ad l")
    title = (group.help or "").partition("\n")[0]
    yield from (".SH NAME", prose(f"git-ticket - {title}"))
    yield from (".SH SYNOPSIS", prose(f"`{PROGRAM}` [-h | --version] [COMMAND [ARGUMENTS...]]"))
    yield from (".SH DESCRIPTION", *paragraphs(DESCRIPTION))
    yield from (".SH OPTIONS", *terms(OPTIONS))
    yield from (".SH COMMANDS", prose("Without a command: `git ticket status`."))
    yield from inner_lines(group, click.Context(group, info_name=PROGRAM))
    yield from (".SH CONFIGURATION", prose("Each user's own settings are git's (`git config`):"))
    yield from terms(GIT_SETTINGS)
    yield from (".PP", prose("What a team shares is in `.tickets/config.yaml`:"))
    yield from terms(TEAM_SETTINGS)
    yield from (".SH ENVIRONMENT", *terms(ENVIRONMENT))
    yield from (".SH FILES", *terms(FILES))
    yield '.SH "EXIT STATUS"'
    yield from terms("\n\n".join(f"`{code}`\n{text}" for code, text in EXIT_STATUS.items()))
    yield ".SH EXAMPLES"
    for part in EXAMPLES.split("\n\n"):
        heading, _, typed = part.partition("\n")
        yield from (".PP", prose(heading), *literal(typed))
    yield '.SH "SEE ALSO"'
    yield prose("`git`(1), `git-config`(1), `git-interpret-trailers`(1), `githooks`(5)")


def page() -> str:
    """The whole page, as roff in ASCII."""
    return "\n".join(lines()) + "\n"


def plain(text: str) -> Iterator[str]:
    """The lines of a page for a reader without man(1); knows the requests that are used here."""
    depth = later = 0
    kept, headed = False, True
    for line in text.splitlines():
        request, _, rest = line.partition(" ") if line.startswith(".") else ("", "", line)
        words = ESCAPE.sub(_character, rest)
        if request in (".SH", ".SS", ".PP", ".TP"):
            if not headed:
                yield ""
            if rest:
                yield ("  " if request == ".SS" else "") + words.strip('"')
            headed = bool(rest)
            depth, later = 4, 8 if request == ".TP" else 4
        elif request in (".nf", ".fi"):
            kept = request == ".nf"
        elif not request:
            yield from [" " * 8 + words] if kept else _filled(words, depth)
            depth, headed = later, False


def _filled(text: str, depth: int) -> list[str]:
    margin = " " * depth
    return textwrap.wrap(
        text, 80, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False
    )


def _character(found: re.Match[str]) -> str:
    """What an escape of ours stands for; nothing for a change of font."""
    escape = found[0]
    if escape.startswith("\\[u"):
        return chr(int(escape[3:-1], 16))
    return CHARACTERS.get(escape, "")


if __name__ == "__main__":
    sys.stdout.write(page())
