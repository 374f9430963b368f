"""Text to text without secrets.

Give it decoded text: in raw JSON the `n` of an escaped line end hides where a word begins.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.redact.rules import RULES, Rule, is_placeholder


class Finding(NamedTuple):
    """A secret in a text: the name of its rule, and where it is."""

    rule: str
    start: int
    end: int


def findings(text: str) -> list[Finding]:
    """The secrets in `text`, in their order; those that overlap are one, named by the first."""
    folded = text.lower()
    found: list[Finding] = []
    for rule in RULES:
        if any(keyword in folded for keyword in rule.keywords):
            found += _matches(rule, text)
    return _merged(sorted(found, key=lambda finding: finding.start))


def redacted(text: str) -> tuple[str, dict[str, int]]:
    """`text` with `[REDACTED:rule]` for every secret, and how many of each rule there were.

    Redacting again changes nothing: what stood beside a secret may be one when that is gone.
    """
    counts: Counter[str] = Counter()
    while found := findings(text):
        counts.update(finding.rule for finding in found)
        text = _replaced(text, found)
    return text, dict(counts)


def _matches(rule: Rule, text: str) -> Iterator[Finding]:
    for match in rule.regex.finditer(text):
        start, end = match.span(match.lastindex or 0)
        if rule.name == "private-key" or not is_placeholder(text[start:end]):
            yield Finding(rule.name, start, end)


def _merged(found: list[Finding]) -> list[Finding]:
    merged: list[Finding] = []
    for finding in found:
        if merged and finding.start < merged[-1].end:
            last = merged.pop()
            finding = last._replace(end=max(last.end, finding.end))  # noqa: PLW2901
        merged.append(finding)
    return merged


def _replaced(text: str, found: list[Finding]) -> str:
    parts, at = [], 0
    for finding in found:
        parts += [text[at : finding.start], f"[REDACTED:{finding.rule}]"]
        at = finding.end
    return "".join([*parts, text[at:]])
