"""A JSON document holds every text as it is, and no line of it is a command to who prints it."""

import json
import re

import pytest

from tests.support.cached import put
from tests.support.git import GitRepo

COMMANDS = (
    "##[set-output name=a]b",
    "x ##[add-path]/x",
    "###[error]",
    "##vso[task.setvariable variable=a]b",
)


@pytest.mark.parametrize("text", COMMANDS)
def test_no_text_is_a_command_to_a_ci_system(empty_repo: GitRepo, text: str) -> None:
    put(empty_repo, 1, text)

    said = empty_repo.ticket("show", "PROJ-1", "--json").out

    assert json.loads(said)["title"] == text
    assert re.search(r"##\w*\[", said) is None


def test_an_error_is_none_either(empty_repo: GitRepo) -> None:
    done = empty_repo.ticket("flow", "disallow", COMMANDS[0], "--json")

    assert json.loads(done.out)["error"] == f"there is no flow {COMMANDS[0]!r}"
    assert "##" not in done.out


def test_a_heading_in_a_text_stays_as_it_is(empty_repo: GitRepo) -> None:
    put(empty_repo, 1, "## A heading [1]")

    assert '"title": "## A heading [1]"' in empty_repo.ticket("show", "PROJ-1", "--json").out
