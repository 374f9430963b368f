"""A client of any MCP server over standard input and output: a line of JSON for a line of JSON."""

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness import Failed

VERSION = "2025-06-18"
CLIENT = {"name": "bench", "version": "1"}
PATIENCE = 20.0


class Server:
    """A server that was started and has answered `initialize`; `seconds` is how long that took."""

    def __init__(self, command: Sequence[str], folder: Path, environ: dict[str, str]) -> None:
        self.number = 0
        start = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=folder, env=environ,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        hello = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": CLIENT}
        self.request("initialize", hello)
        self.seconds = time.perf_counter() - start
        self._send({"method": "notifications/initialized"})

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result of a request; raises Failed."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        assert self.process.stdout
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self.number:
                if "result" not in answer:
                    raise Failed(f"{method}: {answer.get('error')}")
                return dict(answer["result"])
        raise Failed(f"{method}: the server ended, exit {self.process.wait()}")

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The answer of a tool; raises Failed."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        if result.get("isError"):
            raise Failed(f"{tool}: {result['content'][0]['text']}")
        return dict(result["structuredContent"])

    def timed(self, tool: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """The answer of a tool, and the seconds to it."""
        start = time.perf_counter()
        answer = self.call(tool, arguments)
        return answer, time.perf_counter() - start

    def close(self) -> None:
        """End it as an agent does, by the end of its input; by force where that is not enough."""
        assert self.process.stdin
        assert self.process.stdout
        try:
            self.process.stdin.close()
            self.process.wait(PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        try:
            line = json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except OSError as error:
            raise Failed(f"the server ended: {error.strerror}") from None
