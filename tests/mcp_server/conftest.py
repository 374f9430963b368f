"""A repository whose team has a prefix."""

import pytest

from tests.support.git import GitRepo


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with a prefix for tickets and none yet."""
    done = repo.ticket("init", "--prefix", "PROJ")
    assert done.code == 0, done.err
    return repo
