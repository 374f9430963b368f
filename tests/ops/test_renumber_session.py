"""A renumber takes the session along, and makes a ticket of a copied folder."""

import os
from pathlib import Path

import pytest

from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import known, renumber
from git_ticketer.ops.moving import Renumbered
from git_ticketer.ops.workspace import open_workspace
from git_ticketer.storage.tickets import Tickets
from git_ticketer.storage.yamlfile import BadFile
from tests.support.git import GitRepo

OLDER, YOUNGER = (f"01JD8Z6W5T3K9QG4R7M2XV1B0{end}" for end in "AB")
AGENT = {"GIT_TICKET_SESSION": "agent-1"}


def ticket(uid: str, id: str = "PROJ-2", more: str = "") -> str:
    second = "0" if uid == OLDER else "5"
    return f"uid: {uid}\n\nid: {id}\n\n{more}title: T\n\ncreated: 2026-11-22T09:00:0{second}Z\n"


def put(repo: GitRepo, uid: str, id: str = "PROJ-2", more: str = "") -> None:
    repo.write(f".tickets/{id}/ticket.yaml", ticket(uid, id, more))
    text = f"ticket: {id}\n\nticket_uid: {uid}\n\nauthor: D <d@e>\n\ntext: hello\n"
    repo.write(f".tickets/{id}/comments/{uid[:-2]}Z{uid[-1]}.yaml", text)


def commit(repo: GitRepo) -> None:
    repo.git("add", "--all", ".tickets")
    repo.git("commit", "--quiet", "-m", "change", GIT_TICKET="none")


def run(repo: GitRepo, id: str = "PROJ-2", **options: str) -> Renumbered:
    return renumber.renumber(open_workspace(str(repo.path), repo.environ), id, **options)


def clones(repo: GitRepo, mine: str, theirs: str) -> GitRepo:
    """`main` has one PROJ-2 and is checked out, `theirs` has another."""
    repo.write(".tickets/config.yaml", "prefix: PROJ\ntrailers:\n  uid: Ticket-Uid\n")
    commit(repo)
    for branch, uid in (("theirs", theirs), ("main", mine)):
        repo.git("switch", "--quiet", *(["-c"] if branch != "main" else []), branch)
        put(repo, uid)
        commit(repo)
    return repo


def next_trailers(repo: GitRepo, **environ: str) -> str:
    """Those of a commit after the renumber was committed, which a merge's hooks do not tag."""
    repo.git("add", "--all", ".tickets")
    repo.commit("renumbered", GIT_TICKET="none")
    repo.commit("work", **environ)
    return repo.trailers()


def forget_uid(repo: GitRepo) -> None:
    """Make the session one that was attached before its ticket had a file."""
    [path] = (repo.git_dir / "ticketer/sessions").iterdir()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("uid ")), encoding="utf-8")


@pytest.mark.parametrize("merge", [True, False], ids=["conflict", "branches"])
@pytest.mark.parametrize("with_uid", [True, False], ids=["uid", "no uid"])
@pytest.mark.parametrize(
    ("mine", "theirs", "id"), [(YOUNGER, OLDER, "PROJ-3"), (OLDER, YOUNGER, "PROJ-2")]
)
def test_a_session_stays_with_its_ticket(
    repo: GitRepo, mine: str, theirs: str, id: str, merge: bool, with_uid: bool
) -> None:
    clones(repo, mine, theirs)
    repo.ticket("attach", "2")
    if not with_uid:
        forget_uid(repo)
    if merge:
        assert repo.attempt("merge", "--quiet", "theirs").code == 1
    done = run(repo)
    assert done.attached is (id == "PROJ-3")
    assert done.unsure is (id == "PROJ-2" and not with_uid)
    assert next_trailers(repo).splitlines()[:2] == [f"Ticket: {id}", f"Ticket-Uid: {mine}"]
    attached = [line[1:7] for line in repo.journal() if line[1] == "attach"]
    assert [line[4] for line in attached] == ["PROJ-2", *(["PROJ-3"] if done.attached else [])]


def test_a_session_without_a_uid_is_not_guessed_in_a_rebase(repo: GitRepo) -> None:
    clones(repo, OLDER, YOUNGER)
    repo.ticket("attach", "PROJ-2")
    forget_uid(repo)
    assert repo.attempt("rebase", "theirs").code == 1
    done = run(repo)
    assert (done.attached, done.unsure) == (False, True)


def test_the_session_that_an_agent_follows_goes_along_and_stays_followed(repo: GitRepo) -> None:
    clones(repo, YOUNGER, OLDER)
    repo.ticket("attach", "PROJ-2")
    assert repo.ticket("renumber", "PROJ-2", **AGENT).code == 0
    expected = ["Ticket: PROJ-3", f"Ticket-Uid: {YOUNGER}"]
    assert next_trailers(repo).splitlines()[:2] == expected
    assert next_trailers(repo, **AGENT).splitlines()[:2] == expected
    repo.ticket("attach", "PROJ-2")
    assert next_trailers(repo, **AGENT).splitlines()[0] == "Ticket: PROJ-2"


def test_another_session_s_ticket_and_an_opt_out_are_left_alone(repo: GitRepo) -> None:
    clones(repo, YOUNGER, OLDER)
    put(repo, OLDER[:-1] + "C", "PROJ-1")
    repo.ticket("attach", "PROJ-1")
    repo.ticket("attach", "--none", **AGENT)
    assert run(repo).attached is False
    assert next_trailers(repo).splitlines()[0] == "Ticket: PROJ-1"
    assert repo.journal()[-1][1] != "attach"


def fresh_uid(repo: GitRepo, id: str) -> str:
    path = repo.path / f".tickets/{id}/ticket.yaml"
    return path.read_text(encoding="utf-8").split("\n")[0].removeprefix("uid: ")


@pytest.mark.parametrize("named", ["PROJ-4", "PROJ-7"])
@pytest.mark.parametrize(
    ("tracked", "original", "copy"),
    [("PROJ-7", "PROJ-7", "PROJ-4"), ("PROJ-4", "PROJ-4", "PROJ-7"), ("", "PROJ-4", "PROJ-7")],
    ids=["the higher is in HEAD", "the lower is", "none is"],
)
def test_a_copy_with_an_id_of_its_own_gets_a_uid_too(
    empty_repo: GitRepo, named: str, tracked: str, original: str, copy: str
) -> None:
    empty_repo.commit()
    if tracked:
        put(empty_repo, OLDER, tracked)
        commit(empty_repo)
    put(empty_repo, OLDER, "PROJ-4")
    put(empty_repo, OLDER, "PROJ-7")
    done = run(empty_repo, named)
    fresh = fresh_uid(empty_repo, copy)
    assert (done.old, done.new, done.uid, done.keeper) == (original, copy, fresh, OLDER)
    assert done.is_copy
    assert fresh != OLDER
    for id, uid in ((original, OLDER), (copy, fresh)):
        folder = empty_repo.path / f".tickets/{id}"
        assert (folder / "ticket.yaml").read_text(encoding="utf-8") == (
            ticket(OLDER, id).replace(OLDER, uid)
        )
        [comment] = (folder / "comments").iterdir()
        assert comment.read_text(encoding="utf-8").startswith(
            f"ticket: {id}\n\nticket_uid: {uid}\n"
        )


def test_a_session_on_a_copy_gets_the_copy_s_uid(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\ntrailers:\n  uid: Ticket-Uid\n")
    put(repo, OLDER, "PROJ-1")
    commit(repo)
    put(repo, OLDER, "PROJ-2")
    repo.ticket("attach", "PROJ-2")
    assert run(repo).attached
    fresh = fresh_uid(repo, "PROJ-2")
    assert next_trailers(repo).splitlines()[:2] == ["Ticket: PROJ-2", f"Ticket-Uid: {fresh}"]


def test_what_a_renumber_left_behind_on_a_branch_is_no_copy(empty_repo: GitRepo) -> None:
    put(empty_repo, OLDER, "PROJ-2")
    put(empty_repo, OLDER, "PROJ-7", "aliases: [PROJ-2]\n\n")
    workspace = open_workspace(str(empty_repo.path), empty_repo.environ)
    for id in ("PROJ-2", "PROJ-7"):
        assert known.copied(workspace, Tickets(workspace.worktree).read(id).ticket) is None


def test_bare_numbers_and_the_current_ticket_are_ids_too(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(repo, OLDER)
    assert run(repo, "2", to="50").new == "PROJ-50"
    repo.ticket("attach", "PROJ-50")
    assert run(repo, "@", to="60").new == "PROJ-60"


@pytest.mark.parametrize(
    "text",
    [
        f"<<<<<<< ours: uid\n{ticket(OLDER)}=======\n{ticket(YOUNGER)}>>>>>>> theirs: uid\n",
        f"<<<<<<< HEAD\nuid: {OLDER}\n=======\nuid: {YOUNGER}\n>>>>>>> x\n\nid: PROJ-2\n",
    ],
    ids=["our merge driver", "git"],
)
def test_a_conflict_of_two_tickets_asks_for_a_renumber(empty_repo: GitRepo, text: str) -> None:
    empty_repo.write(".tickets/PROJ-2/ticket.yaml", text)
    assert hint(empty_repo.path) == "git ticket renumber PROJ-2"


def test_a_conflict_in_one_ticket_is_to_be_resolved(empty_repo: GitRepo) -> None:
    marks = "<<<<<<< ours\ntitle: A\n=======\ntitle: B\n>>>>>>> theirs\n"
    empty_repo.write(".tickets/PROJ-2/ticket.yaml", f"uid: {OLDER}\n\nid: PROJ-2\n\n{marks}")
    path = ".tickets/PROJ-2/ticket.yaml"
    assert hint(empty_repo.path) == f"resolve the conflict in {path}, then git add {path}"


def hint(top: Path) -> str:
    worktree = open_workspace(str(top), os.environ).worktree
    with pytest.raises(BadFile) as caught:
        Tickets(worktree).read(TicketId("PROJ-2"))
    return caught.value.hint
