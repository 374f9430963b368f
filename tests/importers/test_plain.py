"""What is written by hand or by other programs: roles and texts in YAML, JSON or Markdown."""

import json

import pytest

from git_ticketer.importers import plain
from git_ticketer.importers.source import NotATranscript
from git_ticketer.lean.ids import SessionId, TicketId
from git_ticketer.model.transcript import FULL, Entry, Header, Output, Source
from git_ticketer.storage import archives
from tests.importers.making import gathered, jsonl, shown, source_of

SAID = [("user", "Add a login\n\nwith a form"), ("assistant", "Done.")]

YAML = b"""\
id: 5f1c2a9e
agent: someagent 2.0
model: big-model
title: A login
branch: feature/login
started: 2026-11-22T09:00:00Z
transcript:
- role: user
  at: 2026-11-22T09:00:04Z
  text: |
    Add a login

    with a form
- role: assistant
  text: Done.
"""
ENTRIES: list[dict[str, object]] = [
    {"role": "user", "text": "Add a login\n\nwith a form"},
    {"role": "assistant", "content": [{"type": "text", "text": "Done."}]},
]
MARKDOWN = {
    "headings": "# A\n\n## User\n\nAdd a login\n\nwith a form\n\n---\n\n### Assistant\nDone.\n",
    "bold": "**User:** Add a login\n\nwith a form\n\n**Assistant**:\n\nDone.",
    "bold alone": "**User**\n\nAdd a login\n\nwith a form\n\n---\n\n**Cursor**\n\nDone.\n\n---\n",
    "labels": "User: Add a login\n\nwith a form\n\nAssistant: Done.\n",
    "copied": "You said:\nAdd a login\n\nwith a form\n\nChatGPT said:\nDone.\n",
    "copied headings": "##### You said:\nAdd a login\n\nwith a form\n###### ChatGPT said:\nDone.\n",
    "times": "## \U0001f464 User (2026-11-22 09:00:04)\nAdd a login\n\nwith a form\n## AI:\nDone.",
    "windows": "## Human\r\nAdd a login\r\n\r\nwith a form\r\n## Claude\r\nDone.\r\n",
}


def sample() -> bytes:
    return YAML


def test_yaml_says_who_said_what_and_what_session_it_was() -> None:
    found = gathered(plain, YAML)
    assert plain.recognises(source_of(YAML))
    assert shown(found.entries) == [("user", SAID[0][1] + "\n"), SAID[1]]
    about = found.about
    assert (about.session, about.agent, about.model) == ("5f1c2a9e", "someagent 2.0", "big-model")
    assert (about.title, about.branch) == ("A login", "feature/login")
    assert (about.started, found.entries[0].at) == ("2026-11-22T09:00:00Z", "2026-11-22T09:00:04Z")


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(ENTRIES).encode(),
        json.dumps({"id": "x", "messages": ENTRIES}, indent=1).encode(),
        b"[\n" + b",\n".join(json.dumps(e).encode() for e in ENTRIES) + b"\n]",
        jsonl(*ENTRIES),
        b"\xef\xbb\xbf" + jsonl({"id": "x", "model": "m"}, *ENTRIES),
        jsonl({"speaker": "Human", "text": ENTRIES[0]["text"]}, {"from": "gpt", "value": "Done."}),
    ],
    ids=["list", "object", "an entry a line, as a list", "lines", "lines, mark, facts", "others"],
)
def test_json_is_a_document_or_an_entry_a_line(data: bytes) -> None:
    assert plain.recognises(source_of(data))
    assert shown(gathered(plain, data).entries) == SAID


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_names_its_speakers_by_headings_or_labels(text: str) -> None:
    data = text.encode()
    assert plain.recognises(source_of(data))
    assert shown(gathered(plain, data).entries) == SAID


def test_fenced_code_and_labels_of_another_kind_do_not_end_what_is_said() -> None:
    text = "\n".join(
        (
            *("---", "agent: mybot", "title: Fences", "date: 2026-11-22", "---"),
            *("## User", "```", "## Assistant", "---", "```", "User: is this a label?"),
            *("**User** is a word here", "## Assistant", "```python", "never closed"),
            *("## User", "And now?"),
        )
    )
    found = gathered(plain, text.encode())
    assert shown(found.entries) == [
        (
            "user",
            "```\n## Assistant\n---\n```\nUser: is this a label?\n**User** is a word here",
        ),
        ("assistant", "```python\nnever closed"),
        ("user", "And now?"),
    ]
    assert (found.about.agent, found.about.title) == ("mybot", "Fences")
    assert found.about.started == "2026-11-22T00:00:00Z"


def test_what_stands_before_the_first_speaker_is_kept_as_a_note() -> None:
    found = gathered(plain, b"# A title\nfrom a meeting\n\nUser: hello\n")
    assert shown(found.entries) == [("system", "from a meeting"), ("user", "hello")]
    assert found.about.title == "A title"


def test_calls_have_their_results_beside_them_as_chat_apis_name_them() -> None:
    call = {"id": "c1", "function": {"name": "run", "arguments": '{"command": "ls"}'}}
    data = json.dumps(
        [
            {"role": "user", "content": "look", "at": 1763802004},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "a\nb\n"},
            {"role": "tool", "name": "Bash", "input": "pytest", "output": "ok"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "c2", "name": "Read"}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c2"}]},
            {"role": "developer", "content": "be brief"},
        ]
    ).encode()
    found = gathered(plain, data, FULL)
    assert shown(found.entries) == [
        ("user", "look"),
        ("tool", "tool-call", "run", "command: ls", (4, 2, "a\nb\n", False)),
        ("tool", "tool-call", "Bash", "pytest", (2, 1, "ok", False)),
        ("tool", "tool-call", "Read", (0, 0, "", False)),
        ("system", "be brief"),
    ]
    assert found.entries[0].at == "2025-11-22T09:00:04Z"


def test_an_archive_is_read_back() -> None:
    entries = (
        Entry("user", text="# One\n\n```\ncode\n```\n", at="2026-11-22T09:00:04Z"),
        Entry("user", "attachment", name="image/png", size=77),
        Entry("assistant", "reasoning", "hm"),
        Entry("assistant", text="long" * 10),
        Entry("tool", "tool-call", name="Bash", input="ls", output=Output(2, 1, "ok")),
    )
    id, ticket = SessionId("0f1c"), TicketId("PROJ-1")
    header = Header(id, ticket, "01JD", "claude-code 2.1", Source("x"), model="m", title="T")
    text = archives.files(header, entries)[0].text
    found = gathered(plain, text.encode(), FULL)
    assert found.entries == entries
    about = found.about
    assert (about.session, about.agent, about.model, about.title) == (
        *("0f1c", "claude-code 2.1", "m", "T"),
    )


def test_what_is_no_entry_is_counted_and_wrong_types_say_nothing() -> None:
    data = jsonl(
        *({"role": "user", "text": "hi"}, b"{broken", {"role": "narrator", "text": "x"}),
        *({"role": None, "text": 1}, {"role": "assistant", "text": 7, "at": []}, [1], None),
        *({"role": "assistant", "content": [None, 3, {"type": 4}]}, {"role": "tool", "name": []}),
    )
    found = gathered(plain, data)
    assert shown(found.entries)[0] == ("user", "hi")
    assert (found.skipped, found.kinds[0]) == (3, "narrator")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'[{"role": "user",\n "text": "x"', "-:2"),
        (b"- role: user\n  text: 'x\n", "-:"),
        (b'{"role": {}, "list": [1]}', "-:1"),
        (b"---\na: b\na: c\n---\nUser: hello\n", "-:3"),
        (b"- role: {}\n", "-:1"),
    ],
    ids=["JSON", "YAML", "no entries", "front matter", "no roles"],
)
def test_what_cannot_be_read_is_one_error_that_names_the_line(data: bytes, place: str) -> None:
    assert plain.recognises(source_of(data))
    with pytest.raises(NotATranscript) as error:
        gathered(plain, data)
    assert error.value.message.startswith(place)


def test_prose_is_not_recognised() -> None:
    text = (
        b"# Users\n\nThe user: one.\n\n```\nUser: hi\n- role: user\n```\n**User interface**\n\n{x}"
    )
    assert not plain.recognises(source_of(text))
    assert not plain.recognises(source_of(b"SQLite format 3\0 role: user"))
