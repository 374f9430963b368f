"""Secrets in URLs, headers, markup and files: what stands beside them tells.

Every gap is bounded. What is taken is judged by itself: see values.py.
"""

from git_ticketer.redact.shape import NAME, WORD, Rule, bare, quoted
from git_ticketer.redact.values import (
    is_argument,
    is_given,
    is_literal,
    is_login,
    is_mixed,
    is_telling,
)

LABEL = "[Pp][Aa][Ss][Ss](?i:word|wd|phrase|code)"
QUOTE = r"(?:\\{0,3}[\"'`])"
"""Also as it stands in JSON, and in JSON inside JSON."""
BLANK = r"(?:\s|\\[nrt])"
USER = r"://[^\s/:@\"'`<>{}\[\]]{0,100}"
HOST = f"@(?!sha(?:256|512):)[{WORD}\\[]"
LOGIN = rf"{USER}:([^\s/\"'][^\s/\"']{{1,400}}){HOST}"
SLASHED = (
    rf"{USER}:(?!(?:[0-9]{{1,5}}|port)/)([^\s/@\"'<>]{{1,100}}/[^\s@\"'<>]{{1,200}})"
    rf"(?!@[0-9]x){HOST}"
)
"""A port and a path look like it, and a picture for fine screens: `icon@2x.png`."""

ARG = rf"(?:{QUOTE}[^\"'`\n]{{0,200}}{QUOTE}|[\w.$>()-]{{1,80}})"
DATABASES = "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|clickhouse|cockroachdb"
PARAMETER = r"(?:[?&;](?:amp;| )?|(?:-d|--data[a-z-]{0,15}|-F|--form)[ =][\"']?)"

CONTEXTS = (
    Rule(
        "database-url",
        ("://",),
        rf"(?:{DATABASES})(?:\+[a-z0-9]{{1,20}})?{LOGIN}",
        "postgres://app:" + "hunter2" + "@db.internal/app",
        judge=is_given,
    ),
    Rule(
        "database-url",
        ("jdbc:oracle:", "sqlplus"),
        rf"(?:jdbc:oracle:[a-z0-9]{{1,10}}:|sqlplus\s(?:-[a-zA-Z]{{1,5}}\s){{0,3}}[\"']?)"
        rf"[\w.$#-]{{1,60}}/(?:{quoted(2)}|([^\s/@\"']{{2,100}}))@",
        "jdbc:oracle:thin:app/" + "hunter2" + "@db.internal:1521/app",
        judge=is_given,
    ),
    Rule(
        "url-password",
        ("://",),
        LOGIN,
        "https://dana:" + "hunter2" + "@git.internal/a.git",
        judge=is_given,
    ),
    Rule(
        "url-password",
        ("://",),
        SLASHED,
        "https://dana:" + "hun/ter2" + "@git.internal/a.git",
        judge=is_mixed,
    ),
    Rule(
        "url-token",
        ("://",),
        rf"://([{NAME}.]{{20,}}+)(?::x-oauth-basic|:)?@[{WORD}]",
        "https://" + "A1b2C3d4" * 4 + "@git.internal/a.git",
        judge=is_mixed,
    ),
    Rule(
        "secret-parameter",
        ("password=", "passwd=", "passphrase=", "passcode=", "pwd=", "pass="),
        rf"{PARAMETER}(?i:{LABEL}|pwd|pass)=([^\s&\"'`<>#;][^\s&\"'`<>#;]{{2,}}+)",
        "https://api.internal/v1?user=1&pass" + "word=" + "hunter2",
        judge=is_argument,
    ),
    Rule(
        "secret-parameter",
        ("token=", "key=", "secret=", "credential=", "sig=", "auth=", "signature="),
        rf"{PARAMETER}(?i:[a-z0-9_.-]{{0,30}}(?:token|secret|key|signature|credential)|sig|auth)="
        r"([^\s&\"'`<>#;][^\s&\"'`<>#;]{7,}+)",
        "https://api.internal/v1?user=1&access_" + "token=" + "a1b2c3d4e5",
        judge=is_mixed,
    ),
    Rule(
        "auth-header",
        ("authorization",),
        rf"[Aa](?i:uthorization{QUOTE}?\]?\s{{0,3}}[:=,]\s{{0,3}}{QUOTE}?"
        rf"(?:bearer|basic|token|bot|apikey|digest)\s{{1,3}})([{NAME}.~+/=:]{{8,}}+)",
        "Authorization: Basic " + "ZGFuYTpo" + "dW50ZXIy",
        judge=is_given,
    ),
    Rule(
        "auth-header",
        ("bearer",),
        rf"[Bb](?i:earer)[ :]{{1,2}}([{NAME}.~+/=]{{20,}}+)",
        "we sent Bearer " + "a1b2c3d4e5" * 2,
        judge=is_mixed,
    ),
    Rule(
        "auth-header",
        ("basic ",),
        rf"[Bb](?i:asic) ([{WORD}+/]{{8,}}+={{0,2}})",
        "the header was Basic " + "ZGFuYTpo" + "dW50ZXIy",
        judge=is_login,
    ),
    Rule(
        "secret-header",
        ("-token", "-key", "-secret", "apikey"),
        r"(?:[Xx](?i:-[a-z-]{0,30}(?:token|key|secret))|[Pp](?i:rivate-token)|[Aa](?i:pi-?key))"
        rf"{QUOTE}?\s{{0,3}}[:=,]\s{{0,3}}{QUOTE}?([{NAME}.~+/=]{{8,}}+)",
        "X-Api-" + "Key: " + "a1b2c3d4e5f6",
        judge=is_mixed,
    ),
    Rule(
        "secret-header",
        ("cookie",),
        rf"[Cc](?i:ookie{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}{QUOTE}?(?:[^;\n\"']{{1,200}}+;)"
        rf"{{0,8}}\s?[\w.-]{{0,30}}(?:sess|sid|auth|token|jwt)[\w.-]{{0,20}})="
        rf"(?=[^;\s\"']{{0,99}}[0-9])([^;\s\"'\\]{{12,}}+)",
        "Cookie: lang=en; session" + "id=" + "a1b2c3d4e5f6",
        judge=is_mixed,
    ),
    Rule(
        "named-secret",
        ("value:", 'value"', "value'", "value\\", "value =", "value="),
        rf"(?:[Nn](?i:ame)|[Kk](?i:ey))(?i:{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}{QUOTE}?[\w.:-]{{0,60}}"
        rf"(?:{LABEL}|secret|token|_key|api-?key){QUOTE}?,?{BLANK}{{1,40}}{QUOTE}?value"
        rf"{QUOTE}?\s{{0,3}}[:=]\s{{0,3}})(?:{quoted()}|{bare(4)})",
        "- name: DB_PASS" + "WORD\n  value: " + "hunter2",
        judge=is_telling,
    ),
    Rule(
        "tagged-secret",
        ("password>", "passphrase>", "passwd>", "token>", "secret>", "key>"),
        rf"(?i:<({LABEL}|[a-z]{{0,20}}(?:token|secret|api_?key))>)\s{{0,20}}"
        r"((?:[^<\s]|[ ]|<(?!/)){4,200}?)\s{0,20}</",
        "<pass" + "word>" + "hunter2</password>",
        judge=is_telling,
    ),
    Rule(
        "login-file",
        ("password",),
        r"\blogin\s{1,4}\S{1,100}\s{1,40}password\s{1,4}"
        r"(?:\"([^\"\n]{3,200}+)\"|([^\s\"']\S{2,}+))",
        "machine git.internal login dana pass" + "word " + "hunter2",
        judge=is_argument,
    ),
    Rule(
        "login-file",
        ('"auth', '_auth="', "_auth=", "_password="),
        rf"(?:{QUOTE}auth{QUOTE}\s?:\s?{QUOTE}|:_(?:auth|password)\s?=\s?{QUOTE}?)"
        rf"([{WORD}+/=]{{12,}}+)",
        '"auth": "' + "ZGFuYTpo" + 'dW50ZXIy"',
        judge=is_given,
    ),
    Rule(
        "login-file",
        ("_auth=", "_auth ="),
        rf"(?<![{WORD}._])_auth\s?=\s?{QUOTE}?([{WORD}+/]{{8,}}+={{0,2}})",
        "_au" + "th=" + "ZGFuYTpo" + "dW50ZXIy",
        judge=is_login,
    ),
    Rule(
        "login-pair",
        ("auth=", "auth =", "basicauth"),
        rf"[Aa]uth(?:\s?[=:])?\s?\(\s{{0,4}}{QUOTE}[^\s\"'`]{{1,100}}{QUOTE},"
        rf"\s{{0,4}}{quoted()}",
        'requests.get(url, auth=("dana", "' + 'hunter2"))',
        judge=is_literal,
    ),
    Rule(
        "login-pair",
        ("getconnection", "new pdo", "mysqli", "networkcredential", "bind_s"),
        rf"(?:(?:NetworkCredential|bind_s)\("
        rf"|(?:getConnection|PDO|mysqli(?:_connect)?)\(\s{{0,4}}{ARG},)"
        rf"\s{{0,4}}{ARG},\s{{0,4}}{quoted()}",
        'DriverManager.getConnection(url, "dana", "' + 'swordfish")',
        judge=is_literal,
    ),
    Rule(
        "login-pair",
        ("password",),
        rf"(?i:(?:user(?:name)?|login|e?mail){QUOTE}\s?:\s?{QUOTE}[^\s\"'`\\]{{1,100}}{QUOTE},"
        rf"[ ]{{0,2}}{QUOTE}password{QUOTE}\s?:\s?){quoted()}",
        '{"username": "dana", "password": "' + 'swordfish"}',
        judge=is_literal,
    ),
)
