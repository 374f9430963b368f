"""Which commit a line is from: `git blame`, and back over moves that a single line hides.

Measured on 100,000 commits: `-w -M -C` costs nothing beside plain blame (337 against 337 ms, 1224
against 1212 for a line of the first commit), since git looks for moves only where a line stops.
But git believes a move only from 20 letters on (40 between files), which one line seldom has. So
where one line is asked for, its commit is asked again with the lines around it, against its
parents alone (2.5 ms); where these came from elsewhere, the search goes on there.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_ticketer.errors import ExitCode, TicketerError, typed
from git_ticketer.storage.gitcmd import Git, GitFailed

if TYPE_CHECKING:
    from git_ticketer.storage.worktree import Worktree

AROUND = 20
MOST_MOVES = 20
LOOKED_AT = 8000  # bytes, by which git itself tells a binary file (buffer_is_binary)
LINES = re.compile(r"([0-9]{1,9})(?:,([0-9]{1,9}))?")
HEAD = re.compile(rb"([0-9a-f]{40,64}) ([0-9]+) ([0-9]+)(?: ([0-9]+))?")
ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"v": b"\v"}
LETTERS[b"f"] = b"\f"


class CannotBlame(TicketerError):
    """A path that has no lines with a history; `path` is as it was given."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, reason: str, hint: str) -> None:
        super().__init__(f"{path}: {reason}", hint=hint)
        self.path = path


class NotThere(CannotBlame):
    """A file or a line that is not there, or that git does not know."""

    exit_code = ExitCode.NOT_FOUND


class Target(NamedTuple):
    """What is asked about: a file, absolute, and lines of it from 1; 0 for all. `word` is as given.

    `rev` is the commit whose state is meant, empty for the work tree.
    """

    word: str
    path: str
    first: int = 0
    last: int = 0
    rev: str = ""

    @property
    def place(self) -> str:
        """The file and the lines, as they are asked for."""
        more = f",{self.last}" if self.last > self.first else ""
        return f"{self.word}:{self.first}{more}" if self.first else self.word


class Chunk(NamedTuple):
    """Lines that stand together and are from one commit.

    They are `length` lines from `first` on; in the commit they stood in `path` from `origin` on.
    `texts` are empty where every line was asked for. A commit of zeros is none yet.
    """

    commit: str
    first: int
    origin: int
    length: int
    path: str
    texts: tuple[str, ...] = ()

    @property
    def committed(self) -> bool:
        """Whether there is a commit."""
        return bool(self.commit.strip("0"))


def target(git: Git, word: str, rev: str = "") -> Target:
    """The file and lines that `word` means, seen from git's folder; a file of that name wins.

    Raises: CannotBlame for what is no number of a line, NoSuchRef.
    """
    word, commit = word or os.curdir, _commit(git, rev) if rev else ""
    if _is_there(git, commit, word):
        return Target(word, _absolute(git.folder, word), rev=commit)
    path, lines = _split(git, commit, word)
    if not path:
        return Target(word, _absolute(git.folder, word), rev=commit)
    match = LINES.fullmatch(lines)
    if not match:
        reason = f"{lines} is not a line number" if lines else "a line number is missing"
        raise CannotBlame(path, reason, typed("git ticket why", f"{path}:1"))
    first, last = sorted((int(match[1]), int(match[2] or match[1])))
    if not first:
        hint = typed("git ticket why", f"{path}:1")
        raise CannotBlame(word, "lines are counted from 1", hint)
    return Target(path, _absolute(git.folder, path), first, last, commit)


def _split(git: Git, commit: str, word: str) -> tuple[str, str]:
    """The path and what stands after its colon; empty where no file and no number tells them."""
    path, colon = word, ":"
    while colon:
        path, colon, _ = path.rpartition(":")
        if path and (_is_there(git, commit, path) or _is_in(git, "HEAD", path)):
            return path, word[len(path) + 1 :]
    path, _, lines = word.rpartition(":")
    return (path, lines) if LINES.fullmatch(lines) else ("", "")


def _is_there(git: Git, commit: str, word: str) -> bool:
    """Whether a commit, or else the work tree, has something of that name."""
    exact = _absolute(git.folder, word)
    return os.path.lexists(exact) or bool(commit and _is_in(git, commit, word))


def _commit(git: Git, rev: str) -> str:
    from git_ticketer.storage import refs

    return refs.commit(git, rev)


def _absolute(folder: str, word: str) -> str:
    """The path without links in its folders, which git refuses; the file itself may be one."""
    head, name = os.path.split(os.path.normpath(os.path.join(folder, word)))
    return os.path.join(os.path.realpath(head), name)


def _is_in(git: Git, commit: str, word: str) -> bool:
    """Whether a commit has a file of that name."""
    return bool(_entry(git, commit, word))


def _entry(git: Git, commit: str, word: str) -> bytes:
    """What git-ls-tree(1) has of a name in a commit: MODE KIND OBJECT, TAB, the path."""
    done = git.attempt("--literal-pathspecs", "ls-tree", "-z", commit, "--", word)
    return b"" if done.returncode else done.stdout


def blame(git: Git, wanted: Target) -> list[Chunk]:
    """The chunks of the lines asked for, in order; raises CannotBlame, NotThere, GitFailed."""
    _check_binary(wanted, _start(git, wanted))
    form = (
        ("--porcelain", f"-L{wanted.first},{wanted.last}") if wanted.first else ("--incremental",)
    )
    revs = (wanted.rev,) if wanted.rev else ()
    # A single line is looked for with its neighbours, see `follow`.
    moves = () if wanted.first and wanted.first == wanted.last else ("-M", "-C")
    out = git.run("blame", "-w", *moves, *form, *revs, "--", wanted.path)
    return sorted(_chunks(out), key=lambda chunk: chunk.first)


def _start(git: Git, wanted: Target) -> bytes:
    """The first bytes of the file; nothing of what git has to tell about."""
    if wanted.rev:
        words = _entry(git, wanted.rev, wanted.word).split(b"\t")[0].split(b" ")
        if words[1:2] != [b"blob"]:
            return b""
        return git.run("cat-file", "blob", words[2].decode("ascii"))[:LOOKED_AT]
    try:
        mode = os.lstat(wanted.path).st_mode
        _check_kind(wanted, mode, git.folder)
        if stat.S_ISLNK(mode):
            return b""
        with open(wanted.path, "rb") as stream:
            return stream.read(LOOKED_AT)
    except (FileNotFoundError, NotADirectoryError):
        raise _gone(git, wanted) from None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise NotThere(wanted.word, reason, "git ls-files") from None


def _gone(git: Git, wanted: Target) -> NotThere:
    if not _is_in(git, "HEAD", wanted.word):
        return NotThere(wanted.word, "there is no such file", "git ls-files")
    hint = typed("git ticket why --rev HEAD", wanted.place)
    return NotThere(wanted.word, "not in the work tree any more", hint)


def _check_kind(wanted: Target, mode: int, folder: str) -> None:
    if stat.S_ISDIR(mode):
        within = f"{os.path.realpath(folder)}/".startswith(f"{wanted.path}/")
        submodule = not within and os.path.lexists(f"{wanted.path}/.git")
        reason = "another repository (a submodule)" if submodule else "a folder, not a file"
        hint = typed("cd" if submodule else "git ls-files", wanted.word)
        raise CannotBlame(wanted.word, reason, hint)
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise CannotBlame(wanted.word, "not a regular file", "git ls-files")


def _check_binary(wanted: Target, start: bytes) -> None:
    if b"\0" in start:
        hint = typed("git log --", wanted.word)
        raise CannotBlame(wanted.word, "a binary file has no lines", hint)


def explained(
    worktree: "Worktree", wanted: Target, error: GitFailed | CannotBlame
) -> TicketerError:
    """Why there is nothing to blame, in our words where they say more than git's."""
    relative = os.path.relpath(wanted.path, worktree.top)
    if relative.split(os.sep)[0] == os.pardir:
        hint = typed("cd", worktree.top)
        return CannotBlame(wanted.word, f"outside of {worktree.top}", hint)
    if inner := _inner(worktree.top, relative):
        return CannotBlame(wanted.word, "in another repository (a submodule)", typed("cd", inner))
    if isinstance(error, CannotBlame):
        return error
    listed = ("ls-tree", "-z", "--full-tree", wanted.rev) if wanted.rev else ("ls-files", "-z")
    found = worktree.git.attempt("--literal-pathspecs", *listed, "--", relative).stdout
    if not found:
        return _unknown(worktree, wanted)
    if wanted.rev and found.split(b" ")[1] != b"blob":
        hint = f"git show {wanted.rev[:10]}"
        return CannotBlame(wanted.word, "not a file in that commit", hint)
    try:
        whole = blame(worktree.git, wanted._replace(first=0, last=0))
    except TicketerError:
        return error
    lines = sum(chunk.length for chunk in whole)
    hint = typed("git ticket why", wanted.word)
    there = f"it has {lines} line{'' if lines == 1 else 's'}"
    return NotThere(wanted.place, there, hint)


def _inner(top: str, relative: str) -> str:
    """The repository inside of this one that a path leads into; empty where it does not."""
    folder = top
    for name in relative.split(os.sep)[:-1]:
        folder = f"{folder}/{name}"
        if os.path.lexists(f"{folder}/.git"):
            return folder
    return ""


def _unknown(worktree: "Worktree", wanted: Target) -> TicketerError:
    if f"{wanted.path}/".startswith(f"{worktree.dirs.common}/"):
        return CannotBlame(wanted.word, "inside the git dir", "git ls-files")
    if wanted.rev:
        return NotThere(wanted.word, "not in that commit", typed("git log --all --", wanted.word))
    return NotThere(wanted.word, "git does not track it", typed("git add", wanted.word))


def follow(git: Git, chunk: Chunk) -> tuple[Chunk, list[str]]:
    """Where one line is really from, and the commits that only moved it, the newest first.

    `git` runs at the top of the worktree.
    """
    moves: list[str] = []
    while chunk.committed and len(moves) < MOST_MOVES:
        before = _before(git, chunk)
        if not before:
            break
        moves.append(chunk.commit)
        line = f"-L{before.origin},{before.origin}"
        out = git.run("blame", "-w", "--porcelain", line, before.commit, "--", before.path)
        chunk = next(_chunks(out))._replace(first=chunk.first, texts=chunk.texts)
    return chunk, moves


def _before(git: Git, chunk: Chunk) -> Chunk | None:
    """The line in a parent of its commit, where that has it with its neighbours; else None."""
    line = chunk.origin
    lines = f"-L{max(1, line - AROUND)},{line + AROUND}"
    out = git.run(
        *("blame", "-w", "-M", "-C", "--porcelain", lines, f"{chunk.commit}^!", "--", chunk.path)
    )
    for found in _chunks(out):
        if found.commit != chunk.commit and 0 <= line - found.first < found.length:
            return found._replace(origin=found.origin + line - found.first, first=line, length=1)
    return None


def _chunks(out: bytes) -> Iterator[Chunk]:
    """The chunks in the output of git-blame(1), `--porcelain` or `--incremental`.

    A commit's name is followed by its facts when it comes for the first time, and by `filename`
    again wherever that differs.
    """
    paths: dict[str, str] = {}
    head: tuple[str, int, int, int] | None = None
    texts: list[str] = []
    for line in out.split(b"\n"):
        if line.startswith(b"\t"):
            texts.append(line[1:].decode("utf-8", "replace"))
        elif line.startswith(b"filename ") and head:
            paths[head[0]] = _unquoted(line.removeprefix(b"filename "))
        elif (match := HEAD.fullmatch(line)) and match[4]:
            if head:
                yield _chunk(head, paths, texts)
            head = (match[1].decode(), int(match[2]), int(match[3]), int(match[4]))
            texts = []
    if head:
        yield _chunk(head, paths, texts)


def _chunk(head: tuple[str, int, int, int], paths: dict[str, str], texts: list[str]) -> Chunk:
    commit, origin, first, count = head
    return Chunk(commit, first, origin, count, paths.get(commit, ""), tuple(texts))


def _unquoted(name: bytes) -> str:
    """A path as git writes it, quoted like a string in C where it has special characters."""
    if name.startswith(b'"') and name.endswith(b'"'):
        name = ESCAPE.sub(_escaped, name[1:-1])
    return os.fsdecode(name)


def _escaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 255]) if len(code) == 3 else LETTERS.get(code, code)


class Blaming:
    """git at work in a thread of its own, while this one imports and opens the workspace."""

    def __init__(self, git: Git, word: str, rev: str = "") -> None:
        import threading

        self._git, self._word, self._rev = git, word, rev
        self._target: Target | None = None
        self._found: list[Chunk] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._target = target(self._git, self._word, self._rev)
            self._found = blame(self._git, self._target)
        except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
            self._error = error

    def result(self, worktree: "Worktree") -> tuple[Target, list[Chunk]]:
        """What was meant, and its chunks; raises CannotBlame, NotThere, NoSuchRef, GitFailed."""
        self._thread.join()
        if isinstance(self._error, (GitFailed, CannotBlame)) and self._target:
            raise explained(worktree, self._target, self._error) from None
        if self._error or not self._target:
            raise self._error or AssertionError
        return self._target, self._found


_begun: dict[str, Blaming] = {}
FLAGS = frozenset(("--json", "--full", "--no-pager"))


def begin(words: Sequence[str], environ: Mapping[str, str], current: Callable[[], str]) -> None:
    """Set git to work for `git ticket why WORDS...` before the command line is imported.

    Only where the words leave no doubt; what goes wrong is met, and said, by the command.
    """
    places = [word for word in words if word not in FLAGS]
    if len(places) == 1 and not places[0].startswith("-"):
        try:
            _begun[places[0]] = Blaming(Git(current(), environ), places[0])
        except OSError:
            return


def blaming(git: Git, place: str, rev: str) -> Blaming:
    """The blame of a place: the one that was begun, or a new one."""
    return (None if rev else _begun.pop(place, None)) or Blaming(git, place, rev)
