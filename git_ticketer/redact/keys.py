"""Private keys as text: whole, without their end, without their beginning, without both."""

from git_ticketer.redact.shape import WORD, Rule
from git_ticketer.redact.values import is_any

TEXT = "(?:[^-]|-(?!----))"
GAP = r"(?:\\[nrt]|[\s\"'>|#,+]|(?<=[\s>])-(?!----)|(?<=\s)[0-9]{1,6}(?:[\t:|]|\u2192))"
"""What stands between the lines of a key: a line end, what quotes a line, its number."""

LINE = f"[{WORD}+/=]"
CAPITAL = "(?=[a-z0-9+/]{0,80}[A-Z])"
"""Lines of hashes and of dashes have none."""

END = r"-----END [A-Z0-9 ]{1,40}-----"
LAST = rf"(?:(?:\r?\n|\\n)[ \t>+]{{0,8}}+{LINE}{{1,15}}+(?=\s|\\n|[\"'.]|\Z))?"
HEADS = (
    rf"MII[{WORD}+/]{{2}}[AQgw]IBA(?:AK[BC]|DAN)|MII[{WORD}+/]{{3,6}}BgkqhkiG9w0BBQ"
    "|MHcCAQEE|MIGkAgEBBD|MIHcAgEBBE"
    f"|MI[GH][{WORD}+/]AgEAM[{WORD}+/]{{2,5}}GByqGSM49|MC4CAQAwBQYDK2V[uw]|b3BlbnNzaC1rZXktdjE"
)
"""The first bytes of keys in PKCS #1, PKCS #8, SEC 1 and OpenSSH's form, in Base64; a certificate
or a public key begins in another way."""


LONGEST = 20_000


def is_tail(text: str) -> bool:
    """Whether lines of Base64 are the last ones of a private key."""
    return text.endswith("-----") and len(text) < LONGEST


PREFIXES = (
    *("ibaak", "ibadan", "bgkqhkig9w0bbq", "mhccaqee", "migkagebbd", "mihcagebbe", "byqgsm49"),
    *("mc4caqawbqydk2v", "b3blbnnzac1rzxktdje"),
)
KEYS = (
    Rule(
        "private-key",
        ("private key",),
        r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?={TEXT}{{0,400}}?[{WORD}+/]{{24}})"
        rf"(?:{TEXT}{{24,{LONGEST}}}+{END}"
        rf"|(?:{GAP}{{1,20}}+[A-Za-z-]{{1,30}}: [^\n\\]{{1,100}}+){{0,4}}+"
        rf"(?:{GAP}{{0,20}}+{LINE}{{16,}}+)++{LAST})",
        "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "MIIEabcd0123" * 5 + "\n-----END RSA PRIVATE "
        "KEY-----",
        judge=is_any,
    ),
    Rule(
        "private-key",
        ("private key-----",),
        rf"{CAPITAL}{LINE}{{16,}}+(?:{GAP}{{1,20}}+{CAPITAL}{LINE}{{40,}}+)*+"
        rf"(?:{GAP}{{1,20}}+{LINE}{{1,39}}+)?+"
        rf"(?:{GAP}{{1,20}}+-----END (?:[A-Z0-9]{{1,12}} ){{0,3}}PRIVATE KEY-----)?+",
        "MIIEabcd0123" * 5 + "\n" + "AbCd0123" * 3 + "==\n-----END RSA PRIVATE " + "KEY-----",
        judge=is_tail,
    ),
    Rule(
        "private-key",
        PREFIXES,
        rf"(?:{HEADS}){LINE}{{20,}}+(?:{GAP}{{1,20}}+{LINE}{{16,}}+)*+{LAST}",
        "MIIEow" + "IBAAKC" + "AQEA7bq3" * 6 + "\n" + "AbCd0123" * 8,
        judge=is_any,
    ),
    Rule(
        "putty-key",
        ("private-lines:",),
        rf"Private-Lines: [0-9]{{1,4}}(?:\s{{1,8}}|\\[rn]){{1,4}}([{WORD}+/=]{{20,}}+"
        rf"(?:(?:\s|\\[rn]){{1,8}}+[{WORD}+/=]{{20,}}+){{0,400}}+)",
        "Private-" + "Lines: 2\n" + "AAAAgQDb0123" * 5 + "\n" + "AAAAgQDb0123" * 5,
        judge=is_any,
    ),
)
