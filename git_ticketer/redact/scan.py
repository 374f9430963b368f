"""Text to text without secrets.

Give it decoded text: in raw JSON the `n` of an escaped line end hides where a word begins.
"""

import bisect
import functools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from git_ticketer.redact.keywords import Keywords
from git_ticketer.redact.rules import RULES, Rule

QUOTES = ("'", '"', "`")
MARKER = re.compile(r"\[REDACTED:([a-z0-9-]{1,40})\]")
PASSES = 6
NEAR = 250
"""What is no secret is searched again for one inside it, if it is no longer than this."""

BLANKS = " \t\n\r\f\v"
BLANK = re.compile(f"[{BLANKS}]")


class Finding(NamedTuple):
    """A secret in a text: the name of its rule, and where it is."""

    rule: str
    start: int
    end: int


class Scanner:
    """Finds the secrets that some rules describe. `names` are the names of the rules."""

    def __init__(self, rules: Sequence[Rule] = RULES, exceptions: Collection[str] = ()) -> None:
        """`exceptions` are texts that are no secrets; a built-in rule does not heed them."""
        self.names = frozenset(rule.name for rule in rules)
        self._rules = tuple(rules)
        self._keywords = _keywords(self._rules)
        self._team = frozenset(rule.name for rule in rules if rule.team)
        self._exceptions = frozenset(exceptions)

    def findings(self, text: str) -> list[Finding]:
        """The secrets in `text`, in their order; those that overlap are one."""
        found: list[Finding] = []
        for number in self._keywords.rules_for(text):
            found += self._matches(self._rules[number], text)
        if found and "[REDACTED:" in text:
            found = self._outside_markers(text, found)
        return _merged(sorted(found, key=lambda finding: finding.start))

    def redacted(self, text: str) -> str:
        """`text` with `[REDACTED:rule]` for every secret; doing it again changes nothing.

        What stood beside a secret may be one when that is gone. Where that goes on and on, the
        whole word goes: no text may cost more than a few passes.
        """
        passes = 0
        while found := self.findings(text):
            passes += 1
            text = _replaced(text, found if passes < PASSES else _widened(text, found))
        return text

    def _matches(self, rule: Rule, text: str) -> Iterator[Finding]:
        at = 0
        while match := rule.regex.search(text, at):
            start, end = match.span(match.lastindex or 0)
            at = max(end, match.start() + 1)
            if self._is_secret(rule, text[start:end], text[start - 1 : start]):
                yield Finding(rule.name, start, end)
            elif end - start <= NEAR:
                at = max(start, match.start() + 1)

    def _is_secret(self, rule: Rule, found: str, before: str) -> bool:
        if rule.team:
            return found not in self._exceptions
        judge = rule.judge if before in QUOTES else rule.bare or rule.judge
        return judge(found)

    def _outside_markers(self, text: str, found: list[Finding]) -> list[Finding]:
        """The findings without those in a marker; a team's rule must not even touch one."""
        spans = [match.span() for match in MARKER.finditer(text) if match[1] in self.names]
        ends = [end for _, end in spans]

        def is_free(finding: Finding) -> bool:
            next_marker = bisect.bisect_right(ends, finding.start)
            if next_marker == len(spans):
                return True
            start, end = spans[next_marker]
            if finding.rule in self._team:
                return finding.end <= start
            return finding.start < start or finding.end > end

        return [finding for finding in found if is_free(finding)]


@functools.cache
def _keywords(rules: tuple[Rule, ...]) -> Keywords:
    return Keywords(rules)


@functools.cache
def _built_in() -> Scanner:
    return Scanner()


def findings(text: str) -> list[Finding]:
    """The secrets that the built-in rules find in `text`."""
    return _built_in().findings(text)


def _merged(found: list[Finding]) -> list[Finding]:
    """Findings that overlap become one, named by the first."""
    merged: list[Finding] = []
    for finding in found:
        if merged and finding.start < merged[-1].end:
            last = merged.pop()
            finding = last._replace(end=max(last.end, finding.end))  # noqa: PLW2901
        merged.append(finding)
    return merged


def _widened(text: str, found: list[Finding]) -> list[Finding]:
    """The findings with all that stands beside them up to white space."""
    blanks = [-1, *(match.start() for match in BLANK.finditer(text)), len(text)]
    wide = []
    for rule, start, end in found:
        before = blanks[bisect.bisect_left(blanks, start) - 1]
        behind = blanks[bisect.bisect_left(blanks, end)]
        wide.append(Finding(rule, before + 1, behind))
    return _merged(wide)


def _replaced(text: str, found: list[Finding]) -> str:
    parts, at = [], 0
    for finding in found:
        parts += [text[at : finding.start], f"[REDACTED:{finding.rule}]"]
        at = finding.end
    return "".join([*parts, text[at:]])
