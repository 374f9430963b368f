"""The keys of our files, in their order (design, section 5).

A module of its own because the merge driver cannot pay for importing the model.
"""

KEYS = (
    "uid",
    "schema",
    "id",
    "aliases",
    "title",
    "type",
    "status",
    "priority",
    "parent",
    "assignee",
    "labels",
    "created",
    "created_by",
    "description",
    "requirements",
    "criteria",
    "subtasks",
    "links",
)
COMMENT_KEYS = ("ticket", "ticket_uid", "kind", "session", "author", "created", "text")
CRITERION_KEYS = ("text", "done", "added")
SUBTASK_KEYS = ("title", "status", "added")
