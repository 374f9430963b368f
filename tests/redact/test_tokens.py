"""Tokens are found wherever they stand, and placeholders in their shape are none."""

import pytest

from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.scan import findings

BODY = "A1b2C3d4E5f6G7h8" * 8
HEXADECIMAL = "0a1b2c3d4e5f6789" * 4
JWT = "eyJhbGci" + "OiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + BODY[:43]
GLUED = [
    "npm_" + BODY[:36],
    "pypi-AgE" + BODY[:60],
    "hf_" + BODY[:34],
    "SG." + BODY[:22] + "." + BODY[:43],
    "AKIA" + "Z7Y2" * 4,
    "ghp_" + BODY[:36],
    "glpat-" + BODY[:20],
    "sk-proj-" + BODY[:48],
    "xoxb-" + "1234567890-" * 2 + BODY[:24],
    "sk_" + "live_" + BODY[:24],
    "dop_v1_" + HEXADECIMAL,
    "A1b8" + "Q~" + BODY[:34],
    JWT,
]


@pytest.mark.parametrize("before", ["x", "7", "_", "-", "X", "token_", "session-", "%22", "\\n"])
@pytest.mark.parametrize("token", GLUED, ids=[token[:8] for token in GLUED])
def test_a_token_is_found_whatever_stands_before_it(before: str, token: str) -> None:
    redacted = Redactor().whole(f"{before}{token} /tmp/{before}{token}.log")

    assert redacted.count("[REDACTED:") == 2
    assert token[4:12] not in redacted


@pytest.mark.parametrize("before", ["x", "7", "_", "-"])
def test_a_key_of_twilio_is_found_but_no_word_in_capitals(before: str) -> None:
    key = "SK" + HEXADECIMAL[:32]

    assert Redactor().whole(before + key) == before + "[REDACTED:twilio-key]"
    assert findings("TA" + key) == []


@pytest.mark.parametrize("before", ["", "_", "-", "key="])
def test_a_plain_key_of_openai_is_found_but_no_name_that_ends_like_it(before: str) -> None:
    key = "sk-" + BODY[:48]

    assert Redactor().whole(before + key) == before + "[REDACTED:openai-key]"
    assert findings("ta" + key) == []


@pytest.mark.parametrize(
    "token",
    [
        "ghp_example" + BODY[:36],
        "ghp_dummy" + BODY[:36],
        "sk_" + "live_000000001" + BODY[:24],
        "npm_xxxxxx" + BODY[:36],
        "glpat-" + BODY[:20] + "-your-" + BODY[:8],
        "AIza" + "EXAMPLE" + BODY[:40],
        "aws_secret_access_" + "key = " + "aB3/dE6+gH" * 3 + "xxxxxx/dE6",
    ],
    ids=lambda token: token[:14],
)
def test_a_placeholder_in_a_token_does_not_save_it(token: str) -> None:
    redacted = Redactor().whole(f"use {token} now")

    assert redacted.count("[REDACTED:") == 1
    assert BODY[4:12] not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAXXXXXXXXXXXXXXXX",
        "ghp_" + "x" * 36,
        "ghp_" + "0" * 36,
        "ghp_example_token_" + "x" * 36,
        "npm_" + "X" * 36,
        "hf_" + "x" * 34,
        "sk_" + "live_" + "x" * 24,
        "sk-ant-" + "api03-your-api-key-here-xxxxxxxx",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
        "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "npm_install hf_hub_download ghp_token sk_test_mode",
        "MSG.some_attribute_name.another_attribute_name_that_is_long_enough",
        "FANTASIAABCDEFGHIJKLMNOP",
        "task_" + HEXADECIMAL,
        "cache-key-" + HEXADECIMAL,
        "negocioAplicacionesDistribuidasGeneralesInternas",
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_only_looks_like_a_token_stays(text: str) -> None:
    assert findings(text) == []
