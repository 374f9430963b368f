"""The team configuration, `.tickets/config.yaml`: data only, never a command or a path."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from git_ticketer.lean.ids import InvalidId, TicketId, is_prefix
from git_ticketer.lean.settings import is_trailer_key
from git_ticketer.model.workflow import CATEGORIES, Status, TicketType, Workflow, normal
from git_ticketer.storage.inside import inside
from git_ticketer.storage.yamlfile import Document, Place, Value, read

RELATIVE_PATH = ".tickets/config.yaml"
BOOLEANS = {"true": True, "false": False}
SEQUENTIAL, RANDOM = "sequential", "random"
IN_TREE, LOCAL, OFF = "in-tree", "local", "off"
MOST_RULES, LONGEST = 100, 1000
RULE_NAME = re.compile(r"[a-z0-9-]{1,40}")
RULE_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:~+/=@%-]{2,63}")
RANGE = re.compile("[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]")
CHARACTERS = re.compile(rf"(?:{RANGE.pattern}|[A-Za-z0-9_.:~+/=@%]|-)+")
LENGTH = re.compile(r"([0-9]{1,4})(?:(\+)|-([0-9]{1,4}))?")


class SecretShape(NamedTuple):
    """A team's own secret: a literal prefix, then `least` to `most` of some characters.

    `characters` are single ones and ranges such as `a-z`; `most` is 0 where there is no bound.
    """

    name: str
    prefix: str
    characters: str
    least: int
    most: int


@dataclass(frozen=True)
class TeamConfig:
    """What a team has settled. Empty trailer keys are off.

    `archive` is the most that a user's own setting can ask for. `redact_exceptions` are texts that
    `redact_rules` find and that are no secrets.
    """

    prefix: str = ""
    foreign_prefixes: tuple[str, ...] = ()
    ticket_key: str = "Ticket"
    session_key: str = "Ticket-Session"
    uid_key: str = ""
    require: bool = False
    record_opt_out: bool = False
    workflow: Workflow = field(default_factory=Workflow)
    default_parent: str = ""
    id_style: str = SEQUENTIAL
    url_template: str = ""
    archive: str = IN_TREE
    redact_rules: tuple[SecretShape, ...] = ()
    redact_exceptions: tuple[str, ...] = ()

    def is_own(self, id: TicketId) -> bool:
        """Whether an id has this repository's own prefix."""
        return bool(self.prefix) and id.prefix == self.prefix


def load(top: str) -> TeamConfig:
    """The configuration of the worktree at `top`, the defaults where it has none.

    Unknown keys are left alone: a later version may know them. Raises: BadFile, LeadsOutside.
    """
    path = inside(top, RELATIVE_PATH)
    if not path.exists():
        return TeamConfig()
    return from_document(read(path))


def from_document(document: Document) -> TeamConfig:
    """The configuration in a document; raises BadFile naming the line that is not valid."""
    if document.value == "":
        return TeamConfig()
    top = _mapping(document, document.value, ())
    trailers = _mapping(document, top.get("trailers", {}), ("trailers",))
    names = top.get("foreign_prefixes", [])
    if not isinstance(names, list):
        raise document.error(("foreign_prefixes",), "foreign_prefixes must be a list")
    redact = _mapping(document, top.get("redact", {}), ("redact",))
    places: list[Place] = [("foreign_prefixes", i) for i in range(len(names))]
    return TeamConfig(
        prefix=_prefix(document, top["prefix"], ("prefix",)) if "prefix" in top else "",
        foreign_prefixes=tuple(
            _prefix(document, name, place) for name, place in zip(names, places, strict=True)
        ),
        ticket_key=_trailer_key(document, trailers, "ticket", TeamConfig.ticket_key),
        session_key=_trailer_key(document, trailers, "session", TeamConfig.session_key),
        uid_key=_trailer_key(document, trailers, "uid", TeamConfig.uid_key),
        require=_boolean(document, top, "require"),
        record_opt_out=_boolean(document, top, "record_opt_out"),
        workflow=_workflow(document, top),
        default_parent=_default_parent(document, top),
        id_style=_choice(document, top, "id_style", (SEQUENTIAL, RANDOM)),
        url_template=_url_template(document, top),
        archive=_choice(document, top, "archive", (IN_TREE, LOCAL, OFF)),
        redact_rules=_secret_shapes(document, redact),
        redact_exceptions=_exceptions(document, redact),
    )


def _secret_shapes(document: Document, redact: dict[str, Value]) -> tuple[SecretShape, ...]:
    place: Place = ("redact", "rules")
    rules = _mapping(document, redact.get("rules", {}), place)
    if len(rules) > MOST_RULES:
        raise document.error(place, f"at most {MOST_RULES} rules")
    return tuple(_secret_shape(document, name, value) for name, value in rules.items())


def _secret_shape(document: Document, name: str, value: Value) -> SecretShape:
    place: Place = ("redact", "rules", name)
    given = _mapping(document, value, place)
    prefix, characters = str(given.get("prefix", "")), str(given.get("characters", ""))
    length = LENGTH.fullmatch(str(given.get("length", "")))
    if not RULE_NAME.fullmatch(name):
        raise document.error(place, "a rule's name is up to 40 of a-z, 0-9, -")
    if not RULE_PREFIX.fullmatch(prefix):
        reason = "a prefix is 3 to 64 of A-Z, a-z, 0-9, _.:~+/=@%-, first a letter or digit"
        raise document.error((*place, "prefix"), reason)
    if len(characters) > 64 or not CHARACTERS.fullmatch(characters) or _descends(characters):
        reason = "characters are ranges such as a-z, and single ones of A-Z, a-z, 0-9, _.:~+/=@%-"
        raise document.error((*place, "characters"), reason)
    least, most = (int(length[1]), int(length[3] or length[1])) if length else (0, 0)
    if not 1 <= least <= most <= LONGEST:
        reason = f"a length is N, N-M or N+, and at most {LONGEST}"
        raise document.error((*place, "length"), reason)
    return SecretShape(name, prefix, characters, least, 0 if length and length[2] else most)


def _descends(characters: str) -> bool:
    return any(found[0] > found[2] for found in RANGE.findall(characters))


def _exceptions(document: Document, redact: dict[str, Value]) -> tuple[str, ...]:
    place: Place = ("redact", "exceptions")
    texts = redact.get("exceptions", [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise document.error(place, "exceptions must be a list of texts")
    return tuple(map(str, texts))


def _workflow(document: Document, top: dict[str, Value]) -> Workflow:
    """The team's statuses and types, the usual ones where it names none."""
    usual = Workflow()
    statuses = _mapping(document, top.get("statuses", {}), ("statuses",))
    types = _mapping(document, top.get("types", {}), ("types",))
    return Workflow(
        {normal(n): _status(document, n, v, statuses) for n, v in statuses.items()}
        or usual.statuses,
        {normal(n): _type(document, n, v) for n, v in types.items()} or usual.types,
    )


def _status(document: Document, name: str, value: Value, all: dict[str, Value]) -> Status:
    """A status from `name: category`, or from a map with `category` and `next`."""
    place: Place = ("statuses", name)
    if isinstance(value, str):
        value = {"category": value}
    given = _mapping(document, value, place)
    category = given.get("category", "")
    if category not in CATEGORIES:
        raise document.error(place, f"category is one of {', '.join(CATEGORIES)}")
    known = tuple(map(normal, all))
    following = given.get("next", [other for other in known if other != normal(name)])
    if not isinstance(following, list):
        raise document.error((*place, "next"), "next must be a list of statuses")
    names = tuple(normal(str(item)) for item in following)
    for unknown in set(names) - set(known):
        raise document.error((*place, "next"), f"there is no status {unknown!a}")
    return Status(normal(name), str(category), names)


def _type(document: Document, name: str, value: Value) -> TicketType:
    given = _mapping(document, value or {}, ("types", name))
    parent = given.get("parent", "true")
    if not isinstance(parent, str) or parent not in BOOLEANS:
        raise document.error(("types", name, "parent"), "parent is true or false")
    return TicketType(normal(name), parent=BOOLEANS[parent])


def _default_parent(document: Document, top: dict[str, Value]) -> str:
    value = top.get("default_parent", "")
    try:
        return TicketId(str(value)) if value else ""
    except InvalidId as problem:
        raise document.error(("default_parent",), str(problem)) from None


def _choice(document: Document, top: dict[str, Value], name: str, choices: tuple[str, ...]) -> str:
    value = top.get(name, choices[0])
    if value not in choices:
        raise document.error((name,), f"{name} is one of {', '.join(choices)}")
    return str(value)


def _url_template(document: Document, top: dict[str, Value]) -> str:
    """Where foreign ids lead, such as `https://jira.example.com/browse/{id}`."""
    value = top.get("url_template", "")
    fits = isinstance(value, str) and value.startswith(("https://", "http://"))
    if value and not (fits and "{id}" in value):
        reason = "url_template is an http(s) address with {id} in it"
        raise document.error(("url_template",), reason)
    return str(value)


def _mapping(document: Document, value: Value, place: Place) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise document.error(place, "expected lines of `key: value`")
    return value


def _prefix(document: Document, value: Value, place: Place) -> str:
    if not isinstance(value, str) or not is_prefix(value):
        raise document.error(place, "a prefix is a capital letter and up to 31 of A-Z, 0-9, _")
    return value


def _trailer_key(document: Document, trailers: dict[str, Value], name: str, default: str) -> str:
    value = trailers.get(name, default)
    if value == "" or (isinstance(value, str) and is_trailer_key(value)):
        return str(value)
    raise document.error(("trailers", name), "a trailer key is letters, digits and dashes")


def _boolean(document: Document, top: dict[str, Value], name: str) -> bool:
    value = top.get(name, "false")
    if isinstance(value, str) and value in BOOLEANS:
        return BOOLEANS[value]
    raise document.error((name,), f"{name} is true or false")
