"""What a rule is, and the parts that the patterns of rules are made of."""

import functools
import re
from typing import NamedTuple

WORD = "A-Za-z0-9"
NAME = r"\-A-Za-z0-9_"
HEX = "0-9a-f"
BODY = "A1b2C3d4E5f6G7h8"
HEXADECIMAL = "0a1b2c3d4e5f6789"


class Rule(NamedTuple):
    """A shape: the secret is what `pattern` captures, or all it matches where it captures nothing.

    A text in which none of the `keywords` stands (small letters, in any case) has no match.
    `example` is a text with one. `team` is whether a team's configuration made the rule.
    """

    name: str
    keywords: tuple[str, ...]
    pattern: str
    example: str
    team: bool = False

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        return _compiled(self.pattern)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def alone(pattern: str, around: str = WORD) -> str:
    """The pattern where it is not a part of a longer word."""
    return f"(?<![{around}]){pattern}(?![{around}])"


def begun(literal: str) -> str:
    """The literal where a word begins: also behind an escape of JSON inside JSON, or of a URL.

    The search for a pattern is fast where it begins with a literal, so what stands before it is
    looked at afterwards.
    """
    text = re.escape(literal)
    return rf"{text}(?:(?<![{WORD}]{text})|(?<=\\[nrt]{text})|(?<=%[0-9A-F]{{2}}{text}))"


def issued(name: str, prefixes: str, least: int, characters: str = WORD) -> Rule:
    """A rule for tokens that begin with one of the `prefixes`, then at least so many characters.

    `characters` is a class as in a pattern.
    """
    known = prefixes.split()
    body = BODY if "A-Z" in characters else HEXADECIMAL
    return Rule(
        name,
        tuple(prefix.lower() for prefix in known),
        f"(?:{'|'.join(map(begun, known))})[{characters}]{{{least},}}+",
        known[0] + (body * (least // len(body) + 1))[:least],
    )
