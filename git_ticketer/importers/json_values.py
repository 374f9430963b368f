"""Values out of JSON of which nothing is certain: what has not the expected type is empty."""

from collections.abc import Iterator

from git_ticketer.importers.items import Attached, Time


def text_of(value: object) -> str:
    """The text; empty for anything else."""
    return value if isinstance(value, str) else ""


def kind_of(record: dict[str, object]) -> str:
    """The `type` that a record or block names."""
    return text_of(record.get("type"))


def fields_of(value: object) -> dict[str, object]:
    """The object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """The list; empty for anything else."""
    return value if isinstance(value, list) else []


def time_of(value: object) -> Time:
    """What may be a time; None for anything else."""
    return value if isinstance(value, str | int | float) else None


def blocks_of(content: object) -> Iterator[dict[str, object]]:
    """The blocks of a message's content, which may be one text or hold bare texts."""
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    elif isinstance(content, dict):
        yield content
    elif isinstance(content, list):
        for block in content:
            if isinstance(block, str):
                yield {"type": "text", "text": block}
            else:
                yield block if isinstance(block, dict) else {"type": type(block).__name__}


def decoded_size(base64: str) -> int:
    """How many bytes a base64 text stands for."""
    return len(base64) * 3 // 4 - base64[-2:].count("=")


def attached(role: str, block: dict[str, object], at: Time, agent: str) -> Attached:
    """An image or document block of the Anthropic API: base64, a text, a URL or a file id."""
    source = fields_of(block.get("source"))
    title = text_of(block.get("title")) or kind_of(block)
    media = text_of(source.get("media_type")) or text_of(block.get("mimeType")) or title
    data = text_of(source.get("data")) or text_of(block.get("data"))
    size = len(data.encode("utf-8", "surrogatepass"))
    if source.get("type") != "text":
        size = decoded_size(data)
    return Attached(role, media, size, at, agent)


def data_url(role: str, url: object, at: Time) -> Attached:
    """An image given as `data:image/png;base64,…`; of another URL the size is not known."""
    head, comma, data = text_of(url).partition(",")
    if not comma or not head.startswith("data:"):
        return Attached(role, "image", 0, at)
    return Attached(role, head[5:].partition(";")[0] or "image", decoded_size(data), at)
