"""Cursor's transcripts."""

from pathlib import Path

import pytest

from git_ticketer.importers import cursor
from git_ticketer.importers.source import Source
from tests.importers.making import gathered, jsonl, shown

ID = "7c6b9a0e-1f2d-4c3b-8a9f-0e1d2c3b4a5f"


def line(role: str, *content: object) -> dict[str, object]:
    return {"role": role, "message": {"content": list(content)}}


def text(said: str) -> dict[str, object]:
    return {"type": "text", "text": said}


def asked(said: str) -> dict[str, object]:
    return text(f"<user_query>\n{said}\n</user_query>")


def sample() -> bytes:
    return jsonl(
        line("user", text("<rules>\nBe terse\n</rules>"), asked("List the shows")),
        line(
            "assistant",
            text("I look.\n\n[REDACTED]"),
            {"type": "tool_use", "name": "Shell", "input": {"command": "ls"}},
        ),
        line("assistant", text("[REDACTED]")),
        {"type": "turn_ended", "status": "success"},
        b'{"role":"user","message":',
        line("user", asked("What does <user_query> mean?")),
        {"type": "turn_ended", "status": "error", "error": "no network"},
        {"type": "hologram"},
        line("assistant", text("It wraps a prompt.")),
    )


def test_a_transcript_is_read_without_what_cursor_added() -> None:
    found = gathered(cursor, sample())

    assert shown(found.entries) == [
        ("user", "List the shows"),
        ("assistant", "I look."),
        ("tool", "tool-call", "Shell", "ls"),
        ("user", "What does <user_query> mean?"),
        ("system", "turn ended: no network"),
        ("assistant", "It wraps a prompt."),
    ]
    assert (found.skipped, found.kinds) == (1, ("hologram",))


@pytest.mark.parametrize(
    ("written", "prompts"),
    [
        pytest.param("no wrapper", ["no wrapper"], id="bare"),
        pytest.param(
            "<attached_files>\n<user_query>not I</user_query>\n</attached_files>\n"
            "<user_query>\nI\n</user_query>",
            ["I"],
            id="a wrapper inside an attached file",
        ),
        pytest.param(
            "<user_query>\none\n</user_query>\n<user_query>\ntwo\n</user_query>\n"
            "<system_reminder>x</system_reminder>",
            ["one\n\ntwo"],
            id="two at once",
        ),
        pytest.param("<user_info>\nOS\n</user_info>", [], id="only injected"),
        pytest.param(
            "say it\n<open_and_recently_viewed_files>\n- a\n</open_and_recently_viewed_files>",
            ["say it"],
            id="injected after a bare prompt",
        ),
    ],
)
def test_a_prompt_is_what_the_person_typed(written: str, prompts: list[str]) -> None:
    found = gathered(cursor, jsonl(line("user", text(written))))

    assert [entry.text for entry in found.entries] == prompts


def test_newer_prompts_tell_their_time() -> None:
    when = "<timestamp>Tuesday, Jul 21, 2026, 1:11 PM (UTC+3)</timestamp>\n"
    wrapped = line("user", text(f"{when}<user_query>\nhello\n</user_query>"))

    (entry,) = gathered(cursor, jsonl(wrapped)).entries

    assert (entry.at, entry.text) == ("2026-07-21T10:11:00Z", "hello")


def test_the_session_is_the_uuid_that_its_file_is_called(tmp_path: Path) -> None:
    path = tmp_path / "parent" / "subagents" / f"{ID}.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(sample())

    about = gathered(cursor, Source(path)).about

    assert (about.session, about.parent) == (ID, "parent")
