"""Invented Claude Code transcripts with the byte mix of real ones.

Of 322 real sessions (391 MB): 43 % of the bytes are `toolUseResult`, which repeats results, 20 %
are `progress` lines, 3 % signatures of thinking, 2.6 % is the conversation with the start of each
tool's input; the rest is tool results, whole inputs, and the frame of every line.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERBS = ("read", "write", "check", "move", "split", "join", "test", "name", "drop", "merge")
NOUNS = ("avatar", "profile", "upload", "image", "file", "folder", "line", "error", "cache")
PATHS = ("src/profile.py", "src/avatar/resize.py", "tests/test_avatar.py", "docs/upload.md")
SECRET = "".join(("gh", "p_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"))
SESSION = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
START = 1_795_338_000
LAST = ("toolUseResult", "toolUseID")
"""Keys that stand behind all others."""


def sentence(chance: random.Random, words: int) -> str:
    """Words that look like what is said about code."""
    half = words // 2
    pairs = zip(chance.choices(VERBS, k=half), chance.choices(NOUNS, k=half), strict=True)
    return " ".join(f"{verb} the {noun}" for verb, noun in pairs)


def code(chance: random.Random, lines: int) -> str:
    """Lines that look like the output of a tool: code, paths and test results."""
    found = []
    for number in range(lines):
        noun, verb = chance.choice(NOUNS), chance.choice(VERBS)
        found.append(
            f"{number:5}\tdef {verb}_{noun}(self, {noun}: str) -> int:  # {PATHS[number % 4]}"
        )
    return "\n".join(found)


class Writer:
    """The lines of one session, told apart by what they are for."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 0

    def line(self, kind: str, **values: Any) -> bytes:
        """One line with what all lines have."""
        self.number += 1
        second = START + self.number * 7
        stamp = (
            f"2026-11-{22 + second // 86400 % 7:02}T{second // 3600 % 24:02}:{second // 60 % 60:02}"
        )
        frame = {
            "parentUuid": f"{self.number - 1:08x}-7f0b-4f0e-9a51-2f6f3c1f7c11",
            "isSidechain": False,
            "userType": "external",
            "cwd": "/home/dana/work/profile",
            "sessionId": SESSION,
            "version": "2.1.12",
            "gitBranch": "feature/PROJ-7-avatar",
            "type": kind,
            **values,
            "uuid": f"{self.number:08x}-7f0b-4f0e-9a51-2f6f3c1f7c11",
            "timestamp": f"{stamp}:{second % 60:02}.000Z",
        }
        for name in LAST:
            if name in values:
                frame[name] = frame.pop(name)
        return json.dumps(frame, separators=(",", ":")).encode() + b"\n"

    def turn(self) -> Iterator[bytes]:
        """A prompt, and what the agent does about it."""
        chance = self.chance
        yield self.line("user", message={"role": "user", "content": sentence(chance, 90)})
        for _ in range(12):
            yield from self.step()
        answer = {"type": "text", "text": sentence(chance, 300)}
        yield self.assistant([answer])

    def assistant(self, content: list[dict[str, Any]]) -> bytes:
        """One block of an answer."""
        message = {
            "id": f"msg_{self.number:024}",
            "type": "message",
            "role": "assistant",
            "model": "claude-opus-4-5",
            "content": content,
            "stop_reason": None,
            "usage": {"input_tokens": 4, "cache_read_input_tokens": 51234, "output_tokens": 311},
        }
        return self.line("assistant", message=message, requestId=f"req_{self.number:024}")

    def step(self) -> Iterator[bytes]:
        """A thought, a tool call, its progress and its result."""
        chance = self.chance
        thought = {"type": "thinking", "thinking": sentence(chance, 30)}
        thought["signature"] = "".join(chance.choices("ABCDEFabcdef0123456789+/", k=520))
        yield self.assistant([thought])
        call = f"toolu_{self.number:024}"
        path = f"/home/dana/work/profile/{chance.choice(PATHS)}"
        edit = {"file_path": path, "old_string": code(chance, 6), "new_string": code(chance, 7)}
        yield self.assistant([{"type": "tool_use", "id": call, "name": "Edit", "input": edit}])
        output = code(chance, 44)
        for _ in range(2):
            data = {"type": "bash_progress", "output": output[:1250], "elapsedTimeSeconds": 2}
            yield self.line("progress", data=data, toolUseID=call)
        result = {"type": "tool_result", "tool_use_id": call, "content": output}
        message = {"role": "user", "content": [result]}
        patch = {"filePath": path, "originalFile": output, "structuredPatch": [code(chance, 60)]}
        yield self.line("user", message=message, toolUseResult=patch)


def write(path: Path, size: int, *, seed: int = 1) -> None:
    """A transcript of about `size` bytes; one prompt holds a secret."""
    writer = Writer(seed)
    with path.open("wb") as file:
        secret = {"role": "user", "content": f"Log in with {SECRET} and look."}
        file.write(writer.line("user", message=secret))
        while file.tell() < size:
            file.writelines(writer.turn())


def write_long_line(path: Path, size: int) -> None:
    """A small transcript with one line of `size` bytes in it."""
    writer = Writer(2)
    with path.open("wb") as file:
        file.writelines(writer.turn())
        result = {"type": "tool_result", "tool_use_id": "toolu_x", "content": "CONTENT"}
        line = writer.line("user", message={"role": "user", "content": [result]})
        start, _, end = line.partition(b"CONTENT")
        file.write(start)
        for _ in range(size // 11_000):  # in pieces: what is measured begins as a copy of us
            file.write(b"0123456789 " * 1000)
        file.write(end)
        file.writelines(writer.turn())


def mix(path: Path) -> dict[str, float]:
    """The share of the bytes, in percent, that each kind of content has."""
    shares = dict.fromkeys(("toolUseResult", "progress lines", "signatures", "conversation"), 0)
    whole = 0
    with path.open("rb") as file:
        for line in file:
            whole += len(line)
            value = json.loads(line)
            if value["type"] == "progress":
                shares["progress lines"] += len(line)
            shares["toolUseResult"] += len(json.dumps(value.get("toolUseResult", "")))
            content = value.get("message", {}).get("content", [])
            for block in content if isinstance(content, list) else [{"text": content}]:
                shares["signatures"] += len(block.get("signature", ""))
                shares["conversation"] += len(block.get("text", ""))
                shares["conversation"] += len(json.dumps(block.get("input", "")).encode()[:200])
    return {name: 100 * share / whole for name, share in shares.items()}
