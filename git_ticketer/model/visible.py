"""Text from files as it may be shown: nothing in it moves a cursor or hides."""

UNSEEN = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0D),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
"""What Python calls printable and nobody sees (Unicode 15, Default_Ignorable_Code_Point).

The last two of the first sixteen variation selectors, which choose between an emoji and a letter,
are let through.
"""

HIDDEN = frozenset(chr(code) for first, last in UNSEEN for code in range(first, last + 1))


def visible(text: str) -> str:
    """`text` with every control, format and bidi character but line ends written as an escape."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(c if _is_seen(c) else ascii(c)[1:-1] for c in text)


def _is_seen(c: str) -> bool:
    """Whether a character shows what it is; one that does not can carry a hidden text."""
    return c == "\n" or (c.isprintable() and c not in HIDDEN)
