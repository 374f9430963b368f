"""--fix mends what is mechanical, changes nothing else, and has nothing left to do after that."""

import os
from pathlib import Path

import pytest

from git_ticketer.ops import lint
from git_ticketer.ops.lint import Fixed
from git_ticketer.storage import worktree
from tests.support.git import GitRepo

UID, OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0A", "01JD8Z6W5T3K9QG4R7M2XV1B0B"
TICKET = f"""\
# by hand
uid: {UID}

id: proj-1   # ours

title: "it's"

type: {{0}}

points: 5   # the team's own

labels: {{1}}

links:
{{2}}
# the end
"""
PATH = ".tickets/PROJ-1/ticket.yaml"


def text(kind: str = "task", labels: str = "[a, b]", links: str = "- blocks PROJ-2") -> str:
    return TICKET.format(kind, labels, links)


def mend(repo: GitRepo, *paths: str) -> list[Fixed]:
    return lint.fix(worktree.find(str(repo.path), repo.environ), paths)


def read(repo: GitRepo, name: str = PATH) -> str:
    return (repo.path / name).read_bytes().decode()


def fixable(repo: GitRepo) -> list[tuple[str, int]]:
    return [(p.rule, p.line) for p in lint.check(str(repo.path)) if p.fixable]


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A repository with one more ticket, which is as it should be."""
    empty_repo.write(".tickets/PROJ-2/ticket.yaml", f"uid: {OTHER}\n\nid: PROJ-2\n\ntitle: fine\n")
    return empty_repo


def test_only_the_lines_of_what_is_mended_change(repo: GitRepo) -> None:
    repo.write(PATH, text("Bug  # yes", "[b, a, b]", "- relates-to PROJ-2\n- blocks PROJ-2"))

    assert fixable(repo) == [("spelling", 4), ("spelling", 8), ("order", 12), ("order", 15)]
    assert mend(repo) == [
        Fixed(PATH, "id: proj-1 -> PROJ-1"),
        Fixed(PATH, "type: Bug -> bug"),
        Fixed(PATH, "labels: sorted, each once"),
        Fixed(PATH, "links: sorted, each once"),
    ]
    lines = text("bug  # yes", "\n- a\n- b", "- blocks PROJ-2\n- relates-to PROJ-2")
    assert read(repo) == lines.replace("proj-1", "PROJ-1").replace("labels: \n", "labels:\n")
    assert lint.check(str(repo.path)) == []
    assert mend(repo) == []


def test_crlf_a_byte_order_mark_and_unknown_keys_stay(repo: GitRepo) -> None:
    old = "\ufeff" + text("Bug").replace("\n", "\r\n")
    (repo.path / ".tickets/PROJ-1").mkdir()
    (repo.path / PATH).write_bytes(old.encode())

    assert mend(repo) == [
        Fixed(PATH, "id: proj-1 -> PROJ-1"),
        Fixed(PATH, "type: Bug -> bug"),
    ]
    assert read(repo) == old.replace("proj-1", "PROJ-1").replace("Bug", "bug")


def test_bytes_that_are_no_text_stay(repo: GitRepo) -> None:
    old = text("Bug").encode().replace(b"hand", b"h\xe4nd")
    (repo.path / ".tickets/PROJ-1").mkdir()
    (repo.path / PATH).write_bytes(old)

    assert mend(repo) == []
    assert (repo.path / PATH).read_bytes() == old
    assert [(p.line, p.reason) for p in lint.check(str(repo.path))] == [(1, "not UTF-8")]


def test_a_list_with_comments_is_left_to_its_author(repo: GitRepo) -> None:
    old = text(links="- relates-to PROJ-2  # why\n- blocks PROJ-2").replace("proj", "PROJ")
    repo.write(PATH, old)

    assert mend(repo) == []
    assert read(repo) == old
    assert [(p.rule, p.fixable) for p in lint.check(str(repo.path))] == [("order", False)]


def test_a_file_of_schema_0_is_brought_up(repo: GitRepo) -> None:
    old = f"uid: {UID}\n\nid: PROJ-1\n\ntitle: t\n\nschema: 0\n\nlabels: b, a\n\ncriteria: [x]\n"
    repo.write(PATH, old)

    assert fixable(repo) == [("schema", 7)]
    assert mend(repo) == [Fixed(PATH, "criteria and subtasks are maps, labels are a list")]
    assert lint.check(str(repo.path)) == []
    assert read(repo).startswith(f"uid: {UID}\n\nid: PROJ-1\n\ntitle: t\n\nlabels:\n- a\n- b\n\n")


def test_a_comment_that_was_moved_names_the_ticket_it_lies_under(repo: GitRepo) -> None:
    path = f".tickets/PROJ-2/comments/{UID}.yaml"
    old = f"# said\nticket: {{}} # there\n\nticket_uid: {OTHER}\n\ntext: hi\n"
    repo.write(path, old.format("PROJ-7"))

    assert fixable(repo) == [("comment", 2)]
    assert mend(repo) == [Fixed(path, "ticket: -> PROJ-2")]
    assert read(repo, path) == old.format("PROJ-2")
    assert (lint.check(str(repo.path)), mend(repo)) == ([], [])


def test_a_comment_of_another_ticket_is_not_touched(repo: GitRepo) -> None:
    path = f".tickets/PROJ-2/comments/{UID}.yaml"
    old = f"ticket: PROJ-7\nticket_uid: {UID}\n"
    repo.write(path, old)

    assert (mend(repo), read(repo, path)) == ([], old)


@pytest.mark.parametrize(
    "lines",
    [
        "x: [\n",
        "schema: 2\n",
        "labels: nothing\n",
        "<<<<<<< HEAD\n",
        "status: begun\n",
        "parent: PROJ-9\n",
    ],
)
def test_what_is_not_mechanical_is_left_and_still_said(repo: GitRepo, lines: str) -> None:
    old = f"uid: {UID}\n\nid: PROJ-1\n\ntitle: t\n\n{lines}"
    repo.write(PATH, old)

    before = lint.check(str(repo.path))
    assert len(before) == 1
    assert (mend(repo), read(repo)) == ([], old)
    assert lint.check(str(repo.path)) == before


def test_a_ticket_in_the_wrong_folder_is_left(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-3/ticket.yaml", text("Bug"))

    assert mend(repo) == []
    assert fixable(repo) == []


def test_one_broken_ticket_does_not_keep_the_others_from_being_mended(repo: GitRepo) -> None:
    repo.write(PATH, "x: [\n")
    other = ".tickets/PROJ-3/ticket.yaml"
    repo.write(other, text("Bug").replace("proj-1", "PROJ-3"))

    assert mend(repo) == [Fixed(other, "type: Bug -> bug")]


def test_only_the_files_that_are_named_are_mended(repo: GitRepo) -> None:
    other = ".tickets/PROJ-3/ticket.yaml"
    repo.write(PATH, text("Bug").replace("proj-1", "PROJ-1"))
    repo.write(other, text("Bug").replace("proj-1", "PROJ-3"))

    assert mend(repo, other) == [Fixed(other, "type: Bug -> bug")]
    assert "type: Bug" in read(repo)


def test_nothing_is_written_through_a_link(repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside/ticket.yaml"
    outside.parent.mkdir()
    outside.write_text(text("Bug"), encoding="utf-8")
    (repo.path / ".tickets/PROJ-1").symlink_to(outside.parent)
    (repo.path / ".tickets/PROJ-3").mkdir()
    (repo.path / ".tickets/PROJ-3/ticket.yaml").symlink_to(outside)

    assert mend(repo) == []
    assert outside.read_text(encoding="utf-8") == text("Bug")


def test_no_temporary_file_is_left_among_the_tickets(repo: GitRepo) -> None:
    repo.write(PATH, text("Bug"))
    repo.write(f".tickets/PROJ-2/comments/{UID}.yaml", f"ticket: PROJ-7\nticket_uid: {OTHER}\n")

    assert len(mend(repo)) == 3
    names = sorted(name for _, _, files in os.walk(repo.path / ".tickets") for name in files)
    assert names == [f"{UID}.yaml", "ticket.yaml", "ticket.yaml"]
