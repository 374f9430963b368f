"""What pre-commit does here: whether its hook is installed and its configuration lists ours."""

from pathlib import Path

from git_ticketer.storage import yamlfile

CONFIG_FILE = ".pre-commit-config.yaml"


def is_hook(path: Path) -> bool:
    """Whether `path` is the hook script of pre-commit or prek."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return b"pre_commit" in text or b"pre-commit" in text or b"prek" in text


def hook_id(event: str) -> str:
    """The public id of our hook for `event`."""
    return f"git-ticket-{event}"


def lists(top: str, event: str) -> bool:
    """Whether the configuration of the worktree at `top` has our hook for `event`.

    A file that cannot be read lists nothing; pre-commit itself will say what is wrong with it.
    """
    try:
        document = yamlfile.read(Path(top, CONFIG_FILE))
    except yamlfile.BadFile:
        return False
    return hook_id(event) in _hook_ids(document.value)


def _hook_ids(value: yamlfile.Value) -> set[str]:
    """Every `id` of a hook anywhere in the configuration."""
    found: set[str] = set()
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            found.add(str(value["id"]))
        for inner in value.values():
            found |= _hook_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= _hook_ids(inner)
    return found
