"""Looking at the repository while the command line is still being imported.

A reading command needs to know where it is (`git rev-parse`), whether git colours (`git config`)
and which files changed (a sweep). None of that needs click, so a child is forked before that is
imported and does it on another core; its answers come through a pipe. An agent's hook knows where
it is and has only the sweep done so. Whatever goes wrong there, the command does it itself, and
says so then. Nothing here imports more than a bare interpreter has loaded.
"""

import os
from array import array
from collections.abc import Callable, Mapping, Sequence

from git_ticketer.storage import sweep

VERBS = ("list", "ls", "search", "show", "view", "board", "next", "tree", "todo", "log")
ASKED = ("--is-bare-repository", "--absolute-git-dir", "--git-common-dir", "--show-toplevel")
ALONE = 4_000
PIPE_SIZE = 1 << 20
SET_PIPE_SIZE = 1031  # F_SETPIPE_SZ of fcntl(2), Linux
HEAD = 8


class Child:
    """A process that looks ahead.

    Its answers: what git said, if it is asked, the sweep of the tickets, and, where it is `deep`,
    that of what is attached to them.
    """

    __slots__ = ("deep", "fd", "folder", "pid", "said")

    def __init__(self, pid: int, fd: int, folder: str, *, deep: bool) -> None:
        self.pid = pid
        self.fd = fd
        self.folder = folder
        self.deep = deep
        self.said: list[str] | None = None

    def answer(self) -> bytes | None:
        """The next answer; None where there is none, and none will follow."""
        head = self._read(HEAD)
        if len(head) < HEAD:
            return None
        size = int.from_bytes(head, "big")
        found = self._read(size)
        return found if len(found) == size else None

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self.fd, min(size, PIPE_SIZE))
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def end(self) -> None:
        """Let go of the process, whatever it is doing."""
        os.close(self.fd)
        try:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        except OSError:
            pass


_children: list[Child] = []


def start(arguments: Sequence[str], environ: Mapping[str, str], current: Callable[[], str]) -> None:
    """Start looking ahead where the command line will need it; never raises.

    `current` gives the current folder, or raises OSError.
    """
    if not arguments or arguments[0] not in VERBS or not hasattr(os, "fork"):
        return
    try:
        folder = current()
        deep = reads_comments(arguments)
        _children.append(_fork(lambda fd: _look(fd, environ, deep=deep), folder, deep=deep))
    except OSError:
        return


def sweep_all(top: str) -> None:
    """Start sweeping the worktree at `top`, with what is attached to tickets; never raises."""
    if not hasattr(os, "fork"):
        return
    try:
        child = _fork(lambda fd: _sweep(fd, os.fsencode(top), deep=True), deep=True)
    except OSError:
        return
    child.said = ["", "", "", "", top]
    _children.append(child)


def is_deep() -> bool:
    """Whether a child sweeps what is attached to tickets, too."""
    return bool(_children) and _children[0].deep


def reads_comments(arguments: Sequence[str]) -> bool:
    """Whether the command will likely ask for comments and sessions; a wrong guess costs time."""
    verb, *rest = arguments
    words = [word for word in rest if not word.startswith("--")]
    texts = any(":" not in word or word.startswith(("has:", "-has:", "no:")) for word in words)
    return verb in ("search", "log") or (verb in ("list", "ls") and (texts or "--json" in rest))


def where(folder: str) -> list[str] | None:
    """What git said about `folder`, as `worktree.find` asks it; None where nobody asked."""
    said = _said()
    return said[1:] if said and _children[0].folder == folder else None


def colour() -> str | None:
    """Git's `color.ui`, empty where it is not set; None where nobody asked."""
    said = _said()
    return said[0] if said else None


def _said() -> list[str] | None:
    """The value of `color.ui` and the answers to ASKED; None where there is no child (any more)."""
    if _children and _children[0].said is None:
        lines = os.fsdecode(_children[0].answer() or b"").split("\n")
        if len(lines) == len(ASKED) + 1:
            _children[0].said = lines
        else:  # no worktree, or a path with a line end in it
            stop()
    return _children[0].said if _children else None


def sweeps(top: str, *, deep: bool) -> tuple[bytes, bytes | None] | None:
    """The sweeps of the tickets of the worktree at `top`, and of what is attached to them.

    Given once; None where a command must sweep by itself.
    """
    said = _said()
    if not said or said[-1] != top:
        return None
    tickets = _children[0].answer()
    files = _children[0].answer() if deep and tickets is not None else None
    stop()
    return None if tickets is None or (deep and files is None) else (tickets, files)


def stop() -> None:
    """End what is still running."""
    while _children:
        _children.pop().end()


def _fork(work: Callable[[int], None], folder: str = "", *, deep: bool = False) -> Child:
    """A child that does some work and writes its answers to a pipe, and then is gone."""
    reading, writing = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    if pid == 0:
        try:
            os.close(reading)
            work(writing)
        except BaseException:  # noqa: BLE001 - the parent does it itself and says what is wrong
            os._exit(1)
        os._exit(0)
    os.close(writing)
    return Child(pid, reading, folder, deep=deep)


def _look(fd: int, environ: Mapping[str, str], *, deep: bool) -> None:
    asked, coloured = ("rev-parse", *ASKED), ("config", "--get", "color.ui")
    children = _git(asked, environ), _git(coloured, environ)
    lines, value = map(_output, children)
    if lines.count(b"\n") != len(ASKED):
        return
    _write(fd, value.replace(b"\n", b"") + b"\n" + lines[:-1])
    _sweep(fd, lines.split(b"\n")[len(ASKED) - 1], deep=deep)


def _sweep(fd: int, top: bytes, *, deep: bool) -> None:
    _widen(fd)
    tickets = top + b"/" + sweep.FOLDER
    if not sweep.is_plain(tickets):
        return
    found = sweep.listing(tickets)
    if found.names:
        os.chdir(tickets)  # short paths are found faster
    _answer(fd, found, deep=deep)


def _widen(fd: int) -> None:
    """Let the pipe take the whole answer, so that nobody waits for the other."""
    try:
        import fcntl

        fcntl.fcntl(fd, SET_PIPE_SIZE, PIPE_SIZE)
    except (ImportError, OSError):
        return


def _write(fd: int, answer: bytes) -> None:
    data = memoryview(len(answer).to_bytes(HEAD, "big") + answer)
    while data:
        data = data[os.write(fd, data) :]


def _git(words: Sequence[str], environ: Mapping[str, str]) -> tuple[int, int]:
    """Start git; the process and the end of the pipe that its output comes from."""
    reading, writing = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
        (os.POSIX_SPAWN_DUP2, writing, 1),
        (os.POSIX_SPAWN_DUP2, 0, 2),
    ]
    pid = os.posix_spawnp("git", ("git", *words), environ, file_actions=actions)
    os.close(writing)
    return pid, reading


def _output(child: tuple[int, int]) -> bytes:
    """All that git says; nothing where it ends badly."""
    pid, reading = child
    said = b""
    while part := os.read(reading, 1 << 16):
        said += part
    return b"" if os.waitpid(pid, 0)[1] else said


def _answer(fd: int, found: sweep.Listing, *, deep: bool) -> None:
    """Sweep and write the answers; a second child takes half of the names where there are many."""
    names = found.names
    half = len(names) // 2 if len(names) >= ALONE else len(names)
    first, rest = (
        sweep.Listing(part, found.links, found.folders) for part in (names[:half], names[half:])
    )
    helper = _fork(lambda fd: _write_all(fd, _swept(rest, deep=deep))) if rest.names else None
    stats, paths, numbers = _swept(first, deep=deep)
    if helper:
        parts = [helper.answer() for _ in range(3)]
        os.waitpid(helper.pid, 0)
        stats, numbers = stats + _needed(parts[0]), numbers + _needed(parts[2])
        paths = b"\0".join(filter(None, (paths, _needed(parts[1]))))
    _write(fd, b"\0".join(names) + b"\0\0" + stats)
    if deep:
        _write(fd, paths + b"\0\0" + numbers)


def _swept(part: sweep.Listing, *, deep: bool) -> tuple[bytes, bytes, bytes]:
    """The numbers of ticket files, and the paths and numbers of what is attached to them."""
    stats = sweep.stats_of(b"", part.names, part.links).tobytes()
    paths, numbers = sweep.attachments(b"", part) if deep else ([], array("Q"))
    return stats, b"\0".join(paths), numbers.tobytes()


def _write_all(fd: int, answers: Sequence[bytes]) -> None:
    for answer in answers:
        _write(fd, answer)


def _needed(answer: bytes | None) -> bytes:
    if answer is None:
        raise OSError("the other half is missing")
    return answer
