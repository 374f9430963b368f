"""What a redactor returns holds no secret, whole or in part, wherever it was cut."""

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.redact.keywords import Keywords
from git_ticketer.redact.redactor import BEYOND, BEYOND_KEY, Redactor
from git_ticketer.redact.rules import RULES, Rule, TakenName, team_rule
from git_ticketer.redact.scan import MARKER

TOKEN = "ghp_" + "A1b2" * 9
HOMES = ("/home/dana", "C:\\Users\\dana", "/", "")
ACME = team_rule("acme-token", "acme_", "A-Za-z0-9_", 8, 12)
KEY = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + ("MIIEowIBAAKCAQEA7bq3" * 3 + "\n") * 200
END = "-----END RSA PRIVATE " + "KEY-----\n"
LINES = ("7bq3Zx9Kd2Lm5Np8Rt1V" * 3 + "\n") * 100
FILLERS = [
    "word ",
    "a/b.c:1 ",
    "line\n",
    "x" * 50 + "\n",
    "\u00e9\u2028 ",
    "key = value; ",
    "{'a': 1}\n",
]


def body(rule: Rule) -> str:
    """What the rule takes of its example."""
    match = rule.regex.search(rule.example)
    assert match
    return match[match.lastindex or 0]


def shortened(text: str, limit: int) -> str:
    """The first characters; a marker that the cut meets is kept whole."""
    for marker in MARKER.finditer(text):
        if marker.start() < limit < marker.end():
            return text[: marker.end()]
    return text[:limit]


def leftovers(rule: Rule, text: str) -> list[str]:
    """The parts of more than three characters of the rule's secret that stand in the text."""
    secret = body(rule)
    text = MARKER.sub("", text)
    parts = {secret[n : n + 4] for n in range(len(secret) - 3)}
    return sorted(part for part in parts if part in text)


@pytest.mark.parametrize("rule", RULES, ids=[f"{n}-{rule.name}" for n, rule in enumerate(RULES)])
def test_no_part_of_a_secret_stays_wherever_the_text_is_cut(rule: Rule) -> None:
    text = "~ " * 20 + "\n" + rule.example + "\n" + ". " * (BEYOND + BEYOND_KEY)
    whole = Redactor().whole(text)
    plain = text.replace(body(rule), "")  # its neighbours, such as a scheme, may look like it

    for limit in range(0, len(rule.example) + 60, 3):
        cut = Redactor().cut(text, limit)
        assert cut == shortened(whole, limit)
        assert [part for part in leftovers(rule, cut) if part not in plain] == []


PARTS = st.one_of(
    st.sampled_from([rule.example for rule in RULES]),
    st.sampled_from([rule.example[: len(rule.example) // 2] for rule in RULES]),
    st.sampled_from([KEY, KEY + END, KEY + "odd line\n" + KEY, KEY[40:], KEY[40:] + END]),
    st.sampled_from([KEY[-200:] + END, LINES, LINES + END]),
    st.sampled_from(
        ["[REDACTED:jwt]", "/home/dana", "C:\\Users\\dana", "\ud83d", TOKEN + "-" + TOKEN]
    ),
    st.tuples(st.sampled_from(FILLERS), st.integers(1, 900)).map(lambda pair: pair[0] * pair[1]),
    st.text(st.sampled_from(string.printable), max_size=12),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PARTS, max_size=14).map("".join), st.integers(0, 12_000))
def test_a_cut_is_the_beginning_of_the_whole(text: str, limit: int) -> None:
    whole = Redactor(home=HOMES).whole(text)
    assert Redactor(home=HOMES).cut(text, limit) == shortened(whole, limit)


def test_a_key_that_ends_behind_all_that_is_looked_at_is_one_as_well() -> None:
    lines = ("Q" * 60 + "\n") * 60
    odd = "aws_secret_access_key = aB3/dE6+gHaB3/dE6+gH\n" + lines + LINES[: -61 * 70]
    text = KEY + KEY + "odd line\n" + KEY + odd + END
    whole = Redactor().whole(text)

    for limit in (60, 75, 90, 120):
        assert Redactor().cut(text, limit) == shortened(whole, limit)


@settings(deadline=None)
@given(st.lists(PARTS, max_size=8).map("".join))
def test_what_was_redacted_stays_as_it_is(text: str) -> None:
    once = Redactor(home=HOMES).whole(text)

    assert Redactor(home=HOMES).whole(once) == once
    once.encode()


@given(st.lists(PARTS, max_size=8).map("".join))
@settings(deadline=None)
def test_the_search_for_keywords_finds_every_rule_that_has_one(text: str) -> None:
    folded = text.lower()
    expected = [n for n, rule in enumerate(RULES) if any(word in folded for word in rule.keywords)]

    assert Keywords(RULES).rules_for(text) == expected


def test_only_the_markers_that_are_returned_are_counted() -> None:
    redactor = Redactor()
    text = f"{TOKEN} {TOKEN} and " + "PASS" + "WORD=hunter2"

    assert redactor.cut(text, 30) == "[REDACTED:github-token] [REDACTED:github-token]"
    assert redactor.cut(text, 23) == "[REDACTED:github-token]"
    assert redactor.cut(text, 0) == ""
    assert redactor.whole(text + " [REDACTED:other]").endswith(
        "=[REDACTED:assigned-secret] [REDACTED:other]"
    )
    assert dict(redactor.counts) == {"github-token": 5, "assigned-secret": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/dana", "~"),
        ("cd /home/dana/work && ls '/home/dana'", "cd ~/work && ls '~'"),
        ("it is in /home/dana.", "it is in ~."),
        ("gcc -I/home/dana/include", "gcc -I~/include"),
        ("file:///home/dana/a", "file://~/a"),
        ("host:/home/dana:/home/dana/b", "host:~:~/b"),
        (r'{"a": "x\n/home/dana/b", "b": "\/home\/dana"}', r'{"a": "x\n~/b", "b": "~"}'),
        ("C:\\Users\\dana\\x c:/Users/dana", "~\\x ~"),
        (r'{"path": "C:\\Users\\dana\\x"}', r'{"path": "~\\x"}'),
        ("/mnt/c/Users/dana/x /c/Users/dana", "~/x ~"),
        ("~/.claude/projects/-home-dana-work-x/1.jsonl", "~/.claude/projects/~-work-x/1.jsonl"),
        (r"projects\C--Users-dana-work", r"projects\~-work"),
        ("a-home-dana-work", None),
        ("/home/danab /home/dana-b /home/dana.b /home/dana_b /home/dan", None),
        ("/backup/home/dana a/home/dana ./home/dana ../home/dana", None),
        ("/", None),
        ("dana", None),
    ],
)  # fmt: skip
def test_a_home_folder_is_a_tilde(text: str, expected: str | None) -> None:
    assert Redactor(home=HOMES).whole(text) == (text if expected is None else expected)


def test_without_a_home_paths_stay() -> None:
    assert Redactor(home=("", "/", "dana", "C:\\")).whole("/home/dana C:\\x") == "/home/dana C:\\x"


def test_a_lone_surrogate_becomes_its_visible_escape_and_is_counted() -> None:
    redactor = Redactor()

    assert redactor.whole("a\ud83d" + TOKEN + "\udc00") == "a\\ud83d[REDACTED:github-token]\\udc00"
    assert redactor.whole("\U0001f600 \\ud83d") == "\U0001f600 \\ud83d"
    assert redactor.cut("ab\ud83d", 2) == "ab"
    assert redactor.escaped == 1


def test_an_error_goes_on_to_the_caller() -> None:
    broken = Rule("broken", ("word",), "(", "word")
    redactor = Redactor(rules=(*RULES, broken))

    with pytest.raises(re.error):
        redactor.whole("a word")
    assert redactor.counts == {}


def test_a_rule_of_the_team_finds_its_secrets_but_for_the_exceptions() -> None:
    redactor = Redactor((*RULES, ACME), exceptions=["acme_example1", TOKEN])
    text = f"acme_a1B2c3D4 acme_example1 acme_short acme_{'x' * 13} pacme_a1B2c3D4 {TOKEN}"

    assert redactor.whole(text) == (
        f"[REDACTED:acme-token] acme_example1 acme_short acme_{'x' * 13} pacme_a1B2c3D4 "
        "[REDACTED:github-token]"
    )


def test_a_rule_of_the_team_cannot_have_the_name_of_another() -> None:
    with pytest.raises(TakenName):
        team_rule("jwt", "acme_", "a-z", 8)


@pytest.mark.parametrize(
    ("name", "prefix", "characters"),
    [
        ("redacted", "REDACTED", ":a-z-"),
        ("aaa", "aaa", "a-z"),
        ("glpat-" + "a" * 20, "acme_", "a-z"),
        ("acme", "ghp_", "A-Za-z0-9_"),
        ("a", "A1b", "0-9A-Za-z"),
    ],
)
def test_no_rule_of_the_team_can_hide_a_secret_or_hang(
    name: str, prefix: str, characters: str
) -> None:
    redactor = Redactor((*RULES, team_rule(name, prefix, characters, 1)))
    text = f"[REDACTED:{name}] REDACTED:jwt acme_abc aaab glpat-{'b1' * 12} {TOKEN} {TOKEN}-AIza"

    once = redactor.whole(text)
    assert redactor.whole(once) == once
    assert "b1b1" not in once
    assert "A1b2" not in once


@pytest.mark.parametrize(
    "unit",
    ["AIza" + "A1b2C" * 7, "AKIA" + "Z7Y2" * 4, TOKEN + "-AIza" + "a" * 35, "PASS" + "WORD=a1b2c3 ",
     "://a:" + "bcd@", "Bearer a1 ", "[REDACTED:jwt]" + TOKEN],
)  # fmt: skip
def test_many_secrets_side_by_side_are_done_in_a_few_passes(unit: str) -> None:
    once = Redactor().whole(unit * 4000)
    assert Redactor().whole(once) == once
