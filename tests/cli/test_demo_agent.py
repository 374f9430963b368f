"""`git ticket demo --agent`: a scripted agent, real hooks, a real server, from prompt to line."""

import re

import pytest

from tests.cli.test_demo import AGENTS
from tests.support.git import GitRepo

SESSION = "5f0d7c3a-9b1e-4c55-8a27-61d3e0b7a9f4"


@pytest.mark.parametrize("surroundings", [{}, AGENTS], ids=["plain", "inside an agent"])
def test_an_agents_session_ends_as_a_tagged_commit_and_a_line_that_leads_to_its_prompt(
    empty_repo: GitRepo, surroundings: dict[str, str]
) -> None:
    done = empty_repo.ticket("demo", "--agent", **surroundings)

    assert done.code == 0, done.err
    told, rest = done.out.split("It works: ")
    assert "# PROJ-1: `Add an avatar to the profile`" in told
    assert "- [ ] `" in told
    status = '"message": "Currently associated with ticket: PROJ-1", "current_ticket": "PROJ-1"'
    assert f'{{"success": true, {status}, "session_id": "{SESSION}"' in rest
    assert re.search(r"archived \.tickets/PROJ-1/sessions/\S+-claude-code-cb9fbf0c0376\.yaml", rest)
    ending = rest[rest.index("The commit is tagged") :]
    assert f"Crop the avatar\n\nTicket: PROJ-1\nTicket-Session: {SESSION}\n" in ending
    shown = re.sub(r"20\d\d-\S+Z", "TIME", re.sub(r"\b[0-9a-f]{10}\b", "COMMIT", ending))
    shown = re.sub(r"sessions/20[0-9-]{8}", "sessions/DATE", shown)
    assert (
        shown[shown.index("commit   ") :]
        == f"""\
commit   COMMIT  TIME  Dana
         Crop the avatar
ticket   PROJ-1  Add an avatar to the profile  (backlog)  [trailer]
session  {SESSION}  claude-code 2.1.12  [trailer]
         .tickets/PROJ-1/sessions/DATE-claude-code-cb9fbf0c0376.yaml
prompt   entry 1  TIME
    The avatar must be square.
answer   entry 3  TIME
    I crop it to the smaller side.
hint: git ticket session show {SESSION}
"""
    )
