"""Documents to tickets and comments, and back: what the keys of a file mean.

Everything a file may hold is said once more as JSON Schema in docs/schema/ for editors. Unknown
keys are a later version's or the team's own: they are left alone. A file says `schema: N` only
where N is not 1; a newer one is refused, an older one is brought up by `git ticket lint --fix`.
"""

from collections.abc import Mapping

from git_ticketer.lean.ids import InvalidId, TicketId
from git_ticketer.model.ticket import SCHEMA, Comment, Criterion, Link, Subtask, Ticket
from git_ticketer.model.ulid import is_ulid
from git_ticketer.model.workflow import PENDING, SUBTASK_STATUSES, normal
from git_ticketer.storage.yamlfile import BadFile, Document, Place, Value
from git_ticketer.storage.yamltext import Plain

BOOLEANS = {"true": True, "false": False}
TEXTS = ("type", "status", "priority", "parent", "assignee", "created", "created_by")


def ticket(document: Document) -> Ticket:
    """The ticket in a document; raises BadFile naming the line of what is not valid."""
    values = _map(document, document.value, ())
    check_schema(document, values)
    text = {name: _text(document, values, name) for name in TEXTS}
    for name in ("type", "status", "priority"):
        text[name] = normal(text[name])
    return Ticket(
        uid=_uid(document, values, "uid"),
        id=_id(document, values.get("id", ""), ("id",)),
        title=_line(document, values, "title"),
        labels=_texts(document, values, "labels"),
        description=_text(document, values, "description"),
        requirements=_text(document, values, "requirements"),
        criteria=_criteria(document, values),
        subtasks=_subtasks(document, values),
        links=_links(document, values),
        aliases=_aliases(document, values),
        **text,
    )


def comment(document: Document, uid: str) -> Comment:
    """The comment in a document whose file is named after `uid`; raises BadFile."""
    values = _map(document, document.value, ())
    check_schema(document, values)
    if not is_ulid(uid):
        raise BadFile(document.path, 0, "a comment's file is named <ULID>.yaml")
    return Comment(
        uid=uid,
        ticket=_text(document, values, "ticket"),
        ticket_uid=_text(document, values, "ticket_uid"),
        author=_text(document, values, "author"),
        created=_text(document, values, "created"),
        text=_text(document, values, "text"),
        kind=normal(_text(document, values, "kind")) or "comment",
        session=_text(document, values, "session"),
    )


def ticket_values(new: Ticket) -> dict[str, Value]:
    """What a new ticket's file holds; keys without a value are left out."""
    found: dict[str, Value] = {
        "uid": Plain(new.uid),
        "id": Plain(new.id),
        "aliases": [*new.aliases],
        "title": new.title,
        "type": new.type,
        "status": new.status,
        "priority": new.priority,
        "parent": new.parent,
        "assignee": new.assignee,
        "labels": [*sorted(set(new.labels))],
        "created": Plain(new.created),
        "created_by": new.created_by,
        "description": new.description,
        "requirements": new.requirements,
        "criteria": {c.key: criterion_values(c) for c in sorted(new.criteria)},
        "subtasks": {s.key: subtask_values(s) for s in sorted(new.subtasks)},
        "links": [*sorted({str(link) for link in new.links})],
    }
    return {key: value for key, value in found.items() if value}


def criterion_values(criterion: Criterion) -> dict[str, Value]:
    """A criterion as it stands under its key."""
    done = Plain("true" if criterion.done else "false")
    return {"text": criterion.text, "done": done, "added": Plain(criterion.added)}


def subtask_values(subtask: Subtask) -> dict[str, Value]:
    """A subtask as it stands under its key."""
    return {"title": subtask.title, "status": subtask.status, "added": Plain(subtask.added)}


def comment_values(new: Comment) -> dict[str, Value]:
    """What a new comment's file holds."""
    found: dict[str, Value] = {
        "ticket": Plain(new.ticket),
        "ticket_uid": Plain(new.ticket_uid),
        "kind": new.kind,
        "session": new.session,
        "author": new.author,
        "created": Plain(new.created),
        "text": new.text,
    }
    return {key: value for key, value in found.items() if value}


def check_schema(document: Document, values: Mapping[str, Value]) -> None:
    """Refuse a file of another schema than this version reads; raises BadFile."""
    number = values.get("schema", str(SCHEMA))
    if number == str(SCHEMA):
        return
    major = number.partition(".")[0] if isinstance(number, str) else ""
    if not (major.isascii() and major.isdigit() and len(major) < 10):
        raise document.error(("schema",), "schema must be a number")
    if int(major) > SCHEMA:
        reason = f"schema {number} is newer than this git-ticketer reads ({SCHEMA})"
        error = document.error(("schema",), reason)
        error.hint = "pip install --upgrade git-ticketer"
        raise error
    if int(major) < SCHEMA:
        error = document.error(("schema",), f"schema {number} is older than {SCHEMA}")
        error.hint = "git ticket lint --fix"
        raise error


def _map(document: Document, value: Value, place: Place) -> dict[str, Value]:
    if isinstance(value, dict):
        return value
    if value == "" and place:
        return {}
    raise document.error(place, "expected lines of `key: value`")


def _text(document: Document, values: Mapping[str, Value], name: str, *place: str) -> str:
    value = values.get(name, "")
    if isinstance(value, str):
        return value
    raise document.error((*place, name), f"{name} must be a text")


def _line(document: Document, values: Mapping[str, Value], name: str, *place: str) -> str:
    text = _text(document, values, name, *place)
    if not text.strip():
        raise document.error((*place, name), f"{name} is missing")
    if "\n" in text:
        raise document.error((*place, name), f"{name} must be one line")
    return text


def _uid(document: Document, values: Mapping[str, Value], name: str) -> str:
    text = _text(document, values, name)
    if is_ulid(text):
        return text
    reason = "uid is missing" if not text else "uid must be a ULID, 26 capital letters and digits"
    raise document.error((name,), reason)


def _id(document: Document, value: Value, place: Place) -> TicketId:
    try:
        if isinstance(value, str):
            return TicketId(value)
    except InvalidId:
        pass
    shown = value[:40] if isinstance(value, str) else "a list or map"
    raise document.error(place, f"not a ticket id: {shown!a}" if value else "id is missing")


def _items(document: Document, values: Mapping[str, Value], name: str) -> list[Value]:
    value = values.get(name, "")
    if isinstance(value, list):
        return value
    if value in ("", {}):
        return []
    raise document.error((name,), f"{name} must be a list")


def _texts(document: Document, values: Mapping[str, Value], name: str) -> tuple[str, ...]:
    found = []
    for index, item in enumerate(_items(document, values, name)):
        if not isinstance(item, str) or not item.strip():
            raise document.error((name, index), f"an item of {name} must be a text")
        found.append(item)
    return tuple(found)


def _aliases(document: Document, values: Mapping[str, Value]) -> tuple[TicketId, ...]:
    items = _items(document, values, "aliases")
    return tuple(_id(document, item, ("aliases", index)) for index, item in enumerate(items))


def _links(document: Document, values: Mapping[str, Value]) -> tuple[Link, ...]:
    found = []
    for index, item in enumerate(_texts(document, values, "links")):
        kind, _, target = item.partition(" ")
        if not target.strip():
            raise document.error(("links", index), "a link is a kind and a target: blocks PROJ-1")
        found.append(Link(kind, target.strip()))
    return tuple(found)


def _keyed(
    document: Document, values: Mapping[str, Value], name: str
) -> list[tuple[str, dict[str, Value]]]:
    """The items of `criteria` or `subtasks` with their keys, in the order they are shown."""
    items = values.get(name, {})
    if isinstance(items, list):
        raise document.error((name,), f"{name} must be a map of short keys, not a list")
    found = _map(document, items, (name,))
    pairs = [(key, _map(document, item, (name, key))) for key, item in found.items()]
    return sorted(pairs, key=lambda pair: (str(pair[1].get("added", "")), pair[0]))


def _criteria(document: Document, values: Mapping[str, Value]) -> tuple[Criterion, ...]:
    found = []
    for key, item in _keyed(document, values, "criteria"):
        done = item.get("done", "false")
        if not isinstance(done, str) or done not in BOOLEANS:
            raise document.error(("criteria", key, "done"), "done is true or false")
        text = _line(document, item, "text", "criteria", key)
        added = _text(document, item, "added", "criteria", key)
        found.append(Criterion(key, text, BOOLEANS[done], added))
    return tuple(found)


def _subtasks(document: Document, values: Mapping[str, Value]) -> tuple[Subtask, ...]:
    found = []
    for key, item in _keyed(document, values, "subtasks"):
        status = normal(_text(document, item, "status", "subtasks", key)) or PENDING
        if status not in SUBTASK_STATUSES:
            there = ", ".join(SUBTASK_STATUSES)
            raise document.error(("subtasks", key, "status"), f"status is one of {there}")
        title = _line(document, item, "title", "subtasks", key)
        found.append(Subtask(key, title, status, _text(document, item, "added", "subtasks", key)))
    return tuple(found)
