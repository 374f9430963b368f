"""Secrets that have no shape of their own: what stands beside them tells.

A password is taken as it is; what is called a token, a key or a secret must hold a letter and a
digit, since code is full of such names. Every gap is bounded.
"""

from git_ticketer.redact.shape import NAME, WORD, Rule

FIRST = r"[^\s\"'`$<>{}\[\]()|;&,\\=%@]"
VALUE = rf"{FIRST}(?:[^\s\"'`<>{{}}|;&\\,)\]]|[,)\]](?![\s\"'`;,)\]]|\Z))"
MIXED = r"(?=[^\s\"'`<>{}|;&\\]{0,99}[0-9])(?=[^\s\"'`<>{}|;&\\]{0,99}[A-Za-z])"
STRONG = (
    r"(?![^\s\"'<&;]{0,99}(?i:pass|secret|token))(?=[^\s\"'`<>{}|;&\\]{0,99}[A-Za-z])"
    r"(?=[^\s\"'`<>{}|;&\\]{0,99}[0-9!@#%^&*+?~-])"
)
NO_PATH = r"(?![~.]{0,2}/|[a-z]{2,9}://|[A-Za-z_][A-Za-z0-9_.]{0,80}[(\[])"
NO_NAME = r"(?![a-z_]{1,40}\.[a-z_])"
LABEL = "[Pp][Aa][Ss][Ss](?i:word|wd|phrase|code)"
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
OPERATOR = rf"(?:=>|:=|[:=]|:[ \t]?[&'{WORD}<> ]{{1,24}}=)"
QUOTE = r"(?:\\{0,3}[\"'`])"
"""Also as it stands in JSON, and in JSON inside JSON."""
BLANK = r"(?:\s|\\[nrt])"
LINE_END = r"(?m:[ \t]{0,10}(?:\#[^\n]{0,200})?(?:\\[nr]|\r?$))"
EQUALS = rf"(?:(?:{QUOTE}\]?)?\s{{0,4}}(?::?=|=>)\s{{0,4}}{QUOTE})"
PASSED = rf"(?<=[A-Z])\\{{0,3}}[\"'],\s{{0,2}}{QUOTE}"
GIVEN = rf"(?:(?:{QUOTE}\]?)?\s{{0,4}}{OPERATOR}\s{{0,4}}{QUOTE}|{PASSED})"
LOGIN = r"://[^\s/:@\"'`<>{}\[\]]{0,100}:([^\s/\"'`<>{}\[\]$][^\s/\"'`<>{}]{2,2000})@[A-Za-z0-9\[]"
DATABASES = "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|clickhouse|cockroachdb"
PEM_TEXT = "(?:[^-]|-(?!----))"
PEM_GAP = r"(?:\\[nrt]|[\s\"'>|#,+]|(?<=[\s>])-|(?<=\s)[0-9]{1,6}(?:[\t:|]|\u2192))"
PEM_LINE = f"[{WORD}+/=]"
PASSWORDS = ("password", "passwd", "passphrase", "passcode")
NAMED = ("secret", "token", "credential", *(f"{kind}key" for kind in KINDS), "_key", "-key", " key")


CONTEXTS = (
    Rule(
        "private-key",
        ("private key",),
        r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?={PEM_TEXT}{{0,400}}?[{WORD}+/]{{24}})"
        rf"(?:{PEM_TEXT}{{24,20000}}+-----END [A-Z0-9 ]{{1,40}}-----"
        rf"|(?:{PEM_GAP}{{1,20}}+[A-Za-z-]{{1,30}}: [^\n\\]{{1,100}}+){{0,4}}+"
        rf"(?:{PEM_GAP}{{0,20}}+{PEM_LINE}{{16,}}+)++"
        rf"(?:(?:\r?\n|\\n)[ \t>+]{{0,8}}+{PEM_LINE}{{1,15}}+(?=\s|\\n|[\"'.]|\Z))?)",
        "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIEabcd0123" * 5 + "\n-----END RSA PRIVATE "
        "KEY-----",
    ),
    Rule(
        "putty-key",
        ("private-lines:",),
        rf"Private-Lines: [0-9]{{1,4}}(?:\s{{1,8}}|\\[rn]){{1,4}}([{WORD}+/=]{{20,}}+"
        rf"(?:(?:\s|\\[rn]){{1,8}}+[{WORD}+/=]{{20,}}+){{0,400}}+)",
        "Private-" + "Lines: 2\n" + "AAAAgQDb0123" * 5 + "\n" + "AAAAgQDb0123" * 5,
    ),
    Rule(
        "database-url",
        ("://",),
        rf"(?:{DATABASES})(?:\+[a-z0-9]{{1,20}})?{LOGIN}",
        "postgres://app:" + "hunter2" + "@db.internal/app",
    ),
    Rule("url-password", ("://",), LOGIN, "https://dana:" + "hunter2" + "@git.internal/a.git"),
    Rule(
        "url-token",
        ("://",),
        rf"://{MIXED}([{NAME}.]{{20,}}+)(?::x-oauth-basic|:)?@[{WORD}]",
        "https://" + "A1b2C3d4" * 4 + "@git.internal/a.git",
    ),
    Rule(
        "secret-parameter",
        tuple(f"{word}=" for word in ("token", "key", "secret", "password", "passwd", "pwd"))
        + tuple(f"{word}=" for word in ("pass", "sig", "signature", "auth", "credential")),
        rf"[?&;](?:amp;| )?(?i:{LABEL}|pwd|pass)=([^\s&\"'`<>#;$%{{(\[|][^\s&\"'`<>#;]{{2,}}+)"
        rf"|[?&;](?:amp;)?(?i:[a-z0-9_.-]{{0,30}}(?:token|secret|key|signature|credential)|sig|auth)="
        r"(?=[^\s&\"'`<>#;]{0,99}[0-9])(?=[^\s&\"'`<>#;]{0,99}[A-Za-z])"
        r"([^\s&\"'`<>#;${(\[|][^\s&\"'`<>#;]{7,}+)",
        "https://api.internal/v1?user=1&access_" + "token=" + "a1b2c3d4e5",
    ),
    Rule(
        "auth-header",
        ("authorization", "bearer"),
        rf"[Aa](?i:uthorization{QUOTE}?\]?\s{{0,3}}[:=,]\s{{0,3}}{QUOTE}?"
        rf"(?:bearer|basic|token|bot|apikey|digest)\s{{1,3}})([{NAME}.~+/=:]{{8,}}+)"
        rf"|[Bb](?i:earer)[ :]{{1,2}}{MIXED}([{NAME}.~+/=]{{20,}}+)",
        "Authorization: Basic " + "ZGFuYTpo" + "dW50ZXIy",
    ),
    Rule(
        "secret-header",
        ("-token", "-key", "-secret", "apikey", "cookie"),
        r"(?:[Xx](?i:-[a-z-]{0,30}(?:token|key|secret))|[Pp](?i:rivate-token)|[Aa](?i:pi-?key))"
        rf"{QUOTE}?\s{{0,3}}[:=,]\s{{0,3}}{QUOTE}?{MIXED}([{NAME}.~+/=]{{8,}}+)"
        rf"|[Cc](?i:ookie{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}{QUOTE}?(?:[^;\n\"']{{1,200}};\s?)"
        rf"{{0,8}}[\w.-]{{0,30}}(?:sess|sid|auth|token|jwt)[\w.-]{{0,20}})={MIXED}"
        rf"([^;\s\"'\\]{{12,}}+)",
        "X-Api-" + "Key: " + "a1b2c3d4e5f6",
    ),
    Rule(
        "command-password",
        ("--pass", "--pw", "-pass", "-pw"),
        rf"--(?:[a-z-]{{0,30}}-)?(?i:{LABEL}|pass|pw)(?:=[\"']?{NO_PATH}({VALUE}{{3,}}+)"
        rf"|\s{{1,2}}[\"']?{NO_PATH}{STRONG}({VALUE}{{3,}}+))",
        "tool --pass" + "word " + "hunter2",
    ),
    Rule(
        "command-token",
        ("--token", "--secret", "-token", "-secret", "-key", "--apikey"),
        r"--(?:[a-z-]{0,30}-)?(?:token|secret|(?:api|access|auth|secret|account)-?key)[=\s]\s?"
        rf"[\"']?{NO_PATH}{MIXED}({VALUE}{{7,}}+)",
        "tool --auth-" + "token " + "a1b2c3d4e5",
    ),
    Rule(
        "command-login",
        ("curl ", "wget "),
        r"(?:curl|wget)\b(?:\\\r?\n|[^\n]){0,250}?\s(?:-u|--user|--proxy-user|-U|-a)[ =]?"
        r"[\"']?[^\s:\"'<>$/]{1,100}:([^\s\"'$<>{(/][^\s\"'<>]{2,200}+)",
        "curl -fsS -u dana:" + "hunter2" + " https://git.internal/",
    ),
    Rule(
        "command-password",
        (" -p", "redis-cli", "pass:"),
        rf"(?:sshpass\s{{1,2}}-p\s?|(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]{{0,200}}?\s-p"
        rf"|(?:docker|podman|nerdctl|buildah|skopeo|az|oc|helm registry|cf)"
        rf" login\b[^\n|;]{{0,200}}?\s-p[ =]?|redis-cli\b[^\n|;]{{0,200}}?\s(?:-a|--pass)\s"
        rf"|-pass(?:in|out)?\s[\"']?pass:)[\"']?({VALUE}{{2,}}+)",
        "sshpass -p " + "hunter2 ssh dana@host.internal",
    ),
    Rule(
        "named-secret",
        ("value:", 'value"', "value'", "value\\", "value =", "value="),
        rf"(?i:name{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}{QUOTE}?[\w.-]{{0,40}}"
        rf"(?:{LABEL}|secret|token|_key|api-?key){QUOTE}?,?{BLANK}{{1,40}}{QUOTE}?value"
        rf"{QUOTE}?\s{{0,3}}[:=]\s{{0,3}}{QUOTE}?){STRONG}({VALUE}{{3,}}+)",
        "- name: DB_PASS" + "WORD\n  value: " + "hunter2",
    ),
    Rule(
        "tagged-secret",
        ("password>", "passphrase>", "passwd>", "token>", "secret>", "key>"),
        rf"(?i:<({LABEL}|[a-z]{{0,20}}(?:token|secret|api_?key))>)\s{{0,20}}{STRONG}"
        r"([^<\s${\[][^<\s]{3,200})\s{0,20}</",
        "<password>" + "hunter2" + "</password>",
    ),
    Rule(
        "login-file",
        ("password", '"auth', '"auth"', '_auth="', "_auth=", "_password="),
        rf"\blogin\s{{1,4}}\S{{1,100}}\s{{1,40}}password\s{{1,4}}({FIRST}\S{{2,}}+)"
        rf"|(?:{QUOTE}auth{QUOTE}\s?:\s?{QUOTE}|:_(?:auth|password)={QUOTE}?)([{WORD}+/=]{{12,}}+)",
        "machine git.internal login dana pass" + "word " + "hunter2",
    ),
    Rule(
        "assigned-secret",
        (*PASSWORDS, "_pass", "_pwd"),
        rf"(?:PASS(?:WORD|WD|PHRASE|CODE)|_PASS|_PWD){SUFFIX.upper()}=(?:\"({FIRST}"
        rf"[^\"\n]{{2,200}})\"|'({FIRST}[^'\n]{{2,200}})'|\\{{0,3}}[\"']?{NO_PATH}({VALUE}{{3,}}+))",
        "export DB_PASS" + "WORD=" + "correct-horse",
    ),
    Rule(
        "assigned-secret",
        ("secret", "token", "credential", "_key", "apikey"),
        r"(?:SECRET|TOKEN|CREDENTIALS?|_KEY(?<!CACHE_KEY)(?<!PUBLIC_KEY)(?<!SORT_KEY)"
        r"(?<!PRIMARY_KEY)(?<!FOREIGN_KEY)|APIKEY|authToken)"
        rf"{SUFFIX.upper()}={QUOTE}?{NO_PATH}{MIXED}({VALUE}{{7,}}+)",
        "export API_" + "TOKEN=" + "a1b2c3d4e5",
    ),
    Rule(
        "assigned-secret",
        (*PASSWORDS, "_pass", "pwd"),
        rf"(?:{LABEL}|_[Pp][Aa][Ss][Ss]|[Pp][Ww][Dd](?<![A-Za-z]...))(?i:{SUFFIX})"
        rf"(?:(?:{EQUALS}(?![^\s\"']{{0,99}}(?i:pass))|{GIVEN}{STRONG})({VALUE}{{4,}}+){QUOTE}"
        rf"|[ \t]{{0,4}}[:=][ \t]{{0,4}}{NO_PATH}{NO_NAME}{STRONG}{MIXED}"
        rf"({VALUE}{{5,}}+))",
        "password = '" + "correct-horse" + "'",
    ),
    Rule(
        "assigned-secret",
        NAMED,
        rf"{SECRETS}(?i:{SUFFIX})"
        rf"(?:{GIVEN}{NO_PATH}{MIXED}({VALUE}{{6,}}+){QUOTE}"
        rf"|[ \t]{{0,4}}[:=][ \t]{{0,4}}{NO_PATH}{NO_NAME}{STRONG}{MIXED}"
        rf"(?![A-Za-z_]{{1,40}}[0-9]{{1,2}}\s|\S{{0,200}}@)({VALUE}{{7,}}+){LINE_END})",
        '"api_key": "' + "a1b2c3d4e5" + '"',
    ),
)
