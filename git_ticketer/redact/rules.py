"""The table of secret shapes: what a token, key or password looks like where it was left.

Only known shapes: a guess by entropy takes commit hashes and paths for secrets. Shapes are those
that the issuers document, or that gitleaks and GitHub's secret scanning publish for them. Every
repetition is bounded or possessive, so that no text costs more than linear time. The parts of an
example are put together here, so that no scanner takes this file for a leak.
"""

import functools
import re
from typing import NamedTuple

WORD = "A-Za-z0-9"
VALUE = r"[^\s\"'`$<>{}\[\]()|;&,\\]"
DIGIT = rf"(?={VALUE}{{0,99}}[0-9])"
MIXED = rf"{DIGIT}(?={VALUE}{{0,99}}[A-Za-z])"
KEYS = "(?:api|access|secret|private|account|signing|encryption)[_-]?key"
SECRETS = f"(?:pass(?:word|wd|phrase)|secret|token|{KEYS})"
LOGIN = r"://[^\s/:@\"'`<>{}\[\]]{0,100}:([^\s/\"'`<>{}\[\]$]{3,200})@[A-Za-z0-9\[]"
DATABASES = "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|clickhouse|cockroachdb"
PEM_TEXT = "(?:[^-]|-(?!----))"
PEM_GAP = r"(?:\\[nrt]|[\s\"'>|#,])"


class Rule(NamedTuple):
    """A shape: the secret is what `pattern` captures, or all it matches where it captures nothing.

    A text in which none of the `keywords` stands (small letters, in any case) has no match.
    `example` is a text with one.
    """

    name: str
    keywords: tuple[str, ...]
    pattern: str
    example: str

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed."""
        return _compiled(self.pattern)


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _alone(pattern: str, around: str = WORD) -> str:
    """The pattern where it is not a part of a longer word."""
    return f"(?<![{around}]){pattern}(?![{around}])"


RULES = (
    Rule(
        "private-key",
        ("private key",),
        r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?={PEM_TEXT}{{0,400}}?[{WORD}+/]{{24}})"
        rf"(?:{PEM_TEXT}{{24,20000}}+-----END [A-Z0-9 ]{{1,40}}-----"
        rf"|(?:{PEM_GAP}{{1,20}}+[A-Za-z-]{{1,30}}: [^\n\\]{{1,100}}+){{0,4}}+"
        rf"(?:{PEM_GAP}{{0,20}}+[{WORD}+/=]{{16,}}+)++)",
        "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIEabcd0123" * 5 + "\n-----END RSA PRIVATE "
        "KEY-----",
    ),
    Rule(
        "aws-access-key",
        ("akia", "asia", "abia", "acca"),
        _alone("(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
        "AKIA" + "Z7Y2" * 4,
    ),
    Rule(
        "aws-secret-key",
        ("secret", "akia", "asia"),
        rf"(?:(?i:secret_?(?:access_?)?key)[\"'\s:=>,]{{1,8}}|(?:AKIA|ASIA)[A-Z0-9]{{16}}"
        rf"[^{WORD}/+]{{1,20}})(?![0-9a-f]{{40}})([{WORD}/+]{{40}})(?![{WORD}/+=])",
        "aws_secret_access_" + "key = " + "aB3/dE6+gH" * 4,
    ),
    Rule(
        "github-token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        "gh[pousr]_[A-Za-z0-9_]{36,}+",
        "ghp_" + "A1b2" * 9,
    ),
    Rule(
        "github-fine-grained-token",
        ("github_pat_",),
        "github_pat_[A-Za-z0-9_]{30,}+",
        "github_pat_" + "A1b2C3d4" * 10,
    ),
    Rule(
        "gitlab-token",
        ("gl",),
        r"gl(?:pat|ptt|cbt|dt|rt|ft|imt|oas|soat|agent|ffct)-[A-Za-z0-9_-]{20,}+(?:\.[a-z0-9]{2,12}){0,2}",
        "glpat-" + "A1b2C" * 4,
    ),
    Rule(
        "slack-token",
        ("xox", "xapp-"),
        "(?:xox[a-z](?:[.]xox[a-z])?|xapp)-[0-9][A-Za-z0-9-]{15,}+",
        "xoxb-" + "1234567890-" * 2 + "A1b2C3d4" * 3,
    ),
    Rule(
        "slack-webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,}+)",
        "https://hooks.slack.com/services/" + "T1A2B3C4D/B1A2B3C4D/" + "A1b2C3d4" * 3,
    ),
    Rule(
        "stripe-key",
        ("sk_", "rk_", "whsec_"),
        f"(?:[sr]k_(?:live|test|prod)_[{WORD}]{{16,}}+|whsec_[{WORD}+/=]{{32,}}+)",
        "sk_" + "live_" + "A1b2" * 6,
    ),
    Rule(
        "anthropic-key",
        ("sk-ant-",),
        "sk-ant-[a-z]{2,8}[0-9]{2}-[A-Za-z0-9_-]{20,}+",
        "sk-ant-" + "api03-" + "A1b2_C3d4-" * 9,
    ),
    Rule(
        "openai-key",
        ("sk-",),
        f"sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{{20,}}+|[{WORD}]{{20}}T3BlbkFJ[{WORD}]{{20,}}+"
        f"|[{WORD}]{{48,}}+)",
        "sk-" + "proj-" + "A1b2_C3d4-" * 9,
    ),
    Rule(
        "google-api-key",
        ("aiza",),
        "AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
        "AIza" + "A1b2C" * 7,
    ),
    Rule(
        "google-oauth",
        ("gocspx-", "ya29."),
        r"(?:GOCSPX-[A-Za-z0-9_-]{20,}+|ya29\.[A-Za-z0-9_-]{30,}+)",
        "GOCSPX-" + "A1b2C3d" * 4,
    ),
    Rule("npm-token", ("npm_",), f"npm_[{WORD}]{{36,}}+", "npm_" + "A1b2" * 9),
    Rule(
        "pypi-token",
        ("pypi-age",),
        "pypi-AgE[A-Za-z0-9_-]{50,}+",
        "pypi-" + "AgEIcHlwaS5vcmc" + "A1b2" * 20,
    ),
    Rule(
        "hugging-face-token",
        ("hf_", "api_org_"),
        _alone(f"(?:hf|api_org)_[{WORD}]{{34,}}+", "A-Za-z0-9_"),
        "hf_" + "aBcDeFgHiJ" * 4,
    ),
    Rule(
        "azure-key",
        ("accountkey=", "sharedaccesskey=", "sharedsecret="),
        f"(?i:AccountKey|SharedAccessKey|SharedSecret)=([{WORD}+/]{{40,}}+={{0,2}})",
        "DefaultEndpointsProtocol=https;AccountName=a;Account" + "Key=" + "A1b2" * 21 + "A1==",
    ),
    Rule(
        "azure-sas",
        ("sig=",),
        rf"(?<![{WORD}_])sig=((?:[{WORD}+/_-]|%[0-9A-Fa-f]{{2}}){{40,}}+=?)",
        "?sv=2024-11-04&se=2026-11-22&sig=" + "A1b2C3d4%2F" * 5 + "%3D",
    ),
    Rule("twilio-key", ("sk",), _alone("SK[0-9a-f]{32}"), "SK" + "0a1b2c3d" * 4),
    Rule(
        "sendgrid-key",
        ("sg.",),
        r"SG\.[A-Za-z0-9_-]{16,40}\.[A-Za-z0-9_-]{32,}+",
        "SG." + "A1b2C3d4e5f" * 2 + "." + "A1b2C3d4e5" * 4 + "xyz",
    ),
    Rule(
        "supabase-key",
        ("sb_secret_", "sbp_"),
        f"(?:sb_secret_[A-Za-z0-9_-]{{20,}}+|sbp_[{WORD}_]{{40,}}+)",
        "sb_" + "secret_" + "A1b2C3d4" * 4,
    ),
    Rule(
        "jwt",
        ("eyj",),
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+",
        "eyJ" + "hbGciOiJI" * 3 + ".eyJ" + "zdWIiOiIx" * 5 + "." + "A1b2C3d4" * 5,
    ),
    Rule(
        "database-url",
        ("://",),
        rf"(?i:{DATABASES})(?:\+[a-z0-9]{{1,20}})?{LOGIN}",
        "postgres://app:" + "hunter2" + "@db.internal/app",
    ),
    Rule("url-password", ("://",), LOGIN, "https://dana:" + "hunter2" + "@git.internal/a.git"),
    Rule(
        "auth-header",
        ("authorization", "bearer"),
        rf"(?i:authorization[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?(?:bearer|basic|token)\s{{1,3}})"
        rf"([A-Za-z0-9._~+/=-]{{8,}}+)|(?i:bearer) {MIXED}([A-Za-z0-9._~+/=-]{{20,}}+)",
        "Authorization: Basic " + "ZGFuYTpo" + "dW50ZXIy",
    ),
    Rule(
        "assigned-secret",
        ("passw", "passphrase", "_pwd", "secret", "token", "key", "credential"),
        rf"(?<![A-Za-z0-9_$.-])[A-Z0-9_]{{0,40}}(?:PASSWORD|PASSWD|PASSPHRASE|_PWD)=[\"']?"
        rf"({VALUE}{{4,200}}+)"
        rf"|(?<![A-Za-z0-9_$.-])[A-Z0-9_]{{0,40}}(?:SECRET|TOKEN|CREDENTIALS?|_KEY|APIKEY|authToken)=[\"']?"
        rf"{MIXED}({VALUE}{{8,}}+)"
        rf"|(?i:{SECRETS}[\"']?\s{{0,4}}(?:=>|:=|[:=])\s{{0,4}}[\"']){MIXED}({VALUE}{{6,}}+)[\"']"
        rf"|(?im:^[ \t]{{0,40}}(?:- )?[a-z0-9_.-]{{0,40}}{SECRETS}[ \t]{{0,4}}[:=][ \t]{{0,4}})"
        rf"(?![a-z_]{{1,40}}\.[a-z_]){MIXED}({VALUE}{{6,}}+)(?m:[ \t]{{0,10}}\r?$)",
        "export DB_PASS" + "WORD=" + "correct-horse",
    ),
)

PLACEHOLDER = re.compile(
    r"x{6}|\*{3}|0{8}|\.{3}|example|your[-_]|placeholder|change[-_]?me|redacted|dummy",
    re.IGNORECASE | re.ASCII,
)
NO_SECRETS = frozenset(
    ("password", "passwd", "pass", "secret", "token", "test", "none", "null", "true", "false")
)


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a secret in documentation: `AKIAIOSFODNN7EXAMPLE`, `password`."""
    return text.lower() in NO_SECRETS or bool(PLACEHOLDER.search(text))
