"""The published JSON Schemas say what the code reads and writes."""

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

import git_ticketer
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model import ticket as model
from git_ticketer.model.keys import COMMENT_KEYS, CRITERION_KEYS, KEYS, SUBTASK_KEYS
from git_ticketer.model.ticket import Comment, Criterion, Link, Subtask, Ticket
from git_ticketer.model.transcript import (
    DETAILS,
    KINDS,
    ROLES,
    Entry,
    Header,
    Output,
    Plan,
    Source,
    Span,
)
from git_ticketer.model.workflow import CATEGORIES, PRIORITIES, SUBTASK_STATUSES, Workflow
from git_ticketer.storage import archives, schema, team_config, transcript_text, yamltext
from git_ticketer.storage.yamlfile import BadFile, Value, parse

FOLDER = Path(git_ticketer.__file__).parents[1] / "docs/schema"
NAMES = ("ticket", "comment", "config", "session", "plan")
UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
AT = "2026-11-22T09:00:00Z"
SMALL: dict[str, Value] = {"uid": UID, "id": "PROJ-1", "title": "t"}
FULL = Ticket(
    uid=UID,
    id=TicketId("PROJ-123"),
    title="no",
    type="task",
    status="in-progress",
    priority="high",
    parent="PROJ-100",
    assignee="dana@example.com",
    labels=("ui", "1:30"),
    created=AT,
    created_by="Dana <dana@example.com>",
    description="Two\nlines\n",
    requirements="0123",
    criteria=(Criterion("k3f9", "yes", True, AT),),
    subtasks=(Subtask("a7c2", "Add it", "pending", AT),),
    links=(Link("blocks", "PROJ-1"), Link("relates-to", "https://example.com/1")),
    aliases=(TicketId("PROJ-7"),),
)
SESSION = Header(
    id=SessionId("a-session"),
    ticket=TicketId("PROJ-1"),
    ticket_uid=UID,
    agent="codex 1.0",
    source=Source("x", 3, 1, 2, 1),
    model="a model",
    title="a title",
    parent="a-parent",
    plan=UID,
    started=AT,
    ended=AT,
    branch="main",
    detail="full",
    mentions=(TicketId("PROJ-2"),),
    spans=(Span(TicketId("PROJ-1"), 1, 3),),
    redactions=(("jwt", 2),),
)
ENTRIES = (
    Entry("user", "attachment", "t", AT, "image/png", size=12),
    Entry("tool", name="Bash", input="ls", output=Output(3, 1, "a\nb", True), agent="a"),
    Entry("system", "reasoning", "no"),
)
COMMENT = Comment(UID, "PROJ-1", UID, "Dana", AT, "said\nso", "note", "a-session")


class EditorLoader(yaml.SafeLoader):
    """Reads a file as an editor does: the core schema of YAML 1.2, in which a time is a text."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(name: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def errors(name: str, text: str) -> list[str]:
    """What an editor would complain about in a file."""
    value = yaml.load(text, Loader=EditorLoader)
    validator = jsonschema.Draft202012Validator(read(name))
    return [error.message for error in validator.iter_errors(value)]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_of_draft_2020_12_and_lets_unknown_keys_be(name: str) -> None:
    found = read(name)

    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["additionalProperties"] is True
    assert all("description" in value for value in found["properties"].values())


def test_every_key_of_a_ticket_and_comment_is_in_the_schemas_in_its_order() -> None:
    ticket, comment = read("ticket"), read("comment")

    assert list(ticket["properties"]) == list(KEYS)
    assert list(ticket["$defs"]["criterion"]["properties"]) == list(CRITERION_KEYS)
    assert list(ticket["$defs"]["subtask"]["properties"]) == list(SUBTASK_KEYS)
    assert {*comment["properties"]} == {*COMMENT_KEYS, "schema"}


def test_every_key_of_the_configuration_is_in_its_schema() -> None:
    source = Path(str(team_config.__file__)).read_text(encoding="utf-8")
    properties = read("config")["properties"]
    names = [*properties, *properties["trailers"]["properties"]]

    assert all(f'"{name}"' in source for name in names)
    fields = set(team_config.TeamConfig.__dataclass_fields__)
    renamed = {"workflow", "ticket_key", "session_key", "uid_key"}
    renamed |= {"redact_rules", "redact_exceptions"}
    assert fields - renamed <= {*properties}


def test_the_words_of_the_schemas_are_those_of_the_code() -> None:
    ticket = read("ticket")
    keys = ticket["properties"]

    assert keys["priority"]["enum"] == [*PRIORITIES, None]
    assert keys["type"]["examples"] == [*Workflow().types]
    assert keys["status"]["examples"] == [*Workflow().statuses]
    assert ticket["$defs"]["subtask"]["properties"]["status"]["enum"] == [*SUBTASK_STATUSES]
    assert "|".join(model.LINK_KINDS) in keys["links"]["items"]["pattern"]
    assert read("config")["$defs"]["category"]["enum"] == [*CATEGORIES]


def test_what_the_code_writes_is_valid() -> None:
    ticket, comment = schema.ticket_values(FULL), schema.comment_values(COMMENT)

    assert {*ticket} == {*KEYS} - {"schema"}
    assert {*comment} == {*COMMENT_KEYS}
    assert errors("ticket", yamltext.dump(ticket)) == []
    assert errors("comment", yamltext.dump(comment)) == []
    assert errors("ticket", yamltext.dump(SMALL)) == []


def test_what_is_written_of_a_session_is_valid_and_every_key_is_known() -> None:
    (file,) = archives.files(SESSION, ENTRIES)
    long = archives.files(SESSION, [Entry("user", text="a " * 400_000)] * 2)
    plan = transcript_text.plan_values(Plan(UID, SESSION.ticket, UID, "Review", AT, "Dana", UID))
    keys = read("session")

    assert errors("session", file.text) == errors("session", long[1].text) == []
    assert errors("plan", yamltext.dump(plan)) == []
    assert {*plan} == {*read("plan")["properties"]}
    assert {*keys["properties"]} == {*Header._fields, "part", "transcript"}
    assert {*keys["$defs"]["entry"]["properties"]} == {*Entry._fields, "bytes"} - {"size"}
    assert keys["$defs"]["entry"]["properties"]["role"]["enum"] == [*ROLES]
    assert keys["$defs"]["entry"]["properties"]["kind"]["enum"] == [*KINDS]
    assert keys["properties"]["detail"]["enum"] == [*DETAILS]


def as_session(text: str) -> list[Entry]:
    document = parse(text.encode(), "f")
    transcript_text.header_of(document)
    return list(transcript_text.entries_of(document))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: a-session", "id: a session"),
        ("ticket: PROJ-1\n", "ticket: nobody\n"),
        ("entries: 1-3}", "entries: all}"),
        ("role: system", "role: robot"),
        ("kind: reasoning", "kind: thought"),
        ("detail: full", "detail: fuller"),
        ("bytes: 12", "bytes: many"),
    ],
)
def test_what_no_session_is_an_editor_marks_and_the_code_refuses(old: str, new: str) -> None:
    (file,) = archives.files(SESSION, ENTRIES)
    assert old in file.text
    text = file.text.replace(old, new)

    assert errors("session", text) != []
    with pytest.raises(BadFile):
        as_session(text)


@pytest.mark.parametrize(
    "lines",
    [
        "uid: 5\n",
        "uid: 01jd8z6w5t3k9qg4r7m2xv1b0a\n",
        "schema: 2\n",
        "schema: 0\n",
        "schema: one\n",
        "id: PROJ\n",
        "id: PROJ-0\n",
        "id: ../PROJ-1\n",
        "title:\n",
        "title: [a]\n",
        "type: [a]\n",
        "description: {a: b}\n",
        "labels: a, b\n",
        "labels: [[a]]\n",
        "aliases: [x]\n",
        "criteria: [a]\n",
        "criteria: {k3f9: {done: true}}\n",
        "criteria: {k3f9: {text: a, done: maybe}}\n",
        "subtasks: {a7c2: {title: a, status: begun}}\n",
        "links: [blocks]\n",
        "links: {blocks: PROJ-1}\n",
    ],
)
def test_what_the_code_refuses_an_editor_marks(lines: str) -> None:
    key = lines.partition(":")[0]
    text = yamltext.dump({k: v for k, v in SMALL.items() if k != key}) + lines

    assert errors("ticket", text) != []
    with pytest.raises(BadFile):
        schema.ticket(parse(text.encode(), "f"))


@pytest.mark.parametrize(
    "lines",
    [
        *("parent:\n", "assignee: 5\n", "description: no\n", "labels: []\n", "labels:\n"),
        *("schema: 1.2\n", "links: [relates-to https://example.com]\n", "criteria:\n"),
        *("status:\n", "x: [1]\n"),
    ],
)
def test_what_the_code_reads_an_editor_does_not_mark(lines: str) -> None:
    text = yamltext.dump(SMALL) + lines

    assert errors("ticket", text) == []
    schema.ticket(parse(text.encode(), "f"))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("prefix: PROJ\nforeign_prefixes: [JIRA]\nid_style: random\nrequire: true\n", True),
        ("statuses: {todo: open, wip: {category: active, next: [todo]}}\n", True),
        ("types: {epic: {parent: false}, task: }\nx: y\n", True),
        ("trailers: {ticket: Ref, session: '', uid: Ticket-Uid}\n", True),
        ("url_template: 'https://jira.example.com/browse/{id}'\ndefault_parent: PROJ-1\n", True),
        ("prefix: proj\n", False),
        ("foreign_prefixes: JIRA\n", False),
        ("id_style: other\n", False),
        ("require: maybe\n", False),
        ("statuses: {todo: later}\n", False),
        ("statuses: [todo]\n", False),
        ("types: {epic: {parent: maybe}}\n", False),
        ("trailers: {ticket: 'no colons:'}\n", False),
        ("url_template: /etc/passwd\n", False),
        ("default_parent: nobody\n", False),
    ],
)
def test_a_configuration_is_valid_for_editors_and_the_code_alike(text: str, valid: bool) -> None:
    try:
        team_config.from_document(parse(text.encode(), "f"))
        read_well = True
    except BadFile:
        read_well = False

    assert (errors("config", text) == [], read_well) == (valid, valid)
