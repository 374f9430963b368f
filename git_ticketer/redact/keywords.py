"""One search for the keywords of all rules: most rules have none in a text and are not run.

A keyword is found by its rarest character, and what stands around that is compared only there:
faster than an alternation of words, which begin with nearly every letter there is. The few that
have only frequent letters are looked for one by one.
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from git_ticketer.redact.shape import Rule

FREQUENT = " etisronalcdup/mhfgb\"y,.-_:=wk()+1vx026*4`3|'j85#79>[]qz{};<\\@%!$?&~^"
"""The characters of code and prose in small letters, the most frequent first."""

RARE = FREQUENT.index("g")


class Word(NamedTuple):
    """A keyword around its rarest character, the anchor."""

    rank: int
    anchor: str
    before: str
    behind: str

    @property
    def text(self) -> str:
        """The whole keyword."""
        return self.before + self.anchor + self.behind


class Keywords:
    """Tells which rules can have a match in a text."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._owners: dict[str, list[int]] = {}
        for number, rule in enumerate(rules):
            for text in rule.keywords:
                self._owners.setdefault(text, []).append(number)
        found = sorted(map(_split, self._owners))
        self._common = [word.text for word in found if word.rank < RARE]
        rare = [word for word in found if word.rank >= RARE]
        parts = []
        self._near: list[list[str]] = [[]]
        # the most frequent anchors first: they are compared in this order
        for anchor, group in itertools.groupby(rare, key=lambda word: word.anchor):
            words = sorted(group, key=lambda word: word.before[-1:])
            parts.append(f"{re.escape(anchor)}(?:{_around(words)})")
            for word in words:
                self._near.append([other.text for other in words if _may_share(word, other)])
        self._pattern = re.compile("|".join(parts) or "(?!)")

    def rules_for(self, text: str) -> list[int]:
        """The numbers, in order, of the rules with a keyword in `text`."""
        folded = text.lower()
        hits = {match.lastindex or 0 for match in self._pattern.finditer(folded)}
        near = {word for hit in hits for word in self._near[hit]}
        owners = (self._owners[word] for word in (*self._common, *near) if word in folded)
        return sorted(set(itertools.chain.from_iterable(owners)))


def _split(word: str) -> Word:
    ranks = [FREQUENT.find(char) % len(FREQUENT) for char in word]
    at = ranks.index(max(ranks))
    return Word(ranks[at], word[at], word[:at], word[at + 1 :])


def _may_share(one: Word, other: Word) -> bool:
    """Whether both words can stand around the same character: a search finds only one of them."""
    return (one.behind.startswith(other.behind) or other.behind.startswith(one.behind)) and (
        one.before.endswith(other.before) or other.before.endswith(one.before)
    )


def _around(words: list[Word]) -> str:
    """What stands around an anchor, by the character before it; a group for each word."""
    parts = []
    for last, same in itertools.groupby(words, key=lambda word: word.before[-1:]):
        tests = "|".join(f"{_look_back(word)}(?={re.escape(word.behind)})()" for word in same)
        parts.append(f"(?<={re.escape(last)}.)(?:{tests})" if last else tests)
    return "|".join(parts)


def _look_back(word: Word) -> str:
    return f"(?<={re.escape(word.before)}.)" if len(word.before) > 1 else ""
