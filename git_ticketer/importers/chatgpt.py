"""ChatGPT's data export: `conversations.json`, or one conversation of it.

A conversation is a tree, `mapping {id: {message, parent, children}}`; what the person sees is the
path from the root to `current_node`. Messages have `author {role, name}`, `content {content_type,
parts}`, `recipient` (a tool's name where it is called) and `metadata`.
"""

import re
from collections.abc import Iterator

from git_ticketer.importers import chatgpt_message
from git_ticketer.importers.chatgpt_tree import Node, Tree
from git_ticketer.importers.exports import Export, Fields, begins_as_json, moment
from git_ticketer.importers.items import About, Called, Chat, Item
from git_ticketer.importers.json_values import fields_of
from git_ticketer.importers.source import Source

NAME, FORMAT = "chatgpt", "chatgpt-json"

MAPPING = re.compile(rb'"mapping"\s*:\s*\{')
NODES = (b'"children"', b'"parent"', b'"message"', b'"current_node"')


def recognises(source: Source) -> bool:
    """Whether its beginning has a mapping of nodes."""
    head = source.head
    return (
        begins_as_json(source)
        and bool(MAPPING.search(head))
        and any(mark in head for mark in NODES)
    )


def chats(source: Source) -> list[Chat]:
    """The conversations of an export, newest first."""
    return _export(source).chats()


def _export(source: Source) -> Export:
    return Export(source, lambda fields: isinstance(fields.get("mapping"), dict))


def read(source: Source, chat: str = "") -> Iterator[Item]:
    """What a conversation says: its current path, and prompts on the paths that were left.

    Raises: NotATranscript.
    """
    export = _export(source)
    conversation = export.picked(chat)
    yield About(
        session=export.id(conversation),
        title=export.title(conversation),
        started=moment(conversation.get("create_time")),
    )
    yield from _items(Tree(conversation), conversation)


def _items(tree: Tree, conversation: Fields) -> Iterator[Item]:
    """The path with the prompts that were left: a person who edits a prompt has said both.

    They stand where their path left the current one, before what replaced them; the answers to
    them are no part of the conversation any more.
    """
    tools = _tools(conversation)
    call = ""
    for node in (None, *tree.path):
        if node:
            for item in chatgpt_message.items(node, tree.is_answered_by_tool(node), tools, call):
                call = item.key if isinstance(item, Called) else call
                yield item
        for left in tree.left(node):
            yield from chatgpt_message.prompt(left)


def _tools(conversation: Fields) -> set[str]:
    """The names of the tools that answered in a conversation."""
    nodes = map(fields_of, fields_of(conversation.get("mapping")).values())
    return {author.name for node in nodes if (author := Node("", node)).role == "tool"}
