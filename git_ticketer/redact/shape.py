"""What a rule is, and the parts that the patterns of rules are made of."""

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from git_ticketer.redact.values import is_token

WORD = "A-Za-z0-9"
NAME = r"\-A-Za-z0-9_"
HEX = "0-9a-f"
BODY = "A1b2C3d4E5f6G7h8"
HEXADECIMAL = "0a1b2c3d4e5f6789"


class Rule(NamedTuple):
    """A shape: the secret is what `pattern` captures, or all it matches where it captures nothing.

    A text in which none of the `keywords` stands (small letters, in any case) has no match.
    `example` is a text with one. `team` is whether a team's configuration made the rule. `judge`
    tells whether what has the shape is a secret, `bare` the same of what stands in no quotes.
    """

    name: str
    keywords: tuple[str, ...]
    pattern: str
    example: str
    team: bool = False
    judge: Callable[[str], bool] = is_token
    bare: Callable[[str], bool] | None = None

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


def issued(
    name: str, prefixes: str, least: int, characters: str = WORD, *, glued: bool = True
) -> Rule:
    """A rule for tokens that begin with one of the `prefixes`, then at least so many characters.

    `characters` is a class as in a pattern. `glued` is whether a letter or digit may stand before:
    where the prefix is nothing else.
    """
    known = prefixes.split()
    body = BODY if "A-Z" in characters else HEXADECIMAL
    return Rule(
        name,
        tuple(prefix.lower() for prefix in known),
        f"(?:{'|'.join(map(re.escape if glued else begun, known))})[{characters}]{{{least},}}+",
        known[0] + (body * (least // len(body) + 1))[:least],
    )


def quoted(least: int = 4, marks: str = "\"'`") -> str:
    """A text in quotes, to the quote that matches: also in JSON, and in JSON inside JSON."""
    plain = [(mark, rf"\\.|[^\\\n{mark}]") for mark in marks]
    escaped = [
        (mark, rf"(?!{mark})(?:\\{{1,8}}+.|[^\\\n])")
        for mark in (r"\\{1}\"", r"\\{3}\"", r"\\{1}'")
    ]
    return "(?:{})".format("|".join(_between(*kind, least) for kind in (*plain, *escaped)))


def _between(mark: str, character: str, least: int) -> str:
    """With blanks it may have 200 characters, without it is as long as it is."""
    with_blanks = f"(?:{character}){{{least},200}}+(?={mark})"
    return rf"{mark}({with_blanks}|(?:(?!\s)(?:{character})){{201,}}+){mark}"


def bare(least: int) -> str:
    """A word without quotes of at least so many characters; what ends a statement is not in it."""
    return rf"{OPEN}({FIRST}{REST}{{{least - 1},}}+)"


OPEN = r"(?:\\{0,3}[\"'](?![^\"'\n]{0,200}[\"']))?"
"""A quote that is not closed, as where a text was cut."""

FIRST = r"[^\s\"'`<>{}\[\]|;&,\\)]"
REST = (
    r"(?:[^\s\"'`<>{}|;&\\,)\]]|[,)\]](?![\s\"'`;,)\]]|\Z|[A-Za-z_]\w{0,40}=)"
    r"|(?<=\$)\{[^\s{}\"'`]{0,80}\}"
    r"|;(?![\s\"'`]|\Z|[A-Za-z_ ]{1,30}=)|&(?![\s\"'`&]|\Z|[\w.-]{1,40}=)|\|(?![\s\"'`|]|\Z)"
    r"|<(?![\s\"'`/]|\Z|[^\s<]{0,80}>)|`(?=[A-Za-z0-9])|\\(?![\s\\nrtu\"'`/]|\Z))"
)


def value(least: int = 4) -> str:
    """What is given on a command line: in quotes, or a word."""
    return f"(?:{quoted(least)}|{bare(least)})"
