"""JSON schemas that cost an agent few tokens: no titles, every answer in a line."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["string", "null"]}
OBJECT: Schema = {"type": "object"}
ROWS: Schema = {"type": "array", "items": OBJECT}


def answer(**fields: Schema) -> Schema:
    """The schema of an answer: `success` and what it may hold; further keys are allowed."""
    return {"type": "object", "properties": {"success": TRUTH, **fields}, "required": ["success"]}


def lean(schema: Any) -> Any:
    """A schema without the titles that pydantic makes up of names."""
    if isinstance(schema, list):
        return [lean(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: lean(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }
