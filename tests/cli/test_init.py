"""`git ticket init`: the hooks and the team's configuration, and nothing that was there is lost."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo, create
from tests.support.hooks import folder, hooks, installed, script

CREATE = "hint: git ticket create TITLE makes a ticket {0}-NUMBER\n"
HINT = "hint: git ticket attach ID attaches a ticket to your work\n"
ATTRIBUTES = "Wrote .gitattributes (tickets are merged field by field); commit it too\n"
KEPT = "Kept .tickets/config.yaml\n"
CONFIG = """\
# The team's settings for git-ticketer: data only, reviewed and merged like code.

# Tickets of this repository are {0}-1, {0}-2, ...
prefix: {0}

# Prefixes of other trackers whose ids may stand in a branch name, such as a Jira key.
foreign_prefixes: []

# The trailers of a commit; an empty key switches one off.
trailers:
  ticket: Ticket
  session: Ticket-Session
  uid: ""

# Numbers follow each other; `random` suits teams in which many clones create tickets at once.
id_style: sequential

# The parent of new tickets whose session has none, such as an epic: {0}-1
default_parent: ""

# Where foreign ids lead, such as https://jira.example.com/browse/{{id}}
url_template: ""

# Statuses and types of your own may be named here; docs/tickets.md says how.

# Refuse commits while nobody decided for a ticket or against one (--no-verify passes).
require: false

# Mark the commits of an opted-out session with `Ticket: none`.
record_opt_out: false
"""


def wrote(prefix: str) -> str:
    return f"Wrote .tickets/config.yaml (ids begin with {prefix}); commit it for your team\n"


def config(repo: GitRepo) -> Path:
    return repo.path / ".tickets/config.yaml"


def test_init_writes_the_configuration_installs_the_hooks_and_says_so(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("init")

    assert done.code == 0
    assert done.out == wrote("REPO") + ATTRIBUTES + installed(empty_repo)
    assert done.err == CREATE.format("REPO") + HINT
    assert config(empty_repo).read_text(encoding="utf-8") == CONFIG.format("REPO")
    assert config(empty_repo).stat().st_mode & 0o777 == 0o644
    assert empty_repo.git("status", "--porcelain") == "?? .gitattributes\n?? .tickets/"


def test_after_init_a_commit_is_tagged(empty_repo: GitRepo) -> None:
    empty_repo.ticket("init")
    empty_repo.ticket("attach", "REPO-1")
    empty_repo.commit()

    assert empty_repo.tickets() == ["REPO-1"]


def test_init_again_changes_nothing(empty_repo: GitRepo) -> None:
    empty_repo.ticket("init", "--prefix", "PROJ")
    before = folder(empty_repo), config(empty_repo).stat()
    done = empty_repo.ticket("init")

    assert (done.code, done.out, done.err) == (
        0,
        KEPT + installed(empty_repo),
        CREATE.format("PROJ") + HINT,
    )
    assert (folder(empty_repo), config(empty_repo).stat()) == before


@pytest.mark.parametrize(
    "text",
    ["prefix: TEAM\n", "# nothing set\n", "", "prefix: TEAM\r\nlater_key: {a: 1}\r\n"],
    ids=["short", "comment", "empty", "crlf and unknown key"],
)
@pytest.mark.parametrize("options", [(), ("--prefix", "PROJ")], ids=["plain", "--prefix"])
def test_an_existing_configuration_is_kept_byte_for_byte(
    empty_repo: GitRepo, text: str, options: tuple[str, ...]
) -> None:
    config(empty_repo).parent.mkdir()
    config(empty_repo).write_bytes(text.encode())
    done = empty_repo.ticket("init", *options)

    assert done.code == 0
    assert done.out == KEPT + ATTRIBUTES + installed(empty_repo)
    assert config(empty_repo).read_bytes() == text.encode()


def test_a_broken_configuration_is_an_error_that_names_the_line(empty_repo: GitRepo) -> None:
    path = empty_repo.write(".tickets/config.yaml", "prefix: [\n")
    done = empty_repo.ticket("init")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: {path}:2: ")
    assert done.err.endswith(f"hint: mend {path}\n")
    assert path.read_text(encoding="utf-8") == "prefix: [\n"


@pytest.mark.parametrize("prefix", ["P", "PROJ", "A1_B", "A" * 32])
def test_the_prefix_given_is_written(empty_repo: GitRepo, prefix: str) -> None:
    done = empty_repo.ticket("init", "--prefix", prefix)

    assert done.out == wrote(prefix) + ATTRIBUTES + installed(empty_repo)
    assert config(empty_repo).read_text(encoding="utf-8") == CONFIG.format(prefix)


@pytest.mark.parametrize(
    ("prefix", "shown"),
    [
        ("proj", "'proj'"),
        ("", "''"),
        ("1A", "'1A'"),
        ("A-B", "'A-B'"),
        ("PROJ\n", r"'PROJ\n'"),
        ("A" * 33, f"'{'A' * 33}'"),
        ("Ä", r"'\xc4'"),
        ("PROJ: x", "'PROJ: x'"),
    ],
)
def test_a_bad_prefix_is_refused_before_anything_is_written(
    empty_repo: GitRepo, prefix: str, shown: str
) -> None:
    done = empty_repo.ticket("init", "--prefix", prefix)

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"error: not a prefix: {shown} (a capital letter, then up to 31 of A-Z, 0-9, _)\n"
        "hint: git ticket init --prefix PROJ\n"
    )
    assert not config(empty_repo).exists()
    assert folder(empty_repo) == {}


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("my-app", "MYAPP"),
        ("Backend_2", "BACKEND2"),
        ("2048", "TICKET"),
        ("3d-print", "DPRINT"),
        ("größe", "GRSSE"),
        ("日本", "TICKET"),
        ("a-very-long-project-name", "AVERYLONGP"),
    ],
)
def test_the_prefix_suggested_comes_from_the_folder(
    tmp_path: Path, environ: dict[str, str], name: str, prefix: str
) -> None:
    repo = create(tmp_path / name, environ)

    assert repo.ticket("init").out == wrote(prefix) + ATTRIBUTES + installed(repo)


def test_init_in_a_subfolder_sets_the_whole_worktree_up(empty_repo: GitRepo) -> None:
    empty_repo.write("deep/er/file", "")
    done = GitRepo(empty_repo.path / "deep/er", empty_repo.environ).ticket("init")

    assert done.out == wrote("REPO") + ATTRIBUTES + installed(empty_repo)
    assert config(empty_repo).exists()


def test_init_in_a_linked_worktree_writes_there_and_installs_for_all(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit("first")
    linked = empty_repo.worktree(tmp_path / "linked", "topic")
    done = linked.ticket("init")

    assert done.out == wrote("LINKED") + ATTRIBUTES + installed(empty_repo)
    assert config(linked).exists()
    assert not config(empty_repo).exists()


def test_init_follows_the_umask(empty_repo: GitRepo) -> None:
    empty_repo.run("sh", "-c", "umask 002; git ticket init")

    assert config(empty_repo).stat().st_mode & 0o777 == 0o664
    assert config(empty_repo).parent.stat().st_mode & 0o777 == 0o775


def test_init_chains_a_hook_that_is_there(empty_repo: GitRepo) -> None:
    script("exit 0")(hooks(empty_repo) / "commit-msg")
    lines = empty_repo.ticket("init").out.splitlines()

    kept = f"{hooks(empty_repo)}/commit-msg.before-git-ticketer"
    assert lines[4] == f"{'':<20}after the hook kept in {kept}"


def test_init_with_json_is_one_document(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("init", "--prefix", "PROJ", "--json")

    place = hooks(empty_repo)
    events = ("prepare-commit-msg", "commit-msg", "post-checkout")
    rows = [
        {
            "event": event,
            "route": "hook file",
            "place": f"{place}/{event}",
            "current": True,
            "kept": "",
            "edited": "",
        }
        for event in events
    ]
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "schema": 1,
        "success": True,
        "config": ".tickets/config.yaml",
        "config_created": True,
        "prefix": "PROJ",
        "attributes": [
            ".tickets/** text eol=lf",
            ".tickets/config.yaml merge=git-ticket",
            ".tickets/*/ticket.yaml merge=git-ticket",
            ".tickets/*/sessions/*.yaml merge=git-ticket",
        ],
        "merge_driver": True,
        "hooks": rows,
    }


def test_init_outside_a_repository_says_what_to_do(tmp_path: Path, environ: dict[str, str]) -> None:
    done = GitRepo(tmp_path, environ).ticket("init")

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: not in a git repository: {tmp_path}\nhint: git init, or cd into a repository\n"
    )


def test_a_symbolic_link_in_place_of_the_configuration_is_not_followed(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    config(empty_repo).parent.mkdir()
    config(empty_repo).symlink_to(outside)
    done = empty_repo.ticket("init")

    assert done.code == 1
    assert not outside.exists()
