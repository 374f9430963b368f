"""Archiving a session again, and what is refused before anything is written."""

import json
from pathlib import Path

import pytest

from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.transcripts import answer, user

NAME = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"
LONG = [user("Begun"), *(answer(f"{letter}" * 400_000) for letter in "abcd")]


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository whose ticket is attached."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    assert repo.ticket("create", "Add an avatar", "--no-parent").code == 0
    assert repo.ticket("attach", "PROJ-1").code == 0
    return repo


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """A session file that needs two files."""
    return transcripts.write(tmp_path / "chat.jsonl", *LONG)


def names(work: GitRepo) -> list[str]:
    return sorted(path.name for path in (work.path / NAME).parent.iterdir())


def team(work: GitRepo, line: str) -> None:
    config = work.path / ".tickets/config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


def test_a_shorter_version_leaves_no_file_of_the_longer_one(
    work: GitRepo, chat: Path, tmp_path: Path
) -> None:
    assert work.ticket("archive", str(chat)).code == 0
    stem = Path(NAME).stem
    assert names(work) == [f"{stem}.2.yaml", f"{stem}.yaml"]
    short = transcripts.write(tmp_path / "short.jsonl", *LONG[:2])

    assert work.ticket("archive", str(short), "--replace").code == 0

    assert names(work) == [f"{stem}.yaml"]
    assert work.ticket("lint").code == 0


def test_a_part_that_is_missing_is_said_and_written_anew(work: GitRepo, chat: Path) -> None:
    assert work.ticket("archive", str(chat)).code == 0
    part = work.path / NAME.replace(".yaml", ".2.yaml")
    data = part.read_bytes()
    part.unlink()
    shown = work.ticket("session", "show", transcripts.SESSION)
    relative = part.relative_to(work.path)
    assert (shown.code, shown.err) == (
        1,
        f"error: {relative}: missing\nhint: git checkout -- {relative}\n",
    )

    done = work.ticket("archive", str(chat))

    assert (done.code, done.err) == (
        0,
        f"warning: {relative}: missing: it is written anew\nhint: git ticket save commits it\n",
    )
    assert part.read_bytes() == data


def test_what_a_missing_part_does_not_hide_is_not_lost(
    work: GitRepo, chat: Path, tmp_path: Path
) -> None:
    assert work.ticket("archive", str(chat)).code == 0
    (work.path / NAME.replace(".yaml", ".2.yaml")).unlink()
    other = transcripts.write(tmp_path / "other.jsonl", user("Something else"))

    done = work.ticket("archive", str(other))

    assert (done.code, done.out) == (1, "")
    assert f"{NAME} is kept: 3 prompts or answers in it are not in the source" in done.err


def test_a_broken_part_is_not_overwritten_unasked(work: GitRepo, chat: Path) -> None:
    assert work.ticket("archive", str(chat)).code == 0
    part = work.path / NAME.replace(".yaml", ".2.yaml")
    part.write_text("<<<<<<< ours\n", encoding="utf-8")

    assert work.ticket("archive", str(chat)).code == 1
    assert part.read_text(encoding="utf-8") == "<<<<<<< ours\n"
    assert work.ticket("archive", str(chat), "--replace").code == 0
    assert work.ticket("lint").code == 0


def test_json_says_that_an_archive_waits_and_where(work: GitRepo, chat: Path) -> None:
    team(work, "archive: local")

    (session,) = json.loads(work.ticket("archive", str(chat), "--json").out)["sessions"]

    path = f"{work.git_dir}/ticketer/pending/{NAME}"
    assert (session["pending"], session["path"]) == (True, path)
    assert Path(path).is_file()


@pytest.mark.parametrize("option", [["--note", "Look"], ["--title", "Avatar"]])
def test_a_note_does_not_carry_a_local_session_into_the_repository(
    work: GitRepo, chat: Path, option: list[str]
) -> None:
    team(work, "archive: local")

    done = work.ticket("archive", str(chat), *option)

    reason = "the team keeps archives out of the repository (archive: local)"
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error: a note or a title is a file of the repository: {reason}\n")
    assert work.ticket("session", "list", "--pending").out == ""


def test_what_the_team_keeps_local_is_not_filed(work: GitRepo, chat: Path) -> None:
    team(work, "archive: local")
    assert work.ticket("archive", str(chat)).code == 0

    done = work.ticket("archive", "--pending")

    assert done.code == 1
    assert f"error: session {transcripts.SESSION} waits on: the team keeps archives" in done.err
    assert not (work.path / NAME).exists()


def test_a_team_without_archives_has_no_preview(work: GitRepo, chat: Path) -> None:
    team(work, "archive: off")

    done = work.ticket("archive", str(chat), "--dry-run")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: this team keeps no archives (archive: off)\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all", "--since", "garbage"], "--since garbage: not a date in the past, such as"),
        (["--all", "--since", "2098-01-01"], "--since 2098-01-01: not a date in the past"),
        (["--since", "yesterday"], "--since goes with --all"),
        (["--pending", "--dry-run"], "--pending goes with --ticket alone"),
        (["--pending", "--all"], "give FILE, or --all, or --pending"),
        (["--all", "--plan", "x"], "a planned session is one: --plan goes without --all"),
        ([""], "FILE is empty; leave it out for the live session"),
    ],
)
def test_words_that_do_not_fit_are_refused(work: GitRepo, words: list[str], said: str) -> None:
    done = work.ticket("archive", *words)

    assert (done.code, done.out) == (2, "")
    assert f"error: {said}" in done.err


def test_git_understands_when(work: GitRepo) -> None:
    for when in ("yesterday", "today", "now", "3 days ago", "2026-01-01"):
        assert work.ticket("archive", "--all", "--since", when).code == 0


def test_a_moved_session_goes_on_where_it_is_under_its_new_ticket(
    work: GitRepo, chat: Path, tmp_path: Path
) -> None:
    assert work.ticket("create", "Another", "--no-parent").code == 0
    assert work.ticket("archive", str(chat)).code == 0
    assert work.ticket("session", "move", transcripts.SESSION, "PROJ-2").code == 0
    longer = transcripts.write(tmp_path / "longer.jsonl", *LONG, user("And now?"))

    done = work.ticket("archive", str(longer), "--ticket", "PROJ-2")

    assert done.code == 0, done.err
    assert "And now?" in work.ticket("session", "show", transcripts.SESSION).out


def test_a_plan_is_fulfilled_once(work: GitRepo, chat: Path, tmp_path: Path) -> None:
    assert work.ticket("session", "plan", "PROJ-1", "Review").code == 0
    listed = json.loads(work.ticket("session", "list", "--json").out)["sessions"]
    uid = next(one["session_id"] for one in listed if one["state"] == "planned")
    assert work.ticket("archive", str(chat), "--plan", uid).code == 0
    data = transcripts.lines([user("Another")], session="another")
    (tmp_path / "another.jsonl").write_bytes(data)

    done = work.ticket("archive", str(tmp_path / "another.jsonl"), "--plan", uid)

    assert done.code == 1
    assert done.err.startswith(f"error: planned session {uid} is session {transcripts.SESSION}")


@pytest.mark.parametrize(("said", "waits"), [(LONG, False), ([user("Else")], True)])
def test_what_waited_is_gone_once_all_of_it_is_archived(
    work: GitRepo, chat: Path, tmp_path: Path, said: list[tuple[str, object]], waits: bool
) -> None:
    assert work.ticket("archive", str(chat), "--auto").code == 0
    assert transcripts.SESSION in work.ticket("session", "list", "--pending").out
    now = transcripts.write(tmp_path / "now.jsonl", *said)

    assert work.ticket("archive", str(now)).code == 0

    assert (transcripts.SESSION in work.ticket("session", "list", "--pending").out) is waits
