"""Lines as Claude Code writes them, for the tests of its importers."""

COMMON = {
    "parentUuid": None,
    "isSidechain": False,
    "userType": "external",
    "cwd": "/home/dana/app",
    "sessionId": "s-1",
    "version": "2.1.12",
    "gitBranch": "main",
}
PIXEL = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}


def line(kind: str, **fields: object) -> dict[str, object]:
    return {**COMMON, "type": kind, "timestamp": "2026-11-22T09:00:04.120Z", **fields}


def user(content: object, **fields: object) -> dict[str, object]:
    return line("user", message={"role": "user", "content": content}, **fields)


def assistant(id: str, *blocks: object, **fields: object) -> dict[str, object]:
    message = {"id": id, "type": "message", "role": "assistant", "model": "claude-opus-4-5"}
    return line("assistant", message={**message, "content": list(blocks)}, **fields)


def text(words: str) -> dict[str, object]:
    return {"type": "text", "text": words}


def call(id: str, command: str) -> dict[str, object]:
    return {"type": "tool_use", "id": id, "name": "Bash", "input": {"command": command}}


def result(id: str, content: object, **fields: object) -> dict[str, object]:
    return {"type": "tool_result", "tool_use_id": id, "content": content, **fields}


def attachment(**given: object) -> dict[str, object]:
    return line("attachment", attachment=given)


def queue(operation: str, **fields: object) -> dict[str, object]:
    return {"type": "queue-operation", "operation": operation, "sessionId": "s-1", **fields}
