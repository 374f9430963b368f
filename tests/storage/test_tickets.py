"""Tickets as files: nothing is lost between processes, nothing is read or written outside."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from git_ticketer.errors import TicketerError
from git_ticketer.lean.ids import TicketId
from git_ticketer.model.ticket import Comment, Criterion, Link, Subtask, Ticket
from git_ticketer.storage import worktree, yamledit
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.tickets import (
    ChangedMeanwhile,
    NoSuchTicket,
    OtherUid,
    Tickets,
    WrongFolder,
    umask,
)
from git_ticketer.storage.yamlfile import BadFile, Document
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
NOW = "2026-11-22T09:00:00Z"
WHOLE = Ticket(
    uid=UID,
    id=TicketId("PROJ-123"),
    title="Add user profile avatar upload",
    type="task",
    status="in-progress",
    priority="high",
    parent="PROJ-100",
    assignee="dana@example.com",
    labels=("backend",),
    created=NOW,
    created_by="Dana <dana@example.com>",
    description="Users upload an avatar.\n\n\tAnd: see it.\n",
    requirements="JPEG, PNG, GIF; at most 5 MB.\n",
    criteria=(Criterion("k3f9", "The image is cropped to a square", False, NOW),),
    subtasks=(
        Subtask("a7c2", "Add image processing", "in-progress", NOW),
        Subtask("f0d1", "Write tests", "pending", "2026-11-22T09:00:03Z"),
    ),
    links=(Link("blocks", "PROJ-130"),),
)
TEXT = """\
uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-123

title: Add user profile avatar upload

type: task

status: in-progress

priority: high

parent: PROJ-100

assignee: dana@example.com

labels:
- backend

created: 2026-11-22T09:00:00Z

created_by: Dana <dana@example.com>

description: |
  Users upload an avatar.

  \tAnd: see it.

requirements: |
  JPEG, PNG, GIF; at most 5 MB.

criteria:
  k3f9:
    text: The image is cropped to a square
    done: false
    added: 2026-11-22T09:00:00Z

subtasks:
  a7c2:
    title: Add image processing
    status: in-progress
    added: 2026-11-22T09:00:00Z

  f0d1:
    title: Write tests
    status: pending
    added: 2026-11-22T09:00:03Z

links:
- blocks PROJ-130
"""
COMMENT = Comment("01JD8Z6W5T3K9QG4R7M2XV1B0B", "PROJ-123", UID, "Dana <d@x>", NOW, "Done: all\n")

EDITOR = """\
import os, sys
from git_ticketer.storage import worktree, yamledit
from git_ticketer.storage.tickets import Tickets

folder, number = sys.argv[1:]
tickets = Tickets(worktree.find(folder, os.environ))
for count in range(25):
    label = f"p{number}-{count:02d}"
    tickets.change("PROJ-123", lambda document, _: yamledit.add_item(document, ("labels",), label))
"""


@pytest.fixture
def tickets(empty_repo: GitRepo) -> Tickets:
    return Tickets(worktree.find(str(empty_repo.path), empty_repo.environ))


def content(path: Path) -> dict[Path, bytes]:
    files = [path] if path.is_file() else path.rglob("*")
    return {file: file.read_bytes() for file in files if file.is_file()}


def titled(title: str) -> Callable[[Document, Ticket], Document]:
    return lambda document, _: yamledit.put(document, ("title",), title)


def test_a_ticket_is_written_as_the_layout_says_and_read_back_whole(tickets: Tickets) -> None:
    path = tickets.create(WHOLE)

    assert path == ".tickets/PROJ-123/ticket.yaml"
    assert Path(tickets.top, path).read_text(encoding="utf-8") == TEXT
    assert tickets.read("PROJ-123").ticket == WHOLE
    assert tickets.names() == ["PROJ-123"]


def test_files_have_the_mode_that_the_user_wants_for_files(tickets: Tickets) -> None:
    old = os.umask(0o027)
    umask.cache_clear()
    try:
        path = Path(tickets.top, tickets.create(WHOLE))
    finally:
        os.umask(old)
        umask.cache_clear()

    assert oct(path.stat().st_mode & 0o777) == "0o640"
    assert oct(path.parent.stat().st_mode & 0o777) == "0o750"


def test_an_id_that_is_taken_is_never_written_over(tickets: Tickets) -> None:
    path = Path(tickets.top, tickets.create(WHOLE))

    with pytest.raises(FileExistsError):
        tickets.create(WHOLE._replace(title="Another"))
    assert path.read_text(encoding="utf-8") == TEXT


def test_an_edit_tells_what_was_before_and_after(tickets: Tickets) -> None:
    tickets.create(WHOLE)

    change = tickets.change("PROJ-123", titled("New"))

    assert (change.before, change.after) == (WHOLE, WHOLE._replace(title="New"))
    assert tickets.read("PROJ-123").ticket.title == "New"


def test_a_file_that_stays_the_same_is_not_written(tickets: Tickets) -> None:
    path = Path(tickets.top, tickets.create(WHOLE))
    before = path.stat()

    tickets.change("PROJ-123", lambda document, _: document)

    assert path.stat().st_ino == before.st_ino


def test_what_a_person_edited_replaces_the_file_only_where_it_is_valid_and_meant(
    tickets: Tickets,
) -> None:
    path = Path(tickets.top, tickets.create(WHOLE))
    for text, error in [
        (TEXT.replace("title:", "tilte:"), "title is missing"),
        (TEXT.replace("id: PROJ-123", "id: PROJ-124"), "the folder is PROJ-123"),
        (TEXT.replace("0A\n", "0B\n"), "the uid of a ticket never changes"),
        (TEXT + "\tx: y\n", "ticket.yaml:51: "),
    ]:
        with pytest.raises(BadFile, match=error):
            tickets.replace("PROJ-123", TEXT, text)
    with pytest.raises(ChangedMeanwhile):
        tickets.replace("PROJ-123", TEXT + "# old\n", TEXT)
    assert path.read_text(encoding="utf-8") == TEXT

    tickets.replace("PROJ-123", TEXT, "# mine\n" + TEXT)
    assert path.read_text(encoding="utf-8") == "# mine\n" + TEXT


def test_a_broken_file_can_be_mended_but_not_edited(tickets: Tickets) -> None:
    path = Path(tickets.top, tickets.create(WHOLE))
    broken = TEXT.replace("status: in-progress", "status: [")
    path.write_text(broken, encoding="utf-8")

    with pytest.raises(BadFile, match=r"^\.tickets/PROJ-123/ticket\.yaml:\d+: "):
        tickets.change("PROJ-123", titled("New"))
    assert path.read_text(encoding="utf-8") == broken

    tickets.replace("PROJ-123", broken, TEXT)
    assert tickets.read("PROJ-123").ticket == WHOLE


def test_the_uid_of_a_broken_ticket_may_be_mended(tickets: Tickets) -> None:
    tickets.create(WHOLE)
    with pytest.raises(OtherUid):
        tickets.replace("PROJ-123", TEXT, TEXT.replace("0A\n", "0B\n"))


def test_comments_are_files_of_their_own_and_a_broken_one_hides_no_other(
    tickets: Tickets,
) -> None:
    tickets.create(WHOLE)
    path = Path(tickets.top, tickets.add_comment(COMMENT))
    path.with_name("01JD8Z6W5T3K9QG4R7M2XV1B0C.yaml").write_text("text: [", encoding="utf-8")

    good, bad = tickets.comments("PROJ-123")

    assert good == [COMMENT]
    assert [error.path for error in bad] == [
        ".tickets/PROJ-123/comments/01JD8Z6W5T3K9QG4R7M2XV1B0C.yaml"
    ]


def test_a_comment_needs_its_ticket(tickets: Tickets) -> None:
    with pytest.raises(NoSuchTicket):
        tickets.add_comment(COMMENT)


def test_a_folder_that_is_not_named_by_its_id_is_refused(tickets: Tickets) -> None:
    tickets.create(WHOLE)
    Path(tickets.top, ".tickets/PROJ-123").rename(Path(tickets.top, ".tickets/PROJ-7"))

    with pytest.raises(WrongFolder, match="the folder is PROJ-7, the id is PROJ-123"):
        tickets.read("PROJ-7")


@pytest.mark.slow
def test_eight_processes_that_edit_one_ticket_25_times_lose_no_edit(
    tickets: Tickets, environ: dict[str, str]
) -> None:
    tickets.create(WHOLE)
    processes = [
        subprocess.Popen([sys.executable, "-c", EDITOR, tickets.top, str(number)], env=environ)
        for number in range(8)
    ]

    assert [process.wait() for process in processes] == [0] * 8
    expected = {"backend"} | {f"p{n}-{c:02d}" for n in range(8) for c in range(25)}
    labels = tickets.read("PROJ-123").ticket.labels
    assert (set(labels), list(labels)) == (expected, sorted(labels))


@pytest.mark.parametrize(
    "link",
    [
        ".tickets",
        ".tickets/PROJ-123",
        ".tickets/PROJ-123/ticket.yaml",
        ".tickets/PROJ-123/comments",
    ],
)
def test_no_link_is_followed_to_read_or_to_write(
    tickets: Tickets, link: str, tmp_path: Path
) -> None:
    tickets.create(WHOLE)
    tickets.add_comment(COMMENT)
    outside = tmp_path / "outside"
    path = Path(tickets.top, link)
    path.rename(outside)
    path.symlink_to(outside)
    before = content(outside)

    for act in (
        lambda: tickets.read("PROJ-123"),
        lambda: tickets.change("PROJ-123", titled("New")),
        lambda: tickets.comments("PROJ-123"),
        lambda: tickets.add_comment(COMMENT._replace(uid="01JD8Z6W5T3K9QG4R7M2XV1B0D")),
        lambda: tickets.create(WHOLE._replace(id=TicketId("PROJ-9"))),
    ):
        try:
            act()
        except (TicketerError, OSError) as error:
            assert isinstance(error, LeadsOutside), error  # noqa: PT017

    assert content(outside) == before


def test_temporary_files_stay_out_of_the_work_tree(tickets: Tickets) -> None:
    tickets.create(WHOLE)
    seen: list[list[str]] = []

    def look(document: Document, _: Ticket) -> Document:
        seen.append(sorted(os.listdir(Path(tickets.top, ".tickets/PROJ-123"))))
        return yamledit.put(document, ("title",), "New")

    tickets.change("PROJ-123", look)

    assert seen == [["ticket.yaml"]]
