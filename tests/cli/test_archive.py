"""`git ticket archive` from end to end: what is found, written, refused and said."""

import json
import os
from pathlib import Path

import pytest

from git_ticketer.ops.demo_session import SECRET
from git_ticketer.redact.rules import RULES
from git_ticketer.redact.scan import findings
from tests.support import transcripts
from tests.support.git import GitRepo
from tests.support.transcripts import SESSION, answer, result, tool, user

NAME = ".tickets/PROJ-1/sessions/2026-11-22-claude-code-50277aedf1b8.yaml"
SAID = (
    user(f"Use {SECRET} and see PROJ-2."),
    tool("Bash", "t1", command=f"curl -H 'Authorization: Bearer {SECRET}' https://x.example"),
    result("t1", f"ok\n{SECRET}\n"),
    answer("Done in /home/dana/profile/a.py, as you said."),
)


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with two tickets, the first of them attached."""
    assert repo.ticket("init", "--prefix", "PROJ").code == 0
    for title in ("Add an avatar", "Resize it"):
        assert repo.ticket("create", title, "--no-parent").code == 0
    assert repo.ticket("attach", "PROJ-1").code == 0
    return repo


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """A session file of Claude Code, with a secret at three places."""
    return transcripts.write(tmp_path / "chat.jsonl", *SAID)


def uid(work: GitRepo, id: str = "PROJ-1") -> str:
    return (work.path / f".tickets/{id}/ticket.yaml").read_text(encoding="utf-8")[5:31]


def test_a_chat_becomes_a_readable_file_without_secrets(work: GitRepo, chat: Path) -> None:
    done = work.ticket("archive", str(chat))

    text = (work.path / NAME).read_text(encoding="utf-8")
    assert (
        text
        == f"""\
id: {SESSION}

ticket: PROJ-1

ticket_uid: {uid(work)}

agent: claude-code 2.1.12

model: claude-opus-4-5

started: 2026-11-22T09:00:00Z

ended: 2026-11-22T09:03:00Z

branch: main

mentions: [PROJ-2]

spans:
- {{ticket: PROJ-1, entries: 1-3}}

source: {{format: claude-code-jsonl, entries: 4, skipped: 0, unknown: 0}}

redactions: {{github-token: 2}}

transcript:
- role: user
  at: 2026-11-22T09:00:00Z
  text: |2-
    Use [REDACTED:github-token] and see PROJ-2.
- role: tool
  at: 2026-11-22T09:01:00Z
  name: Bash
  input: "curl -H 'Authorization: Bearer [REDACTED:github-token]' https://x.example"
  output: {{bytes: 44, lines: 2}}
- role: assistant
  at: 2026-11-22T09:03:00Z
  text: |2-
    Done in ~/profile/a.py, as you said.
"""
    )
    size = len(text)
    share = 100 * size / chat.stat().st_size
    assert (
        done.out
        == f"""\
PROJ-1  archived  {NAME}
  session     {SESSION}, claude-code 2.1.12
  entries     3 from 4 records
  size        {size:,} bytes, {share:.1f} % of the source
  redactions  github-token 2
  mentions    PROJ-2
"""
    )
    assert done.err == "hint: git ticket save commits it\n"
    assert done.code == 0


def test_archiving_again_changes_nothing_and_a_longer_chat_appends(
    work: GitRepo, tmp_path: Path, chat: Path
) -> None:
    work.ticket("archive", str(chat))
    before = (work.path / NAME).read_bytes()

    again = work.ticket("archive", str(chat))
    assert again.out.startswith(f"PROJ-1  unchanged  {NAME}\n")
    assert (work.path / NAME).read_bytes() == before

    longer = transcripts.write(tmp_path / "longer.jsonl", *SAID, user("And now?"))
    work.ticket("archive", str(longer))
    after = (work.path / NAME).read_bytes()
    body = before.partition(b"transcript:\n")[2]
    assert after.partition(b"transcript:\n")[2].startswith(body)
    assert b"And now?" in after


def test_a_file_that_lost_a_prompt_does_not_replace_the_archive(
    work: GitRepo, tmp_path: Path, chat: Path
) -> None:
    work.ticket("archive", str(chat))
    before = (work.path / NAME).read_bytes()
    other = transcripts.write(tmp_path / "other.jsonl", user("Something else"))

    done = work.ticket("archive", str(other))

    assert (done.code, done.out) == (1, "")
    assert done.err == (
        f"error: {NAME} is kept: 2 prompts or answers in it are not in the source any more\n"
        f"hint: git ticket archive {other} --replace --dry-run\n"
    )
    assert (work.path / NAME).read_bytes() == before
    assert work.ticket("archive", str(other), "--replace").code == 0
    assert b"Something else" in (work.path / NAME).read_bytes()


def test_a_dry_run_shows_all_and_writes_nothing(work: GitRepo, chat: Path) -> None:
    done = work.ticket("archive", str(chat), "--dry-run")

    assert "redacted  entry 1: github-token\nredacted  entry 2: github-token\n" in done.out
    assert "[REDACTED:github-token] and see PROJ-2." in done.out
    assert SECRET not in done.out + done.err
    assert not (work.path / NAME).exists()
    answered = json.loads(work.ticket("archive", str(chat), "--dry-run", "--json").out)
    assert list(answered["sessions"][0]["files"]) == [NAME]


def test_the_live_session_is_found_by_the_id_that_the_agent_announced(
    work: GitRepo, environ: dict[str, str]
) -> None:
    store = Path(environ["HOME"], ".claude/projects", encoded(work.path))
    transcripts.write(store / f"{SESSION}.jsonl", *SAID)
    transcripts.write(store / "another.jsonl", user("x"), session="another")

    done = work.ticket("archive", CLAUDE_CODE_SESSION_ID=SESSION)

    assert done.code == 0, done.err
    assert f"hint: claude-code session {SESSION}: {store}/{SESSION}.jsonl\n" in done.err
    assert (work.path / NAME).exists()


def encoded(path: Path) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in str(path))


def test_without_an_id_two_fresh_chats_are_not_guessed_between(
    work: GitRepo, environ: dict[str, str]
) -> None:
    store = Path(environ["HOME"], ".claude/projects", encoded(work.path))
    for session in ("one", "two"):
        data = transcripts.lines(SAID, session=session, cwd=str(work.path))
        (store / f"{session}.jsonl").parent.mkdir(parents=True, exist_ok=True)
        (store / f"{session}.jsonl").write_bytes(data)
    os.utime(store / "one.jsonl", (900_100, 900_100))
    os.utime(store / "two.jsonl", (900_000, 900_000))

    done = work.ticket("archive")
    assert (done.code, done.out) == (4, "")
    assert done.err == (
        "error: several sessions fit:\n"
        f"  1970-01-11T10:01Z  claude-code  {store}/one.jsonl\n"
        f"  1970-01-11T10:00Z  claude-code  {store}/two.jsonl\n"
        f"hint: git ticket archive {store}/one.jsonl\n"
    )
    os.utime(store / "one.jsonl", (990_000, 990_000))
    assert work.ticket("archive").code == 0
    every = work.ticket("archive", "--all", "--since", "1970-01-01", "--ticket", "PROJ-1")
    assert every.out.count("PROJ-1  ") == 2


def test_nobody_guesses_the_ticket(work: GitRepo, chat: Path) -> None:
    work.ticket("detach")

    done = work.ticket("archive", str(chat))

    assert done.code == 4
    assert done.err == (
        f"error: which ticket was session {SESSION} for?\nhint: git ticket archive --ticket ID\n"
    )


def test_a_session_that_is_filed_is_not_filed_twice(work: GitRepo, chat: Path) -> None:
    work.ticket("archive", str(chat))

    done = work.ticket("archive", str(chat), "--ticket", "PROJ-2")

    assert done.code == 1
    assert f"hint: git ticket session move {SESSION} PROJ-2\n" in done.err


def test_a_session_that_crossed_tickets_is_listed_on_both(work: GitRepo, tmp_path: Path) -> None:
    journal, tree = work.git_dir / "ticketer/journal", work.journal()[0][3]
    with journal.open("a", encoding="utf-8") as file:
        for at, ticket in (("09:00:00", "PROJ-1"), ("09:02:30", "PROJ-2")):
            file.write(f"2026-11-22T{at}Z\tattach\t{SESSION}\t{tree}\tmain\t{ticket}\t\t\n")
    chat = transcripts.write(tmp_path / "chat.jsonl", *SAID)

    assert work.ticket("archive", str(chat), "--ticket", "PROJ-1").code == 0
    lists = [work.ticket("session", "list", id).out for id in ("PROJ-1", "PROJ-2")]

    line = f"archived  PROJ-1  2026-11-22 09:00  claude-code 2.1.12  {SESSION}  entries "
    assert lists[0].splitlines()[0] == line + "1-2"
    assert lists[1].splitlines()[0] == line + "3-3"


def test_a_planned_session_is_fulfilled_by_its_archive(work: GitRepo, chat: Path) -> None:
    plan = json.loads(work.ticket("session", "plan", "PROJ-2", "Code review", "--json").out)
    assert "planned   PROJ-2" in work.ticket("session", "list", "PROJ-2").out

    assert work.ticket("archive", str(chat), "--plan", plan["plan"][-6:]).code == 0

    (listed,) = json.loads(work.ticket("session", "list", "PROJ-2", "--json").out)["sessions"]
    assert (listed["state"], listed["session_id"]) == ("archived", SESSION)


def test_a_moved_session_is_shown_on_both_tickets_and_its_file_stays(
    work: GitRepo, chat: Path
) -> None:
    work.ticket("archive", str(chat))

    done = work.ticket("session", "move", SESSION[:6], "PROJ-2")

    assert done.out == f"PROJ-2  session {SESSION}, archived under PROJ-1\n"
    assert (work.path / NAME).exists()
    shown = [work.ticket("session", "list", id).out for id in ("PROJ-1", "PROJ-2")]
    assert "moved to PROJ-2" in shown[0]
    assert "moved from PROJ-1" in shown[1]


def test_what_the_team_keeps_local_waits_in_the_git_dir_until_it_is_filed(
    work: GitRepo, chat: Path
) -> None:
    config = work.path / ".tickets/config.yaml"
    before = config.read_text(encoding="utf-8")
    config.write_text(before + "archive: local\n", encoding="utf-8")

    done = work.ticket("archive", str(chat))
    assert done.out.startswith(f"PROJ-1  waits  {work.git_dir}/ticketer/pending/{NAME}\n")
    assert done.err == (
        "warning: the team keeps archives out of the repository (archive: local)\n"
        "hint: git ticket session list --pending lists what waits\n"
    )
    assert not (work.path / NAME).exists()
    assert SECRET.encode() not in b"".join(p.read_bytes() for p in all_files(work.git_dir))
    assert "pending   PROJ-1" in work.ticket("session", "list", "--pending").out

    config.write_text(before, encoding="utf-8")
    assert work.ticket("archive", "--pending").code == 0
    assert (work.path / NAME).exists()
    assert work.ticket("session", "list", "--pending").out == ""


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty", b"", "it is empty"),
        ("garbage", bytes(range(256)) * 9, "no known transcript format"),
        ("silent", b'{"type":"summary","summary":"x","leafUuid":"y"}\n', "nothing was said in it"),
    ],
)
def test_a_file_that_is_no_transcript_is_one_clear_error(
    work: GitRepo, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)

    done = work.ticket("archive", str(tmp_path / name))

    assert done.code == 1
    assert done.err.startswith(f"error: {tmp_path / name}: {said}\n")


def test_a_missing_file_and_a_folder_of_nothing_are_clear_errors(
    work: GitRepo, tmp_path: Path
) -> None:
    assert "no such file" in work.ticket("archive", "not-there.jsonl").err
    assert work.ticket("archive", str(tmp_path)).code == 1


def test_standard_input_and_another_agent_than_claimed(work: GitRepo, chat: Path) -> None:
    text = chat.read_text(encoding="utf-8")
    done = work.run("git", "ticket", "archive", "-", "--agent", "codex", input=text)

    assert done.code == 0
    assert "warning: this is a transcript of claude-code, not of codex" in done.err


def test_resuming_attaches_the_ticket_and_prints_the_agents_command(
    work: GitRepo, chat: Path
) -> None:
    work.ticket("archive", str(chat), "--ticket", "PROJ-2")

    done = work.ticket("session", "resume", SESSION)

    assert done.out == f"claude --resume {SESSION}\n"
    assert json.loads(work.ticket("status", "--json").out)["current_ticket"] == "PROJ-2"


@pytest.mark.parametrize(
    ("consent", "team", "place"),
    [
        ("", "", "spool"),
        ("in-tree", "", "tree"),
        ("in-tree", "archive: local\n", "spool"),
        ("in-tree", "archive: off\n", "nowhere"),
        ("off", "", "nowhere"),
        ("yes please", "", "nowhere"),
    ],
)
def test_nothing_is_archived_by_itself_beyond_what_this_user_and_the_team_allow(
    work: GitRepo, chat: Path, consent: str, team: str, place: str
) -> None:
    with (work.path / ".tickets/config.yaml").open("a", encoding="utf-8") as file:
        file.write(team)
    if consent:
        work.git("config", "ticketer.archive", consent)

    assert work.ticket("archive", str(chat), "--auto").code == 0

    waiting = list((work.git_dir / "ticketer/pending").rglob("*.yaml"))
    found = "tree" if (work.path / NAME).exists() else "spool" if waiting else "nowhere"
    assert found == place


def test_of_many_sessions_one_that_cannot_be_archived_does_not_keep_the_others(
    work: GitRepo, environ: dict[str, str]
) -> None:
    store = Path(environ["HOME"], ".claude/projects", encoded(work.path))
    for session, said in (("one", SAID), ("two", (result("t1", " "),)), ("three", SAID)):
        data = transcripts.lines(said, session=session, cwd=str(work.path))
        (store / f"{session}.jsonl").parent.mkdir(parents=True, exist_ok=True)
        (store / f"{session}.jsonl").write_bytes(data)
    (store / "two.jsonl").write_bytes(
        b'{"type":"summary","summary":"x","leafUuid":"y","cwd":"%b"}\n' % str(work.path).encode()
    )

    done = work.ticket("archive", "--all")

    assert (done.code, done.out.count("PROJ-1  archived")) == (0, 2)
    assert f"warning: {store}/two.jsonl: nothing was said in it\n" in done.err


PLUGIN = """
from git_ticketer.importers.items import About, Said

NAME, FORMAT = "acme", "acme-log"


def recognises(source):
    return source.head.startswith(b"ACME")


def chats(source):
    return []


def read(source, chat=""):
    yield About(session="acme-1", version="7")
    yield Said("user", source.text().partition("\\n")[2])
"""


def plugin(folder: Path, code: str) -> dict[str, str]:
    """An installed package with an importer; returns the environment that finds it."""
    facts = folder / "acme-1.0.dist-info"
    facts.mkdir(parents=True)
    texts = {
        facts / "METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n",
        facts / "entry_points.txt": "[git_ticketer.importers]\nacme = acme_importer\n",
        folder / "acme_importer.py": code,
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_a_third_party_adds_a_format_by_an_entry_point(work: GitRepo, tmp_path: Path) -> None:
    found = plugin(tmp_path / "site", PLUGIN)
    log = tmp_path / "acme.log"
    log.write_text(f"ACME\nUse {SECRET}\n", encoding="utf-8")

    done = work.ticket("archive", str(log), **found)

    assert done.code == 0, done.err
    assert "session     acme-1, acme 7\n" in done.out
    assert "redactions  github-token 1\n" in done.out
    assert "no known transcript format" in work.ticket("archive", str(log)).err


def test_an_importer_that_breaks_is_named(work: GitRepo, tmp_path: Path) -> None:
    found = plugin(tmp_path / "site", "raise ValueError('x')")
    log = tmp_path / "acme.log"
    log.write_text("ACME\n", encoding="utf-8")

    done = work.ticket("archive", str(log), **found)

    assert (done.code, done.err.splitlines()[0]) == (
        *(1, "error: the importer acme cannot be used: ValueError: x"),
    )


@pytest.mark.slow
@pytest.mark.parametrize("detail", ["conversation", "full"])
def test_no_secret_of_any_rule_is_left_anywhere(work: GitRepo, tmp_path: Path, detail: str) -> None:
    secrets = [rule.example for rule in RULES]
    said: list[tuple[str, object]] = []
    for number, secret in enumerate(secrets):
        padded = "word " * 38 + secret + "\n" + "word " * 400 + secret
        said += [
            user(f"Use\n{secret}\nthere"),
            tool("Bash", f"t{number}", command=f"run\n{secret}", nested=[{"deep": secret}]),
            result(f"t{number}", padded),
            answer(f"It was\n{secret}\n"),
            tool("Write", f"w{number}", content=padded, other=secret),
        ]
    chat = transcripts.write(tmp_path / "chat.jsonl", *said)

    outputs = [
        work.ticket("archive", str(chat), "--detail", detail, "--dry-run"),
        work.ticket("archive", str(chat), "--detail", detail, "--auto"),
        work.ticket("archive", str(chat), "--detail", detail, "--note", "x"),
        *(work.ticket(*words) for words in (("search", "there"), ("session", "show", SESSION))),
    ]
    assert [done.code for done in outputs] == [0] * 5, outputs
    kept = b"".join(path.read_bytes() for path in all_files(work.path))
    kept += "".join(done.out + done.err for done in outputs).encode()
    left = []
    for rule in RULES:
        for _, start, end in findings(rule.example):
            core = rule.example[start:end].split("\n")[0]
            half = core[len(core) // 3 :][:16]
            left += [(rule.name, half)] if len(half) > 6 and half.encode() in kept else []
    assert left == []
