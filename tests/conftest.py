"""Fixtures that seal every test off from the machine it runs on."""

import os
from pathlib import Path

import pytest

from tests.support.git import GitRepo, create, sealed_environment


@pytest.fixture(autouse=True)
def environ(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The sealed environment, also put in place of the process's own."""
    sealed = sealed_environment(tmp_path_factory.mktemp("home"))
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in sealed.items():
        monkeypatch.setenv(name, value)
    return sealed


@pytest.fixture
def empty_repo(tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository without commits or hooks."""
    return create(tmp_path / "repo", environ)


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """A repository with one untagged commit and our hooks installed as files."""
    empty_repo.commit("first")
    done = empty_repo.ticket("hooks", "install")
    assert done.code == 0, done.err
    return empty_repo
