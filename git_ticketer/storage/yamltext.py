"""Values as YAML text in our layout: one key a line, literal blocks, nothing that needs guessing.

A text is written so that every YAML reader reads it as that text: `no`, `1:30` and `0123` get
quotes, characters that a terminal or a reviewer cannot see are escaped (YAML 1.1, chapter 5).
"""

import re
from collections.abc import Iterable, Mapping

from git_ticketer.errors import ExitCode, TicketerError
from git_ticketer.storage.yamlfile import Value

INDENT = "  "
RAW = "\u200c\u200d"  # joiners: an emoji sequence is read as it was written
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"))
INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
NUMERIC = re.compile(r"[-+.]?[0-9][0-9_.,:a-fA-FxXoOtTzZ+-]*")


class Plain(str):
    """A value of the schema's own, such as a time or `false`: written without quotes."""

    __slots__ = ()


class NotUnicode(TicketerError):
    """A text with bytes that are no characters; `text` is what was given."""

    exit_code = ExitCode.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(f"not Unicode text: {text[:60]!a}", hint="give it in UTF-8")
        self.text = text


def dump(values: Mapping[str, Value]) -> str:
    """A whole file: the keys in their order, a blank line between them; raises NotUnicode."""
    return "\n".join(block(key, value, "") for key, value in values.items())


def block(key: str, value: Value, indent: str) -> str:
    """The lines of one key at an indentation, each with its line end; raises NotUnicode."""
    head, body = rendered(value, indent)
    return f"{indent}{scalar(key)}:{' ' if head else ''}{head}\n{body}"


def rendered(value: Value, indent: str) -> tuple[str, str]:
    """A value under a key at `indent`: what follows the colon, and the lines below it."""
    if isinstance(value, str):
        lines = _literal(value, indent + INDENT)
        return lines or (scalar(value), "")
    if isinstance(value, list):
        items = "".join(f"{indent}- {_item(item)}\n" for item in value)
        return ("" if items else "[]", items)
    deeper = indent + INDENT
    blocks = [block(key, item, deeper) for key, item in value.items()]
    between = "\n" if is_spaced(value.values()) else ""
    return ("" if blocks else "{}", between.join(blocks))


def is_spaced(values: Iterable[Value]) -> bool:
    """Whether a map has blank lines between its items: one that holds maps, so that git merges."""
    return any(isinstance(value, dict) for value in values)


def _item(value: Value) -> str:
    return flow(value) if isinstance(value, list | dict) else scalar(value)


def flow(value: Value) -> str:
    """A value on one line, as it stands in `[...]` or `{...}`."""
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, dict):
        pairs = (f"{flow(key)}: {flow(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    return quoted(value) if any(c in ",[]{}" for c in value) else scalar(value)


def scalar(text: str) -> str:
    """A text on one line: plain where that is safe, else quoted; raises NotUnicode."""
    if isinstance(text, Plain) or _is_plain(text):
        return str(text)
    return quoted(text)


def _is_plain(text: str) -> bool:
    return bool(
        text
        and text[0] not in INDICATORS
        and text[0] != " "
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and not text.startswith("...")
        and _is_raw_text(text)
        and text.lower().lstrip("-+") not in WORDS
        and text[0] not in "~=<"
        and not NUMERIC.fullmatch(text)
    )


def _is_raw_text(text: str) -> bool:
    return text.isprintable() or all(map(_is_raw, text))


def _is_raw(character: str) -> bool:
    return character.isprintable() or character in RAW


def quoted(text: str) -> str:
    """A text on one line, in quotes; raises NotUnicode."""
    if "'" not in text and _is_raw_text(text):
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in ESCAPES:
        return ESCAPES[character]
    if _is_raw(character):
        return character
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        raise NotUnicode(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _literal(text: str, indent: str) -> tuple[str, str] | None:
    """A text of several lines as a literal block; None where it cannot be one.

    Two line ends at its end would take in the blank line before the next key.
    """
    stripped = text.removesuffix("\n")
    if isinstance(text, Plain) or "\n" not in text or stripped.endswith("\n") or not stripped:
        return None
    if not all(_is_raw(c) or c in "\n\t" for c in text):
        return None
    lines = stripped.split("\n")
    unclear = lines[0][:1] in ("", " ", "\t")
    head = "|" + (str(len(INDENT)) if unclear else "") + ("" if text != stripped else "-")
    return head, "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
