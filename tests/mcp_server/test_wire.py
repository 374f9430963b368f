"""What the server makes of a client that does not speak the protocol, or goes away."""

import json
import subprocess
from typing import Any

import pytest
from mcp import MCPError
from mcp_types import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    CompletionArgument,
    PromptReference,
)

from tests.mcp_server.test_process import start
from tests.support.git import GitRepo
from tests.support.mcp import ERAS, Talk, in_memory

HALF = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"x","arguments":{"t":"\\ud800"}}}'  # noqa: E501
REFUSED: list[tuple[bytes, int | None, int]] = [
    (b"{no json", None, PARSE_ERROR),
    (b"\x00\xff", None, PARSE_ERROR),
    (HALF.encode(), 7, PARSE_ERROR),
    (b"[]", None, INVALID_REQUEST),
    (b'[{"jsonrpc":"2.0","id":8,"method":"ping"}]', None, INVALID_REQUEST),
    (b'{"jsonrpc":"2.0","id":9,"method":"tools/call","params":[1]}', 9, INVALID_REQUEST),
    (b'{"jsonrpc":"1.0","id":10,"method":"ping"}', 10, INVALID_REQUEST),
    (b'{"jsonrpc":"2.0","id":{},"method":5}', None, INVALID_REQUEST),
]
SILENT = [b"", b'{"jsonrpc":"2.0","id":3,"result":[]}', b'{"jsonrpc":"2.0","method":"x/y"}']


def say(process: "subprocess.Popen[bytes]", line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line + b"\n")
    process.stdin.flush()


def hear(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def test_a_line_that_is_no_message_is_answered_and_the_next_one_is_heard(work: GitRepo) -> None:
    with start(work) as process:
        for line, id, code in REFUSED:
            say(process, line)
            answer = hear(process)
            assert (answer["id"], answer["error"]["code"]) == (id, code), line
        for line in SILENT:
            say(process, line)
        say(process, b'{"jsonrpc":"2.0","id":2,"method":"ping"}')
        assert hear(process) == {"jsonrpc": "2.0", "id": 2, "result": {}}


def test_a_client_that_hears_no_more_ends_it_without_a_word(work: GitRepo) -> None:
    with start(work) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        say(process, b'{"jsonrpc":"2.0","id":2,"method":"ping"}')
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == b""


@pytest.mark.parametrize("mode", ERAS)
@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        (
            "ticket_create",
            {"title": "x", "parent": "PROJ-1", "parent_epic": None},
            "ticket_create: 'parent' is no argument of it",
        ),
        ("ticket_create", {"title": 5}, "ticket_create: title: Input should be a valid string"),
        ("ticket_comment", {"ticket_id": "PROJ-1"}, "ticket_comment: text: Field required"),
        (
            "ticket_list",
            {"offset": 2**70},
            "ticket_list: offset: Input should be less than or equal to 1000000000",
        ),
        ("ticket_list", {"query": "a " * 41}, "'a': a query has at most 40 words"),
        ("why", {"path": "a\0b"}, "a path has no NUL character in it"),
    ],
)
def test_wrong_arguments_are_told_and_nothing_is_written(
    work: GitRepo, mode: str, tool: str, arguments: dict[str, Any], error: str
) -> None:
    async def script(talk: Talk) -> None:
        done = await talk.call(tool, **arguments)
        assert (done["success"], done["error"]) == (False, error)
        assert done["hint"]

    in_memory(work, script, mode=mode)
    assert work.ticket("list").out == ""


@pytest.mark.parametrize("mode", ERAS)
def test_prompts_and_resources_say_what_is_wrong_and_what_to_call(work: GitRepo, mode: str) -> None:
    assert work.ticket("create", "One", "--no-parent").code == 0
    undecided = (
        "no ticket is named, and none is attached - attach_ticket(action='set', ticket_id='...')"
    )
    lost = "there is no ticket PROJ-7 (did you mean PROJ-1?) - ticket_list()"

    async def script(talk: Talk) -> None:
        async def refused(what: Any, *arguments: Any) -> str:
            with pytest.raises(MCPError) as caught:
                await what(*arguments)
            assert caught.value.error.code == INVALID_PARAMS
            return caught.value.error.message

        ask, read = talk.client.get_prompt, talk.client.read_resource
        assert await refused(ask, "start_work", {"ticket_id": "current"}) == undecided
        assert await refused(ask, "start_work", {"ticket_id": "PROJ-7"}) == lost
        assert (await refused(ask, "start_work", {})).startswith("Missing required arguments")
        assert await refused(ask, "nothing", {}) == "Unknown prompt: nothing"
        assert await refused(read, "ticket://current") == undecided
        assert await refused(read, "ticket://PROJ-7") == lost
        assert await refused(read, "session://..%2F") == "Unknown resource: session://..%2F"
        assert await refused(read, "session://x") == "session x: not archived - session_list()"

    in_memory(work, script, mode=mode)


def test_completion_of_odd_arguments_offers_nothing(work: GitRepo) -> None:
    async def script(talk: Talk) -> None:
        for name, value in (("nothing", ""), ("ticket_id", "\0"), ("session_id", "../")):
            done = await talk.client.complete(
                PromptReference(type="ref/prompt", name="nothing"),
                CompletionArgument(name=name, value=value).model_dump(),
            )
            assert done.completion.values == []

    in_memory(work, script)
