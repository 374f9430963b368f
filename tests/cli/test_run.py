"""`git ticket run`: a command that is a session of its own, to the end and whatever the end."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.terminal import terminal
from tests.support.transcripts import SESSION

DIED_OF_INTERRUPT = 256 - signal.SIGINT
SHOW = 'echo "$GIT_TICKET_SESSION|${GIT_TICKET-unset}|$GIT_TICKET_CONTEXT"'
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.fixture
def repo(empty_repo: GitRepo) -> GitRepo:
    """Two tickets, the second of them attached to the session of the worktree."""
    empty_repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(empty_repo, 1, "Add an avatar")
    put(empty_repo, 2, "Resize it")
    assert empty_repo.ticket("attach", "PROJ-2").code == 0
    return empty_repo


@pytest.fixture
def hooked(repo: GitRepo) -> GitRepo:
    """The same with hooks."""
    assert repo.ticket("hooks", "install").code == 0
    return repo


def test_the_command_is_a_session_of_its_own_on_the_ticket(hooked: GitRepo) -> None:
    script = f"{SHOW}; git commit -q --allow-empty -m work; cat $GIT_TICKET_CONTEXT"
    done = hooked.ticket("run", "PROJ-1", "--", "sh", "-c", script, GIT_TICKET="PROJ-2")

    assert (done.code, done.err) == (0, "")
    session, ticket, path = done.out.split("\n")[0].split("|")
    assert re.fullmatch(ID, session)
    assert (ticket, path) == ("unset", f"{hooked.git_dir}/ticketer/context-{session}.md")
    assert hooked.trailers() == f"Ticket: PROJ-1\nTicket-Session: {session}"
    assert done.out.partition("\n")[2] == hooked.ticket("context", "PROJ-1").out
    assert not os.path.exists(path)
    assert hooked.commit() == hooked.message()
    assert hooked.tickets() == ["PROJ-2"]


def test_only_the_user_reads_the_context(repo: GitRepo) -> None:
    done = repo.ticket("run", "1", "--", "sh", "-c", "umask 0; ls -l $GIT_TICKET_CONTEXT")

    assert done.out.startswith("-rw------- ")


def test_without_an_id_it_is_the_ticket_of_this_session(hooked: GitRepo) -> None:
    hooked.ticket("run", "--", "git", "commit", "-q", "--allow-empty", "-m", "work")

    assert hooked.tickets() == ["PROJ-2"]


def test_undecided_it_asks_for_a_ticket_and_runs_nothing(repo: GitRepo) -> None:
    repo.ticket("attach", "--clear")
    done = repo.ticket("run", "--", "touch", "ran")

    assert (done.code, done.out) == (4, "")
    assert not (repo.path / "ran").exists()


def test_what_the_command_attaches_counts_from_then_on(hooked: GitRepo) -> None:
    script = "git ticket attach PROJ-2 && git commit -q --allow-empty -m work"
    hooked.ticket("run", "PROJ-1", "--", "sh", "-c", script, GIT_TICKET="PROJ-1")

    assert hooked.tickets() == ["PROJ-2"]


def test_what_it_leaves_running_is_on_no_ticket(hooked: GitRepo) -> None:
    done = hooked.ticket("run", "PROJ-1", "--", "sh", "-c", SHOW)
    session = done.out.split("|")[0]

    hooked.commit(GIT_TICKET_SESSION=session)

    assert hooked.tickets() == []


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
def test_the_exit_code_is_the_commands(repo: GitRepo, script: str, code: int) -> None:
    done = repo.ticket("run", "1", "--", "sh", "-c", script)

    assert (done.code, done.out, done.err) == (code, "", "")


def test_a_command_that_cannot_be_started_ends_as_in_a_shell(repo: GitRepo) -> None:
    missing = repo.ticket("run", "1", "--", "no-such-command")
    folder = repo.ticket("run", "1", "--", str(repo.path))

    hint = "hint: git ticket run -h\n"
    text = f"error: no-such-command: No such file or directory\n{hint}"
    assert (missing.code, missing.err) == (127, text)
    assert (folder.code, folder.err) == (126, f"error: {repo.path}: Permission denied\n{hint}")
    assert list(repo.git_dir.glob("ticketer/context-*")) == []


@pytest.mark.parametrize("words", [(), ("1",), ("1", "--"), ("--",)], ids=str)
def test_without_a_command_it_says_how_it_is_used(repo: GitRepo, words: tuple[str, ...]) -> None:
    done = repo.ticket("run", *words)

    text = "error: give the command after --, such as: git ticket run ID -- claude\n"
    assert (done.code, done.err) == (2, f"{text}hint: git ticket run -h\n")


def test_all_after_the_dashes_is_the_commands(repo: GitRepo) -> None:
    done = repo.ticket("run", "1", "--", "printf", "%s\n", "--json", "-h", "--", "a b")

    assert done.out == "--json\n-h\n--\na b\n"


def test_an_unknown_ticket_runs_nothing_and_a_foreign_one_does(hooked: GitRepo) -> None:
    unknown = hooked.ticket("run", "PROJ-9", "--", "touch", "ran")
    foreign = hooked.ticket(
        "run", "JIRA-7", "--", "git", "commit", "-q", "--allow-empty", "-m", "x"
    )

    assert (unknown.code, (hooked.path / "ran").exists()) == (3, False)
    assert (foreign.code, hooked.tickets()) == (0, ["JIRA-7"])


def test_a_closed_ticket_is_said_before_the_command_runs(repo: GitRepo) -> None:
    repo.ticket("close", "1", "--force")
    done = repo.ticket("run", "1", "--", "sh", "-c", "echo ran >&2")

    assert done.err == "warning: PROJ-1 is closed: its status is done\nran\n"


WAITS = """
import os, signal
def heard(number, frame):
    os.write(1, signal.Signals(number).name.encode() + b"\\n")
    os._exit(9)
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"):
    signal.signal(getattr(signal, name), heard)
os.write(1, b"ready\\n")
while True:
    signal.pause()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"])
def test_a_signal_reaches_the_command_and_the_end_is_in_order(repo: GitRepo, name: str) -> None:
    program = [sys.executable, "-m", "git_ticketer", "run", "1", "--"]
    with subprocess.Popen(
        [*program, sys.executable, "-c", WAITS],
        cwd=repo.path,
        env=repo.environ,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        running.send_signal(getattr(signal, name))
        assert running.stdout.read() == f"{name}\n".encode()
    assert running.returncode == 9
    assert list(repo.git_dir.glob("ticketer/context-*")) == []


COUNTS = """
import os, signal, sys
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(os.write(1, b"heard ")))
print("terminal", os.isatty(0), flush=True)
sys.stdin.readline()
print("count", len(heard), flush=True)
sys.exit(5)
"""


@pytest.mark.parametrize("program", [(sys.executable, "-m", "git_ticketer"), ("git", "ticket")])
def test_ctrl_c_reaches_the_command_once(repo: GitRepo, program: tuple[str, ...]) -> None:
    command = (*program, "run", "1", "--", sys.executable, "-c", COUNTS)
    with terminal(*command, folder=repo.path, environ=repo.environ) as shown:
        shown.expect("terminal True")
        shown.interrupt()
        shown.expect("heard")
        shown.send("\n")
        shown.expect("count 1")
        code = shown.wait()

    assert code == (5 if program[0] != "git" else DIED_OF_INTERRUPT)  # git does, in the end
    assert list(repo.git_dir.glob("ticketer/context-*")) == []


def agent(repo: GitRepo, session: str, start: str = "time.time()") -> list[str]:
    """A command that writes a transcript of Claude Code, as begun at some time."""
    program = f"""
import re, sys, time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.support import transcripts
said = [transcripts.user("Add an avatar"), transcripts.answer("It is there.")]
data = transcripts.lines(said, session={session!r}, start=int({start}), cwd={str(repo.path)!r})
folder = Path.home() / ".claude/projects" / re.sub("[^a-zA-Z0-9]", "-", {str(repo.path)!r})
folder.mkdir(parents=True, exist_ok=True)
(folder / {session + ".jsonl"!r}).write_bytes(data)
"""
    return [sys.executable, "-c", program]


def archives(repo: GitRepo) -> list[str]:
    """The ids of the archived sessions and what they are under."""
    found = json.loads(repo.ticket("session", "list", "--json").out)["sessions"]
    return sorted(f"{one['session_id']} {one['ticket_id']} {one['state']}" for one in found)


def test_without_consent_the_transcript_waits(repo: GitRepo) -> None:
    done = repo.ticket("run", "1", "--", *agent(repo, SESSION))

    text = f"hint: session {SESSION} waits: git ticket session list --pending\n"
    assert (done.code, done.out, done.err) == (0, "", text)
    assert f"{SESSION} PROJ-1 pending" in archives(repo)
    assert not (repo.path / ".tickets/PROJ-1/sessions").exists()


def test_with_consent_it_is_archived_under_the_ticket(repo: GitRepo) -> None:
    repo.git("config", "ticketer.archive", "in-tree")
    script = f"{SHOW}; {shlex.join(agent(repo, SESSION))}; exit 3"
    done = repo.ticket("run", "1", "--", "sh", "-c", script)

    text = f"hint: session {SESSION} is archived under PROJ-1: git ticket save\n"
    assert (done.code, done.err) == (3, text)
    [path] = (repo.path / ".tickets/PROJ-1/sessions").glob("*.yaml")
    assert f"\nparent: {done.out.split('|')[0]}\n" in path.read_text(encoding="utf-8")


def test_where_the_team_keeps_none_nothing_is_archived(repo: GitRepo) -> None:
    repo.write(".tickets/config.yaml", "prefix: PROJ\narchive: off\n")
    repo.git("config", "ticketer.archive", "in-tree")
    done = repo.ticket("run", "1", "--", *agent(repo, SESSION))

    assert (done.code, done.err) == (0, "")
    assert f"{SESSION} PROJ-1 pending" not in archives(repo)


def test_of_another_agent_at_work_nothing_is_archived(repo: GitRepo) -> None:
    """The agent that started the run writes on in its own transcript meanwhile."""
    repo.ticket("status", CLAUDE_CODE_SESSION_ID=SESSION)
    both = f"{shlex.join(agent(repo, SESSION))}; {shlex.join(agent(repo, 'inner'))}"
    done = repo.ticket("run", "1", "--", "sh", "-c", both, CLAUDE_CODE_SESSION_ID=SESSION)

    text = "hint: session inner waits: git ticket session list --pending\n"
    assert (done.code, done.err) == (0, text)


def test_an_older_session_is_taken_only_where_none_was_begun_and_it_is_one(repo: GitRepo) -> None:
    old, other, new = (agent(repo, id, start) for id, start in TIMES.items())
    first = repo.ticket("run", "1", "--", "sh", "-c", f"{shlex.join(old)}; {shlex.join(new)}")
    second = repo.ticket("run", "1", "--", *other)
    third = repo.ticket("run", "1", "--", "sh", "-c", f"{shlex.join(old)}; {shlex.join(other)}")

    hint = "hint: session {} waits: git ticket session list --pending\n"
    assert (first.err, second.err) == (hint.format("new"), hint.format("other"))
    text = "warning: several sessions went on meanwhile, none of them is archived: "
    assert third.err in (f"{text}old, other\n", f"{text}other, old\n")


TIMES = {"old": "time.time() - 3600", "other": "time.time() - 7200", "new": "time.time() + 1"}


def test_of_two_runs_at_once_nobody_guesses_whose_a_session_is(repo: GitRepo) -> None:
    """One run inside of the other's time; each has begun a session."""
    inner = shlex.join(["git", "ticket", "run", "2", "--", *agent(repo, "inner")])
    both = f"{shlex.join(agent(repo, 'outer'))}; {inner}"
    done = repo.ticket("run", "1", "--", "sh", "-c", both)

    text = "warning: several sessions went on meanwhile, none of them is archived: "
    lines = done.err.splitlines()
    assert [line.startswith(text) for line in lines] == [True, True]
    assert not [one for one in archives(repo) if one.endswith("pending")]
    assert list(repo.git_dir.glob("ticketer/context-*")) == []
    alone = repo.ticket("run", "1", "--", *agent(repo, "alone"))
    assert alone.err == "hint: session alone waits: git ticket session list --pending\n"


def test_a_run_that_was_killed_is_in_nobodys_way(repo: GitRepo) -> None:
    repo.ticket("run", "1", "--", "sh", "-c", "kill -KILL $PPID; sleep 0")
    assert len(list(repo.git_dir.glob("ticketer/context-*"))) == 1
    done = repo.ticket("run", "1", "--", *agent(repo, SESSION))

    assert done.err == f"hint: session {SESSION} waits: git ticket session list --pending\n"


def test_a_transcript_that_cannot_be_archived_is_a_warning(repo: GitRepo) -> None:
    repo.ticket("run", "2", "--", *agent(repo, SESSION))
    assert repo.ticket("archive", "--pending").code == 0
    done = repo.ticket("run", "1", "--", "sh", "-c", f"{shlex.join(agent(repo, SESSION))}; exit 4")

    assert done.code == 4
    assert done.err.startswith("warning: ")
    assert "PROJ-2" in done.err


def test_a_command_that_is_over_is_not_here_any_more(hooked: GitRepo) -> None:
    assert hooked.ticket("run", "PROJ-1", "--", "true").code == 0

    assert "also here" not in hooked.ticket("status").out
