"""Secrets that are assigned to a name, in shells, configurations and code.

A password is taken as it is; what is called a token, a key or a secret must hold a letter and a
digit, since code is full of such names.
"""

from collections.abc import Callable

from git_ticketer.redact.contexts import BLANK, LABEL, QUOTE
from git_ticketer.redact.shape import WORD, Rule, bare, quoted
from git_ticketer.redact.values import (
    is_argument,
    is_bare,
    is_bare_token,
    is_given,
    is_key,
    is_literal,
    is_said,
    is_telling,
)

KINDS = [
    "api",
    "access",
    "secret",
    "private",
    "account",
    "signing",
    "encryption",
    "auth",
    "master",
    "storage",
    "service",
    "admin",
    "deploy",
    "webhook",
    "license",
    "session",
]
KEY = "[Kk](?i:ey)(?i:" + "|".join(f"(?<={kind}key)|(?<={kind}[_ -]key)" for kind in KINDS) + ")"
SECRETS = f"(?:[Ss](?i:ecret)|[Tt](?i:oken)|[Cc](?i:redentials?)|{KEY})"
SUFFIX = "(?:_?(?:base|prod|production|dev|staging|test|live|old|new|[0-9]{1,2}))?"
PASSES = (
    rf"(?:{LABEL}|_[Pp][Aa][Ss][Ss]|[Pp][Ww][Dd](?<![A-Za-z]...)|pass(?<![\w.$-]pass))(?i:{SUFFIX})"
)
UPPER = rf"(?:PASS(?:WORD|WD|PHRASE|CODE)|_PASS|_PWD?){SUFFIX.upper()}"
UPPER_SECRETS = (
    r"(?:SECRET|TOKEN|CREDENTIALS?|_KEY(?<!CACHE_KEY)(?<!PUBLIC_KEY)(?<!SORT_KEY)"
    rf"(?<!PRIMARY_KEY)(?<!FOREIGN_KEY)|APIKEY|authToken){SUFFIX.upper()}"
)
NAME_END = rf"(?:{QUOTE}\]?)?\s{{0,30}}"
SET = rf"{NAME_END}(?:=>|:?=|:[ \t]?[&'{WORD}<> ]{{1,24}}=)\s{{0,4}}"
PASSED = r"(?<=[A-Z])\\{0,3}[\"'],\s{0,2}"
GIVEN = rf"(?:{NAME_END}(?:=>|:=|[:=]|:[ \t]?[&'{WORD}<> ]{{1,24}}=)\s{{0,4}}|{PASSED})"
COLON = rf"(?:{NAME_END}:\s{{0,4}}|{PASSED})"
IS = r"[ \t]{0,30}(?:=>|:=|[:=])[ \t]{0,4}"
LINE_END = r"(?m:[ \t]{0,10}(?:\#[^\n]{0,200})?(?:\\[nr]|\r?$))"
LINE = (
    rf"{QUOTE}?[ \t]{{0,2}}:[ \t]{{1,4}}([^\s\"'`#&*][^\s\"'`]{{4,200}}+)(?<![,;)\]}}]){LINE_END}"
)
BLOCK = (
    rf"{QUOTE}?:[ \t]{{1,4}}[|>][+-]?(?:\r?\n|\\n){BLANK}{{0,40}}"
    rf"((?:[^\s\"'`\\]|\\(?![nr])){{4,200}}+){LINE_END}"
)
BY = r"\s{1,4}(?:with\s{1,4}\S{1,60}\s{1,4})?by(?:\s{1,4}password)?"
SHELL = "\"'"
PASSWORDS = ("password", "passwd", "passphrase", "passcode")
NAMED = ("secret", "token", "credential", *(f"{kind}key" for kind in KINDS), "_key", "-key", " key")
SHORT = ("_pass", "pwd", "pass:", "pass =", "pass=", 'pass"', "pass'", "pass\\")


def assigned(
    keywords: tuple[str, ...],
    pattern: str,
    example: str,
    judge: Callable[[str], bool],
    bare: Callable[[str], bool] | None = None,
) -> Rule:
    """A rule of this module: they differ in how sure the place makes of the value."""
    return Rule("assigned-secret", keywords, pattern, example, judge=judge, bare=bare)


ASSIGNED = (
    assigned(
        (*PASSWORDS, "_pass", "_pw"),
        rf"{UPPER}=(?:{quoted(3, SHELL)}|{bare(4)}|(\{{[^\s{{}}\"'`]{{4,60}}\}}))",
        "export DB_PASS" + "WORD=" + "correct-horse",
        is_given,
        is_argument,
    ),
    assigned(
        ("secret", "token", "credential", "_key", "apikey"),
        rf"{UPPER_SECRETS}=(?:{quoted(8)}|{bare(8)})",
        "export API_" + "TOKEN=" + "a1b2c3d4e5",
        is_key,
    ),
    assigned(
        (*PASSWORDS, *SHORT),
        rf"{PASSES}{SET}{quoted()}",
        "password = '" + "correct-horse" + "'",
        is_literal,
    ),
    assigned(
        (*PASSWORDS, *SHORT),
        rf"{PASSES}(?:{COLON}{quoted()}|{LINE}|{IS}{bare(6)}|{BLOCK})",
        "password: " + "hunter2",
        is_telling,
        is_bare,
    ),
    assigned(
        NAMED,
        rf"{SECRETS}(?i:{SUFFIX})(?:{GIVEN}{quoted(7)}|{BLOCK}"
        rf"|[ \t]{{0,4}}(?:=>|[:=])[ \t]{{0,4}}(?!\S{{0,200}}@){bare(8)}{LINE_END})",
        '"api_key": "' + "a1b2c3d4e5" + '"',
        is_key,
        is_bare_token,
    ),
    assigned(
        ("password", "passphrase"),
        r"(?:(?:[Ss]et|[Ww]ith|[Uu]pdate|[Cc]hange|[Rr]eset)_?[Pp]ass(?:word|phrase)"
        rf"|(?<=\.)pass(?:word|phrase))\(\s{{0,4}}(?:[\w.]{{1,60}},\s{{0,4}})?{quoted()}",
        "store.setPass" + "word('swordfish')",
        is_literal,
    ),
    assigned(
        (*PASSWORDS, "_pass"),
        rf"(?:define|[Ee]nv|environ\.\w{{1,12}})\(\s{{0,4}}{QUOTE}[A-Z0-9_]{{0,60}}"
        rf"PASS(?:WORD|WD|PHRASE)?{QUOTE},\s{{0,4}}{quoted()}",
        "define('DB_PASS" + "WORD', 'swordfish')",
        is_literal,
    ),
    assigned(
        ("password", "identified by", "identified with"),
        rf"(?:(?i:(?:(?:alter|create)\s{{1,4}}(?:user|role|login|group)|grant)\b[^;]{{0,200}}?\s"
        rf"(?:password\s{{0,4}}=?|identified{BY}))|IDENTIFIED(?i:{BY})|(?<==)\s?PASSWORD\()"
        rf"\s{{0,4}}(?:{quoted()}|(?<=\s){bare(4)})",
        "ALTER USER dana WITH PASS" + "WORD 'swordfish'",
        is_given,
        is_bare,
    ),
    assigned(
        ('variable "', "variable \\"),
        rf"variable {QUOTE}[\w-]{{0,60}}(?:password|passwd|secret|token|api_key){QUOTE}\s{{0,4}}\{{"
        rf"[^}}]{{0,400}}?\bdefault\s{{0,20}}=\s{{0,4}}{quoted()}",
        'variable "db_pass' + 'word" {\n  default = "' + 'hunter2"\n}',
        is_telling,
    ),
    assigned(
        PASSWORDS,
        rf"{LABEL}(?i:[ ]{{1,2}}(?:is|was)(?: now| generated for \S{{1,80}})?:?[ ]{{1,2}})"
        rf"{QUOTE}?{bare(6)}",
        "the pass" + "word is " + "hunter2",
        is_said,
    ),
)
