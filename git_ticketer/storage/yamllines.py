"""Lines of a YAML text, by indexes into it."""

from git_ticketer.storage.yamlfile import SCALAR, Node

BLOCK = ("|", ">")


def newline(text: str) -> str:
    """The line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def line_start(text: str, index: int) -> int:
    """Where the line of `index` begins."""
    return text.rfind("\n", 0, index) + 1


def text_end(text: str, index: int) -> int:
    """Where the line of `index` ends, without its line end."""
    end = text.find("\n", index)
    if end < 0:
        return len(text)
    return end - 1 if end > index and text[end - 1] == "\r" else end


def line_end(text: str, index: int) -> int:
    """Where the next line begins."""
    end = text.find("\n", index)
    return end + 1 if end >= 0 else len(text)


def content_end(text: str, node: Node) -> int:
    """Where a value's own characters end: a literal block's mark lies past its blank lines."""
    if node.kind != SCALAR:
        return content_end(text, node.items[-1]) if node.items and not node.flow else node.end
    if node.style not in BLOCK:
        return node.end
    content = text[node.start : node.end]
    if "+" in content.split("\n", 1)[0].split("#")[0]:
        return node.start + len(content.rstrip(" \t").removesuffix("\n").removesuffix("\r"))
    return node.start + len(content.rstrip())
