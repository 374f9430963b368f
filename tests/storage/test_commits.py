"""The table of commits is what git's history says, however the refs came to be where they are."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.lean.settings import Settings
from git_ticketer.storage import commits, worktree
from git_ticketer.storage.commits_sql import BODY, MENTION, TRAILER, UID
from git_ticketer.storage.commits_text import MOST, said
from tests.support import faults
from tests.support.git import GitRepo, create

UID_1 = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
TAGGED = "Add a\n\nTicket: PROJ-1\nTicket-Session: s-1\n"


def settings(*prefixes: str, uid_key: str = "") -> Settings:
    found = Settings()
    found.prefixes = list(prefixes or ("PROJ",))
    found.uid_key = uid_key
    return found


def named(repo: GitRepo, *words: str, using: Settings | None = None) -> list[tuple[str, str]]:
    """The subjects of the commits that name a ticket, with the evidence; read twice."""
    found = []
    for _ in range(2):
        table = commits.open(worktree.find(str(repo.path), os.environ), using or settings())
        found.append([(made.subject, e) for made, _, e in table.naming(words or ("PROJ-1",))])
        table.close()
    assert found[0] == found[1]
    return found[0]


def folder(repo: GitRepo) -> Path:
    return repo.git_dir / "ticketer/cache"


MESSAGES: dict[str, tuple[str, dict[str, object]]] = {
    "a trailer": (TAGGED, {"tickets": ("PROJ-1",), "sessions": ("s-1",)}),
    "two in one line": ("A\n\nTicket: proj-1, PROJ-2", {"tickets": ("PROJ-1", "PROJ-2")}),
    "an opt-out": ("A\n\nTicket: none", {"opted_out": True}),
    "no id": ("A\n\nTicket: whatever", {}),
    "a squash body": (
        "A (#3)\n\n* one\n\n  Ticket: PROJ-1\n  Ticket-Session: s-1\n\n* two\n\nTicket: PROJ-2\n"
        "Signed-off-by: D",
        {"tickets": ("PROJ-2",), "weak_tickets": ("PROJ-1",), "weak_sessions": ("s-1",)},
    ),
    "bullets": ("A\n\n* Ticket: PROJ-1\n* b\n", {"weak_tickets": ("PROJ-1",)}),
    "mentions": (
        "PROJ-2: see proj-1\n\nnot XPROJ-3, UTF-8, PROJ-0 or PROJ-4b; fix_PROJ-5.",
        {"mentions": ("PROJ-2", "PROJ-1", "PROJ-5")},
    ),
    "a revert": (
        'Revert "A"\n\nThis reverts commit 0123456789.\n',
        {"origins": (("reverts", "0123456789"),)},
    ),
    "a pick": (
        "A\n\nTicket: PROJ-1\n(cherry picked from commit 0123456789abcdef)\n",
        {"tickets": ("PROJ-1",), "origins": (("cherry-picked from", "0123456789abcdef"),)},
    ),
}


def facts(message: bytes) -> dict[str, object]:
    """What a message says, but for what it does not say."""
    return {name: value for name, value in said(message, settings())._asdict().items() if value}


@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_says(message: str, expected: dict[str, object]) -> None:
    assert facts(message.encode()) == expected


def test_a_huge_message_is_read_from_both_ends() -> None:
    message = b"PROJ-1 first\n\n" + b"x" * 5 * MOST + b"\n\nTicket: PROJ-2\n"

    assert facts(message) == {"tickets": ("PROJ-2",), "mentions": ("PROJ-1",)}


@given(st.binary(max_size=300))
def test_any_bytes_are_read(noise: bytes) -> None:
    assert said(noise + b"\n\nTicket: PROJ-1\n", settings()).tickets == ("PROJ-1",)
    said(b"Ticket: " + noise + b"\n\nTicket-Session: " + noise, settings())


def test_commits_of_every_ref_are_there_with_their_evidence(empty_repo: GitRepo) -> None:
    repo = empty_repo
    repo.commit(TAGGED)
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("On topic, for PROJ-1")
    repo.commit("Squash\n\n  Ticket: PROJ-1\n\nend")
    repo.git("tag", "-a", "-m", "x", "v1")
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-D", "topic")
    repo.git("checkout", "-q", "--detach")
    repo.commit("Detached\n\nTicket: PROJ-1")
    other = repo.worktree(repo.path.parent / "other", "side")
    other.git("checkout", "-q", "--detach", "main")
    other.commit("Detached elsewhere\n\nTicket: PROJ-1")
    repo.git("checkout", "-q", "main")
    repo.write("f", "x")
    repo.git("add", "f")
    repo.git("stash", "push", "-q", "-m", "for PROJ-1")

    assert sorted(named(repo)) == [
        ("Add a", TRAILER),
        ("Detached", TRAILER),
        ("Detached elsewhere", TRAILER),
        ("On topic, for PROJ-1", MENTION),
        ("Squash", BODY),
    ]


def test_only_new_commits_are_read(empty_repo: GitRepo) -> None:
    empty_repo.commit(TAGGED)
    named(empty_repo)
    inode = (folder(empty_repo) / "commits.db").stat().st_ino
    empty_repo.commit("Add b\n\nTicket: PROJ-1")

    assert named(empty_repo) == [("Add a", TRAILER), ("Add b", TRAILER)]
    assert (folder(empty_repo) / "commits.db").stat().st_ino == inode


def amended(repo: GitRepo) -> list[str]:
    repo.git("commit", "-q", "--amend", "--allow-empty", "-m", "Add c\n\nTicket: PROJ-1")
    return ["Add a", "Add c"]


def rebased(repo: GitRepo) -> list[str]:
    repo.git("checkout", "-q", "-b", "elsewhere", "main~1")
    repo.commit("Other")
    repo.git("rebase", "-q", "--keep-empty", "elsewhere", "main")
    assert len(repo.git("log", "--format=%h", "main").split()) == 3
    return ["Add a", "Add b"]


def reset(repo: GitRepo) -> list[str]:
    repo.git("reset", "-q", "--hard", "HEAD~1")
    return ["Add a"]


def collected(repo: GitRepo) -> list[str]:
    reset(repo)
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    return ["Add a"]


def deleted(repo: GitRepo) -> list[str]:
    repo.git("checkout", "-q", "--orphan", "fresh")
    repo.commit("Fresh")
    repo.git("branch", "-D", "main")
    return []


MOVES = (amended, rebased, reset, collected, deleted)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: str(move.__name__))
def test_commits_that_no_ref_leads_to_are_gone(
    empty_repo: GitRepo, move: Callable[[GitRepo], list[str]]
) -> None:
    empty_repo.commit(TAGGED)
    empty_repo.commit("Add b\n\nTicket: PROJ-1")
    assert named(empty_repo) == [("Add a", TRAILER), ("Add b", TRAILER)]

    expected = move(empty_repo)

    assert [subject for subject, _ in named(empty_repo)] == expected


def test_other_keys_and_prefixes_make_another_table(empty_repo: GitRepo) -> None:
    empty_repo.commit(f"Add a\n\nIssue: PROJ-1\nTicket-Uid: {UID_1}")
    empty_repo.commit("See JIRA-7")
    other = settings("PROJ", "JIRA", uid_key="Ticket-Uid")
    off = settings("JIRA")
    other.ticket_key, off.ticket_key = "Issue", ""

    assert named(empty_repo) == [("Add a", MENTION)]
    assert named(empty_repo, UID_1, "JIRA-7", using=other) == [
        ("Add a", UID),
        ("See JIRA-7", "mention"),
    ]
    assert named(empty_repo, using=other) == [("Add a", TRAILER)]
    assert named(empty_repo, using=off) == []


def test_a_shallow_clone_has_what_it_has_and_more_when_it_is_deepened(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    empty_repo.commit(TAGGED)
    empty_repo.commit("Add b\n\nTicket: PROJ-1")
    clone = tmp_path / "clone"
    empty_repo.git("clone", "-q", "--depth=1", f"file://{empty_repo.path}", str(clone))
    shallow = GitRepo(clone, empty_repo.environ)

    assert named(shallow) == [("Add b", TRAILER)]
    shallow.git("fetch", "-q", "--unshallow")
    assert named(shallow) == [("Add a", TRAILER), ("Add b", TRAILER)]


def test_hostile_commits_and_refs_are_read(empty_repo: GitRepo) -> None:
    tree = empty_repo.git("write-tree")
    who = "D \x1b[31m <d@example.com> 99999999999999999999 +0000"
    head = f"tree {tree}\nauthor {who}\ncommitter {who}\nencoding nonsense\n\n"
    name = empty_repo.git(
        *("hash-object", "-t", "commit", "-w", "--literally", "--stdin"),
        input=head + "\x1b[2J \x01 subject\r\n\nTicket: PROJ-1\nTicket: ../../x\n",
    )
    empty_repo.git("update-ref", "refs/heads/--upload-pack=touch", name)
    blob = empty_repo.git("hash-object", "-w", "--stdin", input="x")
    empty_repo.git("update-ref", "refs/tags/blob", blob)
    (empty_repo.git_dir / "refs/heads/broken").write_text("1" * 40 + "\n", encoding="utf-8")

    assert named(empty_repo) == [("\x1b[2J \x01 subject", TRAILER)]


def test_settings_of_git_log_change_nothing(empty_repo: GitRepo) -> None:
    for key in ("log.showSignature", "log.follow", "diff.renames"):
        empty_repo.git("config", key, "true")
    empty_repo.git("config", "log.diffMerges", "first-parent")
    empty_repo.git("config", "color.ui", "always")
    empty_repo.git("config", "i18n.logOutputEncoding", "latin1")
    empty_repo.commit("Ärger\n\nTicket: PROJ-1")

    assert named(empty_repo) == [("Ärger", TRAILER)]


def gone(place: Path) -> None:
    shutil.rmtree(place)


def no_stamp(place: Path) -> None:
    (place / "commits-stamp").unlink()


def noise(place: Path) -> None:
    path = place / "commits.db"
    path.write_bytes(os.urandom(path.stat().st_size))


def another(place: Path) -> None:
    """A database of the same tables with nothing in it, and no stamp of ours."""
    path = place / "commits.db"
    data = path.read_bytes().replace(b"Add a", b"ADD A")
    path.write_bytes(data)


def a_folder(place: Path) -> None:
    (place / "commits.db").unlink()
    (place / "commits.db").mkdir()


HARM = (gone, no_stamp, noise, another, a_folder)


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: str(harm.__name__))
def test_a_table_that_was_harmed_gives_the_same_answer(
    empty_repo: GitRepo, harm: Callable[[Path], None]
) -> None:
    empty_repo.commit(TAGGED)
    assert named(empty_repo) == [("Add a", TRAILER)]

    harm(folder(empty_repo))

    assert named(empty_repo) == [("Add a", TRAILER)]


SCRIPT = """
import os, sys
from git_ticketer.lean.settings import Settings
from git_ticketer.storage import commits, worktree
table = commits.open(worktree.find(".", os.environ), Settings())
print(*(made.subject for made, _, _ in table.naming(["PROJ-1"])))
"""


def test_a_read_only_git_dir_and_a_full_disk_are_no_trouble(
    empty_repo: GitRepo, tmp_path: Path
) -> None:
    faults.needs_mounts()
    empty_repo.commit(TAGGED)
    named(empty_repo)
    empty_repo.commit("Add b\n\nTicket: PROJ-1")
    state = empty_repo.git_dir / "ticketer"
    read = faults.python(SCRIPT)

    locked = faults.mounted(
        empty_repo, tmp_path / "ro", faults.read_only(empty_repo.git_dir), read, read
    )
    disk = faults.own_disk(state, "128k")
    _, *full = faults.mounted(empty_repo, tmp_path / "full", disk, faults.fill(state), read, read)

    assert [(d.code, d.out, d.err) for d in (*locked, *full)] == [(0, "Add a Add b\n", "")] * 4


def test_the_merge_that_brought_a_commit_is_known(empty_repo: GitRepo) -> None:
    repo = create(empty_repo.path.parent / "merged", empty_repo.environ)
    repo.commit("Start")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit(TAGGED)
    repo.git("checkout", "-q", "main")

    def merges() -> list[str]:
        table = commits.open(worktree.find(str(repo.path), os.environ), settings())
        found = [made.merge for made, _, _ in table.naming(["PROJ-1"])]
        subjects = [made.subject for made in table.named(found).values()]
        table.close()
        return subjects

    assert merges() == []
    repo.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    assert merges() == ["Merge topic"]
    repo.commit("On")
    assert merges() == ["Merge topic"]
    repo.git("reset", "-q", "--hard", "HEAD~2")
    assert merges() == []
