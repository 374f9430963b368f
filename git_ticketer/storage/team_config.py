"""The team configuration, `.tickets/config.yaml`: data only, never a command or a path."""

from dataclasses import dataclass

from git_ticketer.lean.ids import is_prefix
from git_ticketer.lean.settings import is_trailer_key
from git_ticketer.storage.inside import inside
from git_ticketer.storage.yamlfile import Document, Place, Value, read

RELATIVE_PATH = ".tickets/config.yaml"
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class TeamConfig:
    """What a team has settled. Empty trailer keys are off."""

    prefix: str = ""
    foreign_prefixes: tuple[str, ...] = ()
    ticket_key: str = "Ticket"
    session_key: str = "Ticket-Session"
    uid_key: str = ""
    require: bool = False
    record_opt_out: bool = False


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
    )


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
