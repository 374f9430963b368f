"""Flow files: what is one, errors that name the line, and what was allowed, by content."""

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from git_ticketer.errors import TicketerError
from git_ticketer.lean.gitdir import GitDir
from git_ticketer.storage import flow_allowed, flow_files
from git_ticketer.storage.flow_allowed import NoStateFolder
from git_ticketer.storage.flow_files import Flow, NoSuchFlow, Trigger
from git_ticketer.storage.inside import LeadsOutside
from git_ticketer.storage.yamlfile import BadFile

PATH = ".tickets/flows/notify.yaml"
FULL = b"""\
# tell the reviewers
trigger: {type: statusChanged, to: In_Review, from: in progress, ticket_type: Bug, label: "no"}
command: [python, tools/notify.py, "a b"]
timeout: 600
"""
START = b"trigger: {type: ticketCreated}\n"
TYPE = "type is one of ticketCreated, statusChanged, sessionArchived"
COMMAND = "a command is one text for the shell or a list of words"
TIMEOUT = "timeout is 1 to 600 seconds"
WORDS = "is a word or a few on one line"
NAME = "a flow's file is NAME.yaml; a name is up to 40 of a-z, 0-9, -, first no dash"
TRIGGER_KEYS = "there are: type, to, from, ticket_type, label"
BROKEN = {
    "an unknown key": (START + b"command: [true]\nshell: bash\n", 3, "unknown key 'shell'; "
                       "there are: trigger, command, timeout"),
    "an unknown condition": (b"trigger:\n  type: ticketCreated\n  branch: main\ncommand: x\n", 3,
                             f"unknown key 'branch'; {TRIGGER_KEYS}"),
    "no trigger": (b"command: [true]\n", 1, "there is no `trigger`"),
    "no command": (START, 1, "there is no `command`"),
    "nothing": (b"", 0, "expected lines of `key: value`"),
    "a list": (b"- a\n", 1, "expected lines of `key: value`"),
    "a trigger of one word": (b"trigger: ticketCreated\ncommand: x\n", 1,
                              "expected lines of `key: value`"),
    "another type": (b"trigger:\n  to: x\n  type: pushed\ncommand: x\n", 3, TYPE),
    "no type": (b"trigger: {label: x}\ncommand: x\n", 1, TYPE),
    "a status of a new ticket": (b"command: x\ntrigger:\n  type: ticketCreated\n  to: done\n", 4,
                                 "`to` goes with statusChanged alone"),
    "an empty condition": (b"trigger: {type: ticketCreated, label: ''}\ncommand: x\n", 1,
                           f"label {WORDS}"),
    "a condition of two lines": (b'trigger: {type: ticketCreated, label: "a\\nb"}\ncommand: x\n', 1,
                                 f"label {WORDS}"),
    "a list of labels": (b"trigger: {type: ticketCreated, label: [a]}\ncommand: x\n", 1,
                         f"label {WORDS}"),
    "an empty command": (START + b"command: ' '\n", 2, COMMAND),
    "no words": (START + b"command: []\n", 2, COMMAND),
    "a word that is a map": (START + b"command: [a, {b: c}]\n", 2, COMMAND),
    "a command that is a map": (START + b"command: {a: b}\n", 2, COMMAND),
    "a command with NUL": (START + b'command: "a\\0b"\n', 2,
                           "a command cannot hold a NUL character"),
    "a long command": (START + b"command: " + b"x" * 10_001 + b"\n", 2,
                       "a command is at most 10000 characters"),
    "no time": (START + b"command: x\ntimeout: 0\n", 3, TIMEOUT),
    "too much time": (START + b"command: x\ntimeout: 601\n", 3, TIMEOUT),
    "a time in words": (START + b"command: x\ntimeout: 1m\n", 3, TIMEOUT),
    "a time in other digits": (START + "command: x\ntimeout: \u0661\n".encode(), 3, TIMEOUT),
    "an alias": (b"x: &a [b]\ny: *a\n", 1, "an anchor (&name) is not allowed"),
    "a tag": (START + b"command: !!python/object/apply:os.system [id]\n", 2,
              "a tag (!name) is not allowed"),
    "a key twice": (START + b"command: a\ncommand: b\n", 3, "the key 'command' stands twice"),
}  # fmt: skip


def flow_file(top: Path, data: bytes, name: str = "notify") -> Path:
    path = top / f".tickets/flows/{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_flow_is_read_with_all_it_says(tmp_path: Path) -> None:
    flow_file(tmp_path, FULL)

    assert flow_files.read(str(tmp_path), "notify") == Flow(
        "notify",
        PATH,
        Trigger("statusChanged", "in-review", "in-progress", "bug", "no"),
        ("python", "tools/notify.py", "a b"),
        600,
        hashlib.sha256(FULL).hexdigest(),
    )


def test_a_text_is_for_the_shell_and_a_minute_is_the_usual_time() -> None:
    flow = flow_files.parse(START + b"command: |\n  a b\n  c\n", PATH)

    assert (flow.trigger, flow.timeout) == (Trigger("ticketCreated"), 60)
    assert flow.words == ("sh", "-c", "a b\nc\n")


@pytest.mark.parametrize(("data", "line", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_flow_is_one_error_with_file_and_line(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(BadFile) as caught:
        flow_files.parse(data, PATH)

    place = f"{PATH}:{line}" if line else PATH
    assert caught.value.message == f"{place}: {reason}"


@pytest.mark.parametrize(
    "name",
    ["", "-a", "A", "a.b", "a/b", "../notify", "..", "a" * 41, "notify\n", "\uff41", "a_b", "a b"],
)
def test_no_other_name_leads_to_a_file(tmp_path: Path, name: str) -> None:
    flow_file(tmp_path, FULL)
    (tmp_path / ".tickets/notify.yaml").write_bytes(FULL)

    with pytest.raises(NoSuchFlow):
        flow_files.read(str(tmp_path), name)


@pytest.mark.parametrize("linked", [".tickets", ".tickets/flows", PATH])
def test_a_link_is_refused_wherever_it_is(tmp_path: Path, linked: str) -> None:
    top = tmp_path / "top"
    flow_file(top, FULL)
    (top / linked).rename(tmp_path / "outside")
    (top / linked).symlink_to(tmp_path / "outside")

    with pytest.raises(LeadsOutside):
        flow_files.read(str(top), "notify")


def test_a_link_to_nothing_is_no_missing_flow(tmp_path: Path) -> None:
    flow_file(tmp_path, FULL).unlink()
    (tmp_path / PATH).symlink_to(tmp_path / "nowhere")

    with pytest.raises(LeadsOutside):
        flow_files.read(str(tmp_path), "notify")


def test_something_that_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    flow_file(tmp_path, FULL).unlink()
    os.mkfifo(tmp_path / PATH)

    with pytest.raises(BadFile, match="not a regular file"):
        flow_files.read(str(tmp_path), "notify")


def test_every_flow_is_there_and_a_broken_one_in_its_place(tmp_path: Path) -> None:
    sound = flow_file(tmp_path, FULL, "b")
    for name in ("a.yml", "B.yaml", "c.YAML", "read.md"):
        sound.with_name(name).write_bytes(FULL)
    flow_file(tmp_path, b"command: x\n", "d")
    sound.with_name("e.yaml").symlink_to(sound)

    found = {
        name: str(flow) if isinstance(flow, TicketerError) else flow.name
        for name, flow in flow_files.every(str(tmp_path))
    }

    folder = ".tickets/flows"
    link = tmp_path / folder / "e.yaml"
    assert found == {
        "B": f"{folder}/B.yaml: {NAME}",
        "a.yml": f"{folder}/a.yml: {NAME}",
        "b": "b",
        "c.YAML": f"{folder}/c.YAML: {NAME}",
        "d": f"{folder}/d.yaml:1: there is no `trigger`",
        "e": f"{link} is a symbolic link, which is not followed",
    }


def test_without_a_folder_there_is_no_flow(tmp_path: Path) -> None:
    assert list(flow_files.every(str(tmp_path))) == []


@pytest.fixture
def git(tmp_path: Path) -> GitDir:
    (tmp_path / "git").mkdir()
    return GitDir(str(tmp_path / "git"))


DIGEST = "0" * 64


def test_what_is_allowed_is_kept_outside_for_the_user_alone(tmp_path: Path, git: GitDir) -> None:
    environ = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": "relative"}
    flow_allowed.of_new(git, environ).add("notify", DIGEST)

    again = flow_allowed.of_clone(git, environ)
    assert again is not None
    assert (again.names(), again.digest("notify"), again.digest("other")) == (
        ["notify"],
        DIGEST,
        "",
    )
    (file,) = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    parts = file.relative_to(tmp_path / "home/.local/state/git-ticketer/flows").parts
    assert (len(parts[0]), parts[1]) == (40, "notify")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "git/ticketer/flow-key").stat().st_mode) == 0o600


def test_a_clone_made_later_at_the_same_place_is_another_clone(tmp_path: Path, git: GitDir) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
    flow_allowed.of_new(git, environ).add("notify", DIGEST)
    (tmp_path / "git/ticketer/flow-key").unlink()

    assert flow_allowed.of_clone(git, environ) is None
    assert flow_allowed.of_new(git, environ).names() == []


def test_a_copy_of_a_clone_is_another_clone(tmp_path: Path, git: GitDir) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
    flow_allowed.of_new(git, environ).add("notify", DIGEST)
    key = (tmp_path / "git/ticketer/flow-key").read_bytes()
    (tmp_path / "copy/ticketer").mkdir(parents=True)
    (tmp_path / "copy/ticketer/flow-key").write_bytes(key)

    copied = flow_allowed.of_clone(GitDir(str(tmp_path / "copy")), environ)
    assert copied is not None
    assert copied.names() == []


@pytest.mark.parametrize("held", [b"", b"0" * 63, b"0" * 65, b"0" * 63 + b"g", b"\xff" * 64])
def test_a_record_that_is_none_allows_nothing(tmp_path: Path, git: GitDir, held: bytes) -> None:
    allowed = flow_allowed.of_new(git, {"XDG_STATE_HOME": str(tmp_path)})
    allowed.add("notify", DIGEST)
    Path(allowed.folder, "notify").write_bytes(held)

    assert allowed.digest("notify") == ""


def test_what_is_taken_back_is_allowed_no_longer(tmp_path: Path, git: GitDir) -> None:
    allowed = flow_allowed.of_new(git, {"XDG_STATE_HOME": str(tmp_path)})
    allowed.add("notify", DIGEST)

    assert [allowed.remove("notify"), allowed.remove("notify")] == [True, False]
    assert allowed.names() == []


def test_without_a_home_nothing_is_allowed_or_can_be(git: GitDir) -> None:
    assert flow_allowed.of_clone(git, {}) is None
    with pytest.raises(NoStateFolder):
        flow_allowed.of_new(git, {"HOME": ""})


def test_those_who_allow_at_once_in_a_new_clone_get_one_key(tmp_path: Path, git: GitDir) -> None:
    environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
    everyone = Barrier(16)

    def folder(_: int) -> str:
        everyone.wait()
        return flow_allowed.of_new(git, environ).folder

    with ThreadPoolExecutor(16) as pool:
        folders = set(pool.map(folder, range(16)))

    there = flow_allowed.of_clone(git, environ)
    assert there is not None
    assert folders == {there.folder}
