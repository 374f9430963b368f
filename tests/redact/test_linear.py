"""No text costs more than linear time, whatever it is made of."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.rules import RULES, Rule, team_rule
from git_ticketer.redact.scan import Scanner

NAMES = [f"{number}-{rule.name}" for number, rule in enumerate(RULES)]
TEAM = team_rule("acme", "a.a", "a.", 1000, 1000)
MOST_STEPS = 10_000
SIZE = 100_000
sre = importlib.import_module("re._constants")  # without type hints
sre_parse = importlib.import_module("re._parser")


def repeats(tree: Any, factor: int = 1) -> Iterator[tuple[str, int]]:
    """Every repetition: its kind, and how often it may run with those that it stands in."""
    if isinstance(tree, list | tuple | sre_parse.SubPattern):
        kind = tree[0] if isinstance(tree, tuple) and tree else None
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            factor *= tree[1][1]
            yield str(kind), factor
            tree = tree[1][2]
            factor = 1 if kind is sre.POSSESSIVE_REPEAT else factor
        for part in tree:
            yield from repeats(part, factor)


@pytest.mark.parametrize("rule", [*RULES, TEAM], ids=[*NAMES, "team"])
def test_every_repetition_is_bounded_or_never_given_back(rule: Rule) -> None:
    for kind, most in repeats(sre_parse.parse(rule.pattern)):
        assert kind == "POSSESSIVE_REPEAT" or most <= MOST_STEPS


def test_a_repetition_without_a_bound_is_noticed() -> None:
    assert [most > MOST_STEPS for _, most in repeats(sre_parse.parse("(?:a{1,9}b)+c{2}"))] == [
        True, True, False,
    ]  # fmt: skip


def hostile(rule: Rule) -> Iterator[str]:
    """Texts that make a pattern begin as often, or go on as long, as it can."""
    begun = rule.example[: len(rule.example) * 2 // 3]
    for unit in (begun, rule.example[:-1], rule.keywords[-1] + "\n", begun[:-1] + " "):
        yield (unit * (SIZE // len(unit) + 1))[:SIZE]
    yield (begun + "a1_-./+" * SIZE)[:SIZE]


@pytest.mark.parametrize("rule", [*RULES, TEAM], ids=[*NAMES, "team"])
def test_a_text_that_is_hostile_to_a_rule_is_searched(rule: Rule) -> None:
    assert all(sum(1 for _ in rule.regex.finditer(text)) <= SIZE for text in hostile(rule))


@pytest.mark.parametrize(
    "unit",
    ["A", " ", "-", "a.", "://a:", "eyJ", "password: a\n", "PASSWORD=", "-----BEGIN ", "curl ",
     "AIza" + "A1b2C" * 7, "ghp_" + "A1b2" * 9 + "-AIza" + "a" * 35, "[REDACTED:jwt]sk-",
     'password="your-', "token='a1 b2' ", "ghp_xxxxxx", "eyJhbGci", "ssh-keygen -N ", "://u:a/b",
     "AbCdEfGh" * 8 + "\n", "AbCdEfGh" * 3 + " -----END PRIVATE " + "KEY-----x "],
)  # fmt: skip
def test_a_hostile_text_is_redacted(unit: str) -> None:
    scanner = Scanner((*RULES, TEAM))
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]

    assert scanner.findings(scanner.redacted(text)) == []
    assert len(Redactor(home=["/home/dana"]).cut(text, 200)) <= 240


@pytest.mark.slow
@pytest.mark.parametrize("rule", [*RULES, TEAM], ids=[*NAMES, "team"])
def test_all_hostile_texts_after_each_other_are_redacted(rule: Rule) -> None:
    text = "".join(hostile(rule))
    scanner = Scanner((*RULES, TEAM))

    assert scanner.findings(scanner.redacted(text)) == []
