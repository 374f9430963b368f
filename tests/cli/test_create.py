"""Creating tickets: what is written, which parent it gets, and when somebody must decide first."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

UNCOMMITTED = "hint: not committed: .tickets/{0}/ticket.yaml; git ticket save commits the tickets\n"
DECIDE = (
    "error: no ticket association found for this work session; nothing was created\n"
    "hint: git ticket attach PROJ-123\n"
    "hint: git ticket attach --none\n"
    "hint: or for this one ticket only: --parent ID, --no-parent\n"
)


@pytest.fixture
def team(repo: GitRepo) -> GitRepo:
    """A repository whose ids begin with PROJ."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    return repo


def create(repo: GitRepo, *arguments: str) -> str:
    done = repo.ticket("create", *arguments)
    assert done.code == 0, done.err
    return done.out.strip()


def parents(repo: GitRepo) -> dict[str, str | None]:
    """The title of every ticket with its parent."""
    done = repo.ticket("list", "--all", "--json", "--limit", "0")
    return {row["title"]: row["parent"] for row in json.loads(done.out)["tickets"]}


def test_every_field_is_written_where_the_layout_has_it(team: GitRepo) -> None:
    create(team, "The whole", "--no-parent", "--type", "epic")
    done = team.ticket(
        *("create", "Add an avatar", "--parent", "1", "-t", "bug", "-p", "high", "-s", "planned"),
        *("-l", "ui", "-l", "backend", "-a", "me", "-m", "First.", "-m", "Second.\nThird."),
        *("--requirements", "JPEG: at most 5 MB", "--criterion", "It is square"),
        *("--subtask", "Write tests", "--link", "relates-to", "PROJ-1"),
        *("--link", "blocks", "https://example.com/x"),
    )

    assert done == Result(0, "PROJ-2\n", UNCOMMITTED.format("PROJ-2"))
    lines = (team.path / ".tickets/PROJ-2/ticket.yaml").read_text(encoding="utf-8").splitlines()
    added = lines[lines.index("criteria:") + 4]
    keys = [line for line in lines if line.startswith("  ") and line.endswith(":")]
    created = next(line for line in lines if line.startswith("created: "))
    assert lines[2:] == [
        *("id: PROJ-2", "", "title: Add an avatar", "", "type: bug", "", "status: planned", ""),
        *("priority: high", "", "parent: PROJ-1", "", "assignee: dana@example.com", ""),
        *("labels:", "- backend", "- ui", "", created, "", "created_by: Dana <dana@example.com>"),
        *("", "description: |", "  First.", "", "  Second.", "  Third.", ""),
        *("requirements: 'JPEG: at most 5 MB'", "", "criteria:", keys[0], "    text: It is square"),
        *("    done: false", added, "", "subtasks:", keys[1], "    title: Write tests"),
        *("    status: pending", added, "", "links:", "- blocks https://example.com/x"),
        "- relates-to PROJ-1",
    ]
    assert added == created.replace("created", "    added")


@pytest.mark.parametrize("name", ["new", "create"])
def test_the_answer_is_the_id_and_in_json_the_whole_ticket(team: GitRepo, name: str) -> None:
    done = team.ticket(name, "First", "--no-parent", "--json")

    found = json.loads(done.out)
    assert list(found) == [
        *("schema", "success", "ticket_id", "path", "committed", "parent_from", "parent_known"),
        "ticket",
    ]
    assert (found["ticket_id"], found["path"]) == ("PROJ-1", ".tickets/PROJ-1/ticket.yaml")
    assert found["ticket"] | {"uid": "", "created": ""} == {
        "uid": "",
        "id": "PROJ-1",
        "title": "First",
        "type": "task",
        "status": "backlog",
        "priority": "medium",
        "parent": None,
        "assignee": None,
        "labels": [],
        "created": "",
        "created_by": "Dana <dana@example.com>",
        "description": None,
        "requirements": None,
        "criteria": {},
        "subtasks": {},
        "links": [],
        "aliases": [],
    }


def test_the_seed_systems_example_gives_every_ticket_its_parent(team: GitRepo) -> None:
    create(team, "Epic", "--no-parent")
    create(team, "Documentation", "--no-parent")
    team.ticket("attach", "PROJ-1")
    for title in ("User login", "Password reset", "Session management"):
        create(team, title)
    team.ticket("attach", "--clear")
    create(team, "API documentation", "--parent", "PROJ-2")
    team.ticket("attach", "--none")
    create(team, "Fix typo")

    assert parents(team) == {
        "Epic": None,
        "Documentation": None,
        "User login": "PROJ-1",
        "Password reset": "PROJ-1",
        "Session management": "PROJ-1",
        "API documentation": "PROJ-2",
        "Fix typo": None,
    }


def test_undecided_off_a_terminal_writes_nothing_and_names_the_two_commands(
    team: GitRepo,
) -> None:
    before = team.git("status", "--porcelain", "--untracked-files=all")

    assert team.ticket("create", "First") == Result(4, "", DECIDE)
    assert json.loads(team.ticket("create", "First", "--json").out)["success"] is False
    assert team.git("status", "--porcelain", "--untracked-files=all") == before


@pytest.mark.parametrize(
    ("decision", "default", "arguments", "parent"),
    [
        ("PROJ-1", "PROJ-2", [], "PROJ-1"),
        ("PROJ-1", "PROJ-2", ["--parent", "PROJ-2"], "PROJ-2"),
        ("PROJ-1", "PROJ-2", ["--no-parent"], None),
        ("--none", "PROJ-2", [], None),
        ("--none", "PROJ-2", ["--parent", "PROJ-2"], "PROJ-2"),
        ("--clear", "PROJ-2", [], "PROJ-2"),
        ("--clear", "PROJ-2", ["--no-parent"], None),
        ("PROJ-1", "PROJ-2", ["--type", "epic"], None),
        ("--clear", "", ["--type", "epic"], None),
        ("JIRA-7", "", [], "JIRA-7"),
        ("--none", "", ["--parent", "JIRA-7"], "JIRA-7"),
    ],
    ids=str,
)
def test_named_comes_before_the_session_before_the_default(
    team: GitRepo, decision: str, default: str, arguments: list[str], parent: str | None
) -> None:
    create(team, "One", "--no-parent")
    create(team, "Two", "--no-parent")
    if default:
        config = team.path / ".tickets/config.yaml"
        text = config.read_text(encoding="utf-8")
        named = text.replace('default_parent: ""', f"default_parent: {default}")
        config.write_text(named, encoding="utf-8")
    team.ticket("attach", decision)

    create(team, "Child", *arguments)

    assert parents(team)["Child"] == parent


def test_a_title_that_names_a_ticket_gives_no_parent(team: GitRepo) -> None:
    create(team, "One", "--no-parent")
    team.ticket("attach", "--none")

    create(team, "Follow-up of PROJ-1", "-m", "See PROJ-1")

    assert parents(team)["Follow-up of PROJ-1"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["x", "--type", "story"], 2, "error: type cannot be 'story': expected one of task, bug,"),
        (["x", "--status", "doing"], 2, "error: status cannot be 'doing': expected one of"),
        (["x", "-p", "urgent"], 2, "error: priority cannot be 'urgent': expected one of critical"),
        (["  "], 2, "error: title cannot be '  ': expected one line of text"),
        (["a\nb"], 2, r"error: title cannot be 'a\nb': expected one line of text"),
        (["a\x1b[1m"], 2, r"error: title cannot be 'a\x1b[1m': expected one line of text"),
        (["a" * 1001], 2, f"error: title cannot be '{'a' * 60}': expected at most 1000 characters"),
        (["x", "--parent", "../x"], 2, "error: not a ticket id: '../x'"),
        (["x", "--parent", "PROJ-9"], 3, "error: there is no ticket PROJ-9 (did you mean PROJ-1?)"),
        (["x", "--parent", "1", "--no-parent"], 2, "error: --parent and --no-parent exclude"),
        (
            ["x", "--parent", "1", "-t", "epic"],
            2,
            "error: parent cannot be 'PROJ-1': expected none",
        ),
        (["x", "--link", "likes", "PROJ-1"], 2, "error: kind cannot be 'likes': expected one of"),
        (["x", "--link", "blocks", "PROJ-9"], 3, "error: there is no ticket PROJ-9"),
        (["x", "-m", "a", "-F", "-"], 2, "error: -m and -F exclude each other"),
        (["x", "-F", "missing.txt"], 1, "error: missing.txt: No such file or directory"),
        (["x", "--label", "a\nb"], 2, r"error: label cannot be 'a\nb': expected one line of text"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_what_cannot_be_created_is_one_clear_error_and_writes_nothing(
    team: GitRepo, arguments: list[str], code: int, error: str
) -> None:
    create(team, "One", "--no-parent")
    team.ticket("attach", "--none")
    before = sorted(path.name for path in (team.path / ".tickets").iterdir())

    done = team.ticket("create", *arguments)

    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(error), done.err
    assert sorted(path.name for path in (team.path / ".tickets").iterdir()) == before


def test_bytes_that_are_no_text_use_no_number_up(team: GitRepo) -> None:
    done = team.ticket("create", "x\udcff", "--no-parent")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(r"error: not Unicode text: '\udcff'")
    assert create(team, "x", "--no-parent") == "PROJ-1"


def test_without_a_prefix_the_next_step_is_init(repo: GitRepo) -> None:
    done = repo.ticket("create", "x", "--no-parent")

    assert done == Result(
        1, "", "error: this repository has no prefix for ids\nhint: git ticket init\n"
    )


def test_a_description_comes_from_a_file_or_standard_input(team: GitRepo, tmp_path: Path) -> None:
    text = "# Not a comment here\n\n`$(date)` \"quoted\" 'text'\n\ttab  \n"
    (tmp_path / "text.md").write_text(text, encoding="utf-8")
    create(team, "One", "--no-parent", "-F", str(tmp_path / "text.md"))
    done = team.run("git", "ticket", "create", "Two", "--no-parent", "-F", "-", input=text)

    assert done.code == 0
    for number in (1, 2):
        shown = team.ticket("show", f"PROJ-{number}", "--json", "--fields", "description")
        assert json.loads(shown.out)["description"] == text


def test_many_at_once_get_an_id_each(team: GitRepo) -> None:
    processes = [
        subprocess.Popen(
            ["git", "ticket", "create", f"Number {number}", "--no-parent"],
            cwd=team.path,
            env=team.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(8)
    ]
    ids = sorted(process.communicate()[0].decode().strip() for process in processes)

    assert ids == [f"PROJ-{number}" for number in range(1, 9)]
    assert set(parents(team)) == {f"Number {number}" for number in range(8)}
