"""OpenCode's exports and storage folders."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from git_ticketer.importers import opencode
from git_ticketer.importers.gather import Gathered, gather
from git_ticketer.importers.items import About, Chat
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import FULL
from tests.importers.making import Plain, gathered, shown, source_of

INFO = {
    "id": "ses_1",
    "projectID": "p",
    "directory": "/w",
    "parentID": "ses_0",
    "title": "Comment",
    "version": "1.1.0",
    "time": {"created": 1706459830000, "updated": 1706459835000},
}
STATE = {"status": "completed", "input": {"filePath": "a.ts"}, "output": "ok", "time": {}}
PARTS: dict[str, list[dict[str, object]]] = {
    "msg_1": [
        {"type": "text", "text": "Update it"},
        {"type": "text", "text": "Called the Read tool", "synthetic": True},
        {"type": "file", "mime": "image/png", "url": "data:image/png;base64,AAAA"},
        {"type": "text", "text": "and test"},
    ],
    "msg_2": [
        {"type": "step-start"},
        {"type": "reasoning", "text": "Hm.", "time": {"start": 1706459831000}},
        {"type": "text", "text": "I do."},
        {"type": "tool", "tool": "edit", "callID": "c1", "state": STATE},
        {
            "type": "tool",
            "tool": "bash",
            "callID": "c2",
            "state": {"status": "error", "input": {"command": "x"}, "error": "no x"},
        },
        {"type": "hologram"},
        {"type": "text", "text": "Done.", "time": {"start": 1706459834000}},
        {"type": "patch", "hash": "a", "files": []},
    ],
}
MESSAGES: list[dict[str, object]] = [
    {"id": "msg_1", "sessionID": "ses_1", "role": "user", "time": {"created": 1706459830000}},
    {
        "id": "msg_2",
        "sessionID": "ses_1",
        "role": "assistant",
        "modelID": "gpt-5",
        "time": {"created": 1706459831000},
        "error": {"name": "MessageAbortedError", "data": {"message": "aborted"}},
    },
]
ENTRIES = [
    ("user", "Update it\n\nand test"),
    ("user", "attachment", "image/png", 3),
    ("assistant", "reasoning", "Hm."),
    ("assistant", "I do."),
    ("tool", "tool-call", "edit", "filePath: a.ts", (2, 1, "ok", False)),
    ("tool", "tool-call", "bash", "command: x", (4, 1, "no x", True)),
    ("assistant", "Done."),
    ("system", "aborted"),
]
ABOUT = About(
    session="ses_1",
    version="1.1.0",
    model="gpt-5",
    title="Comment",
    parent="ses_0",
    cwd="/w",
    started="2024-01-28T16:37:10Z",
)


def sample() -> bytes:
    said = [{"info": info, "parts": PARTS[str(info["id"])]} for info in MESSAGES]
    return json.dumps({"info": INFO, "messages": said}, indent=2).encode()


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))


def sample_path(folder: Path) -> Path:
    """A storage folder of one session."""
    root = folder / "storage"
    write(root / "session" / "p" / "ses_1.json", INFO)
    for message in MESSAGES:
        id = str(message["id"])
        write(root / "message" / "ses_1" / f"{id}.json", message)
        for number, part in enumerate(PARTS[id]):
            write(root / "part" / id / f"prt_{number}.json", {"id": f"prt_{number}", **part})
    return root


def older(root: Path) -> Path:
    """The folder as versions before 0.6 had it."""
    (root / "message").rename(root / "session" / "message")
    for id in PARTS:
        new = root / "session" / "part" / "ses_1" / id
        new.parent.mkdir(parents=True, exist_ok=True)
        (root / "part" / id).rename(new)
    return root


def test_an_export_is_read_without_what_was_injected() -> None:
    found = gathered(opencode, sample(), FULL)

    assert opencode.recognises(source_of(sample()))
    assert found.about == ABOUT
    assert shown(found.entries) == ENTRIES
    assert found.entries[-2].at == "2024-01-28T16:37:14Z"
    assert found.kinds == ("part/hologram",)


@pytest.mark.parametrize("is_older", [False, True], ids=["newer", "older"])
@pytest.mark.parametrize("place", ["", "session/p/ses_1.json", ".."], ids=["it", "file", "above"])
def test_a_storage_folder_says_the_same(tmp_path: Path, place: str, is_older: bool) -> None:
    root = sample_path(tmp_path)
    source = Source(((older(root) if is_older else root) / place).resolve())

    found = gathered(opencode, source, FULL)

    assert opencode.recognises(source)
    assert opencode.chats(source) == []
    assert (found.about, shown(found.entries)) == (ABOUT, ENTRIES)


def test_one_of_many_sessions_is_chosen_by_its_id_and_the_newest_is_the_first(
    tmp_path: Path,
) -> None:
    root = sample_path(tmp_path)
    write(root / "session" / "p" / "ses_2.json", {**INFO, "id": "ses_2", "time": {"updated": 9}})
    message = {"id": "msg_9", "role": "user", "time": {"created": 1}}
    write(root / "message" / "ses_2" / "msg_9.json", message)
    write(root / "part" / "msg_9" / "prt_1.json", {"type": "text", "text": "hello"})
    write(root / "part" / "msg_9" / "prt_2.json", '{"type":')
    source = Source(root)

    assert opencode.chats(source) == [
        Chat("ses_1", "Comment", 1706459835000),
        Chat("ses_2", "Comment", 9),
    ]
    assert shown(gathered(opencode, source, FULL).entries) == ENTRIES
    chosen = chosen_of(source, "ses_2")
    assert (shown(chosen.entries), chosen.skipped) == ([("user", "hello")], 1)
    with pytest.raises(NotATranscript):
        list(opencode.read(source, "ses_3"))


def chosen_of(source: Source, chat: str) -> Gathered:
    return gather(opencode.read(source, chat), Plain(), FULL)


def test_an_id_leads_to_no_other_folder(tmp_path: Path) -> None:
    root = sample_path(tmp_path)
    write(tmp_path / "secret" / "prt_1.json", {"type": "text", "text": "secret"})
    outside: Mapping[str, object] = {**MESSAGES[0], "id": "../../secret"}
    write(root / "message" / "ses_1" / "msg_1.json", outside)
    (root / "part" / "msg_2" / "prt_9.json").symlink_to(tmp_path / "secret" / "prt_1.json")

    found = gathered(opencode, Source(root), FULL)

    assert shown(found.entries) == ENTRIES[2:]
