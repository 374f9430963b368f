"""What stands where a secret is given, and whether it is one: no name, call or placeholder is.

A pattern finds the place and takes the value; what is asked here is asked of the value alone. A
passphrase is told from a label by its words, a password by its characters: nothing is guessed
from how mixed a text is.
"""

import re

PLACEHOLDER = re.compile(
    r"x{6,}|\*{3,}|0{8,}|\.{3,}|example|your[-_]|placeholder|change[-_]?me|redacted|dummy"
    # the secret keys in the documentation of AWS
    r"|wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY|je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    re.IGNORECASE | re.ASCII,
)
ELLIPSIS = re.compile(r"EXAMPLE|[A-Za-z0-9]example|\.{3}|\*{3}", re.ASCII)
"""How documentation abridges a value that is none."""

FILLER = re.compile(r"[-_]?(?:api|key|token|secret|here)(?![a-z0-9])", re.IGNORECASE)
ODD_WORD = re.compile(
    r"(?=[A-Za-z0-9]{8})(?=[A-Za-z]{0,99}[0-9]{1,99}[A-Za-z])[A-Za-z0-9]{8,}", re.ASCII
)
NO_SECRETS = frozenset(
    {"password", "passwd", "pass", "secret", "token", "test", "none", "null", "true", "false"}
    | {"required", "optional", "string", "invalid", "postgres", "guest"}
)
LEAST_TOKEN = 16
"""A token with a placeholder in it is one for all that if so many other characters are left."""

PART = r"[A-Za-z_]+[0-9]{0,2}"
REFERENCE = re.compile(
    r"[$#]\{[^\s{}]{0,80}(?:\}|\Z)|\$\{\{|\$\(|\{\{|\{%|<%|%\(\w{1,60}\)|%(?:env|ENV)\(|#\{"
    rf"|(?<![\w%])%[A-Za-z_]\w{{0,60}}%|\{{(?:{PART}(?:[.\[!:(][^{{}}\n]{{0,60}})?|[0-9]?)\}}"
    r"|<[A-Za-z_][^<>\n]{0,80}>",
    re.ASCII,
)
"""An interpolation, wherever it stands in a value."""

WHOLE_REFERENCE = re.compile(
    r"\$(?:[0-9@*#?!$]|[A-Z_][A-Z0-9_]*|[a-z_]+[A-Z]\w*|[a-z_]+[0-9]{0,2})"
    r"(?:\Z|->|[\[./:@,;|&)}\\]|[^$]{0,60}\$[A-Za-z{(])"
    rf"|\$[a-z]+:\w|\(\(|(?:vault|env|file|ssm|keyring):\w"
    rf"|[@%&!*]{PART}\Z|%[sdvr]|\[[A-Za-z_][\w -]{{0,60}}\]\Z"
    r"|[~.]{0,2}/[\w.@/-]*\Z|[A-Za-z]:\\\w|[a-z][a-z0-9+.-]{1,15}://|\{\}|\$\Z"
    r"|arn:[a-z-]{3,20}:|projects/[\w-]{1,60}/|-----BEGIN",
    re.ASCII,
)
"""A variable, a path, an address or another name for what stands elsewhere."""

JOINED = re.compile(
    r"[\"'`]\s{0,2}[+.&|,)%]|\s{0,2}[+.&|,)%]{1,2}\s|\+[\w.()\[\]]{1,80}\+\Z", re.ASCII
)
"""What stands between the quotes of two texts that are joined: `"password=" + password + "&"`."""

CALL = re.compile(r"[A-Za-z_][\w.:]{0,80}[(\[]|[A-Za-z_]\w{0,80}\{", re.ASCII)
CHECK = r"[a-z_]{2,30}(?::[\w,.]{1,30})?"
CODE_IN_QUOTES = re.compile(
    rf"[A-Za-z_][\w.]{{0,80}}\([^\n]{{0,200}}\)\Z"
    rf"|{CHECK}(?:\|{CHECK}){{1,9}}\Z|(?:min|max):[0-9]{{1,4}}\Z",
    re.ASCII,
)
"""A call, or what a value is checked for: `required|min:8`."""

PADDED = re.compile(r"(?:[A-Za-z0-9+/]{4}){1,999}+(?:[A-Za-z0-9+/]{2}=|[A-Za-z0-9+/]{3})=\Z")
CODE = re.compile(
    rf"[A-Za-z_]\w{{0,60}}\.[A-Za-z_][\w.]{{0,80}}\Z|{PART}(?:\|{PART})+\Z|{PART}<\S{{0,200}}>"
    r"|[0-9][0-9.,:/x_]*[A-Za-z%]{0,5}\Z|==|=>|->|[<>&|]\Z|![A-Za-z]{2,20}\Z",
    re.ASCII,
)
ESCAPE = re.compile(r"\\{1,8}u[0-9A-Fa-f]{4}|&#?\w{2,8};|\\{1,8}[nrt]", re.ASCII)
WORDS = re.compile("pass|secret|token", re.IGNORECASE)
FORMATS = re.compile(
    r"(?:base-?(?:32|58|64)|sha-?[0-9]|md[45]|utf-?(?:8|16)|argon2|pbkdf2|oauth-?2|aes-?[0-9]"
    r"|rs-?[0-9]{3}|hs-?[0-9]{3}|http-?[0-9])",
    re.IGNORECASE,
)
TELLING = re.compile(r"[0-9!@#$%^&*+?~;|<>=\\`(){}-]")
LETTER, DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")
PHRASE_WORD = re.compile(r"[a-z]{3,}\Z")
LABEL_WORDS = re.compile(
    "(?:an?|and|are|as|at|be|blank|by|can|cannot|change|characters|choose|confirm|create|digits"
    "|empty|enter|error|failed|field|fill|for|forgot|from|have|here|if|in|incorrect|input"
    "|invalid|is|it|least|letters|long|match|min|minimum|missing|mismatch|more|must|need|new"
    "|not|of|old|on|only|optional|or|please|provide|repeat|required|reset|retype|set|short"
    "|should|than|that|the|this|to|too|type|use|user|value|was|weak|will|with|wrong|your?)"
    "[.,:;!?]{0,3}",
    re.IGNORECASE,
)


def is_harmless(text: str) -> bool:
    """Whether a value stands for a secret in documentation: `password`, `your-key`, `xxxxxx`."""
    if text.lower() in NO_SECRETS:
        return True
    if not PLACEHOLDER.search(text):
        return False
    return bool(ELLIPSIS.search(text)) or not ODD_WORD.search(PLACEHOLDER.sub("-", text))


def is_token(text: str) -> bool:
    """Whether what has the shape of an issuer's token is more than a placeholder in that shape."""
    rest, words = PLACEHOLDER.subn("", text)
    if not words:
        return text.lower() not in NO_SECRETS
    rest = FILLER.sub("", rest)
    return len(rest) >= LEAST_TOKEN and len(set(rest)) > 1


def is_any(text: str) -> bool:
    """For shapes that say everything by themselves."""
    return bool(text)


def is_given(text: str) -> bool:
    """Whether a value is there at all: no interpolation, no path, no placeholder."""
    elsewhere = WHOLE_REFERENCE.match(text) or REFERENCE.search(text) or JOINED.match(text)
    return not (elsewhere or is_harmless(text))


def is_argument(text: str) -> bool:
    """The same of a value without quotes, which may be code."""
    if text.startswith("=") and not is_mixed(text[1:]):
        return False
    return is_given(text) and not CALL.match(text)


def is_mixed(text: str) -> bool:
    """Whether letters and digits are in a given value, and no blanks."""
    bare = ESCAPE.sub("a", text)
    if " " in bare or not (LETTER.search(bare) and (DIGIT.search(bare) or PADDED.match(bare))):
        return False
    return is_given(text)


def is_literal(text: str) -> bool:
    """Whether a quoted text that is set as a password is one, no label and no name of one."""
    bare = ESCAPE.sub("a", text)
    if not is_given(text) or CODE_IN_QUOTES.match(text):
        return False
    if bare != bare.strip() and not DIGIT.search(bare):
        return False  # a prompt: `Again: `
    if " " in bare.strip():
        return _is_phrase(bare, 2)
    return not WORDS.search(bare) or bool(DIGIT.search(bare) and LETTER.search(bare))


def is_telling(text: str) -> bool:
    """The same where labels are as frequent: it must have more than letters, or be a passphrase."""
    bare = ESCAPE.sub("a", text)
    if not is_literal(text):
        return False
    if " " in bare.strip():
        return _is_phrase(bare, 4)
    return bool(LETTER.search(bare) and TELLING.search(bare))


def is_bare(text: str) -> bool:
    """Whether a word without quotes behind the name of a password is one, and no code."""
    if not is_mixed(text) or CALL.match(text) or CODE.match(text) or FORMATS.match(text):
        return False
    return not WORDS.search(text) or _has_three_kinds(text)


def is_key(text: str) -> bool:
    """Whether what is given under the name of a token or key is one, and no code."""
    return is_mixed(text) and is_argument(text)


def is_option(text: str) -> bool:
    """Whether the word behind an option for a password is one: `--password TEXT` is none."""
    named = WORDS.search(text) and not _has_three_kinds(text)
    if text.startswith("-") or named or not is_argument(text):
        return False
    return bool(LETTER.search(text) and TELLING.search(text))


def is_said(text: str) -> bool:
    """Whether the word behind `the password is` is one."""
    parts = re.split("[-_/.,]", text)
    return is_bare(text) and any(LETTER.search(part) and DIGIT.search(part) for part in parts)


def is_bare_token(text: str) -> bool:
    """Whether a word without quotes behind the name of a token or key is one, and no code."""
    if not is_argument(text) or not is_mixed(text) or CODE.match(text):
        return False
    name = re.fullmatch(PART, text)
    return not WORDS.search(text) and not name


def is_login(text: str) -> bool:
    """Whether Base64 is a name, a colon and a password: RFC 7617, section 2."""
    import binascii

    try:
        decoded = binascii.a2b_base64(text, strict_mode=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return ":" in decoded.strip(":") and decoded.isprintable()


def _has_three_kinds(text: str) -> bool:
    kinds = ("[a-z]", "[A-Z]", "[0-9]", r"[^\w.\s-]")
    return sum(bool(re.search(kind, text)) for kind in kinds) > 2


def _is_phrase(text: str, least: int) -> bool:
    """Whether words are a passphrase: none is one of those that labels and errors are made of."""
    words = text.split()
    if any(map(LABEL_WORDS.fullmatch, words)) or WORDS.search(text):
        return False
    if any(ODD_WORD.search(word) or _has_three_kinds(word) for word in words):
        return True
    return len(words) >= least and all(PHRASE_WORD.match(word) for word in words)
