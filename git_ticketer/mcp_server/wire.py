"""The lines of a client: what is no message is answered, as JSON-RPC 2.0 (section 5.1) has it.

The SDK passes over such lines in silence (mcp 2.3.0), and a client waits for its answer for ever.
"""

import contextvars
import json
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError

if TYPE_CHECKING:
    from mcp.shared._stream_protocols import ReadStream, WriteStream

Item = SessionMessage | Exception
ANSWERS = {"result", "error"}


class Server(MCPServer):
    """The SDK's server, answering also what is no message."""

    async def run_stdio_async(self) -> None:
        """Serve until standard input ends."""
        async with stdio_server() as (read, write):
            server = self._lowlevel_server
            options = server.create_initialization_options()
            await server.run(Heard(read, write), write, options)

    async def get_prompt(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """A prompt; one that is not there or wants an argument is told as invalid parameters.

        The SDK has no code of the protocol for them (mcp 2.3.0). Raises: MCPError.
        """
        try:
            return await super().get_prompt(name, *args, **kwargs)
        except ValueError as error:
            if not str(error).startswith(("Unknown prompt", "Missing required arguments")):
                raise
            raise MCPError(INVALID_PARAMS, str(error)[:200]) from None


class Heard:
    """The messages of a client; what is none is answered on `write` and not passed on."""

    def __init__(self, read: "ReadStream[Item]", write: "WriteStream[SessionMessage]") -> None:
        self.read = read
        self.write = write

    @property
    def last_context(self) -> contextvars.Context | None:
        """The context of the last message's sender, as the SDK's own streams have it."""
        return getattr(self.read, "last_context", None)

    async def receive(self) -> Item:
        """The next message."""
        while True:
            item = await self.read.receive()
            if not isinstance(item, ValidationError):
                return item
            if answer := refusal(item):
                await self.write.send(SessionMessage(answer))

    async def aclose(self) -> None:
        """Listen no longer."""
        await self.read.aclose()

    def __aiter__(self) -> Self:
        """The messages, one by one."""
        return self

    async def __anext__(self) -> Item:
        """The next message, until there are no more."""
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no longer."""
        await self.aclose()


def refusal(problem: ValidationError) -> JSONRPCError | None:
    """The answer to a line that is no message, with its id where one can be told.

    An empty line is not answered, nor is an answer to a question of ours that is not valid.
    """
    first = problem.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        line = str(first["input"])
        said = ErrorData(code=PARSE_ERROR, message=first["msg"])
        return _error(_parsed(line), said) if line.strip() else None
    message = _message(problem)
    if isinstance(message, dict) and "method" not in message and message.keys() & ANSWERS:
        return None
    place = ".".join(map(str, first["loc"][1:])) or "a message"
    return _error(message, ErrorData(code=INVALID_REQUEST, message=f"{place}: {first['msg']}"))


def _message(problem: ValidationError) -> Any:
    """What the line held: the input of an error for all of it."""
    whole = ("model_type", "missing")
    found = [one["input"] for one in problem.errors(include_url=False) if one["type"] in whole]
    return found[0] if found else None


def _parsed(line: str) -> Any:
    """What Python's own reader makes of a line that is not quite JSON, such as half a surrogate."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _error(message: Any, said: ErrorData) -> JSONRPCError:
    id = message.get("id") if isinstance(message, dict) else None
    known = id if isinstance(id, str | int) and not isinstance(id, bool) else None
    known = known if not isinstance(known, str) or known.isprintable() else None
    return JSONRPCError(jsonrpc="2.0", id=known, error=said)
