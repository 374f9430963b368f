"""`git ticket verify`: proof in CI, and before a push, that commits name their tickets."""

import os
import re
import sys

import click

from git_ticketer.cli import output
from git_ticketer.cli.options import current_folder, json_options
from git_ticketer.errors import ExitCode
from git_ticketer.ops import verify, verify_range
from git_ticketer.ops.verify import Problem, Verdict

FIELDS = ("success", "commits", "passed", "failures", "notes")
SHORT = 10
TITLES = {
    verify.UNTAGGED: "Commit without a ticket",
    verify.SESSION: "Session not archived",
    verify.UNKNOWN: "Unknown ticket",
    verify.CUT_OFF: "History is not complete",
}
# What Azure Pipelines, TeamCity and older runners of GitHub obey wherever it stands in a line.
COMMAND = re.compile(r"##(?=\w*\[)")


@click.command("verify")
@click.argument("range", nargs=-1, metavar="[RANGE]...")
@click.option("--require-sessions", is_flag=True, help="Fail where a session is not archived.")
@click.option("--require-tickets", is_flag=True, help="Fail where a ticket of ours is not there.")
@click.option("--pre-push", is_flag=True, help="Read what git tells a pre-push hook from stdin.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub (default in Actions).")
@json_options
def command(
    range: tuple[str, ...],
    require_sessions: bool,
    require_tickets: bool,
    pre_push: bool,
    github: bool,
    as_json: bool,
    fields: str | None,
) -> int:
    """Check that every commit of a range names its ticket.

    A commit passes with a Ticket trailer, a recorded opt-out (Ticket: none), more than one parent,
    or as the revert or cherry-pick of a commit that passes. RANGE is as for git log; without it,
    what the upstream branch does not have yet. Exit code 1 where a commit does not pass.

    \b
    git ticket verify origin/main..HEAD
    exec git ticket verify --pre-push      in .git/hooks/pre-push
    """  # noqa: D301 - click wants the character itself
    output.check_fields(fields, FIELDS)
    place = verify_range.place(current_folder(), os.environ)
    chosen = (
        verify_range.of_push(place.git, _lines())
        if pre_push
        else verify_range.of_words(place, range)
    )
    verdict = verify.verify(
        place, chosen, require_sessions=require_sessions, require_tickets=require_tickets
    )
    if as_json:
        output.document(_json(verdict), fields)
    elif github or os.environ.get("GITHUB_ACTIONS") == "true":
        _annotate(verdict)
    elif verdict.commits or not pre_push:
        _show(verdict)
    return ExitCode.ERROR if verdict.failures else ExitCode.DONE


def _lines() -> list[str]:
    return sys.stdin.buffer.read().decode("utf-8", "replace").split("\n")


def _json(verdict: Verdict) -> dict[str, object]:
    return {
        "success": not verdict.failures,
        "commits": verdict.commits,
        "passed": dict(verdict.passed),
        "failures": [problem._asdict() for problem in verdict.failures],
        "notes": [problem._asdict() for problem in verdict.notes],
    }


def _show(verdict: Verdict) -> None:
    """Print a line for each problem, what to type, and the sum."""
    for kind, colour, problems in (
        ("error", "red", verdict.failures),
        ("note", "yellow", verdict.notes),
    ):
        for problem in problems:
            name = output.styled(problem.commit[:SHORT], colour=colour)
            output.say(name, f" {_line(problem)}" + (" (note)" if kind == "note" else ""))
    output.say(_sum(verdict))
    _hint(verdict)


def _line(problem: Problem) -> str:
    return COMMAND.sub("# #", f"{problem.subject}: {problem.reason}")


def _sum(verdict: Verdict) -> str:
    reasons = ", ".join(f"{count} {name}" for name, count in sorted(verdict.passed.items()))
    passed = sum(verdict.passed.values())
    detail = f" ({reasons})" if reasons else ""
    word = "commit" if verdict.commits == 1 else "commits"
    return f"{passed} of {verdict.commits} {word} pass{detail}"


def _hint(verdict: Verdict) -> None:
    """Say how to mend it: the last commit by an amend, older ones by a reword."""
    cut_off = any(problem.kind == verify.CUT_OFF for problem in verdict.failures)
    if cut_off:
        output.note("hint", "git fetch --unshallow")
    if verdict.amend:
        output.note("hint", "git ticket attach ID --amend  # tags the last commit")
    if verdict.since and not cut_off:
        merges = "--rebase-merges " if verdict.passed[verify.MERGE] else ""
        how = f"# reword: a last line {verdict.key}: ID"
        output.note("hint", f"git rebase --interactive {merges}{verdict.since}  {how}")
    if not verdict.commits:
        output.note("hint", "no commit is in that range")


def _annotate(verdict: Verdict) -> None:
    """Print GitHub's workflow commands, one a problem, and the sum."""
    for level, problems in (("error", verdict.failures), ("notice", verdict.notes)):
        for problem in problems:
            title = _escaped(TITLES[problem.kind], ":,")
            text = _escaped(f"{problem.commit[:SHORT]} {_line(problem)}")
            output.say(f"::{level} title={title}::{text}")
    output.say(_sum(verdict))


def _escaped(text: str, more: str = "") -> str:
    """A text as a workflow command carries it (actions/toolkit, command.ts: escapeData)."""
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + more else c for c in text)
