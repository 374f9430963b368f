"""`git ticket prime` tells an agent what it must know, and no more."""

import json

from tests.support.cached import put
from tests.support.git import GitRepo

MOST = 1500


def first_line(repo: GitRepo, **environ: str) -> str:
    done = repo.ticket("prime", **environ)
    assert (done.code, done.err) == (0, "")
    assert len(done.out) <= MOST
    return done.out.split("\n")[0]


def test_it_says_what_is_attached(repo: GitRepo) -> None:
    put(repo, 7, "Add an avatar")
    undecided = first_line(repo)
    repo.ticket("attach", "PROJ-7")
    attached = first_line(repo)
    repo.ticket("attach", "--none")
    opted_out = first_line(repo)
    repo.ticket("attach", "--clear")

    assert undecided == "git ticket: no ticket is attached, nothing is decided."
    assert attached == "git ticket: PROJ-7 is attached, commits of this session carry it."
    assert opted_out == "git ticket: this session opted out, its commits carry no ticket."
    assert first_line(repo) == (
        "git ticket: no ticket is attached, nothing is decided;"
        " likely wanted: git ticket attach PROJ-7."
    )


def test_it_says_what_the_branch_means(repo: GitRepo) -> None:
    put(repo, 7, "Add an avatar")
    put(repo, 8, "Resize it")
    repo.git("checkout", "-q", "-b", "topic/proj-8-resize")

    undecided = first_line(repo)
    other = first_line(repo, GIT_TICKET="PROJ-7")

    assert undecided.endswith("nothing is decided; likely wanted: git ticket attach PROJ-8.")
    assert other.endswith("carry it; but the branch names PROJ-8: ask which is right.")
    assert first_line(repo, GIT_TICKET="PROJ-8").endswith("this session carry it.")


def test_it_names_the_trailers_that_the_team_uses(repo: GitRepo) -> None:
    assert "Hooks write the trailers Ticket: and Ticket-Session: to" in repo.ticket("prime").out
    repo.write(".tickets/config.yaml", "trailers:\n  ticket: Issue\n  session: ''\n")

    assert "Hooks write the trailers Issue: to" in repo.ticket("prime").out


def test_every_command_that_it_names_is_there(repo: GitRepo) -> None:
    from git_ticketer.cli.app import COMMANDS

    words = repo.ticket("prime").out.split("git ticket ")[1:]
    named = {text.split()[0] for text in words} - {"COMMAND"}

    assert named >= {"attach", "context", "todo", "create", "comment"}
    assert named <= set(COMMANDS)


def test_as_json_it_has_what_holds_and_the_text(repo: GitRepo) -> None:
    put(repo, 7, "Add an avatar")
    repo.ticket("attach", "PROJ-7")

    found = json.loads(repo.ticket("prime", "--json").out)

    assert found.pop("text") == repo.ticket("prime").out
    assert found == {
        "schema": 1,
        "success": True,
        "decision": "associated",
        "current_ticket": "PROJ-7",
        "suggested": None,
    }


def test_asking_decides_nothing(repo: GitRepo) -> None:
    repo.ticket("prime")

    assert repo.commit("work") == "work\n"


def test_outside_of_git_it_is_an_error(repo: GitRepo) -> None:
    outside = GitRepo(repo.path.parent, repo.environ)

    assert (outside.ticket("prime").code, outside.ticket("prime").out) == (1, "")
