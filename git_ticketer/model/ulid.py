"""ULIDs: 48 bits of milliseconds and 80 random bits, sorted by time (github.com/ulid/spec)."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26


def make(milliseconds: int, random: bytes) -> str:
    """The ULID of a time in milliseconds since the epoch and ten random bytes."""
    number = milliseconds << 80 | int.from_bytes(random, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Whether `text` is a ULID in its stored form."""
    return len(text) == LENGTH and text[0] <= "7" and all(c in ALPHABET for c in text)


def short_key(random: bytes) -> str:
    """Four small letters and digits, the key of a subtask or criterion, from four random bytes.

    The first is a letter, so that no reader takes the key for a number.
    """
    letters = ALPHABET.lower()
    return letters[10 + random[0] % 22] + "".join(letters[byte & 31] for byte in random[1:4])
