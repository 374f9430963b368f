"""What `git ticket lint --fix` mends: only what is mechanical, and nothing else in the file."""

from git_ticketer.model.keys import COMMENT_KEYS, KEYS
from git_ticketer.ops.lint_checks import spellings, texts
from git_ticketer.storage import migrations, schema, yamledit
from git_ticketer.storage.yamlfile import BadFile, Document, Value
from git_ticketer.storage.yamltext import Plain

PLAIN = ("id", "parent")


def mended(document: Document) -> tuple[Document, list[str]]:
    """A ticket's document with what is mechanical mended, and what was done.

    What cannot be edited by command is left. Raises: BadFile where it is no valid ticket even so.
    """
    document, done = migrations.migrate(document)
    ticket = schema.ticket(document)
    values = document.value if isinstance(document.value, dict) else {}
    for place, old, new in spellings(ticket, values):
        value = Plain(new) if place[0] in PLAIN else new
        document, changed = _put(document, place, value)
        done += [f"{place[-1]}: {old} -> {new}"] if changed else []
    for name in ("labels", "links"):
        found = texts(values, name)
        meant: list[Value] = [*sorted(set(found))]
        if found != meant and not migrations.has_comments(document, name):
            document, changed = _put(document, (name,), meant)
            done += [f"{name}: sorted, each once"] if changed else []
    return document, done


def renamed(document: Document, id: str) -> tuple[Document, list[str]]:
    """A comment's document with the ticket that it lies under, and what was done."""
    document, changed = _put(document, ("ticket",), Plain(id), COMMENT_KEYS)
    return document, [f"ticket: -> {id}"] if changed else []


def _put(
    document: Document, place: tuple[str, ...], value: Value, order: tuple[str, ...] = KEYS
) -> tuple[Document, bool]:
    try:
        return yamledit.put(document, place, value, order), True
    except BadFile:
        return document, False
