"""The one door for ids: every ticket id and session id is checked here, wherever it came from.

An id becomes a folder name, a trailer and a terminal line, so only a full match of a short ASCII
pattern passes: no path parts, no line ends, no full-width digits.
"""

TICKET_PATTERN = "PREFIX-NUMBER: a letter, up to 31 letters, digits or _, -, a number from 1"
SESSION_PATTERN = "a letter or digit, then up to 63 letters, digits, dots, dashes or underscores"

_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PREFIX = _UPPER | _DIGITS | {"_"}
_ALNUM = _UPPER | _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyz")
_SESSION = _ALNUM | frozenset("._-")


class InvalidId(ValueError):
    """A text that is no id.

    `text` is what was given, `pattern` says what would be accepted, `source` is where it came
    from, such as the name of a variable.
    """

    def __init__(self, kind: str, text: str, pattern: str, source: str = "") -> None:
        where = f"{source} is " if source else ""
        super().__init__(f"{where}not a {kind} id: {text[:80]!a} (expected {pattern})")
        self.source = source
        self.kind = kind
        self.text = text
        self.pattern = pattern


class TicketId(str):
    """A ticket id in its stored form: upper case, no leading zeros, such as `PROJ-123`.

    Raises: InvalidId where the text is not one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "TicketId":
        """Check `text` and bring it into the stored form."""
        prefix, dash, number = text.rpartition("-")
        digits = number.lstrip("0")
        if not (
            text.isascii()
            and dash
            and is_prefix(prefix.upper())
            and digits
            and len(number) <= 12
            and _DIGITS.issuperset(number)
        ):
            raise InvalidId("ticket", text, TICKET_PATTERN)
        return super().__new__(cls, f"{prefix.upper()}-{digits}")

    @property
    def prefix(self) -> str:
        """The part before the number: `PROJ` of `PROJ-123`."""
        return self.rpartition("-")[0]


class SessionId(str):
    """A session id: a UUID of ours, or the id that an agent gave its chat.

    Raises: InvalidId where the text is not one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "SessionId":
        """Check `text`."""
        if not (0 < len(text) <= 64 and text[0] in _ALNUM and _SESSION.issuperset(text)):
            raise InvalidId("session", text, SESSION_PATTERN)
        return super().__new__(cls, text)


def is_prefix(text: str) -> bool:
    """Whether `text` can stand before the number of a ticket id (upper case)."""
    return 0 < len(text) <= 32 and text[0] in _UPPER and _PREFIX.issuperset(text)


def ids_in(text: str) -> "list[TicketId]":
    """Every ticket id that could be meant in `text`, such as a branch name, in order.

    Any case; bounded by characters that are neither letters nor digits. `_` is allowed inside a
    prefix and also bounds it, so `fix_PROJ-1` gives both readings, the longer first.
    """
    found = []
    start = text.find("-")
    while start > 0:
        end = start + 1
        while end < len(text) and text[end] in _DIGITS:
            end += 1
        if end > start + 1 and not (end < len(text) and text[end] in _ALNUM):
            found += _readings(text, start, end)
        start = text.find("-", start + 1)
    return found


def _readings(text: str, dash: int, end: int) -> "list[TicketId]":
    """The ids that end at `end` and have their dash at `dash`, the longest first."""
    begin = dash
    while begin and (text[begin - 1] in _ALNUM or text[begin - 1] == "_"):
        begin -= 1
    starts = [begin] + [i + 1 for i in range(begin, dash) if text[i] == "_"]
    found = []
    for i in starts:
        try:
            found.append(TicketId(text[i:end]))
        except InvalidId:
            continue
    return found
