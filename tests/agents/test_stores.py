"""Finding transcripts in made-up homes: by the session's id, and by the folder of the work."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from git_ticketer.agents import stores
from git_ticketer.agents.found import Found
from git_ticketer.agents.stores import Store
from git_ticketer.importers import aider as importer
from git_ticketer.importers import registry
from git_ticketer.importers.source import Source
from git_ticketer.lean.ids import InvalidId

ID = "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"
Write = Callable[[Path, str, str], Path]


def write(path: Path, *records: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def dashes(top: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in top)


def claude(home: Path, top: str, id: str) -> Path:
    summary = {"type": "summary", "summary": 'a "cwd": "/elsewhere" in it', "leafUuid": "x"}
    path = home / ".claude" / "projects" / dashes(top) / f"{id}.jsonl"
    return write(path, summary, {"type": "user", "cwd": top, "sessionId": id})


def codex(home: Path, top: str, id: str) -> Path:
    name = f"rollout-2026-11-22T09-00-00-{id}.jsonl"
    record = {"type": "session_meta", "payload": {"id": id, "cwd": top}}
    return write(home / ".codex" / "sessions" / "2026" / "11" / "22" / name, record)


def older_codex(home: Path, top: str, id: str) -> Path:
    name = f"rollout-2026-11-22T09-00-00-{id}.jsonl"
    context = {"type": "message", "content": [{"text": f"<environment_context><cwd>{top}</cwd>"}]}
    return write(home / ".codex" / "archived_sessions" / name, {"id": id}, context)


def gemini(home: Path, top: str, id: str) -> Path:
    name = f"session-2026-11-22T09-00-{id[:8]}.json"
    folder = home / ".gemini" / "tmp" / sha256(top.encode()).hexdigest() / "chats"
    return write(folder / name, {"sessionId": id, "messages": []})


def newer_gemini(home: Path, top: str, id: str) -> Path:
    project = home / ".gemini" / "tmp" / dashes(top)[-20:]
    path = project / "chats" / f"session-2026-11-22T09-00-{id[:8]}.jsonl"
    write(path, {"sessionId": id, "kind": "main"})
    (project / ".project_root").write_text(top)
    return path


def gemini_by_list(home: Path, top: str, id: str) -> Path:
    projects = home / ".gemini" / "projects.json"
    known = json.loads(projects.read_text())["projects"] if projects.exists() else {}
    name = f"my-project-{len(known)}"
    write(projects, {"projects": {**known, top: name}})
    file = f"session-2026-11-22T09-00-{id[:8]}.jsonl"
    return write(home / ".gemini" / "tmp" / name / "chats" / file, {"sessionId": id})


def cursor(home: Path, top: str, id: str) -> Path:
    folder = home / ".cursor" / "projects" / dashes(top)[1:] / "agent-transcripts"
    return write(folder / id / f"{id}.jsonl", {"role": "user"})


def older_cursor(home: Path, top: str, id: str) -> Path:
    folder = home / ".cursor" / "projects" / dashes(top)[1:] / "agent-transcripts"
    return write(folder / f"{id}.jsonl", {"role": "user"})


def copilot(home: Path, top: str, id: str) -> Path:
    record = {"type": "session.start", "data": {"context": {"cwd": top}}}
    return write(home / ".copilot" / "session-state" / id / "events.jsonl", record)


def opencode(home: Path, top: str, id: str) -> Path:
    folder = home / ".local" / "share" / "opencode" / "storage" / "session" / "project"
    return write(folder / f"{id}.json", {"id": id, "directory": top})


def opencode_db(home: Path, top: str, id: str) -> Path:
    path = home / ".local" / "share" / "opencode" / "opencode.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        columns = "id TEXT, parent_id TEXT, directory TEXT, time_updated INTEGER"
        database.execute(f"CREATE TABLE IF NOT EXISTS session ({columns})")
        database.execute("INSERT INTO session VALUES (?, NULL, ?, 1763802000000)", (id, top))
        database.execute("INSERT INTO session VALUES (?, ?, ?, 1)", (f"child-{id}", id, top))
        database.commit()
    return path


def amp(home: Path, top: str, id: str) -> Path:
    env = {"initial": {"trees": [{"uri": f"file://{top}"}]}}
    messages = [{"role": "user", "content": "x" * 200_000}]
    path = home / ".local" / "share" / "amp" / "threads" / f"{id}.json"
    return write(path, {"id": id, "messages": messages, "env": env})


def droid(home: Path, top: str, id: str) -> Path:
    path = home / ".factory" / "sessions" / dashes(top) / f"{id}.jsonl"
    return write(path, {"type": "session_start", "id": id, "cwd": top})


def pi(home: Path, top: str, id: str) -> Path:
    folder = home / ".pi" / "agent" / "sessions" / f"-{dashes(top)}--"
    path = folder / f"2026-11-22T09-00-00-000Z_{id}.jsonl"
    return write(path, {"type": "session", "id": id, "cwd": top})


def windsurf(home: Path, top: str, id: str) -> Path:
    record = {"type": "view_file", "view_file": {"path": f"file://{top}/my%20file.py"}}
    return write(home / ".windsurf" / "transcripts" / f"{id}.jsonl", record)


MAKERS = {
    "claude_code": (claude,),
    "codex": (codex, older_codex),
    "gemini": (gemini, newer_gemini, gemini_by_list),
    "cursor": (cursor, older_cursor),
    "copilot": (copilot,),
    "opencode": (opencode,),
    "opencode_db": (opencode_db,),
    "amp": (amp,),
    "droid": (droid,),
    "pi": (pi,),
    "windsurf": (windsurf,),
}
CASES = [
    pytest.param(name, maker, id=f"{name}-{number}")
    for name, makers in MAKERS.items()
    for number, maker in enumerate(makers)
]


def store(name: str) -> Store:
    return cast(Store, import_module(f"git_ticketer.agents.{name}"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def top(tmp_path: Path) -> str:
    folder = tmp_path / "work" / "my project"
    folder.mkdir(parents=True)
    return str(folder)


def paths(found: Iterator[Found]) -> list[tuple[Path, str]]:
    return [(one.path, one.session) for one in found]


@pytest.mark.parametrize(("name", "maker"), CASES)
def test_a_session_is_found_by_its_id_and_by_its_folder(
    name: str, maker: Write, home: Path, top: str
) -> None:
    path = maker(home, top, ID)
    other = maker(home, f"{top}-2", ID.replace("0f", "1f"))
    module = store(name)
    (found,) = module.by_session(home, {}, ID)
    assert (found.path, found.session, found.agent) == (path, ID, module.NAME)
    assert paths(module.by_folder(home, {}, top)) == [(path, ID)]
    assert paths(module.by_folder(home, {}, f"{top}-2")) == [(other, ID.replace("0f", "1f"))]
    assert paths(module.by_folder(home, {}, "/nowhere")) == []
    assert paths(module.by_session(home, {}, "nobody")) == []


@pytest.mark.parametrize("name", stores.MODULES)
def test_a_home_without_the_agent_gives_nothing(name: str, home: Path, top: str) -> None:
    assert paths(store(name).by_session(home, {}, ID)) == []
    assert paths(store(name).by_folder(home, {}, top)) == []


@pytest.mark.parametrize("name", stores.MODULES)
def test_an_agents_name_is_that_of_its_importer(name: str) -> None:
    assert name in registry.MODULES
    assert store(name).NAME == import_module(f"git_ticketer.importers.{name}").NAME


@pytest.mark.parametrize(
    ("name", "maker", "variable", "inner"),
    [
        ("claude_code", claude, "CLAUDE_CONFIG_DIR", ".claude"),
        ("codex", codex, "CODEX_HOME", ".codex"),
        ("gemini", gemini, "GEMINI_CLI_HOME", ""),
        ("copilot", copilot, "COPILOT_HOME", ".copilot"),
        ("opencode", opencode, "XDG_DATA_HOME", ".local/share"),
        ("opencode_db", opencode_db, "XDG_DATA_HOME", ".local/share"),
        ("amp", amp, "XDG_DATA_HOME", ".local/share"),
        ("pi", pi, "PI_CODING_AGENT_DIR", ".pi/agent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_agents_variable_moves_its_folder(
    name: str, maker: Write, variable: str, inner: str, home: Path, top: str
) -> None:
    path = maker(home / "moved", top, ID)
    environ: Mapping[str, str] = {variable: str(home / "moved" / inner)}
    assert paths(store(name).by_folder(home, environ, top)) == [(path, ID)]


def test_work_below_the_folder_is_work_in_it_and_alike_names_are_not(home: Path, top: str) -> None:
    below = claude(home, f"{top}/src", "below")
    claude(home, f"{top}-src", "beside")
    claude(home, top, "agent-1")
    unsure = claude(home, top, "unsure")
    write(unsure, {"type": "summary", "summary": "no folder"})
    module = store("claude_code")
    assert paths(module.by_folder(home, {}, top)) == [(unsure, "unsure"), (below, "below")]


def test_a_long_folder_is_found_by_the_start_of_its_name(home: Path, top: str) -> None:
    long = f"{top}/{'x' * 220}"
    name = f"{dashes(long)[:200]}-1a2b3c"
    path = home / ".claude" / "projects" / name / f"{ID}.jsonl"
    write(path, {"type": "user", "cwd": long})
    assert paths(store("claude_code").by_folder(home, {}, long)) == [(path, ID)]


def test_a_folder_is_found_by_a_link_to_it_as_well(home: Path, top: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(top)
    by_link = codex(home, str(tmp_path / "link"), ID)
    found = store("codex").by_folder(home, {}, top)
    assert paths(found) == [(by_link, ID)]
    assert paths(store("codex").by_folder(home, {}, str(tmp_path / "link"))) == [(by_link, ID)]


def test_links_do_not_lead_out_of_an_agents_folder(home: Path, top: str, tmp_path: Path) -> None:
    away = claude(tmp_path / "away", top, ID)
    projects = home / ".claude" / "projects"
    projects.mkdir(parents=True)
    (projects / dashes(top)).symlink_to(away.parent)
    (projects / "other").mkdir()
    (projects / "other" / f"{ID}.jsonl").symlink_to(away)
    os.mkfifo(projects / "other" / "pipe.jsonl")
    assert list(stores.by_session(home, {}, ID)) == []
    assert list(stores.by_folder(home, {}, top)) == []
    with pytest.raises(InvalidId):
        list(stores.by_session(home, {}, "../../x"))


def test_what_subagents_wrote_is_not_offered_for_a_folder(home: Path, top: str) -> None:
    source: dict[str, object] = {"subagent": {"thread_spawn": {}}}
    codex_file = codex(home, top, ID)
    write(codex_file, {"type": "session_meta", "payload": {"source": source, "cwd": top}})
    child = opencode(home, top, ID)
    write(child, {"id": ID, "parentID": "other", "directory": top})
    assert list(stores.by_folder(home, {}, top)) == []
    assert {one.path for one in stores.by_session(home, {}, ID)} == {codex_file, child}


def test_broken_stores_give_nothing(home: Path, top: str) -> None:
    database = home / ".local" / "share" / "opencode" / "opencode.db"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"SQLite format 3\0 and no more")
    projects = home / ".gemini" / "projects.json"
    for text in ("{", "[]", '{"projects": [1]}', '{"projects": {"": 1}}'):
        write(projects).write_text(text)
        assert list(stores.by_folder(home, {}, top)) == []


def test_sessions_of_aider_lie_with_the_work(home: Path, top: str) -> None:
    path = Path(top) / ".aider.chat.history.md"
    start = "\n# aider chat started at 2026-11-2{} 09:00:00\n\n{}"
    asked = [start.format(1, "#### One  \n"), start.format(2, "> left  \n")]
    path.write_text("".join([*asked, start.format(3, "#### <blank>  \n#### Two  \n")]))
    found = list(stores.by_folder(home, {}, top))
    ids = ["aider-20261121-090000", "aider-20261123-090000"]
    assert [(one.path, one.session, one.chat) for one in found] == [(path, id, id) for id in ids]
    assert {chat.id for chat in importer.chats(Source(path))} == set(ids)
    assert found[-1].modified == path.stat().st_mtime
