"""The snapshot follows its sources: the team configuration and git's."""

import os
from pathlib import Path

import pytest

from git_ticketer.lean.settings import Settings, load
from git_ticketer.storage import snapshot
from git_ticketer.storage.snapshot import BadSetting, refresh
from git_ticketer.storage.worktree import Worktree, find
from git_ticketer.storage.yamlfile import BadFile
from tests.support.git import GitRepo


def _worktree(repo: GitRepo) -> Worktree:
    return find(str(repo.path), repo.environ)


def _stored(repo: GitRepo) -> Settings:
    found = load(f"{repo.git_dir}/ticketer")
    assert found is not None
    return found


def _refresh(repo: GitRepo) -> Settings:
    """The settings in force, which must be those that are stored."""
    settings = refresh(_worktree(repo))
    assert snapshot.dump(_stored(repo)) == snapshot.dump(settings)
    return settings


def test_a_repository_without_configuration_has_the_defaults(repo: GitRepo) -> None:
    settings = _refresh(repo)

    assert (settings.timeout, settings.prompt, settings.auto_attach) == (30, "auto", False)
    assert (settings.ticket_key, settings.session_key) == ("Ticket", "Ticket-Session")
    assert (settings.require, settings.prefixes) == (False, [])


def test_the_team_configuration_is_taken_and_its_changes_are_seen(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\nforeign_prefixes: [OPS]\nrequire: true\n")
    assert (_refresh(repo).prefixes, _refresh(repo).require) == (["PROJ", "OPS"], True)

    repo.write(".tickets/config.yaml", "prefix: NEXT\n")
    assert (_refresh(repo).prefixes, _refresh(repo).require) == (["NEXT"], False)

    (repo.path / ".tickets/config.yaml").unlink()
    assert _refresh(repo).prefixes == []


@pytest.mark.parametrize(
    ("key", "value", "name", "expected"),
    [
        ("ticketer.sessionTimeout", "5", "timeout", 5),
        ("ticketer.sessionTimeout", "0", "timeout", 0),
        ("ticketer.prompt", "never", "prompt", "never"),
        ("ticketer.autoAttach", "yes", "auto_attach", True),
        ("ticketer.autoAttach", "0", "auto_attach", False),
        ("core.commentChar", ";", "comment", ";"),
    ],
)
@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_gits_configuration_is_taken_and_its_changes_are_seen(
    repo: GitRepo, scope: str, key: str, value: str, name: str, expected: object
) -> None:
    default = getattr(_refresh(repo), name)
    repo.git("config", scope, key, value)
    assert getattr(_refresh(repo), name) == expected

    repo.git("config", scope, "--unset", key)
    assert getattr(_refresh(repo), name) == default


def test_an_included_file_is_a_source_too(repo: GitRepo, tmp_path: Path) -> None:
    included = tmp_path / "included"
    included.write_text("[ticketer]\nsessionTimeout = 7\n", encoding="utf-8")
    repo.git("config", "include.path", str(included))
    assert _refresh(repo).timeout == 7

    included.write_text("[ticketer]\nsessionTimeout = 77\n", encoding="utf-8")
    assert _refresh(repo).timeout == 77


def test_a_current_snapshot_is_not_written_again(repo: GitRepo) -> None:
    _refresh(repo)
    path = repo.git_dir / "ticketer/settings"
    before = path.stat()
    _refresh(repo)

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_two_worktrees_with_one_configuration_share_the_snapshot(
    repo: GitRepo, tmp_path: Path
) -> None:
    other = repo.worktree(tmp_path / "other", "other")
    for tree in (repo, other):
        tree.write(".tickets/config.yaml", "prefix: PROJ\n")
        refresh(_worktree(tree))
    path = repo.git_dir / "ticketer/settings"
    before = path.stat().st_ino
    for tree in (repo, other):
        assert refresh(_worktree(tree)).prefixes == ["PROJ"]

    assert path.stat().st_ino == before


def test_a_bad_git_setting_is_refused_and_the_old_snapshot_stays(repo: GitRepo) -> None:
    before = snapshot.dump(_refresh(repo))
    repo.git("config", "ticketer.prompt", "sometimes")
    with pytest.raises(BadSetting) as caught:
        refresh(_worktree(repo))

    assert (caught.value.key, caught.value.value) == ("ticketer.prompt", "sometimes")
    assert snapshot.dump(_stored(repo)) == before


def test_a_bad_team_configuration_is_refused_and_the_old_snapshot_stays(repo: GitRepo) -> None:
    before = snapshot.dump(_refresh(repo))
    path = repo.write(".tickets/config.yaml", "prefix: PROJ\nrequire: yes\n")
    with pytest.raises(BadFile) as caught:
        refresh(_worktree(repo))

    assert (caught.value.path, caught.value.line) == (str(path), 2)
    assert snapshot.dump(_stored(repo)) == before


@pytest.mark.parametrize("name", ["with space", "with\ttab", "ünï", os.fsdecode(b"odd \xff")])
def test_any_path_of_a_repository_can_be_a_source(
    name: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / name).mkdir()
    repo = GitRepo(tmp_path / name, environ)
    repo.git("init", "--quiet", ".")
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    _refresh(repo)
    before = (repo.git_dir / "ticketer/settings").stat().st_ino

    assert _refresh(repo).prefixes == ["PROJ"]
    assert (repo.git_dir / "ticketer/settings").stat().st_ino == before
