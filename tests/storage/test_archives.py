"""Archived sessions as files: any text comes back, the same values give the same bytes."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model.transcript import (
    ASSISTANT,
    ATTACHMENT,
    FULL,
    REASONING,
    SYSTEM,
    TOOL,
    TOOL_CALL,
    TOOL_RESULT,
    USER,
    Entry,
    Header,
    Output,
    Source,
    Span,
)
from git_ticketer.storage import archives, transcript_text, yamlfile
from git_ticketer.storage.archives import Archives, NoSuchSession
from git_ticketer.storage.worktree import find
from git_ticketer.storage.yamlfile import BadFile
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
HEADER = Header(
    id=SessionId("0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"),
    ticket=TicketId("PROJ-123"),
    ticket_uid=UID,
    agent="claude-code 2.1.12",
    source=Source("claude-code-jsonl", 312, 0, 2),
    model="claude-opus-4-5",
    started="2026-11-22T09:00:04Z",
    ended="2026-11-22T11:12:00Z",
    branch="feature/PROJ-123-avatar",
    mentions=(TicketId("PROJ-101"),),
    spans=(Span(TicketId("PROJ-123"), 1, 3),),
    redactions=(("github-token", 1),),
)
ENTRIES = (
    Entry(USER, text="Help me implement this feature", at="2026-11-22T09:00:04Z"),
    Entry(TOOL, TOOL_CALL, name="Bash", input="pytest -q", output=Output(48211, 610)),
    Entry(ASSISTANT, text="Done.\n\n```python\nx = 1\n```\n"),
)
FILE = """\
id: 0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11

ticket: PROJ-123

ticket_uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

agent: claude-code 2.1.12

model: claude-opus-4-5

started: 2026-11-22T09:00:04Z

ended: 2026-11-22T11:12:00Z

branch: feature/PROJ-123-avatar

mentions: [PROJ-101]

spans:
- {ticket: PROJ-123, entries: 1-3}

source: {format: claude-code-jsonl, entries: 312, skipped: 0, unknown: 2}

redactions: {github-token: 1}

transcript:
- role: user
  at: 2026-11-22T09:00:04Z
  text: |2-
    Help me implement this feature
- role: tool
  name: Bash
  input: pytest -q
  output: {bytes: 48211, lines: 610}
- role: assistant
  text: |2
    Done.

    ```python
    x = 1
    ```
"""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
lines = st.text(st.sampled_from(" \t\n-#:'\"|>a\u00a0\u2028\u200b\ufeff\r\x00🙂"), max_size=20)
either = texts | lines
outputs = st.builds(Output, st.integers(0, 9**9), st.integers(0, 999), either, st.booleans())
entries = st.builds(
    Entry,
    role=st.sampled_from([USER, ASSISTANT, TOOL, SYSTEM]),
    kind=st.sampled_from(["text", REASONING, TOOL_CALL, TOOL_RESULT, ATTACHMENT]),
    text=either,
    at=st.sampled_from(["", "2026-11-22T09:00:04Z"]),
    name=either,
    input=either,
    output=st.none() | outputs,
    size=st.integers(0, 9**9),
    agent=either,
    continues=st.just(False),
)


def test_an_archive_looks_as_the_design_says() -> None:
    (file,) = archives.files(HEADER, ENTRIES)

    assert file.path == ".tickets/PROJ-123/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"
    assert file.text == FILE


@settings(max_examples=300)
@given(st.lists(entries, max_size=4))
def test_whatever_was_said_is_read_back_exactly_by_our_reader_and_by_yaml(
    said: list[Entry],
) -> None:
    wanted = archives.files(HEADER, said)

    archives.check(HEADER, said, wanted)
    plain = yaml.load(wanted[0].text, Loader=yaml.CBaseLoader)
    assert [item.get("text", "") for item in plain.get("transcript", [])] == [
        entry.text for entry in said
    ]
    assert list(archives.files(HEADER, said)) == list(wanted)


def test_a_long_session_goes_on_in_further_files_and_a_long_prompt_is_never_cut() -> None:
    said = [Entry(USER, text="ä" * 600_000), *[Entry(ASSISTANT, text="b" * 200_000)] * 8]

    wanted = archives.files(HEADER, said)
    archives.check(HEADER, said, wanted)

    assert len(wanted) == 4
    assert all(len(file.text.encode()) < yamlfile.MAX_BYTES for file in wanted)
    assert wanted[1].path.endswith(".2.yaml")
    grown = archives.files(HEADER, [*said, Entry(USER, text="more")])
    assert [a.text == b.text for a, b in zip(wanted[1:3], grown[1:3], strict=True)] == [True, True]


def test_header_keys_that_are_not_usual_come_back() -> None:
    header = HEADER._replace(
        title="yes: no",
        parent="a1",
        plan=UID,
        detail=FULL,
        source=Source("x", 1, 2, 3, 4),
        redactions=(),
        mentions=(),
    )
    (file,) = archives.files(header, ENTRIES)
    document = yamlfile.parse(file.text.encode(), file.path)

    assert transcript_text.header_of(document) == header


@pytest.fixture
def store(repo: GitRepo) -> Archives:
    """The archives of a repository with the ticket's folder."""
    (repo.path / ".tickets/PROJ-123").mkdir(parents=True)
    return Archives(find(str(repo.path), repo.environ))


def test_what_was_written_is_found_by_its_id_and_its_beginning(store: Archives) -> None:
    said = [*ENTRIES, *[Entry(ASSISTANT, text="b" * 400_000)] * 4]
    paths = store.write(HEADER, archives.files(HEADER, said))

    assert [Path(path).name for path in paths] == [
        "2026-11-22-claude-code-50277aedf1b8.2.yaml",
        "2026-11-22-claude-code-50277aedf1b8.yaml",
    ]
    found = store.named("0f1c")
    assert found.header == HEADER._replace(parts=2)
    assert store.read(found).entries == tuple(said)
    assert store.write(HEADER, archives.files(HEADER, said)) == []
    for word in ("ffff", ".", "/", ""):
        with pytest.raises(NoSuchSession):
            store.named(word)


def test_a_part_that_is_missing_is_an_error_that_names_it(store: Archives) -> None:
    said = [Entry(ASSISTANT, text="b" * 400_000)] * 4
    store.write(HEADER, archives.files(HEADER, said))
    Path(
        store.top, ".tickets/PROJ-123/sessions/2026-11-22-claude-code-50277aedf1b8.2.yaml"
    ).unlink()

    with pytest.raises(BadFile, match=r"\.2\.yaml: missing"):
        store.read(store.named("0f1c"))


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("role: user", "role: robot", "sessions/x.yaml:27: role is one of"),
        ("ticket: PROJ-123\n\n", "ticket: ../x\n\n", "sessions/x.yaml:3: not a ticket id"),
        ("entries: 312", "entries: many", "sessions/x.yaml:22: entries must be a number"),
        ("bytes: 48211", "bytes: -1", "sessions/x.yaml:34: bytes must be a number"),
        ("id: 0f1c2a9e", "id: /etc/0f1c2a9e", "sessions/x.yaml:1: not a session id"),
    ],
)
def test_what_is_not_valid_is_named_with_its_line(old: str, new: str, error: str) -> None:
    document = yamlfile.parse(FILE.replace(old, new).encode(), "sessions/x.yaml")

    with pytest.raises(BadFile) as problem:
        read_whole(document)
    assert str(problem.value).startswith(error)


def read_whole(document: yamlfile.Document) -> None:
    transcript_text.header_of(document)
    list(transcript_text.entries_of(document))
