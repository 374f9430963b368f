"""Text from files as it may be shown: nothing in it moves a cursor or hides."""


def visible(text: str) -> str:
    """`text` with every control, format and bidi character but line ends written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)
