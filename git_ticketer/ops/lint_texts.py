"""What `git ticket lint` finds in the text of a file, whatever file it is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.ops.lint_checks import ERROR
from git_ticketer.redact.scan import Scanner
from git_ticketer.storage import yamlfile
from git_ticketer.storage.yamlfile import SCALAR, BadFile, Document, Node

MARKER = re.compile(r"^(?:<{7,9} |\|{7,9} |>{7,9} )", re.MULTILINE)


class Problem(NamedTuple):
    """Something that is not right: `line` is from 1, 0 for a whole file; `rule` names the check.

    `severity` is error or warning; `fixable` is whether --fix mends it.
    """

    path: str
    line: int
    rule: str
    severity: str
    reason: str
    fixable: bool = False


def from_error(error: BadFile, rule: str) -> Problem:
    """The problem that an error is about."""
    return Problem(error.path, error.line, rule, ERROR, error.reason)


def conflicts(path: str, text: str, hint: str = "") -> Iterator[Problem]:
    """The conflict markers in a text: the first of each conflict; `hint` says what to do."""
    found = [match.start() for match in MARKER.finditer(text)]
    opening = [start for start in found if text[start] == "<"] or found[:1]
    for line in _lines(text, opening):
        yield Problem(path, line, "conflict", ERROR, f"a merge conflict{hint}")


def secrets(path: str, text: str, scanner: Scanner) -> Iterator[Problem]:
    """The secrets in a text; a problem never repeats them."""
    found = scanner.findings(text)
    for line, finding in zip(_lines(text, [f.start for f in found]), found, strict=True):
        yield _secret(path, line, finding.rule)


def _lines(text: str, places: list[int]) -> Iterator[int]:
    """The line of each of the places, which are in their order."""
    line, at = 1, 0
    for place in places:
        line += text.count("\n", at, place)
        at = place
        yield line


def escaped_secrets(document: Document, scanner: Scanner) -> Iterator[Problem]:
    """The secrets that stand behind the escape of a line end, where no word seems to begin."""
    root = yamlfile.nodes(document) if "\\" in document.text else None
    for node in _scalars(root) if root else ():
        if node.style == '"':
            for finding in scanner.findings(node.text):
                yield _secret(document.path, node.line, finding.rule)


def _scalars(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind == SCALAR:
            yield node
        waiting += node.items


def _secret(path: str, line: int, rule: str) -> Problem:
    reason = f"what looks like a secret ({rule}): revoke it, then take it out"
    return Problem(path, line, "secret", ERROR, reason)
