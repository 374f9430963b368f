"""`git ticket renumber`: what a person and a program see of it, from two real clones."""

import json
from pathlib import Path

import pytest

from tests.support.git import GitRepo, Result

OLDER, YOUNGER = (f"01JD8Z6W5T3K9QG4R7M2XV1B0{end}" for end in "AB")


def work(repo: GitRepo, uid: str, title: str) -> None:
    """Create PROJ-1 as another clone does, with a comment, and commit it with tags."""
    second = "0" if uid == OLDER else "5"
    head = f"uid: {uid}\n\nid: PROJ-1\n\ntitle: {title}\n"
    repo.write(".tickets/PROJ-1/ticket.yaml", f"{head}\ncreated: 2026-11-22T09:00:0{second}Z\n")
    text = f"ticket: PROJ-1\n\nticket_uid: {uid}\n\nauthor: D <d@e>\n\ntext: of {title}\n"
    repo.write(f".tickets/PROJ-1/comments/{uid[:-2]}Z{uid[-1]}.yaml", text)
    repo.git("add", ".")
    tags = f"Ticket: PROJ-1\nTicket-Uid: {uid}"
    repo.git("commit", "--quiet", "-m", f"{title}\n\n{tags}", GIT_TICKET="none")


@pytest.fixture
def clone(empty_repo: GitRepo, tmp_path: Path) -> GitRepo:
    """A clone with the younger PROJ-1, in a merge with the older of another clone."""
    config = "prefix: PROJ\ntrailers:\n  uid: Ticket-Uid\n"
    empty_repo.write(".tickets/config.yaml", config)
    empty_repo.git("add", ".")
    empty_repo.git("commit", "--quiet", "-m", "first")
    empty_repo.git("clone", "--quiet", str(empty_repo.path), str(tmp_path / "clone"))
    clone = GitRepo(tmp_path / "clone", empty_repo.environ)
    work(empty_repo, OLDER, "Older")
    work(clone, YOUNGER, "Younger")
    assert clone.attempt("pull", "--quiet", "--no-rebase").code == 1
    return clone


def test_two_clones_that_created_one_id_are_mended_by_what_is_printed(clone: GitRepo) -> None:
    mine, theirs = (clone.git("rev-parse", "--short", ref) for ref in ("HEAD", "MERGE_HEAD"))
    done = clone.ticket("renumber", "PROJ-1")
    lines = done.out.split("\n")
    assert lines[:4] == [
        "PROJ-2  is the ticket that was PROJ-1 (conflict)",
        "PROJ-1  stays the older ticket",
        "moved or copied: 1 comments and sessions",
        "commits tagged PROJ-1: 2",
    ]
    assert sorted(lines[4:]) == sorted(
        ["", f"  {mine} Younger  (PROJ-2)", f"  {theirs} Older  (PROJ-1)"]
    )
    assert done.err == "hint: git add --all -- .tickets/PROJ-2 .tickets/PROJ-1\n"
    assert done.code == 0
    assert clone.run(*done.err.removeprefix("hint: ").split()).code == 0
    clone.git("commit", "--quiet", "-m", "merged")
    assert clone.git("status", "--porcelain") == ""
    titles = {
        id: json.loads(clone.ticket("show", id, "--json").out)["title"] for id in names(clone)
    }
    assert titles == {"PROJ-1": "Older", "PROJ-2": "Younger"}


def names(repo: GitRepo) -> list[str]:
    return sorted(path.name for path in (repo.path / ".tickets").iterdir() if path.is_dir())


def test_json_says_what_was_done_and_what_to_run(clone: GitRepo) -> None:
    done = clone.ticket("renumber", "proj-1", "--to", "PROJ-40", "--json")
    answer = json.loads(done.out)
    keys = ("success", "old", "new", "ticket_id", "uid", "keeper", "source", "run")
    assert [answer[key] for key in keys] == [
        True,
        "PROJ-1",
        "PROJ-40",
        "PROJ-40",
        YOUNGER,
        OLDER,
        "conflict",
        "git add --all -- .tickets/PROJ-40 .tickets/PROJ-1",
    ]
    assert {tuple(one["uids"]) for one in answer["commits"]} == {(OLDER,), (YOUNGER,)}
    assert done.err == ""


def test_the_old_id_still_finds_the_ticket_after_a_plain_renumber(repo: GitRepo) -> None:
    text = f"uid: {OLDER}\n\nid: PROJ-1\n\ntitle: One\n"
    repo.write(".tickets/PROJ-1/ticket.yaml", text)
    done = repo.ticket("renumber", "PROJ-1", "--to", "PROJ-7")
    assert (done.code, done.out) == (0, "PROJ-7  is the ticket that was PROJ-1 (work tree)\n")
    assert done.err == "hint: git add --all -- .tickets/PROJ-7\n"
    assert json.loads(repo.ticket("show", "PROJ-1", "--json").out)["id"] == "PROJ-7"
    again = "error: PROJ-1 was renumbered to PROJ-7 before\nhint: git ticket show PROJ-7\n"
    assert repo.ticket("renumber", "PROJ-1", "--to", "PROJ-9") == Result(1, "", again)


@pytest.mark.parametrize(
    ("arguments", "code", "error", "hint"),
    [
        (["PROJ-9"], 3, "there is no ticket PROJ-9 (did you mean PROJ-1?)", "git ticket list"),
        (
            ["PROJ-1"],
            1,
            "only one ticket has the id PROJ-1, on all branches",
            "git ticket renumber PROJ-1 --to ID",
        ),
        (
            ["PROJ-1", "--to", "PROJ-1"],
            1,
            "PROJ-1 is not free: ids up to it were given",
            "git ticket renumber ID --to PROJ-2",
        ),
        (
            ["PROJ-1", "--ref", "nothing"],
            3,
            "there is no branch, tag or commit nothing",
            "git branch --all",
        ),
    ],
    ids=["unknown", "no rival", "taken", "no ref"],
)
def test_what_cannot_be_renumbered_is_one_error_and_changes_nothing(
    repo: GitRepo, arguments: list[str], code: int, error: str, hint: str
) -> None:
    text = f"uid: {OLDER}\n\nid: PROJ-1\n\ntitle: One\n"
    path = repo.write(".tickets/PROJ-1/ticket.yaml", text)
    expected = Result(code, "", f"error: {error}\nhint: {hint}\n")
    assert repo.ticket("renumber", *arguments) == expected
    assert (names(repo), path.read_text(encoding="utf-8")) == (["PROJ-1"], text)


def test_an_attached_session_goes_along_and_that_is_said(clone: GitRepo) -> None:
    clone.ticket("attach", "1", GIT_TICKET_SESSION="a")
    [session] = (clone.git_dir / "ticketer/sessions").glob("a")
    text = session.read_text(encoding="utf-8")
    session.write_text(f"{text}uid {YOUNGER}\n", encoding="utf-8")
    done = clone.ticket("renumber", "1", GIT_TICKET_SESSION="a")
    assert done.out.endswith("\nthis session is now attached to PROJ-2\n")
    status = json.loads(clone.ticket("status", "--json", GIT_TICKET_SESSION="a").out)
    assert status["current_ticket"] == "PROJ-2"


def test_a_session_that_may_mean_either_ticket_is_warned(clone: GitRepo) -> None:
    clone.git("merge", "--abort")
    clone.git("reset", "--quiet", "--hard", "origin/main")
    clone.git("branch", "mine", "ORIG_HEAD")
    clone.ticket("attach", "PROJ-1")
    for path in (clone.git_dir / "ticketer/sessions").iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"uid {OLDER}\n", ""), encoding="utf-8")
    done = clone.ticket("renumber", "PROJ-1")
    assert done.err == (
        "warning: this session is attached to PROJ-1 and may have meant PROJ-2\n"
        "hint: git ticket attach PROJ-2\n"
        "hint: git add --all -- .tickets/PROJ-2 .tickets/PROJ-1\n"
    )


def test_a_copied_folder_with_its_own_id_is_said_to_be_a_ticket_now(empty_repo: GitRepo) -> None:
    for id in ("PROJ-1", "PROJ-2"):
        text = f"uid: {OLDER}\n\nid: {id}\n\ntitle: One\n"
        path = empty_repo.write(f".tickets/{id}/ticket.yaml", text)
    done = empty_repo.ticket("renumber", "PROJ-2")
    fresh = path.read_text(encoding="utf-8").split("\n")[0].removeprefix("uid: ")
    out = f"PROJ-2  is the ticket that was a copy of PROJ-1; its uid is {fresh} now\n"
    assert done == Result(0, out, "hint: git add --all -- .tickets/PROJ-2\n")
    assert empty_repo.ticket("list").err == ""
