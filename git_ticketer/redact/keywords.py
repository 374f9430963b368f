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


class Keywords:
    """Tells which rules can have a match in a text."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._keywords = [rule.keywords for rule in rules]
        owners: dict[Word, list[int]] = {}
        for number, texts in enumerate(self._keywords):
            for word in map(_split, texts):
                owners.setdefault(word, []).append(number)
        self._common = [
            (word.before + word.anchor + word.behind, numbers)
            for word, numbers in owners.items()
            if word.rank < RARE
        ]
        parts = []
        rare = sorted(word for word in owners if word.rank >= RARE)
        self._near: list[set[int]] = [set()]
        # the most frequent anchors first: they are compared in this order
        for anchor, group in itertools.groupby(rare, key=lambda word: word.anchor):
            words = sorted(group, key=lambda word: word.before[-1:])
            parts.append(f"{re.escape(anchor)}(?:{_around(words)})")
            for word in words:
                beside = (owners[other] for other in words if _may_share(word, other))
                self._near.append(set(itertools.chain.from_iterable(beside)))
        self._pattern = re.compile("|".join(parts) or "(?!)")

    def rules_for(self, text: str) -> list[int]:
        """The numbers, in order, of the rules with a keyword in `text`."""
        folded = text.lower()
        hits = {match.lastindex or 0 for match in self._pattern.finditer(folded)}
        near = {number for hit in hits for number in self._near[hit]}
        for word, numbers in self._common:
            if word in folded:
                near.update(numbers)
        return [n for n in sorted(near) if any(word in folded for word in self._keywords[n])]


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
