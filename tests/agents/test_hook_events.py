"""What each agent's hook payload means, and what is answered: shapes of their documentation."""

import json
from typing import Any

import pytest

from git_ticketer.agents import hooks
from git_ticketer.agents.hooks.event import END, PROMPT, START, STOP, BadPayload, Event, Reply

Payloads = dict[str, dict[str, Any]]
SESSION = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
COMMON: dict[str, Any] = {
    "session_id": SESSION,
    "transcript_path": "/home/dana/.claude/projects/-profile/0f1c2a9e.jsonl",
    "cwd": "/home/dana/profile",
    "permission_mode": "default",
}
CLAUDE: Payloads = {
    START: {
        "hook_event_name": "SessionStart",
        "source": "resume",
        "model": "claude-opus-4-5",
        "session_title": "Crop",
    },
    PROMPT: {"hook_event_name": "UserPromptSubmit", "prompt_id": "p1", "prompt": "Crop it"},
    STOP: {
        "hook_event_name": "Stop",
        "stop_hook_active": False,
        "last_assistant_message": "Done.",
        "background_tasks": [],
        "session_crons": [],
    },
    END: {"hook_event_name": "SessionEnd", "reason": "prompt_input_exit"},
}
CODEX: Payloads = {
    START: {"hook_event_name": "SessionStart", "source": "startup", "model": "gpt-5"},
    PROMPT: {"hook_event_name": "UserPromptSubmit", "turn_id": "t1", "prompt": "Crop it"},
    STOP: {
        "hook_event_name": "Stop",
        "turn_id": "t1",
        "stop_hook_active": False,
        "last_assistant_message": None,
        "transcript_path": None,
    },
}
GEMINI: Payloads = {
    START: {"hook_event_name": "SessionStart", "source": "startup"},
    PROMPT: {"hook_event_name": "BeforeAgent", "prompt": "Crop it"},
    STOP: {
        "hook_event_name": "AfterAgent",
        "prompt": "Crop it",
        "prompt_response": "Done.",
        "stop_hook_active": False,
    },
    END: {"hook_event_name": "SessionEnd", "reason": "exit"},
}
CURSOR_COMMON: dict[str, Any] = {
    "conversation_id": SESSION,
    "generation_id": "g1",
    "model": "auto",
    "cursor_version": "3.7.21",
    "workspace_roots": ["/home/dana/profile", "/home/dana/lib"],
    "user_email": "dana@example.com",
    "transcript_path": None,
}
CURSOR: Payloads = {
    START: {"hook_event_name": "sessionStart", "composer_mode": "agent"},
    PROMPT: {"hook_event_name": "beforeSubmitPrompt", "prompt": "Crop it", "attachments": []},
    STOP: {"hook_event_name": "stop", "status": "completed", "loop_count": 0},
    END: {"hook_event_name": "sessionEnd", "reason": "window_close"},
}
COPILOT_COMMON: dict[str, Any] = {
    "sessionId": SESSION,
    "timestamp": 1795338000000,
    "cwd": "/home/dana/profile",
}
COPILOT: Payloads = {
    START: {"source": "new", "initialPrompt": "Crop it"},
    PROMPT: {"prompt": "Crop it"},
    STOP: {
        "transcriptPath": "/home/dana/.copilot/session-state/0f1c/events.jsonl",
        "stopReason": "end_turn",
        "stop_hook_active": False,
    },
    END: {"reason": "user_exit"},
}


def event(agent: str, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The fields of the event that say something, besides kind and session."""
    adapter = hooks.adapter(agent)
    assert adapter is not None
    found = adapter.event(kind, payload)
    assert (found.kind, found.session) == (kind, SESSION)
    fields = {name: getattr(found, name) for name in Event.__slots__}
    return {k: v for k, v in fields.items() if v and k not in ("kind", "session")}


@pytest.mark.parametrize(("agent", "name"), [("claude", "claude-code"), ("codex", "codex")])
def test_claude_code_and_those_of_its_shape_are_understood(agent: str, name: str) -> None:
    shapes = {"claude": CLAUDE, "codex": CODEX}[agent]
    path = COMMON["transcript_path"]
    base = {"agent": name, "folders": ("/home/dana/profile",)}

    found = {kind: event(agent, kind, {**COMMON, **more}) for kind, more in shapes.items()}

    assert found[PROMPT] == {**base, "transcript": path, "prompt": "Crop it"}
    if agent == "claude":
        start = {"source": "resume", "title": "Crop"}
        assert found[START] == {**base, "transcript": path, **start}
        assert found[STOP] == found[END] == {**base, "transcript": path}
    else:
        assert found[START] == {**base, "transcript": path, "source": "startup"}
        assert found[STOP] == base


def test_gemini_says_the_same_in_its_own_events() -> None:
    common = {**COMMON, "timestamp": "2026-11-22T09:00:00Z"}
    base = {
        "agent": "gemini",
        "folders": ("/home/dana/profile",),
        "transcript": COMMON["transcript_path"],
    }

    found = {kind: event("gemini", kind, {**common, **more}) for kind, more in GEMINI.items()}

    assert found == {
        START: {**base, "source": "startup"},
        PROMPT: {**base, "prompt": "Crop it"},
        STOP: {**base, "prompt": "Crop it"},
        END: base,
    }


def test_cursor_names_its_conversation_and_several_folders() -> None:
    base = {"agent": "cursor", "folders": ("/home/dana/profile", "/home/dana/lib")}

    payloads = {kind: {**CURSOR_COMMON, **more} for kind, more in CURSOR.items()}
    found = {kind: event("cursor", kind, payload) for kind, payload in payloads.items()}

    assert found == {START: base, PROMPT: {**base, "prompt": "Crop it"}, STOP: base, END: base}
    through_claude = {kind: event("claude", kind, payload) for kind, payload in payloads.items()}
    assert through_claude == found


def test_copilot_is_understood_in_both_spellings() -> None:
    base = {"agent": "copilot", "folders": ("/home/dana/profile",)}
    path = "/home/dana/.copilot/session-state/0f1c/events.jsonl"
    payloads = {kind: {**COPILOT_COMMON, **more} for kind, more in COPILOT.items()}

    assert {kind: event("copilot", kind, payload) for kind, payload in payloads.items()} == {
        START: {**base, "source": "startup"},
        PROMPT: {**base, "prompt": "Crop it"},
        STOP: {**base, "transcript": path},
        END: base,
    }
    snake = {"session_id": SESSION, "cwd": "/home/dana/profile", "transcript_path": path}
    assert event("copilot", STOP, snake) == {**base, "transcript": path}


def said(agent: str, kind: str, reply: Reply) -> object:
    """The answer as the agent parses it; None for silence."""
    adapter = hooks.adapter(agent)
    assert adapter is not None
    text = adapter.answer(kind, reply)
    return json.loads(text) if text else None


def test_context_is_answered_in_each_agents_own_form() -> None:
    reply = Reply("Read this.", "PROJ-1 Crop")
    start = {"hookEventName": "SessionStart", "additionalContext": "Read this."}
    prompt = {"hookEventName": "UserPromptSubmit", "additionalContext": "Read this."}
    before = {"hookEventName": "BeforeAgent", "additionalContext": "Read this."}

    assert {agent: said(agent, START, reply) for agent in hooks.NAMES} == {
        "claude": {"hookSpecificOutput": {**start, "sessionTitle": "PROJ-1 Crop"}},
        "codex": {"hookSpecificOutput": start},
        "gemini": {"hookSpecificOutput": start},
        "cursor": {"additional_context": "Read this."},
        "copilot": {"additionalContext": "Read this."},
        "opencode": {"context": "Read this."},
    }
    assert {agent: said(agent, PROMPT, Reply("Read this.")) for agent in hooks.NAMES} == {
        "claude": {"hookSpecificOutput": prompt},
        "codex": {"hookSpecificOutput": prompt},
        "gemini": {"hookSpecificOutput": before},
        "cursor": {"continue": True},
        "copilot": None,
        "opencode": {},
    }


@pytest.mark.parametrize("kind", [START, PROMPT, STOP, END])
def test_nothing_to_say_is_silence_or_an_empty_document(kind: str) -> None:
    found = {
        agent: said(agent, kind, Reply())
        for agent in hooks.NAMES
        if (adapter := hooks.adapter(agent)) and kind in adapter.EVENTS
    }

    cursor = {"continue": True} if kind == PROMPT else {}
    expected: dict[str, object] = {"claude": None, "codex": None, "gemini": {}}
    expected |= {"cursor": cursor, "copilot": None, "opencode": {}}
    if kind == END:
        expected.pop("codex")
    assert found == expected


@pytest.mark.parametrize("agent", hooks.NAMES)
@pytest.mark.parametrize(
    "id", [None, "", 7, "../../etc/passwd", "a b", "-x", "x" * 65, ["a"], "a\nb"]
)
def test_a_payload_without_a_fit_session_id_is_refused_without_a_word_of_it(
    agent: str, id: object
) -> None:
    adapter = hooks.adapter(agent)
    assert adapter is not None
    payload = {"session_id": id, "sessionId": id, "conversation_id": id, "prompt": "my secret"}

    with pytest.raises(BadPayload) as caught:
        adapter.event(START, payload)
    assert str(caught.value).startswith("no session id in ")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("agent", hooks.NAMES)
def test_values_of_other_types_than_text_count_as_not_said(agent: str) -> None:
    payload = {
        "session_id": SESSION,
        "sessionId": SESSION,
        "conversation_id": SESSION,
        **dict.fromkeys(("transcript_path", "transcriptPath", "cwd", "prompt", "source"), 7),
        "workspace_roots": [7, None],
    }

    assert set(event(agent, PROMPT, payload)) == {"agent"}


def test_an_agent_that_is_not_known_has_no_adapter() -> None:
    assert [hooks.adapter(name) for name in ("", "event", "config", "../claude", "vim")] == [
        None
    ] * 5
