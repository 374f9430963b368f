"""The timeline of a ticket has everything that happened to it, once, and nothing of others."""

import os
from pathlib import Path

import pytest

from git_ticketer.ops import log
from git_ticketer.ops.log import Entry, Log
from git_ticketer.ops.workspace import open_workspace
from git_ticketer.storage.tickets import NoSuchTicket
from tests.support.git import GitRepo

UID_1, UID_2 = "01JD8Z6W5T3K9QG4R7M2XV1B0A", "01JD8Z6W5T3K9QG4R7M2XV1B0B"


def timeline(repo: GitRepo, word: str = "PROJ-1") -> Log:
    return log.log(open_workspace(str(repo.path), os.environ), word)


def brief(entries: tuple[Entry, ...]) -> list[tuple[str, str]]:
    """What the entries are, with the changes or the text."""
    return [
        (e.kind, ", ".join(f"{f}: {b}->{a}" for f, b, a in e.changes) or e.text) for e in entries
    ]


def put(repo: GitRepo, id: str = "PROJ-1", uid: str = UID_1, **fields: str) -> Path:
    values = {"uid": uid, "id": id, "title": "One", "created": "2026-11-01T09:00:00Z"}
    values |= {"created_by": "Eve", **fields}
    text = "\n".join(f"{key}: {value}\n" for key, value in values.items())
    return repo.write(f".tickets/{id}/ticket.yaml", text)


def save(repo: GitRepo, message: str, minute: int, *options: str) -> str:
    """Commit everything at a minute; returns the commit's name."""
    date = f"2026-11-22T09:{minute:02d}:00+00:00"
    repo.git("add", "-A")
    repo.git(
        *("commit", "-q", "--allow-empty", "-m", message, *options),
        GIT_AUTHOR_DATE=date,
        GIT_COMMITTER_DATE=date,
    )
    return repo.git("rev-parse", "HEAD")


@pytest.fixture
def work(empty_repo: GitRepo) -> GitRepo:
    """A repository with one ticket, committed."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\nforeign_prefixes: [JIRA]\n")
    put(empty_repo, status="planned")
    save(empty_repo, "Plan", 0)
    return empty_repo


def test_a_ticket_that_lives_has_one_story(work: GitRepo) -> None:
    put(work, status="in-progress", assignee="dana@example.com")
    save(work, "Start", 1)
    tagged = save(work, "Add it\n\nTicket: PROJ-1\nTicket-Session: s-1", 2)
    weak = save(work, "Squashed (#3)\n\n* Ticket: PROJ-1\n* more", 3)
    work.write(
        ".tickets/PROJ-1/comments/01JD8Z6W5T3K9QG4R7M2XV1B0C.yaml",
        f"ticket: PROJ-1\nticket_uid: {UID_1}\nkind: comment\nauthor: Eve\n"
        "created: 2026-11-22T09:04:00Z\ntext: Looks good\n",
    )
    save(work, "Talk, see PROJ-1", 4)
    revert = save(work, f'Revert "Add it"\n\nThis reverts commit {tagged}.', 5)

    found = timeline(work)

    assert (found.ticket, found.title, found.problems) == ("PROJ-1", "One", ())
    assert brief(found.entries) == [
        ("created", ""),
        ("changed", "status: planned->in-progress, assignee: ->dana@example.com"),
        ("commit", "Add it"),
        ("commit", "Squashed (#3)"),
        ("comment", "Looks good"),
        ("revert", 'Revert "Add it"'),
    ]
    assert brief(found.mentions) == [("commit", "Talk, see PROJ-1")]
    created, _, commit, squash, comment, reverting = found.entries
    assert (created.author, created.at) == ("Eve", 1793523600)
    assert (commit.commit, commit.evidence, commit.sessions) == (tagged, "trailer", ("s-1",))
    assert (squash.commit, squash.evidence) == (weak, "body")
    assert (comment.author, comment.committed) == ("Eve", True)
    assert (reverting.commit, reverting.of) == (revert, tagged)


def test_what_is_not_committed_is_told_so(work: GitRepo) -> None:
    put(work, status="done")
    put(work, "PROJ-2", UID_2)
    work.write(
        ".tickets/PROJ-1/comments/01JD8Z6W5T3K9QG4R7M2XV1B0C.yaml",
        f"ticket: PROJ-1\nticket_uid: {UID_1}\nkind: note\nauthor: Eve\nsession: s-1\n"
        "created: 2026-11-22T09:04:00Z\ntext: Noted\n",
    )

    one, two = timeline(work), timeline(work, "PROJ-2")

    assert brief(one.entries) == [
        ("created", ""),
        ("note", "Noted"),
        ("changed", "status: planned->done"),
    ]
    assert [entry.committed for entry in one.entries] == [True, False, False]
    assert [(e.kind, e.committed) for e in two.entries] == [("created", False)]


def test_commits_of_other_branches_and_their_merges_are_there(work: GitRepo) -> None:
    work.git("checkout", "-q", "-b", "topic")
    save(work, "On topic\n\nTicket: PROJ-1", 1)
    work.git("checkout", "-q", "main")
    assert brief(timeline(work).entries) == [("created", ""), ("commit", "On topic")]

    date = "2026-11-22T09:02:00+00:00"
    work.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic", GIT_COMMITTER_DATE=date)

    found = timeline(work)
    assert brief(found.entries[1:]) == [("commit", "On topic"), ("merge", "Merge topic")]
    assert found.entries[1].merge == found.entries[2].commit


def test_a_change_that_two_branches_have_is_told_once(work: GitRepo) -> None:
    put(work, status="done")
    save(work, "Done", 1)
    work.git("checkout", "-q", "-b", "release", "HEAD~1")
    save(work, "Other", 2)
    work.git("cherry-pick", "main")
    work.git("checkout", "-q", "main")
    put(work, status="planned")
    save(work, "Again", 3)
    put(work, status="done")
    save(work, "Done again", 4)

    assert brief(timeline(work).entries)[1:] == [
        ("changed", "status: planned->done"),
        ("changed", "status: done->planned"),
        ("changed", "status: planned->done"),
    ]


def test_a_broken_file_in_history_is_an_entry(work: GitRepo) -> None:
    work.write(".tickets/PROJ-1/ticket.yaml", "uid: [\n")
    save(work, "Break", 1)
    put(work, status="planned")
    save(work, "Mend", 2)

    found = timeline(work)

    assert [entry.kind for entry in found.entries] == ["created", "problem"]
    assert found.entries[1].text.startswith("ticket.yaml:2: ")


def test_a_broken_file_in_the_work_tree_still_has_a_timeline(work: GitRepo) -> None:
    save(work, "Add it\n\nTicket: PROJ-1", 1)
    work.write(".tickets/PROJ-1/ticket.yaml", "uid: [\n")

    found = timeline(work)

    assert brief(found.entries) == [("created", ""), ("commit", "Add it")]
    assert len(found.problems) == 1


def test_a_renumbered_ticket_keeps_its_history_and_the_winner_its_own(work: GitRepo) -> None:
    save(work, "Old\n\nTicket: PROJ-1", 1)
    work.git("mv", ".tickets/PROJ-1", ".tickets/PROJ-2")
    put(work, "PROJ-2", status="planned", aliases="\n- PROJ-1")
    save(work, "Renumber", 2)

    assert timeline(work, "PROJ-1") == timeline(work, "PROJ-2")
    assert brief(timeline(work, "PROJ-2").entries) == [
        ("created", ""),
        ("commit", "Old"),
        ("changed", "id: PROJ-1->PROJ-2"),
    ]
    put(work, "PROJ-1", UID_2)
    save(work, "Another", 3)
    assert ("commit", "Old") not in brief(timeline(work, "PROJ-2").entries)
    assert brief(timeline(work, "PROJ-1").entries) == [("created", ""), ("commit", "Old")]


def test_a_uid_in_a_trailer_is_stronger_than_the_id(work: GitRepo) -> None:
    work.write(".tickets/config.yaml", "prefix: PROJ\ntrailers: {uid: Ticket-Uid}\n")
    put(work, "PROJ-2", UID_2)
    save(work, f"Of two\n\nTicket: PROJ-1\nTicket-Uid: {UID_2}", 1)
    save(work, f"Of one\n\nTicket: PROJ-1\nTicket-Uid: {UID_1}", 2)

    assert brief(timeline(work).entries)[1:] == [("commit", "Of one")]
    assert brief(timeline(work, "PROJ-2").entries)[1:] == [("commit", "Of two")]


def test_a_foreign_ticket_has_its_commits_and_an_unknown_one_is_an_error(work: GitRepo) -> None:
    save(work, "Theirs\n\nTicket: JIRA-7", 1)

    assert brief(timeline(work, "JIRA-7").entries) == [("commit", "Theirs")]
    with pytest.raises(NoSuchTicket):
        timeline(work, "PROJ-9")


def test_a_ticket_before_the_first_commit_has_its_creation(empty_repo: GitRepo) -> None:
    put(empty_repo)

    found = timeline(empty_repo).entries

    assert [(e.kind, e.author, e.committed) for e in found] == [("created", "Eve", False)]
