"""A history with tickets old and none, repositories with hooks in a state, and what they show."""

import functools
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.git import GitRepo, Result, copied, create, sealed_environment

OLD = "\n\nTicket: PROJ-9\nTicket-Session: older"
# Branch, parent (a mark), message, changed file; each commit writes its subject into the file.
HISTORY = (
    ("main", "", "one", "a"),
    ("main", "", "two" + OLD, "b"),
    ("topic", ":1", "topic one\n\nWith a body.", "t"),
    ("topic", "", "topic two" + OLD, "u"),
    ("other", ":1", "other", "o"),
    ("clash", ":1", "clash" + OLD, "b"),
    ("many", "topic", "many\n\nTicket: PROJ-8", "m"),
    ("fix", "topic", "fixup! topic one", "t"),
    ("squash", "topic", "squash! topic one\n\nMore.", "t"),
    ("amend", "topic", "amend! topic one\n\ntopic one, better" + OLD, "t"),
)
TYPE = "GIT_EDITOR='edit 1s/^/typed/'"
KEEP = "GIT_EDITOR=true"
HINT = re.compile(r"hint: this commit has no ticket; decide with: .*\n")


_kept = TemporaryDirectory(prefix="situations-")


@functools.cache
def _template(*, hooks: bool) -> Path:
    """A repository with the history above, to be copied, with or without our hooks."""
    folder = Path(_kept.name, str(hooks))
    repo = create(folder / "repo", sealed_environment(folder / "home"))
    repo.git("fast-import", "--quiet", input="".join(map(_record, HISTORY, range(1, 99))))
    repo.git("reset", "--hard", "--quiet")
    if hooks:
        done = repo.ticket("hooks", "install")
        assert done.code == 0, done.err
        shutil.rmtree(repo.path / ".git/ticketer")
    return repo.path


def make(path: Path, environ: dict[str, str]) -> GitRepo:
    """A repository with the history above, without hooks; `edit SCRIPT FILE` is an editor."""
    shutil.copytree(_template(hooks=False), path, symlinks=True)
    return _with_editor(path, environ)


def _with_editor(path: Path, environ: dict[str, str]) -> GitRepo:
    tools = path.parent / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools / "edit").write_text(
        '#!/bin/sh\nsed "$1" "$2" >"$2.new" && cat "$2.new" >"$2" && rm "$2.new"\n',
        encoding="utf-8",
    )
    (tools / "edit").chmod(0o755)
    repo = GitRepo(path, {**environ, "PATH": f"{tools}:{environ['PATH']}"})
    repo.git("update-index", "-q", "--refresh")  # the files are other ones now
    return repo


def _record(commit: tuple[str, str, str, str], mark: int) -> str:
    branch, parent, message, file = commit
    source = parent if parent.startswith(":") or not parent else f"refs/heads/{parent}"
    return (
        f"commit refs/heads/{branch}\nmark :{mark}\n"
        "committer Dana <dana@example.com> 1795338000 +0000\n"
        f"data <<END\n{message}\nEND\n"
        + (f"from {source}\n" if source else "")
        + f"M 100644 inline {file}\ndata <<END\n{message.partition(chr(10))[0]}\nEND\n\n"
    )


def hooked(path: Path, environ: dict[str, str], *decision: str) -> GitRepo:
    """The same repository with our hooks, and `git ticket attach DECISION` where there is one."""
    copied(_template(hooks=True), path, environ)
    repo = _with_editor(path, environ)
    if decision:
        done = repo.ticket("attach", *decision)
        assert done.code == 0, done.err
    return repo


def session(repo: GitRepo, **environ: str) -> str:
    """The id of the session."""
    return repo.ticket("session", "info", **environ).out.split()[1]


def messages(repo: GitRepo) -> list[str]:
    """The message of every commit on any ref, byte for byte."""
    ids = repo.git("rev-list", "--topo-order", "HEAD", "--all").split()
    stored = repo.attempt("cat-file", "--batch=%(objectsize)", input="\n".join(ids) + "\n").out
    found = []
    while stored:
        size, _, stored = stored.partition("\n")
        raw = stored.encode("utf-8", "surrogateescape")
        found.append(raw[: int(size)].decode("utf-8", "surrogateescape").partition("\n\n")[2])
        stored = raw[int(size) + 1 :].decode("utf-8", "surrogateescape")
    return found


def with_trailers(repo: GitRepo, message: str, *trailers: str) -> str:
    """The message with trailers, as git itself puts them."""
    options = [f"--trailer={trailer}" for trailer in trailers]
    form = ("interpret-trailers", "--no-divider", "--if-exists=addIfDifferent")
    return repo.attempt(*form, *options, input=message).out


def outcome(done: Result) -> tuple[int, str, str]:
    """Exit code and output, without the hint that the commit has no ticket."""
    return done.code, done.out, HINT.sub("", done.err)


def state(repo: GitRepo) -> str:
    """Where every ref and HEAD stand."""
    head = repo.attempt("rev-parse", "--verify", "--quiet", "HEAD").out
    return head + repo.git("for-each-ref") + repo.git("status", "-sb")
