"""The numbered path from older ticket files to this version's, for `git ticket lint --fix`.

A file says which schema it has with `schema: N`, 1 where it says nothing. A migration touches
only the keys it is for, and what it writes follows from the file alone: two clones that migrate
the same file write the same bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from git_ticketer.lean import clock
from git_ticketer.model.keys import CRITERION_KEYS, KEYS, SUBTASK_KEYS
from git_ticketer.model.ticket import SCHEMA
from git_ticketer.model.ulid import ALPHABET, is_ulid, short_key
from git_ticketer.model.workflow import DONE, PENDING, normal
from git_ticketer.storage import yamledit
from git_ticketer.storage.yamlfile import SCALAR, Document, Node, Value, nodes
from git_ticketer.storage.yamltext import Plain

YES = frozenset(("true", "yes", "on", "y", "x", "1", "done"))
NO = frozenset(("false", "no", "off", "n", "0", ""))
BOXES = {"[ ] ": "false", "[x] ": "true", "[X] ": "true"}
LAST_SECOND = 253402300799  # 9999-12-31T23:59:59Z

Values = Mapping[str, Value]


class Migration(NamedTuple):
    """A step from one schema to the next: `what` it does, and the function that does it."""

    what: str
    function: Callable[[Document], Document]


def number(document: Document) -> int | None:
    """The major number of a file's schema; None where that is no number."""
    text = _values(document).get("schema", str(SCHEMA))
    major = text.partition(".")[0] if isinstance(text, str) else ""
    return int(major) if major.isascii() and major.isdigit() and len(major) < 9 else None


def is_older(document: Document) -> bool:
    """Whether a file has an older schema than this version's."""
    found = number(document)
    return found is not None and found < SCHEMA


def migrate(document: Document) -> tuple[Document, list[str]]:
    """The document in this version's schema, and what was done; a newer one stays as it is.

    What comes out need not be a valid ticket. Raises: BadFile where the text is written in a way
    that cannot be edited by command.
    """
    done: list[str] = []
    found = number(document)
    if found is None or found >= SCHEMA:
        return document, done
    for step in range(found, SCHEMA):
        document = MIGRATIONS[step].function(document)
        done.append(MIGRATIONS[step].what)
    return yamledit.drop(document, ("schema",)), done


def has_comments(document: Document, name: str) -> bool:
    """Whether somebody wrote comments between what the value of a key holds."""
    root = nodes(document)
    found = root.get(name) if root else None
    if found is None:
        return False
    parts, at = [], found.start
    for node in sorted(_scalars(found), key=lambda node: node.start):
        parts.append(document.text[at : node.start])
        at = node.end
    end = document.text.find("\n", at)
    parts.append(document.text[at : end if end >= 0 else None])
    return "#" in "".join(parts)


def _scalars(node: Node) -> Iterator[Node]:
    if node.kind == SCALAR:
        yield node
    for item in (*node.keys, *node.items):
        yield from _scalars(item)


def _settle(document: Document) -> Document:
    """From 0, written before the layout was settled: lists become maps, a text a list."""
    document = _items(document, "criteria", _criterion)
    document = _items(document, "subtasks", _subtask)
    labels = _values(document).get("labels")
    if isinstance(labels, str) and labels:
        names: list[Value] = [*sorted({name.strip() for name in labels.split(",")} - {""})]
        document = yamledit.put(document, ("labels",), names, KEYS)
    return document


MIGRATIONS = {0: Migration("criteria and subtasks are maps, labels are a list", _settle)}
"""From every older schema to the next one."""


def _items(document: Document, name: str, item: Callable[[Values], dict[str, Value]]) -> Document:
    """The document with its criteria or subtasks as a map of short keys."""
    value = _values(document).get(name)
    if isinstance(value, list):
        if any(isinstance(old, list) for old in value):
            return document  # what that means is for a person to say
        if has_comments(document, name):
            raise document.error((name,), f"{name} hold comments, which would be lost")
        return yamledit.put(document, (name,), _keyed(document, name, value, item), KEYS)
    for key, old in value.items() if isinstance(value, dict) else ():
        new = item(_as_map(old))
        for field in new if isinstance(old, dict) else ():
            if new[field] != _as_map(old).get(field):
                document = yamledit.put(document, (name, key, field), new[field], (*new,))
        if isinstance(old, str):
            document = yamledit.put(document, (name, key), new, KEYS)
    return document


def _keyed(
    document: Document, name: str, items: list[Value], item: Callable[[Values], dict[str, Value]]
) -> dict[str, Value]:
    """A list's items under keys of their own; `added` keeps the order they stood in."""
    start = _written(_values(document))
    found: dict[str, Value] = {}
    for index, old in enumerate(items):
        new = item(_as_map(old))
        if start and not new.get("added"):
            new["added"] = Plain(clock.to_text(min(start + index, LAST_SECOND)))
        found[_key(f"{name} {next(iter(new.values()))}", found)] = new
    return dict(sorted(found.items()))


def _key(text: str, taken: Mapping[str, Value]) -> str:
    """A short key that follows from a text; equal texts get keys of their own."""
    import hashlib

    round = 0
    while True:
        digest = hashlib.sha256(f"{round} {text}".encode("utf-8", "surrogatepass")).digest()
        key = short_key(digest[:4])
        if key not in taken:
            return key
        round += 1


def _written(values: Values) -> int:
    """When the ticket was written: as it says, else the time in its uid, else 0."""
    try:
        return clock.from_text(str(values.get("created", "")))
    except ValueError:
        uid = str(values.get("uid", ""))
    if not is_ulid(uid):
        return 0
    milliseconds = 0
    for letter in uid[:10]:
        milliseconds = milliseconds * 32 + ALPHABET.index(letter)
    return min(milliseconds // 1000, LAST_SECOND)


def _criterion(old: Values) -> dict[str, Value]:
    text, box = _unboxed(_first(old, "text", "title", "name"))
    rest = {key: value for key, value in old.items() if key not in ("title", "name")}
    done = _boolean(old.get("done", box))
    return _ordered({**rest, "text": text, "done": done}, CRITERION_KEYS)


def _subtask(old: Values) -> dict[str, Value]:
    title, box = _unboxed(_first(old, "title", "text", "name"))
    rest = {key: value for key, value in old.items() if key not in ("text", "name", "done")}
    done = _boolean(old.get("done", box)) == "true"
    status = normal(str(old.get("status", ""))) or (DONE if done else PENDING)
    return _ordered({**rest, "title": title, "status": status}, SUBTASK_KEYS)


def _ordered(values: dict[str, Value], first: tuple[str, ...]) -> dict[str, Value]:
    known = {key: values[key] for key in first if key in values}
    return {**known, **values}


def _first(values: Values, *names: str) -> str:
    return next((str(values[name]) for name in names if name in values), "")


def _unboxed(text: str) -> tuple[str, str]:
    """A text on one line without its Markdown check box, and what the box says."""
    text = " ".join(text.split()) if "\n" in text else text
    return (text[4:], BOXES[text[:4]]) if text[:4] in BOXES else (text, "false")


def _boolean(value: Value) -> Value:
    word = value.lower() if isinstance(value, str) else None
    if word in YES:
        return Plain("true")
    return Plain("false") if word in NO else value


def _as_map(value: Value) -> dict[str, Value]:
    """An item as a map; a text is what it says."""
    return value if isinstance(value, dict) else {"text": str(value)}


def _values(document: Document) -> Values:
    return document.value if isinstance(document.value, dict) else {}
