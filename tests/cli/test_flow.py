"""`git ticket flow`: what is listed, shown before it is allowed, run, logged and refused."""

import json
import os
import select
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.cached import put
from tests.support.git import GitRepo
from tests.support.terminal import terminal

WORDS = "trigger: {type: statusChanged, to: in-review, label: api}\ncommand: [touch, started]\n"
BEWARE = """\
warning: it runs with your rights, and so does all that it starts:
scripts of this repository may change without your being asked again
"""
SHOWN = """\
flow  notify (.tickets/flows/notify.yaml)
when  statusChanged, to in-review, label api
runs  touch started
for   at most 60 s
"""
EVENT = {"event": "ticketCreated", "ticket_id": "PROJ-1", "after": "backlog"}


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with hooks, a ticket and a flow that nobody has allowed."""
    repo.write(".tickets/config.yaml", "prefix: PROJ\n")
    put(repo, 1, "Add an avatar", status="backlog")
    repo.write(".tickets/flows/notify.yaml", WORDS)
    return repo


def shell(work: GitRepo, command: str, name: str = "do", type: str = "ticketCreated") -> None:
    """Write a flow for the shell, and allow it."""
    text = f"trigger: {{type: {type}}}\ncommand: {json.dumps(command)}\n"
    work.write(f".tickets/flows/{name}.yaml", text)
    assert work.ticket("flow", "allow", name, "--yes").code == 0


def fire(work: GitRepo, **environ: str) -> tuple[int, str, str]:
    done = work.run("git", "ticket", "flow", "fire", input=json.dumps(EVENT), **environ)
    return done.code, done.out, done.err.partition(" in 0.")[0]


def test_the_list_has_every_flow_and_whether_it_may_run(work: GitRepo) -> None:
    shell(work, "true", "allowed")
    shell(work, "true", "changed")
    work.write(".tickets/flows/changed.yaml", WORDS)
    work.write(".tickets/flows/broken.yaml", WORDS + "shell: \x1b\n")

    done = work.ticket("flow", "list")

    problem = "the character '\\x1b' is not allowed"
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert (done.code, done.err) == (1, "")
    assert rows == [
        ["allowed", "allowed", "ticketCreated"],
        ["broken", "broken", f".tickets/flows/broken.yaml:3: {problem}"],
        ["changed", "changed", "statusChanged, to in-review, label api"],
        ["notify", "not allowed", "statusChanged, to in-review, label api"],
    ]


def test_the_list_as_json(work: GitRepo) -> None:
    work.write(".tickets/flows/broken.yaml", "command: x\n")

    done = work.ticket("flow", "list", "--json")

    problem = ".tickets/flows/broken.yaml:1: there is no `trigger`"
    nothing = {"path": None, "trigger": None, "command": None, "timeout": None}
    assert json.loads(done.out) == {
        "schema": 1,
        "success": False,
        "flows": [
            {"name": "broken", "state": "broken", **nothing, "problem": problem},
            {
                "name": "notify",
                "path": ".tickets/flows/notify.yaml",
                "state": "not allowed",
                "trigger": {"type": "statusChanged", "to": "in-review", "label": "api"},
                "command": ["touch", "started"],
                "timeout": 60,
                "problem": None,
            },
        ],
    }


def test_off_a_terminal_nothing_is_allowed_without_the_flag(work: GitRepo) -> None:
    done = work.ticket("flow", "allow", "notify")

    refused = "error: nobody can be asked here: --yes allows it\nhint: git ticket flow allow -h\n"
    assert (done.code, done.out, done.err) == (2, SHOWN, BEWARE + refused)
    assert "not allowed" in work.ticket("flow", "list").out


def test_with_the_flag_it_is_shown_and_allowed(work: GitRepo) -> None:
    done = work.ticket("flow", "allow", "notify", "--yes")

    said = "flow notify is allowed here until its file is edited\n"
    assert (done.code, done.out, done.err) == (0, SHOWN + said, BEWARE)


@pytest.mark.parametrize(("answer", "state"), [("y", "allowed"), ("", "not allowed")])
def test_at_a_terminal_it_is_asked_and_no_is_the_usual_answer(
    work: GitRepo, answer: str, state: str
) -> None:
    command = ("git", "ticket", "flow", "allow", "notify")
    with terminal(*command, folder=work.path, environ=work.environ) as shown:
        assert "runs  touch started" in shown.expect("Let it run in this clone? [y/N]: ")
        shown.send(f"{answer}\n")
        assert shown.wait() == 0

    assert work.ticket("flow", "list").out.split("\t")[1] == state


def test_what_is_shown_hides_nothing_and_cannot_pass_for_our_own_lines(work: GitRepo) -> None:
    command = "echo\u202e \u200b\nfor   at most 1 s\nrm -rf x"
    text = f"trigger: {{type: ticketCreated}}\ncommand: {json.dumps(command)}\n"
    work.write(".tickets/flows/odd.yaml", text)

    shown = work.ticket("flow", "allow", "odd", "--yes").out

    hidden = "runs  sh -c 'echo\\u202e \\u200b\n      for   at most 1 s\n      rm -rf x'\n"
    assert hidden + "for   at most 60 s\n" in shown


@pytest.mark.parametrize("name", ["../config", "no-such", "NOTIFY", "notify\n", "-x"])
def test_only_a_flow_can_be_allowed(work: GitRepo, name: str) -> None:
    done = work.ticket("flow", "allow", "--yes", "--", name)

    said = f"error: there is no flow {name!a}\nhint: git ticket flow list\n"
    assert (done.code, done.out, done.err) == (3, "", said)


def test_a_broken_flow_cannot_be_allowed(work: GitRepo) -> None:
    path = ".tickets/flows/notify.yaml"
    work.write(path, WORDS + "x: &a [*a]\n")

    done = work.ticket("flow", "allow", "notify", "--yes")

    said = f"error: {path}:3: an anchor (&name) is not allowed\nhint: mend {path}\n"
    assert (done.code, done.out, done.err) == (1, "", said)


def test_what_is_disallowed_runs_no_longer(work: GitRepo) -> None:
    shell(work, "touch started")

    said = [work.ticket("flow", "disallow", "do").out for _ in range(2)]

    assert said == ["flow do is not allowed here any more\n", "flow do is not allowed here\n"]
    assert fire(work) == (0, "", "")
    assert not (work.path / "started").exists()


def test_running_prints_what_the_command_prints(work: GitRepo) -> None:
    shell(work, "echo said; echo err >&2; exit 3")

    done = work.ticket("flow", "run", "do", "--ticket", "1")

    failed = "warning: flow do: failed with exit code 3: git ticket flow log do\n"
    assert (done.code, done.out, done.err) == (1, "said\nerr\n", failed)


def test_what_is_not_allowed_is_not_run_by_hand_either(work: GitRepo) -> None:
    done = work.ticket("flow", "run", "notify", "--ticket", "1")

    said = "error: flow notify is not allowed here\nhint: git ticket flow allow notify\n"
    assert (done.code, done.out, done.err) == (1, "", said)
    assert not (work.path / "started").exists()


def test_a_dry_run_shows_what_would_be_and_starts_nothing(work: GitRepo) -> None:
    done = work.ticket("flow", "run", "notify", "--ticket", "1", "--dry-run")

    shown, _, given = done.out.partition("state not allowed\ninput ")
    assert (done.code, shown, done.err) == (0, SHOWN, "")
    values = json.loads(given)
    assert (values["ticket_id"], values["after"]) == ("PROJ-1", "backlog")
    assert not (work.path / "started").exists()


def test_a_commit_inside_a_flow_is_for_its_ticket(work: GitRepo) -> None:
    put(work, 2, "Resize it")
    assert work.ticket("attach", "PROJ-2").code == 0
    shell(work, "git commit --quiet --allow-empty -m inside; echo $GIT_TICKET_SESSION")

    done = work.ticket("flow", "run", "do", "--ticket", "1", GIT_TICKET="PROJ-2")

    assert work.trailers() == f"Ticket: PROJ-1\nTicket-Session: {done.out.strip()}"
    work.commit("outside")
    assert work.tickets() == ["PROJ-2"]


def test_a_flow_starts_no_flow(work: GitRepo) -> None:
    shell(work, "touch started", "other")
    shell(work, "git ticket create Another --no-parent; git ticket flow run other --ticket 1")

    code, out, said = fire(work)

    warned = "warning: flow do: failed with exit code 1: git ticket flow log do\nflow other: done"
    assert (code, out, said) == (1, "", warned)
    nested = "error: flow other does not run inside another flow\nhint: git ticket flow list\n"
    assert json.loads(work.ticket("flow", "log", "do", "--json").out)["runs"][0]["output"].endswith(
        nested
    )
    assert (work.path / ".tickets/PROJ-2/ticket.yaml").exists()
    assert not (work.path / ".tickets/PROJ-3").exists()


@pytest.mark.parametrize("hook", ["pre-commit", "post-commit", "post-checkout", "pre-push"])
def test_no_flow_runs_inside_a_real_git_hook(work: GitRepo, tmp_path: Path, hook: str) -> None:
    shell(work, "touch started")
    work.write("event", json.dumps(EVENT))
    path = work.git_dir / "hooks" / hook
    path.write_text("#!/bin/sh\ngit ticket flow fire <event >told 2>&1\n", encoding="utf-8")
    path.chmod(0o755)
    work.git("init", "--quiet", "--bare", str(tmp_path / "other"))

    work.attempt("commit", "--quiet", "--allow-empty", "-m", "one", "--no-verify")
    work.attempt("commit", "--quiet", "--allow-empty", "-m", "two")
    work.attempt("switch", "--quiet", "-c", "another")
    work.attempt("push", "--quiet", str(tmp_path / "other"), "HEAD")

    told = (work.path / "told").read_text(encoding="utf-8")
    assert told == "warning: flow do: not run, this is a git hook\n"
    assert not (work.path / "started").exists()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("x", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "its `event` is one of ticketCreated, statusChanged, sessionArchived"),
        ('{"event": "ticketCreated", "after": 1}', "before, after and session_id are texts"),
        ('{"event": "statusChanged"}', "statusChanged goes with `after`"),
        (
            '{"event": "ticketCreated", "ticket_id": "../x"}',
            "not a ticket id: '../x' (expected PREFIX-NUMBER: a letter, up to 31 letters, digits "
            "or _, -, a number from 1)",
        ),
    ],
)
def test_what_is_no_event_is_refused(work: GitRepo, given: str, reason: str) -> None:
    done = work.run("git", "ticket", "flow", "fire", input=given)

    said = f"error: not an event: {reason}\nhint: git ticket flow fire -h\n"
    assert (done.code, done.out, done.err) == (2, "", said)


def test_the_log_shows_the_last_runs_with_the_end_of_what_they_printed(work: GitRepo) -> None:
    shell(work, "seq 30; echo; printf '\\033[2J'; exit 1")
    assert fire(work)[0] == 1

    lines = work.ticket("flow", "log").out.splitlines()

    assert lines[0].endswith("  do  PROJ-1  ticketCreated  failed with exit code 1")
    assert lines[1:3] == ["    ... 12 lines before: --full", "    13"]
    assert lines[-2:] == ["", "    \\x1b[2J"]
    assert len(work.ticket("flow", "log", "do", "--full").out.splitlines()) == 33
    assert work.ticket("flow", "log", "other").err == (
        "hint: no flow has run here: git ticket flow list\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_the_command_too(work: GitRepo, number: int) -> None:
    os.mkfifo(work.path / "alive")
    shell(work, "exec >alive; echo here; sleep 1000 & sleep 1000")
    command = ("git-ticket", "flow", "run", "do", "--ticket", "1")
    process = subprocess.Popen(command, cwd=work.path, env=work.environ, start_new_session=True)

    with open(work.path / "alive", "rb", buffering=0) as alive:
        assert alive.readline() == b"here\n"
        process.send_signal(number)
        assert select.select([alive], [], [], 20)[0], "what it started is still there"
        assert alive.read() == b""

    assert process.wait(timeout=20) == 130
    assert work.ticket("flow", "log").out.endswith("  interrupted\n")


def test_where_a_command_could_not_be_bounded_nothing_is_allowed_or_run(work: GitRepo) -> None:
    shell(work, "touch started")
    start = "import os; del os.killpg; from git_ticketer.cli.app import run; "  # as on Windows
    allow, run = (["flow", "allow", "do", "--yes"], ["flow", "run", "do", "--ticket", "1"])

    done = [
        work.run("python", "-c", f"{start}raise SystemExit(run({words}))") for words in (allow, run)
    ]

    said = (
        "error: flows do not run on this system, which has no process groups; in WSL they do\n"
        "hint: git ticket flow list\n"
    )
    assert [(one.code, one.err.removeprefix(BEWARE)) for one in done] == [(1, said)] * 2
    assert not (work.path / "started").exists()
