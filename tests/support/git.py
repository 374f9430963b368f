"""A real repository in a temporary folder, and the sealed environment everything runs in."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from git_ticketer.ops.workspace import open_workspace

PROGRAMS = Path(sys.executable).parent
DATE = "2026-11-22T09:00:00+00:00"
CONFIG = """\
[user]
    name = Dana
    email = dana@example.com
[init]
    defaultBranch = main
[maintenance]
    auto = false
[gc]
    auto = 0
[advice]
    detachedHead = false
[protocol "file"]
    allow = always
"""


def sealed_environment(home: Path) -> dict[str, str]:
    """An environment with nothing of the machine's user in it; `git ticket` is this package."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "gitconfig"
    config.write_text(CONFIG, encoding="utf-8")
    return {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_TEMPLATE_DIR": "",
        "GIT_EDITOR": "false",
        "GIT_PAGER": "cat",
        "GIT_AUTHOR_DATE": DATE,
        "GIT_COMMITTER_DATE": DATE,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "PYTHONWARNDEFAULTENCODING": "1",
    }


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class GitRepo:
    """A worktree at `path`; commands run there with `environ`, overridden by keyword."""

    path: Path
    environ: dict[str, str]

    def run(self, *command: str, input: str | None = None, **environ: str) -> Result:
        """Run any command and return how it ended."""
        done = subprocess.run(
            command,
            cwd=self.path,
            env={**self.environ, **environ},
            input=input.encode() if input is not None else b"",
            capture_output=True,
            check=False,
            timeout=120,
            start_new_session=True,
        )
        out, err = (s.decode("utf-8", "surrogateescape") for s in (done.stdout, done.stderr))
        return Result(done.returncode, out, err)

    def attempt(self, *arguments: str, input: str | None = None, **environ: str) -> Result:
        """Run git and return how it ended."""
        return self.run("git", *arguments, input=input, **environ)

    def git(self, *arguments: str, input: str | None = None, **environ: str) -> str:
        """Run git, which must succeed, and return its output without the last line end."""
        done = self.attempt(*arguments, input=input, **environ)
        assert done.code == 0, f"git {' '.join(arguments)}: {done.err}{done.out}"
        return done.out.removesuffix("\n")

    def ticket(self, *arguments: str, **environ: str) -> Result:
        """Run `git ticket` and return how it ended."""
        return self.run("git", "ticket", *arguments, **environ)

    def write(self, name: str, text: str) -> Path:
        """Write a file in the work tree."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str = "change", **environ: str) -> str:
        """Make an empty commit with `-m` and return its message as stored."""
        self.git("commit", "--quiet", "--allow-empty", "-m", message, **environ)
        return self.message()

    def message(self, revision: str = "HEAD") -> str:
        """The message of a commit, byte for byte."""
        return self.attempt("cat-file", "commit", revision).out.partition("\n\n")[2]

    def tickets(self, revision: str = "HEAD") -> list[str]:
        """The values of the Ticket trailers of a commit, as git reads them."""
        form = "--format=%(trailers:key=Ticket,valueonly)"
        return self.git("log", "-1", form, revision).split()

    def trailers(self, revision: str = "HEAD") -> str:
        """The trailer block of a commit, as git reads it."""
        return self.git("log", "-1", "--format=%(trailers:only)", revision).rstrip("\n")

    @property
    def git_dir(self) -> Path:
        """The worktree's own git dir."""
        return Path(self.git("rev-parse", "--absolute-git-dir"))

    def journal(self) -> list[list[str]]:
        """The fields of every line of the journal."""
        path = Path(self.path, self.git("rev-parse", "--git-common-dir"), "ticketer/journal")
        return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]

    def worktree(self, path: Path, branch: str) -> "GitRepo":
        """Add a linked worktree on a new branch."""
        self.git("worktree", "add", "--quiet", "-b", branch, str(path))
        return GitRepo(path, self.environ)


def copied(template: Path, path: Path, environ: dict[str, str]) -> GitRepo:
    """A copy of a repository at `path`, in which the first session begins."""
    shutil.copytree(template, path, symlinks=True)
    open_workspace(str(path), environ)
    return GitRepo(path, environ)


def create(path: Path, environ: dict[str, str]) -> GitRepo:
    """A new repository at `path`, without any commit."""
    path.mkdir(parents=True, exist_ok=True)
    repo = GitRepo(path, environ)
    repo.git("init", "--quiet", ".")
    return repo
