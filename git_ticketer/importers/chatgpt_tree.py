"""The tree of a ChatGPT conversation: the path that is current, and what hangs beside it."""

from git_ticketer.importers.exports import Fields, moment
from git_ticketer.importers.items import Time
from git_ticketer.importers.json_values import fields_of, list_of, text_of
from git_ticketer.importers.times import utc


class Node:
    """A node with its message; of what is not there or has another type it has nothing."""

    def __init__(self, id: str, fields: Fields) -> None:
        self.id = id
        self.parent = text_of(fields.get("parent"))
        self.children = [text_of(child) for child in list_of(fields.get("children"))]
        self.message = fields_of(fields.get("message"))
        author = fields_of(self.message.get("author"))
        self.role = text_of(author.get("role"))
        self.name = text_of(author.get("name"))
        content = self.message.get("content")
        held: Fields = {"text": content} if isinstance(content, str) else fields_of(content)
        self.content = held
        self.kind = text_of(self.content.get("content_type"))
        self.metadata = fields_of(self.message.get("metadata"))
        self.recipient = text_of(self.message.get("recipient"))

    @property
    def at(self) -> Time:
        """When it was said."""
        return moment(self.message.get("create_time"))

    @property
    def order(self) -> tuple[str, float]:
        """What nodes are sorted by: their time, as exactly as it is known."""
        return utc(self.at), self.at if isinstance(self.at, int | float) else 0.0

    @property
    def is_hidden(self) -> bool:
        """Whether the person does not see it: instructions and context."""
        return bool(
            self.metadata.get("is_visually_hidden_from_conversation")
            or self.metadata.get("is_user_system_message")
        )


class Tree:
    """The nodes of a conversation; `path` is the current one, from the root on."""

    def __init__(self, conversation: Fields) -> None:
        mapping = fields_of(conversation.get("mapping"))
        self.nodes = {id: Node(id, fields_of(fields)) for id, fields in mapping.items()}
        self.path = self._path(text_of(conversation.get("current_node")))
        self._left = self._prompts_left()

    def is_answered_by_tool(self, node: Node) -> bool:
        """Whether a tool answers a node."""
        children = (self.nodes.get(id) for id in node.children)
        return any(child and child.role == "tool" for child in children)

    def left(self, node: Node | None) -> list[Node]:
        """The prompts on paths that left the current one at a node, in order of time.

        None is for those that hang at no node of it.
        """
        return self._left.get(node.id if node else "", [])

    def _path(self, last: str) -> list[Node]:
        """From the root to the last node; to the latest leaf where that is not told."""
        if last not in self.nodes:
            leaves = [
                n for n in self.nodes.values() if not any(c in self.nodes for c in n.children)
            ]
            last = max(leaves, key=lambda leaf: leaf.order).id if leaves else ""
        path: dict[str, Node] = {}
        while last in self.nodes and last not in path:
            path[last] = self.nodes[last]
            last = path[last].parent
        return [*reversed(path.values())]

    def _prompts_left(self) -> dict[str, list[Node]]:
        forks = {node.id: node.id for node in self.path}
        found: dict[str, list[Node]] = {}
        on_path = set(forks)
        for node in self.nodes.values():
            if node.role == "user" and node.id not in on_path:
                found.setdefault(self._fork(node.id, forks), []).append(node)
        for nodes in found.values():
            nodes.sort(key=lambda node: node.order)
        return found

    def _fork(self, id: str, forks: dict[str, str]) -> str:
        """The node of the path that a node hangs at, empty for none; `forks` are those known."""
        trail: dict[str, None] = {}
        while id in self.nodes and id not in forks and id not in trail:
            trail[id] = None
            id = self.nodes[id].parent
        fork = forks.get(id, "")
        forks.update(zip(trail, [fork] * len(trail), strict=True))
        return fork
