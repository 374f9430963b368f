"""The scratch repository of `git ticket demo`: what runs there, and in which environment."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from git_ticketer.ops import demo_session

WRAPPER = '#!/bin/sh\nexec "{python}" -m {module} "$@"\n'
PROGRAMS = {"git-ticket": "git_ticketer", "agent": "git_ticketer.cli.demo_agent"}

STEPS = (
    ("A repository of its own, with the hooks, the team's settings and the merge driver:", ""),
    ("", "git init --quiet --initial-branch=main ."),
    ("", "git ticket init --prefix PROJ"),
    ("A ticket, which is a file in the repository:", ""),
    ("", "git ticket create 'Add an avatar to the profile' --no-parent --criterion 'It is square'"),
    ("", "git ticket save"),
    ("Attach the work session to it, and commit as ever:", ""),
    ("", "git ticket attach PROJ-1"),
    ("", "echo 'avatar = None' > profile.py"),
    ("", "git add . && git commit --quiet -m 'Add an avatar to the profile'"),
    ("", "git log -1 --format='%h %s%n%n%(trailers)'"),
    ("The ticket is edited on two branches:", ""),
    ("", "git switch --quiet --create review"),
    ("", "git ticket edit PROJ-1 --priority high --label security"),
    ("", "git ticket comment PROJ-1 -m 'What about the size of the file?'"),
    ("", "git ticket save"),
    ("", "git switch --quiet main"),
    ("", "git ticket edit PROJ-1 --status in-progress --label backend"),
    ("", "git ticket criterion done PROJ-1 square"),
    ("", "git ticket save"),
    ("And merged without a conflict:", ""),
    ("", "git merge --quiet --no-edit review"),
    ("", "git ticket show PROJ-1"),
    ("An agent does the next commit; its chat, which holds a token, is archived:", ""),
    ("", "echo 'avatar = crop(image)' > profile.py"),
    ("", "CLAUDE_CODE_SESSION_ID={session} git commit -qam 'Crop the avatar'"),
    ("", "git ticket archive ../session.jsonl"),
    ("", "git ticket save"),
    ("", "git ticket session show {session}"),
    ("The token is nowhere in the repository:", ""),
    ("", "grep --recursive ghp_ . || echo 'not there'"),
    ("Why is this line as it is?", ""),
    ("", "git ticket why profile.py:1"),
    ("Work that is for no ticket:", ""),
    ("", "git ticket attach --none"),
    ("", "echo 'just a note' > notes.txt"),
    ("", "git add . && git commit --quiet -m 'Keep a note'"),
    ("", "git ticket status"),
    ("Every commit of a ticket, by nothing but git:", ""),
    ("", "git log --format='%h %s' --grep='^Ticket: PROJ-1'"),
)

AGENT_STEPS = (
    ("A repository with a ticket:", ""),
    ("", "git init --quiet --initial-branch=main ."),
    ("", "git ticket init --prefix PROJ"),
    ("", "git ticket create 'Add an avatar to the profile' --no-parent --criterion 'It is square'"),
    ("", "echo 'avatar = None' > profile.py && git add . && git ticket attach --none"),
    ("", "git commit --quiet -m 'The profile' && git ticket attach PROJ-1"),
    ("An agent gets our hooks, and its user lets it archive:", ""),
    ("", "git ticket agent install claude"),
    ("", "git config ticketer.archive in-tree"),
    ("It starts, and is told what its ticket is:", ""),
    ("", "agent start"),
    ("It works: asks over MCP, changes a file, commits from its own shell:", ""),
    ("", "agent prompt 'The avatar must be square.'"),
    ("", """agent call attach_ticket '{"action": "status"}'"""),
    ("", "agent say 'I crop it to the smaller side.'"),
    ("", "echo 'avatar = crop(image)' > profile.py"),
    ("", "agent commit 'Crop the avatar'"),
    ("", """agent call ticket_criterion '{"ticket_id": "PROJ-1", "criterion": "square"}'"""),
    ("It ends, and its conversation is archived by itself:", ""),
    ("", "agent end"),
    ("", "git ticket save"),
    ("The commit is tagged, and the line leads back to the prompt:", ""),
    ("", "git log -1 --format='%s%n%n%(trailers)' -- profile.py"),
    ("", "git ticket why profile.py:1"),
)


@dataclass(frozen=True)
class Step:
    """A heading, or a command with what it printed and its exit code."""

    heading: str = ""
    command: str = ""
    output: str = ""
    code: int = 0


def run(folder: Path, environ: Mapping[str, str], *, agent: bool = False) -> Iterator[Step]:
    """Run the demonstration in the empty `folder`, step by step; or that of a scripted `agent`.

    The user's own identity, configuration, session and hooks stay out of it.
    """
    own = _environment(folder, environ)
    work = folder / "repository"
    work.mkdir()
    (folder / "session.jsonl").write_text(demo_session.lines(), encoding="utf-8")
    for heading, line in AGENT_STEPS if agent else STEPS:
        command = line.replace("{session}", demo_session.SESSION)
        if heading:
            yield Step(heading=heading)
            continue
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=work,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace")
        yield Step(command=command, output=text, code=done.returncode)


def _environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """A clean environment in which `git ticket` is this very installation."""
    programs = folder / "bin"
    programs.mkdir()
    for name, module in PROGRAMS.items():
        text = WRAPPER.format(python=sys.executable, module=module)
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    kept = {key: environ[key] for key in ("LANG", "LC_ALL", "TMPDIR", "TERM") if key in environ}
    return {
        **kept,
        "PATH": os.pathsep.join([str(programs), environ.get("PATH", os.defpath)]),
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Dana",
        "GIT_AUTHOR_EMAIL": "dana@example.com",
        "GIT_COMMITTER_NAME": "Dana",
        "GIT_COMMITTER_EMAIL": "dana@example.com",
    }
