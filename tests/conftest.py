"""Fixtures that seal every test off from the machine it runs on."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.support.git import GitRepo, copied, create, sealed_environment

# Where skips are forbidden, these are still right: what they need cannot be installed anywhere.
ALLOWED_SKIPS = ("needs git 2.54", "cannot mount", "takes hooks from its configuration")
NO_SKIPS = "GIT_TICKETER_NO_SKIPS" in os.environ


def pytest_configure() -> None:
    """Let signals reach what the tests start: a job in the background inherits them ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the skips that make a run with GIT_TICKETER_NO_SKIPS fail."""
    for reason in _forbidden_skips(terminalreporter):
        terminalreporter.line(f"skipped although it can run here: {reason}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped that could have run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _forbidden_skips(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _forbidden_skips(reporter: pytest.TerminalReporter) -> list[str]:
    reports = reporter.stats.get("skipped", []) if NO_SKIPS else []
    reasons = [f"{report.nodeid}: {report.longrepr}" for report in reports]
    return [text for text in reasons if not any(word in text for word in ALLOWED_SKIPS)]


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


@pytest.fixture(scope="session")
def with_hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one untagged commit and our hooks installed as files, to be copied."""
    folder = tmp_path_factory.mktemp("with-hooks")
    repo = create(folder / "repo", sealed_environment(folder / "home"))
    repo.commit("first")
    done = repo.ticket("hooks", "install")
    assert done.code == 0, done.err
    shutil.rmtree(repo.path / ".git/ticketer")
    return repo.path


@pytest.fixture
def repo(with_hooks: Path, tmp_path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository with one untagged commit and our hooks installed as files."""
    return copied(with_hooks, tmp_path / "repo", environ)
