"""Which ticket an id means: in the work tree, by a former id, on a branch, or nobody's."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from git_ticketer.errors import ExitCode
from git_ticketer.lean.ids import TicketId
from git_ticketer.ops import known
from git_ticketer.ops.known import Ambiguous, Archived, Known, UnknownTicket
from git_ticketer.ops.workspace import BadId, Workspace, open_workspace
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.tickets import NoSuchTicket
from tests.support.git import GitRepo

UID = "01JD8Z6W5T3K9QG4R7M2XV1B0A"
OTHER = "01JD8Z6W5T3K9QG4R7M2XV1B0B"


def ticket(
    repo: GitRepo, id: str, *, uid: str = UID, status: str = "planned", more: str = ""
) -> None:
    text = f"uid: {uid}\n\nid: {id}\n\n{more}title: T\n\nstatus: {status}\n"
    repo.write(f".tickets/{id}/ticket.yaml", text)


def branch(repo: GitRepo, name: str, id: str) -> None:
    """Commit a ticket on a branch, and go back."""
    repo.git("switch", "--quiet", "--create", name)
    ticket(repo, id)
    repo.git("add", ".tickets")
    repo.git("commit", "--quiet", "-m", name)
    repo.git("switch", "--quiet", "-")


def work(repo: GitRepo) -> Workspace:
    return open_workspace(str(repo.path), repo.environ)


@pytest.fixture
def project(empty_repo: GitRepo) -> GitRepo:
    """A repository with the prefix PROJ and one commit."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    empty_repo.git("add", ".")
    empty_repo.git("commit", "--quiet", "-m", "first")
    return empty_repo


@pytest.mark.parametrize("text", ["PROJ-7", "proj-007"])
def test_a_ticket_in_the_work_tree_is_known(project: GitRepo, text: str) -> None:
    ticket(project, "PROJ-7")
    assert known.resolve(work(project), text) == Known(
        TicketId("PROJ-7"), True, UID, "", "", "planned"
    )


def test_a_ticket_in_the_work_tree_needs_no_git_process(project: GitRepo, tmp_path: Path) -> None:
    ticket(project, "PROJ-7")
    traced = {**project.environ, "GIT_TRACE": str(tmp_path / "log")}
    workspace = open_workspace(str(project.path), traced)
    (tmp_path / "log").unlink()
    assert known.to_attach(workspace, "PROJ-7").uid == UID
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize("form", ["aliases:\n- PROJ-3\n\n", "aliases: [x-1, proj-003]\n\n"])
def test_a_former_id_means_the_ticket_of_today(project: GitRepo, form: str) -> None:
    ticket(project, "PROJ-9", more=form)
    ticket(project, "PROJ-10", uid=OTHER, more="parent: PROJ-3\n\n")
    workspace = work(project)
    assert known.resolve(workspace, "PROJ-3") == Known(
        TicketId("PROJ-9"), True, UID, "PROJ-3", "", "planned"
    )
    assert known.in_work_tree(workspace, TicketId("PROJ-3")) == "PROJ-9"
    known.to_attach(workspace, "PROJ-3")
    assert workspace.warnings == ["PROJ-3 is now PROJ-9"]


def test_a_former_id_is_found_in_files_that_git_ignores(project: GitRepo) -> None:
    project.write(".gitignore", ".tickets\n")
    ticket(project, "PROJ-9", more="aliases: [PROJ-3]\n\n")
    assert known.resolve(work(project), "PROJ-3").id == "PROJ-9"


def test_a_former_id_of_two_tickets_is_ambiguous(project: GitRepo) -> None:
    ticket(project, "PROJ-8", more="aliases: [PROJ-3]\n\n")
    ticket(project, "PROJ-9", uid=OTHER, more="aliases: [PROJ-3]\n\n")
    with pytest.raises(Ambiguous) as caught:
        known.resolve(work(project), "PROJ-3")
    assert caught.value.message == "PROJ-3 is a former id of PROJ-8 and of PROJ-9"
    assert caught.value.exit_code == ExitCode.NOT_FOUND


def test_a_ticket_on_a_branch_is_known_with_the_branch(project: GitRepo) -> None:
    branch(project, "topic/x", "PROJ-7")
    expected = Known(TicketId("PROJ-7"), True, UID, "", "topic/x", "planned")
    assert known.resolve(work(project), "PROJ-7") == expected
    project.git("update-ref", "refs/remotes/origin/other", "topic/x")
    project.git("branch", "--quiet", "-D", "topic/x")
    assert known.resolve(work(project), "PROJ-7").where == "origin/other"


def test_a_ticket_on_a_branch_is_not_in_the_work_tree(project: GitRepo) -> None:
    branch(project, "topic", "PROJ-7")
    with pytest.raises(NoSuchTicket) as caught:
        known.in_work_tree(work(project), TicketId("PROJ-7"))
    assert caught.value.message == "there is no ticket PROJ-7"
    assert caught.value.hint == "git ticket show PROJ-7 --ref topic"


def test_an_uncommitted_ticket_of_another_worktree_is_known(
    project: GitRepo, tmp_path: Path
) -> None:
    other = project.worktree(tmp_path / "other", "other")
    ticket(other, "PROJ-7")
    assert known.resolve(work(project), "PROJ-7").where == str(other.path)


def test_an_unknown_id_of_this_repository_is_refused_with_near_ones(project: GitRepo) -> None:
    for id in ("PROJ-21", "PROJ-120", "PROJ-13", "PROJ-400", "OTHER-12"):
        ticket(project, id)
    with pytest.raises(UnknownTicket) as caught:
        known.resolve(work(project), "PROJ-12")
    assert caught.value.near == ("PROJ-21", "PROJ-13", "PROJ-120")
    assert caught.value.exit_code == ExitCode.NOT_FOUND


def test_near_ids_come_from_branches_where_the_work_tree_has_none(project: GitRepo) -> None:
    branch(project, "topic", "PROJ-7")
    with pytest.raises(UnknownTicket) as caught:
        known.resolve(work(project), "PROJ-8")
    assert caught.value.near == ("PROJ-7",)


def test_an_id_is_accepted_while_the_repository_has_no_tickets(project: GitRepo) -> None:
    assert known.resolve(work(project), "PROJ-8") == Known(TicketId("PROJ-8"), known=False)


def test_a_foreign_id_is_accepted_and_not_known(project: GitRepo) -> None:
    ticket(project, "PROJ-7")
    assert known.resolve(work(project), "JIRA-8") == Known(TicketId("JIRA-8"), known=False)


def test_without_a_prefix_the_prefixes_in_use_are_this_repository_s(empty_repo: GitRepo) -> None:
    ticket(empty_repo, "PROJ-7")
    with pytest.raises(UnknownTicket):
        known.resolve(work(empty_repo), "PROJ-8")
    assert known.resolve(work(empty_repo), "JIRA-8").known is False


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_a_closed_ticket_is_attached_with_a_warning(project: GitRepo, status: str) -> None:
    ticket(project, "PROJ-7", status=status)
    workspace = work(project)
    assert known.to_attach(workspace, "PROJ-7").known
    assert workspace.warnings == [f"PROJ-7 is closed: its status is {status}"]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["work tree", "branch"])
def test_an_archived_ticket_is_refused_with_the_way_back(project: GitRepo, elsewhere: bool) -> None:
    if elsewhere:
        project.git("switch", "--quiet", "--create", "topic")
    ticket(project, "PROJ-7", status="archived")
    if elsewhere:
        project.git("add", ".tickets")
        project.git("commit", "--quiet", "-m", "t")
        project.git("switch", "--quiet", "main")
    with pytest.raises(Archived) as caught:
        known.to_attach(work(project), "PROJ-7")
    assert (caught.value.message, caught.value.hint) == (
        "PROJ-7 is archived",
        "git ticket reopen PROJ-7",
    )
    assert known.resolve(work(project), "PROJ-7").status == "archived"


def test_a_ticket_in_a_conflict_can_be_attached_and_says_so(project: GitRepo) -> None:
    project.write(".tickets/PROJ-7/ticket.yaml", "<<<<<<< HEAD\nuid: a\n=======\n>>>>>>> b\n")
    workspace = work(project)
    assert known.to_attach(workspace, "PROJ-7").known
    assert workspace.warnings == [".tickets/PROJ-7/ticket.yaml:1: a merge conflict"]


def test_a_text_that_is_no_id_is_refused(project: GitRepo) -> None:
    with pytest.raises(BadId):
        known.resolve(work(project), "../PROJ-7")


def test_a_linked_folder_of_tickets_is_refused(empty_repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    workspace = work(empty_repo)
    os.symlink(tmp_path / "outside", empty_repo.path / ".tickets")
    with pytest.raises(LeadsOutside):
        known.resolve(workspace, "PROJ-7")


def test_a_trailer_means_the_ticket_of_its_uid_else_of_its_id_else_of_an_alias(
    project: GitRepo,
) -> None:
    ticket(project, "PROJ-3", uid=OTHER)
    ticket(project, "PROJ-9", more="aliases: [PROJ-3, PROJ-4]\n\n")
    workspace = work(project)
    answers = {
        ("PROJ-3", UID): ["PROJ-9"],
        ("PROJ-3", OTHER): ["PROJ-3"],
        ("PROJ-3", OTHER[:-1] + "D"): [],
        ("PROJ-3", ""): ["PROJ-3", "PROJ-9"],
        ("PROJ-4", ""): ["PROJ-9"],
        ("PROJ-9", ""): ["PROJ-9"],
        ("PROJ-5", ""): [],
    }
    for (id, uid), tickets in answers.items():
        found = known.tagged(workspace, id, uid)
        assert (list(found.tickets), found.ambiguous) == (tickets, len(tickets) > 1)


IDS = st.integers(1, 400).map(lambda number: TicketId(f"PROJ-{number}"))


@given(IDS, st.lists(IDS, unique=True))
def test_near_ids_are_at_most_three_others_and_one_slip_comes_before_none(
    id: TicketId, names: list[TicketId]
) -> None:
    found = known.near(id, names)
    others = [name for name in names if name != id]
    assert len(found) == min(3, len(others))
    assert set(found) <= set(others)
    swapped = [name for name in others if sorted(name) == sorted(id)]
    assert set(found[: len(swapped)]) <= set(swapped)
