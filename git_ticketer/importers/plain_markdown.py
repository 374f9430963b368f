"""Conversations in Markdown whose headings or labels name who speaks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from git_ticketer.importers.markdown import in_fences, without_rules
from git_ticketer.importers.speakers import role_of
from git_ticketer.model.transcript import ASSISTANT, USER

# How a line tells who speaks: `## User`, `**User:** text`, `ChatGPT said:`, `User: text`. It is
# told in one way throughout a conversation; in this order they are believed.
STYLES = {
    "heading": re.compile(r"#{1,6}[ \t]+(?P<label>[^#\n]{1,120})#*\s*$"),
    "bold": re.compile(r"_?(\*\*|__)(?P<label>[^*\n]{1,120}?)\1_?(?P<colon>[ \t]*:?)(?P<rest>.*)"),
    "said": re.compile(r"(?P<label>[^:\n]{1,40} said):(?P<rest>.*)"),
    "bare": re.compile(r"(?P<label>[A-Z][^:\n]{1,80}):(?P<rest>(?:\s.*)?)$"),
}
LABEL = re.compile(
    r"[^\w(\[]{0,8}(?P<name>[A-Za-z][A-Za-z_ ]{0,24}?)(?: said)?"
    r"(?:\s*[\[(](?P<time>[^\])\n]{1,60})[\])]"
    r"|\s*[:@,|\u2013\u2014-]\s*(?P<date>\d[\w:., +-]{3,40}))?[\s:*_]*"
)


class Part(NamedTuple):
    """What one speaker says; what stands before the first one has no role."""

    role: str
    text: str
    time: str = ""


class Label(NamedTuple):
    """A line that says who speaks from there on; `rest` is what is said on that line."""

    line: int
    style: str
    role: str
    time: str
    rest: str


def parts(text: str) -> list[Part]:
    """What the speakers say, one after the other; empty where nothing names a speaker."""
    lines = text.splitlines()
    labels = list(_labels(lines))
    style = _style(labels)
    labels = [label for label in labels if label.style == style]
    if not labels:
        return []
    found = [Part("", without_rules(lines[: labels[0].line]))]
    ends = [*(label.line for label in labels[1:]), len(lines)]
    for label, end in zip(labels, ends, strict=True):
        said = without_rules([label.rest, *lines[label.line + 1 : end]])
        found.append(Part(label.role, said, label.time))
    return found


def _labels(lines: list[str]) -> Iterator[Label]:
    for number, (line, is_code) in enumerate(zip(lines, in_fences(lines), strict=True)):
        if not is_code and (label := _label(number, line)):
            yield label


def _label(number: int, line: str) -> Label | None:
    for style, pattern in STYLES.items():
        if not (found := pattern.match(line)):
            continue
        name = LABEL.fullmatch(found["label"])
        role = role_of(name["name"]) if name else ""
        rest = (found.groupdict().get("rest") or "").strip()
        if name and role and (style != "bold" or _ends_label(found, rest)):
            return Label(number, style, role, name["time"] or name["date"] or "", rest)
    return None


def _ends_label(found: re.Match[str], rest: str) -> bool:
    """Whether what is bold is a label: a colon ends it, or it stands alone."""
    return found["label"].rstrip().endswith(":") or ":" in found["colon"] or not rest


def _style(labels: list[Label]) -> str:
    """How this conversation names its speakers: the first way in which both sides are named."""
    sides = {style: {each.role for each in labels if each.style == style} for style in STYLES}
    for wanted in ({USER, ASSISTANT}, {USER}, {ASSISTANT}):
        for style, roles in sides.items():
            if wanted <= roles:
                return style
    return ""
