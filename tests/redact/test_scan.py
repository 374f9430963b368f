"""Redaction takes the secrets out, leaves everything else, and is done after one time."""

import string

from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.rules import RULES, Rule
from git_ticketer.redact.scan import Finding, findings

TOKEN = "ghp_" + "A1b2" * 9
PARTS = st.one_of(
    st.sampled_from([rule.example for rule in RULES]),
    st.sampled_from([rule.example[:-3] for rule in RULES]),
    st.sampled_from([word for rule in RULES for word in rule.keywords]),
    st.sampled_from(
        ["=", ": ", "\n", "://", "@", "a:", ".", "-", "'", '"', "[REDACTED:jwt]", "\\n"]
    ),
    st.text(st.sampled_from(string.printable + "\u212a\u017f\u00e9\u2028\x00"), max_size=12),
)
TEXTS = st.lists(PARTS, max_size=8).map("".join)


def redacted(text: str) -> tuple[str, dict[str, int]]:
    redactor = Redactor()
    return redactor.whole(text), dict(redactor.counts)


def test_a_secret_is_replaced_by_the_name_of_its_rule() -> None:
    text = f"use {TOKEN} or {TOKEN}\nPASS" + "WORD=hunter2\n"

    assert redacted(text) == (
        "use [REDACTED:github-token] or [REDACTED:github-token]\n"
        "PASSWORD=[REDACTED:assigned-secret]\n",
        {"github-token": 2, "assigned-secret": 1},
    )


def test_findings_say_where_they_are() -> None:
    assert findings(f"a {TOKEN} b") == [Finding("github-token", 2, 2 + len(TOKEN))]


def test_findings_that_overlap_are_one_named_by_the_first() -> None:
    text = "Authorization: Bearer " + TOKEN
    assert findings(text) == [Finding("github-token", 22, len(text))]

    both = "DB_PASS" + "WORD=x" + TOKEN
    assert findings(both) == [Finding("assigned-secret", 12, len(both))]


def test_what_stood_beside_a_secret_and_is_one_goes_as_well() -> None:
    glued = "AIza" + "A1b2C" * 7
    text, counts = redacted(f"{TOKEN}-{glued}.{TOKEN}{TOKEN}")

    assert findings(text) == []
    assert counts == {"github-token": 2, "google-api-key": 1}
    assert "A1b2" not in text


@given(TEXTS)
def test_redacting_again_changes_nothing(text: str) -> None:
    once, _ = redacted(text)

    assert findings(once) == []
    assert redacted(once)[0] == once


@given(TEXTS)
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = findings(text)
    ends = [0, *(finding.end for finding in found)]

    assert all(finding.start >= end for finding, end in zip(found, ends, strict=False))
    assert all(finding.start < finding.end <= len(text) for finding in found)


@given(TEXTS)
def test_everything_but_the_secrets_stays(text: str) -> None:
    found = findings(text)
    kept = [
        text[a:b]
        for a, b in zip(
            [0, *(f.end for f in found)], [*(f.start for f in found), len(text)], strict=True
        )
    ]
    once, counts = redacted(text)

    if sum(counts.values()) == len(found):
        marks = [f"[REDACTED:{finding.rule}]" for finding in found]
        assert once == "".join(a + b for a, b in zip(kept, [*marks, ""], strict=True))


@given(st.sampled_from(RULES), st.sampled_from(["\n", " ", "\t", "\n\n", "\u2028"]), TEXTS, TEXTS)
def test_an_example_is_found_whatever_stands_around_it(
    rule: Rule, blank: str, before: str, after: str
) -> None:
    start = len(before + blank)
    found = findings(f"{before}{blank}{rule.example}{blank}{after}")

    assert any(f.start < start + len(rule.example) and f.end > start for f in found)
