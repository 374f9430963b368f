"""The import rules of the package, read from its source; git_ticketer/__init__.py is the map."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

import git_ticketer

PACKAGE = Path(git_ticketer.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

# Each layer may import itself and those named for it. `errors` is for everybody but lean.
LAYERS = {
    "lean": set(),
    "model": {"lean"},
    "redact": {"model", "lean"},
    "storage": {"model", "lean"},
    "merge": {"storage", "model", "lean"},
    "importers": {"storage", "model", "lean"},
    "agents": {"model", "lean"},
    "install": {"storage", "model", "lean"},
    "ops": {"agents", "importers", "install", "merge", "redact", "storage", "model", "lean"},
    "mcp_server": {"ops", "importers", "storage", "model", "lean"},
    "cli": {"mcp_server", "ops", "agents", "importers", "install", "storage", "model", "lean"},
    "__main__": {"cli", "merge", "storage", "lean"},
    "errors": set(),
    "__init__": set(),
}
LEAN_LIBRARY = {"sys", "time", "posix", "os", "termios", "select", "fcntl", "signal"}

# What only some modules may touch, and which.
RESERVED = {
    "yaml": {"storage/yamlparse.py"},
    "subprocess": {
        "cli/demo_agent.py",
        "cli/run.py",
        *("storage/gitcmd.py", "ops/demo.py", "cli/man.py", "cli/editor.py", "cli/pager.py"),
        "ops/agent_process.py",
        *("ops/flow_run.py", "ops/flow_spawn.py"),
    },
    "click": {"cli"},
    "time": {"lean", "cli/demo_agent.py", "ops/flow_run.py"},
    "datetime": {"importers/times.py"},
    "pygit2": set(),
    "mcp": {"mcp_server"},
    "mcp_types": {"mcp_server"},
    "pydantic": {"mcp_server"},
    "anyio": {"mcp_server"},
    "sqlite3": {
        *("storage/derived.py", "storage/cache.py", "storage/commits.py"),
        "importers/opencode_db.py",
        "agents/opencode_db.py",
    },
}


@functools.cache
def imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Every imported module with its line, absolute: relative ones get their package's name."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            package = ".".join(["git_ticketer", *path.parts[: -node.level]])
            if node.module:
                yield f"{package}.{node.module}", node.lineno
            else:
                yield from ((f"{package}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module), node.lineno
            if node.module == "git_ticketer":
                yield from ((f"git_ticketer.{alias.name}", node.lineno) for alias in node.names)


def layer(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


@functools.cache
def uses(path: Path) -> set[str]:
    """Dotted names that are read in a module, such as `os.environ` and `click.echo`."""
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    return {
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_layer_imports_only_from_the_layers_below_it(path: Path) -> None:
    here = layer(path)
    wrong = []
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] != "git_ticketer" or len(parts) == 1:
            continue
        target = parts[1]
        allowed = target == here or target in LAYERS[here]
        allowed |= target in ("errors", "__version__") and here != "lean"
        if not allowed:
            wrong.append(f"{path}:{line} imports {name}")
    assert not wrong


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) == "lean"], ids=str)
def test_lean_imports_only_what_a_hook_can_pay_for(path: Path) -> None:
    allowed = LEAN_LIBRARY | ({"lean", "marshal"} if path.name == "hook.py" else set())
    wrong = [
        f"{path}:{line} imports {name}"
        for name, line in imports(path)
        if name.split(".")[0] not in allowed | {"git_ticketer"}
        and not _is_for_type_checking(path, line)
    ]
    assert not wrong


def _is_for_type_checking(path: Path, line: int) -> bool:
    lines = (PACKAGE / path).read_text(encoding="utf-8").splitlines()
    return lines[line - 2] == "if TYPE_CHECKING:"


@pytest.mark.parametrize(("name", "places"), RESERVED.items(), ids=RESERVED)
def test_a_reserved_module_is_imported_only_where_it_belongs(name: str, places: set[str]) -> None:
    found = {
        path.as_posix()
        for path in MODULES
        for used, _ in imports(path)
        if used.split(".")[0] == name
    }
    assert {
        path for path in found if path not in places and layer(Path(path)) not in places
    } == set()


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) != "cli"], ids=str)
def test_only_the_command_line_prints(path: Path) -> None:
    assert uses(path).isdisjoint({"print", "click.echo", "sys.stdout", "sys.stderr"})


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_the_environment_is_read_only_in_lean_and_the_command_line(path: Path) -> None:
    if layer(path) not in ("cli", "lean", "__main__"):
        assert uses(path).isdisjoint({"os.environ", "os.environb", "os.getenv", "os.getcwd"})


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_no_module_outgrows_400_lines(path: Path) -> None:
    assert len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) <= 400


def test_every_layer_is_in_the_map_of_the_package() -> None:
    assert {layer(path) for path in MODULES} == set(LAYERS)  # every layer has a module
    assert all(f"\n    {name} " in str(git_ticketer.__doc__) for name in LAYERS if "_" not in name)
