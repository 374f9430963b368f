"""How answers about the session look, for people and as JSON."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from git_ticketer.cli import output
from git_ticketer.ops.association import Answer

ANSWER_FIELDS = ("success", *(field.name for field in dataclasses.fields(Answer)), "amended")


def show_answer(
    answer: Answer, *, as_json: bool, fields: str | None, extra: Mapping[str, Any] | None = None
) -> None:
    """Print an answer to attach, detach or status; `extra` is added to the JSON."""
    if as_json:
        values = {"success": True, **output.as_dict(answer), **(extra or {})}
        for optional in ("known", "note", "where"):
            if values[optional] is None and fields is None:
                del values[optional]
        output.document(values, fields)
        return
    output.say(answer.message)
    for more in (answer.note, answer.guidance):
        if more:
            output.say(more)
