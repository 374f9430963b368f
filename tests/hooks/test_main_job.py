"""The main job: attach a ticket, and every commit carries it."""

from tests.support.git import GitRepo
from tests.support.terminal import terminal


def test_a_commit_carries_the_attached_ticket_and_the_session(repo: GitRepo) -> None:
    attached = repo.ticket("attach", "proj-0123")
    session = repo.ticket("session", "info").out.split()[1]

    assert attached.out == "Work session now associated with ticket: PROJ-123\n"
    assert repo.commit("subject") == f"subject\n\nTicket: PROJ-123\nTicket-Session: {session}\n"


def test_an_opted_out_commit_stays_as_it_is(repo: GitRepo) -> None:
    repo.ticket("attach", "--none")

    assert repo.commit("subject") == "subject\n"


def test_an_undecided_commit_without_terminal_gets_one_hint_and_no_ticket(repo: GitRepo) -> None:
    done = repo.attempt("commit", "--allow-empty", "-qm", "subject")

    assert repo.message() == "subject\n"
    assert (done.code, done.err) == (
        0,
        "hint: this commit has no ticket; decide with: git ticket attach PROJ-123"
        "  or: git ticket attach --none\n",
    )


def test_a_person_at_a_terminal_is_asked_and_the_answer_tags_the_commit(repo: GitRepo) -> None:
    command = ("git", "commit", "--allow-empty", "-qm", "subject")
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("ticket> ")
        shown.send("PROJ-7\n")
        assert shown.wait() == 0

    assert repo.tickets() == ["PROJ-7"]
    assert repo.ticket("status").out.startswith("Currently associated with ticket: PROJ-7\n")
