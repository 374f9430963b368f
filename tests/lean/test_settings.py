"""The settings snapshot: hostile lines are refused, a broken file is kept and written anew."""

import json
import os
from pathlib import Path

import pytest

from git_ticketer.lean.settings import Settings, is_current, is_trailer_key, parse, stamp
from git_ticketer.storage.snapshot import dump
from tests.support.git import GitRepo


def _values(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in Settings.__slots__}


def _full() -> Settings:
    settings = Settings()
    settings.require = settings.record_opt_out = settings.auto_attach = True
    settings.prompt, settings.timeout, settings.comment = "never", 5, ";;"
    settings.ticket_key, settings.session_key, settings.uid_key = "Issue", "", "Ticket-Uid"
    settings.prefixes = ["PROJ", "OPS"]
    settings.sources = {"/a b/c": (12, 34), "/missing": None, "/odd \udcff": (0, 0)}
    return settings


@pytest.mark.parametrize("settings", [Settings(), _full()], ids=["defaults", "all changed"])
def test_settings_are_read_back_as_they_were_written(settings: Settings) -> None:
    assert _values(parse(dump(settings))) == _values(settings)


def test_require_stands_on_line_two_where_the_shim_looks_for_it() -> None:
    assert dump(_full()).split(b"\n")[:2] == [b"version 1", b"require true"]
    assert dump(Settings()).split(b"\n")[1] == b"require false"


@pytest.mark.parametrize(
    "line",
    [
        *("require", "require yes", "require TRUE", "require true ", "record_opt_out 1"),
        *("auto_attach on", "prompt sometimes", "prompt ", "timeout -1", "timeout 1.5"),
        *("timeout ", "timeout 9999999", "timeout ١٢", "timeout 0x10", "timeout 30 minutes"),
        *("ticket_key a b", "ticket_key Evil: x", "ticket_key -", "session_key ä", "uid_key a:"),
        *("comment ", "comment 12345678901234567", "prefix proj", "prefix ", "prefix A-B"),
        *("prefix ../x", "program relative", "program ", "source 1 2", "source x 2 /a"),
        *("source 1 - /a", "source -1 2 /a", "source - - ", "unknown thing", "\udcff\udcfe", "\0"),
        *("<<<<<<< HEAD", "=======", "version 1", "require true\rx"),
    ],
    ids=ascii,
)
def test_a_hostile_line_is_named_and_leaves_the_default(line: str) -> None:
    found = parse(b"version 1\n" + line.encode("utf-8", "surrogateescape") + b"\n")

    assert found.problems == [f"line 2: {line[:60]!a}"]
    found.problems = []
    assert _values(found) == _values(Settings())


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"version 2\n", b"version 1 \n", b"require true\n", b"\xff\xfe", b"\0" * 99],
)
def test_a_file_that_is_no_snapshot_of_this_version_gives_the_defaults(data: bytes) -> None:
    found = parse(data)

    assert found.problems == ["line 1: not a settings snapshot of version 1"]
    found.problems = []
    assert _values(found) == _values(Settings())


def test_a_line_that_stands_twice_is_named() -> None:
    found = parse(b"version 1\ntimeout 5\nticket_key A\ntimeout 500\n")

    assert found.problems == ["line 4: 'timeout 500'"]
    assert found.timeout == 5


def test_a_timeout_is_at_most_a_year() -> None:
    assert parse(b"version 1\ntimeout 999999\n").timeout == 60 * 24 * 365


@pytest.mark.parametrize(
    ("key", "valid"),
    [
        *(("Ticket", True), ("Ticket-Uid", True), ("x1", True), ("a" * 64, True)),
        *(("", False), ("a" * 65, False), ("1x", False), ("-a", False), ("a b", False)),
        *(("a:", False), ("a_b", False), ("a\n", False), ("é", False), ("---", False)),
    ],
    ids=lambda part: ascii(part)[:20],
)
def test_a_trailer_key_is_what_git_reads_as_one(key: str, valid: bool) -> None:
    assert is_trailer_key(key) is valid


def test_a_snapshot_is_current_while_its_sources_are_as_they_were(tmp_path: Path) -> None:
    config, team = tmp_path / "config", tmp_path / "team"
    config.write_text("a", encoding="utf-8")
    settings = Settings()
    settings.sources = {str(config): stamp(str(config)), str(team): None}

    assert is_current(settings, str(team))
    assert not is_current(settings, str(tmp_path / "another worktree's"))
    team.write_text("", encoding="utf-8")
    assert not is_current(settings, str(team))
    team.unlink()
    os.utime(config, ns=(0, 1))
    assert not is_current(settings, str(team))


BROKEN = pytest.mark.parametrize(
    "how",
    [
        *("invalid bytes", "empty", "truncated", "conflict markers", "duplicate keys"),
        *("hostile timeout", "hostile key", "a folder", "a link to /dev/zero", "a dangling link"),
        "a FIFO",
    ],
)


def _break(path: Path, how: str) -> None:
    old = path.read_bytes()
    path.unlink()
    content = {
        "invalid bytes": b"\xff\xfe\x80" * 9,
        "empty": b"",
        "truncated": old[: old.index(b"ticket_key") + 6],
        "conflict markers": b"<<<<<<< HEAD\n" + old + b"=======\n" + old + b">>>>>>> x\n",
        "duplicate keys": old + b"timeout 99999\n",
        "hostile timeout": old.replace(b"timeout 30", b"timeout -1"),
        "hostile key": old.replace(b"ticket_key Ticket", b"ticket_key Evil: x\x1b[31m"),
    }
    if how in content:
        path.write_bytes(content[how])
    elif how == "a folder":
        path.mkdir()
    elif how == "a FIFO":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if "zero" in how else "nowhere")


@BROKEN
def test_a_command_reports_broken_settings_once_keeps_them_and_writes_them_anew(
    repo: GitRepo, how: str
) -> None:
    repo.ticket("attach", "PROJ-1")
    path = repo.git_dir / "ticketer/settings"
    good = path.read_bytes()
    _break(path, how)
    broken = path.lstat().st_ino
    first = repo.run("timeout", "-k1", "60", "git", "ticket", "status", "--json")
    second = repo.run("timeout", "-k1", "60", "git", "ticket", "status", "--json")

    assert (first.code, second.code, second.err) == (0, 0, "")
    assert first.err.startswith(f"warning: {path}: ")
    assert len(first.err.splitlines()) == 1
    assert json.loads(first.out)["current_ticket"] == "PROJ-1"
    assert path.read_bytes() == good
    [kept] = path.parent.glob("settings.corrupt-*")
    assert kept.lstat().st_ino == broken


@BROKEN
def test_a_commit_goes_through_tagged_with_one_line_beside_broken_settings(
    repo: GitRepo, how: str
) -> None:
    repo.ticket("attach", "PROJ-1")
    path = repo.git_dir / "ticketer/settings"
    _break(path, how)
    broken = path.lstat().st_ino
    command = ("timeout", "-k1", "60", "git", "commit", "--allow-empty", "-qm", "subject")
    done = repo.run(*command)

    assert (done.code, repo.tickets()) == (0, ["PROJ-1"])
    assert len(done.err.splitlines()) == 1
    assert "settings" in done.err
    [kept] = path.parent.glob("settings.corrupt-*")
    assert kept.lstat().st_ino == broken


def test_broken_settings_do_not_switch_require_on(repo: GitRepo) -> None:
    path = repo.git_dir / "ticketer/settings"
    path.write_bytes(b"version 9\nrequire true\n")

    assert repo.commit("subject") == "subject\n"
