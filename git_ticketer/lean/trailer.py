"""Trailers in a commit message, bytes in and bytes out, where git itself would put them.

The rules are git's own (trailer.c and wt-status.c of git 2.39), with four faults left out that
`git interpret-trailers` has: it splits a line that is only a URL, makes a commit of an empty
message, joins a subject without a line end, and mixes line ends. git is the oracle of the tests.
"""

SCISSORS = b" ------------------------ >8 ------------------------"
GIT_PREFIXES = (b"Signed-off-by: ", b"(cherry picked from commit ")
AUTO_COMMENTS = b"#;@!$%^&|:"
_TOKEN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")


def body_end(message: bytes, comment: bytes | None) -> int:
    """Where the text of `message` ends: before trailing blank lines, comments and scissors.

    `comment` is the comment string, None where no editor is involved and `#` is plain text.
    """
    end = scissors_at(message, comment) if comment else len(message)
    while end:
        start = message.rfind(b"\n", 0, end - 1) + 1
        line = message[start:end]
        if line.strip() and not (comment and line.startswith(comment)):
            break
        end = start
    return end


def scissors_at(message: bytes, comment: bytes) -> int:
    """Where the scissors line begins, the length of the message where there is none."""
    line = comment + SCISSORS
    at = 0 if message.startswith(line) else message.find(b"\n" + line) + 1
    return at if at or message.startswith(line) else len(message)


def comment_string(message: bytes, configured: bytes) -> bytes:
    """The comment string of a message that git prepared for an editor.

    git writes it at the start of the scissors line and of each line of the help text that ends
    the file, so the file is asked first: the configuration may say `auto` or have changed. One
    line alone is no help text: `@dana please look` may be all that follows the title.
    """
    at = message.find(SCISSORS + b"\n")
    if at >= 0:
        return message[message.rfind(b"\n", 0, at) + 1 : at] or configured
    lines = [line for line in message.split(b"\n") if line.strip()][-2:]
    if configured != b"auto" and lines and lines[-1].startswith(configured):
        return configured
    first = lines[-1][:1] if len(lines) == 2 else b""
    if first and first in AUTO_COMMENTS and all(_is_help(line, first) for line in lines):
        return first
    return b"#" if configured == b"auto" else configured


def _is_help(line: bytes, comment: bytes) -> bool:
    """Whether git can have written `line` in the help text below a message."""
    return line.startswith((comment + b" ", comment + b"\t")) or line.rstrip() == comment


def block_start(text: bytes, comment: bytes | None) -> int:
    """Where the trailer block of `text` begins, its length where it has none.

    `text` is a message up to `body_end`. The title is never a block, nor is a paragraph of URLs,
    though git reads `https://x` as a trailer.
    """
    lines = text.split(b"\n")
    title = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    end = len(lines)
    while end > title and not lines[end - 1].strip():
        end -= 1
    begin = end
    while begin > title and lines[begin - 1].strip():
        begin -= 1
    block = [ln for ln in lines[begin:end] if not (comment and ln.startswith(comment))]
    return sum(len(ln) + 1 for ln in lines[:begin]) if _is_block(block) else len(text)


def _is_block(lines: list[bytes]) -> bool:
    """Whether a paragraph is a trailer block: all trailers, or a quarter and one of git's own."""
    trailers = others = continued = 0
    generated = False
    for line in reversed(lines):
        if line.startswith(GIT_PREFIXES):
            trailers, continued, generated = trailers + 1, 0, True
        elif token(line):
            trailers, continued = trailers + 1, 0
        elif token(line.replace(b"//", b"", 1)):
            continued = 0  # a URL: git reads it as a trailer, so it does not end a block
        elif line[:1].isspace():
            continued += 1
        else:
            others, continued = others + 1 + continued, 0
    others += continued
    return trailers > 0 and (not others or (generated and trailers * 3 >= others))


def token(line: bytes) -> bytes:
    """The key of a trailer line, empty where the line is none: `Ticket` of `Ticket: P-1`."""
    key, colon, value = line.partition(b":")
    key = key.rstrip(b" \t")
    if not colon or not key or value.startswith(b"//") or not _TOKEN.issuperset(key):
        return b""
    return key


def values(message: bytes, key: str, comment: bytes | None = None) -> list[bytes]:
    """The values of trailer `key` (any case) in the last block of `message`, in order."""
    text = message[: body_end(message, comment)]
    wanted = key.encode().lower()
    lines = text[block_start(text, comment) :].split(b"\n")
    return [ln.partition(b":")[2].strip() for ln in lines if token(ln).lower() == wanted]


def insert(
    message: bytes,
    trailers: list[tuple[str, str]],
    comment: bytes | None,
    once: tuple[str, ...],
    *,
    prepared: bool = False,
) -> tuple[bytes, bytes]:
    """Add `trailers`, pairs of key and value, to the last block of `message` or as a new block.

    A pair that stands there already is not added, nor is any key of `once` that has a value
    already: what a person typed stays. Comments and scissors stay below. In a `prepared` message,
    which nobody typed yet, a paragraph with headings such as `Why:` is no block.

    Returns the new message and exactly the bytes that were put in (empty if nothing was).
    """
    end = body_end(message, comment)
    text, rest = message[:end], message[end:]
    newline = b"\r\n" if text.partition(b"\n")[0].endswith(b"\r") else b"\n"
    lines = []
    for key, value in trailers:
        present = [value for value in values(text, key, comment) if value]
        if value.encode() not in present and not (key in once and present):
            lines.append(f"{key}: {value}".encode() + newline)
    if not lines:
        return message, b""
    if not text:
        lead = newline + newline
    elif _ends_in_block(text, comment, prepared):
        lead = b"" if text.endswith(b"\n") else newline
    else:
        lead = newline if text.endswith(b"\n") else newline + newline
    below = newline if rest[:1] not in (b"", b"\n", b"\r") else b""
    added = lead + b"".join(lines) + below
    return text + added + rest, added


def _ends_in_block(text: bytes, comment: bytes | None, prepared: bool) -> bool:
    """Whether `text` ends in a trailer block that more trailers can join."""
    start = block_start(text, comment)
    lines = text[start:].split(b"\n")
    heading = any(token(line) and not line.partition(b":")[2].strip() for line in lines)
    return start < len(text) and not (prepared and heading)


def typed(message: bytes, comment: bytes) -> list[bytes]:
    """The lines a person wrote: no comments, nothing below scissors, no blank lines."""
    lines = message[: scissors_at(message, comment)].split(b"\n")
    return [ln.rstrip() for ln in lines if ln.strip() and not ln.startswith(comment)]


def without(message: bytes, added: bytes) -> bytes:
    """`message` without the lines that `insert` put in, wherever the editor left them."""
    ours = {ln.strip() for ln in added.split(b"\n") if ln.strip()}
    lines = message.split(b"\n")
    return b"\n".join(ln for ln in lines if not ln.strip() or ln.strip() not in ours)


def indented(message: bytes, key: str) -> list[str]:
    """The values of lines `    KEY: VALUE` in a squash message, each once, in order.

    `git merge --squash` writes the messages of the squashed commits indented by four blanks
    (git-merge(1)), so their trailers are no trailers any more.
    """
    found: list[str] = []
    for line in message.split(b"\n"):
        if line.startswith(b"    ") and token(line.strip()).lower() == key.encode().lower():
            value = line.partition(b":")[2].strip().decode("utf-8", "replace")
            if value not in found:
                found.append(value)
    return found
