"""What decides: the team's settings, the environment, announced sessions, the branch."""

import re
from pathlib import Path

import pytest

from tests.hooks.test_situations import SITUATIONS, Situation
from tests.support.git import GitRepo
from tests.support.situations import (
    hooked,
    make,
    messages,
    outcome,
    session,
    state,
)

REFUSED = """\
error: this repository requires a ticket for every commit, and none was decided
hint: git ticket attach PROJ-123, or git ticket attach --none; --no-verify commits anyway
"""
COMMIT = ("commit", "--quiet", "--allow-empty", "-m", "new")
REPLAYS = ("merge", "pull", "rebase", "cherry-pick", "revert", "am")


def configure(repo: GitRepo, text: str) -> None:
    """Write the team configuration; what the hooks know is brought up to date."""
    repo.write(".tickets/config.yaml", text)
    assert repo.ticket("status").code == 0


def block(repo: GitRepo, ticket: str, **environ: str) -> str:
    """The message `new` with both trailers."""
    return f"new\n\nTicket: {ticket}\nTicket-Session: {session(repo, **environ)}\n"


def test_require_refuses_an_undecided_commit_even_before_any_command_ran(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "require: true\n")
    before = state(repo)

    assert outcome(repo.attempt(*COMMIT)) == (1, "", REFUSED)
    assert state(repo) == before


def test_require_lets_no_verify_and_every_decision_through(repo: GitRepo) -> None:
    configure(repo, "require: true\n")

    assert outcome(repo.attempt(*COMMIT, "--no-verify")) == (0, "", "")
    assert repo.message() == "new\n"
    assert repo.commit("new", GIT_TICKET="none") == "new\n"
    repo.ticket("attach", "--none")
    assert repo.commit("new") == "new\n"
    repo.ticket("attach", "PROJ-1")
    assert repo.commit("new") == block(repo, "PROJ-1")


@pytest.mark.parametrize(
    "case",
    [s for s in SITUATIONS if s.name.startswith(REPLAYS) and "commit -am" not in s.script],
    ids=lambda case: case.name,
)
def test_require_never_refuses_in_a_merge_or_replay(
    case: Situation, tmp_path: Path, environ: dict[str, str]
) -> None:
    plain, ours = make(tmp_path / "plain", environ), hooked(tmp_path / "ours", environ)
    configure(ours, "require: true\n")

    without, done = (repo.run("sh", "-ec", case.script) for repo in (plain, ours))

    assert (without.code, done.code) == (0, 0), done.err
    assert len(messages(ours)) == len(messages(plain))


def test_an_opt_out_is_recorded_where_the_team_wants_it(repo: GitRepo) -> None:
    configure(repo, "record_opt_out: true\n")
    repo.ticket("attach", "--none")

    assert repo.commit("new") == "new\n\nTicket: none\n"
    repo.ticket("attach", "--clear")
    assert repo.commit("new") == "new\n"
    assert repo.commit("new", GIT_TICKET="none") == "new\n\nTicket: none\n"


@pytest.mark.parametrize(
    ("branch", "ticket"),
    [
        ("PROJ-5", "PROJ-5"),
        ("feature/proj-5-avatar", "PROJ-5"),
        ("fix_PROJ-5", "PROJ-5"),
        ("ABC-007", "ABC-7"),
        ("utf-8", ""),
        ("xPROJ-5", ""),
        ("PROJ-5x", ""),
    ],
)
def test_with_auto_attach_the_branch_names_the_ticket(
    repo: GitRepo, branch: str, ticket: str
) -> None:
    repo.git("config", "ticketer.autoAttach", "true")
    configure(repo, "prefix: PROJ\nforeign_prefixes: [ABC]\n")
    repo.git("switch", "--quiet", "-c", branch)

    assert repo.commit("new") == (block(repo, ticket) if ticket else "new\n")
    repo.ticket("attach", "PROJ-1")
    assert repo.commit("new") == block(repo, "PROJ-1")


def test_without_auto_attach_the_branch_name_tags_nothing(repo: GitRepo) -> None:
    configure(repo, "prefix: PROJ\n")
    repo.git("switch", "--quiet", "-c", "PROJ-5")

    assert repo.commit("new") == "new\n"


def test_the_environment_wins_over_the_session(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", GIT_TICKET="proj-05") == block(repo, "PROJ-5")
    assert repo.commit("new", GIT_TICKET="none") == "new\n"
    assert repo.commit("new", GIT_TICKET="") == block(repo, "PROJ-1")


@pytest.mark.parametrize("garbage", ["PROJ", "../x", "PROJ-1\nX: y", "PROJ-\uff11", "-1", "a b-1"])
def test_a_git_ticket_that_is_no_id_is_one_line_and_tags_nothing(
    repo: GitRepo, garbage: str
) -> None:
    repo.ticket("attach", "PROJ-1")

    done = repo.attempt(*COMMIT, GIT_TICKET=garbage)

    assert (done.code, done.out, repo.message()) == (0, "", "new\n")
    assert re.fullmatch(r"warning: git-ticketer: GIT_TICKET is not a ticket id: .*\n", done.err)


def test_an_announced_session_follows_the_person_under_its_own_id(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", GIT_TICKET_SESSION="chat.1") == (
        "new\n\nTicket: PROJ-1\nTicket-Session: chat.1\n"
    )


def test_a_hostile_session_id_is_one_line_and_the_commit_is_tagged(repo: GitRepo) -> None:
    repo.ticket("attach", "PROJ-1")

    done = repo.attempt(*COMMIT, GIT_TICKET_SESSION="../../x")

    assert (done.code, repo.message()) == (0, block(repo, "PROJ-1"))
    assert re.fullmatch(
        r"warning: git-ticketer: GIT_TICKET_SESSION is not a session id: '../../x' .*\n", done.err
    )


def test_an_agent_that_attaches_another_ticket_changes_only_its_own_commits(repo: GitRepo) -> None:
    agent = {"CLAUDE_CODE_SESSION_ID": "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11"}
    other = {"CLAUDE_CODE_SESSION_ID": "11111111-7f0b-4f0e-9a51-2f6f3c1f7c11"}
    repo.ticket("attach", "PROJ-1")

    assert repo.commit("new", **agent) == block(repo, "PROJ-1", **agent)
    repo.ticket("attach", "PROJ-2", **agent)
    assert repo.commit("new", **agent) == block(repo, "PROJ-2", **agent)
    assert repo.commit("new") == block(repo, "PROJ-1")
    assert repo.commit("new", **other) == block(repo, "PROJ-1", **other)
    repo.ticket("attach", "--none", **agent)
    assert repo.commit("new", **agent) == "new\n"
    assert repo.commit("new") == block(repo, "PROJ-1")


def test_a_branch_that_names_another_known_ticket_is_hinted_at_until_decided(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-2/ticket.yaml", "id: PROJ-2\n")
    repo.write(".tickets/PROJ-1/ticket.yaml", "id: PROJ-1\n")
    repo.ticket("attach", "PROJ-1")
    repo.git("switch", "--quiet", "-c", "proj-2-avatar")
    hint = (
        "hint: tagged PROJ-1, but branch proj-2-avatar names PROJ-2; "
        "git ticket attach PROJ-2 switches, git ticket attach PROJ-1 stays\n"
    )

    for _ in range(2):
        done = repo.attempt(*COMMIT)
        assert (done.code, done.err, repo.message()) == (0, hint, block(repo, "PROJ-1"))
    repo.ticket("attach", "PROJ-1")
    assert (repo.attempt(*COMMIT).err, repo.message()) == ("", block(repo, "PROJ-1"))


def test_a_branch_that_names_an_unknown_or_the_same_ticket_gives_no_hint(repo: GitRepo) -> None:
    repo.write(".tickets/PROJ-1/ticket.yaml", "id: PROJ-1\n")
    repo.ticket("attach", "PROJ-1")

    for branch in ("utf-8", "other-9", "proj-01-again"):
        repo.git("switch", "--quiet", "-c", branch)
        assert (repo.attempt(*COMMIT).err, repo.tickets()) == ("", ["PROJ-1"])
