"""`git ticket lint`: what it prints, how it ends, and which paths it takes."""

import json

import pytest

from tests.support.git import GitRepo, Result

UID, OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0A", "01JD8Z6W5T3K9QG4R7M2XV1B0B"
GOOD = f"uid: {UID}\n\nid: PROJ-1\n\ntitle: t\n"
BAD = f"uid: {OTHER}\n\nid: PROJ-2\n\ntitle: t\n\nstatus: In_Progress\n\nparent: PROJ-9\n"
ONE, TWO = ".tickets/PROJ-1/ticket.yaml", ".tickets/PROJ-2/ticket.yaml"
SPELLING = f"{TWO}:7: warning: status 'In_Progress' is stored as in-progress [spelling]\n"
DANGLING = f"{TWO}:9: error: there is no ticket PROJ-9 [parent]\n"
CLEAN = Result(0, "no errors, no warnings\n", "")


@pytest.fixture
def tickets(empty_repo: GitRepo) -> GitRepo:
    """A repository with one good and one bad ticket."""
    empty_repo.write(ONE, GOOD)
    empty_repo.write(TWO, BAD)
    return empty_repo


def test_every_finding_is_a_line_and_errors_end_with_1(tickets: GitRepo) -> None:
    assert tickets.ticket("lint") == Result(
        1,
        f"{SPELLING}{DANGLING}1 error, 1 warning\n",
        "hint: git ticket lint --fix mends 1 of them\n",
    )


def test_without_tickets_there_is_nothing_to_complain_about(empty_repo: GitRepo) -> None:
    assert empty_repo.ticket("lint") == CLEAN


def test_warnings_alone_do_not_fail(tickets: GitRepo) -> None:
    tickets.write(TWO, BAD.replace("PROJ-9", "PROJ-1"))

    done = tickets.ticket("lint")

    assert (done.code, done.out) == (0, f"{SPELLING}0 errors, 1 warning\n")


def test_fix_says_what_it_mended_and_what_is_left(tickets: GitRepo) -> None:
    mended = f"{TWO}: mended: status: In_Progress -> in-progress\n"
    left = f"{DANGLING}1 error, 0 warnings\n"

    assert tickets.ticket("lint", "--fix") == Result(1, mended + left, "")
    assert tickets.ticket("lint", "--fix") == Result(1, left, "")
    assert (tickets.path / TWO).read_text(encoding="utf-8") == BAD.replace("In_P", "in-p")


def test_as_json_everything_is_one_document(tickets: GitRepo) -> None:
    row = {"path": TWO, "line": 9, "rule": "parent", "severity": "error"}
    row |= {"reason": "there is no ticket PROJ-9", "fixable": False}

    done = tickets.ticket("lint", "--fix", "--json")

    assert done.code == 1
    assert json.loads(done.out) == {
        "schema": 1,
        "success": False,
        "findings": [row],
        "fixed": [{"path": TWO, "what": "status: In_Progress -> in-progress"}],
    }
    assert done.err == ""


def test_fields_that_are_not_there_are_said_before_anything_is_mended(tickets: GitRepo) -> None:
    done = tickets.ticket("lint", "--fix", "--json", "--fields", "files")

    assert done.code == 2
    assert json.loads(done.out)["error"] == (
        "no field 'files' here; there are: success, findings, fixed"
    )
    assert (tickets.path / TWO).read_text(encoding="utf-8") == BAD
    assert json.loads(tickets.ticket("lint", "--json", "--fields", "success").out) == {
        "schema": 1,
        "success": False,
    }


@pytest.mark.parametrize(
    ("folder", "paths", "bad"),
    [
        (".", [ONE], False),
        (".", [TWO], True),
        (".", [f"./{ONE}", TWO], True),
        (".", ["."], True),
        (".", [".tickets"], True),
        (".", [".tickets/PROJ-1"], False),
        ("src", ["../.tickets/PROJ-1/ticket.yaml"], False),
        ("src", [".."], True),
        ("src", [], True),
        (".tickets/PROJ-1", ["ticket.yaml"], False),
        (".tickets", ["PROJ-2"], True),
    ],
)
def test_paths_are_files_or_folders_from_where_the_command_is(
    tickets: GitRepo, folder: str, paths: list[str], bad: bool
) -> None:
    (tickets.path / "src").mkdir()
    there = GitRepo(tickets.path / folder, tickets.environ)

    done = there.ticket("lint", *paths)

    assert done.out == (f"{SPELLING}{DANGLING}1 error, 1 warning\n" if bad else CLEAN.out)
    assert there.ticket("lint", str(tickets.path / ONE)) == CLEAN


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("src", "is not in .tickets"),
        ("README", "is not in .tickets"),
        (".tickets/PROJ-9", "is not there"),
        ("../repo-2", "is not there"),
    ],
)
def test_a_path_without_tickets_is_a_usage_error(tickets: GitRepo, path: str, reason: str) -> None:
    (tickets.path / "src").mkdir()
    tickets.write("README", "read me\n")

    expected = Result(2, "", f"error: {path} {reason}\nhint: git ticket lint\n")
    assert tickets.ticket("lint", path) == expected


def test_control_characters_of_a_file_never_reach_the_terminal(tickets: GitRepo) -> None:
    escape = "\\e[31m\\x9d\\u202e"
    tickets.write(TWO, f'uid: {OTHER}\nid: PROJ-2\ntitle: t\nstatus: "{escape}"\n')
    tickets.write(".tickets/\x1b[31mred", "a")

    for arguments in ([], ["--json"]):
        done = tickets.ticket("lint", *arguments)
        assert (done.out + done.err).replace("\n", "").isprintable()


def test_a_broken_configuration_or_session_does_not_stop_it(tickets: GitRepo) -> None:
    tickets.write(".tickets/config.yaml", "prefix: [\n")

    done = tickets.ticket("lint")

    assert done.code == 1
    assert done.out.splitlines()[-2:] == [
        ".tickets/config.yaml:2: error: did not find expected node content [yaml]",
        "2 errors, 1 warning",
    ]


def test_it_is_no_activity_and_writes_nothing(tickets: GitRepo) -> None:
    assert tickets.ticket("lint").code == 1

    assert not (tickets.git_dir / "ticketer").exists()


def test_a_linked_worktree_is_checked_as_it_is(tickets: GitRepo, empty_repo: GitRepo) -> None:
    empty_repo.git("add", "--", ONE)
    empty_repo.commit("one ticket")
    linked = empty_repo.worktree(empty_repo.path.parent / "linked", "topic")

    assert linked.ticket("lint") == CLEAN
    assert tickets.ticket("lint").code == 1
