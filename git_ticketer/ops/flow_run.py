"""Running a flow that is allowed: as a session of its own, for a bounded time, into the log.

The command gets no text of a ticket on its command line: the event comes on its standard input,
in JSON. All it starts is one process group without a terminal, which ends with it.
"""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from select import select
from typing import IO, TYPE_CHECKING, Any

from git_ticketer.lean import clock, session_change
from git_ticketer.lean.decide import ASSOCIATED
from git_ticketer.lean.ids import SessionId
from git_ticketer.lean.session_file import Store
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops import flow_log
from git_ticketer.ops.flow_event import Event
from git_ticketer.ops.flow_log import Run
from git_ticketer.ops.redaction import redactor_for
from git_ticketer.ops.workspace import PATIENCE, Workspace
from git_ticketer.storage import identity
from git_ticketer.storage.flow_files import Flow

if TYPE_CHECKING:
    from subprocess import Popen

FLOW, SESSION, TICKET = "GIT_TICKET_FLOW", "GIT_TICKET_SESSION", "GIT_TICKET"
ENDING = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
    if hasattr(signal, name)
]
STEP = 0.05
GRACE = 2.0
"""So many seconds what was killed has to end: another user's process, as of sudo, cannot be."""

CHUNK = 1 << 16
FINAL_READS = 32
"""A pipe holds at most 1 MB; who has left the group and goes on printing is not waited for."""


@dataclass
class Output:
    """What a command has printed: the beginning of it, and how much it was in all."""

    kept: bytearray
    size: int = 0

    def take(self, fd: int) -> bool:
        """Read once; whether more may come."""
        chunk = os.read(fd, CHUNK)
        self.size += len(chunk)
        self.kept += chunk[: flow_log.LIMIT - len(self.kept)]
        return bool(chunk)

    def text(self) -> str:
        """What is kept; where it was cut without the last word: no rule knows half a secret."""
        cut = self.size > len(self.kept)
        whole = self.kept.rsplit(None, 1)[:1] if cut else [self.kept]
        return b"".join(whole).decode("utf-8", "replace")


def run(
    workspace: Workspace, flow: Flow, event: Event, ticket: Ticket, environ: Mapping[str, str]
) -> Run:
    """Run a flow to its end; the log has it before it starts.

    Secrets are taken out of what it prints.
    Raises: OSError where its session or the log cannot be written, BadFile where the team's rules
    for secrets cannot be read; nothing has run then.
    """
    git = workspace.live.git
    redactor = redactor_for(workspace)
    session = linked(workspace, flow, ticket)
    path = flow_log.new_path(git, flow.name)
    begun = Run(flow.name, event.type, event.ticket, session, flow_log.now())
    flow_log.write(path, begun, b"")
    flow_log.forget_old(git)
    output, start = Output(bytearray()), clock.milliseconds()
    ended = replace(begun, state=flow_log.INTERRUPTED)
    try:
        own = environment(environ, flow, event, session)
        with given(document(workspace, flow, event), git.shared) as file:
            ended = _ended(begun, *_command(flow, workspace.worktree.top, own, file, output))
    except OSError as error:
        problem = f"{flow.words[0]}: {error.strerror or error}"
        ended = replace(begun, state=flow_log.NOT_STARTED, problem=problem)
    finally:
        seconds = max(0, clock.milliseconds() - start) / 1000
        said = redactor.whole(output.text())
        ended = replace(ended, seconds=seconds, size=output.size, output=said)
        _log(path, ended)
    return ended


def _log(path: str, ended: Run) -> None:
    """Write down how it ended; where there is no room for what it printed, without that."""
    for output in (ended.output.encode(), b""):
        with suppress(OSError):
            flow_log.write(path, ended, output)
            return


def linked(workspace: Workspace, flow: Flow, ticket: Ticket) -> SessionId:
    """A new session that is on the ticket, for the commits of the command.

    The journal does not get it: what a person attached last is not what a flow did. Raises OSError.
    """
    live, id = workspace.live, session_change.new_id()
    store = Store(live.git.state, (id, f"flow {flow.name}"), live.settings.timeout)
    session_change.decide(
        store,
        ASSOCIATED,
        ticket.id,
        clock.now(),
        live.branch or "",
        uid=ticket.uid,
        patience=PATIENCE,
    )
    return id


def environment(
    environ: Mapping[str, str], flow: Flow, event: Event, session: str
) -> dict[str, str]:
    """The environment of the command: the caller's, with its session and the event."""
    own = {key: value for key, value in environ.items() if key != TICKET}
    return own | {
        SESSION: session,
        FLOW: flow.name,
        "GIT_TICKET_EVENT": event.type,
        "GIT_TICKET_ID": event.ticket,
    }


def document(workspace: Workspace, flow: Flow, event: Event) -> dict[str, Any]:
    """What the command reads on its standard input."""
    try:
        actor = identity.author(workspace.worktree.git)
    except identity.NoIdentity:
        actor = ""
    return {
        "schema": 1,
        "flow": flow.name,
        "event": event.type,
        "ticket_id": event.ticket,
        "before": event.before or None,
        "after": event.after or None,
        "session_id": event.session or workspace.live.association().session,
        "actor": actor or None,
    }


@contextmanager
def given(values: Mapping[str, Any], folder: str) -> Iterator[IO[bytes]]:
    """A file without a name that holds a document: nobody waits for who does not read it."""
    import json
    import tempfile

    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(json.dumps(values).encode() + b"\n")
        file.seek(0)
        yield file


def _ended(run: Run, code: int | None, in_time: bool) -> Run:
    if not in_time or code is None:
        return replace(run, state=flow_log.TIMED_OUT)
    return replace(run, state=flow_log.FAILED if code else flow_log.DONE, code=code)


def _command(
    flow: Flow, top: str, environ: Mapping[str, str], file: IO[bytes], output: Output
) -> tuple[int | None, bool]:
    """Run the command; its exit code if it ended, and whether that was in time. Raises OSError."""
    import subprocess

    with _noted_signals() as signals:
        process = subprocess.Popen(
            flow.words,
            cwd=top,
            env=environ,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        assert process.stdout is not None
        with process.stdout:
            try:
                in_time = _follow(process, flow.timeout, output, signals)
            finally:
                _end_group(process, output)
    if signals:
        raise KeyboardInterrupt
    return process.returncode, in_time


def _follow(process: "Popen[bytes]", timeout: int, output: Output, signals: Sequence[int]) -> bool:
    """Gather what it prints until it ends or there are signals; False where its time is up."""
    import subprocess

    assert process.stdout is not None
    fd, is_open = process.stdout.fileno(), True
    deadline = time.monotonic() + timeout
    while process.poll() is None and not signals:
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        if not is_open:
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(left, STEP))
        elif select([fd], [], [], min(left, STEP))[0]:
            is_open = output.take(fd)
    return True


def _end_group(process: "Popen[bytes]", output: Output) -> None:
    """Kill what is left of its process group, then read what it had still printed."""
    import subprocess

    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    assert process.stdout is not None
    fd = process.stdout.fileno()
    for _ in range(FINAL_READS):
        if not select([fd], [], [], 0)[0] or not output.take(fd):
            return


@contextmanager
def _noted_signals() -> Iterator[list[int]]:
    """Note the signals that would end this process, so that none comes between start and watch.

    Only the main thread gets any; one that is ignored, as by nohup, stays ignored.
    """
    signals: list[int] = []
    before = {number: signal.getsignal(number) for number in ENDING}
    with suppress(ValueError):
        for number, handler in before.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, lambda number, _: signals.append(number))
    try:
        yield signals
    finally:
        with suppress(ValueError):
            for number, handler in before.items():
                if handler is not None:
                    signal.signal(number, handler)
