"""aider's chat history: many sessions in one file, prompts told from headings by their ends."""

import pytest

from git_ticketer.importers import aider
from git_ticketer.importers.gather import gather
from git_ticketer.importers.source import NotATranscript, Source
from git_ticketer.model.transcript import CONVERSATION
from tests.importers.making import Plain, gathered, shown, source_of

START = "\n# aider chat started at 2026-11-22 09:00:00\n\n"
BANNER = "> Aider v0.86.1  \n> Main model: gemini/pro with diff-fenced edit format  \n\n"


def asked(*lines: str) -> str:
    return "\n" + "".join(f"#### {line}  \n" for line in lines)


def answered(text: str) -> str:
    return f"\n{text}\n\n"


ONE = START + BANNER + asked("Sort it", "", "    fast") + answered("Sorted.\n\nAll of it.")
ONE += "> Applied edit to sort.py  \n"


def sample() -> bytes:
    return ONE.encode()


def entries(text: str) -> list[tuple[object, ...]]:
    return shown(gathered(aider, text.encode()).entries)


@pytest.mark.parametrize("text", [ONE, ONE.replace("  \n", "\n")], ids=["as aider", "trimmed"])
def test_prompts_notes_and_answers_are_told_apart(text: str) -> None:
    found = gathered(aider, text.encode())
    assert aider.recognises(source_of(text.encode()))
    assert shown(found.entries) == [
        ("system", "Aider v0.86.1\nMain model: gemini/pro with diff-fenced edit format"),
        ("user", "Sort it\n\n    fast"),
        ("assistant", "Sorted.\n\nAll of it."),
        ("system", "Applied edit to sort.py"),
    ]
    about = found.about
    assert (about.session, about.started) == ("aider-20261122-090000", "2026-11-22T09:00:00Z")
    assert (about.version, about.model) == ("0.86.1", "gemini/pro")


def test_of_many_sessions_those_are_listed_in_which_something_was_asked() -> None:
    second = START.replace("09:00:00", "10:30:07") + asked("/add x.py") + asked("Print it")
    left = START.replace("09:", "11:") + BANNER + asked("<blank>")
    source = source_of((ONE + left + second).encode())
    assert [(chat.id, chat.title) for chat in aider.chats(source)] == [
        ("aider-20261122-103007", "Print it"),
        ("aider-20261122-090000", "Sort it fast"),
    ]
    found = gather(aider.read(source, "aider-20261122-103007"), Plain(), CONVERSATION)
    assert shown(found.entries) == [("user", "/add x.py"), ("user", "Print it")]
    with pytest.raises(NotATranscript, match="holds 2 chats"):
        list(aider.read(source))
    with pytest.raises(NotATranscript, match="no session other"):
        list(aider.read(source, "other"))


def test_headings_quotations_and_code_of_an_answer_stay_in_it() -> None:
    answer = "#### Plan\n\n> as you said\n\n```md\n#### Not asked\n\n> quoted  \n```\n\nDone."
    assert entries(START + asked("Go") + answered(answer)) == [
        ("user", "Go"),
        ("assistant", answer),
    ]


def test_code_that_was_never_closed_hides_no_prompt() -> None:
    text = START + asked("Go") + answered("```py\nbroken off") + "> ^C again to exit  \n"
    text += asked("Again") + answered("```py\nx = 1\n```")
    assert entries(text) == [
        ("user", "Go"),
        ("assistant", "```py\nbroken off"),
        ("system", "^C again to exit"),
        ("user", "Again"),
        ("assistant", "```py\nx = 1\n```"),
    ]


def test_what_stands_before_the_first_start_is_a_session_too() -> None:
    found = gathered(aider, (asked("Older") + START + BANNER).encode())
    assert (shown(found.entries), found.about.session) == ([("user", "Older")], "aider-1")


@pytest.mark.parametrize("text", [START, START + BANNER, ""], ids=["start", "banner", "empty"])
def test_where_nothing_was_asked_there_is_one_error(text: str) -> None:
    with pytest.raises(NotATranscript, match="nothing was asked"):
        list(aider.read(Source(None, text.encode(), shown="-")))
