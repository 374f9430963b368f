"""Text from files as it may be shown: nothing in it moves a cursor or hides."""

HIDDEN, LAST_HIDDEN = 0xE0100, 0xE01EF
"""The supplementary variation selectors, which Python calls printable (Unicode 15, VS17-256)."""


def visible(text: str) -> str:
    """`text` with every control, format and bidi character but line ends written as an escape."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(c if _is_seen(c) else ascii(c)[1:-1] for c in text)


def _is_seen(c: str) -> bool:
    """Whether a character shows what it is; a variation selector can carry a hidden text."""
    return c == "\n" or (c.isprintable() and not HIDDEN <= ord(c) <= LAST_HIDDEN)
